//! Functions on fields with several values (`MV_…`), and `COALESCE`.

use super::compare::{is_same, total};
use super::{row, values_of};
use crate::functions::Args;
use crate::functions::row::Row;
use crate::ir::{Type, Value, convert};
use std::cmp::Ordering;

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    row!("mv_count", "(field: any) -> long", |args| if args.value(0).is_null() { Value::Null } else { Value::Long(values(args).len() as i64) }),
    row!("mv_first", "(field: any) -> dynamic", |args| values(args).first().cloned().unwrap_or_default()),
    row!("mv_last", "(field: any) -> dynamic", |args| values(args).last().cloned().unwrap_or_default()),
    row!("mv_min", "(field: any) -> dynamic", |args| values(args).iter().min_by(|a, b| total(a, b)).cloned().unwrap_or_default()),
    row!("mv_max", "(field: any) -> dynamic", |args| values(args).iter().max_by(|a, b| total(a, b)).cloned().unwrap_or_default()),
    row!("mv_sum", "(field: any) -> dynamic", |args| sum(values(args))),
    row!("mv_avg", "(field: any) -> real", |args| mean(values(args))),
    row!("mv_median", "(field: any) -> dynamic", |args| median(values(args))),
    row!("mv_percentile", "(field: any, percentile: any) -> dynamic", |args| args.real(1).map_or(Value::Null, |percent| percentile(values(args), percent))),
    row!("mv_dedupe", "(field: any) -> dynamic", |args| Value::of_field(distinct(values(args)))),
    row!("mv_sort", "(field: any, order?: any) -> dynamic", sort),
    row!("mv_concat", "(field: any, delimiter: any) -> string", concat),
    row!("mv_append", "(a: any, b: any) -> dynamic", append),
    row!("mv_slice", "(field: any, start: any, end?: any) -> dynamic", slice),
    row!("mv_contains", "(field: any, part: any) -> bool", |args| Value::Bool(values_of(args.value(1)).iter().all(|value| has(values(args), value)))),
    row!("mv_intersects", "(a: any, b: any) -> bool", |args| Value::Bool(values_of(args.value(1)).iter().any(|value| has(values(args), value)))),
    row!("mv_intersection", "(a: any, b: any) -> dynamic", |args| chosen(args, true)),
    row!("mv_difference", "(a: any, b: any) -> dynamic", |args| chosen(args, false)),
    row!("mv_union", "(a: any, b: any) -> dynamic", union),
    row!("mv_zip", "(a: any, b: any, delimiter?: any) -> dynamic", zip),
    row!("coalesce", "(value: any...) -> dynamic", |args| args.values.iter().find(|value| !value.is_null()).cloned().unwrap_or_default()),
];

fn values<'a>(args: &Args<'a>) -> &'a [Value] {
    values_of(args.value(0))
}

fn has(values: &[Value], wanted: &Value) -> bool {
    values.iter().any(|value| is_same(value, wanted))
}

/// Each value once, in order of appearance.
pub(super) fn distinct(values: &[Value]) -> Vec<Value> {
    let mut seen: Vec<Value> = Vec::new();
    for value in values {
        if !has(&seen, value) {
            seen.push(value.clone());
        }
    }
    seen
}

/// The sum: whole where all are whole, null where it overflows.
pub(super) fn sum(values: &[Value]) -> Value {
    if values.is_empty() {
        return Value::Null;
    }
    if values.iter().all(|value| matches!(value, Value::Int(_) | Value::Long(_))) {
        let total = values.iter().filter_map(convert::to_long).try_fold(0_i64, i64::checked_add);
        return total.map_or(Value::Null, Value::Long);
    }
    let total: f64 = values.iter().filter_map(convert::to_real).sum();
    if total.is_finite() { Value::Real(total) } else { Value::Null }
}

/// The mean, null of nothing.
pub(super) fn mean(values: &[Value]) -> Value {
    let numbers: Vec<f64> = values.iter().filter_map(convert::to_real).collect();
    if numbers.is_empty() { Value::Null } else { Value::Real(numbers.iter().sum::<f64>() / numbers.len() as f64) }
}

