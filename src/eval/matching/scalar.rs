//! Single values of events as text, numbers, truth values and times.
//!
//! Events carry JSON; a field's type lies in the constant that it is compared with (`lower` has put it there).

use super::date_math;
use crate::ir::convert;
use crate::ir::datetime::{UNIX_EPOCH_TICKS, parse_datetime};
use crate::ir::{Comparison, TICKS_PER_SECOND, Type, Value, order};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::net::IpAddr;

/// Returns a scalar as its JSON text, without quotes.
pub(crate) fn text_of(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Bool(true) => Some(Cow::Borrowed("true")),
        Value::Bool(false) => Some(Cow::Borrowed("false")),
        Value::Int(n) => Some(Cow::Owned(n.to_string())),
        Value::Long(n) => Some(Cow::Owned(n.to_string())),
        Value::Real(n) => Some(Cow::Owned(format!("{n:?}"))),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
        Value::Decimal(_) | Value::DateTime(_) | Value::TimeSpan(_) | Value::Guid(_) => {
            Some(Cow::Owned(convert::to_text(value, Type::Unknown)))
        }
    }
}

/// Tells whether a value is something: not null, and an array or object with something in it.
pub(super) fn has_value(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(items) => items.iter().any(has_value),
        Value::Object(members) => members.iter().any(|(_, value)| has_value(value)),
        _ => true,
    }
}

/// Returns a number, also one written as text.
pub(crate) fn number_of(value: &Value) -> Option<Value> {
    match value {
        Value::Int(_) | Value::Long(_) | Value::Real(_) | Value::Decimal(_) => Some(value.clone()),
        Value::String(text) => number(text),
        _ => None,
    }
}

fn number(text: &str) -> Option<Value> {
    let text = text.trim();
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    if !plain {
        return None;
    }
    text.parse().map(Value::Long).ok().or_else(|| text.parse().map(Value::Real).ok())
}

/// Returns a truth value, also one written as text: Elasticsearch's boolean fields take both.
pub(super) fn bool_of(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// Returns a point in time, also one written as text or as milliseconds since 1970.
pub(crate) fn time_of(value: &Value) -> Option<i64> {
    match value {
        Value::DateTime(ticks) => Some(*ticks),
        Value::String(text) => parse_datetime(text),
        // `epoch_millis`, as `date` fields read numbers.
        Value::Long(millis) => UNIX_EPOCH_TICKS.checked_add(millis.checked_mul(TICKS_PER_SECOND / 1000)?),
        _ => None,
    }
}

/// A bound of a range with all it may be compared as.
#[derive(Debug)]
pub(super) enum Bound {
    Number(Value),
    Time(i64),
    /// Text compares with text by its bytes; with numbers as a number and with addresses as an address where it is one.
    Text {
        text: String,
        number: Option<Value>,
        address: Option<IpAddr>,
    },
    Other(Value),
}

impl Bound {
    pub(super) fn new(op: Comparison, value: &Value, now: i64) -> Self {
        match value {
            Value::Int(_) | Value::Long(_) | Value::Real(_) | Value::Decimal(_) => Self::Number(value.clone()),
            Value::DateTime(ticks) => Self::Time(*ticks),
            Value::String(text) => match date_math::resolve(text, now, matches!(op, Comparison::Gt | Comparison::Le)) {
                Some(ticks) => Self::Time(ticks),
                None => Self::Text { text: text.to_string(), number: number(text), address: text.parse().ok() },
            },
            other => Self::Other(other.clone()),
        }
    }

    /// Returns how a value stands to the bound; `None` where they do not compare.
    pub(super) fn compare(&self, value: &Value) -> Option<Ordering> {
        match self {
            Self::Number(bound) => order::compare(&number_of(value)?, bound),
            Self::Time(bound) => Some(time_of(value)?.cmp(bound)),
            Self::Other(bound) => order::compare(value, bound),
            Self::Text { text, number, address } => match (value, number, address) {
                (Value::Int(_) | Value::Long(_) | Value::Real(_), Some(number), _) => order::compare(value, number),
                (Value::String(found), _, Some(address)) if found.parse::<IpAddr>().is_ok() => {
                    Some(found.parse::<IpAddr>().ok()?.cmp(address))
                }
                _ => Some(text_of(value)?.as_bytes().cmp(text.as_bytes())),
            },
        }
    }
}
