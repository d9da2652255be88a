//! Aggregates. Each takes every value of a field with several; nulls do not count
//! (<https://www.elastic.co/docs/reference/query-languages/esql/functions-operators/aggregation-functions>).

use super::compare::{order, total};
use super::{lists, values_of};
use crate::functions::row::{Row, aggregate};
use crate::functions::{Accumulator, Naming};
use crate::ir::{Type, Value, convert};
use std::cmp::Ordering;

/// Writes a row; the IR calls it `esql.name`.
macro_rules! aggregate {
    ($name:literal $(| $alias:literal)*, $signature:literal, $make:expr) => {
        aggregate(&[], $signature, Naming::None, $make, concat!("elasticsearch/reference/query-languages/esql/functions-operators/aggregation-functions/", $name))
            .esql(&[concat!("esql.", $name), $name $(, $alias)*])
    };
}

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    aggregate!("count", "(field?: any) -> long", || Box::<Count>::default()),
    aggregate!("count_distinct" | "count_approximate", "(field: any, precision?: any) -> long", || collected(|values, _| Value::Long(lists_distinct(&values) as i64))),
    aggregate!("sum", "(number: any) -> dynamic", || collected(|values, _| lists::sum(&values))),
    aggregate!("avg", "(number: any) -> real", || collected(|values, _| lists::mean(&values))),
    aggregate!("min", "(field: any) -> dynamic", || Box::new(Extreme { best: Value::Null, wanted: Ordering::Less })),
    aggregate!("max", "(field: any) -> dynamic", || Box::new(Extreme { best: Value::Null, wanted: Ordering::Greater })),
    aggregate!("values", "(field: any) -> dynamic", || collected(|values, _| Value::of_field(sorted_distinct(values)))),
    aggregate!("median", "(number: any) -> real", || collected(|values, _| lists::percentile(&reals(&values), 50.0))),
    aggregate!("median_absolute_deviation", "(number: any) -> real", || collected(|values, _| deviation_from_median(&values))),
    aggregate!("percentile", "(number: any, percentile: any) -> real", || collected(|values, args| percentile(&values, args))),
    aggregate!("std_dev" | "stddev", "(number: any) -> real", || collected(|values, _| root(variance(&values)))),
    aggregate!("variance", "(number: any) -> real", || collected(|values, _| variance(&values))),
    aggregate!("top", "(field: any, limit: any, order?: any, output?: any) -> dynamic", || collected(top)),
    aggregate!("sample", "(field: any, limit: any) -> dynamic", || collected(|values, args| Value::of_field(values.into_iter().take(limit(args)).collect()))),
    aggregate!("present", "(field: any) -> bool", || collected(|values, _| Value::Bool(!values.is_empty()))),
    aggregate!("absent", "(field: any) -> bool", || collected(|values, _| Value::Bool(values.is_empty()))),
    aggregate!("first", "(value: any, sort?: any) -> dynamic", || Box::new(Picked { best: None, wanted: Ordering::Less })),
    aggregate!("last", "(value: any, sort?: any) -> dynamic", || Box::new(Picked { best: None, wanted: Ordering::Greater })),
    aggregate!("weighted_avg", "(number: any, weight: any) -> real", || Box::<Weighted>::default()),
];

/// `COUNT(*)` counts rows, `COUNT(field)` values.
#[derive(Debug, Default)]
struct Count(i64);

impl Accumulator for Count {
    fn add(&mut self, args: &[Value], _types: &[Type]) {
        self.0 += args.first().map_or(1, |value| values_of(value).len() as i64);
    }

    fn finish(&mut self, _result: Type, out: &mut Vec<Value>) {
        out.push(Value::Long(self.0));
    }
}

/// Keeps all values of the first argument, and the others of the last row.
#[derive(Debug)]
struct Collected {
    values: Vec<Value>,
    args: Vec<Value>,
    result: fn(Vec<Value>, &[Value]) -> Value,
}

fn collected(result: fn(Vec<Value>, &[Value]) -> Value) -> Box<dyn Accumulator> {
    Box::new(Collected { values: Vec::new(), args: Vec::new(), result })
}

impl Accumulator for Collected {
    fn add(&mut self, args: &[Value], _types: &[Type]) {
        let Some((first, rest)) = args.split_first() else { return };
        self.values.extend_from_slice(values_of(first));
        if self.args.is_empty() {
            self.args = rest.to_vec();
        }
    }

