//! Detection operators in relational words, for targets that have only those.

use super::Bounds;
use super::flat::filtered;
use super::presence::{is_there, may_be_empty};
use super::threshold::count_column;
use crate::ir::{
    Aggregate, Case, Column, Comparison, Expr, ExprKind, FirstSeen, JoinKey, JoinKind, Named, Op, Plan, Schema, Threshold, Type, WindowSide,
};
use crate::source::Span;
use std::sync::Arc;

/// Rewrites `FirstSeen` and `Threshold` into joins and aggregates; other plans stay as they are.
pub fn expand(plan: &Arc<Plan>) -> Arc<Plan> {
    match &plan.op {
        Op::FirstSeen(detection) => first_seen(detection, plan.span),
        Op::Threshold(detection) => threshold(detection, plan.span),
        _ => plan.clone(),
    }
}

/// `recent | join kind=leftanti (history | distinct keys) on keys | summarize arg_min(time, *) by keys`
/// (`spec/kuery-semantics.md` §4, new_terms). Conditions that both sides share are said once.
fn first_seen(detection: &FirstSeen, span: Span) -> Arc<Plan> {
    let time = &detection.time;
    let both = same_events(detection);
    let history = within(&detection.history, both.as_ref(), time, Vec::new());
    let keys = Schema::closed(detection.history_keys.iter().map(|key| Column { name: key.name.clone(), ty: key.expr.ty }).collect());
    let history = Op::Distinct { input: history, columns: detection.history_keys.clone() };
    let history = Arc::new(Plan { op: history, schema: keys, span, name: Some(Arc::from("History")) });

    let present = if detection.skip_missing { detection.keys.iter().map(|key| has_value(&key.expr)).collect() } else { Vec::new() };
    let recent = within(&detection.recent, both.as_ref(), time, present);
    let computed: Vec<Named> = detection.keys.iter().filter(|key| !is_own_name(key)).cloned().collect();
    let recent = if computed.is_empty() {
        recent
    } else {
        let mut schema = recent.schema.clone();
        schema.columns.extend(computed.iter().map(|key| Column { name: key.name.clone(), ty: key.expr.ty }));
        Plan::new(Op::Extend { input: recent, columns: computed }, schema, span)
    };
    let keys: Vec<Named> =
        detection.keys.iter().map(|key| Named { name: key.name.clone(), expr: Expr::column(&key.name, key.expr.ty, span) }).collect();
    let on = keys.iter().map(|key| JoinKey { left: key.expr.clone(), right: key.expr.clone() }).collect();
    let schema = recent.schema.clone();
    let join = Op::Join { left: recent, right: history, kind: JoinKind::LeftAnti, keys: on, lookup: false };
    let new = Plan::new(join, schema, span);
    if detection.per_key { oldest_of_each(&new, keys, time, span) } else { new }
}

/// Names the events that both sides read, where they are the same and conditions choose them.
fn same_events(detection: &FirstSeen) -> Option<Arc<Plan>> {
    let (recent, history) = (&detection.recent.input, &detection.history.input);
    let is_shared = matches!(recent.op, Op::Filter { .. }) && recent == history;
    is_shared.then(|| Arc::new(Plan { name: Some(Arc::from("Events")), ..Plan::clone(recent) }))
}

pub(super) fn is_own_name(key: &Named) -> bool {
    matches!(&key.expr.kind, ExprKind::Column(name) if *name == key.name)
}

/// `summarize arg_min(time, *) by keys`
fn oldest_of_each(input: &Arc<Plan>, keys: Vec<Named>, time: &Arc<str>, span: Span) -> Arc<Plan> {
    let is_key = |name: &str| keys.iter().any(|key| &*key.name == name);
    let rest = input.schema.columns.iter().filter(|c| !is_key(&c.name) && c.name != *time).cloned();
    let values: Vec<Column> = std::iter::once(Column { name: time.clone(), ty: Type::DateTime }).chain(rest).collect();
    let aggregate = Aggregate {
        names: values.iter().map(|column| column.name.clone()).collect(),
        function: Arc::from("arg_min"),
        args: vec![Expr::column(time, Type::DateTime, span)],
        star: true,
        ty: Type::DateTime,
        span,
    };
    let key_columns = keys.iter().map(|key| Column { name: key.name.clone(), ty: key.expr.ty });
    let schema = Schema { columns: key_columns.chain(values).collect(), open: input.schema.open };
    Plan::new(Op::Aggregate { input: input.clone(), keys, aggregates: vec![aggregate], post: Vec::new() }, schema, span)
}

