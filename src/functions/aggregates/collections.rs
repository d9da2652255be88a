//! Lists, sets and bags of the values of a group.

use super::numbers::If;
use crate::functions::Accumulator;
use crate::ir::convert::to_long;
use crate::ir::key::Key;
use crate::ir::{Object, Type, Value};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// Elements at most, unless the call says otherwise (`make-set-aggregation-function`).
const MAX_SIZE: i64 = 1_048_576;
/// Elements at most of the old `makeset` and `makelist`.
const OLD_MAX_SIZE: i64 = 128;

/// The values in order of appearance; arrays are taken apart (k2s/0960), nulls are left out except those of dynamics (k2s/0970).
#[derive(Debug)]
struct List {
    items: Vec<Value>,
    seen: Option<FxHashSet<Key>>,
    nulls: bool,
    size_at: usize,
    max: i64,
}

impl List {
    fn all(size_at: usize, max: i64) -> Self {
        Self { items: Vec::new(), seen: None, nulls: false, size_at, max }
    }

    fn distinct(size_at: usize, max: i64) -> Self {
        Self { seen: Some(FxHashSet::default()), ..Self::all(size_at, max) }
    }

    fn push(&mut self, value: &Value) {
        if self.items.len() as i64 >= self.max {
            return;
        }
        if self.seen.as_mut().is_none_or(|seen| seen.insert(Key(value.clone()))) {
            self.items.push(value.clone());
        }
    }
}

impl Accumulator for List {
    fn add(&mut self, args: &[Value], types: &[Type]) {
        if let Some(size) = args.get(self.size_at).and_then(to_long) {
            self.max = size.min(MAX_SIZE);
        }
        match args.first() {
            Some(Value::Array(items)) => items.iter().for_each(|item| self.push(item)),
            Some(Value::Null) if !self.nulls && (self.seen.is_some() || types.first() != Some(&Type::Dynamic)) => {}
            Some(value) => self.push(value),
            None => {}
        }
    }

    fn finish(&mut self, _result: Type, out: &mut Vec<Value>) {
        out.push(Value::array(std::mem::take(&mut self.items)));
    }
}

pub(super) fn make_list() -> Box<dyn Accumulator> {
    Box::new(List::all(1, MAX_SIZE))
}

pub(super) fn makelist() -> Box<dyn Accumulator> {
    Box::new(List::all(1, OLD_MAX_SIZE))
}

pub(super) fn make_list_if() -> Box<dyn Accumulator> {
    If::make(1, List::all(2, MAX_SIZE))
}

pub(super) fn make_list_with_nulls() -> Box<dyn Accumulator> {
    Box::new(List { nulls: true, ..List::all(1, MAX_SIZE) })
}

pub(super) fn make_set() -> Box<dyn Accumulator> {
    Box::new(List::distinct(1, MAX_SIZE))
}

pub(super) fn makeset() -> Box<dyn Accumulator> {
    Box::new(List::distinct(1, OLD_MAX_SIZE))
}

pub(super) fn make_set_if() -> Box<dyn Accumulator> {
    If::make(1, List::distinct(2, MAX_SIZE))
}

/// Merges bags; the first value of a key stays (k2s/0577).
#[derive(Debug)]
struct Bag {
    members: Object,
    index: FxHashMap<Arc<str>, usize>,
    size_at: usize,
    max: i64,
}

impl Bag {
    fn new(size_at: usize) -> Self {
        Self { members: Vec::new(), index: FxHashMap::default(), size_at, max: MAX_SIZE }
    }
}

impl Accumulator for Bag {
    fn add(&mut self, args: &[Value], _types: &[Type]) {
        if let Some(size) = args.get(self.size_at).and_then(to_long) {
            self.max = size.min(MAX_SIZE);
        }
        let Some(Value::Object(members)) = args.first() else { return };
        for (name, value) in members.iter() {
            if (self.members.len() as i64) < self.max && !self.index.contains_key(name) {
                self.index.insert(Arc::clone(name), self.members.len());
                self.members.push((Arc::clone(name), value.clone()));
            }
        }
    }

    fn finish(&mut self, _result: Type, out: &mut Vec<Value>) {
        out.push(Value::object(std::mem::take(&mut self.members)));
    }
}

pub(super) fn make_bag() -> Box<dyn Accumulator> {
    Box::new(Bag::new(1))
}

pub(super) fn make_dictionary() -> Box<dyn Accumulator> {
    Box::new(Bag::new(1))
}

pub(super) fn make_bag_if() -> Box<dyn Accumulator> {
    If::make(1, Bag::new(2))
}
