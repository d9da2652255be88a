//! Scalar functions on the sketches that `hll` and `tdigest` make.

use super::Naming;
use super::row::{Row, refused};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    refused(
        &["percentile_tdigest"],
        "(tdigest: array, percentile1: real) -> dynamic | (tdigest: array, percentile1: real, type: literal typeof) -> typeof",
        "not implemented",
        "kusto/query/percentile-tdigest-function",
    )
    .named(Naming::Prefixed("percentile_tdigest")),
    refused(
        &["percentiles_array_tdigest"],
        "(tdigest: array, percentile: real...) -> dynamic | (tdigest: array, percentiles: array) -> dynamic",
        "not implemented",
        "Kusto.Language 12.4.1, Functions",
    )
    .named(Naming::Prefixed("percentile_tdigest")),
    refused(&["percentrank_tdigest"], "(digest: array, value: any) -> real", "not implemented", "kusto/query/percentrank-tdigest-function"),
    refused(&["rank_tdigest"], "(digest: array, value: any) -> real", "not implemented", "kusto/query/rank-tdigest-function"),
    refused(
        &["tdigest_merge", "merge_tdigest"],
        "(tdigest: array[2..16]) -> dynamic",
        "not implemented",
        "Kusto.Language 12.4.1, Functions",
    )
    .named(Naming::Fixed("tdigests_merge_result")),
    refused(&["hll_merge"], "(hll: array[2..16]) -> dynamic", "not implemented", "kusto/query/hll-merge-function")
        .named(Naming::Fixed("hll_merged_result")),
    refused(&["dcount_hll"], "(hll: array) -> long", "not implemented", "kusto/query/dcount-hll-function")
        .named(Naming::Prefixed("dcount_hll")),
];
