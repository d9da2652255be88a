//! Operators with a sub-plan that runs once a row or a group: `mv-apply`, `partition`, and the leaf `Each` that feeds it.

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::expr::Frame;
use super::super::key::Key;
use super::super::node::{Flow, Row, Sink, emit_all, operator};
use super::super::scope::Scope;
use crate::ir::{Column, Expand, Expr, Plan, Schema, Value};
use rustc_hash::FxHashMap;
use std::sync::Arc;

impl Compiler<'_> {
    pub(in super::super) fn each(&mut self, plan: &Plan) -> Result<Built, Refusal> {
        let columns = self.each_columns(plan.span)?;
        let run = |context: &Context, out: &mut Sink<'_>| {
            let rows = context.each();
            emit_all(&rows, out)
        };
        Ok((columns, operator(run)))
    }

    /// The sub-plan sees the row's columns and the elements; its output stands beside the columns of the input.
    pub(in super::super) fn apply(
        &mut self,
        input: &Arc<Plan>,
        expands: &[Expand],
        index: Option<&Arc<str>>,
        limit: Option<u64>,
        body: &Arc<Plan>,
        said: &Schema,
    ) -> Result<Built, Refusal> {
        let input = self.plan(input)?;
        let expansion = self.expansion(&input, expands, index, limit)?;
        let body = self.body(body, expansion.columns.clone())?;
        let mut columns: Vec<Column> = Vec::new();
        let mut origins: Vec<(bool, usize)> = Vec::new();
        for (slot, column) in input.columns.iter().enumerate() {
            match body.position(&column.name) {
                Some(inner) => origins.push((true, inner)),
                // `x` goes when it is expanded, unless the author wrote `x = x`: the reader tells them apart.
                None if expansion.fills(slot) && said.column(&column.name).is_none() => continue,
                None => origins.push((false, slot)),
            }
            columns.push(column.clone());
        }
        for (slot, column) in body.columns.iter().enumerate() {
            if input.position(&column.name).is_none() {
                origins.push((true, slot));
                columns.push(column.clone());
            } else if let Some(outer) = columns.iter_mut().find(|outer| outer.name == column.name) {
                outer.ty = column.ty;
            }
        }
        let run = move |context: &Context, out: &mut Sink<'_>| {
            input.run(context, &mut |row| {
                let rows: Vec<Row> = expansion.rows(row, context).collect();
                let mut flow = Flow::More;
                context.with_each(rows, || {
                    body.run(context, &mut |inner| {
                        let pick = |(is_inner, slot): &(bool, usize)| if *is_inner { inner.get(*slot) } else { row.get(*slot) };
                        let joined: Row = origins.iter().map(|origin| pick(origin).cloned().unwrap_or_default()).collect();
                        flow = out(&joined)?;
                        Ok(flow)
                    })
                })?;
                Ok(flow)
            })
        };
        Ok((columns, operator(run)))
    }

    /// The sub-plan runs for each value of the key, in order of appearance.
    pub(in super::super) fn partition(&mut self, input: &Arc<Plan>, by: &Expr, body: &Arc<Plan>) -> Result<Built, Refusal> {
        let input = self.plan(input)?;
        let key = self.expr(by, &mut Scope::new(&input.columns))?;
        let body = self.body(body, input.columns.to_vec())?;
        let columns = body.columns.to_vec();
        let run = move |context: &Context, out: &mut Sink<'_>| {
            let mut positions: FxHashMap<Key, usize> = FxHashMap::default();
            let mut groups: Vec<Vec<Row>> = Vec::new();
            for row in input.collect(context)? {
                let value = Key(key.value(&Frame { row: &row, context }));
                let position = *positions.entry(value).or_insert(groups.len());
                match groups.get_mut(position) {
                    Some(group) => group.push(row),
                    None => groups.push(vec![row]),
                }
            }
            let mut flow = Flow::More;
            for group in groups {
                context.release(group.len(), input.columns.len());
                let mut forward = |row: &[Value]| {
                    flow = out(row)?;
                    Ok(flow)
                };
                context.with_each(group, || body.run(context, &mut forward))?;
                if flow == Flow::Enough {
                    break;
                }
            }
            Ok(())
        };
        Ok((columns, operator(run)))
    }
}
