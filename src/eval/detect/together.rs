//! Events that happen together in any order: EQL samples, Sigma temporal correlations.

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::key::Keys;
use super::super::node::{Flow, Row, Sink, operator};
use super::events::{Event, collect, key_columns, match_columns, match_row};
use crate::ir::{Plan, Sample};
use rustc_hash::FxHashMap;

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
    let mut rows = Vec::new();
    let mut latest: Vec<Option<&Event>> = vec![None; steps];
    for (event, step) in events {
        if let Some(cell) = latest.get_mut(*step)
            && (window.is_some() || cell.is_none())
        {
            *cell = Some(event);
        }
        let near = |found: &Event| window.is_none_or(|window| event.time - found.time <= window);
        let chosen: Vec<&Event> = latest.iter().flatten().copied().filter(|found| near(found)).collect();
        if chosen.len() == steps {
            rows.push(match_row(keys, None, &chosen));
            if window.is_none() {
                break;
            }
            latest.fill(None);
        }
    }
    rows
}
