//! `fork` and `facet`: operators with several results, of which the first is what a caller gets; the reader says so.

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::expr::Frame;
use super::super::key::Key;
use super::super::node::{Row, Sink, emit_all, operator};
use super::super::scope::Scope;
use super::Parts;
use crate::ir::{Column, Plan, Type, Value};
use rustc_hash::FxHashMap;
use std::sync::Arc;

impl Compiler<'_> {
    /// `fork`: the first branch over the rows.
    pub(super) fn fork(&mut self, parts: &Parts<'_>) -> Result<Built, Refusal> {
        let branch = parts.inputs.get(1).ok_or_else(|| parts.invalid("a branch is missing"))?;
        self.over_rows(parts, branch)
    }

    /// `facet by x`: how often each value occurs; with `with`, that sub-query over the rows.
    pub(super) fn facet(&mut self, parts: &Parts<'_>) -> Result<Built, Refusal> {
        if let Some(with) = parts.inputs.get(1) {
            return self.over_rows(parts, with);
        }
        let input = self.plan(parts.input()?)?;
        let by = parts.args.first().ok_or_else(|| parts.invalid("the column is missing"))?;
        let value = self.expr(&by.expr, &mut Scope::new(&input.columns))?;
        let name = by.name.strip_prefix("by:").unwrap_or(&by.name);
        let columns = vec![Column::new(name, value.ty), Column::new(format!("count_{name}"), Type::Long)];
        let run = move |context: &Context, out: &mut Sink<'_>| {
            let mut positions: FxHashMap<Key, usize> = FxHashMap::default();
            let mut counts: Vec<Row> = Vec::new();
            input.run(context, &mut |row| {
                let value = value.value(&Frame { row, context });
                let position = *positions.entry(Key(value.clone())).or_insert(counts.len());
                match counts.get_mut(position).and_then(|row| row.get_mut(1)) {
                    Some(Value::Long(count)) => *count += 1,
                    _ => counts.push(vec![value, Value::Long(1)]),
                }
                Ok(super::super::node::Flow::More)
            })?;
            emit_all(&counts, out)
        };
        Ok((columns, operator(run)))
    }

    /// Runs a sub-plan whose `Each` is the piped rows.
    fn over_rows(&mut self, parts: &Parts<'_>, body: &Arc<Plan>) -> Result<Built, Refusal> {
        let input = self.plan(parts.input()?)?;
        let body = self.body(body, input.columns.to_vec())?;
        let columns = body.columns.to_vec();
        let run = move |context: &Context, out: &mut Sink<'_>| {
            let rows = input.collect(context)?;
            context.release(rows.len(), input.columns.len());
            context.with_each(rows, || body.run(context, out))
        };
        Ok((columns, operator(run)))
    }
}
