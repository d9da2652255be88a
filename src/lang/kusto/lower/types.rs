//! Which operand types operators take and what comes out (the official analyser's table, checked against the engine's answers).
//!
//! `Unknown` fits everywhere and is never guessed.

use crate::ir::{Arithmetic, Type};
use Type::{Bool, DateTime, Decimal, Dynamic, Int, Long, Real, String as Text, TimeSpan, Unknown};

/// Returns the wider of two numeric types.
pub(super) fn widest(a: Type, b: Type) -> Type {
    let rank = |ty: Type| match ty {
        Int => 1,
        Long => 2,
        Real => 3,
        Decimal => 4,
        _ => 0,
    };
    if rank(a) >= rank(b) { a } else { b }
}

/// Returns the type with int widened to long.
pub(super) fn promoted(ty: Type) -> Type {
    if ty == Int { Long } else { ty }
}

/// Returns the type of an arithmetic operation, or `None` where it is not defined.
pub(super) fn arithmetic(op: Arithmetic, left: Type, right: Type) -> Option<Type> {
    match (left, right) {
        (Unknown, _) | (_, Unknown) => Some(Unknown),
        // The analyser types it dynamic, the engine refuses it [E k2s/0140].
        (Dynamic, Dynamic) => None,
        (Dynamic, other) | (other, Dynamic) => with_dynamic(op, left == Dynamic, other),
        _ if left.is_numeric() && right.is_numeric() => Some(promoted(widest(left, right))),
        _ => temporal(op, left, right),
    }
}

fn with_dynamic(op: Arithmetic, dynamic_left: bool, other: Type) -> Option<Type> {
    let additive = matches!(op, Arithmetic::Add | Arithmetic::Subtract);
    match other {
        Int => Some(Long),
        Long | Real | Decimal => Some(other),
        DateTime if op == Arithmetic::Subtract => Some(TimeSpan),
        DateTime | TimeSpan if additive => Some(other),
        // The analyser has no row for it, the engine divides (`dynamic / 1s`); nothing is said.
        TimeSpan if dynamic_left && op == Arithmetic::Divide => Some(Real),
        _ => None,
    }
}

fn temporal(op: Arithmetic, left: Type, right: Type) -> Option<Type> {
    use Arithmetic::{Add, Divide, Modulo, Multiply, Subtract};
    Some(match (op, left, right) {
        (Add | Subtract | Multiply | Modulo, TimeSpan, TimeSpan) => TimeSpan,
        (Add, DateTime | TimeSpan, DateTime | TimeSpan) => DateTime,
        (Subtract | Modulo, DateTime, DateTime) => TimeSpan,
        (Subtract, DateTime, TimeSpan) | (Subtract, TimeSpan, DateTime) => DateTime,
        (Modulo, DateTime, TimeSpan) => TimeSpan,
        (Divide, TimeSpan, TimeSpan) | (Divide, DateTime, DateTime | TimeSpan) => Real,
        (Multiply | Divide | Modulo, TimeSpan | DateTime, number) if number.is_numeric() => left,
        (Multiply, number, TimeSpan | DateTime) if number.is_numeric() => right,
        _ => return None,
    })
}

/// Tells whether `<` and its relatives are defined.
pub(super) fn is_ordered(left: Type, right: Type) -> bool {
    let number_or_bool = |ty: Type| ty.is_numeric() || ty == Bool;
    match (left, right) {
        (Unknown, _) | (_, Unknown) | (Dynamic, Dynamic) | (TimeSpan, TimeSpan) | (DateTime, DateTime) => true,
        (Dynamic, other) | (other, Dynamic) => other.is_numeric(),
        _ => number_or_bool(left) && number_or_bool(right),
    }
}

/// Tells whether a text operator takes the type.
pub(super) fn is_text(ty: Type) -> bool {
    matches!(ty, Text | Dynamic | Unknown)
}

/// Tells whether `and`, `or` and predicates take the type.
pub(super) fn is_condition(ty: Type) -> bool {
    matches!(ty, Bool | Dynamic | Unknown)
}

/// Tells whether `between` takes these types.
pub(super) fn is_range(value: Type, low: Type, high: Type) -> bool {
    if [value, low, high].contains(&Unknown) {
        return true;
    }
    let numeric = |ty: Type| ty.is_numeric();
    match value {
        DateTime => low == DateTime && matches!(high, DateTime | TimeSpan),
        TimeSpan => low == TimeSpan && high == TimeSpan,
        Dynamic => numeric(low) && numeric(high),
        _ => numeric(value) && (numeric(low) || low == Dynamic) && (numeric(high) || high == Dynamic),
    }
}

/// Returns the one type of the branches of `iff` and `case`: that of the branches that are not dynamic, which mix with all.
pub(super) fn branches(types: impl Iterator<Item = Type> + Clone) -> Option<Type> {
    let plain = types.clone().filter(|ty| *ty != Type::Dynamic);
    if plain.clone().next().is_some() { common(plain) } else { common(types) }
}

/// Returns the one type of several values (`coalesce`): int and long mix, dynamic mixes with all.
pub(super) fn common(types: impl IntoIterator<Item = Type>) -> Option<Type> {
    one_type(types, false)
}

/// Returns the one type of several values of which numbers are widened to the widest (`max_of`).
pub(super) fn common_widened(types: impl IntoIterator<Item = Type>) -> Option<Type> {
    one_type(types, true)
}

fn one_type(types: impl IntoIterator<Item = Type>, widen: bool) -> Option<Type> {
    let mut common: Option<Type> = None;
    let mut unknown = false;
    for ty in types {
        common = match (common, ty) {
            (Some(a), b) if a.is_numeric() && b.is_numeric() && widen => Some(widest(a, b)),
            (_, Unknown) => {
                unknown = true;
                common
            }
            (None, ty) => Some(ty),
            (Some(a), b) if a == b => Some(a),
            (Some(Int | Long), Int | Long) => Some(Long),
            (Some(Dynamic), _) | (_, Dynamic) => Some(Dynamic),
            _ => return None,
        };
    }
    Some(common.filter(|_| !unknown).unwrap_or(Unknown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_types_follow_the_engine() {
        for (op, left, right, expected) in [
            (Arithmetic::Add, Int, Int, Some(Long)),
            (Arithmetic::Add, Long, Real, Some(Real)),
            (Arithmetic::Subtract, DateTime, DateTime, Some(TimeSpan)),
            (Arithmetic::Add, DateTime, TimeSpan, Some(DateTime)),
            (Arithmetic::Divide, TimeSpan, TimeSpan, Some(Real)),
            (Arithmetic::Add, Text, Text, None),
            (Arithmetic::Multiply, Dynamic, Dynamic, None),
            (Arithmetic::Subtract, Dynamic, DateTime, Some(TimeSpan)),
            (Arithmetic::Add, Unknown, Text, Some(Unknown)),
        ] {
            assert_eq!(arithmetic(op, left, right), expected, "{op:?} {left} {right}");
        }
    }

    #[test]
    fn branches_have_one_type() {
        assert_eq!(common([Int, Long]), Some(Long));
        assert_eq!(common([Long, Real]), None);
        assert_eq!(common([Text, Dynamic]), Some(Dynamic));
        assert_eq!(common([Text, Unknown]), Some(Unknown));
    }
}
