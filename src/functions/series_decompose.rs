//! Series: seasonality, decomposition, anomalies.
//!
//! How the engine finds periods and scores anomalies is not documented; what needs it is refused.

use super::row::{Row, prepared, refused};
use super::series_fit::line_through;
use super::series_values::{mean, numbers, of_reals};
use super::{Args, Naming, Prepared};
use crate::ir::Value;
use crate::ir::convert::to_long;

const UNDOCUMENTED: &str = "how periods are found is not documented";

/// The rows.
pub(super) const ROWS: &[Row] = &[
    refused(&["series_periods_detect"], "(series: array, min_period: number, max_period: number, num_periods: long) -> columns periods:dynamic scores:dynamic", UNDOCUMENTED, "kusto/query/series-periods-detect-function").named(Naming::Columns),
    refused(&["series_periods_validate"], "(series: array, period: number[1..16]) -> columns periods:dynamic scores:dynamic", UNDOCUMENTED, "kusto/query/series-periods-validate-function").named(Naming::Columns),
    prepared(&["series_seasonal"], "(series: array) -> dynamic | (series: array, period: integer) -> dynamic | (series: array, period: integer, test_points: integer) -> dynamic", series_seasonal, "kusto/query/series-seasonal-function"),
    prepared(&["series_decompose"], "(series: array, period?: integer, trend?: string, test_points?: integer, seasonality_threshold?: number) -> columns baseline:dynamic seasonal:dynamic trend:dynamic residual:dynamic", |constants| decompose(constants, None, 1), "kusto/query/series-decompose-function").named(Naming::Columns),
    prepared(&["series_decompose_forecast"], "(series: array, test_points: integer, period?: integer, trend?: string, seasonality_threshold?: number) -> columns baseline:dynamic seasonal:dynamic trend:dynamic residual:dynamic", |constants| decompose(constants, Some(1), 2), "kusto/query/series-decompose-forecast-function").named(Naming::Columns),
    refused(&["series_decompose_anomalies"], "(series: array, threshold?: number, period?: integer, trend?: string, test_points?: integer, method?: string, seasonality_threshold?: number) -> columns ad_flag:dynamic ad_score:dynamic baseline:dynamic", "how its score follows from the fences, and how periods are found, is not documented", "kusto/query/series-decompose-anomalies-function").named(Naming::Columns),
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
    let period = usize::try_from(period).unwrap_or(0);
    of_reals(season(&items, period, items.len()))
}

/// What is left of a series without its season.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trend {
    Average,
    Line,
    None,
}

/// Season first, then the trend of the rest (`series-decompose-function`); periods are not looked for, so one must be given.
fn decompose(constants: &[Option<Value>], forecast: Option<usize>, period: usize) -> Result<Prepared, String> {
    let trend = match constants.get(period + 1) {
        None => Trend::Average,
        Some(Some(Value::String(name))) => match &**name {
            "avg" => Trend::Average,
            "linefit" => Trend::Line,
            "none" => Trend::None,
            _ => return Err(format!("`{name}` is not a trend: `avg`, `linefit` or `none`")),
        },
        Some(_) => return Err("the trend must be a constant".to_owned()),
    };
    match constants.get(period) {
        Some(Some(value)) if to_long(value).is_some_and(|period| period >= 0) => {}
        Some(None) => return Err("the period must be a constant".to_owned()),
        _ => return Err(format!("{UNDOCUMENTED}: give one, or 0 for none")),
    }
    let test_points = forecast.unwrap_or(period + 2);
    Ok(Box::new(move |args| {
        let parts = decomposed(args, period, trend, test_points);
        Value::array(parts.map_or_else(|| vec![Value::Null; 4], |parts| parts.map(of_reals).to_vec()))
    }))
}

/// Baseline, season, trend and residuals.
fn decomposed(args: &Args<'_>, period: usize, trend: Trend, test_points: usize) -> Option<[Vec<f64>; 4]> {
    let items = numbers(args, 0)?;
    let period = usize::try_from(args.long(period)?).ok()?;
    let held_back = if args.values.len() > test_points { usize::try_from(args.long(test_points)?).ok()? } else { 0 };
    let learned = items.get(..items.len().checked_sub(held_back)?)?;
    let season = season(learned, period, items.len());
    let rest: Vec<f64> = learned.iter().zip(&season).map(|(x, season)| x - season).collect();
    let trend: Vec<f64> = match trend {
        Trend::None => vec![0.0; items.len()],
        Trend::Average => vec![mean(&rest)?; items.len()],
        Trend::Line => line_through(&rest, items.len())?,
    };
    let baseline: Vec<f64> = season.iter().zip(&trend).map(|(season, trend)| season + trend).collect();
    let residual = items.iter().zip(&baseline).map(|(x, base)| x - base).collect();
    Some([baseline, season, trend, residual])
}

/// The medians of the points at each place of the period, repeated; zeros without a period.
fn season(learned: &[f64], period: usize, count: usize) -> Vec<f64> {
    let places = period.min(learned.len());
    if places == 0 {
        return vec![0.0; count];
    }
    let medians: Vec<f64> = (0..places).map(|place| median(learned.iter().skip(place).step_by(period).copied().collect())).collect();
    medians.iter().copied().cycle().take(count).collect()
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
    use crate::ir::Value;

    #[test]
    fn the_season_is_the_median_at_each_place_of_the_period() {
        check("series_seasonal", &[array([1_i64, 5, 3, 6, 2, 9]), 2_i64.into()], array([2.0, 6.0, 2.0, 6.0, 2.0, 6.0]));
        check("series_seasonal", &[array([1_i64, 5]), 0_i64.into()], array([0.0, 0.0]));
    }

    #[test]
    fn what_the_season_leaves_has_a_trend() {
        // A step of 10 each second point upon a line: the season is the medians, the line runs through the rest.
        let series = array([0_i64, 10, 0, 10]);
        let parts = |trend: &str| vec![series.clone(), 2_i64.into(), trend.into()];
        let flat = array([0.0; 4]);
        let season = array([0.0, 10.0, 0.0, 10.0]);
        let expected = Value::array(vec![season.clone(), season, flat.clone(), flat]);
        for trend in ["avg", "linefit", "none"] {
            check("series_decompose", &parts(trend), expected.clone());
        }
    }

    #[test]
    fn points_held_back_are_forecast() {
        let mean = Value::array(vec![array([2.0; 3]), array([0.0; 3]), array([2.0; 3]), array([-1.0, 1.0, 7.0])]);
        check("series_decompose_forecast", &[array([1_i64, 3, 9]), 1_i64.into(), 0_i64.into()], mean);
    }
}
