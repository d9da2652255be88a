//! Reading and making series: dynamic arrays of numbers in which null is a missing value.

use super::Args;
use crate::ir::Value;
use crate::ir::convert::to_real;

/// The number in an element; text and bags are none.
pub(super) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(_) | Value::Long(_) | Value::Real(_) | Value::Decimal(_) => to_real(value),
        _ => None,
    }
}

/// The numbers of a series argument, missing ones as `None`; `None` where it is no array.
pub(super) fn series(args: &Args<'_>, position: usize) -> Option<Vec<Option<f64>>> {
    args.array(position).map(|items| items.iter().map(number).collect())
}

/// The numbers of a series argument that has them all.
pub(super) fn numbers(args: &Args<'_>, position: usize) -> Option<Vec<f64>> {
    args.array(position)?.iter().map(number).collect()
}

/// Makes a series.
pub(super) fn of_reals(items: impl IntoIterator<Item = f64>) -> Value {
    Value::array(items.into_iter().map(Value::Real).collect())
}

/// The mean; `None` of nothing.
pub(super) fn mean(items: &[f64]) -> Option<f64> {
    (!items.is_empty()).then(|| items.iter().sum::<f64>() / items.len() as f64)
}

/// The sample variance; 0 where there are fewer than two numbers.
pub(super) fn variance(items: &[f64]) -> f64 {
    let Some(mean) = mean(items).filter(|_| items.len() > 1) else { return 0.0 };
    items.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (items.len() as f64 - 1.0)
}
