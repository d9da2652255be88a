//! Series: seasonality, decomposition, anomalies.

use super::Naming;
use super::row::{Row, refused};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    refused(&["series_periods_detect"], "(series: array, min_period: number, max_period: number, num_periods: long) -> columns periods:dynamic scores:dynamic", "not implemented", "kusto/query/series-periods-detect-function").named(Naming::Columns),
    refused(&["series_periods_validate"], "(series: array, period: number[1..16]) -> columns periods:dynamic scores:dynamic", "not implemented", "kusto/query/series-periods-validate-function").named(Naming::Columns),
    refused(&["series_seasonal"], "(series: array) -> dynamic | (series: array, period: integer) -> dynamic | (series: array, period: integer, test_points: integer) -> dynamic", "not implemented", "kusto/query/series-seasonal-function"),
    refused(&["series_decompose"], "(series: array, period?: integer, trend?: string, test_points?: integer, seasonality_threshold?: number) -> columns baseline:dynamic seasonal:dynamic trend:dynamic residual:dynamic", "not implemented", "kusto/query/series-decompose-function").named(Naming::Columns),
    refused(&["series_decompose_forecast"], "(series: array, test_points: integer, period?: integer, trend?: string, seasonality_threshold?: number) -> columns baseline:dynamic seasonal:dynamic trend:dynamic residual:dynamic", "not implemented", "kusto/query/series-decompose-forecast-function").named(Naming::Columns),
    refused(&["series_decompose_anomalies"], "(series: array, threshold?: number, period?: integer, trend?: string, test_points?: integer, method?: string, seasonality_threshold?: number) -> columns ad_flag:dynamic ad_score:dynamic baseline:dynamic", "not implemented", "kusto/query/series-decompose-anomalies-function").named(Naming::Columns),
];
