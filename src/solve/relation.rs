//! How two predicates relate, with events that show it.

use super::leaf::Family;
use super::search::Problem;
use crate::ir::{Expr, Op, Plan, TableSource};
use serde_json::Value as Json;

/// An answer to "is there an event such that …".
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// No event is.
    Nothing,
    /// This one is; the evaluator has confirmed it.
    Event(Json),
    /// Not decided.
    Unknown,
}

/// How two predicates relate.
#[derive(Clone, Debug, PartialEq)]
pub struct Relation {
    /// An event that only the old one matches.
    pub only_old: Finding,
    /// An event that only the new one matches.
    pub only_new: Finding,
    /// An event that both match. Where each of the two others has one value in every field, so has this.
    pub both: Finding,
}

impl Finding {
    /// Returns the event.
    pub fn event(&self) -> Option<&Json> {
        if let Self::Event(event) = self { Some(event) } else { None }
    }

    /// Tells whether there is none.
    pub fn is_nothing(&self) -> bool {
        *self == Self::Nothing
    }
}

impl Relation {
    /// Tells whether both match the same events.
    pub fn is_equivalent(&self) -> bool {
        self.only_old.is_nothing() && self.only_new.is_nothing()
    }
}

/// Returns what events are to predicates over a source: a table has typed columns, everything else documents.
pub fn family(source: &Plan) -> Family {
    match &source.op {
        Op::Scan(TableSource::Index(_) | TableSource::LogSource { .. }) => Family::Documents,
        Op::Union { inputs, .. } => inputs.first().map_or(Family::Rows, |input| family(input)),
        Op::Filter { input, .. } => family(input),
        _ => Family::Rows,
    }
}

/// Tells whether it is proven that every event that one predicate matches another one matches too. No event is looked for that shows
/// the opposite. `now` (ticks) is what relative times start from.
pub fn implies(narrow: &Expr, wide: &Expr, family: Family, now: i64) -> bool {
    Problem::new(&[narrow, wide], family, now).is_some_and(|mut problem| problem.is_impossible(&[true, false]))
}

/// Tells whether it is proven that two predicates match the same events; like [`implies`] in both directions.
pub fn are_equivalent(one: &Expr, other: &Expr, family: Family, now: i64) -> bool {
    let problem = Problem::new(&[one, other], family, now);
    problem.is_some_and(|mut problem| problem.is_impossible(&[true, false]) && problem.is_impossible(&[false, true]))
}

/// Decides how two predicates relate on events of a family; `now` (ticks) is what relative times start from.
pub fn relate(old: &Expr, new: &Expr, family: Family, now: i64) -> Relation {
    let unknown = Relation { only_old: Finding::Unknown, only_new: Finding::Unknown, both: Finding::Unknown };
    let Some(mut problem) = Problem::new(&[old, new], family, now) else { return unknown };
    let only_old = problem.answer(&[true, false], false);
    let only_new = problem.answer(&[false, true], false);
    let both = match (&only_old, &only_new) {
        (Finding::Event(a), Finding::Event(b)) => problem.answer(&[true, true], has_single_values(a) && has_single_values(b)),
        _ => Finding::Unknown,
    };
    Relation { only_old, only_new, both }
}

fn has_single_values(event: &Json) -> bool {
    event.as_object().is_some_and(|members| members.values().all(|value| !value.is_array()))
}
