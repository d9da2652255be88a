//! Dynamic arrays.

use super::Args;
use super::Naming;
use super::args::{long_or_null, real_or_null};
use super::row::{Row, scalar};
use super::text::SearchRange;
use crate::ir::convert::{to_bool, to_long, to_real};
use crate::ir::order::{compare, equals, sort_order};
use crate::ir::{TICKS_PER_SECOND, Value};
use std::cmp::Ordering;

/// The rows.
pub(super) const ROWS: &[Row] = &[
    scalar(&["repeat"], "(value: not-dynamic, count: long) -> dynamic", repeat, "kusto/query/repeat-function")
        .named(Naming::Prefixed("repeat")),
    scalar(&["array_length", "arraylength"], "(array: array) -> long", array_length, "kusto/query/array-length-function"),
    scalar(&["range"], "(start: summable, stop: summable, step?: summable) -> dynamic", range, "kusto/query/range-function"),
    scalar(&["array_concat"], "(array: array[1..64]) -> dynamic", array_concat, "kusto/query/array-concat-function"),
    scalar(
        &["array_iff", "array_iif"],
        "(condition_array: array, when_true: any, when_false: any) -> dynamic",
        array_iff,
        "kusto/query/array-iff-function",
    ),
    scalar(
        &["array_index_of"],
        "(array: array, value: any, start?: integer, length?: integer, occurrence?: const integer) -> long",
        array_index_of,
        "kusto/query/array-index-of-function",
    ),
    scalar(&["array_slice"], "(array: array, start: integer, end: integer) -> same 0", array_slice, "kusto/query/array-slice-function"),
    scalar(
        &["array_split"],
        "(array: array, index: integer) -> same 0 | (array: array, indices: array) -> same 0",
        array_split,
        "kusto/query/array-split-function",
    ),
    scalar(
        &["array_shift_left"],
        "(array: array, shift_count: integer, default_value?: any) -> same 0",
        array_shift_left,
        "kusto/query/array-shift-left-function",
    ),
    scalar(
        &["array_shift_right"],
        "(array: array, shift_count: integer, default_value?: any) -> same 0",
        array_shift_right,
        "kusto/query/array-shift-right-function",
    ),
    scalar(&["array_reverse"], "(value: array) -> same 0", array_reverse, "kusto/query/array-reverse-function"),
    scalar(
        &["array_rotate_left"],
        "(array: array, rotate_count: integer) -> same 0",
        array_rotate_left,
        "kusto/query/array-rotate-left-function",
    ),
    scalar(
        &["array_rotate_right"],
        "(array: array, rotate_count: integer) -> same 0",
        array_rotate_right,
        "kusto/query/array-rotate-right-function",
    ),
    scalar(
        &["array_sort_asc"],
        "(arrays: array[1..64]) -> arrays | (arrays: array[1..64], nulls_last: const bool) -> arrays",
        array_sort_asc,
        "kusto/query/array-sort-asc-function",
    )
    .named(Naming::Suffixed("_sorted")),
    scalar(
        &["array_sort_desc"],
        "(arrays: array[1..64]) -> arrays | (arrays: array[1..64], nulls_last: const bool) -> arrays",
        array_sort_desc,
        "kusto/query/array-sort-desc-function",
    )
    .named(Naming::Suffixed("_sorted")),
    scalar(&["zip"], "(array: array[2..64]) -> dynamic", zip, "kusto/query/zip-function"),
    scalar(&["pack_array"], "(value: any...) -> dynamic | (value: only any) -> dynamic", pack_array, "kusto/query/pack-array-function"),
    scalar(&["array_sum"], "(array: array) -> real", array_sum, "kusto/query/array-sum-function"),
];

/// Elements that `range` and `repeat` make at most (`range-function`).
const MAX_ELEMENTS: usize = 1_048_576;

fn array_length(args: &Args<'_>) -> Value {
    long_or_null(args.array(0).map(|items| items.len() as i64))
}

