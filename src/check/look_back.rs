//! How far back a plan looks: lower bounds on `TimeGenerated`, as ticks before now.
//!
//! Only bounds that are certain: an expression over literals and `now()`. It decides nothing about rules.

use crate::ir::{Arithmetic, Comparison, Expr, ExprKind, Plan, TICKS_PER_SECOND, Value};
use crate::source::Span;
use std::sync::Arc;

/// The column that a rule's period limits.
const TIME: &str = "TimeGenerated";

/// A lower bound on the time of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bound {
    /// Ticks before now.
    pub ticks: i64,
    /// Where it stands in the query.
    pub span: Span,
}

/// Returns the lower bounds in a plan, sub-plans included.
pub(super) fn bounds(plan: &Arc<Plan>) -> Vec<Bound> {
    let mut found: Vec<Bound> = Vec::new();
    plan.walk(&mut |node| {
        for expr in node.op.expressions() {
            expr.walk(&mut |inner| {
                let bound = lower_bound(inner).filter(|bound| !found.contains(bound));
                found.extend(bound);
            });
        }
    });
    found
}

/// Reads `TimeGenerated > x`, `x <= TimeGenerated`, `TimeGenerated between (x .. y)`.
fn lower_bound(expr: &Expr) -> Option<Bound> {
    let bound = match &expr.kind {
        ExprKind::Compare { op: Comparison::Gt | Comparison::Ge, left, right, .. } if is_time(left) => right,
        ExprKind::Compare { op: Comparison::Lt | Comparison::Le, left, right, .. } if is_time(right) => left,
        ExprKind::Between { negated: false, value, low, .. } if is_time(value) => low,
        _ => return None,
    };
    Some(Bound { ticks: before_now(bound)?, span: bound.span })
}

fn is_time(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Column(name) if &**name == TIME)
}

/// Returns how many ticks before now a point in time lies, at least.
fn before_now(expr: &Expr) -> Option<i64> {
    match &expr.kind {
        ExprKind::Call { function, args } => match (&**function, args.as_slice()) {
            ("ago", [span]) => duration(span),
            ("now", []) => Some(0),
            ("now", [offset]) => duration(offset)?.checked_neg(),
            ("datetime_add", _) => None,
            // Rounding down looks at least as far back as its argument; so do the starts of days, weeks and months.
            ("bin" | "floor" | "startofday" | "startofweek" | "startofmonth" | "startofyear" | "todatetime", [time, ..]) => {
                before_now(time)
            }
            _ => None,
        },
        ExprKind::Arithmetic { op: Arithmetic::Subtract, left, right } => before_now(left)?.checked_add(duration(right)?),
        ExprKind::Arithmetic { op: Arithmetic::Add, left, right } => before_now(left)?.checked_sub(duration(right)?),
        ExprKind::Convert(inner) => before_now(inner),
        _ => None,
    }
}

/// Computes a constant duration.
fn duration(expr: &Expr) -> Option<i64> {
    match &expr.kind {
        ExprKind::Literal(Value::TimeSpan(ticks)) => Some(*ticks),
        ExprKind::Negate(inner) => duration(inner)?.checked_neg(),
        ExprKind::Convert(inner) => duration(inner),
        ExprKind::Call { function, args } => match (&**function, args.as_slice()) {
            ("totimespan", [inner]) => duration(inner),
            _ => None,
        },
        ExprKind::Arithmetic { op, left, right } => match op {
            Arithmetic::Add => duration(left)?.checked_add(duration(right)?),
            Arithmetic::Subtract => duration(left)?.checked_sub(duration(right)?),
            Arithmetic::Multiply => match (duration(left), number(right)) {
                (Some(ticks), Some(factor)) => scaled(ticks, factor),
                _ => scaled(duration(right)?, number(left)?),
            },
            Arithmetic::Divide => scaled(duration(left)?, 1.0 / number(right)?),
            Arithmetic::Modulo => None,
        },
        _ => None,
    }
}

fn scaled(ticks: i64, factor: f64) -> Option<i64> {
    let product = ticks as f64 * factor;
    // A thousand years: beyond it nothing is meant seriously, and below it the product fits.
    let most = 1000.0 * 366.0 * 86_400.0 * TICKS_PER_SECOND as f64;
    (product.abs() <= most).then_some(product as i64)
}

fn number(expr: &Expr) -> Option<f64> {
    match &expr.kind {
        ExprKind::Literal(Value::Int(n)) => Some(f64::from(*n)),
        ExprKind::Literal(Value::Long(n)) => Some(*n as f64),
        ExprKind::Literal(Value::Real(n)) => Some(*n),
        ExprKind::Convert(inner) => number(inner),
        _ => None,
    }
}
