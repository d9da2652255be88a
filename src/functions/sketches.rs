//! Scalar functions on the sketches that `hll` and `tdigest` make, and the sketches themselves.
//!
//! An `hll` is `[[1024, 14], [hashes], []]` with the values' xxHash64 as text, a `tdigest` is `[[7], [values], [weights]]`: what
//! the pages of the two aggregates show for small groups. Both stay exact however large they grow.

use super::Args;
use super::Naming;
use super::args::{long_or_null, real_or_null};
use super::hash::xxhash64_of;
use super::row::{Row, scalar};
use crate::ir::convert::{convert, to_long, to_real};
use crate::ir::key::Key;
use crate::ir::order::{compare, sort_order};
use crate::ir::{Type, Value};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Ordering;

/// The rows.
pub(super) const ROWS: &[Row] = &[
    scalar(
        &["percentile_tdigest"],
        "(tdigest: array, percentile1: real) -> dynamic | (tdigest: array, percentile1: real, type: literal typeof) -> typeof",
        percentile_tdigest,
        "kusto/query/percentile-tdigest-function",
    )
    .named(Naming::Prefixed("percentile_tdigest")),
    scalar(
        &["percentiles_array_tdigest"],
        "(tdigest: array, percentile: real...) -> dynamic | (tdigest: array, percentiles: array) -> dynamic",
        percentiles_array_tdigest,
        "Kusto.Language 12.4.1, Functions",
    )
    .named(Naming::Prefixed("percentile_tdigest")),
    scalar(
        &["percentrank_tdigest"],
        "(digest: array, value: any) -> real",
        percentrank_tdigest,
        "kusto/query/percentrank-tdigest-function",
    ),
    scalar(&["rank_tdigest"], "(digest: array, value: any) -> real", rank_tdigest, "kusto/query/rank-tdigest-function"),
    scalar(&["tdigest_merge", "merge_tdigest"], "(tdigest: array[2..16]) -> dynamic", tdigest_merge, "Kusto.Language 12.4.1, Functions")
        .named(Naming::Fixed("tdigests_merge_result")),
    scalar(&["hll_merge"], "(hll: array[2..16]) -> dynamic", hll_merge, "kusto/query/hll-merge-function")
        .named(Naming::Fixed("hll_merged_result")),
    scalar(&["dcount_hll"], "(hll: array) -> long", dcount_hll, "kusto/query/dcount-hll-function").named(Naming::Prefixed("dcount_hll")),
];

/// The bits of a sketch at accuracy 0 to 4.
const BITS: [i64; 5] = [12, 14, 16, 17, 18];

/// The hashes of distinct values, in order of appearance.
#[derive(Clone, Debug)]
pub(super) struct Hashes {
    bits: i64,
    order: Vec<i64>,
    seen: FxHashSet<i64>,
}

impl Default for Hashes {
    fn default() -> Self {
        Self { bits: 14, order: Vec::new(), seen: FxHashSet::default() }
    }
}

impl Hashes {
    pub(super) fn set_accuracy(&mut self, accuracy: i64) {
        self.bits = usize::try_from(accuracy).ok().and_then(|accuracy| BITS.get(accuracy)).copied().unwrap_or(self.bits);
    }

    /// Takes a value; nulls are passed over.
    pub(super) fn insert(&mut self, value: &Value, ty: Type) {
        if let Some(hash) = xxhash64_of(value, ty) {
            self.insert_hash(hash as i64);
        }
    }

    fn insert_hash(&mut self, hash: i64) {
        if self.seen.insert(hash) {
            self.order.push(hash);
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.bits = self.bits.max(other.bits);
        other.order.into_iter().for_each(|hash| self.insert_hash(hash));
    }

    pub(super) fn of_value(value: &Value) -> Option<Self> {
        let Value::Array(parts) = value else { return None };
        let [Value::Array(kind), Value::Array(hashes), Value::Array(_)] = parts.as_slice() else { return None };
        let mut found = Self { bits: kind.get(1).and_then(to_long)?, ..Self::default() };
        for hash in hashes.iter() {
            found.insert_hash(to_long(hash)?);
        }
        Some(found)
    }

    pub(super) fn to_value(&self) -> Value {
        let kind = Value::array(vec![Value::Long(1024), Value::Long(self.bits)]);
        let hashes = self.order.iter().map(|hash| Value::string(hash.to_string())).collect();
        Value::array(vec![kind, Value::array(hashes), Value::array(Vec::new())])
    }
}

/// Returns the hashes in a sketch that `hll` made.
pub fn sketched_hashes(sketch: &Value) -> Option<Vec<i64>> {
    Hashes::of_value(sketch).map(|hashes| hashes.order)
}

/// Returns the sketch of an argument.
fn hashes(args: &Args<'_>, position: usize) -> Option<Hashes> {
    Hashes::of_value(args.value(position))
}

fn dcount_hll(args: &Args<'_>) -> Value {
    long_or_null(hashes(args, 0).map(|hashes| hashes.order.len() as i64))
}

fn hll_merge(args: &Args<'_>) -> Value {
    let mut merged: Option<Hashes> = None;
    for hashes in (0..args.values.len()).filter_map(|position| hashes(args, position)) {
        match &mut merged {
            Some(merged) => merged.merge(hashes),
            None => merged = Some(hashes),
        }
    }
    merged.map_or(Value::Null, |hashes| hashes.to_value())
}

/// Values with their weights.
#[derive(Clone, Debug, Default)]
pub(super) struct Digest {
    weights: FxHashMap<Key, i64>,
}

impl Digest {
    pub(super) fn insert(&mut self, value: Value, weight: i64) {
        let known = self.weights.entry(Key(value)).or_default();
        *known = known.saturating_add(weight);
    }

