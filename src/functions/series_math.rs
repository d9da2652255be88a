//! Series: element-wise arithmetic and products.

use super::Args;
use super::args::real_or_null;
use super::row::{Row, scalar};
use super::series_values::{mean, number, numbers};
use crate::ir::Value;
use crate::ir::convert::to_long;
use crate::ir::order::compare;
use std::cmp::Ordering;

/// The rows.
pub(super) const ROWS: &[Row] = &[
    scalar(
        &["series_add"],
        "(series1: array, series2: array) -> dynamic | (series1: array, series2: number) -> dynamic | (series1: number, series2: array) -> dynamic",
        series_add,
        "kusto/query/series-add-function",
    ),
    scalar(
        &["series_subtract"],
        "(series1: array, series2: array) -> dynamic | (series1: array, series2: number) -> dynamic | (series1: number, series2: array) -> dynamic",
        series_subtract,
        "kusto/query/series-subtract-function",
    ),
    scalar(
        &["series_multiply"],
        "(series1: array, series2: array) -> dynamic | (series1: array, series2: number) -> dynamic | (series1: number, series2: array) -> dynamic",
        series_multiply,
        "kusto/query/series-multiply-function",
    ),
    scalar(
        &["series_divide"],
        "(series1: array, series2: array) -> dynamic | (series1: array, series2: number) -> dynamic | (series1: number, series2: array) -> dynamic",
        series_divide,
        "kusto/query/series-divide-function",
    ),
    scalar(
        &["series_pow"],
        "(series1: array, series2: array) -> dynamic | (series1: array, series2: number) -> dynamic | (series1: number, series2: array) -> dynamic",
        series_pow,
        "kusto/query/series-pow-function",
    ),
    scalar(
        &["series_greater"],
        "(series1: array, series2: array) -> dynamic | (series1: array, series2: number) -> dynamic | (series1: number, series2: array) -> dynamic",
        series_greater,
        "kusto/query/series-greater-function",
    ),
    scalar(
        &["series_greater_equals"],
        "(series1: array, series2: array) -> dynamic | (series1: array, series2: number) -> dynamic | (series1: number, series2: array) -> dynamic",
        series_greater_equals,
        "kusto/query/series-greater-equals-function",
    ),
    scalar(
        &["series_less"],
        "(series1: array, series2: array) -> dynamic | (series1: array, series2: number) -> dynamic | (series1: number, series2: array) -> dynamic",
        series_less,
        "kusto/query/series-less-function",
    ),
    scalar(
        &["series_less_equals"],
        "(series1: array, series2: array) -> dynamic | (series1: array, series2: number) -> dynamic | (series1: number, series2: array) -> dynamic",
        series_less_equals,
        "kusto/query/series-less-equals-function",
    ),
    scalar(
        &["series_equals"],
        "(series1: array, series2: array) -> dynamic | (series1: array, series2: number) -> dynamic | (series1: number, series2: array) -> dynamic",
        series_equals,
        "kusto/query/series-equals-function",
    ),
    scalar(
        &["series_not_equals"],
        "(series1: array, series2: array) -> dynamic | (series1: array, series2: number) -> dynamic | (series1: number, series2: array) -> dynamic",
        series_not_equals,
        "kusto/query/series-not-equals-function",
    ),
    scalar(&["series_exp"], "(series: array) -> dynamic", series_exp, "kusto/query/series-exp-function"),
    scalar(&["series_sign"], "(series: array) -> dynamic", series_sign, "kusto/query/series-sign-function"),
    scalar(&["series_abs"], "(series: array) -> same 0", series_abs, "kusto/query/series-abs-function"),
    scalar(&["series_sin"], "(series: array) -> dynamic", series_sin, "kusto/query/series-sin-function"),
    scalar(&["series_asin"], "(series: array) -> dynamic", series_asin, "kusto/query/series-asin-function"),
    scalar(&["series_cos"], "(series: array) -> dynamic", series_cos, "kusto/query/series-cos-function"),
    scalar(&["series_acos"], "(series: array) -> dynamic", series_acos, "kusto/query/series-acos-function"),
    scalar(&["series_tan"], "(series: array) -> dynamic", series_tan, "kusto/query/series-tan-function"),
    scalar(&["series_atan"], "(series: array) -> dynamic", series_atan, "kusto/query/series-atan-function"),
    scalar(&["series_magnitude"], "(series: array) -> real", series_magnitude, "kusto/query/series-magnitude-function"),
    scalar(&["series_sum"], "(series: array) -> real", series_sum, "kusto/query/series-sum-function"),
    scalar(&["series_product"], "(series: array) -> real", series_product, "kusto/query/series-product-function"),
    scalar(&["series_log"], "(series: array) -> dynamic", series_log, "kusto/query/series-log-function"),
    scalar(&["series_floor"], "(series: array) -> dynamic", series_floor, "kusto/query/series-floor-function"),
    scalar(&["series_ceiling"], "(series: array) -> same 0", series_ceiling, "kusto/query/series-ceiling-function"),
    scalar(
        &["series_pearson_correlation"],
        "(series1: array, series2: array) -> real",
        series_pearson_correlation,
        "kusto/query/series-pearson-correlation-function",
    ),
    scalar(
        &["series_dot_product"],
        "(series1: array, series2: array) -> real | (series1: array, series2: number) -> real | (series1: number, series2: array) -> real",
        series_dot_product,
        "kusto/query/series-dot-product-function",
    ),
    scalar(
        &["series_cosine_similarity"],
        "(series1: array, series2: array, series1_magnitude?: real, series2_magnitude?: real) -> real",
        series_cosine_similarity,
        "kusto/query/series-cosine-similarity-function",
    ),
];

