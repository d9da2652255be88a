//! Series: polynomials of any degree by least squares.

use super::row::{Row, scalar};
use super::series_values::{mean, numbers, of_reals, variance};
use super::{Args, Naming};
use crate::ir::Value;

/// The rows.
pub(super) const ROWS: &[Row] = &[scalar(
    &["series_fit_poly"],
    "(y_series: array, x_series?: array, degree?: integer) -> columns rsquare:real coefficients:dynamic variance:real rvariance:real poly_fit:dynamic",
    series_fit_poly,
    "kusto/query/series-fit-poly-function",
)
.named(Naming::Columns)];

/// Higher degrees are beyond what 64-bit numbers can tell apart.
const MOST: usize = 30;

/// The coefficients from the highest power down (`series-fit-poly-function`); `x` is 1, 2, … unless given, the degree 1.
fn series_fit_poly(args: &Args<'_>) -> Value {
    Value::array(fit(args).unwrap_or_else(|| vec![Value::Null; 5]))
}

fn fit(args: &Args<'_>) -> Option<Vec<Value>> {
    let y = numbers(args, 0)?;
    let x = if args.values.len() > 1 { numbers(args, 1)? } else { (1..=y.len()).map(|at| at as f64).collect() };
    let degree = if args.values.len() > 2 { usize::try_from(args.long(2)?).ok()? } else { 1 };
    if x.len() != y.len() || degree == 0 || degree > MOST || degree >= y.len() {
        return None;
    }
    let center = mean(&x)?;
    let scale = x.iter().map(|x| (x - center).abs()).fold(0.0, f64::max);
    if scale == 0.0 {
        return None;
    }
    // Around the middle and between -1 and 1 the powers stay apart.
    let near: Vec<f64> = x.iter().map(|x| (x - center) / scale).collect();
    let local = least_squares(&near, &y, degree)?;
    let points: Vec<f64> = near.iter().map(|z| local.iter().rev().fold(0.0, |sum, c| sum * z + c)).collect();
    let squares: f64 = y.iter().zip(&points).map(|(y, fit)| (y - fit) * (y - fit)).sum();
    let (variance, residual) = (variance(&y), squares / (y.len() as f64 - 1.0));
    let rsquare = if variance > 0.0 { 1.0 - residual / variance } else { 0.0 };
    let coefficients = moved(&local, center, scale);
    Some(vec![
        Value::Real(rsquare),
        of_reals(coefficients.into_iter().rev()),
        Value::Real(variance),
        Value::Real(residual),
        of_reals(points),
    ])
}

/// Solves the normal equations; coefficients from the lowest power up.
fn least_squares(x: &[f64], y: &[f64], degree: usize) -> Option<Vec<f64>> {
    let moments: Vec<f64> = (0..=2 * degree).map(|power| x.iter().map(|x| x.powi(power as i32)).sum()).collect();
    let right = |row: usize| x.iter().zip(y).map(|(x, y)| x.powi(row as i32) * y).sum::<f64>();
    let mut rows: Vec<Vec<f64>> =
        (0..=degree).map(|row| moments.iter().skip(row).take(degree + 1).copied().chain([right(row)]).collect()).collect();
    eliminate(&mut rows)
}

/// Gauss and Jordan, with the largest pivot; `None` where the equations do not determine a solution.
fn eliminate(rows: &mut [Vec<f64>]) -> Option<Vec<f64>> {
    for column in 0..rows.len() {
        let size = |row: &Vec<f64>| row.get(column).map_or(0.0, |x| x.abs());
        let (pivot, _) = rows.iter().enumerate().skip(column).max_by(|a, b| size(a.1).total_cmp(&size(b.1)))?;
        rows.swap(column, pivot);
        let factor = rows.get(column)?.get(column).copied().filter(|x| x.abs() > f64::EPSILON)?;
        let pivot: Vec<f64> = rows.get(column)?.iter().map(|x| x / factor).collect();
        for (at, row) in rows.iter_mut().enumerate() {
            let by = row.get(column).copied().unwrap_or(0.0);
            if at == column {
                row.clone_from(&pivot);
            } else {
                row.iter_mut().zip(&pivot).for_each(|(x, p)| *x -= by * p);
            }
        }
    }
    rows.iter().map(|row| row.last().copied()).collect()
}

/// Multiplies out a polynomial in `(x - center) / scale`.
fn moved(local: &[f64], center: f64, scale: f64) -> Vec<f64> {
    let mut out: Vec<f64> = Vec::new();
    for coefficient in local.iter().rev() {
        // out * (x - center) / scale + coefficient
        let higher = std::iter::once(0.0).chain(out.iter().copied());
        let lower = out.iter().copied().chain([0.0]);
        out = higher.zip(lower).map(|(higher, lower)| (higher - center * lower) / scale).collect();
        if let Some(constant) = out.first_mut() {
            *constant += coefficient;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::functions::testing::{array, call};
    use crate::ir::Value;

    /// The coefficients of a fit through `y` at 0, 1, 2, …
    fn check(y: &[i64], degree: i32, expected: &[f64]) {
        let x = array(0..y.len() as i64);
        let fit = call("series_fit_poly", &[array(y.iter().copied()), x, Value::Int(degree)]);
        let Value::Array(parts) = &fit else { panic!("{fit:?}") };
        let Some(Value::Array(found)) = parts.get(1) else { panic!("{fit:?}") };
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            assert!(matches!(found, Value::Real(x) if (x - expected).abs() < 1e-6), "{fit:?}");
        }
    }

    #[test]
    fn a_polynomial_fits_itself() {
        check(&[1, 3, 5, 7], 1, &[2.0, 1.0]);
        check(&[6, 3, 2, 3, 6], 2, &[1.0, -4.0, 6.0]);
        check(&[0, 1, 8, 27, 64, 125], 3, &[1.0, 0.0, 0.0, 0.0]);
    }
}
