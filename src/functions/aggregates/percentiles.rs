//! Percentiles by the nearest rank, exactly; the engine estimates them with t-digests where there are many values.

use crate::functions::Accumulator;
use crate::ir::convert::{convert, to_long, to_real};
use crate::ir::order::sort_order;
use crate::ir::{Type, Value};

/// Values with their weights, and the percentiles asked for, which are constant.
#[derive(Debug)]
struct Percentiles {
    values: Vec<(Value, i64)>,
    ranks: Vec<f64>,
    ty: Type,
    weight_at: Option<usize>,
    as_array: bool,
}

impl Percentiles {
    fn make(weight_at: Option<usize>, as_array: bool) -> Box<dyn Accumulator> {
        Box::new(Self { values: Vec::new(), ranks: Vec::new(), ty: Type::Unknown, weight_at, as_array })
    }

    fn read_ranks(&mut self, args: &[Value]) {
        for arg in args {
            match arg {
                Value::Array(items) => self.ranks.extend(items.iter().filter_map(to_real)),
                other => self.ranks.extend(to_real(other)),
            }
        }
    }

    /// The smallest value with at least `percent` of the weight at or below it (`percentiles-aggregation-function`, nearest rank).
    fn at(&self, percent: f64) -> Value {
        let total: i64 = self.values.iter().map(|(_, weight)| *weight).sum();
        let wanted = (percent / 100.0 * total as f64 - 1e-9).ceil() as i64;
        let mut seen = 0;
        for (value, weight) in &self.values {
            seen += weight;
            if seen >= wanted {
                return value.clone();
            }
        }
        self.values.last().map_or(Value::Null, |(value, _)| value.clone())
    }
}

impl Accumulator for Percentiles {
    fn add(&mut self, args: &[Value], types: &[Type]) {
        if self.ranks.is_empty() {
            let first = self.weight_at.map_or(1, |at| at + 1);
            self.read_ranks(args.get(first..).unwrap_or_default());
            self.ty = types.first().copied().unwrap_or_default();
        }
        let Some(value) = args.first().filter(|value| !value.is_null()) else { return };
        let weight = match self.weight_at {
            None => 1,
            Some(at) => args.get(at).and_then(to_long).unwrap_or(0),
        };
        if weight > 0 {
            self.values.push((value.clone(), weight));
        }
    }

    fn finish(&mut self, _result: Type, out: &mut Vec<Value>) {
        self.values.sort_by(|(a, _), (b, _)| sort_order(a, b));
        let widen = |value: Value| if self.ty == Type::Int { convert(&value, Type::Int, Type::Long) } else { value };
        let found = self.ranks.iter().map(|percent| widen(self.at(*percent)));
        if self.as_array {
            let items: Vec<Value> = found.collect();
            out.push(if self.values.is_empty() { Value::Null } else { Value::array(items) });
        } else if self.ranks.is_empty() {
            out.push(Value::Null);
        } else {
            out.extend(found);
        }
    }
}

pub(super) fn percentile() -> Box<dyn Accumulator> {
    Percentiles::make(None, false)
}

pub(super) fn percentiles() -> Box<dyn Accumulator> {
    Percentiles::make(None, false)
}

pub(super) fn percentiles_array() -> Box<dyn Accumulator> {
    Percentiles::make(None, true)
}

pub(super) fn percentilew() -> Box<dyn Accumulator> {
    Percentiles::make(Some(1), false)
}

pub(super) fn percentilesw() -> Box<dyn Accumulator> {
    Percentiles::make(Some(1), false)
}

pub(super) fn percentilesw_array() -> Box<dyn Accumulator> {
    Percentiles::make(Some(1), true)
}