/// Two series element by element; a single number goes with every element. What is missing on one side is null.
fn pairs(args: &Args<'_>, f: impl Fn(&Value, &Value) -> Value) -> Value {
    let length = match (args.array(0), args.array(1)) {
        (Some(a), Some(b)) => a.len().max(b.len()),
        (Some(a), None) => a.len(),
        (None, Some(b)) => b.len(),
        (None, None) => return Value::Null,
    };
    let element = |position: usize, at: usize| match args.array(position) {
        Some(items) => items.get(at).cloned().unwrap_or_default(),
        None => args.value(position).clone(),
    };
    Value::array((0..length).map(|at| f(&element(0, at), &element(1, at))).collect())
}

/// Whole numbers stay whole.
fn arithmetic(args: &Args<'_>, whole: fn(i64, i64) -> i64, real: fn(f64, f64) -> f64) -> Value {
    pairs(args, |a, b| match (a, b) {
        (Value::Int(_) | Value::Long(_), Value::Int(_) | Value::Long(_)) => {
            to_long(a).zip(to_long(b)).map_or(Value::Null, |(a, b)| Value::Long(whole(a, b)))
        }
        _ => number(a).zip(number(b)).map_or(Value::Null, |(a, b)| Value::Real(real(a, b))),
    })
}

fn reals(args: &Args<'_>, f: fn(f64, f64) -> f64) -> Value {
    pairs(args, |a, b| number(a).zip(number(b)).map_or(Value::Null, |(a, b)| Value::Real(f(a, b))))
}

fn comparison(args: &Args<'_>, holds: fn(Ordering) -> bool) -> Value {
    pairs(args, |a, b| compare(a, b).map_or(Value::Null, |order| Value::Bool(holds(order))))
}

fn series_add(args: &Args<'_>) -> Value {
    arithmetic(args, i64::wrapping_add, |a, b| a + b)
}

fn series_subtract(args: &Args<'_>) -> Value {
    arithmetic(args, i64::wrapping_sub, |a, b| a - b)
}

fn series_multiply(args: &Args<'_>) -> Value {
    arithmetic(args, i64::wrapping_mul, |a, b| a * b)
}

fn series_divide(args: &Args<'_>) -> Value {
    reals(args, |a, b| a / b)
}

fn series_pow(args: &Args<'_>) -> Value {
    reals(args, f64::powf)
}

fn series_greater(args: &Args<'_>) -> Value {
    comparison(args, Ordering::is_gt)
}

fn series_greater_equals(args: &Args<'_>) -> Value {
    comparison(args, Ordering::is_ge)
}

fn series_less(args: &Args<'_>) -> Value {
    comparison(args, Ordering::is_lt)
}

fn series_less_equals(args: &Args<'_>) -> Value {
    comparison(args, Ordering::is_le)
}

fn series_equals(args: &Args<'_>) -> Value {
    comparison(args, Ordering::is_eq)
}

fn series_not_equals(args: &Args<'_>) -> Value {
    comparison(args, Ordering::is_ne)
}

/// Each element as a real.
fn each(args: &Args<'_>, f: fn(f64) -> f64) -> Value {
    let Some(items) = args.array(0) else { return Value::Null };
    Value::array(items.iter().map(|item| number(item).map_or(Value::Null, |x| Value::Real(f(x)))).collect())
}

