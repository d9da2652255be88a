//! What the detection operators see of rows: key values (arrays taken apart where asked), times, documents.

use super::super::compile::Compiler;
use super::super::context::Context;
use super::super::expr::{Compiled, Frame, field_values};
use super::super::key::{Key, Keys};
use super::super::node::{Flow, Node};
use super::super::scope::Scope;
use super::super::{DOCUMENT, ORDINAL, Refusal};
use crate::ir::datetime::parse_datetime;
use crate::ir::{Column, Expr, ExprKind, Type, Value};
use crate::source::Span;
use std::sync::Arc;

/// Ticks of 1970-01-01, where epoch times start.
const UNIX_EPOCH: i64 = 621_355_968_000_000_000;
/// Combinations of key values at most of one event.
const COMBINATIONS: usize = 10_000;

/// A key of an event.
enum Part {
    /// A field: all its values.
    Field(Arc<str>),
    /// A computed value.
    Value(Compiled),
}

/// The keys of events.
pub(super) struct EventKeys {
    parts: Vec<Part>,
    columns: Arc<[Column]>,
    explode: bool,
    /// Whether rows are event documents, in which missing and empty are two things.
    pub(super) documents: bool,
}

/// The time of events: the first of these fields that an event has.
pub(super) struct EventTime(Vec<Compiled>);

/// An event with what ties it to others.
#[derive(Clone, Debug)]
pub(super) struct Event {
    /// Ticks.
    pub(super) time: i64,
    /// Position in its source.
    pub(super) ordinal: i64,
    /// Tie values.
    pub(super) keys: Keys,
    /// The document, or the row as an object.
    pub(super) document: Value,
}

impl Compiler<'_> {
    /// Compiles keys over the rows of a node. `explode` makes an array as many keys as it has elements.
    pub(super) fn event_keys<'e>(
        &mut self,
        node: &Node,
        exprs: impl Iterator<Item = &'e Expr>,
        explode: bool,
    ) -> Result<EventKeys, Refusal> {
        let mut scope = Scope::new(&node.columns);
        let documents = scope.document().is_some();
        let mut parts = Vec::new();
        for expr in exprs {
            parts.push(match &expr.kind {
                ExprKind::Column(name) if explode && (documents || scope.slot(name).is_some()) => Part::Field(Arc::clone(name)),
                _ => Part::Value(self.expr(expr, &mut scope)?),
            });
        }
        Ok(EventKeys { parts, columns: Arc::clone(&node.columns), explode, documents })
    }

    /// Compiles the time of a node's rows: the first of these fields that a row has a time in.
    pub(super) fn event_time(&mut self, node: &Node, names: &[&str], span: Span) -> Result<EventTime, Refusal> {
        let mut scope = Scope::new(&node.columns);
        let documents = scope.document().is_some();
        let known = names.iter().filter(|name| documents || node.position(name).is_some());
        let fields = known.map(|name| self.expr(&Expr::column(name, Type::Unknown, span), &mut scope));
        Ok(EventTime(fields.collect::<Result<_, _>>()?))
    }
}

impl Event {
    /// Tells whether another is the same event.
    pub(super) fn is_at(&self, other: &Self) -> bool {
        self.ordinal == other.ordinal && self.time == other.time
    }
}

impl EventTime {
    /// Returns the ticks of a row's time: a datetime, its text, or milliseconds since 1970.
    pub(super) fn of(&self, row: &[Value], context: &Context) -> Option<i64> {
        self.0.iter().find_map(|field| match &*field.get(&Frame { row, context }) {
            Value::DateTime(ticks) => Some(*ticks),
            Value::String(text) => parse_datetime(text),
            Value::Long(milliseconds) => milliseconds.checked_mul(10_000)?.checked_add(UNIX_EPOCH),
            _ => None,
        })
    }
}

impl EventKeys {
    /// Returns the values of each key; a key without a value has none, or an empty text where rows are no documents.
    fn values(&self, row: &[Value], context: &Context) -> Vec<Vec<Value>> {
        let one = |part: &Part| match part {
            Part::Field(name) => field_values(&self.columns, row, name),
            Part::Value(value) => match value.value(&Frame { row, context }) {
                Value::Array(items) if self.explode => items.to_vec(),
                Value::Null if self.explode => Vec::new(),
                value => vec![value],
            },
        };
        self.parts.iter().map(one).collect()
    }