    pub(super) fn merge(&mut self, other: Self) {
        other.weights.into_iter().for_each(|(value, weight)| self.insert(value.0, weight));
    }

    pub(super) fn of_value(value: &Value) -> Option<Self> {
        let Value::Array(parts) = value else { return None };
        let [Value::Array(_), Value::Array(values), Value::Array(weights)] = parts.as_slice() else { return None };
        let mut found = Self::default();
        for (value, weight) in values.iter().zip(weights.iter()) {
            found.insert(value.clone(), to_long(weight)?);
        }
        Some(found)
    }

    fn sorted(&self) -> Vec<(&Value, i64)> {
        let mut sorted: Vec<(&Value, i64)> = self.weights.iter().map(|(value, weight)| (&value.0, *weight)).collect();
        sorted.sort_by(|(a, _), (b, _)| sort_order(a, b));
        sorted
    }

    pub(super) fn to_value(&self) -> Value {
        let (values, weights) = self.sorted().into_iter().map(|(value, weight)| (value.clone(), Value::Long(weight))).unzip();
        Value::array(vec![Value::array(vec![Value::Long(7)]), Value::array(values), Value::array(weights)])
    }

    fn total(&self) -> i64 {
        self.weights.values().sum()
    }

    /// The smallest value with at least `percent` of the weight at or below it.
    fn percentile(&self, percent: f64) -> Value {
        let wanted = (percent / 100.0 * self.total() as f64 - 1e-9).ceil() as i64;
        let mut seen = 0;
        let sorted = self.sorted();
        let reaches = |(_, weight): &&(&Value, i64)| {
            seen += weight;
            seen >= wanted
        };
        let found = sorted.iter().find(reaches).or(sorted.last());
        found.map_or(Value::Null, |(value, _)| (*value).clone())
    }

    /// The weight of the values up to one.
    fn rank(&self, value: &Value) -> f64 {
        let up_to = |known: &Value| matches!(compare(known, value), Some(Ordering::Less | Ordering::Equal));
        self.weights.iter().filter(|(known, _)| up_to(&known.0)).map(|(_, weight)| *weight as f64).sum()
    }
}

fn digest(args: &Args<'_>, position: usize) -> Option<Digest> {
    Digest::of_value(args.value(position))
}

fn percentile_tdigest(args: &Args<'_>) -> Value {
    let found = digest(args, 0).zip(args.real(1)).map(|(digest, percent)| digest.percentile(percent));
    let found = found.unwrap_or_default();
    if matches!(args.result, Type::Dynamic | Type::Unknown) { found } else { convert(&found, Type::Dynamic, args.result) }
}

fn percentiles_array_tdigest(args: &Args<'_>) -> Value {
    let Some(digest) = digest(args, 0) else { return Value::Null };
    let percents: Vec<f64> = match args.value(1) {
        Value::Array(items) => items.iter().filter_map(to_real).collect(),
        _ => (1..args.values.len()).filter_map(|position| args.real(position)).collect(),
    };
    Value::array(percents.into_iter().map(|percent| digest.percentile(percent)).collect())
}

fn rank_tdigest(args: &Args<'_>) -> Value {
    real_or_null(digest(args, 0).map(|digest| digest.rank(args.value(1))))
}

fn percentrank_tdigest(args: &Args<'_>) -> Value {
    let share = |digest: Digest| digest.rank(args.value(1)) * 100.0 / digest.total() as f64;
    real_or_null(digest(args, 0).map(share))
}

fn tdigest_merge(args: &Args<'_>) -> Value {
    let mut merged = Digest::default();
    (0..args.values.len()).filter_map(|position| digest(args, position)).for_each(|digest| merged.merge(digest));
    merged.to_value()
}

#[cfg(test)]
mod tests {
    use super::Digest;
    use crate::functions::testing::{array, check};
    use crate::ir::{Value, json};

    fn sketch(text: &str) -> Value {
        json::parse(text).unwrap()
    }

    #[test]
    fn sketches_count_distinct_values() {
        let (a, b) = (sketch(r#"[[1024,14],["1","2"],[]]"#), sketch(r#"[[1024,14],["2","3"],[]]"#));
        check("dcount_hll", std::slice::from_ref(&a), 2_i64);
        check("hll_merge", &[a.clone(), b], sketch(r#"[[1024,14],["1","2","3"],[]]"#));
        check("hll_merge", &[a.clone(), Value::Null], a);
        check("dcount_hll", &[sketch("[1, 2]")], Value::Null);
    }

    #[test]
    fn digests_answer_ranks_and_percentiles() {
        let mut digest = Digest::default();
        for (value, weight) in [(10_i64, 2), (30, 1), (20, 1)] {
            digest.insert(value.into(), weight);
        }
        let digest = digest.to_value();
        assert_eq!(digest, sketch("[[7],[10,20,30],[2,1,1]]"));
        check("percentile_tdigest", &[digest.clone(), 50.0.into()], 10_i64);
        check("percentiles_array_tdigest", &[digest.clone(), array([75.0, 100.0])], array([20_i64, 30]));
        check("rank_tdigest", &[digest.clone(), 20_i64.into()], 3.0);
        check("percentrank_tdigest", &[digest.clone(), 20_i64.into()], 75.0);
        check("tdigest_merge", &[digest.clone(), digest], sketch("[[7],[10,20,30],[4,2,2]]"));
    }
}