/// Each element in its own type.
fn each_as_is(args: &Args<'_>, whole: fn(i64) -> i64, real: fn(f64) -> f64) -> Value {
    let Some(items) = args.array(0) else { return Value::Null };
    let apply = |item: &Value| match item {
        Value::Int(_) | Value::Long(_) => to_long(item).map_or(Value::Null, |n| Value::Long(whole(n))),
        _ => number(item).map_or(Value::Null, |x| Value::Real(real(x))),
    };
    Value::array(items.iter().map(apply).collect())
}

fn series_exp(args: &Args<'_>) -> Value {
    each(args, f64::exp)
}

fn series_log(args: &Args<'_>) -> Value {
    each(args, f64::ln)
}

fn series_sign(args: &Args<'_>) -> Value {
    each_as_is(args, i64::signum, |x| if x == 0.0 { 0.0 } else { x.signum() })
}

fn series_abs(args: &Args<'_>) -> Value {
    each_as_is(args, i64::wrapping_abs, f64::abs)
}

fn series_sin(args: &Args<'_>) -> Value {
    each(args, f64::sin)
}

fn series_asin(args: &Args<'_>) -> Value {
    each(args, f64::asin)
}

fn series_cos(args: &Args<'_>) -> Value {
    each(args, f64::cos)
}

fn series_acos(args: &Args<'_>) -> Value {
    each(args, f64::acos)
}

fn series_tan(args: &Args<'_>) -> Value {
    each(args, f64::tan)
}

fn series_atan(args: &Args<'_>) -> Value {
    each(args, f64::atan)
}

fn series_floor(args: &Args<'_>) -> Value {
    each(args, f64::floor)
}

fn series_ceiling(args: &Args<'_>) -> Value {
    each(args, f64::ceil)
}

/// Null where an element is no number.
fn folded(args: &Args<'_>, f: impl Fn(&[f64]) -> f64) -> Value {
    real_or_null(numbers(args, 0).map(|items| f(&items)))
}

fn series_sum(args: &Args<'_>) -> Value {
    folded(args, |items| items.iter().sum())
}

fn series_product(args: &Args<'_>) -> Value {
    folded(args, |items| items.iter().product())
}

fn series_magnitude(args: &Args<'_>) -> Value {
    folded(args, |items| dot(items, items).sqrt())
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Both series, a single number repeated.
fn both(args: &Args<'_>) -> Option<(Vec<f64>, Vec<f64>)> {
    let repeated = |position: usize, length: usize| number(args.value(position)).map(|x| vec![x; length]);
    match (args.array(0), args.array(1)) {
        (Some(a), None) => Some((numbers(args, 0)?, repeated(1, a.len())?)),
        (None, Some(b)) => Some((repeated(0, b.len())?, numbers(args, 1)?)),
        _ => Some((numbers(args, 0)?, numbers(args, 1)?)).filter(|(a, b)| a.len() == b.len()),
    }
}

fn series_dot_product(args: &Args<'_>) -> Value {
    real_or_null(both(args).map(|(a, b)| dot(&a, &b)))
}

fn series_cosine_similarity(args: &Args<'_>) -> Value {
    let magnitude = |position: usize, items: &[f64]| args.real(position).unwrap_or_else(|| dot(items, items).sqrt());
    real_or_null(both(args).map(|(a, b)| dot(&a, &b) / (magnitude(2, &a) * magnitude(3, &b))))
}

fn series_pearson_correlation(args: &Args<'_>) -> Value {
    let correlation = |(a, b): (Vec<f64>, Vec<f64>)| {
        let centred = |items: &[f64]| mean(items).map(|mean| items.iter().map(|x| x - mean).collect::<Vec<_>>());
        let (a, b) = (centred(&a)?, centred(&b)?);
        Some(dot(&a, &b) / (dot(&a, &a) * dot(&b, &b)).sqrt())
    };
    real_or_null(both(args).and_then(correlation))
}

#[cfg(test)]
mod tests {
    use crate::functions::testing::{array, check};
    use crate::ir::Value;

    #[test]
    fn elements_meet_at_their_position() {
        check("series_add", &[array([1_i64, 2]), array([10_i64, 20])], array([11_i64, 22]));
        check("series_multiply", &[array([1_i64, 2]), 1.5.into()], array([1.5, 3.0]));
        check("series_add", &[array([1_i64, 2]), array([1_i64])], array([Value::Long(2), Value::Null]));
        check("series_greater", &[array([1_i64, 3]), 2_i64.into()], array([false, true]));
    }

    #[test]
    fn products_need_all_numbers() {
        check("series_dot_product", &[array([1_i64, 2]), array([3_i64, 4])], 11.0);
        check("series_sum", &[array([Value::Null])], Value::Null);
        check("series_pearson_correlation", &[array([1_i64, 2, 3]), array([2_i64, 4, 6])], 1.0);
    }
}
