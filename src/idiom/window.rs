//! Time bounds relative to now: `TimeGenerated > ago(1d)` and its relatives.

use super::flat::filtered;
use crate::ir::{Arithmetic, Case, Comparison, Expr, ExprKind, Op, Plan, TableSource, Type, Value};
use crate::source::Span;
use std::sync::Arc;

/// A stretch of time before now, in ticks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// Start: ticks before now, and whether that instant belongs to it.
    pub from: Option<(i64, bool)>,
    /// End: ticks before now, and whether that instant belongs to it.
    pub to: Option<(i64, bool)>,
}

impl Bounds {
    /// Tells whether nothing is bounded.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns the bounds that satisfy both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        // A start nearer to now is stricter; so is an end further away, and at one instant the exclusive one.
        let from = stricter(self.from, other.from, |a, b| a.0 < b.0);
        let to = stricter(self.to, other.to, |a, b| a.0 > b.0);
        Self { from, to }
    }

    /// Returns the bounds without an end that is now or later: no event is.
    #[must_use]
    pub fn before_now(self) -> Self {
        Self { to: self.to.filter(|(ticks, _)| *ticks > 0), ..self }
    }

    /// Returns the conditions on the column `time` that say the same.
    pub(super) fn conditions(self, time: &str, span: Span) -> Vec<Expr> {
        let column = || Box::new(Expr::column(time, Type::DateTime, span));
        if let (Some((from, true)), Some((to, true))) = (self.from, self.to) {
            let (low, high) = (Box::new(ago(from, span)), Box::new(ago(to, span)));
            return vec![Expr::new(ExprKind::Between { negated: false, value: column(), low, high }, Type::Bool, span)];
        }
        let compared = |op, ticks| {
            let right = Box::new(ago(ticks, span));
            Expr::new(ExprKind::Compare { op, case: Case::Sensitive, left: column(), right }, Type::Bool, span)
        };
        let start = self.from.map(|(ticks, included)| compared(if included { Comparison::Ge } else { Comparison::Gt }, ticks));
        let end = self.to.map(|(ticks, included)| compared(if included { Comparison::Le } else { Comparison::Lt }, ticks));
        start.into_iter().chain(end).collect()
    }

    /// Reads a predicate that bounds the column `time`; `None` for any other predicate.
    pub fn read(predicate: &Expr, time: &str) -> Option<Self> {
        match &predicate.kind {
            ExprKind::Compare { op, left, right, .. } if is_time(left, time) => bound(*op, ticks_before_now(right)?),
            ExprKind::Compare { op, left, right, .. } if is_time(right, time) => bound(op.mirrored(), ticks_before_now(left)?),
            ExprKind::Between { negated: false, value, low, high } if is_time(value, time) => {
                let from = ticks_before_now(low)?;
                let to = match constant_span(high) {
                    // `between (start .. 1d)`: the right end is a length (between-operator.md).
                    Some(length) => from - length,
                    None => ticks_before_now(high)?,
                };
                Some(Self { from: Some((from, true)), to: Some((to, true)) })
            }
            _ => None,
        }
    }
}

/// Puts bounds of the column `time` next to every table of a plan, where they prune most.
pub fn bounded(plan: &Arc<Plan>, bounds: Bounds, time: &str) -> Arc<Plan> {
    if bounds.is_empty() {
        return plan.clone();
    }
    if matches!(plan.op, Op::Scan(TableSource::Table(_))) {
        return filtered(plan, bounds.conditions(time, plan.span));
    }
    let mut bound = (**plan).clone();
    bound.op.inputs_mut().into_iter().for_each(|input| *input = bounded(input, bounds, time));
    Arc::new(bound)
}

fn ago(ticks: i64, span: Span) -> Expr {
    let args = vec![Expr::literal(Value::TimeSpan(ticks), Type::TimeSpan, span)];
    Expr::new(ExprKind::Call { function: Arc::from("ago"), args }, Type::DateTime, span)
}

