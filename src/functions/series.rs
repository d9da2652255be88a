//! Series: filters and filling of gaps, statistics.

use super::Naming;
use super::row::{Row, refused};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    refused(&["series_fir"], "(series: array, filter: array, normalize?: bool, center?: bool) -> dynamic", "not implemented", "kusto/query/series-fir-function").named(Naming::FirstArgument),
    refused(&["series_stats"], "(series: array, ignore_nonfinite?: const bool) -> columns min:real min_idx:long max:real max_idx:long avg:real stdev:real variance:real", "not implemented", "kusto/query/series-stats-function").named(Naming::Columns),
    refused(&["series_stats_dynamic"], "(series: array, ignore_nonfinite?: const bool) -> dynamic", "not implemented", "kusto/query/series-stats-dynamic-function"),
    refused(&["series_fft"], "(series: array, series_imaginary?: array) -> columns real:dynamic imag:dynamic", "not implemented", "kusto/query/series-fft-function").named(Naming::Columns),
    refused(&["series_ifft"], "(series: array, series_imaginary?: array) -> columns real:dynamic imag:dynamic", "not implemented", "kusto/query/series-ifft-function").named(Naming::Columns),
    refused(&["series_outliers"], "(series: array, kind?: string, ignore_val?: number) -> same 0 | (series: array, kind: string, ignore_val: real, min_percentile: real, max_percentile?: real, test_points?: integer) -> same 0", "not implemented", "kusto/query/series-outliers-function").named(Naming::FirstArgument),
    refused(&["series_iir"], "(series: array, numerators: array, denominators: array) -> dynamic", "not implemented", "kusto/query/series-iir-function").named(Naming::FirstArgument),
    refused(&["series_fill_backward"], "(series: array, missing_value_placeholder?: number) -> same 0", "not implemented", "kusto/query/series-fill-backward-function").named(Naming::FirstArgument),
    refused(&["series_fill_forward"], "(series: array, missing_value_placeholder?: number) -> same 0", "not implemented", "kusto/query/series-fill-forward-function").named(Naming::FirstArgument),
    refused(&["series_fill_const"], "(series: array, constant_value?: number, missing_value_placeholder?: number) -> same 0", "not implemented", "kusto/query/series-fill-const-function").named(Naming::FirstArgument),
    refused(&["series_fill_linear"], "(series: array, missing_value_placeholder?: number, fill_edges?: bool, constant_value?: number) -> same 0", "not implemented", "kusto/query/series-fill-linear-function").named(Naming::FirstArgument),
];
