//! Series: regression.

use super::Args;
use super::Naming;
use super::row::{Row, scalar};
use super::series_values::{mean, numbers, of_reals, variance};
use crate::ir::Value;

/// The rows.
pub(super) const ROWS: &[Row] = &[
    scalar(&["series_fit_line"], "(series: array) -> columns rsquare:real slope:real variance:real rvariance:real interception:real line_fit:dynamic", series_fit_line, "kusto/query/series-fit-line-function").named(Naming::Columns),
    scalar(&["series_fit_line_dynamic"], "(series: array) -> dynamic", series_fit_line_dynamic, "kusto/query/series-fit-line-dynamic-function"),
    scalar(&["series_fit_2lines"], "(array: array) -> columns rsquare:real split_idx:long variance:real rvariance:real line_fit:dynamic right_rsquare:real right_slope:real right_interception:real right_variance:real right_rvariance:real left_rsquare:real left_slope:real left_interception:real left_variance:real left_rvariance:real", series_fit_2lines, "kusto/query/series-fit-2lines-function").named(Naming::Columns),
    scalar(&["series_fit_2lines_dynamic"], "(series: array) -> dynamic", series_fit_2lines_dynamic, "kusto/query/series-fit-2lines-dynamic-function"),
];

/// A line through the points of a series by least squares; the first point is at 1 (emu/series-fit-line-function-00).
struct Line {
    slope: f64,
    interception: f64,
    variance: f64,
    residual_variance: f64,
}

impl Line {
    fn through(items: &[f64]) -> Option<Self> {
        let middle = (items.len() as f64 - 1.0) / 2.0;
        let mean = mean(items)?;
        let (mut products, mut squares) = (0.0, 0.0);
        for (x, y) in (0..).map(f64::from).zip(items) {
            products += (x - middle) * (y - mean);
            squares += (x - middle) * (x - middle);
        }
        let slope = if squares > 0.0 { products / squares } else { 0.0 };
        let mut line = Self { slope, interception: mean - slope * (middle + 1.0), variance: variance(items), residual_variance: 0.0 };
        line.residual_variance = residual_variance(items, &line.points(items.len()));
        Some(line)
    }

    fn points(&self, count: usize) -> Vec<f64> {
        (1..=count).map(|x| self.slope * x as f64 + self.interception).collect()
    }

    fn rsquare(&self) -> f64 {
        rsquare(self.variance, self.residual_variance)
    }
}

/// The line by least squares through the points, continued for `count` points.
pub(super) fn line_through(items: &[f64], count: usize) -> Option<Vec<f64>> {
    Line::through(items).map(|line| line.points(count))
}

fn residual_variance(items: &[f64], fit: &[f64]) -> f64 {
    let squares: f64 = items.iter().zip(fit).map(|(y, f)| (y - f) * (y - f)).sum();
    if items.len() > 1 { squares / (items.len() as f64 - 1.0) } else { 0.0 }
}

fn rsquare(variance: f64, residual: f64) -> f64 {
    if variance > 0.0 { 1.0 - residual / variance } else { 0.0 }
}

/// Names and values in the order of the columns.
type Columns = Vec<(&'static str, Value)>;

fn fit_line(args: &Args<'_>) -> Option<Columns> {
    let items = numbers(args, 0)?;
    let line = Line::through(&items)?;
    Some(vec![
        ("rsquare", Value::Real(line.rsquare())),
        ("slope", Value::Real(line.slope)),
        ("variance", Value::Real(line.variance)),
        ("rvariance", Value::Real(line.residual_variance)),
        ("interception", Value::Real(line.interception)),
        ("line_fit", of_reals(line.points(items.len()))),
    ])
}

/// The sums from which the residuals of a line through the first points follow, point by point.
#[derive(Clone, Copy, Default)]
struct Sums {
    count: f64,
    mean_x: f64,
    mean_y: f64,
    squares_x: f64,
    squares_y: f64,
    products: f64,
}

impl Sums {
    fn add(&mut self, x: f64, y: f64) {
        self.count += 1.0;
        let (dx, dy) = (x - self.mean_x, y - self.mean_y);
        self.mean_x += dx / self.count;
        self.mean_y += dy / self.count;
        self.squares_x += dx * (x - self.mean_x);
        self.squares_y += dy * (y - self.mean_y);
        self.products += dx * (y - self.mean_y);
    }

    fn residuals(&self) -> f64 {
        if self.squares_x > 0.0 { self.squares_y - self.products * self.products / self.squares_x } else { self.squares_y }
    }
}

/// The sum of squared residuals of the line through the first 1, 2, … points.
fn residuals<'v>(items: impl Iterator<Item = &'v f64>) -> Vec<f64> {
    let mut sums = Sums::default();
    let step = |(x, y): (u32, &f64)| {
        sums.add(f64::from(x), *y);
        sums.residuals()
    };
    (0..).zip(items).map(step).collect()
}

