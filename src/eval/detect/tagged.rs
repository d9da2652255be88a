//! Events of several steps in one pass over their source: each row says of which step it is, when it was and what ties it.
//!
//! Rows are made on the pieces of a source where it has pieces; what follows what is not its business.

use super::super::compile::Compiler;
use super::super::context::Context;
use super::super::expr::{Compiled, Frame, sees_one_row};
use super::super::key::Key;
use super::super::node::{Flow, Node, Sink, operator};
use super::super::scope::Scope;
use super::super::{DOCUMENT, ORDINAL, Refusal};
use super::events::{Document, Event, EventKeys, EventTime};
use crate::ir::{Column, Expr, Op, Plan, Step, Type, Value};
use std::sync::Arc;

/// What makes an event one of a step.
struct Tag {
    step: i64,
    /// `None` where all rows of the source are.
    condition: Option<Compiled>,
    keys: EventKeys,
    time: EventTime,
}

/// A source and the steps whose events it has.
struct Tagged {
    input: Arc<Node>,
    tags: Vec<Tag>,
    /// Whether anybody reads the documents.
    shows: bool,
}

impl Compiler<'_> {
    /// Compiles the inputs of steps; those that filter the same events are one node. [`event_of`] reads its rows.
    pub(super) fn tagged(&mut self, steps: &[&Step], time: &str, shows: bool) -> Result<Vec<Arc<Node>>, Refusal> {
        let mut sources: Vec<(&Plan, Tagged)> = Vec::new();
        for (number, step) in steps.iter().enumerate() {
            let (plan, input, predicate) = self.source(step)?;
            let place = sources.iter().position(|(known, _)| known.op == plan.op && known.schema == plan.schema);
            let place = place.filter(|_| predicate.is_some()).unwrap_or(sources.len());
            if place == sources.len() {
                sources.push((plan, Tagged { input, tags: Vec::new(), shows }));
            }
            let Some((_, Tagged { input, tags, .. })) = sources.get_mut(place) else { continue };
            let condition = predicate.map(|predicate| self.expr(predicate, &mut Scope::new(&input.columns))).transpose()?;
            let keys = self.event_keys(input, step.by.iter(), false)?;
            let time = self.event_time(input, &[time, "@timestamp"], step.span)?;
            tags.push(Tag { step: number as i64, condition, keys, time });
        }
        let width = steps.first().map_or(0, |step| step.by.len());
        Ok(sources.into_iter().map(|(plan, tagged)| tagged.node(width, plan)).collect())
    }

    /// Returns the events that a step filters, and by what; the step's own where they are no documents.
    fn source<'s>(&mut self, step: &'s Step) -> Result<(&'s Plan, Arc<Node>, Option<&'s Expr>), Refusal> {
        if let Op::Filter { input, predicate } = &step.input.op
            && matches!(input.op, Op::Scan(_))
            && sees_one_row(predicate)
        {
            let scan = self.plan(input)?;
            // A scan of a table has the filter in it.
            if scan.position(DOCUMENT).is_some() && scan.position(ORDINAL).is_some() {
                return Ok((input, scan, Some(predicate)));
            }
        }
        Ok((&step.input, self.plan(&step.input)?, None))
    }
}

impl Tagged {
    fn node(self, width: usize, plan: &Plan) -> Arc<Node> {
        let head = [("step", Type::Long), ("time", Type::Long), (ORDINAL, Type::Long), (DOCUMENT, Type::Dynamic)];
        let head = head.iter().map(|(name, ty)| Column::new(*name, *ty));
        let columns: Vec<Column> = head.chain((0..width).map(|key| Column::new(format!("key{key}"), Type::Unknown))).collect();
        // Rows without a position are counted, which takes all of them in order.
        let lines = self.input.passes_lines().filter(|_| self.input.position(ORDINAL).is_some()).cloned();
        let run = move |context: &Context, out: &mut Sink<'_>| self.run(context, out);
        Arc::new(Node::new(columns, plan.span, operator(run), false).reading(lines))
    }

    fn run(&self, context: &Context, out: &mut Sink<'_>) -> Result<(), Refusal> {
        let ordinal = self.input.position(ORDINAL);
        let document = Document { slot: self.input.position(DOCUMENT), columns: &self.input.columns };
        let mut made: Vec<Value> = Vec::new();
        let mut number = 0;
        self.input.run(context, &mut |row| {
            number += 1;
            let ordinal = ordinal.and_then(|slot| row.get(slot)).cloned().unwrap_or(Value::Long(number - 1));
            for tag in &self.tags {
                if tag.condition.as_ref().is_some_and(|condition| !condition.holds(&Frame { row, context })) {
                    continue;
                }
                let Some(time) = tag.time.of(row, context) else { continue };
                made.clear();
                let shown = if self.shows { document.of(row) } else { Value::Null };
                made.extend([Value::Long(tag.step), Value::Long(time), ordinal.clone(), shown]);
                tag.keys.add_whole(row, context, &mut made);
                if out(&made)? == Flow::Enough {
                    return Ok(Flow::Enough);
                }
            }
            Ok(Flow::More)
        })
    }
}

/// Reads a row: the step, and the event; `None` for rows of something else.
pub(super) fn event_of(row: &[Value]) -> Option<(usize, Event)> {
    let [Value::Long(step), Value::Long(time), Value::Long(ordinal), document, keys @ ..] = row else { return None };
    let keys = keys.iter().cloned().map(Key).collect();
    Some((usize::try_from(*step).ok()?, Event { time: *time, ordinal: *ordinal, keys, document: document.clone() }))
}
