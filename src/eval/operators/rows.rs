//! Operators that look at one row at a time: `where`, `extend`, `project` and its relatives. Window functions inside them make
//! them hold all rows.

use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::expr::{Compiled, Frame, WindowCall, sees_one_row, settle};
use super::super::node::{Flow, Node, Row, Sink, operator};
use super::super::scope::Scope;
use super::super::{Refusal, is_hidden};
use super::{put, set};
use crate::ir::{Column, Expr, ExprKind, JoinKind, Named, Op, Plan, Type, Value};
use crate::source::Span;
use std::sync::Arc;

/// Takes the window calls of a scope; they need rows in order (`serialize-operator` lists which operators give such, k2s/0238).
fn window_calls(scope: Scope<'_>, ordered: bool, named: &[Named]) -> Result<Vec<WindowCall>, Refusal> {
    let calls = scope.windows.unwrap_or_default();
    if calls.is_empty() || ordered {
        return Ok(calls);
    }
    let span = named.first().map_or(Span::default(), |column| column.expr.span);
    Err(Refusal::new("rows-without-order", span, "window functions need rows in order: put `serialize` or `sort` before"))
}

fn is_serialized(plan: &Plan) -> bool {
    match &plan.op {
        Op::Sort { .. } | Op::Serialize { .. } | Op::Range { .. } | Op::Each | Op::Print(_) => true,
        Op::Special { name, .. } if matches!(&**name, "top-nested" | "top-hitters" | "getschema" | "scan") => true,
        Op::Filter { input, .. }
        | Op::Extend { input, .. }
        | Op::Project { input, .. }
        | Op::Select { input, .. }
        | Op::Limit { input, .. }
        | Op::Expand { input, .. }
        | Op::Parse { input, .. }
        | Op::ParseKeyValue { input, .. } => is_serialized(input),
        _ => false,
    }
}

/// Pushes the input's rows with the results of window calls behind them.
pub(in super::super) fn with_windows(input: &Node, calls: &[WindowCall], context: &Context, out: &mut Sink<'_>) -> Result<(), Refusal> {
    if calls.is_empty() {
        return input.run(context, out);
    }
    let mut rows = input.collect(context)?;
    for call in calls {
        call.fill(context, &mut rows);
    }
    super::super::node::emit_all(&rows, out)?;
    context.release(rows.len(), input.columns.len());
    Ok(())
}

impl Compiler<'_> {
    pub(in super::super) fn filter(&mut self, input: &Arc<Plan>, predicate: &Expr) -> Result<Built, Refusal> {
        if let Some(pushed) = before_unique_join(input, predicate) {
            let node = self.made(pushed)?;
            return Ok((node.columns.to_vec(), operator(move |context, out| node.run(context, out))));
        }
        let ordered = is_serialized(input);
        let input = self.plan(input)?;
        if let Some(scan) = input.as_scan().filter(|_| sees_one_row(predicate)) {
            return self.filtered_scan(scan, &input.columns, predicate);
        }
        let mut scope = Scope::windowed(&input.columns);
        let named = [Named { name: Arc::default(), expr: predicate.clone() }];
        let predicate = self.expr(predicate, &mut scope)?;
        let calls = window_calls(scope, ordered, &named)?;
        let (columns, width) = (input.columns.to_vec(), input.columns.len());
        let run = move |context: &Context, out: &mut Sink<'_>| {
            with_windows(&input, &calls, context, &mut |row| {
                if predicate.holds(&Frame { row, context }) { out(row.get(..width).unwrap_or(row)) } else { Ok(Flow::More) }
            })
        };
        Ok((columns, operator(run)))
    }

    /// All expressions see the input row (k2s/1134); a column of that name is replaced where it stands.
    pub(in super::super) fn extend(&mut self, input: &Arc<Plan>, named: &[Named], ordered: bool) -> Result<Built, Refusal> {
        let ordered = ordered || is_serialized(input);
        let input = self.plan(input)?;
        let mut scope = Scope::windowed(&input.columns);
        let mut columns = input.columns.to_vec();
        let mut values = Vec::new();
        for Named { name, expr } in named {
            let value = self.expr(expr, &mut scope)?;
            values.push((put(&mut columns, name, value.ty), value));
        }
        let calls = window_calls(scope, ordered, named)?;
        let (before, width) = (input.columns.len(), columns.len());
        let run = move |context: &Context, out: &mut Sink<'_>| {
            let mut scratch: Row = Vec::with_capacity(width);
            with_windows(&input, &calls, context, &mut |row| {
                scratch.clear();
                scratch.extend_from_slice(row.get(..before).unwrap_or(row));
                scratch.resize(width, Value::Null);
                for (position, value) in &values {
                    set(&mut scratch, *position, settle(value.value(&Frame { row, context }), value.ty));
                }
                out(&scratch)
            })
        };
        Ok((columns, operator(run)))
    }

    /// Makes named values ready: their columns, and what computes them.
    pub(super) fn columns<'p>(&mut self, named: &'p [Named], scope: &mut Scope<'p>) -> Result<(Vec<Column>, Vec<Compiled>), Refusal> {
        let mut columns = Vec::with_capacity(named.len());
        let mut values = Vec::with_capacity(named.len());
        for Named { name, expr } in named {
            let value = self.expr(expr, scope)?;
            columns.push(Column { name: Arc::clone(name), ty: value.ty });
            values.push(value);
        }
        Ok((columns, values))
    }

    pub(in super::super) fn project(&mut self, input: &Arc<Plan>, named: &[Named]) -> Result<Built, Refusal> {
        let ordered = is_serialized(input);
        let input = self.plan(input)?;
        let mut scope = Scope::windowed(&input.columns);
        let (columns, values) = self.columns(named, &mut scope)?;
        let calls = window_calls(scope, ordered, named)?;
        Ok((columns, operator(move |context, out| project_rows(&input, &calls, &values, context, out))))
    }

    /// `project-away`, `-keep`, `-rename`, `-reorder` where only the rows tell which columns there are.
    pub(in super::super) fn select(
        &mut self,
        input: &Arc<Plan>,
        away: &[Arc<str>],
        keep: &[Arc<str>],
        rename: &[(Arc<str>, Arc<str>)],
        first: &[Arc<str>],
    ) -> Result<Built, Refusal> {
        let input = self.plan(input)?;
        let any = |patterns: &[Arc<str>], name: &str| patterns.iter().any(|pattern| matches_pattern(pattern, name));
        let kept = |name: &str| is_hidden(name) || (!any(away, name) && (keep.is_empty() || any(keep, name)));
        let mut chosen: Vec<(usize, &Column)> = input.columns.iter().enumerate().filter(|(_, column)| kept(&column.name)).collect();
        chosen.sort_by_key(|(_, column)| first.iter().position(|pattern| matches_pattern(pattern, &column.name)).unwrap_or(first.len()));
        let mut columns = Vec::new();
        let mut values = Vec::new();
        for (slot, column) in chosen {
            let name = rename.iter().find(|(_, old)| *old == column.name).map_or(&column.name, |(new, _)| new);
            columns.push(Column { name: Arc::clone(name), ty: column.ty });
            values.push(Compiled::slot(slot, column.ty));
        }
        Ok((columns, operator(move |context, out| project_rows(&input, &[], &values, context, out))))
    }

    /// `distinct`: rows that are new in the given columns, in order of appearance.
    pub(in super::super) fn distinct(&mut self, input: &Arc<Plan>, named: &[Named]) -> Result<Built, Refusal> {
        if named.is_empty() {
            return self.distinct_all(input);
        }
        let (columns, projected) = self.project(input, named)?;
        let node = Node::new(columns.clone(), input.span, projected, false);
        Ok((columns, operator(move |context, out| distinct_rows(&node, context, out))))
    }

    fn distinct_all(&mut self, input: &Arc<Plan>) -> Result<Built, Refusal> {
        let input = self.plan(input)?;
        let columns = input.columns.to_vec();
        Ok((columns, operator(move |context, out| distinct_rows(&input, context, out))))
    }

    /// `count`: one row.
    pub(in super::super) fn count(&mut self, input: &Arc<Plan>, plan: &Plan) -> Result<Built, Refusal> {
        let input = self.plan(input)?;
        let name = plan.schema.columns.first().map_or("Count", |column| &*column.name);
        let columns = vec![Column::new(name, Type::Long)];
        let run = move |context: &Context, out: &mut Sink<'_>| {
            let mut count = 0;
            input.run(context, &mut |_| {
                count += 1;
                Ok(Flow::More)
            })?;
            out(&[Value::Long(count)]).map(|_| ())
        };
        Ok((columns, operator(run)))
    }
}