    fn finish(&mut self, _result: Type, out: &mut Vec<Value>) {
        out.push((self.result)(std::mem::take(&mut self.values), &self.args));
    }
}

fn sorted_distinct(mut values: Vec<Value>) -> Vec<Value> {
    values.sort_by(total);
    values.dedup_by(|a, b| total(a, b).is_eq());
    values
}

fn lists_distinct(values: &[Value]) -> usize {
    sorted_distinct(values.to_vec()).len()
}

fn reals(values: &[Value]) -> Vec<Value> {
    values.iter().filter_map(convert::to_real).map(Value::Real).collect()
}

fn percentile(values: &[Value], args: &[Value]) -> Value {
    args.first().and_then(convert::to_real).map_or(Value::Null, |percent| lists::percentile(&reals(values), percent))
}

fn deviation_from_median(values: &[Value]) -> Value {
    let Value::Real(median) = lists::percentile(&reals(values), 50.0) else { return Value::Null };
    let deviations: Vec<Value> = values.iter().filter_map(convert::to_real).map(|n| Value::Real((n - median).abs())).collect();
    lists::percentile(&deviations, 50.0)
}

/// Of the population: divided by the number of values (`aggregation-functions/std_dev`).
fn variance(values: &[Value]) -> Value {
    let numbers: Vec<f64> = values.iter().filter_map(convert::to_real).collect();
    if numbers.is_empty() {
        return Value::Null;
    }
    let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
    Value::Real(numbers.iter().map(|n| (n - mean).powi(2)).sum::<f64>() / numbers.len() as f64)
}

fn root(value: Value) -> Value {
    match value {
        Value::Real(n) => Value::Real(n.sqrt()),
        other => other,
    }
}

fn limit(args: &[Value]) -> usize {
    args.first().and_then(convert::to_long).and_then(|n| usize::try_from(n).ok()).unwrap_or(0)
}

fn top(values: Vec<Value>, args: &[Value]) -> Value {
    let descending = args.get(1).and_then(Value::as_str).is_some_and(|order| order.eq_ignore_ascii_case("desc"));
    lists::top(values, limit(args), descending)
}

#[derive(Debug)]
struct Extreme {
    best: Value,
    wanted: Ordering,
}

impl Accumulator for Extreme {
    fn add(&mut self, args: &[Value], _types: &[Type]) {
        for value in args.first().map_or(&[][..], values_of) {
            if self.best.is_null() || order(value, &self.best) == Some(self.wanted) {
                self.best = value.clone();
            }
        }
    }

    fn finish(&mut self, _result: Type, out: &mut Vec<Value>) {
        out.push(std::mem::take(&mut self.best));
    }
}

/// The value of the row whose second argument is the earliest or latest.
#[derive(Debug)]
struct Picked {
    best: Option<(Value, Value)>,
    wanted: Ordering,
}

impl Accumulator for Picked {
    fn add(&mut self, args: &[Value], _types: &[Type]) {
        let (Some(value), sort) = (args.first().filter(|value| !value.is_null()), args.get(1)) else { return };
        let better = match (&self.best, sort) {
            (None, Some(Value::Null)) => false,
            (None, _) => true,
            (Some((_, best)), Some(sort)) => order(sort, best) == Some(self.wanted),
            (Some(_), None) => self.wanted == Ordering::Greater,
        };
        if better {
            self.best = Some((value.clone(), sort.cloned().unwrap_or_default()));
        }
    }

    fn finish(&mut self, _result: Type, out: &mut Vec<Value>) {
        out.push(self.best.take().map_or(Value::Null, |(value, _)| value));
    }
}

#[derive(Debug, Default)]
struct Weighted {
    sum: f64,
    weights: f64,
}

impl Accumulator for Weighted {
    fn add(&mut self, args: &[Value], _types: &[Type]) {
        let number = |at: usize| args.get(at).and_then(convert::to_real);
        if let (Some(number), Some(weight)) = (number(0), number(1)) {
            self.sum += number * weight;
            self.weights += weight;
        }
    }

    fn finish(&mut self, _result: Type, out: &mut Vec<Value>) {
        out.push(if self.weights == 0.0 { Value::Null } else { Value::Real(self.sum / self.weights) });
    }
}
