//! Threshold rules: groups with enough events and enough distinct values (spec/kuery-semantics.md §4, `threshold`).
//!
//! Arrays belong to as many groups as they have elements; what is missing is a group of its own where the detection says so.

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::key::Keys;
use super::super::node::{Flow, Node, Row, Sink, operator};
use super::events::EventKeys;
use crate::ir::{Column, Plan, Threshold, Type, Value};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// A compiled threshold.
struct Test {
    node: Arc<Node>,
    keys: EventKeys,
    counted: Vec<(EventKeys, u64)>,
    count: u64,
    skip_missing: bool,
}

/// What is known of a group: events, and the distinct values of each counted field.
struct Group {
    keys: Keys,
    events: u64,
    distinct: Vec<FxHashSet<Keys>>,
}

impl Compiler<'_> {
    pub(in super::super) fn threshold(&mut self, test: &Threshold, _plan: &Plan) -> Result<Built, Refusal> {
        let node = self.plan(&test.input)?;
        let keys = self.event_keys(&node, test.keys.iter().map(|key| &key.expr), true)?;
        let mut counted = Vec::new();
        let mut columns: Vec<Column> = test.keys.iter().map(|key| Column { name: Arc::clone(&key.name), ty: key.expr.ty }).collect();
        columns.push(Column::new("count", Type::Long));
        for (field, least) in &test.cardinality {
            counted.push((self.event_keys(&node, std::iter::once(&field.expr), true)?, *least));
            columns.push(Column { name: Arc::clone(&field.name), ty: Type::Long });
        }
        let test = Test { node, keys, counted, count: test.count, skip_missing: test.skip_missing };
        Ok((columns, operator(move |context, out| test.run(context, out))))
    }
}

impl Test {
    fn run(&self, context: &Context, out: &mut Sink<'_>) -> Result<(), Refusal> {
        let mut positions: FxHashMap<Keys, usize> = FxHashMap::default();
        let mut groups: Vec<Group> = Vec::new();
        self.node.run(context, &mut |row| {
            for keys in self.keys.combinations(row, context, self.skip_missing) {
                let position = *positions.entry(keys.clone()).or_insert(groups.len());
                if position == groups.len() {
                    context.hold(keys.len() + 2, self.node.span)?;
                    groups.push(Group { keys, events: 0, distinct: vec![FxHashSet::default(); self.counted.len()] });
                }
                let Some(group) = groups.get_mut(position) else { continue };
                group.events += 1;
                for ((field, _), distinct) in self.counted.iter().zip(&mut group.distinct) {
                    distinct.extend(field.combinations(row, context, true));
                }
            }
            Ok(Flow::More)
        })?;
        for group in groups.iter().filter(|group| self.is_enough(group)) {
            let mut row: Row = group.keys.iter().map(|key| key.0.clone()).collect();
            row.push(Value::Long(group.events as i64));
            row.extend(group.distinct.iter().map(|distinct| Value::Long(distinct.len() as i64)));
            if out(&row)? == Flow::Enough {
                break;
            }
        }
        Ok(())
    }

    fn is_enough(&self, group: &Group) -> bool {
        let enough = |((_, least), distinct): (&(EventKeys, u64), &FxHashSet<Keys>)| distinct.len() as u64 >= *least;
        group.events >= self.count && self.counted.iter().zip(&group.distinct).all(enough)
    }
}
