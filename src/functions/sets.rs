//! Dynamic arrays taken as sets.

use super::Args;
use super::args::bool_or_null;
use super::row::{Row, scalar};
use crate::ir::Value;
use crate::ir::key::Key;
use rustc_hash::FxHashSet;

/// The rows.
pub(super) const ROWS: &[Row] = &[
    scalar(&["set_has_element"], "(set: array, value: any) -> bool", set_has_element, "kusto/query/set-has-element-function"),
    scalar(&["set_union"], "(set: array[2..64]) -> dynamic", set_union, "kusto/query/set-union-function"),
    scalar(&["set_intersect"], "(set: array[2..64]) -> dynamic", set_intersect, "kusto/query/set-intersect-function"),
    scalar(&["set_difference"], "(set: array[2..64]) -> dynamic", set_difference, "kusto/query/set-difference-function"),
    scalar(&["set_equals"], "(set1: array, set2: array) -> bool", set_equals, "Kusto.Language 12.4.1, Functions"),
    scalar(&["jaccard_index"], "(set: array[2..2]) -> dynamic", jaccard_index, "kusto/query/jaccard-index-function"),
];

/// The elements of an array argument, each once, in order of appearance; `None` where it is no array.
fn distinct(items: &[Value]) -> Vec<Key> {
    let mut seen = FxHashSet::default();
    items.iter().map(|item| Key(item.clone())).filter(|key| seen.insert(key.clone())).collect()
}

fn as_array(keys: impl IntoIterator<Item = Key>) -> Value {
    Value::array(keys.into_iter().map(|key| key.0).collect())
}

fn set_union(args: &Args<'_>) -> Value {
    let all: Vec<Value> = (0..args.values.len()).filter_map(|at| args.array(at)).flatten().cloned().collect();
    as_array(distinct(&all))
}

fn set_intersect(args: &Args<'_>) -> Value {
    kept(args, true)
}

fn set_difference(args: &Args<'_>) -> Value {
    kept(args, false)
}

/// The elements of the first set that are in all others, or in none.
fn kept(args: &Args<'_>, wanted: bool) -> Value {
    let Some(first) = args.array(0) else { return Value::Null };
    let others: Vec<FxHashSet<Key>> =
        (1..args.values.len()).map(|at| distinct(args.array(at).unwrap_or_default()).into_iter().collect()).collect();
    as_array(distinct(first).into_iter().filter(|key| others.iter().all(|other| other.contains(key) == wanted)))
}

fn set_has_element(args: &Args<'_>) -> Value {
    let key = Key(args.value(1).clone());
    bool_or_null(args.array(0).map(|items| items.iter().any(|item| Key(item.clone()) == key)))
}

fn set_equals(args: &Args<'_>) -> Value {
    let sets = args.array(0).zip(args.array(1));
    let as_set = |items: &[Value]| -> FxHashSet<Key> { distinct(items).into_iter().collect() };
    bool_or_null(sets.map(|(a, b)| as_set(a) == as_set(b)))
}

/// The size of the intersection over the size of the union.
fn jaccard_index(args: &Args<'_>) -> Value {
    let Some((a, b)) = args.array(0).zip(args.array(1)) else { return Value::Null };
    let (a, b): (FxHashSet<Key>, FxHashSet<Key>) = (distinct(a).into_iter().collect(), distinct(b).into_iter().collect());
    let both = a.intersection(&b).count() as f64;
    Value::Real(both / ((a.len() + b.len()) as f64 - both))
}

#[cfg(test)]
mod tests {
    use crate::functions::testing::{array, check};

    #[test]
    fn sets_keep_the_order_of_appearance() {
        check("set_union", &[array([3_i64, 1, 3]), array([2_i64, 1])], array([3_i64, 1, 2]));
        check("set_intersect", &[array([3_i64, 1, 2]), array([2_i64, 3])], array([3_i64, 2]));
        check("set_difference", &[array([3_i64, 1, 2]), array([2_i64]), array([3_i64])], array([1_i64]));
    }

    #[test]
    fn elements_compare_with_their_type() {
        check("set_has_element", &[array([1_i64, 2]), 2_i64.into()], true);
        check("set_has_element", &[array([1_i64, 2]), "2".into()], false);
        check("jaccard_index", &[array([1_i64, 2]), array([2_i64, 3])], 1.0 / 3.0);
    }
}
