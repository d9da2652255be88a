//! How ES|QL compares and orders two values, nulls apart.

use crate::ir::convert::{parse_long, parse_real};
use crate::ir::datetime::parse_datetime;
use crate::ir::{Value, order};
use std::cmp::Ordering;
use std::net::IpAddr;

/// Orders two values. Text is read as what it is compared with: dates, numbers, truth values
/// (`esql-implicit-casting`; also what fields of unknown type need).
pub(super) fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::String(a), Value::String(b)) => Some(text_order(a, b)),
        (Value::String(text), other) => order::compare(&read_as(text, other)?, other),
        (other, Value::String(text)) => order::compare(other, &read_as(text, other)?),
        _ => order::compare(a, b),
    }
}

/// Text by its bytes, addresses as addresses: one may be written in several ways.
fn text_order(a: &str, b: &str) -> Ordering {
    let is_v6 = |text: &str| text.contains(':');
    if a != b
        && (is_v6(a) || is_v6(b))
        && let (Ok(a), Ok(b)) = (a.parse::<IpAddr>(), b.parse::<IpAddr>())
    {
        return a.cmp(&b);
    }
    a.as_bytes().cmp(b.as_bytes())
}

fn read_as(text: &str, other: &Value) -> Option<Value> {
    match other {
        Value::DateTime(_) => parse_datetime(text).map(Value::DateTime),
        Value::Int(_) | Value::Long(_) | Value::Real(_) => parse_long(text).map(Value::Long).or_else(|| parse_real(text).map(Value::Real)),
        Value::Bool(_) if text.eq_ignore_ascii_case("true") => Some(Value::Bool(true)),
        Value::Bool(_) if text.eq_ignore_ascii_case("false") => Some(Value::Bool(false)),
        _ => None,
    }
}

/// Tells whether two values are the same.
pub(super) fn is_same(a: &Value, b: &Value) -> bool {
    order(a, b) == Some(Ordering::Equal)
}

/// Orders any two values for sorting lists; values of different kinds by kind.
pub(super) fn total(a: &Value, b: &Value) -> Ordering {
    order::sort_order(a, b)
}
