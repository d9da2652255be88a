//! Bounds on an ordered value: `x > 5`, `TimeGenerated between (ago(7d) .. now())`, `event.code >= 7`.

use super::Direction;
use crate::idiom::ticks_before_now;
use crate::ir::{Comparison, Expr, ExprKind, FieldRef, Matcher, Type, Value};
use crate::solve::canonical::Canon;
use std::cmp::Ordering;

/// A constant that can be ordered against one of its own kind only.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Point {
    Number(i64),
    Real(f64),
    /// Ticks, relative to the run.
    FromNow(i64),
    DateTime(i64),
    TimeSpan(i64),
}

/// Where a range ends, and whether that point belongs to it.
type End = (Point, bool);

/// A range that a value must lie in.
pub(super) struct Range {
    /// What must be the same in both versions for the ends to be comparable.
    base: String,
    low: Option<End>,
    high: Option<End>,
    negated: bool,
}

impl Range {
    /// Reads a range test; `None` for any other expression and for values that have no order of their own.
    pub(super) fn of(expr: &Expr, canon: &mut Canon) -> Option<Self> {
        match &expr.kind {
            ExprKind::Compare { op, left, right, .. } if is_ordered(left.ty) => match (point(right), point(left)) {
                (Some(at), _) => Self::bounded(canon.expr(left), *op, at),
                (None, Some(at)) => Self::bounded(canon.expr(right), op.mirrored(), at),
                (None, None) => None,
            },
            ExprKind::Between { negated, value, low, high } if is_ordered(value.ty) => {
                // A length as the upper end is relative to the lower one.
                let (low, high) = (point(low)?, point(high)?);
                let same_kind = std::mem::discriminant(&low) == std::mem::discriminant(&high);
                same_kind.then(|| Self { base: canon.expr(value), low: Some((low, true)), high: Some((high, true)), negated: *negated })
            }
            ExprKind::Match { field: FieldRef::Field(field), matcher: Matcher::Compare { op, value } } => {
                Self::bounded(field.to_string(), *op, constant(value)?)
            }
            _ => None,
        }
    }

    fn bounded(base: String, op: Comparison, at: Point) -> Option<Self> {
        let (low, high) = match op {
            Comparison::Gt => (Some((at, false)), None),
            Comparison::Ge => (Some((at, true)), None),
            Comparison::Lt => (None, Some((at, false))),
            Comparison::Le => (None, Some((at, true))),
            Comparison::Eq | Comparison::Ne => return None,
        };
        Some(Self { base, low, high, negated: false })
    }

    /// Tells whether two tests bound the same value.
    pub(super) fn is_comparable(&self, other: &Self) -> bool {
        self.base == other.base && self.negated == other.negated
    }

    /// Returns how the new range relates to this one.
    pub(super) fn to(&self, new: &Self) -> Direction {
        let low = moved(self.low, new.low, Ordering::Greater);
        let high = moved(self.high, new.high, Ordering::Less);
        low.and(high).under(self.negated)
    }
}

/// How an end moved; `inward` is the way that makes the range smaller.
fn moved(old: Option<End>, new: Option<End>, inward: Ordering) -> Direction {
    match (old, new) {
        (None, None) => Direction::Same,
        (Some((old, had)), Some((new, has))) => match compare(new, old) {
            Some(Ordering::Equal) if had == has => Direction::Same,
            Some(Ordering::Equal) if has => Direction::Broader,
            Some(Ordering::Equal) => Direction::Narrower,
            Some(way) if way == inward => Direction::Narrower,
            Some(_) => Direction::Broader,
            None => Direction::Unknown,
        },
        _ => Direction::Unknown,
    }
}

fn compare(a: Point, b: Point) -> Option<Ordering> {
    match (a, b) {
        (Point::Number(a), Point::Number(b))
        | (Point::FromNow(a), Point::FromNow(b))
        | (Point::DateTime(a), Point::DateTime(b))
        | (Point::TimeSpan(a), Point::TimeSpan(b)) => Some(a.cmp(&b)),
        (Point::Real(a), Point::Real(b)) => a.partial_cmp(&b),
        _ => None,
    }
}

fn is_ordered(ty: Type) -> bool {
    ty.is_numeric() || matches!(ty, Type::DateTime | Type::TimeSpan)
}

fn point(expr: &Expr) -> Option<Point> {
    match &expr.kind {
        ExprKind::Literal(value) => constant(value),
        _ => ticks_before_now(expr)?.checked_neg().map(Point::FromNow),
    }
}

fn constant(value: &Value) -> Option<Point> {
    match value {
        Value::Int(n) => Some(Point::Number(i64::from(*n))),
        Value::Long(n) => Some(Point::Number(*n)),
        Value::Real(n) => Some(Point::Real(*n)),
        Value::DateTime(ticks) => Some(Point::DateTime(*ticks)),
        Value::TimeSpan(ticks) => Some(Point::TimeSpan(*ticks)),
        _ => None,
    }
}
