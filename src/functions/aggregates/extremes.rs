//! Smallest, greatest and any: values, and rows picked by them.

use super::numbers::If;
use crate::functions::Accumulator;
use crate::ir::order::compare;
use crate::ir::{Type, Value};
use std::cmp::Ordering;

/// Tells whether a value displaces the best one so far: nulls never do, NaN always (k2s/0481, k2s/0932), the first of equals stays.
fn displaces(value: &Value, best: &Value, wanted: Ordering) -> bool {
    let is_nan = |value: &Value| matches!(value, Value::Real(n) if n.is_nan());
    match (value, best) {
        (Value::Null, _) => false,
        (_, Value::Null) => true,
        _ if is_nan(best) => false,
        _ => is_nan(value) || compare(value, best) == Some(wanted),
    }
}

/// The smallest or greatest value.
#[derive(Debug)]
struct Extreme {
    best: Value,
    wanted: Ordering,
}

impl Extreme {
    fn new(wanted: Ordering) -> Self {
        Self { best: Value::Null, wanted }
    }
}

impl Accumulator for Extreme {
    fn add(&mut self, args: &[Value], _types: &[Type]) {
        if let Some(value) = args.first().filter(|value| displaces(value, &self.best, self.wanted)) {
            self.best = value.clone();
        }
    }

    fn finish(&mut self, result: Type, out: &mut Vec<Value>) {
        let best = std::mem::take(&mut self.best);
        out.push(if best.is_null() && result == Type::String { Value::string("") } else { best });
    }
}

pub(super) fn min() -> Box<dyn Accumulator> {
    Box::new(Extreme::new(Ordering::Less))
}

pub(super) fn max() -> Box<dyn Accumulator> {
    Box::new(Extreme::new(Ordering::Greater))
}

pub(super) fn minif() -> Box<dyn Accumulator> {
    If::make(1, Extreme::new(Ordering::Less))
}

pub(super) fn maxif() -> Box<dyn Accumulator> {
    If::make(1, Extreme::new(Ordering::Greater))
}

/// All argument values of the row whose first argument is the extreme; a group of nulls gives its first row (emu/arg-max-aggregation-function-02).
#[derive(Debug)]
struct ExtremeRow {
    row: Option<Vec<Value>>,
    wanted: Ordering,
}

impl ExtremeRow {
    fn make(wanted: Ordering) -> Box<dyn Accumulator> {
        Box::new(Self { row: None, wanted })
    }
}

impl Accumulator for ExtremeRow {
    fn add(&mut self, args: &[Value], _types: &[Type]) {
        let Some(value) = args.first() else { return };
        let better = match self.row.as_ref().and_then(|row| row.first()) {
            None => true,
            Some(best) => displaces(value, best, self.wanted),
        };
        if better {
            self.row = Some(args.to_vec());
        }
    }

    fn finish(&mut self, _result: Type, out: &mut Vec<Value>) {
        match self.row.take() {
            Some(row) => out.extend(row),
            None => out.push(Value::Null),
        }
    }
}

pub(super) fn arg_min() -> Box<dyn Accumulator> {
    ExtremeRow::make(Ordering::Less)
}

pub(super) fn arg_max() -> Box<dyn Accumulator> {
    ExtremeRow::make(Ordering::Greater)
}

pub(super) fn argmin() -> Box<dyn Accumulator> {
    ExtremeRow::make(Ordering::Less)
}

pub(super) fn argmax() -> Box<dyn Accumulator> {
    ExtremeRow::make(Ordering::Greater)
}

/// The first row, or for a single column the first value that is not null; the engine takes any.
#[derive(Debug, Default)]
struct AnyRow(Option<Vec<Value>>);

impl Accumulator for AnyRow {
    fn add(&mut self, args: &[Value], _types: &[Type]) {
        let settled = self.0.as_ref().is_some_and(|row| row.len() > 1 || row.first().is_some_and(|value| !value.is_null()));
        if !settled {
            self.0 = Some(args.to_vec());
        }
    }

    fn finish(&mut self, _result: Type, out: &mut Vec<Value>) {
        match self.0.take() {
            Some(row) => out.extend(row),
            None => out.push(Value::Null),
        }
    }
}

/// Keeps the first value only, without the predicate that follows it.
#[derive(Debug, Default)]
struct AnyValue(AnyRow);

impl Accumulator for AnyValue {
    fn add(&mut self, args: &[Value], types: &[Type]) {
        self.0.add(args.get(..1).unwrap_or_default(), types);
    }

    fn finish(&mut self, result: Type, out: &mut Vec<Value>) {
        self.0.finish(result, out);
    }
}

pub(super) fn any() -> Box<dyn Accumulator> {
    Box::<AnyRow>::default()
}

pub(super) fn take_any() -> Box<dyn Accumulator> {
    Box::<AnyRow>::default()
}

pub(super) fn anyif() -> Box<dyn Accumulator> {
    If::make(1, AnyValue::default())
}

pub(super) fn take_anyif() -> Box<dyn Accumulator> {
    If::make(1, AnyValue::default())
}

pub(super) fn passthrough() -> Box<dyn Accumulator> {
    Box::<AnyValue>::default()
}
