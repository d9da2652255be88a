//! Events as the values of the fields that predicates name.

use crate::eval::event::Fields;
use crate::eval::event::{walk, windows};
use crate::eval::lines::{Cells, read_document};
use crate::eval::need::Need;
use crate::ir::{Expr, ExprKind, FieldRef, Matcher, Value};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The names of the fields that predicates look at, numbered.
#[derive(Debug, Default)]
pub(super) struct Names {
    numbers: FxHashMap<Arc<str>, usize>,
    list: Vec<Arc<str>>,
    /// Whether some predicate looks at all fields.
    pub(super) any: bool,
}

impl Names {
    /// Adds the fields of a predicate.
    pub(super) fn add_all(&mut self, expr: &Expr) {
        expr.walk(&mut |part| match &part.kind {
            ExprKind::Match { field, matcher } => {
                match field {
                    FieldRef::Field(name) => self.add(name),
                    FieldRef::Any | FieldRef::Pattern(_) => self.any = true,
                    FieldRef::Value(_) => {}
                }
                if let Matcher::Field { other, .. } = matcher {
                    self.add(other);
                }
            }
            ExprKind::Column(name) => self.add(name),
            _ => {}
        });
    }

    fn add(&mut self, name: &Arc<str>) {
        if !self.numbers.contains_key(name) {
            self.numbers.insert(Arc::clone(name), self.list.len());
            self.list.push(Arc::clone(name));
        }
    }

    pub(super) fn number(&self, name: &str) -> Option<usize> {
        self.numbers.get(name).copied()
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }
}

/// An event: the values of numbered fields, and all others where some predicate looks at all fields.
#[derive(Debug)]
pub struct Record {
    names: Arc<Names>,
    /// Field numbers and their values, in the order of the event.
    known: Vec<(usize, Value)>,
    others: Vec<(Arc<str>, Value)>,
}

impl Record {
    /// Returns the values of numbered fields, in the order of the event.
    pub(super) fn known(&self) -> &[(usize, Value)] {
        &self.known
    }

    /// Returns the values that no predicate names.
    pub(super) fn others(&self) -> &[(Arc<str>, Value)] {
        &self.others
    }

    fn add(&mut self, path: &str, value: &Value) {
        let own = self.names.number(path);
        let short = windows::field(path).and_then(|name| self.names.number(&name)).filter(|number| own != Some(*number));
        self.known.extend(own.into_iter().chain(short).map(|number| (number, value.clone())));
        if self.names.any && own.is_none() && short.is_none() {
            self.others.push((Arc::from(path), value.clone()));
        }
    }
}

impl Fields for Record {
    fn any_value(&self, name: &str, visit: &mut dyn FnMut(&Value) -> bool) -> bool {
        let number = self.names.number(name);
        self.known.iter().any(|(of, value)| Some(*of) == number && visit(value))
    }

    fn any_field(&self, visit: &mut dyn FnMut(&str, &Value) -> bool) -> bool {
        self.known.iter().any(|(number, value)| self.names.list.get(*number).is_some_and(|name| visit(name, value)))
            || self.others.iter().any(|(name, value)| visit(name, value))
    }
}

/// Reads events into one record after the other.
#[derive(Debug)]
pub struct Reader {
    cells: Cells,
    record: Record,
    path: String,
}

impl Reader {
    pub(super) fn new(names: Arc<Names>) -> Self {
        let record = Record { names, known: Vec::new(), others: Vec::new() };
        Self { cells: Cells::new(), record, path: String::new() }
    }

    /// Reads one JSON document; `None` where the text is no JSON object.
    pub fn read(&mut self, text: &[u8]) -> Option<&Record> {
        let document = read_document(text, &Need::All, &mut self.cells)?;
        self.of_value(&document)
    }

    /// Takes a document that is read already; `None` where it is no object.
    pub fn of_value(&mut self, document: &Value) -> Option<&Record> {
        if !matches!(document, Value::Object(_)) {
            return None;
        }
        self.record.known.clear();
        self.record.others.clear();
        self.path.clear();
        walk(document, &mut self.path, &mut |path, value| self.record.add(path, value));
        Some(&self.record)
    }
}
