//! Dynamic arrays.

use super::Naming;
use super::row::{Row, refused};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    refused(&["repeat"], "(value: any, count: long) -> dynamic", "not implemented", "kusto/query/repeat-function")
        .named(Naming::Prefixed("repeat")),
    refused(&["array_length", "arraylength"], "(array: array) -> long", "not implemented", "kusto/query/array-length-function"),
    refused(&["range"], "(start: summable, stop: summable, step?: summable) -> dynamic", "not implemented", "kusto/query/range-function"),
    refused(&["array_concat"], "(array: array[1..64]) -> dynamic", "not implemented", "kusto/query/array-concat-function"),
    refused(
        &["array_iff", "array_iif"],
        "(condition_array: array, when_true: any, when_false: any) -> dynamic",
        "not implemented",
        "kusto/query/array-iff-function",
    ),
    refused(
        &["array_index_of"],
        "(array: array, value: any, start?: integer, length?: integer, occurrence?: const integer) -> long",
        "not implemented",
        "kusto/query/array-index-of-function",
    ),
    refused(
        &["array_slice"],
        "(array: array, start: integer, end: integer) -> same 0",
        "not implemented",
        "kusto/query/array-slice-function",
    ),
    refused(
        &["array_split"],
        "(array: array, index: integer) -> same 0 | (array: array, indices: array) -> same 0",
        "not implemented",
        "kusto/query/array-split-function",
    ),
    refused(
        &["array_shift_left"],
        "(array: array, shift_count: integer, default_value?: any) -> same 0",
        "not implemented",
        "kusto/query/array-shift-left-function",
    ),
    refused(
        &["array_shift_right"],
        "(array: array, shift_count: integer, default_value?: any) -> same 0",
        "not implemented",
        "kusto/query/array-shift-right-function",
    ),
    refused(&["array_reverse"], "(value: array) -> same 0", "not implemented", "kusto/query/array-reverse-function"),
    refused(
        &["array_rotate_left"],
        "(array: array, rotate_count: integer) -> same 0",
        "not implemented",
        "kusto/query/array-rotate-left-function",
    ),
    refused(
        &["array_rotate_right"],
        "(array: array, rotate_count: integer) -> same 0",
        "not implemented",
        "kusto/query/array-rotate-right-function",
    ),
    refused(
        &["array_sort_asc"],
        "(arrays: array[1..64], nulls_last?: const bool) -> arrays",
        "not implemented",
        "kusto/query/array-sort-asc-function",
    )
    .named(Naming::Suffixed("_sorted")),
    refused(
        &["array_sort_desc"],
        "(arrays: array[1..64], nulls_last?: const bool) -> arrays",
        "not implemented",
        "kusto/query/array-sort-desc-function",
    )
    .named(Naming::Suffixed("_sorted")),
    refused(&["zip"], "(array: array[2..64]) -> dynamic", "not implemented", "kusto/query/zip-function"),
    refused(
        &["pack_array"],
        "(value: any...) -> dynamic | (value: only any) -> dynamic",
        "not implemented",
        "kusto/query/pack-array-function",
    ),
    refused(&["array_sum"], "(array: array) -> real", "not implemented", "kusto/query/array-sum-function"),
];
