//! Threshold in Kusto's words: `summarize count() by keys | where count_ >= n`.

use super::{Recognised, Shape, flatten};
use crate::ir::{Aggregate, Comparison, Expr, ExprKind, Named, Op, Plan, Threshold, Value};
use std::sync::Arc;

/// Recognises a grouped count with a lower limit, optionally with distinct counts that have one too.
pub(super) fn recognise(plan: &Arc<Plan>, time: &str) -> Option<Recognised> {
    if let Op::Threshold(threshold) = &plan.op {
        let flat = flatten(&threshold.input, time)?;
        let inner = Threshold { input: flat.plan(), ..(**threshold).clone() };
        let plan = Plan::new(Op::Threshold(Box::new(inner)), plan.schema.clone(), plan.span);
        return Some(Recognised {
            plan,
            shape: Shape::Threshold,
            bounds: flat.bounds,
            outputs: None,
            grouping: None,
            set_aside: flat.set_aside,
        });
    }
    let (limits, summary) = limits(plan)?;
    let Op::Aggregate { input, keys, aggregates, post } = &summary.op else { return None };
    if !post.is_empty() || limits.is_empty() {
        return None;
    }
    let flat = flatten(input, time)?;
    let mut count = 1;
    let mut cardinality = Vec::new();
    for (column, at_least) in limits {
        let aggregate = aggregates.iter().find(|aggregate| aggregate.names.first() == Some(&column))?;
        match (&*aggregate.function, aggregate.args.as_slice()) {
            ("count", []) => count = at_least.max(count),
            ("dcount", [value, ..]) => cardinality.push((Named { name: column, expr: flat.resolve(value) }, at_least)),
            _ => return None,
        }
    }
    // Other aggregates (lists of what was seen) only show; a group's fate hangs on the limits alone.
    let keys = keys.iter().map(|key| Named { name: key.name.clone(), expr: flat.resolve(&key.expr) }).collect::<Vec<_>>();
    if keys.iter().any(|key| !is_plain(&key.expr)) {
        return None;
    }
    let threshold = Threshold { input: flat.plan(), keys, count, cardinality };
    Some(Recognised {
        plan: Plan::new(Op::Threshold(Box::new(threshold)), summary.schema.clone(), summary.span),
        shape: Shape::Threshold,
        bounds: flat.bounds,
        outputs: None,
        grouping: None,
        set_aside: flat.set_aside,
    })
}

/// A column and the least value it must have.
type Limit = (Arc<str>, u64);

/// Collects lower limits (`where c > 10`) above a summary: column and least value.
fn limits(plan: &Arc<Plan>) -> Option<(Vec<Limit>, &Arc<Plan>)> {
    match &plan.op {
        Op::Aggregate { .. } => Some((Vec::new(), plan)),
        Op::Filter { input, predicate } => {
            let (mut limits, summary) = limits(input)?;
            let conditions =
                if let ExprKind::And(operands) = &predicate.kind { operands.as_slice() } else { std::slice::from_ref(predicate) };
            for condition in conditions {
                limits.push(limit(condition)?);
            }
            Some((limits, summary))
        }
        Op::Sort { input, .. } => limits(input),
        Op::Project { input, columns } if columns.iter().all(is_same_column) => limits(input),
        _ => None,
    }
}

fn is_same_column(column: &Named) -> bool {
    matches!(&column.expr.kind, ExprKind::Column(name) if *name == column.name)
}

fn limit(condition: &Expr) -> Option<Limit> {
    let ExprKind::Compare { op, left, right, .. } = &condition.kind else { return None };
    let ExprKind::Column(name) = &left.kind else { return None };
    let mut right = &**right;
    while let ExprKind::Convert(inner) = &right.kind {
        right = inner;
    }
    let least = match (&right.kind, op) {
        (ExprKind::Literal(Value::Long(n)), Comparison::Ge) => *n,
        (ExprKind::Literal(Value::Long(n)), Comparison::Gt) => n.checked_add(1)?,
        _ => return None,
    };
    Some((name.clone(), u64::try_from(least).ok()?))
}

/// A key that is a field, not a computation (a time bin makes several groups of one key).
fn is_plain(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Column(_) => true,
        ExprKind::Member { base, .. } | ExprKind::Convert(base) => is_plain(base),
        ExprKind::Call { function, args } => &**function == "tostring" && args.first().is_some_and(is_plain),
        _ => false,
    }
}

/// Builds the `count()` column.
pub(super) fn count_column(name: &str) -> Aggregate {
    Aggregate {
        names: vec![Arc::from(name)],
        function: Arc::from("count"),
        args: Vec::new(),
        star: false,
        ty: crate::ir::Type::Long,
        span: crate::source::Span::default(),
    }
}
