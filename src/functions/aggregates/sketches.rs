//! Sketches of groups: distinct values (`hll`), distributions (`tdigest`) and schemas (`buildschema`).
//!
//! Sketches are written as the engine writes small ones, and stay exact: what the engine estimates beyond about a thousand
//! values is counted here.

use super::numbers::If;
use crate::functions::Accumulator;
use crate::functions::sketches::{Digest, Hashes};
use crate::ir::convert::to_long;
use crate::ir::{Type, Value};
use std::sync::Arc;

/// The hashes of the values of a group.
#[derive(Debug)]
struct Hll {
    hashes: Hashes,
    accuracy_at: usize,
}

impl Hll {
    fn new(accuracy_at: usize) -> Self {
        Self { hashes: Hashes::default(), accuracy_at }
    }
}

impl Accumulator for Hll {
    fn add(&mut self, args: &[Value], types: &[Type]) {
        if let Some(accuracy) = args.get(self.accuracy_at).and_then(to_long) {
            self.hashes.set_accuracy(accuracy);
        }
        if let Some(value) = args.first() {
            self.hashes.insert(value, types.first().copied().unwrap_or_default());
        }
    }

    fn finish(&mut self, _result: Type, out: &mut Vec<Value>) {
        out.push(self.hashes.to_value());
    }
}

pub(super) fn hll() -> Box<dyn Accumulator> {
    Box::new(Hll::new(1))
}

pub(super) fn hll_if() -> Box<dyn Accumulator> {
    If::make(1, Hll::new(2))
}

/// The union of sketches; what is no sketch is passed over.
#[derive(Debug, Default)]
struct HllMerge(Hashes);

impl Accumulator for HllMerge {
    fn add(&mut self, args: &[Value], _types: &[Type]) {
        if let Some(hashes) = args.first().and_then(Hashes::of_value) {
            self.0.merge(hashes);
        }
    }

    fn finish(&mut self, _result: Type, out: &mut Vec<Value>) {
        out.push(self.0.to_value());
    }
}

pub(super) fn hll_merge() -> Box<dyn Accumulator> {
    Box::<HllMerge>::default()
}

/// Values with their weights.
#[derive(Debug, Default)]
struct TDigest(Digest);

impl Accumulator for TDigest {
    fn add(&mut self, args: &[Value], _types: &[Type]) {
        let weight = if args.len() > 1 { args.get(1).and_then(to_long).unwrap_or(0) } else { 1 };
        if let Some(value) = args.first().filter(|value| !value.is_null() && weight > 0) {
            self.0.insert(value.clone(), weight);
        }
    }

    fn finish(&mut self, _result: Type, out: &mut Vec<Value>) {
        out.push(self.0.to_value());
    }
}

pub(super) fn tdigest() -> Box<dyn Accumulator> {
    Box::<TDigest>::default()
}

/// All values of several digests.
#[derive(Debug, Default)]
struct TDigestMerge(Digest);

impl Accumulator for TDigestMerge {
    fn add(&mut self, args: &[Value], _types: &[Type]) {
        if let Some(digest) = args.first().and_then(Digest::of_value) {
            self.0.merge(digest);
        }
    }

    fn finish(&mut self, _result: Type, out: &mut Vec<Value>) {
        out.push(self.0.to_value());
    }
}

pub(super) fn tdigest_merge() -> Box<dyn Accumulator> {
    Box::<TDigestMerge>::default()
}

/// Nesting of a schema at most; what lies deeper is not listed.
const DEPTH: usize = 64;

/// The types that values at one place have (`buildschema-aggregation-function`); `order` says which came first.
#[derive(Debug, Default)]
struct Schema {
    order: Vec<Kind>,
    items: Option<Box<Schema>>,
    members: Vec<(Arc<str>, Schema)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Scalar(&'static str),
    Array,
    Object,
}

impl Kind {
    fn of(value: &Value) -> Self {
        match value {
            Value::Array(_) => Self::Array,
            Value::Object(_) => Self::Object,
            Value::Real(_) => Self::Scalar("double"),
            scalar => Self::Scalar(scalar.shown_type().name()),
        }
    }
}

impl Schema {
    fn take(&mut self, value: &Value, depth: usize) {
        if depth > DEPTH || value.is_null() {
            return;
        }
        let kind = Kind::of(value);
        if !self.order.contains(&kind) {
            self.order.push(kind);
        }
        match value {
            Value::Array(items) => {
                let schema = self.items.get_or_insert_default();
                items.iter().for_each(|item| schema.take(item, depth + 1));
            }
            Value::Object(members) => members.iter().for_each(|(name, value)| self.take_member(name, value, depth + 1)),
            _ => {}
        }
    }

    fn take_member(&mut self, name: &Arc<str>, value: &Value, depth: usize) {
        if let Some((_, schema)) = self.members.iter_mut().find(|(known, _)| known == name) {
            schema.take(value, depth);
            return;
        }
        let mut schema = Self::default();
        schema.take(value, depth);
        self.members.push((Arc::clone(name), schema));
    }

    fn to_value(&self) -> Value {
        let written = |kind: &Kind| match kind {
            Kind::Scalar(name) => Value::string(name),
            Kind::Array => {
                let items = self.items.as_ref().map_or(Value::Null, |items| items.to_value());
                Value::object(vec![(Arc::from("`indexer`"), items)])
            }
            Kind::Object => Value::object(self.members.iter().map(|(name, schema)| (Arc::clone(name), schema.to_value())).collect()),
        };
        match self.order.as_slice() {
            [kind] => written(kind),
            kinds => Value::array(kinds.iter().map(written).collect()),
        }
    }
}

#[derive(Debug, Default)]
struct BuildSchema(Schema);

impl Accumulator for BuildSchema {
    fn add(&mut self, args: &[Value], _types: &[Type]) {
        args.first().into_iter().for_each(|value| self.0.take(value, 0));
    }

    fn finish(&mut self, _result: Type, out: &mut Vec<Value>) {
        out.push(self.0.to_value());
    }
}

pub(super) fn buildschema() -> Box<dyn Accumulator> {
    Box::<BuildSchema>::default()
}
