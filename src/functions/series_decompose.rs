//! Series: seasonality, decomposition, anomalies.
//!
//! How the engine finds periods and scores them is not documented; what needs it is refused.

use super::row::{Row, prepared, refused};
use super::series_values::{numbers, of_reals};
use super::{Args, Naming, Prepared};
use crate::ir::Value;
use crate::ir::convert::to_long;

const UNDOCUMENTED: &str = "how periods are found is not documented";

/// The rows.
pub(super) const ROWS: &[Row] = &[
    refused(&["series_periods_detect"], "(series: array, min_period: number, max_period: number, num_periods: long) -> columns periods:dynamic scores:dynamic", UNDOCUMENTED, "kusto/query/series-periods-detect-function").named(Naming::Columns),
    refused(&["series_periods_validate"], "(series: array, period: number[1..16]) -> columns periods:dynamic scores:dynamic", UNDOCUMENTED, "kusto/query/series-periods-validate-function").named(Naming::Columns),
    prepared(&["series_seasonal"], "(series: array) -> dynamic | (series: array, period: integer) -> dynamic | (series: array, period: integer, test_points: integer) -> dynamic", series_seasonal, "kusto/query/series-seasonal-function"),
    refused(&["series_decompose"], "(series: array, period?: integer, trend?: string, test_points?: integer, seasonality_threshold?: number) -> columns baseline:dynamic seasonal:dynamic trend:dynamic residual:dynamic", UNDOCUMENTED, "kusto/query/series-decompose-function").named(Naming::Columns),
    refused(&["series_decompose_forecast"], "(series: array, test_points: integer, period?: integer, trend?: string, seasonality_threshold?: number) -> columns baseline:dynamic seasonal:dynamic trend:dynamic residual:dynamic", UNDOCUMENTED, "kusto/query/series-decompose-forecast-function").named(Naming::Columns),
    refused(&["series_decompose_anomalies"], "(series: array, threshold?: number, period?: integer, trend?: string, test_points?: integer, method?: string, seasonality_threshold?: number) -> columns ad_flag:dynamic ad_score:dynamic baseline:dynamic", UNDOCUMENTED, "kusto/query/series-decompose-anomalies-function").named(Naming::Columns),
];

/// With a period, the median of the values at each place of it; other periods give zeros (`series-seasonal-function`).
fn series_seasonal(constants: &[Option<Value>]) -> Result<Prepared, String> {
    match constants {
        [_, Some(period)] if to_long(period).is_some_and(|period| period >= 0) => Ok(Box::new(seasonal)),
        [_, Some(_) | None, _] => Err("test points are not documented".to_owned()),
        _ => Err(format!("{UNDOCUMENTED}: give one")),
    }
}

fn seasonal(args: &Args<'_>) -> Value {
    let Some((items, period)) = numbers(args, 0).zip(args.long(1)) else { return Value::Null };
    let Some(period) = usize::try_from(period).ok().filter(|period| *period > 0) else { return of_reals(items.iter().map(|_| 0.0)) };
    let medians: Vec<f64> =
        (0..period.min(items.len())).map(|place| median(items.iter().skip(place).step_by(period).copied().collect())).collect();
    of_reals(medians.iter().copied().cycle().take(items.len()))
}

fn median(mut items: Vec<f64>) -> f64 {
    items.sort_by(f64::total_cmp);
    let middle = items.len() / 2;
    let at = |position: usize| items.get(position).copied().unwrap_or(f64::NAN);
    if items.len().is_multiple_of(2) { f64::midpoint(at(middle.wrapping_sub(1)), at(middle)) } else { at(middle) }
}

#[cfg(test)]
mod tests {
    use crate::functions::testing::{array, check};

    #[test]
    fn the_season_is_the_median_at_each_place_of_the_period() {
        check("series_seasonal", &[array([1_i64, 5, 3, 6, 2, 9]), 2_i64.into()], array([2.0, 6.0, 2.0, 6.0, 2.0, 6.0]));
        check("series_seasonal", &[array([1_i64, 5]), 0_i64.into()], array([0.0, 0.0]));
    }
}