/// The split that explains most of the variance; each side is a series of its own.
fn fit_2lines(args: &Args<'_>) -> Option<Columns> {
    let items = numbers(args, 0)?;
    let variance = variance(&items);
    let (from_left, from_right) = (residuals(items.iter()), residuals(items.iter().rev()));
    let both = from_left.iter().zip(from_right.iter().rev().skip(1)).map(|(left, right)| left + right);
    let (split, _) = (1..).zip(both).reduce(|best, next| if next.1 < best.1 { next } else { best })?;
    let (first, second) = items.split_at_checked(split)?;
    let (left, right) = (Line::through(first)?, Line::through(second)?);
    let mut fit = left.points(split);
    fit.extend(right.points(items.len() - split));
    let residual = residual_variance(&items, &fit);
    Some(vec![
        ("rsquare", Value::Real(rsquare(variance, residual))),
        ("split_idx", Value::Long(split as i64)),
        ("variance", Value::Real(variance)),
        ("rvariance", Value::Real(residual)),
        ("line_fit", of_reals(fit)),
        ("right_rsquare", Value::Real(right.rsquare())),
        ("right_slope", Value::Real(right.slope)),
        ("right_interception", Value::Real(right.interception)),
        ("right_variance", Value::Real(right.variance)),
        ("right_rvariance", Value::Real(right.residual_variance)),
        ("left_rsquare", Value::Real(left.rsquare())),
        ("left_slope", Value::Real(left.slope)),
        ("left_interception", Value::Real(left.interception)),
        ("left_variance", Value::Real(left.variance)),
        ("left_rvariance", Value::Real(left.residual_variance)),
    ])
}

fn as_array(columns: Option<Columns>, count: usize) -> Value {
    Value::array(columns.map_or_else(|| vec![Value::Null; count], |columns| columns.into_iter().map(|(_, value)| value).collect()))
}

fn as_bag(columns: Option<Columns>) -> Value {
    columns.map_or(Value::Null, |columns| Value::object(columns.into_iter().map(|(name, value)| (name.into(), value)).collect()))
}

fn series_fit_line(args: &Args<'_>) -> Value {
    as_array(fit_line(args), 6)
}

fn series_fit_line_dynamic(args: &Args<'_>) -> Value {
    as_bag(fit_line(args))
}

fn series_fit_2lines(args: &Args<'_>) -> Value {
    as_array(fit_2lines(args), 15)
}

fn series_fit_2lines_dynamic(args: &Args<'_>) -> Value {
    as_bag(fit_2lines(args))
}

#[cfg(test)]
mod tests {
    use crate::functions::testing::{array, call};
    use crate::ir::Value;

    fn check(name: &str, series: &[i64], member: &str, expected: impl Into<Value>) {
        let fit = call(name, &[array(series.iter().copied())]);
        assert_eq!(fit.member(member), Some(&expected.into()), "{name} {member}");
    }

    #[test]
    fn a_straight_line_fits_itself() {
        check("series_fit_line_dynamic", &[1, 3, 5], "slope", 2.0);
        check("series_fit_line_dynamic", &[1, 3, 5], "interception", -1.0);
        check("series_fit_line_dynamic", &[1, 3, 5], "rsquare", 1.0);
    }

    #[test]
    fn the_split_is_where_the_trend_changes() {
        check("series_fit_2lines_dynamic", &[1, 2, 3, 40, 30, 20], "split_idx", 3_i64);
        check("series_fit_2lines_dynamic", &[1, 2, 3, 40, 30, 20], "right_slope", -10.0);
    }
}
