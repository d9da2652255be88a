//! Distributions and special functions.

use super::Args;
use super::Naming;
use super::args::real_or_null;
use super::row::{Row, scalar};
use crate::ir::Value;

/// The rows.
pub(super) const ROWS: &[Row] = &[
    scalar(&["beta_cdf"], "(x: number, alpha: number, beta: number) -> real", beta_cdf, "kusto/query/beta-cdf-function"),
    scalar(&["beta_inv"], "(probability: number, alpha: number, beta: number) -> real", beta_inv, "kusto/query/beta-inv-function"),
    scalar(&["beta_pdf"], "(x: number, alpha: number, beta: number) -> real", beta_pdf, "kusto/query/beta-pdf-function"),
    scalar(&["gamma"], "(number: number) -> real", gamma, "kusto/query/gamma-function").named(Naming::FirstArgument),
    scalar(&["loggamma"], "(number: number) -> real", loggamma, "kusto/query/loggamma-function").named(Naming::FirstArgument),
    scalar(&["erf"], "(number: number) -> real", erf, "kusto/query/erf-function").named(Naming::FirstArgument),
    scalar(&["erfc"], "(number: number) -> real", erfc, "kusto/query/erfc-function").named(Naming::FirstArgument),
    scalar(
        &["welch_test"],
        "(mean1: number, variance1: number, count1: number, mean2: number, variance2: number, count2: number) -> real",
        welch_test,
        "kusto/query/welch-test-function",
    ),
];

fn of_one(args: &Args<'_>, f: fn(f64) -> f64) -> Value {
    real_or_null(args.real(0).map(f))
}

fn erf(args: &Args<'_>) -> Value {
    of_one(args, libm::erf)
}

fn erfc(args: &Args<'_>) -> Value {
    of_one(args, libm::erfc)
}

fn gamma(args: &Args<'_>) -> Value {
    of_one(args, libm::tgamma)
}

fn loggamma(args: &Args<'_>) -> Value {
    of_one(args, libm::lgamma)
}

/// A function of a number from 0 to 1 and the two parameters of a beta distribution; beyond them it is NaN, and for parameters
/// that are not positive what `otherwise` says (emu/beta-cdf-function-00).
fn of_beta(args: &Args<'_>, otherwise: f64, f: fn(f64, f64, f64) -> f64) -> Value {
    let parts = args.real(0).zip(args.real(1)).zip(args.real(2));
    real_or_null(parts.map(|((x, alpha), beta)| match (0.0..=1.0).contains(&x) {
        false => f64::NAN,
        true if alpha > 0.0 && beta > 0.0 => f(x, alpha, beta),
        true => otherwise,
    }))
}

fn beta_pdf(args: &Args<'_>) -> Value {
    of_beta(args, f64::NAN, |x, alpha, beta| ((alpha - 1.0) * x.ln() + (beta - 1.0) * (1.0 - x).ln() - log_beta(alpha, beta)).exp())
}

fn beta_cdf(args: &Args<'_>) -> Value {
    of_beta(args, 1.0, incomplete_beta)
}

/// Halves the interval until it is as narrow as reals are. What is no probability gives null (`beta-inv-function`).
fn beta_inv(args: &Args<'_>) -> Value {
    if args.real(0).is_some_and(|probability| !(0.0..=1.0).contains(&probability)) {
        return Value::Null;
    }
    of_beta(args, f64::NAN, |probability, alpha, beta| {
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..200 {
            let middle = f64::midpoint(low, high);
            if incomplete_beta(middle, alpha, beta) < probability { low = middle } else { high = middle }
        }
        f64::midpoint(low, high)
    })
}

fn log_beta(alpha: f64, beta: f64) -> f64 {
    libm::lgamma(alpha) + libm::lgamma(beta) - libm::lgamma(alpha + beta)
}

/// The regularized incomplete beta function, by its continued fraction (DLMF 8.17.22).
fn incomplete_beta(x: f64, alpha: f64, beta: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return x.clamp(0.0, 1.0);
    }
    if x > (alpha + 1.0) / (alpha + beta + 2.0) {
        return 1.0 - incomplete_beta(1.0 - x, beta, alpha);
    }
    let guarded = |n: f64| if n.abs() < 1e-300 { 1e-300 } else { n };
    let mut d = 1.0 / guarded(1.0 - (alpha + beta) * x / (alpha + 1.0));
    let (mut c, mut fraction) = (1.0, d);
    for step in 1..1000 {
        let m = f64::from(step);
        let even = m * (beta - m) * x / ((alpha + 2.0 * m - 1.0) * (alpha + 2.0 * m));
        let odd = -(alpha + m) * (alpha + beta + m) * x / ((alpha + 2.0 * m) * (alpha + 2.0 * m + 1.0));
        let before = fraction;
        for term in [even, odd] {
            d = 1.0 / guarded(1.0 + term * d);
            c = guarded(1.0 + term / c);
            fraction *= c * d;
        }
        if (fraction - before).abs() <= 1e-16 * fraction.abs() {
            break;
        }
    }
    (alpha * x.ln() + beta * (1.0 - x).ln() - log_beta(alpha, beta)).exp() * fraction / alpha
}

/// The p-value of Welch's test that two means are equal (`welch-test-function`).
fn welch_test(args: &Args<'_>) -> Value {
    let part = |position: usize| args.real(position);
    let p_value = || {
        let (mean1, variance1, count1) = (part(0)?, part(1)?, part(2)?);
        let (mean2, variance2, count2) = (part(3)?, part(4)?, part(5)?);
        let (share1, share2) = (variance1 / count1, variance2 / count2);
        let t = (mean1 - mean2) / (share1 + share2).sqrt();
        let freedom = (share1 + share2).powi(2) / (share1.powi(2) / (count1 - 1.0) + share2.powi(2) / (count2 - 1.0));
        Some(incomplete_beta(freedom / (freedom + t * t), freedom / 2.0, 0.5))
    };
    real_or_null(p_value())
}

#[cfg(test)]
mod tests {
    use crate::functions::testing::call;
    use crate::ir::Value;

    fn check(name: &str, arguments: &[f64], expected: f64) {
        let Value::Real(found) = call(name, &arguments.iter().copied().map(Value::Real).collect::<Vec<_>>()) else { panic!("{name}") };
        assert!((found - expected).abs() < 1e-9 || (found.is_nan() && expected.is_nan()), "{name}({arguments:?}) = {found}");
    }

    #[test]
    fn the_beta_distribution_agrees_with_its_closed_forms() {
        check("beta_cdf", &[0.3, 1.0, 1.0], 0.3);
        check("beta_cdf", &[0.5, 2.0, 2.0], 0.5);
        check("beta_cdf", &[0.2, 2.0, 1.0], 0.04);
        check("beta_pdf", &[0.5, 2.0, 2.0], 1.5);
        check("beta_inv", &[0.04, 2.0, 1.0], 0.2);
        check("beta_cdf", &[1.5, 2.0, 1.0], f64::NAN);
        check("beta_cdf", &[0.5, -2.0, 1.0], 1.0);
        check("beta_pdf", &[0.5, -2.0, 1.0], f64::NAN);
    }

    #[test]
    fn special_functions_have_their_known_values() {
        check("gamma", &[5.0], 24.0);
        check("loggamma", &[1.0], 0.0);
        check("erf", &[0.0], 0.0);
        check("erfc", &[0.0], 1.0);
        check("welch_test", &[1.0, 1.0, 10.0, 1.0, 2.0, 10.0], 1.0);
    }
}