/// The middle value; of an even number the mean of two, which of whole numbers is rounded down (`mv-functions/mv_median`).
pub(super) fn median(values: &[Value]) -> Value {
    let mut sorted = values.to_vec();
    sorted.sort_by(total);
    let middle = sorted.len() / 2;
    match (sorted.get(middle), middle.checked_sub(1).and_then(|before| sorted.get(before))) {
        (Some(Value::Long(high)), Some(Value::Long(low))) if sorted.len().is_multiple_of(2) => Value::Long(low.midpoint(*high)),
        (Some(high), Some(low)) if sorted.len().is_multiple_of(2) => mean(&[low.clone(), high.clone()]),
        (Some(only), _) => only.clone(),
        (None, _) => Value::Null,
    }
}

/// A percentile, interpolated between neighbours (`mv-functions/mv_percentile`).
pub(super) fn percentile(values: &[Value], percent: f64) -> Value {
    let mut sorted: Vec<f64> = values.iter().filter_map(convert::to_real).collect();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else { return Value::Null };
    if !(0.0..=100.0).contains(&percent) {
        return Value::Null;
    }
    let place = percent / 100.0 * last as f64;
    let (low, high) = (sorted.get(place.floor() as usize), sorted.get(place.ceil() as usize));
    let (Some(low), Some(high)) = (low, high) else { return Value::Null };
    let found = low + (high - low) * place.fract();
    if values.iter().all(|value| matches!(value, Value::Long(_) | Value::Int(_))) { Value::Long(found as i64) } else { Value::Real(found) }
}

fn sort(args: &Args<'_>) -> Value {
    let mut sorted = values(args).to_vec();
    let descending = args.text(1).eq_ignore_ascii_case("desc");
    sorted.sort_by(|a, b| if descending { total(b, a) } else { total(a, b) });
    Value::of_field(sorted)
}

fn concat(args: &Args<'_>) -> Value {
    if args.value(0).is_null() || args.value(1).is_null() {
        return Value::Null;
    }
    let texts: Vec<String> = values(args).iter().map(|value| convert::to_text(value, Type::Dynamic)).collect();
    Value::string(texts.join(&args.text(1)))
}

fn append(args: &Args<'_>) -> Value {
    if args.value(0).is_null() || args.value(1).is_null() {
        return Value::Null;
    }
    Value::of_field(values(args).iter().chain(values_of(args.value(1))).cloned().collect())
}

/// From `start` to `end`, both included, from 0; negative ones count from the end (`mv-functions/mv_slice`).
fn slice(args: &Args<'_>) -> Value {
    let items = values(args);
    let Some(start) = args.long(1) else { return Value::Null };
    let end = if args.values.len() > 2 { args.long(2) } else { Some(start) };
    let Some(end) = end else { return Value::Null };
    let length = items.len() as i64;
    let place = |n: i64| if n < 0 { n.saturating_add(length) } else { n };
    let (from, to) = (place(start).max(0), place(end).min(length - 1));
    if from > to {
        return Value::Null;
    }
    let count = usize::try_from(to - from + 1).unwrap_or(0);
    Value::of_field(items.iter().skip(usize::try_from(from).unwrap_or(0)).take(count).cloned().collect())
}

fn chosen(args: &Args<'_>, shared: bool) -> Value {
    let other = values_of(args.value(1));
    let kept: Vec<Value> = values(args).iter().filter(|value| has(other, value) == shared).cloned().collect();
    Value::of_field(distinct(&kept))
}

fn union(args: &Args<'_>) -> Value {
    let all: Vec<Value> = values(args).iter().chain(values_of(args.value(1))).cloned().collect();
    Value::of_field(distinct(&all))
}

fn zip(args: &Args<'_>) -> Value {
    let (left, right) = (values(args), values_of(args.value(1)));
    let delimiter = if args.values.len() > 2 { args.text(2) } else { ",".into() };
    let text = |value: &Value| convert::to_text(value, Type::Dynamic);
    let pair = |at: usize| match (left.get(at), right.get(at)) {
        (Some(a), Some(b)) => Value::string(text(a) + &delimiter + &text(b)),
        (Some(one), None) | (None, Some(one)) => Value::string(text(one)),
        (None, None) => Value::Null,
    };
    Value::of_field((0..left.len().max(right.len())).map(pair).collect())
}

/// Keeps the values that are the extremes of a sort, for `TOP`.
pub(super) fn top(mut values: Vec<Value>, count: usize, descending: bool) -> Value {
    let order = |a: &Value, b: &Value| -> Ordering { if descending { total(b, a) } else { total(a, b) } };
    values.sort_by(order);
    values.truncate(count);
    Value::of_field(values)
}