/// `summarize EventCount = count(), … by keys | where EventCount >= n and …`
fn threshold(detection: &Threshold, span: Span) -> Arc<Plan> {
    let known = if let Op::Filter { predicate, .. } = &detection.input.op { predicate.conjuncts() } else { &[] };
    let unknown = |value: &&Expr| !is_there(known, value);
    let asked = detection.keys.iter().filter(|_| detection.skip_missing).map(|key| &key.expr).filter(unknown);
    let input = filtered(&detection.input, asked.map(has_value).collect());
    let mut aggregates = vec![count_column("EventCount")];
    let mut limits = vec![at_least("EventCount", detection.count, span)];
    for (index, (column, least)) in detection.cardinality.iter().enumerate() {
        let name = if index == 0 { "DistinctCount".to_owned() } else { format!("DistinctCount{}", index + 1) };
        let there = Some(&column.expr).filter(|value| may_be_empty(value)).filter(unknown).map(has_value);
        aggregates.push(Aggregate {
            names: vec![Arc::from(name.as_str())],
            function: Arc::from(if there.is_some() { "dcountif" } else { "dcount" }),
            args: std::iter::once(column.expr.clone()).chain(there).collect(),
            star: false,
            ty: Type::Long,
            span,
        });
        limits.push(at_least(&name, *least, span));
    }
    let keys = detection.keys.iter().map(|key| Column { name: key.name.clone(), ty: key.expr.ty });
    let counts = aggregates.iter().flat_map(|a| &a.names).map(|name| Column { name: name.clone(), ty: Type::Long });
    let schema = Schema::closed(keys.chain(counts).collect());
    let summary = Plan::new(Op::Aggregate { input, keys: detection.keys.clone(), aggregates, post: Vec::new() }, schema, span);
    filtered(&summary, limits)
}

fn at_least(column: &str, least: u64, span: Span) -> Expr {
    let least = Expr::literal(i64::try_from(least).unwrap_or(i64::MAX), Type::Long, span);
    compare(Comparison::Ge, Expr::column(column, Type::Long, span), least)
}

/// The rows of one side, in its window, with what else they must satisfy. The events of both sides are `shared` where they are the same.
fn within(side: &WindowSide, shared: Option<&Arc<Plan>>, time: &str, also: Vec<Expr>) -> Arc<Plan> {
    let span = side.input.span;
    let bounds = Bounds { from: Some((side.from, side.from_inclusive)), to: Some((side.to, side.to_inclusive)) };
    let conditions = bounds.before_now().conditions(time, span);
    // The time condition goes next to the table, where it prunes most.
    let (rows, predicates) = match (shared, &side.input.op) {
        (Some(shared), _) => (shared, Vec::new()),
        (None, Op::Filter { input, predicate }) => (input, vec![predicate.clone()]),
        (None, _) => (&side.input, Vec::new()),
    };
    filtered(&filtered(&filtered(rows, conditions), predicates), also)
}

fn compare(op: Comparison, left: Expr, right: Expr) -> Expr {
    let span = left.span;
    Expr::new(ExprKind::Compare { op, case: Case::Sensitive, left: Box::new(left), right: Box::new(right) }, Type::Bool, span)
}

/// `isnotempty(x)` for text, `isnotnull(x)` for everything else.
pub(super) fn has_value(expr: &Expr) -> Expr {
    let function = if may_be_empty(expr) { "isnotempty" } else { "isnotnull" };
    Expr::new(ExprKind::Call { function: Arc::from(function), args: vec![expr.clone()] }, Type::Bool, expr.span)
}
