//! Series: the discrete Fourier transform and its inverse.

use super::row::{Row, scalar};
use super::series_values::{numbers, of_reals};
use super::{Args, Naming};
use crate::ir::Value;
use std::f64::consts::PI;

/// The rows.
pub(super) const ROWS: &[Row] = &[
    scalar(
        &["series_fft"],
        "(series: array, series_imaginary?: array) -> columns real:dynamic imag:dynamic",
        series_fft,
        "kusto/query/series-fft-function",
    )
    .named(Naming::Columns),
    scalar(
        &["series_ifft"],
        "(series: array, series_imaginary?: array) -> columns real:dynamic imag:dynamic",
        series_ifft,
        "kusto/query/series-ifft-function",
    )
    .named(Naming::Columns),
];

/// A complex number: real and imaginary part.
type Complex = (f64, f64);

fn series_fft(args: &Args<'_>) -> Value {
    let items = complex(args).map(|items| transform(&items, -1.0));
    columns(items)
}

fn series_ifft(args: &Args<'_>) -> Value {
    let items = complex(args).map(|items| {
        let count = items.len() as f64;
        transform(&items, 1.0).into_iter().map(|(re, im)| (re / count, im / count)).collect()
    });
    columns(items)
}

fn complex(args: &Args<'_>) -> Option<Vec<Complex>> {
    let real = numbers(args, 0)?;
    let imaginary = if args.values.len() > 1 { numbers(args, 1)? } else { vec![0.0; real.len()] };
    (real.len() == imaginary.len()).then(|| real.into_iter().zip(imaginary).collect())
}

fn columns(items: Option<Vec<Complex>>) -> Value {
    let Some(items) = items else { return Value::array(vec![Value::Null; 2]) };
    Value::array(vec![of_reals(items.iter().map(|c| c.0)), of_reals(items.iter().map(|c| c.1))])
}

fn product(a: Complex, b: Complex) -> Complex {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

/// The sum of `x(k) e^(sign 2πi jk/n)` for each `j`.
fn transform(items: &[Complex], sign: f64) -> Vec<Complex> {
    if items.len().is_power_of_two() || items.is_empty() { halves(items, sign) } else { convolution(items, sign) }
}

/// Cooley and Tukey: the transforms of the even and of the odd places, put together.
fn halves(items: &[Complex], sign: f64) -> Vec<Complex> {
    if items.len() < 2 {
        return items.to_vec();
    }
    let part = |first: usize| halves(&items.iter().skip(first).step_by(2).copied().collect::<Vec<_>>(), sign);
    let (even, odd) = (part(0), part(1));
    let turned = |(at, value): (usize, &Complex)| {
        let angle = sign * 2.0 * PI * at as f64 / items.len() as f64;
        product((angle.cos(), angle.sin()), *value)
    };
    let odd: Vec<Complex> = odd.iter().enumerate().map(turned).collect();
    let lower = even.iter().zip(&odd).map(|(e, o)| (e.0 + o.0, e.1 + o.1));
    let upper = even.iter().zip(&odd).map(|(e, o)| (e.0 - o.0, e.1 - o.1));
    lower.chain(upper).collect()
}

/// Bluestein: a transform of any length as a convolution, which is three transforms of a power of two.
fn convolution(items: &[Complex], sign: f64) -> Vec<Complex> {
    let count = items.len();
    let length = (2 * count).next_power_of_two();
    // The square is taken modulo 2n, so that angles stay exact for long series.
    let chirp = |at: usize| {
        let angle = sign * PI * ((at as u128 * at as u128) % (2 * count as u128)) as f64 / count as f64;
        (angle.cos(), angle.sin())
    };
    let conjugate = |(re, im): Complex| (re, -im);
    let mut signal: Vec<Complex> = items.iter().enumerate().map(|(at, value)| product(*value, chirp(at))).collect();
    signal.resize(length, (0.0, 0.0));
    let kernel: Vec<Complex> = (0..length)
        .map(|at| match (at < count, length - at < count) {
            (true, _) => conjugate(chirp(at)),
            (_, true) => conjugate(chirp(length - at)),
            _ => (0.0, 0.0),
        })
        .collect();
    let (signal, kernel) = (halves(&signal, -1.0), halves(&kernel, -1.0));
    let both: Vec<Complex> = signal.into_iter().zip(kernel).map(|(a, b)| product(a, b)).collect();
    let back = halves(&both, 1.0).into_iter().map(|(re, im)| (re / length as f64, im / length as f64));
    back.take(count).enumerate().map(|(at, value)| product(value, chirp(at))).collect()
}

#[cfg(test)]
mod tests {
    use super::transform;

    fn check(items: &[f64]) {
        let items: Vec<_> = items.iter().map(|x| (*x, 0.5 * x)).collect();
        let there = transform(&items, -1.0);
        let total = items.iter().fold((0.0, 0.0), |sum: (f64, f64), x| (sum.0 + x.0, sum.1 + x.1));
        let first = there.first().copied().unwrap_or_default();
        assert!((first.0 - total.0).abs() < 1e-9 && (first.1 - total.1).abs() < 1e-9, "{items:?}");
        for (back, item) in transform(&there, 1.0).iter().zip(&items) {
            let count = items.len() as f64;
            assert!((back.0 / count - item.0).abs() < 1e-9 && (back.1 / count - item.1).abs() < 1e-9, "{items:?}");
        }
    }

    #[test]
    fn the_inverse_gives_the_series_back() {
        check(&[1.0, 2.0, 3.0, 4.0]);
        check(&[1.0, -2.0, 3.5, 4.0, 0.0]);
        check(&[2.0, 7.0, 1.0, 8.0, 2.0, 8.0, 1.0]);
    }
}
