//! Variance, standard deviation and covariance.
//!
//! The engine rounds variances and covariances to ten decimals, standard deviations not (k2s/0491, emu/covariancepif-aggregation-function-00).

use super::numbers::If;
use crate::functions::Accumulator;
use crate::ir::convert::to_real;
use crate::ir::{Type, Value};

/// Sums of deviations of pairs (Welford); for a variance both sides are the same value.
#[derive(Debug)]
struct Moments {
    count: f64,
    mean_x: f64,
    mean_y: f64,
    products: f64,
    second: usize,
    is_sample: bool,
    is_root: bool,
}

impl Moments {
    fn variance(is_sample: bool) -> Self {
        Self { count: 0.0, mean_x: 0.0, mean_y: 0.0, products: 0.0, second: 0, is_sample, is_root: false }
    }

    fn stdev(is_sample: bool) -> Self {
        Self { is_root: true, ..Self::variance(is_sample) }
    }

    fn covariance(is_sample: bool) -> Self {
        Self { second: 1, ..Self::variance(is_sample) }
    }
}

impl Accumulator for Moments {
    fn add(&mut self, args: &[Value], _types: &[Type]) {
        let (Some(x), Some(y)) = (args.first().and_then(to_real), args.get(self.second).and_then(to_real)) else { return };
        self.count += 1.0;
        let from_old_mean = x - self.mean_x;
        self.mean_x += from_old_mean / self.count;
        self.mean_y += (y - self.mean_y) / self.count;
        self.products += from_old_mean * (y - self.mean_y);
    }

    fn finish(&mut self, _result: Type, out: &mut Vec<Value>) {
        let divisor = if self.is_sample { self.count - 1.0 } else { self.count };
        let variance = if divisor < 1.0 { 0.0 } else { self.products / divisor };
        out.push(Value::Real(if self.is_root { variance.sqrt() } else { ten_decimals(variance) }));
    }
}

fn ten_decimals(n: f64) -> f64 {
    format!("{n:.10}").parse().unwrap_or(n)
}

pub(super) fn variance() -> Box<dyn Accumulator> {
    Box::new(Moments::variance(true))
}

pub(super) fn variancep() -> Box<dyn Accumulator> {
    Box::new(Moments::variance(false))
}

pub(super) fn varianceif() -> Box<dyn Accumulator> {
    If::make(1, Moments::variance(true))
}

pub(super) fn variancepif() -> Box<dyn Accumulator> {
    If::make(1, Moments::variance(false))
}

pub(super) fn stdev() -> Box<dyn Accumulator> {
    Box::new(Moments::stdev(true))
}

pub(super) fn stdevp() -> Box<dyn Accumulator> {
    Box::new(Moments::stdev(false))
}

pub(super) fn stdevif() -> Box<dyn Accumulator> {
    If::make(1, Moments::stdev(true))
}

pub(super) fn covariance() -> Box<dyn Accumulator> {
    Box::new(Moments::covariance(true))
}

pub(super) fn covariancep() -> Box<dyn Accumulator> {
    Box::new(Moments::covariance(false))
}

pub(super) fn covarianceif() -> Box<dyn Accumulator> {
    If::make(2, Moments::covariance(true))
}

pub(super) fn covariancepif() -> Box<dyn Accumulator> {
    If::make(2, Moments::covariance(false))
}
