//! Series: filters and filling of gaps, statistics.

use super::Args;
use super::Naming;
use super::row::{Row, refused, scalar};
use super::series_values::{mean, number, numbers, of_reals, series, variance};
use crate::ir::Value;
use crate::ir::order::equals;

/// The rows.
pub(super) const ROWS: &[Row] = &[
    scalar(&["series_fir"], "(series: array, filter: array, normalize?: bool, center?: bool) -> dynamic", series_fir, "kusto/query/series-fir-function").named(Naming::FirstArgument),
    scalar(&["series_stats"], "(series: array, ignore_nonfinite?: const bool) -> columns min:real min_idx:long max:real max_idx:long avg:real stdev:real variance:real", series_stats, "kusto/query/series-stats-function").named(Naming::Columns),
    scalar(&["series_stats_dynamic"], "(series: array, ignore_nonfinite?: const bool) -> dynamic", series_stats_dynamic, "kusto/query/series-stats-dynamic-function"),
    refused(&["series_outliers"], "(series: array, kind?: string, ignore_val?: number) -> same 0 | (series: array, kind: string, ignore_val: real, min_percentile: real, max_percentile?: real, test_points?: integer) -> same 0", "how the score follows from the fences is not documented", "kusto/query/series-outliers-function").named(Naming::FirstArgument),
    scalar(&["series_iir"], "(series: array, numerators: array, denominators: array) -> dynamic", series_iir, "kusto/query/series-iir-function").named(Naming::FirstArgument),
    scalar(&["series_fill_backward"], "(series: array, missing_value_placeholder?: number) -> same 0", series_fill_backward, "kusto/query/series-fill-backward-function").named(Naming::FirstArgument),
    scalar(&["series_fill_forward"], "(series: array, missing_value_placeholder?: number) -> same 0", series_fill_forward, "kusto/query/series-fill-forward-function").named(Naming::FirstArgument),
    scalar(&["series_fill_const"], "(series: array, constant_value?: number, missing_value_placeholder?: number) -> same 0", series_fill_const, "kusto/query/series-fill-const-function").named(Naming::FirstArgument),
    scalar(&["series_fill_linear"], "(series: array, missing_value_placeholder?: number, fill_edges?: bool, constant_value?: number) -> same 0", series_fill_linear, "kusto/query/series-fill-linear-function").named(Naming::FirstArgument),
];

/// Tells which elements are missing: those that equal the placeholder, null unless said.
fn is_missing<'a>(args: &Args<'a>, position: usize) -> impl Fn(&Value) -> bool + use<'a> {
    let placeholder = args.value(position);
    move |item| item.is_null() || (!placeholder.is_null() && equals(item, placeholder))
}

fn series_fill_forward(args: &Args<'_>) -> Value {
    let Some(items) = args.array(0) else { return Value::Null };
    Value::array(filled(items.iter(), is_missing(args, 1)))
}

fn series_fill_backward(args: &Args<'_>) -> Value {
    let Some(items) = args.array(0) else { return Value::Null };
    let mut out = filled(items.iter().rev(), is_missing(args, 1));
    out.reverse();
    Value::array(out)
}

/// Each missing element becomes the last one before it that is not; there may be none.
fn filled<'v>(items: impl Iterator<Item = &'v Value>, is_missing: impl Fn(&Value) -> bool) -> Vec<Value> {
    let mut last: Option<&Value> = None;
    let fill = |item: &'v Value| {
        if is_missing(item) {
            return last.unwrap_or(item).clone();
        }
        last = Some(item);
        item.clone()
    };
    items.map(fill).collect()
}

fn series_fill_const(args: &Args<'_>) -> Value {
    let Some(items) = args.array(0) else { return Value::Null };
    let constant = if args.values.len() > 1 { args.value(1).clone() } else { Value::Long(0) };
    let is_missing = is_missing(args, 2);
    Value::array(items.iter().map(|item| if is_missing(item) { constant.clone() } else { item.clone() }).collect())
}

/// Between two known elements the line through them, cut to whole numbers where all elements are whole; at the edges the
/// nearest known element; a series without any is filled with a constant.
fn series_fill_linear(args: &Args<'_>) -> Value {
    let Some(items) = args.array(0) else { return Value::Null };
    let is_missing = is_missing(args, 1);
    let fills_edges = !matches!(args.value(2), Value::Bool(false));
    let known: Vec<(usize, f64)> =
        items.iter().enumerate().filter(|(_, item)| !is_missing(item)).filter_map(|(at, item)| Some((at, number(item)?))).collect();
    if known.is_empty() {
        let constant = if args.values.len() > 3 { args.real(3) } else { Some(0.0) };
        return Value::array(items.iter().map(|_| constant.map_or(Value::Null, Value::Real)).collect());
    }
    let is_whole = items.iter().all(|item| is_missing(item) || matches!(item, Value::Int(_) | Value::Long(_)));
    let make = |x: f64| if is_whole { Value::Long(x as i64) } else { Value::Real(x) };
    let mut next = 0;
    let mut at_position = |at: usize, item: &Value| {
        while known.get(next).is_some_and(|(position, _)| *position < at) {
            next += 1;
        }
        if !is_missing(item) {
            return item.clone();
        }
        let before = next.checked_sub(1).and_then(|previous| known.get(previous));
        match (before, known.get(next)) {
            (Some((from, a)), Some((to, b))) => make(a + (b - a) * (at - from) as f64 / (to - from) as f64),
            (Some((_, x)), None) | (None, Some((_, x))) if fills_edges => make(*x),
            _ => item.clone(),
        }
    };
    Value::array(items.iter().enumerate().map(|(at, item)| at_position(at, item)).collect())
}