/// Tells whether a predicate bounds the column `time` by a text that is filled in by hand before the query is run
/// (`todatetime('{{StartTimeISO}}')` of Azure-Sentinel's hunting queries).
pub(super) fn is_filled_in(predicate: &Expr, time: &str) -> bool {
    let (mut of_time, mut blank) = (false, false);
    predicate.walk(&mut |part| match &part.kind {
        ExprKind::Literal(Value::String(text)) => blank |= text.starts_with("{{") && text.ends_with("}}"),
        _ => of_time |= is_time(part, time),
    });
    of_time && blank
}

fn stricter(a: Option<(i64, bool)>, b: Option<(i64, bool)>, wins: fn((i64, bool), (i64, bool)) -> bool) -> Option<(i64, bool)> {
    match (a, b) {
        (Some(a), Some(b)) if a.0 == b.0 => Some((a.0, a.1 && b.1)),
        (Some(a), Some(b)) => Some(if wins(a, b) { a } else { b }),
        (a, b) => a.or(b),
    }
}

fn bound(op: Comparison, ticks: i64) -> Option<Bounds> {
    match op {
        Comparison::Gt => Some(Bounds { from: Some((ticks, false)), to: None }),
        Comparison::Ge => Some(Bounds { from: Some((ticks, true)), to: None }),
        Comparison::Lt => Some(Bounds { from: None, to: Some((ticks, false)) }),
        Comparison::Le => Some(Bounds { from: None, to: Some((ticks, true)) }),
        Comparison::Eq | Comparison::Ne => None,
    }
}

fn is_time(expr: &Expr, time: &str) -> bool {
    matches!(&expr.kind, ExprKind::Column(name) if **name == *time)
}

/// Returns how many ticks before now an expression lies: `ago(1d)`, `now()`, `now(-1d)`, `now() - 1d`.
pub fn ticks_before_now(expr: &Expr) -> Option<i64> {
    match &expr.kind {
        ExprKind::Call { function, args } => match (&**function, args.as_slice()) {
            ("now", []) => Some(0),
            ("now", [offset]) => constant_span(offset).map(|span| -span),
            ("ago", [span]) => constant_span(span),
            _ => None,
        },
        ExprKind::Arithmetic { op: Arithmetic::Subtract, left, right } => Some(ticks_before_now(left)? + constant_span(right)?),
        ExprKind::Arithmetic { op: Arithmetic::Add, left, right } => Some(ticks_before_now(left)? - constant_span(right)?),
        ExprKind::Convert(inner) => ticks_before_now(inner),
        _ => None,
    }
}

/// Returns how far before now the query itself looks at most, in ticks; `None` where it names no instant relative to now.
pub fn furthest_look_back(plan: &Arc<Plan>) -> Option<i64> {
    let mut furthest = None;
    plan.walk(&mut |node| {
        for expr in node.op.expressions() {
            expr.walk(&mut |inner| furthest = furthest.max(ticks_before_now(inner).filter(|ticks| *ticks > 0)));
        }
    });
    furthest
}

/// Returns the ticks of a constant duration, arithmetic on constants included.
fn constant_span(expr: &Expr) -> Option<i64> {
    match &expr.kind {
        ExprKind::Literal(Value::TimeSpan(ticks)) => Some(*ticks),
        ExprKind::Negate(inner) => constant_span(inner).and_then(i64::checked_neg),
        ExprKind::Convert(inner) => constant_span(inner),
        ExprKind::Arithmetic { op: Arithmetic::Add, left, right } => constant_span(left)?.checked_add(constant_span(right)?),
        ExprKind::Arithmetic { op: Arithmetic::Subtract, left, right } => constant_span(left)?.checked_sub(constant_span(right)?),
        ExprKind::Arithmetic { op: Arithmetic::Multiply, left, right } => match (constant_span(left), constant_span(right)) {
            (Some(span), None) => span.checked_mul(constant_long(right)?),
            (None, Some(span)) => span.checked_mul(constant_long(left)?),
            _ => None,
        },
        _ => None,
    }
}

fn constant_long(expr: &Expr) -> Option<i64> {
    match &expr.kind {
        ExprKind::Literal(Value::Long(n)) => Some(*n),
        ExprKind::Literal(Value::Int(n)) => Some(i64::from(*n)),
        _ => None,
    }
}
