//! Dynamic arrays taken as sets.

use super::row::{Row, refused};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    refused(&["set_has_element"], "(set: array, value: any) -> bool", "not implemented", "kusto/query/set-has-element-function"),
    refused(&["set_union"], "(set: array[2..64]) -> dynamic", "not implemented", "kusto/query/set-union-function"),
    refused(&["set_intersect"], "(set: array[2..64]) -> dynamic", "not implemented", "kusto/query/set-intersect-function"),
    refused(&["set_difference"], "(set: array[2..64]) -> dynamic", "not implemented", "kusto/query/set-difference-function"),
    refused(&["set_equals"], "(set1: array, set2: array) -> bool", "not implemented", "Kusto.Language 12.4.1, Functions"),
    refused(&["jaccard_index"], "(set: array[2..2]) -> dynamic", "not implemented", "kusto/query/jaccard-index-function"),
];
