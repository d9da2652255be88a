//! Events made from a predicate: for each of its conditions one that the predicate matches because of it, and around these every value
//! worth trying in every field, one at a time.

use super::leaf::Family;
use super::search::{Problem, Values};
use super::values::{Breadth, cased};
use crate::ir::Expr;
use serde_json::Value as Json;
use std::collections::HashSet;

/// Conditions at most for which an event of their own is sought.
const MOST_BASES: usize = 12;

/// Returns at most `most` different events for a predicate; the same predicate gives the same events. Where some event satisfies it,
/// events that do come first.
pub fn samples(predicate: &Expr, family: Family, now: i64, most: usize) -> Vec<Json> {
    let Some(mut problem) = Problem::new(&[predicate], family, now) else { return Vec::new() };
    let mut events = Events { seen: HashSet::new(), list: Vec::new(), most };
    problem.try_values(Breadth::SOME, false);
    let mut bases = found(&problem);
    if bases.is_empty() {
        problem.try_values(Breadth::ALL, false);
        bases = found(&problem);
    }
    bases.iter().for_each(|base| events.add(problem.event(base)));
    events.add(problem.event(&vec![None; problem.fields.len()]));
    // Round by round, so that every field gets its first values before any gets its last.
    let longest = problem.fields.iter().map(|field| field.cells.len()).max().unwrap_or(0);
    for round in 0..longest {
        for (at, field) in problem.fields.iter().enumerate() {
            let Some(cell) = field.cells.get(round) else { continue };
            for base in &bases {
                events.add(problem.event(&with(base, at, cell.value.clone())));
            }
        }
    }
    for base in &bases {
        for (at, value) in base.iter().enumerate() {
            for variant in variants(value.as_ref(), family) {
                events.add(problem.event(&with(base, at, Some(variant))));
            }
        }
    }
    events.list
}

struct Events {
    seen: HashSet<String>,
    list: Vec<Json>,
    most: usize,
}

impl Events {
    fn add(&mut self, event: Json) {
        if self.list.len() < self.most && self.seen.insert(event.to_string()) {
            self.list.push(event);
        }
    }
}

/// Events that satisfy the predicate: one, and one for each condition in which that holds too.
fn found(problem: &Problem<'_>) -> Vec<Values> {
    let mut encoded = problem.encode_cells();
    let mut found: Vec<Values> = problem.find(&mut encoded, &[true], None, false).into_iter().collect();
    let step = problem.leaves.len().div_ceil(MOST_BASES).max(1);
    for number in (0..problem.leaves.len()).step_by(step) {
        let base = problem.find(&mut encoded, &[true], Some(number), false);
        found.extend(base.filter(|base| !found.contains(base)));
    }
    found
}

fn with(base: &Values, at: usize, value: Option<Json>) -> Values {
    let mut values = base.clone();
    if let Some(slot) = values.get_mut(at) {
        *slot = value;
    }
    values
}

/// The same text in other cases, and in documents as one of two values.
fn variants(value: Option<&Json>, family: Family) -> Vec<Json> {
    let Some(Json::String(text)) = value else { return Vec::new() };
    let mut out: Vec<Json> = cased(text).into_iter().map(Json::String).collect();
    if family == Family::Documents {
        out.push(Json::Array(vec![Json::from("zzq"), Json::from(text.as_str())]));
    }
    out
}