fn array_sum(args: &Args<'_>) -> Value {
    let Some(items) = args.array(0).filter(|items| !items.is_empty()) else { return Value::Null };
    real_or_null(items.iter().map(number).try_fold(0.0, |sum, n| Some(sum + n?)))
}

/// The number in an element; text is none.
fn number(value: &Value) -> Option<f64> {
    if matches!(value, Value::String(_)) { None } else { to_real(value) }
}

fn array_concat(args: &Args<'_>) -> Value {
    let all = (0..args.values.len()).filter_map(|at| args.array(at)).flatten();
    Value::array(all.cloned().collect())
}

fn array_reverse(args: &Args<'_>) -> Value {
    args.array(0).map_or(Value::Null, |items| Value::array(items.iter().rev().cloned().collect()))
}

fn pack_array(args: &Args<'_>) -> Value {
    Value::array(args.values.to_vec())
}

fn repeat(args: &Args<'_>) -> Value {
    match args.long(1) {
        Some(count) if count >= 0 => Value::array(vec![args.value(0).clone(); (count as usize).min(MAX_ELEMENTS)]),
        _ => Value::Null,
    }
}

/// From start to stop in steps of 1, for times of 1 hour.
fn range(args: &Args<'_>) -> Value {
    let (start, stop) = (args.value(0), args.value(1));
    let given = args.values.len() > 2;
    match (start, stop) {
        (Value::DateTime(from), Value::DateTime(to)) | (Value::TimeSpan(from), Value::TimeSpan(to)) => {
            let Some(step) = (if given { args.timespan(2) } else { Some(3600 * TICKS_PER_SECOND) }) else { return Value::Null };
            let make = if matches!(start, Value::DateTime(_)) { Value::DateTime } else { Value::TimeSpan };
            Value::array(longs(*from, *to, step).map(make).collect())
        }
        (Value::Int(_) | Value::Long(_), _) if !matches!(args.value(2), Value::Real(_)) && !matches!(stop, Value::Real(_)) => {
            let step = if given { args.long(2) } else { Some(1) };
            let (Some(from), Some(to), Some(step)) = (to_long(start), to_long(stop), step) else { return Value::Null };
            Value::array(longs(from, to, step).map(Value::Long).collect())
        }
        _ => {
            let step = if given { args.real(2) } else { Some(1.0) };
            let (Some(from), Some(to), Some(step)) = (to_real(start), to_real(stop), step) else { return Value::Null };
            let count = if step == 0.0 { 0.0 } else { ((to - from) / step + 1e-9).floor() + 1.0 };
            let count = if count > 0.0 { (count as usize).min(MAX_ELEMENTS) } else { 0 };
            Value::array((0..count).map(|n| Value::Real(from + n as f64 * step)).collect())
        }
    }
}

fn longs(from: i64, to: i64, step: i64) -> impl Iterator<Item = i64> {
    let next = move |n: &i64| n.checked_add(step);
    std::iter::successors((step != 0).then_some(from), next)
        .take_while(move |n| if step > 0 { *n <= to } else { *n >= to })
        .take(MAX_ELEMENTS)
}

/// Both ends are included; negative positions count from the end (k2s/0586).
fn array_slice(args: &Args<'_>) -> Value {
    let Some((items, (start, end))) = args.array(0).zip(args.long(1).zip(args.long(2))) else { return Value::Null };
    let length = items.len() as i64;
    let from_end = |n: i64| if n < 0 { n.saturating_add(length) } else { n };
    let (start, end) = (from_end(start).max(0), from_end(end).min(length - 1));
    Value::array(items.iter().skip(start as usize).take((end - start + 1).max(0) as usize).cloned().collect())
}

