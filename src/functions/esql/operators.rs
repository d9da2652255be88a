//! Operators: comparisons, arithmetic, `IN`, `IS NULL`. They are called by their sign, which no function name can be.

use super::compare::{is_same, order};
use super::{row, strict};
use crate::functions::Args;
use crate::functions::row::Row;
use crate::ir::datetime::{Civil, days_in_month};
use crate::ir::{Arithmetic, Value, convert};
use std::cmp::Ordering;

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    row!("==", "(left: any, right: any) -> bool", strict!(|args| compared(args, Ordering::is_eq))),
    row!("!=", "(left: any, right: any) -> bool", strict!(|args| compared(args, Ordering::is_ne))),
    row!("<", "(left: any, right: any) -> bool", strict!(|args| compared(args, Ordering::is_lt))),
    row!("<=", "(left: any, right: any) -> bool", strict!(|args| compared(args, Ordering::is_le))),
    row!(">", "(left: any, right: any) -> bool", strict!(|args| compared(args, Ordering::is_gt))),
    row!(">=", "(left: any, right: any) -> bool", strict!(|args| compared(args, Ordering::is_ge))),
    row!("+", "(left: any, right: any) -> dynamic", strict!(|args| computed(args, Arithmetic::Add))),
    row!("-", "(left: any, right: any) -> dynamic", strict!(|args| computed(args, Arithmetic::Subtract))),
    row!("*", "(left: any, right: any) -> dynamic", strict!(|args| computed(args, Arithmetic::Multiply))),
    row!("/", "(left: any, right: any) -> dynamic", strict!(|args| computed(args, Arithmetic::Divide))),
    row!("%", "(left: any, right: any) -> dynamic", strict!(|args| computed(args, Arithmetic::Modulo))),
    row!("-x", "(value: any) -> dynamic", strict!(negated)),
    row!("in", "(value: any, element: any...) -> bool", is_in),
    row!("is null", "(value: any) -> bool", |args| Value::Bool(args.value(0).is_null())),
];

fn compared(args: &Args<'_>, holds: fn(Ordering) -> bool) -> Value {
    order(args.value(0), args.value(1)).map_or(Value::Null, |order| Value::Bool(holds(order)))
}

/// `IN` is a chain of `==` and `OR`: true where one element is equal, else null where one is null (`functions-operators/operators`, IN).
fn is_in(args: &Args<'_>) -> Value {
    let Some((value, list)) = args.values.split_first() else { return Value::Null };
    if matches!(value, Value::Null | Value::Array(_)) {
        return Value::Null;
    }
    if list.iter().any(|element| is_same(value, element)) {
        return Value::Bool(true);
    }
    if list.iter().any(|element| matches!(element, Value::Null | Value::Array(_))) { Value::Null } else { Value::Bool(false) }
}

fn negated(args: &Args<'_>) -> Value {
    match args.value(0) {
        Value::Long(n) => n.checked_neg().map_or(Value::Null, Value::Long),
        Value::Int(n) => Value::Long(-i64::from(*n)),
        Value::Real(n) => Value::Real(-n),
        Value::TimeSpan(n) => Value::TimeSpan(-n),
        span @ Value::Object(_) => months(span).map_or(Value::Null, |n| of_months(-n)),
        _ => Value::Null,
    }
}

/// Whole numbers divide to whole numbers; overflow and division by zero are null (`functions-operators/operators`, Divide).
fn computed(args: &Args<'_>, op: Arithmetic) -> Value {
    let (left, right) = (args.value(0), args.value(1));
    match (left, right) {
        (Value::DateTime(_) | Value::TimeSpan(_) | Value::Object(_), _)
        | (_, Value::DateTime(_) | Value::TimeSpan(_) | Value::Object(_)) => moved(left, right, op),
        (Value::Long(_) | Value::Int(_), Value::Long(_) | Value::Int(_)) => {
            let pair = convert::to_long(left).zip(convert::to_long(right));
            pair.and_then(|(a, b)| whole(a, b, op)).map_or(Value::Null, Value::Long)
        }
        _ => match real(left).zip(real(right)).map(|(a, b)| fractional(a, b, op)) {
            Some(result) if result.is_finite() => Value::Real(result),
            _ => Value::Null,
        },
    }
}

fn real(value: &Value) -> Option<f64> {
    match value {
        Value::Long(_) | Value::Int(_) | Value::Real(_) | Value::String(_) => convert::to_real(value),
        _ => None,
    }
}

fn whole(a: i64, b: i64, op: Arithmetic) -> Option<i64> {
    match op {
        Arithmetic::Add => a.checked_add(b),
        Arithmetic::Subtract => a.checked_sub(b),
        Arithmetic::Multiply => a.checked_mul(b),
        Arithmetic::Divide => a.checked_div(b),
        Arithmetic::Modulo => a.checked_rem(b),
    }
}

fn fractional(a: f64, b: f64, op: Arithmetic) -> f64 {
    match op {
        Arithmetic::Add => a + b,
        Arithmetic::Subtract => a - b,
        Arithmetic::Multiply => a * b,
        Arithmetic::Divide => a / b,
        Arithmetic::Modulo => a % b,
    }
}

/// Dates move by durations and by months; durations add up. Text beside a duration is a date (`esql-implicit-casting`).
fn moved(left: &Value, right: &Value, op: Arithmetic) -> Value {
    let sign = match op {
        Arithmetic::Add => 1,
        Arithmetic::Subtract => -1,
        _ => return Value::Null,
    };
    let (date, span) = match (left, right) {
        (Value::TimeSpan(a), Value::TimeSpan(b)) => {
            return b.checked_mul(sign).and_then(|b| a.checked_add(b)).map_or(Value::Null, Value::TimeSpan);
        }
        (Value::TimeSpan(_) | Value::Object(_), date) if sign == 1 => (date, left),
        (date, Value::TimeSpan(_) | Value::Object(_)) => (date, right),
        _ => return Value::Null,
    };
    let Some(ticks) = convert::to_datetime(date) else { return Value::Null };
    let result = match span {
        Value::TimeSpan(span) => span.checked_mul(sign).and_then(|span| ticks.checked_add(span)),
        other => months(other).and_then(|months| add_months(ticks, months.checked_mul(sign)?)),
    };
    result.map_or(Value::Null, Value::DateTime)
}

/// A span of calendar months, which has no fixed length: the form of `1 month`, `1 quarter`, `1 year`.
pub fn months(value: &Value) -> Option<i64> {
    match value.member("months") {
        Some(Value::Long(months)) => Some(*months),
        _ => None,
    }
}

/// Builds a span of calendar months.
pub(super) fn of_months(months: i64) -> Value {
    Value::object(vec![("months".into(), Value::Long(months))])
}

/// Moves a date by months; the day is held in the month (`java.time.LocalDate.plusMonths`).
pub(super) fn add_months(ticks: i64, months: i64) -> Option<i64> {
    let civil = Civil::from_ticks(ticks);
    let at = civil.year.checked_mul(12)?.checked_add(civil.month - 1)?.checked_add(months)?;
    let (year, month) = (at.div_euclid(12), at.rem_euclid(12) + 1);
    if !(1..=9999).contains(&year) {
        return None;
    }
    Civil { year, month, day: civil.day.min(days_in_month(year, month)), ..civil }.ticks()
}
