//! Takes out of a plan the columns that nobody reads, so that scans need not make them. The answer stays the same.
//!
//! Needs flow from the result down to the scans; then nodes are rebuilt from the scans up. What an operator reads is known for the
//! relational ones; an operator that is not listed reads everything.

use super::need::Need;
use crate::ir::{Aggregate, Column, Expr, JoinKind, Named, Op, ParsePart, Plan, Schema, TableSource};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A plan without what nobody reads.
pub(super) struct Pruned {
    /// The plan.
    pub(super) plan: Arc<Plan>,
    /// What is read of the columns of each scan and each sequence.
    pub(super) read: FxHashMap<*const Plan, Need>,
}

/// What somebody reads of each node, by address.
type Needs = FxHashMap<*const Plan, Need>;

/// Prunes a plan all of whose output is wanted.
pub(super) fn prune(plan: &Arc<Plan>) -> Pruned {
    let mut order: Vec<&Arc<Plan>> = Vec::new();
    plan.walk(&mut |node| order.push(node));
    let mut needs: Needs = FxHashMap::default();
    needs.insert(Arc::as_ptr(plan), Need::All);
    // A walk visits inputs first: backwards, every consumer has spoken before its inputs are asked.
    for node in order.iter().rev() {
        let need = needs.get(&Arc::as_ptr(node)).cloned().unwrap_or(Need::All);
        let mut read = |input: &Arc<Plan>, need: Need| needs.entry(Arc::as_ptr(input)).or_insert_with(Need::nothing).merge(&need);
        for (input, need) in node.op.inputs().into_iter().zip(inputs(node, &need)) {
            read(input, need);
        }
        for plan in node.op.expressions().into_iter().flat_map(Expr::plans) {
            // `in (table)` and `toscalar` look at the first column.
            let first = plan.schema.columns.first().filter(|_| !plan.schema.open);
            read(plan, first.map_or(Need::All, |column| Need::of([&column.name])));
        }
    }
    let mut rebuilt: FxHashMap<*const Plan, Arc<Plan>> = FxHashMap::default();
    let mut read = FxHashMap::default();
    for node in order {
        let need = needs.get(&Arc::as_ptr(node)).cloned().unwrap_or(Need::All);
        let new = rebuild(node, &need, &rebuilt);
        if matches!(new.op, Op::Scan(_) | Op::Sequence(_)) {
            read.insert(Arc::as_ptr(&new), need);
        }
        rebuilt.insert(Arc::as_ptr(node), new);
    }
    Pruned { plan: rebuilt.remove(&Arc::as_ptr(plan)).unwrap_or_else(|| Arc::clone(plan)), read }
}

/// Leaves a plan as it is: everything counts as read.
pub(super) fn as_it_is(plan: &Arc<Plan>) -> Pruned {
    Pruned { plan: Arc::clone(plan), read: FxHashMap::default() }
}

/// What a node reads of each of its inputs, if `need` is read of its output.
fn inputs(node: &Plan, need: &Need) -> Vec<Need> {
    let all = || vec![Need::All; node.op.inputs().len()];
    if node.schema.open && !passes_matches(node) {
        return all();
    }
    let reading = |start: Need, exprs: &mut dyn Iterator<Item = &Expr>| {
        let mut need = start;
        exprs.for_each(|expr| need.add_expr(expr));
        vec![need]
    };
    match &node.op {
        Op::Filter { .. } | Op::Sort { .. } | Op::Limit { .. } => reading(need.clone(), &mut node.op.expressions().into_iter()),
        Op::Extend { columns, .. } | Op::Serialize { columns, .. } => {
            // A column that is replaced stays in its place only if it is there.
            reading(need.clone(), &mut columns.iter().filter(|column| need.has(&column.name)).map(|column| &column.expr))
        }
        Op::Project { columns, .. } => {
            let mut read = Need::nothing();
            for column in columns {
                if let Some(used) = need.part(&column.name) {
                    read.add_part_of(&column.expr, used);
                }
            }
            vec![read]
        }
        Op::Aggregate { aggregates, .. } if aggregates.iter().any(|aggregate| aggregate.star) => all(),
        Op::Aggregate { aggregates, keys, post, .. } => {
            let kept = aggregates.iter().map(|aggregate| kept_parts(aggregate, need, post));
            let kept: Vec<Aggregate> = kept.collect();
            let args = kept.iter().flat_map(|aggregate| &aggregate.args);
            reading(Need::nothing(), &mut keys.iter().map(|key| &key.expr).chain(args))
        }
        Op::Distinct { columns, .. } if columns.is_empty() => vec![Need::of(node.schema.columns.iter().map(|column| &column.name))],
        Op::Distinct { .. } | Op::MakeSeries { .. } => reading(Need::nothing(), &mut node.op.expressions().into_iter()),
        Op::Count { .. } => vec![Need::nothing()],
        Op::Expand { .. } | Op::Parse { .. } | Op::ParseKeyValue { .. } => {
            reading(with_made(need, node), &mut node.op.expressions().into_iter())
        }
        Op::Join { .. } => join_inputs(node, need).unwrap_or_else(all),
        Op::Union { inputs, .. } if names_are_plain(node, inputs) => vec![need.clone(); inputs.len()],
        Op::FirstSeen(test) if !test.explode_arrays => {
            let side = |start: &Need, keys: &[Named]| {
                let mut read = start.clone();
                keys.iter().for_each(|key| read.add_expr(&key.expr));
                [&*test.time, "@timestamp"].iter().for_each(|name| read.add(&Arc::from(*name), &Need::All));
                read
            };
            vec![side(need, &test.keys), side(&Need::nothing(), &test.history_keys)]
        }
        _ => all(),
    }
}