fn project_rows(input: &Node, calls: &[WindowCall], values: &[Compiled], context: &Context, out: &mut Sink<'_>) -> Result<(), Refusal> {
    let mut scratch: Row = Vec::with_capacity(values.len());
    with_windows(input, calls, context, &mut |row| {
        scratch.clear();
        scratch.extend(values.iter().map(|value| settle(value.value(&Frame { row, context }), value.ty)));
        out(&scratch)
    })
}

fn distinct_rows(input: &Node, context: &Context, out: &mut Sink<'_>) -> Result<(), Refusal> {
    let mut seen: rustc_hash::FxHashSet<super::super::key::Keys> = rustc_hash::FxHashSet::default();
    input.run(context, &mut |row| {
        let keys = row.iter().cloned().map(super::super::key::Key).collect();
        if !seen.insert(keys) {
            return Ok(Flow::More);
        }
        context.hold(row.len(), input.span)?;
        out(row)
    })
}

/// The engine filters the left side of an `innerunique` join before it picks a row for each key (emu/join-innerunique-03).
fn before_unique_join(input: &Arc<Plan>, predicate: &Expr) -> Option<Arc<Plan>> {
    let Op::Join { left, right, kind: JoinKind::InnerUnique, keys, lookup } = &input.op else { return None };
    let mut left_only = !left.schema.open;
    predicate.walk(&mut |part| match &part.kind {
        ExprKind::Column(name) => left_only &= left.schema.column(name).is_some(),
        ExprKind::Call { .. } | ExprKind::Match { .. } => left_only = false,
        _ => {}
    });
    if !left_only {
        return None;
    }
    let filter = Op::Filter { input: Arc::clone(left), predicate: predicate.clone() };
    let left = Plan::new(filter, left.schema.clone(), predicate.span);
    let join = Op::Join { left, right: Arc::clone(right), kind: JoinKind::InnerUnique, keys: keys.clone(), lookup: *lookup };
    Some(Plan::new(join, input.schema.clone(), input.span))
}

/// Matches a column name against a pattern with `*`.
pub(in super::super) fn matches_pattern(pattern: &str, name: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut name) = name.strip_prefix(start) else { return false };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let Some(end) = pieces.pop() else { return true };
    for piece in pieces {
        let Some(at) = name.find(piece) else { return false };
        name = name.get(at + piece.len()..).unwrap_or_default();
    }
    name.ends_with(end)
}
