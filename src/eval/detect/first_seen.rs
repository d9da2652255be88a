//! New terms: key values of the recent window that the history window has not (spec/kuery-semantics.md §4, `new_terms`).

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::key::Keys;
use super::super::node::{Flow, Node, Row, Sink, emit_all, operator};
use super::events::{EventKeys, EventTime};
use crate::ir::{FirstSeen, Plan, Value, WindowSide};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// Takes a row, its time and its combinations of keys.
type Take<'t> = dyn FnMut(&[Value], i64, Vec<Keys>) -> Result<Flow, Refusal> + 't;

/// One side, compiled.
struct Side {
    node: Arc<Node>,
    keys: EventKeys,
    time: EventTime,
    window: Window,
}

/// A window in ticks before now.
#[derive(Clone, Copy)]
struct Window {
    from: (i64, bool),
    to: (i64, bool),
}

/// A compiled first-seen test.
struct Test {
    history: Side,
    recent: Side,
    skip_missing: bool,
    per_key: bool,
}

impl Compiler<'_> {
    pub(in super::super) fn first_seen(&mut self, test: &FirstSeen, plan: &Plan) -> Result<Built, Refusal> {
        let mut side = |side: &WindowSide, keys: &[crate::ir::Named]| {
            let node = self.plan(&side.input)?;
            let keys = self.event_keys(&node, keys.iter().map(|key| &key.expr), test.explode_arrays)?;
            let time = self.event_time(&node, &[&test.time, "@timestamp"], plan.span)?;
            let window = Window { from: (side.from, side.from_inclusive), to: (side.to, side.to_inclusive) };
            Ok(Side { node, keys, time, window })
        };
        let (history, recent) = (side(&test.history, &test.history_keys)?, side(&test.recent, &test.keys)?);
        let columns = recent.node.columns.to_vec();
        let test = Test { history, recent, skip_missing: test.skip_missing, per_key: test.per_key };
        Ok((columns, operator(move |context, out| test.run(context, out))))
    }
}

impl Window {
    fn holds(self, time: i64, now: i64) -> bool {
        let (from, to) = (now.saturating_sub(self.from.0), now.saturating_sub(self.to.0));
        (time > from || (time == from && self.from.1)) && (time < to || (time == to && self.to.1))
    }
}

impl Side {
    /// Calls `take` with each row in the window, its time and its combinations of keys.
    fn visit(&self, skip_missing: bool, context: &Context, take: &mut Take<'_>) -> Result<(), Refusal> {
        self.node.run(context, &mut |row| match self.time.of(row, context) {
            Some(time) if self.window.holds(time, context.now) => take(row, time, self.keys.combinations(row, context, skip_missing)),
            _ => Ok(Flow::More),
        })
    }
}

impl Test {
    fn run(&self, context: &Context, out: &mut Sink<'_>) -> Result<(), Refusal> {
        let mut old: FxHashSet<Keys> = FxHashSet::default();
        self.history.visit(self.skip_missing, context, &mut |row, _, combinations| {
            for keys in combinations {
                if old.insert(keys) {
                    context.hold(row.len().min(4), self.history.node.span)?;
                }
            }
            Ok(Flow::More)
        })?;
        if self.per_key {
            return emit_all(&self.oldest(&old, context)?, out);
        }
        self.recent.visit(self.skip_missing, context, &mut |row, _, combinations| {
            if combinations.iter().any(|keys| !old.contains(keys)) { out(row) } else { Ok(Flow::More) }
        })
    }

    /// The oldest recent row of each new combination, in order of time.
    fn oldest(&self, old: &FxHashSet<Keys>, context: &Context) -> Result<Vec<Row>, Refusal> {
        let mut first: FxHashMap<Keys, (i64, usize, Row)> = FxHashMap::default();
        let mut number = 0;
        self.recent.visit(self.skip_missing, context, &mut |row, time, combinations| {
            number += 1;
            for keys in combinations.into_iter().filter(|keys| !old.contains(keys)) {
                if first.get(&keys).is_none_or(|(earliest, ..)| time < *earliest) {
                    context.hold(row.len(), self.recent.node.span)?;
                    first.insert(keys, (time, number, row.to_vec()));
                }
            }
            Ok(Flow::More)
        })?;
        let mut rows: Vec<(Keys, (i64, usize, Row))> = first.into_iter().collect();
        rows.sort_by(|(keys, a), (others, b)| {
            let by_key = || {
                let pairs = keys.iter().zip(others).map(|(a, b)| crate::ir::order::sort_order(&a.0, &b.0));
                pairs.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
            };
            (a.0, a.1).cmp(&(b.0, b.1)).then_with(by_key)
        });
        Ok(rows.into_iter().map(|(_, (_, _, row))| row).collect())
    }
}