/// Tells whether a node picks from the matches of a sequence, whose columns are known.
fn passes_matches(node: &Plan) -> bool {
    let (Op::Sort { input, .. } | Op::Limit { input, .. }) = &node.op else { return false };
    matches!(input.op, Op::Sequence(_)) || passes_matches(input)
}

/// Adds the columns that an operator makes: one that replaces a column stays in its place only if that is there.
fn with_made(need: &Need, node: &Plan) -> Need {
    let mut need = need.clone();
    let made: Vec<&Arc<str>> = match &node.op {
        Op::Expand { columns, index, .. } => columns.iter().map(|column| &column.name).chain(index).collect(),
        Op::Parse { parts, .. } => parts
            .iter()
            .filter_map(|part| match part {
                ParsePart::Column(column) => Some(&column.name),
                _ => None,
            })
            .collect(),
        Op::ParseKeyValue { columns, .. } => columns.iter().map(|column| &column.name).collect(),
        _ => Vec::new(),
    };
    made.into_iter().for_each(|name| need.add(name, &Need::All));
    need
}

/// `arg_max(t, a, b, c)` without the columns that nobody reads.
fn kept_parts(aggregate: &Aggregate, need: &Need, post: &[Named]) -> Aggregate {
    let mut kept = aggregate.clone();
    let is_extreme = matches!(&*aggregate.function, "arg_max" | "arg_min");
    if is_extreme && post.is_empty() && aggregate.names.len() == aggregate.args.len() {
        let pairs = aggregate.names.iter().zip(&aggregate.args).enumerate();
        let pairs = pairs.filter(|(position, (name, _))| *position == 0 || need.has(name));
        (kept.names, kept.args) = pairs.map(|(_, (name, arg))| (Arc::clone(name), arg.clone())).unzip();
    }
    kept
}

/// Which columns of a join's output stand for which of its inputs: all of the left, then those of the right that come out.
fn join_sides(node: &Plan) -> Option<(&[Column], &[Column])> {
    let Op::Join { left, right, kind, .. } = &node.op else { return None };
    let (width, all) = (left.schema.columns.len(), node.schema.columns.as_slice());
    let sides: Option<(&[Column], &[Column])> = match kind {
        JoinKind::LeftSemi | JoinKind::LeftAnti => Some((all, &[])),
        JoinKind::RightSemi | JoinKind::RightAnti => Some((&[], all)),
        _ => all.split_at_checked(width),
    };
    sides.filter(|(left_out, right_out)| {
        let closed = !left.schema.open && !right.schema.open;
        closed && left_out.len() <= width && right_out.len() <= right.schema.columns.len()
    })
}

/// The columns of the right side that come out, in order.
fn right_outputs(node: &Plan) -> Vec<&Column> {
    let Op::Join { right, kind, keys, lookup, .. } = &node.op else { return Vec::new() };
    let repeated = |column: &&Column| !lookup || !keys.iter().any(|key| key.right.column_name().is_some_and(|name| *name == column.name));
    match kind {
        JoinKind::LeftSemi | JoinKind::LeftAnti => Vec::new(),
        _ => right.schema.columns.iter().filter(repeated).collect(),
    }
}

fn join_inputs(node: &Plan, need: &Need) -> Option<Vec<Need>> {
    let Op::Join { left, keys, .. } = &node.op else { return None };
    let (left_out, right_out) = join_sides(node)?;
    let right_columns = right_outputs(node);
    if right_columns.len() != right_out.len() {
        return None;
    }
    let read = |outputs: &[Column], columns: &mut dyn Iterator<Item = &Column>| {
        let mut read = Need::nothing();
        for (output, column) in outputs.iter().zip(columns) {
            if let Some(used) = need.part(&output.name) {
                read.add(&column.name, used);
            }
        }
        read
    };
    let mut of_left = read(left_out, &mut left.schema.columns.iter());
    let mut of_right = read(right_out, &mut right_columns.into_iter());
    for key in keys {
        of_left.add_expr(&key.left);
        of_right.add_expr(&key.right);
    }
    Some(vec![of_left, of_right])
}

