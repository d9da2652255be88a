//! Counting, adding and averaging. Nulls are ignored (`scalar-data-types/null-values`).

use crate::functions::Accumulator;
use crate::ir::convert::{convert, to_decimal, to_long, to_real};
use crate::ir::key::Key;
use crate::ir::{Type, Value};
use rust_decimal::Decimal;
use rustc_hash::FxHashSet;

/// Passes on the rows whose predicate, at this position, is true.
#[derive(Debug)]
pub(super) struct If<A> {
    inner: A,
    predicate: usize,
}

impl<A: Accumulator + 'static> If<A> {
    pub(super) fn make(predicate: usize, inner: A) -> Box<dyn Accumulator> {
        Box::new(Self { inner, predicate })
    }
}

impl<A: Accumulator> Accumulator for If<A> {
    fn add(&mut self, args: &[Value], types: &[Type]) {
        if matches!(args.get(self.predicate), Some(Value::Bool(true))) {
            self.inner.add(args, types);
        }
    }

    fn finish(&mut self, result: Type, out: &mut Vec<Value>) {
        self.inner.finish(result, out);
    }
}

/// Counts rows; `count(x)` counts nulls too (emu/summarize-operator-08, k2s/0254).
#[derive(Debug, Default)]
struct Count(i64);

impl Accumulator for Count {
    fn add(&mut self, _args: &[Value], _types: &[Type]) {
        self.0 += 1;
    }

    fn finish(&mut self, _result: Type, out: &mut Vec<Value>) {
        out.push(Value::Long(self.0));
    }
}

pub(super) fn count() -> Box<dyn Accumulator> {
    Box::<Count>::default()
}

pub(super) fn countif() -> Box<dyn Accumulator> {
    If::make(0, Count::default())
}

/// Counts different values, exactly: HyperLogLog is exact up to 1,000 values too (`dcount-aggregation-function`).
#[derive(Debug, Default)]
struct Distinct(FxHashSet<Key>);

impl Accumulator for Distinct {
    fn add(&mut self, args: &[Value], _types: &[Type]) {
        if let Some(value) = args.first().filter(|value| !value.is_null()) {
            let key = Key(value.clone());
            self.0.insert(key);
        }
    }

    fn finish(&mut self, _result: Type, out: &mut Vec<Value>) {
        out.push(Value::Long(self.0.len() as i64));
    }
}

pub(super) fn dcount() -> Box<dyn Accumulator> {
    Box::<Distinct>::default()
}

pub(super) fn dcountif() -> Box<dyn Accumulator> {
    If::make(1, Distinct::default())
}

pub(super) fn count_distinct() -> Box<dyn Accumulator> {
    Box::<Distinct>::default()
}

pub(super) fn count_distinctif() -> Box<dyn Accumulator> {
    If::make(1, Distinct::default())
}

/// A sum in each of the ways that numbers add up; longs wrap (k2s/0277).
#[derive(Debug, Default)]
struct Total {
    long: i64,
    real: f64,
    decimal: Decimal,
    count: i64,
}

impl Total {
    fn add(&mut self, value: &Value) {
        match value {
            Value::Null => return,
            Value::Real(n) => self.real += n,
            Value::Decimal(n) => self.decimal = self.decimal.checked_add(*n).unwrap_or(self.decimal),
            other => {
                let Some(n) = to_long(other) else {
                    self.add_text(other);
                    return;
                };
                self.long = self.long.wrapping_add(n);
            }
        }
        self.count += 1;
    }

    /// Text inside a dynamic counts as the number it spells.
    fn add_text(&mut self, value: &Value) {
        if let Some(n) = to_real(value) {
            self.real += n;
            self.count += 1;
        }
    }

    fn real(&self) -> f64 {
        self.real + self.long as f64 + to_real(&Value::Decimal(self.decimal)).unwrap_or(f64::NAN)
    }

    fn sum(&self, result: Type) -> Value {
        match result {
            Type::Real => Value::Real(self.real()),
            Type::Decimal => Value::Decimal(to_decimal(&Value::Long(self.long)).unwrap_or_default() + self.decimal),
            Type::TimeSpan => Value::TimeSpan(self.long),
            Type::DateTime => Value::DateTime(self.long),
            Type::Dynamic | Type::Unknown if self.real != 0.0 => Value::Real(self.real()),
            _ => Value::Long(self.long),
        }
    }
}

#[derive(Debug, Default)]
struct Sum(Total);

impl Accumulator for Sum {
    fn add(&mut self, args: &[Value], _types: &[Type]) {
        args.first().into_iter().for_each(|value| self.0.add(value));
    }

    fn finish(&mut self, result: Type, out: &mut Vec<Value>) {
        out.push(self.0.sum(result));
    }
}

pub(super) fn sum() -> Box<dyn Accumulator> {
    Box::<Sum>::default()
}

pub(super) fn sumif() -> Box<dyn Accumulator> {
    If::make(1, Sum::default())
}

/// The mean; NaN where there is no value (`summarize-operator`, default values), null for times.
#[derive(Debug, Default)]
struct Average {
    total: Total,
    ticks: i128,
}

impl Accumulator for Average {
    fn add(&mut self, args: &[Value], _types: &[Type]) {
        let Some(value) = args.first() else { return };
        if let Value::DateTime(ticks) | Value::TimeSpan(ticks) = value {
            self.ticks += i128::from(*ticks);
        }
        self.total.add(value);
    }

    fn finish(&mut self, result: Type, out: &mut Vec<Value>) {
        let count = self.total.count;
        let mean_ticks = || i64::try_from(self.ticks / i128::from(count.max(1))).unwrap_or(i64::MAX);
        out.push(match result {
            Type::DateTime | Type::TimeSpan if count == 0 => Value::Null,
            Type::DateTime => Value::DateTime(mean_ticks()),
            Type::TimeSpan => Value::TimeSpan(mean_ticks()),
            Type::Decimal if count == 0 => Value::Null,
            Type::Decimal => {
                let sum = convert(&self.total.sum(Type::Decimal), Type::Decimal, Type::Decimal);
                to_decimal(&sum).and_then(|sum| sum.checked_div(Decimal::from(count))).map_or(Value::Null, Value::Decimal)
            }
            _ if count == 0 => Value::Real(f64::NAN),
            _ => Value::Real(self.total.real() / count as f64),
        });
    }
}

pub(super) fn avg() -> Box<dyn Accumulator> {
    Box::<Average>::default()
}

pub(super) fn avgif() -> Box<dyn Accumulator> {
    If::make(1, Average::default())
}

/// Joins the bits of all values.
#[derive(Debug)]
struct Bits {
    join: fn(i64, i64) -> i64,
    state: Option<i64>,
}

impl Accumulator for Bits {
    fn add(&mut self, args: &[Value], _types: &[Type]) {
        let Some(n) = args.first().and_then(to_long) else { return };
        self.state = Some(self.state.map_or(n, |state| (self.join)(state, n)));
    }

    fn finish(&mut self, _result: Type, out: &mut Vec<Value>) {
        out.push(self.state.map_or(Value::Null, Value::Long));
    }
}

pub(super) fn binary_all_and() -> Box<dyn Accumulator> {
    Box::new(Bits { join: |a, b| a & b, state: None })
}

pub(super) fn binary_all_or() -> Box<dyn Accumulator> {
    Box::new(Bits { join: |a, b| a | b, state: None })
}

pub(super) fn binary_all_xor() -> Box<dyn Accumulator> {
    Box::new(Bits { join: |a, b| a ^ b, state: None })
}