    /// Adds the one value of each key, null where it is missing; not for keys that are taken apart.
    pub(super) fn add_whole(&self, row: &[Value], context: &Context, out: &mut Vec<Value>) {
        out.extend(self.parts.iter().map(|part| match part {
            Part::Field(name) => Value::of_field(field_values(&self.columns, row, name)),
            Part::Value(value) => value.value(&Frame { row, context }),
        }));
    }

    /// Returns every combination of key values. With `skip_missing` an event without one of them has none; else a missing value is null.
    pub(super) fn combinations(&self, row: &[Value], context: &Context, skip_missing: bool) -> Vec<Keys> {
        let mut combinations: Vec<Keys> = vec![Vec::new()];
        for mut values in self.values(row, context) {
            if skip_missing {
                values.retain(|value| !value.is_null() && (self.documents || value.as_str() != Some("")));
            } else if values.is_empty() {
                values.push(Value::Null);
            }
            let extend =
                |keys: &Keys| values.iter().map(|value| keys.iter().cloned().chain([Key(value.clone())]).collect()).collect::<Vec<Keys>>();
            combinations = combinations.iter().flat_map(extend).take(COMBINATIONS).collect();
        }
        combinations
    }
}

/// Collects the events of a node, one for each combination of keys, that have a time.
pub(super) fn collect(
    node: &Node,
    keys: &EventKeys,
    time: &EventTime,
    skip_missing: bool,
    context: &Context,
) -> Result<Vec<Event>, Refusal> {
    let ordinal = node.position(ORDINAL);
    let document = Document { slot: node.position(DOCUMENT), columns: &node.columns };
    let mut events = Vec::new();
    let mut number = 0;
    node.run(context, &mut |row| {
        number += 1;
        let Some(time) = time.of(row, context) else { return Ok(Flow::More) };
        context.hold(row.len(), node.span)?;
        let ordinal = match ordinal.and_then(|slot| row.get(slot)) {
            Some(Value::Long(ordinal)) => *ordinal,
            _ => number - 1,
        };
        let document = document.of(row);
        for keys in keys.combinations(row, context, skip_missing) {
            events.push(Event { time, ordinal, keys, document: document.clone() });
        }
        Ok(Flow::More)
    })?;
    Ok(events)
}

/// Where the documents of a node's rows are.
pub(super) struct Document<'n> {
    /// The column that holds them; else the row is one.
    pub(super) slot: Option<usize>,
    /// The columns of the row.
    pub(super) columns: &'n [Column],
}

impl Document<'_> {
    /// Returns the document of a row.
    pub(super) fn of(&self, row: &[Value]) -> Value {
        self.slot.and_then(|slot| row.get(slot)).cloned().unwrap_or_else(|| object(self.columns, row))
    }
}

/// Returns a row as an object.
fn object(columns: &[Column], row: &[Value]) -> Value {
    Value::object(columns.iter().zip(row).map(|(column, value)| (Arc::clone(&column.name), value.clone())).collect())
}

/// The columns behind the tie's values of a match.
pub(super) fn match_columns(keys: Vec<Column>) -> Vec<Column> {
    let mut columns = keys;
    columns.push(Column::new("events", Type::Dynamic));
    columns.push(Column::new("ordinals", Type::Dynamic));
    columns.push(Column::new("start", Type::DateTime));
    columns.push(Column::new("end", Type::DateTime));
    columns
}

/// Returns the row of a match.
pub(super) fn match_row(keys: &Keys, extra: Option<Value>, events: &[&Event]) -> Vec<Value> {
    let mut row: Vec<Value> = keys.iter().map(|key| key.0.clone()).chain(extra).collect();
    row.push(Value::array(events.iter().map(|event| event.document.clone()).collect()));
    row.push(Value::array(events.iter().map(|event| Value::Long(event.ordinal)).collect()));
    let times = || events.iter().map(|event| event.time);
    row.push(times().min().map_or(Value::Null, Value::DateTime));
    row.push(times().max().map_or(Value::Null, Value::DateTime));
    row
}

/// Names tie columns after their expressions.
pub(super) fn key_columns<'e>(exprs: impl Iterator<Item = &'e Expr>) -> Vec<Column> {
    let named = |(position, expr): (usize, &Expr)| match &expr.kind {
        ExprKind::Column(name) => Column { name: Arc::clone(name), ty: expr.ty },
        _ => Column::new(format!("key{position}"), expr.ty),
    };
    exprs.enumerate().map(named).collect()
}