/// Cuts before the given positions.
fn array_split(args: &Args<'_>) -> Value {
    let Some(items) = args.array(0) else { return Value::Null };
    let cuts: Vec<i64> = match args.value(1) {
        Value::Array(cuts) => cuts.iter().filter_map(to_long).collect(),
        other => to_long(other).into_iter().collect(),
    };
    let length = items.len() as i64;
    let mut parts = Vec::new();
    let mut from = 0;
    for cut in cuts {
        let cut = (if cut < 0 { cut + length } else { cut }).clamp(from, length);
        parts.push(slice(items, from, cut));
        from = cut;
    }
    parts.push(slice(items, from, length));
    Value::array(parts)
}

fn slice(items: &[Value], from: i64, to: i64) -> Value {
    Value::array(items.get(from as usize..to as usize).unwrap_or_default().to_vec())
}

fn array_rotate_left(args: &Args<'_>) -> Value {
    rotated(args, 1)
}

fn array_rotate_right(args: &Args<'_>) -> Value {
    rotated(args, -1)
}

fn rotated(args: &Args<'_>, direction: i64) -> Value {
    let Some((items, count)) = args.array(0).zip(args.long(1)) else { return Value::Null };
    let by = count.wrapping_mul(direction).rem_euclid((items.len() as i64).max(1)) as usize;
    Value::array(items.iter().cycle().skip(by).take(items.len()).cloned().collect())
}

fn array_shift_left(args: &Args<'_>) -> Value {
    shifted(args, 1)
}

fn array_shift_right(args: &Args<'_>) -> Value {
    shifted(args, -1)
}

fn shifted(args: &Args<'_>, direction: i64) -> Value {
    let Some((items, count)) = args.array(0).zip(args.long(1)) else { return Value::Null };
    let by = count.saturating_mul(direction);
    let at = |position: usize| {
        let from = usize::try_from((position as i64).saturating_add(by)).ok();
        from.and_then(|from| items.get(from)).unwrap_or(args.value(2)).clone()
    };
    Value::array((0..items.len()).map(at).collect())
}

/// True or a number that is not 0 takes the first side, false or 0 the second; all else is null (emu/array-iff-function-02).
fn array_iff(args: &Args<'_>) -> Value {
    let Some(conditions) = args.array(0) else { return Value::Null };
    let pick = |side: usize, position: usize| match args.value(side) {
        Value::Array(items) => items.get(position).cloned().unwrap_or_default(),
        scalar => scalar.clone(),
    };
    let chosen = conditions.iter().enumerate().map(|(position, condition)| match condition {
        Value::Bool(_) | Value::Int(_) | Value::Long(_) | Value::Real(_) => {
            pick(if to_bool(condition) == Some(true) { 1 } else { 2 }, position)
        }
        _ => Value::Null,
    });
    Value::array(chosen.collect())
}

fn array_index_of(args: &Args<'_>) -> Value {
    let Some(items) = args.array(0) else { return Value::Null };
    let Some(range) = SearchRange::of(args, items.len() as i64) else { return Value::Null };
    let found = items.iter().zip(0..).filter(|(item, _)| equals(item, args.value(1))).map(|(_, at)| at);
    Value::Long(range.pick(found))
}

/// Pairs up elements at the same position, the shorter arrays filled with null.
fn zip(args: &Args<'_>) -> Value {
    let columns: Vec<&[Value]> =
        (0..args.values.len()).map(|at| args.array(at).unwrap_or(args.values.get(at..=at).unwrap_or_default())).collect();
    let length = columns.iter().map(|column| column.len()).max().unwrap_or(0);
    let row = |at: usize| Value::array(columns.iter().map(|column| column.get(at).cloned().unwrap_or_default()).collect());
    Value::array((0..length).map(row).collect())
}

fn array_sort_asc(args: &Args<'_>) -> Value {
    sorted(args, false)
}

fn array_sort_desc(args: &Args<'_>) -> Value {
    sorted(args, true)
}

