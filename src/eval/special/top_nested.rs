//! `top-nested`: the top values of a column, inside each the top values of the next (`top-nested-operator`).

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::expr::{Compiled, Frame};
use super::super::key::Key;
use super::super::node::{Flow, Row, Sink, operator};
use super::super::operators::Calls;
use super::super::scope::Scope;
use super::Parts;
use super::clauses::split_aggregates;
use crate::ir::{Column, Value, convert, order};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A compiled clause.
struct Level {
    count: Option<usize>,
    of: Compiled,
    others: Option<Value>,
    calls: Calls,
    by: Compiled,
    descending: bool,
}

/// A value of a level with its rows.
struct Branch {
    value: Value,
    by: Value,
    rows: Vec<usize>,
}

impl Compiler<'_> {
    pub(super) fn top_nested(&mut self, parts: &Parts<'_>) -> Result<Built, Refusal> {
        let input = self.plan(parts.input()?)?;
        let mut levels: Vec<Level> = Vec::new();
        let mut columns: Vec<Column> = Vec::new();
        let mut scope = Scope::new(&input.columns);
        let (mut count, mut others, mut of) = (None, None, None);
        for arg in parts.args {
            match arg.name.split_once(':') {
                None if &*arg.name == "count" => {
                    count = convert::to_long(&self.constant(&arg.expr)?).and_then(|n| usize::try_from(n).ok());
                }
                None if &*arg.name == "others" => others = Some(self.constant(&arg.expr)?),
                None => {
                    let descending = convert::to_bool(&self.constant(&arg.expr)?).unwrap_or(true);
                    if let Some(level) = levels.last_mut() {
                        level.descending = descending;
                    }
                }
                Some(("of", name)) => {
                    let value = self.expr(&arg.expr, &mut scope)?;
                    columns.push(Column { name: Arc::from(name), ty: value.ty });
                    of = Some(value);
                }
                Some((_, name)) => {
                    let mut aggregates = Vec::new();
                    let by = split_aggregates(&arg.expr, &mut aggregates);
                    let calls = self.calls(&aggregates, &mut scope, &[])?;
                    let call_columns: Vec<Column> = calls.columns().cloned().collect();
                    let by = self.expr(&by, &mut Scope::new(&call_columns))?;
                    columns.push(Column { name: Arc::from(name), ty: by.ty });
                    let of = of.take().ok_or_else(|| parts.invalid("a clause has no column"))?;
                    levels.push(Level { count: count.take(), of, others: others.take(), calls, by, descending: true });
                }
            }
        }
        let run = move |context: &Context, out: &mut Sink<'_>| {
            let rows = input.collect(context)?;
            descend(&levels, &rows, &(0..rows.len()).collect::<Vec<_>>(), &Row::new(), context, out)?;
            context.release(rows.len(), input.columns.len());
            Ok(())
        };
        Ok((columns, operator(run)))
    }
}

fn descend(levels: &[Level], rows: &[Row], chosen: &[usize], prefix: &Row, context: &Context, out: &mut Sink<'_>) -> Result<Flow, Refusal> {
    let Some((level, deeper)) = levels.split_first() else { return out(prefix) };
    let mut branches = level.branches(rows, chosen, context);
    let rest = branches.split_off(level.count.unwrap_or(usize::MAX).min(branches.len()));
    for branch in branches {
        let row: Row = prefix.iter().cloned().chain([branch.value, branch.by]).collect();
        if descend(deeper, rows, &branch.rows, &row, context, out)? == Flow::Enough {
            return Ok(Flow::Enough);
        }
    }
    let Some(others) = &level.others else { return Ok(Flow::More) };
    let left: Vec<usize> = rest.into_iter().flat_map(|branch| branch.rows).collect();
    let by = level.measure(rows, &left, context);
    let mut row: Row = prefix.iter().cloned().chain([others.clone(), by]).collect();
    for deeper in deeper {
        row.push(deeper.others.clone().unwrap_or_default());
        row.push(deeper.measure(rows, &left, context));
    }
    out(&row)
}

impl Level {
    fn measure(&self, rows: &[Row], chosen: &[usize], context: &Context) -> Value {
        let mut states = self.calls.start();
        for row in chosen.iter().filter_map(|position| rows.get(*position)) {
            self.calls.add(&mut states, &Frame { row, context });
        }
        let mut results = Row::new();
        self.calls.finish(states, &mut results);
        self.by.value(&Frame { row: &results, context })
    }

    fn branches(&self, rows: &[Row], chosen: &[usize], context: &Context) -> Vec<Branch> {
        let mut positions: FxHashMap<Key, usize> = FxHashMap::default();
        let mut branches: Vec<Branch> = Vec::new();
        for position in chosen {
            let Some(row) = rows.get(*position) else { continue };
            let value = self.of.value(&Frame { row, context });
            let at = *positions.entry(Key(value.clone())).or_insert(branches.len());
            match branches.get_mut(at) {
                Some(branch) => branch.rows.push(*position),
                None => branches.push(Branch { value, by: Value::Null, rows: vec![*position] }),
            }
        }
        for branch in &mut branches {
            branch.by = self.measure(rows, &branch.rows, context);
        }
        branches.sort_by(|a, b| {
            // Ties go by the value, in the same direction (emu/top-nested-operator-03).
            let order = order::sort_order(&a.by, &b.by).then_with(|| order::sort_order(&a.value, &b.value));
            if self.descending { order.reverse() } else { order }
        });
        branches
    }
}
