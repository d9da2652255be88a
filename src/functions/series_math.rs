//! Series: element-wise arithmetic and products.

use super::row::{Row, refused};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    refused(
        &["series_add"],
        "(series1: array, series2: array) -> dynamic | (series1: array, series2: number) -> dynamic | (series1: number, series2: array) -> dynamic",
        "not implemented",
        "kusto/query/series-add-function",
    ),
    refused(
        &["series_subtract"],
        "(series1: array, series2: array) -> dynamic | (series1: array, series2: number) -> dynamic | (series1: number, series2: array) -> dynamic",
        "not implemented",
        "kusto/query/series-subtract-function",
    ),
    refused(
        &["series_multiply"],
        "(series1: array, series2: array) -> dynamic | (series1: array, series2: number) -> dynamic | (series1: number, series2: array) -> dynamic",
        "not implemented",
        "kusto/query/series-multiply-function",
    ),
    refused(
        &["series_divide"],
        "(series1: array, series2: array) -> dynamic | (series1: array, series2: number) -> dynamic | (series1: number, series2: array) -> dynamic",
        "not implemented",
        "kusto/query/series-divide-function",
    ),
    refused(
        &["series_pow"],
        "(series1: array, series2: array) -> dynamic | (series1: array, series2: number) -> dynamic | (series1: number, series2: array) -> dynamic",
        "not implemented",
        "kusto/query/series-pow-function",
    ),
    refused(
        &["series_greater"],
        "(series1: array, series2: array) -> dynamic | (series1: array, series2: number) -> dynamic | (series1: number, series2: array) -> dynamic",
        "not implemented",
        "kusto/query/series-greater-function",
    ),
    refused(
        &["series_greater_equals"],
        "(series1: array, series2: array) -> dynamic | (series1: array, series2: number) -> dynamic | (series1: number, series2: array) -> dynamic",
        "not implemented",
        "kusto/query/series-greater-equals-function",
    ),
    refused(
        &["series_less"],
        "(series1: array, series2: array) -> dynamic | (series1: array, series2: number) -> dynamic | (series1: number, series2: array) -> dynamic",
        "not implemented",
        "kusto/query/series-less-function",
    ),
    refused(
        &["series_less_equals"],
        "(series1: array, series2: array) -> dynamic | (series1: array, series2: number) -> dynamic | (series1: number, series2: array) -> dynamic",
        "not implemented",
        "kusto/query/series-less-equals-function",
    ),
    refused(
        &["series_equals"],
        "(series1: array, series2: array) -> dynamic | (series1: array, series2: number) -> dynamic | (series1: number, series2: array) -> dynamic",
        "not implemented",
        "kusto/query/series-equals-function",
    ),
    refused(
        &["series_not_equals"],
        "(series1: array, series2: array) -> dynamic | (series1: array, series2: number) -> dynamic | (series1: number, series2: array) -> dynamic",
        "not implemented",
        "kusto/query/series-not-equals-function",
    ),
    refused(&["series_exp"], "(series: array) -> dynamic", "not implemented", "kusto/query/series-exp-function"),
    refused(&["series_sign"], "(series: array) -> dynamic", "not implemented", "kusto/query/series-sign-function"),
    refused(&["series_abs"], "(series: array) -> same 0", "not implemented", "kusto/query/series-abs-function"),
    refused(&["series_sin"], "(series: array) -> dynamic", "not implemented", "kusto/query/series-sin-function"),
    refused(&["series_asin"], "(series: array) -> dynamic", "not implemented", "kusto/query/series-asin-function"),
    refused(&["series_cos"], "(series: array) -> dynamic", "not implemented", "kusto/query/series-cos-function"),
    refused(&["series_acos"], "(series: array) -> dynamic", "not implemented", "kusto/query/series-acos-function"),
    refused(&["series_tan"], "(series: array) -> dynamic", "not implemented", "kusto/query/series-tan-function"),
    refused(&["series_atan"], "(series: array) -> dynamic", "not implemented", "kusto/query/series-atan-function"),
    refused(&["series_magnitude"], "(series: array) -> real", "not implemented", "kusto/query/series-magnitude-function"),
    refused(&["series_sum"], "(series: array) -> real", "not implemented", "kusto/query/series-sum-function"),
    refused(&["series_product"], "(series: array) -> real", "not implemented", "kusto/query/series-product-function"),
    refused(&["series_log"], "(series: array) -> dynamic", "not implemented", "kusto/query/series-log-function"),
    refused(&["series_floor"], "(series: array) -> dynamic", "not implemented", "kusto/query/series-floor-function"),
    refused(&["series_ceiling"], "(series: array) -> same 0", "not implemented", "kusto/query/series-ceiling-function"),
    refused(
        &["series_pearson_correlation"],
        "(series1: array, series2: array) -> real",
        "not implemented",
        "kusto/query/series-pearson-correlation-function",
    ),
    refused(
        &["series_dot_product"],
        "(series1: array, series2: array) -> real | (series1: array, series2: number) -> real | (series1: number, series2: array) -> real",
        "not implemented",
        "kusto/query/series-dot-product-function",
    ),
    refused(
        &["series_cosine_similarity"],
        "(series1: array, series2: array, series1_magnitude?: real, series2_magnitude?: real) -> real",
        "not implemented",
        "kusto/query/series-cosine-similarity-function",
    ),
];