/// The recursive formula of the page, with what lies before the series as 0.
fn series_iir(args: &Args<'_>) -> Value {
    let parts = numbers(args, 0).zip(numbers(args, 1).zip(numbers(args, 2)));
    let Some((input, (numerators, denominators))) = parts else { return Value::Null };
    let Some((first, feedback)) = denominators.split_first() else { return Value::Null };
    let mut output: Vec<f64> = Vec::with_capacity(input.len());
    for at in 0..input.len() {
        let back = |items: &[f64], by: usize| at.checked_sub(by).and_then(|position| items.get(position)).copied().unwrap_or(0.0);
        let forward: f64 = numerators.iter().enumerate().map(|(by, factor)| factor * back(&input, by)).sum();
        let recursive: f64 = feedback.iter().zip(1..).map(|(factor, by)| factor * back(&output, by)).sum();
        output.push((forward - recursive) / first);
    }
    of_reals(output)
}

/// The filter slides over the series, or is centred on each point; it is normalized unless a coefficient is negative.
fn series_fir(args: &Args<'_>) -> Value {
    let Some((input, filter)) = numbers(args, 0).zip(numbers(args, 1)) else { return Value::Null };
    let has_negative = filter.iter().any(|factor| *factor < 0.0);
    let normalized = match args.value(2) {
        Value::Bool(b) => *b,
        _ => !has_negative,
    };
    if normalized && has_negative {
        return Value::Null;
    }
    let ahead = if matches!(args.value(3), Value::Bool(true)) { filter.len() / 2 } else { 0 };
    let total: f64 = if normalized { filter.iter().sum() } else { 1.0 };
    let at_position = |at: usize| {
        let tap = |by: usize| (at + ahead).checked_sub(by).and_then(|position| input.get(position)).copied().unwrap_or(0.0);
        filter.iter().enumerate().map(|(by, factor)| factor * tap(by)).sum::<f64>() / total
    };
    of_reals((0..input.len()).map(at_position))
}

/// The statistics in the order of the columns; `None` where a value is not finite and is not to be passed over.
fn statistics(args: &Args<'_>) -> Option<Vec<(&'static str, Value)>> {
    let passes = matches!(args.value(1), Value::Bool(true));
    let all = series(args, 0)?;
    let finite: Vec<(usize, f64)> = all.iter().enumerate().filter_map(|(at, x)| Some((at, (*x)?))).filter(|(_, x)| x.is_finite()).collect();
    if finite.is_empty() || (finite.len() < all.len() && !passes) {
        return None;
    }
    let values: Vec<f64> = finite.iter().map(|(_, x)| *x).collect();
    let first_of =
        |better: fn(f64, f64) -> bool| finite.iter().copied().reduce(|best, next| if better(next.1, best.1) { next } else { best });
    let (min_at, min) = first_of(|a, b| a < b)?;
    let (max_at, max) = first_of(|a, b| a > b)?;
    let variance = variance(&values);
    Some(vec![
        ("min", Value::Real(min)),
        ("min_idx", Value::Long(min_at as i64)),
        ("max", Value::Real(max)),
        ("max_idx", Value::Long(max_at as i64)),
        ("avg", Value::Real(mean(&values)?)),
        ("stdev", Value::Real(variance.sqrt())),
        ("variance", Value::Real(variance)),
        ("sum", Value::Real(values.iter().sum())),
        ("len", Value::Long(values.len() as i64)),
    ])
}

fn series_stats(args: &Args<'_>) -> Value {
    let found = statistics(args).map(|stats| stats.into_iter().take(7).map(|(_, value)| value).collect());
    Value::array(found.unwrap_or_else(|| vec![Value::Null; 7]))
}

fn series_stats_dynamic(args: &Args<'_>) -> Value {
    statistics(args).map_or(Value::Null, |stats| Value::object(stats.into_iter().map(|(name, value)| (name.into(), value)).collect()))
}

#[cfg(test)]
mod tests {
    use crate::functions::testing::{array, call, check};
    use crate::ir::Value;

    fn gaps() -> Value {
        array([Value::Null, 10_i64.into(), Value::Null, 15_i64.into(), Value::Null])
    }

    #[test]
    fn gaps_are_filled() {
        check("series_fill_forward", &[gaps()], array([Value::Null, 10_i64.into(), 10_i64.into(), 15_i64.into(), 15_i64.into()]));
        check("series_fill_backward", &[gaps()], array([10_i64.into(), 10_i64.into(), 15_i64.into(), 15_i64.into(), Value::Null]));
        check("series_fill_const", &[gaps(), 1_i64.into()], array([1_i64, 10, 1, 15, 1]));
        check("series_fill_linear", &[gaps()], array([10_i64, 10, 12, 15, 15]));
        check("series_fill_linear", &[array([Value::Null])], array([0.0]));
    }

    #[test]
    fn filters_look_back() {
        let series = array([1_i64, 2, 3]);
        check("series_iir", &[series.clone(), array([1_i64]), array([1_i64, -1])], array([1.0, 3.0, 6.0]));
        check("series_fir", &[series.clone(), array([1_i64, 1])], array([0.5, 1.5, 2.5]));
        check("series_fir", &[series, array([1_i64, -1])], array([1.0, 1.0, 1.0]));
    }

    #[test]
    fn statistics_name_positions() {
        let stats = call("series_stats_dynamic", &[array([4_i64, 1, 1])]);
        assert_eq!(stats.member("min_idx"), Some(&Value::Long(1)));
        assert_eq!(stats.member("variance"), Some(&Value::Real(3.0)));
        check("series_stats_dynamic", &[gaps()], Value::Null);
    }
}
