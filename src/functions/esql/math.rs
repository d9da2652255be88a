//! Functions on numbers that Kusto lacks or computes otherwise.

use super::{compare, row, strict, values_of};
use crate::functions::Args;
use crate::functions::row::Row;
use crate::ir::{Value, convert};
use std::cmp::Ordering;

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    row!("round", "(number: any, decimals?: any) -> dynamic", strict!(round)),
    row!("round_to", "(number: any, point: any...) -> dynamic", strict!(round_to)),
    row!("floor", "(number: any) -> dynamic", strict!(|args: &Args<'_>| whole(args, f64::floor))),
    row!("sqrt", "(number: any) -> real", strict!(|args: &Args<'_>| real(args, f64::sqrt))),
    row!("cbrt", "(number: any) -> real", strict!(|args: &Args<'_>| real(args, f64::cbrt))),
    row!("log10", "(number: any) -> real", strict!(|args: &Args<'_>| real(args, f64::log10))),
    row!("log", "(base: any, number?: any) -> real", strict!(log)),
    row!("sinh", "(number: any) -> real", strict!(|args: &Args<'_>| real(args, libm::sinh))),
    row!("cosh", "(number: any) -> real", strict!(|args: &Args<'_>| real(args, libm::cosh))),
    row!("tanh", "(number: any) -> real", strict!(|args: &Args<'_>| real(args, libm::tanh))),
    row!("hypot", "(a: any, b: any) -> real", strict!(|args: &Args<'_>| finite(args.real(0).zip(args.real(1)).map(|(a, b)| a.hypot(b))))),
    row!("signum", "(number: any) -> real", strict!(|args: &Args<'_>| finite(args.real(0).map(|n| if n == 0.0 { 0.0 } else { n.signum() })))),
    row!("scalb", "(number: any, exponent: any) -> real", strict!(|args: &Args<'_>| finite(args.real(0).zip(args.real(1)).map(|(n, e)| n * e.exp2())))),
    row!("copy_sign", "(magnitude: any, sign: any) -> real", strict!(|args: &Args<'_>| finite(args.real(0).zip(args.real(1)).map(|(n, s)| n.copysign(s))))),
    row!("e", "() -> real", |_| Value::Real(std::f64::consts::E)),
    row!("tau", "() -> real", |_| Value::Real(std::f64::consts::TAU)),
    row!("greatest", "(value: any...) -> dynamic", |args| extreme(args, Ordering::Greater)),
    row!("least", "(value: any...) -> dynamic", |args| extreme(args, Ordering::Less)),
    row!("clamp", "(value: any, low: any, high: any) -> dynamic", strict!(clamp)),
    row!("clamp_min", "(value: any, low: any) -> dynamic", strict!(|args: &Args<'_>| bounded(args.value(0), args.value(1), Ordering::Less))),
    row!("clamp_max", "(value: any, high: any) -> dynamic", strict!(|args: &Args<'_>| bounded(args.value(0), args.value(1), Ordering::Greater))),
];

fn finite(number: Option<f64>) -> Value {
    number.filter(|n| n.is_finite()).map_or(Value::Null, Value::Real)
}

fn real(args: &Args<'_>, f: fn(f64) -> f64) -> Value {
    finite(args.real(0).map(f))
}

/// Whole numbers stay as they are.
fn whole(args: &Args<'_>, f: fn(f64) -> f64) -> Value {
    match args.value(0) {
        Value::Real(n) => finite(Some(f(*n))),
        other => other.clone(),
    }
}

/// Half away from zero; negative decimals round whole numbers too (`math-functions/round`).
fn round(args: &Args<'_>) -> Value {
    let decimals = args.long(1).unwrap_or(0).clamp(-308, 308) as i32;
    match args.value(0) {
        Value::Real(n) => {
            let scale = 10_f64.powi(decimals);
            // A number of so many digits has no decimals to round.
            let scaled = n * scale;
            finite(Some(if scaled.is_finite() { scaled.round() / scale } else { *n }))
        }
        whole if decimals >= 0 => whole.clone(),
        whole => {
            let scale = 10_i64.checked_pow(decimals.unsigned_abs());
            let rounded =
                convert::to_long(whole).zip(scale).and_then(|(n, scale)| ((n as f64 / scale as f64).round() as i64).checked_mul(scale));
            rounded.map_or(Value::Long(0), Value::Long)
        }
    }
}

/// The greatest point that is not greater, else the smallest (`math-functions/round_to`).
fn round_to(args: &Args<'_>) -> Value {
    let Some((value, points)) = args.values.split_first() else { return Value::Null };
    let mut points: Vec<&Value> = points.iter().collect();
    points.sort_by(|a, b| compare::total(a, b));
    let below = points.iter().rev().find(|point| compare::order(point, value).is_some_and(Ordering::is_le));
    below.or(points.first()).map_or(Value::Null, |point| (*point).clone())
}

/// `LOG(number)` is natural, `LOG(base, number)` of a base (`math-functions/log`).
fn log(args: &Args<'_>) -> Value {
    let positive = |at| args.real(at).filter(|n| *n > 0.0);
    if args.values.len() < 2 {
        return finite(positive(0).map(f64::ln));
    }
    finite(positive(0).zip(positive(1)).filter(|(base, _)| (base - 1.0).abs() > 0.0).map(|(base, n)| n.ln() / base.ln()))
}

/// The extreme of all values of all arguments; null where an argument is null (`conditional-functions-and-expressions/greatest`).
fn extreme(args: &Args<'_>, wanted: Ordering) -> Value {
    if args.values.iter().any(Value::is_null) {
        return Value::Null;
    }
    let mut values = args.values.iter().flat_map(values_of);
    let Some(first) = values.next() else { return Value::Null };
    values.fold(first, |best, value| if compare::order(value, best) == Some(wanted) { value } else { best }).clone()
}

fn clamp(args: &Args<'_>) -> Value {
    bounded(&bounded(args.value(0), args.value(1), Ordering::Less), args.value(2), Ordering::Greater)
}

fn bounded(value: &Value, bound: &Value, beyond: Ordering) -> Value {
    if compare::order(value, bound) == Some(beyond) { bound.clone() } else { value.clone() }
}
