//! Series: regression.

use super::Naming;
use super::row::{Row, refused};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    refused(&["series_fit_line"], "(series: array) -> columns rsquare:real slope:real variance:real rvariance:real interception:real line_fit:dynamic", "not implemented", "kusto/query/series-fit-line-function").named(Naming::Columns),
    refused(&["series_fit_line_dynamic"], "(series: array) -> dynamic", "not implemented", "kusto/query/series-fit-line-dynamic-function"),
    refused(&["series_fit_2lines"], "(array: array) -> columns rsquare:real split_idx:long variance:real rvariance:real line_fit:dynamic right_rsquare:real right_slope:real right_interception:real right_variance:real right_rvariance:real left_rsquare:real left_slope:real left_interception:real left_variance:real left_rvariance:real", "not implemented", "kusto/query/series-fit-2lines-function").named(Naming::Columns),
    refused(&["series_fit_2lines_dynamic"], "(series: array) -> dynamic", "not implemented", "kusto/query/series-fit-2lines-dynamic-function"),
    refused(&["series_fit_poly"], "(y_series: array, x_series?: array, degree?: int) -> columns rsquare:real coefficients:dynamic variance:real rvariance:real poly_fit:dynamic", "not implemented", "kusto/query/series-fit-poly-function").named(Naming::Columns),
];