/// Sorts by the first array and brings the others into the same order; those of another length are null. Nulls are last
/// unless the last argument says otherwise; numbers stand before text either way (loco/EndToEndTests.BuiltIns_array_sort_Columnar).
fn sorted(args: &Args<'_>, descending: bool) -> Value {
    let nulls_last = !matches!(args.values.last(), Some(Value::Bool(false)));
    let count = args.values.len() - usize::from(matches!(args.values.last(), Some(Value::Bool(_))));
    let Some(keys) = args.array(0) else { return Value::Null };
    let mut order: Vec<usize> = (0..keys.len()).collect();
    let key = |at: usize| keys.get(at).unwrap_or(&Value::Null);
    order.sort_by(|a, b| {
        let (a, b) = (key(*a), key(*b));
        match (a.is_null(), b.is_null()) {
            (false, false) if descending => compare(a, b).map_or_else(|| sort_order(a, b), Ordering::reverse),
            (false, false) => sort_order(a, b),
            (a, b) if nulls_last => a.cmp(&b),
            (a, b) => b.cmp(&a),
        }
    });
    let arranged = |position: usize| match args.array(position) {
        Some(items) if items.len() == order.len() => {
            Value::array(order.iter().map(|at| items.get(*at).cloned().unwrap_or_default()).collect())
        }
        _ => Value::Null,
    };
    if count <= 1 { arranged(0) } else { Value::array((0..count).map(arranged).collect()) }
}

#[cfg(test)]
mod tests {
    use crate::functions::testing::{array, check};
    use crate::ir::Value;

    fn longs(items: &[i64]) -> Value {
        array(items.iter().copied())
    }

    #[test]
    fn slices_include_both_ends() {
        check("array_slice", &[longs(&[1, 2, 3, 4]), 1_i64.into(), 2_i64.into()], longs(&[2, 3]));
        check("array_slice", &[longs(&[1, 2, 3, 4]), (-2_i64).into(), (-1_i64).into()], longs(&[3, 4]));
        check("array_slice", &[longs(&[1, 2]), 5_i64.into(), 9_i64.into()], longs(&[]));
    }

    #[test]
    fn sorting_puts_nulls_last_unless_told() {
        let items = array([Value::Null, 3_i64.into(), 1_i64.into()]);
        check("array_sort_asc", std::slice::from_ref(&items), array([1_i64.into(), 3_i64.into(), Value::Null]));
        check("array_sort_desc", std::slice::from_ref(&items), array([3_i64.into(), 1_i64.into(), Value::Null]));
        check("array_sort_asc", &[items, false.into()], array([Value::Null, 1_i64.into(), 3_i64.into()]));
        check("array_sort_asc", &[longs(&[2, 1]), array(["b", "a"])], array([longs(&[1, 2]), array(["a", "b"])]));
    }

    #[test]
    fn rotation_and_shift_go_both_ways() {
        check("array_rotate_left", &[longs(&[1, 2, 3]), 1_i64.into()], longs(&[2, 3, 1]));
        check("array_rotate_right", &[longs(&[1, 2, 3]), 4_i64.into()], longs(&[3, 1, 2]));
        check("array_shift_left", &[longs(&[1, 2, 3]), 2_i64.into(), 0_i64.into()], longs(&[3, 0, 0]));
        check("array_shift_right", &[longs(&[1, 2]), 1_i64.into()], array([Value::Null, 1_i64.into()]));
    }

    #[test]
    fn ranges_include_their_end() {
        check("range", &[1_i64.into(), 5_i64.into(), 2_i64.into()], longs(&[1, 3, 5]));
        check("range", &[3_i64.into(), 1_i64.into()], longs(&[]));
        check("range", &[0.0.into(), 0.3.into(), 0.1.into()], array([0.0, 0.1, 0.2, 0.1 * 3.0]));
    }

    #[test]
    fn lookups_and_splits_find_positions() {
        check("array_index_of", &[array(["a", "b", "a"]), "a".into(), 1_i64.into()], 2_i64);
        check("array_split", &[longs(&[1, 2, 3]), 1_i64.into()], array([longs(&[1]), longs(&[2, 3])]));
        check("zip", &[longs(&[1, 2]), array(["a"])], array([array([Value::from(1_i64), "a".into()]), array([2_i64.into(), Value::Null])]));
    }
}