/// Tells whether every output column of a union has the name and the type that it has in the inputs.
fn names_are_plain(node: &Plan, inputs: &[Arc<Plan>]) -> bool {
    let Op::Union { source_column, .. } = &node.op else { return false };
    let same = |column: &Column| {
        let mut found = inputs.iter().filter_map(|input| input.schema.column(&column.name)).map(|other| other.ty).peekable();
        Some(&column.name) == source_column.as_ref() || (found.peek().is_some() && found.all(|ty| ty == column.ty))
    };
    inputs.iter().all(|input| !input.schema.open) && node.schema.columns.iter().all(same)
}

/// Builds a node over the rebuilt inputs, without what is not needed of it.
fn rebuild(node: &Arc<Plan>, need: &Need, rebuilt: &FxHashMap<*const Plan, Arc<Plan>>) -> Arc<Plan> {
    let mut new = |plan: &Arc<Plan>| rebuilt.get(&Arc::as_ptr(plan)).cloned().unwrap_or_else(|| Arc::clone(plan));
    let mut op = node.op.clone();
    for input in op.inputs_mut() {
        *input = new(input);
    }
    for expr in op.expressions_mut() {
        if !expr.plans().is_empty() {
            *expr = expr.map_plans(&mut new);
        }
    }
    let schema = if node.schema.open { node.schema.clone() } else { Schema::closed(narrow(node, &mut op, need)) };
    Arc::new(Plan { op, schema, span: node.span, name: node.name.clone() })
}

/// Takes out of an operator what is not needed of it; returns the columns that it then puts out.
fn narrow(node: &Plan, op: &mut Op, need: &Need) -> Vec<Column> {
    let old = &node.schema.columns;
    let keep = |is_there: &dyn Fn(&Column) -> bool| old.iter().filter(|column| is_there(column)).cloned().collect::<Vec<Column>>();
    match op {
        Op::Scan(TableSource::Table(_)) => {
            let kept = keep(&|column| need.has(&column.name));
            // A scan of no column would be one of a table that nobody knows.
            if kept.is_empty() { old.first().cloned().into_iter().collect() } else { kept }
        }
        Op::Filter { input, .. } | Op::Sort { input, .. } | Op::Limit { input, .. } => input.schema.columns.clone(),
        Op::Extend { input, columns } | Op::Serialize { input, columns } => {
            columns.retain(|column| need.has(&column.name));
            keep(&|column| input.schema.column(&column.name).is_some() || columns.iter().any(|made| made.name == column.name))
        }
        Op::Project { columns, .. } => {
            columns.retain(|column| need.has(&column.name));
            keep(&|column| need.has(&column.name))
        }
        Op::Aggregate { keys, aggregates, post, .. } => {
            aggregates.iter_mut().for_each(|aggregate| *aggregate = kept_parts(aggregate, need, post));
            let made = |column: &Column| {
                keys.iter().chain(&*post).any(|named| named.name == column.name)
                    || aggregates.iter().any(|aggregate| aggregate.star || aggregate.names.contains(&column.name))
            };
            keep(&made)
        }
        Op::Expand { input, .. } | Op::Parse { input, .. } | Op::ParseKeyValue { input, .. } => {
            let before = node.op.piped().map(|input| &input.schema);
            keep(&|column| input.schema.column(&column.name).is_some() || before.is_none_or(|before| before.column(&column.name).is_none()))
        }
        Op::Distinct { input, columns } if columns.is_empty() => input.schema.columns.clone(),
        Op::FirstSeen(test) if !test.explode_arrays => test.recent.input.schema.columns.clone(),
        Op::Join { left, right, .. } => narrowed_join(node, left, right).unwrap_or_else(|| old.clone()),
        Op::Union { inputs, source_column, .. } => keep(&|column| {
            Some(&column.name) == source_column.as_ref()
                || inputs.iter().any(|input| input.schema.open || input.schema.column(&column.name).is_some())
                || !names_are_plain(node, &node.op.inputs().into_iter().cloned().collect::<Vec<_>>())
        }),
        _ => old.clone(),
    }
}

fn narrowed_join(node: &Plan, left: &Plan, right: &Plan) -> Option<Vec<Column>> {
    let Op::Join { left: old_left, .. } = &node.op else { return None };
    let (left_out, right_out) = join_sides(node)?;
    let right_columns = right_outputs(node);
    if right_columns.len() != right_out.len() {
        return None;
    }
    let lefts = left_out.iter().zip(&old_left.schema.columns).filter(|(_, column)| left.schema.column(&column.name).is_some());
    let rights = right_out.iter().zip(right_columns).filter(|(_, column)| right.schema.column(&column.name).is_some());
    Some(lefts.map(|(output, _)| output.clone()).chain(rights.map(|(output, _)| output.clone())).collect())
}
