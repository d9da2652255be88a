//! `sample`, `sample-distinct`, `top-hitters`. Choices follow the run's seed.

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::expr::Frame;
use super::super::key::Key;
use super::super::node::{Flow, Row, Sink, emit_all, operator};
use super::super::scope::Scope;
use super::Parts;
use crate::ir::{Arithmetic, Column, Type, Value, convert, order};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

impl Compiler<'_> {
    /// Evaluates the `count` argument.
    fn sample_size(&mut self, parts: &Parts<'_>) -> Result<usize, Refusal> {
        let count = parts.arg("count").ok_or_else(|| parts.invalid("a number is missing"))?;
        let value = convert::to_long(&self.constant(&count.expr)?).and_then(|count| usize::try_from(count).ok());
        value.ok_or_else(|| Refusal::new("invalid-argument", count.expr.span, "the number of rows is not a number of rows"))
    }

    /// `sample`: rows chosen evenly (reservoir).
    pub(super) fn sample(&mut self, parts: &Parts<'_>) -> Result<Built, Refusal> {
        let count = self.sample_size(parts)?;
        let input = self.plan(parts.input()?)?;
        let columns = input.columns.to_vec();
        let run = move |context: &Context, out: &mut Sink<'_>| {
            let (mut chosen, mut seen): (Vec<Row>, u64) = (Vec::new(), 0);
            input.run(context, &mut |row| {
                seen += 1;
                let place = usize::try_from(context.random() % seen).unwrap_or(usize::MAX);
                if chosen.len() < count {
                    chosen.push(row.to_vec());
                } else if let Some(cell) = chosen.get_mut(place) {
                    *cell = row.to_vec();
                }
                Ok(Flow::More)
            })?;
            emit_all(&chosen, out)
        };
        Ok((columns, operator(run)))
    }

    /// `sample-distinct`: the first distinct values.
    pub(super) fn sample_distinct(&mut self, parts: &Parts<'_>) -> Result<Built, Refusal> {
        let count = self.sample_size(parts)?;
        let input = self.plan(parts.input()?)?;
        let (name, value) = self.clause_value(parts, "of:", &mut Scope::new(&input.columns))?;
        let columns = vec![Column { name, ty: value.ty }];
        let run = move |context: &Context, out: &mut Sink<'_>| {
            let mut seen: FxHashSet<Key> = FxHashSet::default();
            input.run(context, &mut |row| {
                let value = value.value(&Frame { row, context });
                if seen.len() >= count {
                    return Ok(Flow::Enough);
                }
                if seen.insert(Key(value.clone())) { out(&[value]) } else { Ok(Flow::More) }
            })
        };
        Ok((columns, operator(run)))
    }

    /// `top-hitters`: values that occur most often, or whose sum is largest. Exact here, an estimate on the engine.
    pub(super) fn top_hitters(&mut self, parts: &Parts<'_>) -> Result<Built, Refusal> {
        let count = self.sample_size(parts)?;
        let input = self.plan(parts.input()?)?;
        let mut scope = Scope::new(&input.columns);
        let (name, value) = self.clause_value(parts, "of:", &mut scope)?;
        let weight = parts.arg("by").map(|by| self.expr(&by.expr, &mut scope)).transpose()?;
        let estimate = parts.plan.schema.columns.get(1).map_or_else(|| Arc::from("approximate_count"), |c| Arc::clone(&c.name));
        let ty = weight.as_ref().map_or(Type::Long, |weight| if weight.ty == Type::Int { Type::Long } else { weight.ty });
        let columns = vec![Column { name, ty: value.ty }, Column { name: estimate, ty }];
        let run = move |context: &Context, out: &mut Sink<'_>| {
            let mut positions: FxHashMap<Key, usize> = FxHashMap::default();
            let mut sums: Vec<Row> = Vec::new();
            input.run(context, &mut |row| {
                let frame = Frame { row, context };
                let key = value.value(&frame);
                let by = weight.as_ref().map_or(Value::Long(1), |weight| weight.value(&frame));
                let position = *positions.entry(Key(key.clone())).or_insert(sums.len());
                match sums.get_mut(position).and_then(|row| row.get_mut(1)) {
                    Some(sum) => *sum = super::super::expr::compute(Arithmetic::Add, sum, &by, Type::Unknown),
                    None => sums.push(vec![key, by]),
                }
                Ok(Flow::More)
            })?;
            sums.sort_by(|a, b| order::sort_order(b.get(1).unwrap_or(&Value::Null), a.get(1).unwrap_or(&Value::Null)));
            sums.truncate(count);
            emit_all(&sums, out)
        };
        Ok((columns, operator(run)))
    }
}
