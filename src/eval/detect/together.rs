//! Events that happen together in any order: EQL samples, Sigma temporal correlations.

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::key::Keys;
use super::super::node::{Flow, Row, Sink, operator};
use super::events::{Event, collect, key_columns, match_columns, match_row};
use crate::ir::{Plan, Sample};
use rustc_hash::{FxHashMap, FxHashSet};

impl Compiler<'_> {
    pub(in super::super) fn unordered(&mut self, sample: &Sample, _plan: &Plan) -> Result<Built, Refusal> {
        let mut sources = Vec::new();
        for step in &sample.steps {
            let node = self.plan(&step.input)?;
            let keys = self.event_keys(&node, step.by.iter(), false)?;
            let time = self.event_time(&node, &[&sample.time, "@timestamp"], step.span)?;
            sources.push((node, keys, time));
        }
        let columns = match_columns(sample.steps.first().map_or_else(Vec::new, |step| key_columns(step.by.iter())));
        let window = sample.window;
        let run = move |context: &Context, out: &mut Sink<'_>| {
            let mut tied: FxHashMap<Keys, Vec<(Event, usize)>> = FxHashMap::default();
            let mut order: Vec<Keys> = Vec::new();
            for (step, (node, keys, time)) in sources.iter().enumerate() {
                for event in collect(node, keys, time, true, context)? {
                    let events = tied.entry(event.keys.clone()).or_default();
                    if events.is_empty() {
                        order.push(event.keys.clone());
                    }
                    events.push((event, step));
                }
            }
            for keys in order {
                let mut events = tied.remove(&keys).unwrap_or_default();
                events.sort_by_key(|(event, step)| (event.time, event.ordinal, *step));
                for row in together(&keys, &events, sources.len(), window) {
                    if out(&row)? == Flow::Enough {
                        return Ok(());
                    }
                }
            }
            Ok(())
        };
        Ok((columns, operator(run)))
    }
}

/// Finds events of all steps: without a window once a key, with one each time that all lie within it.
fn together(keys: &Keys, events: &[(Event, usize)], steps: usize, window: Option<i64>) -> Vec<Row> {
    let Some(window) = window else {
        return distinct(events, steps).map(|chosen| match_row(keys, None, &chosen)).into_iter().collect();
    };
    let mut rows = Vec::new();
    let mut latest: Vec<Option<&Event>> = vec![None; steps];
    for (event, step) in events {
        if let Some(cell) = latest.get_mut(*step) {
            *cell = Some(event);
        }
        let chosen: Vec<&Event> = latest.iter().flatten().copied().filter(|found| event.time - found.time <= window).collect();
        if chosen.len() == steps {
            rows.push(match_row(keys, None, &chosen));
            latest.fill(None);
        }
    }
    rows
}

/// Chooses an event for each step, none twice (eql-syntax, "Sample queries"): the first ones, moved on where a later step needs them.
fn distinct(events: &[(Event, usize)], steps: usize) -> Option<Vec<&Event>> {
    // More events of a step than there are steps are never needed.
    let candidates: Vec<Vec<&Event>> =
        (0..steps).map(|step| events.iter().filter(|(_, of)| *of == step).map(|(event, _)| event).take(steps).collect()).collect();
    let mut taken: FxHashMap<i64, usize> = FxHashMap::default();
    for step in 0..steps {
        if !place(step, &candidates, &mut taken, &mut FxHashSet::default()) {
            return None;
        }
    }
    let of_step = |step: usize| candidates.get(step)?.iter().copied().find(|event| taken.get(&event.ordinal) == Some(&step));
    (0..steps).map(of_step).collect()
}

/// Gives a step an event, if need be one that another step can do without.
fn place(step: usize, candidates: &[Vec<&Event>], taken: &mut FxHashMap<i64, usize>, tried: &mut FxHashSet<i64>) -> bool {
    for event in candidates.get(step).into_iter().flatten() {
        if !tried.insert(event.ordinal) {
            continue;
        }
        let is_free = match taken.get(&event.ordinal) {
            Some(holder) => place(*holder, candidates, taken, tried),
            None => true,
        };
        if is_free {
            taken.insert(event.ordinal, step);
            return true;
        }
    }
    false
}
