//! Comparing and ordering values, nulls apart: what null means is decided by the operator that asks.

use super::Value;
use super::convert::to_decimal;
use std::cmp::Ordering;

/// Compares two values of comparable types; numbers compare across their types. `None` for null, NaN and types that do not compare.
pub fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        (Value::DateTime(a), Value::DateTime(b)) | (Value::TimeSpan(a), Value::TimeSpan(b)) => Some(a.cmp(b)),
        (Value::String(a), Value::String(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
        (Value::Guid(a), Value::Guid(b)) => Some(a.cmp(b)),
        _ => compare_numbers(a, b),
    }
}

fn compare_numbers(a: &Value, b: &Value) -> Option<Ordering> {
    if let (Some(a), Some(b)) = (integer(a), integer(b)) {
        return Some(a.cmp(&b));
    }
    match (a, b) {
        (Value::Real(a), Value::Real(b)) => a.partial_cmp(b),
        (Value::Real(a), b) => compare_real(*a, integer(b)).or_else(|| a.partial_cmp(&decimal_as_real(b)?)),
        (a, Value::Real(b)) => compare_real(*b, integer(a)).map(Ordering::reverse).or_else(|| decimal_as_real(a)?.partial_cmp(b)),
        (Value::Decimal(_), _) | (_, Value::Decimal(_)) => Some(to_decimal(a)?.cmp(&to_decimal(b)?)),
        _ => None,
    }
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Int(n) => Some(i64::from(*n)),
        Value::Long(n) => Some(*n),
        _ => None,
    }
}

fn compare_real(a: f64, b: Option<i64>) -> Option<Ordering> {
    a.partial_cmp(&(b? as f64))
}

fn decimal_as_real(value: &Value) -> Option<f64> {
    match value {
        Value::Decimal(d) => d.to_string().parse().ok(),
        _ => None,
    }
}

/// Tells whether two values are the same, numbers across their types, arrays and objects member by member. Null equals null,
/// NaN equals nothing: operators decide about nulls before they ask.
pub fn equals(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Null, Value::Null) => true,
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| equals(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, value)| b.iter().any(|(other, same)| name == other && equals(value, same)))
        }
        _ => compare(a, b) == Some(Ordering::Equal),
    }
}

/// Orders values for `sort`: null first, then NaN, then the rest ascending (`sort-operator`, dkt/column_order_and_null_sort).
/// Values of different kinds (inside dynamics) are ordered by kind.
pub fn sort_order(a: &Value, b: &Value) -> Ordering {
    compare(a, b).unwrap_or_else(|| rank(a).cmp(&rank(b)))
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Real(n) if n.is_nan() => 1,
        Value::Bool(_) => 2,
        Value::Int(_) | Value::Long(_) | Value::Real(_) | Value::Decimal(_) => 3,
        Value::DateTime(_) => 4,
        Value::TimeSpan(_) => 5,
        Value::Guid(_) => 6,
        Value::String(_) => 7,
        Value::Array(_) => 8,
        Value::Object(_) => 9,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: impl Into<Value>, b: impl Into<Value>, expected: Option<Ordering>) {
        let (a, b) = (a.into(), b.into());
        assert_eq!(compare(&a, &b), expected, "{a:?} {b:?}");
    }

    #[test]
    fn numbers_compare_across_types() {
        check(1_i64, 1.5, Some(Ordering::Less));
        check(2.0, 2_i64, Some(Ordering::Equal));
        check(f64::NAN, f64::NAN, None);
        check(Value::Null, 1_i64, None);
    }

    #[test]
    fn text_compares_by_code_point() {
        check("B", "a", Some(Ordering::Less));
        check("1", 1_i64, None);
    }

    #[test]
    fn null_sorts_before_nan_and_nan_before_numbers() {
        let mut values = vec![Value::from(1.0), Value::from(f64::NAN), Value::Null];
        values.sort_by(sort_order);
        assert_eq!(values, vec![Value::Null, Value::from(f64::NAN), Value::from(1.0)]);
    }
}
