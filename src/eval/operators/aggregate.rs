//! `summarize`: groups in order of appearance, one accumulator a call and group.

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::expr::{Compiled, Frame, settle};
use super::super::key::{Key, Keys};
use super::super::node::{Flow, Node, Row, Sink, operator};
use super::super::scope::Scope;
use crate::functions::{self, Accumulator, Eval};
use crate::ir::{Aggregate, Column, Named, Plan, Type, Value};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A compiled aggregate call.
pub(in super::super) struct Call {
    start: fn() -> Box<dyn Accumulator>,
    args: Vec<Compiled>,
    types: Vec<Type>,
    /// The output columns.
    columns: Vec<Column>,
}

/// Compiled aggregate calls.
pub(in super::super) struct Calls(Vec<Call>);

/// The accumulators of one group.
pub(in super::super) struct States(Vec<Box<dyn Accumulator>>);

impl Calls {
    /// Returns the output columns of all calls.
    pub(in super::super) fn columns(&self) -> impl Iterator<Item = &Column> {
        self.0.iter().flat_map(|call| &call.columns)
    }

    /// Begins a group.
    pub(in super::super) fn start(&self) -> States {
        States(self.0.iter().map(|call| (call.start)()).collect())
    }

    /// Takes a row into a group.
    pub(in super::super) fn add(&self, states: &mut States, frame: &Frame<'_>) {
        for (call, state) in self.0.iter().zip(&mut states.0) {
            let values: Vec<Value> = call.args.iter().map(|arg| arg.value(frame)).collect();
            state.add(&values, &call.types);
        }
    }

    /// Appends a group's results.
    pub(in super::super) fn finish(&self, mut states: States, into: &mut Row) {
        for (call, state) in self.0.iter().zip(&mut states.0) {
            let mut values = Vec::with_capacity(call.columns.len());
            state.finish(call.columns.first().map_or(Type::Unknown, |column| column.ty), &mut values);
            values.resize(call.columns.len(), Value::Null);
            into.extend(values.into_iter().zip(&call.columns).map(|(value, column)| settle(value, column.ty)));
        }
    }
}

impl Compiler<'_> {
    pub(in super::super) fn calls(&mut self, aggregates: &[Aggregate], scope: &mut Scope<'_>, keys: &[Named]) -> Result<Calls, Refusal> {
        aggregates.iter().map(|aggregate| self.aggregate_call(aggregate, scope, keys)).collect::<Result<_, _>>().map(Calls)
    }

    fn aggregate_call(&mut self, aggregate: &Aggregate, scope: &mut Scope<'_>, keys: &[Named]) -> Result<Call, Refusal> {
        let name = &aggregate.function;
        let Some(row) = functions::aggregate(name) else {
            return Err(Refusal::new("unknown-function", aggregate.span, format!("there is no aggregate `{name}`")));
        };
        let start = match row.eval {
            Eval::Aggregate(start) => start,
            Eval::Refused(reason) => {
                return Err(Refusal::new("unsupported-function", aggregate.span, format!("`{name}` is not run: {reason}")));
            }
            _ => return Err(Refusal::new("unsupported-function", aggregate.span, format!("`{name}` is no aggregate"))),
        };
        let mut args = aggregate.args.iter().map(|arg| self.expr(arg, scope)).collect::<Result<Vec<_>, _>>()?;
        let mut names = aggregate.names.clone();
        if aggregate.star {
            let listed = |column: &Column| names.contains(&column.name) || keys.iter().any(|key| key.name == column.name);
            let rest: Vec<(usize, Column)> = scope.columns().iter().cloned().enumerate().filter(|(_, c)| !listed(c)).collect();
            for (slot, column) in rest {
                args.push(Compiled::slot(slot, column.ty));
                names.push(column.name);
            }
        }
        let types: Vec<Type> = args.iter().map(|arg| arg.ty).collect();
        let several = name.starts_with("arg") || name.contains("any");
        let ty = |position: usize| match position {
            0 if aggregate.ty != Type::Unknown => aggregate.ty,
            _ if several => types.get(position).copied().unwrap_or_default(),
            _ => aggregate.ty,
        };
        let columns = names.into_iter().enumerate().map(|(position, name)| Column { name, ty: ty(position) }).collect();
        Ok(Call { start, args, types, columns })
    }

    pub(in super::super) fn aggregate(
        &mut self,
        input: &Arc<Plan>,
        keys: &[Named],
        aggregates: &[Aggregate],
        post: &[Named],
    ) -> Result<Built, Refusal> {
        let span = input.span;
        let input = self.plan(input)?;
        let mut scope = Scope::new(&input.columns);
        let compiled = keys.iter().map(|key| self.expr(&key.expr, &mut scope)).collect::<Result<Vec<_>, _>>()?;
        let calls = self.calls(aggregates, &mut scope, keys)?;
        let mut columns: Vec<Column> =
            keys.iter().zip(&compiled).map(|(key, value)| Column { name: Arc::clone(&key.name), ty: value.ty }).collect();
        columns.extend(calls.columns().cloned());
        let run = move |context: &Context, out: &mut Sink<'_>| group(&input, &compiled, &calls, context, out);
        if post.is_empty() {
            return Ok((columns, operator(run)));
        }
        let grouped = Arc::new(Node::new(columns, span, operator(run), false));
        self.project_node(&grouped, post)
    }

    /// Computes columns over the rows of a node.
    fn project_node(&mut self, input: &Arc<Node>, named: &[Named]) -> Result<Built, Refusal> {
        let mut scope = Scope::new(&input.columns);
        let values = named.iter().map(|column| self.expr(&column.expr, &mut scope)).collect::<Result<Vec<_>, _>>()?;
        let columns = named.iter().zip(&values).map(|(column, value)| Column { name: Arc::clone(&column.name), ty: value.ty }).collect();
        let input = Arc::clone(input);
        let run = move |context: &Context, out: &mut Sink<'_>| {
            input.run(context, &mut |row| {
                let row: Row = values.iter().map(|value| settle(value.value(&Frame { row, context }), value.ty)).collect();
                out(&row)
            })
        };
        Ok((columns, operator(run)))
    }
}

/// Without keys one row comes out even of no input (`summarize-operator`, default values).
fn group(input: &Node, keys: &[Compiled], calls: &Calls, context: &Context, out: &mut Sink<'_>) -> Result<(), Refusal> {
    let mut positions: FxHashMap<Keys, usize> = FxHashMap::default();
    let mut groups: Vec<(Keys, States)> = Vec::new();
    if keys.is_empty() {
        positions.insert(Vec::new(), 0);
        groups.push((Vec::new(), calls.start()));
    }
    input.run(context, &mut |row| {
        let frame = Frame { row, context };
        let values: Keys = keys.iter().map(|key| Key(settle(key.value(&frame), key.ty))).collect();
        let position = if let Some(position) = positions.get(&values) {
            *position
        } else {
            context.hold(2 * keys.len() + 4 * calls.0.len(), input.span)?;
            positions.insert(values.clone(), groups.len());
            groups.push((values, calls.start()));
            groups.len() - 1
        };
        if let Some((_, states)) = groups.get_mut(position) {
            calls.add(states, &frame);
        }
        Ok(Flow::More)
    })?;
    context.release(groups.len(), 2 * keys.len() + 4 * calls.0.len());
    for (values, states) in groups {
        let mut row: Row = values.into_iter().map(|key| key.0).collect();
        calls.finish(states, &mut row);
        if out(&row)? == Flow::Enough {
            break;
        }
    }
    Ok(())
}
