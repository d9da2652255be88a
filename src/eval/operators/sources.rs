//! Operators without input: scans of provided tables, literal rows, `print`, `range`.

use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::expr::{Frame, settle};
use super::super::need::Need;
use super::super::node::{Flow, Row, Sink, emit_all, operator};
use super::super::scope::Scope;
use super::super::{ABSENT, DOCUMENT, ORDINAL, Refusal, Rows, Table};
use super::LineScan;
use crate::ir::{Column, Expr, Named, Plan, TableSource, Type, Value, convert, order};
use crate::source::Span;
use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

/// Where a column of the scan comes from.
pub(super) struct Origin {
    /// Its position in the source; `None` where the source lacks it.
    pub(super) slot: Option<usize>,
    /// Its type there.
    pub(super) from: Type,
    /// The type that the plan expects.
    pub(super) to: Type,
}

impl Compiler<'_> {
    pub(in super::super) fn scan(&mut self, source: &TableSource, plan: &Plan) -> Result<Built, Refusal> {
        let Some(rows) = self.provider.scan(source, &plan.schema)? else {
            return Err(Refusal::new("missing-table", plan.span, format!("there are no rows for {}", describe(source))));
        };
        match rows {
            Rows::Table(table, range) => Ok(scan_table(table, range, plan)),
            Rows::Documents(documents) => Ok(Self::document_scan(documents, plan)),
            Rows::Lines(lines, window) => {
                let (columns, origins) = origins(&lines.columns, plan);
                let need = self.read.get(&std::ptr::from_ref(plan)).unwrap_or(&Need::All);
                let scan = LineScan::new(lines, window, &columns, &origins, need, plan);
                Ok((columns, Box::new(scan)))
            }
        }
    }

    pub(in super::super) fn print(&mut self, named: &[Named]) -> Result<Built, Refusal> {
        let mut scope = Scope::windowed(&[]);
        let (columns, values) = self.columns(named, &mut scope)?;
        let calls = scope.windows.unwrap_or_default();
        let run = move |context: &Context, out: &mut Sink<'_>| {
            let mut hidden = vec![Vec::new()];
            for call in &calls {
                call.fill(context, &mut hidden);
            }
            let hidden = hidden.pop().unwrap_or_default();
            let row: Row = values.iter().map(|value| settle(value.value(&Frame { row: &hidden, context }), value.ty)).collect();
            out(&row).map(|_| ())
        };
        Ok((columns, operator(run)))
    }

    pub(in super::super) fn range(&mut self, [from, to, step]: [&Expr; 3], plan: &Plan) -> Result<Built, Refusal> {
        let name = plan.schema.columns.first().map_or("Column1", |column| &*column.name);
        let known = plan.schema.columns.first().map_or(Type::Unknown, |column| column.ty);
        let span = step.span;
        let (from, to, step) = (self.constant(from)?, self.constant(to)?, self.constant(step)?);
        let ty = if known == Type::Unknown { range_type(&from, &step) } else { known };
        let progression = Progression::new(&from, &to, &step, ty, span)?;
        let run = move |_: &Context, out: &mut Sink<'_>| {
            let Some(progression) = &progression else { return Ok(()) };
            let mut position = 0;
            while let Some(value) = progression.at(position) {
                if out(&[value])? == Flow::Enough {
                    break;
                }
                position += 1;
            }
            Ok(())
        };
        Ok((vec![Column::new(name, ty)], operator(run)))
    }
}

/// Compiles rows that stand in the query.
pub(in super::super) fn literal(rows: &[Vec<Value>], plan: &Plan) -> Built {
    let columns = plan.schema.columns.clone();
    let settled = |row: &Vec<Value>| {
        columns.iter().enumerate().map(|(position, column)| settle(row.get(position).cloned().unwrap_or_default(), column.ty)).collect()
    };
    let rows: Vec<Row> = rows.iter().map(settled).collect();
    (columns, operator(move |_, out| emit_all(&rows, out)))
}

/// Compiles the scan of rows in memory.
fn scan_table(table: Arc<Table>, range: Range<usize>, plan: &Plan) -> Built {
    let (columns, origins) = origins(&table.columns, plan);
    let identity = columns.len() == table.columns.len()
        && origins.iter().enumerate().all(|(position, origin)| origin.slot == Some(position) && origin.from == origin.to);
    let run = move |_: &Context, out: &mut Sink<'_>| {
        let mut scratch: Row = Vec::with_capacity(origins.len());
        for row in table.rows.get(range.clone()).unwrap_or_default() {
            let flow = if identity && row.iter().zip(&origins).all(|(value, origin)| is_settled(value, origin.to)) {
                out(row)?
            } else {
                scratch.clear();
                scratch.extend(origins.iter().map(|origin| read(row, origin)));
                out(&scratch)?
            };
            if flow == Flow::Enough {
                break;
            }
        }
        Ok(())
    };
    (columns, operator(run))
}

/// Pairs the columns that the plan expects with those that the source has.
fn origins(known: &[Column], plan: &Plan) -> (Vec<Column>, Vec<Origin>) {
    let position = |name: &str| known.iter().position(|column| *column.name == *name);
    let mut columns = Vec::new();
    let mut origins = Vec::new();
    let mut add = |name: &Arc<str>, said: Type, slot: Option<usize>| {
        let from = slot.and_then(|slot| known.get(slot)).map_or(Type::Unknown, |column| column.ty);
        let to = if said == Type::Unknown { from } else { said };
        columns.push(Column { name: Arc::clone(name), ty: to });
        origins.push(Origin { slot, from, to });
    };
    let has_document = position(DOCUMENT).is_some();
    for column in &plan.schema.columns {
        let slot = position(&column.name);
        if slot.is_some() || !has_document {
            add(&column.name, column.ty, slot);
        }
    }
    for (slot, column) in known.iter().enumerate() {
        let extra = plan.schema.open || matches!(&*column.name, DOCUMENT | ORDINAL);
        if extra && plan.schema.column(&column.name).is_none() {
            add(&column.name, Type::Unknown, Some(slot));
        }
    }
    if plan.schema.open && !has_document {
        columns.push(Column::new(ABSENT, Type::Dynamic));
        origins.push(Origin { slot: None, from: Type::Dynamic, to: Type::Dynamic });
    }
    (columns, origins)
}

fn is_settled(value: &Value, ty: Type) -> bool {
    !(ty == Type::String && value.is_null())
}

fn read(row: &[Value], origin: &Origin) -> Value {
    let value = origin.slot.and_then(|slot| row.get(slot));
    match value {
        Some(value) if origin.from == origin.to => settle(value.clone(), origin.to),
        Some(value) => convert::convert(value, origin.from, origin.to),
        None => settle(Value::Null, origin.to),
    }
}

/// Names a source in a message.
fn describe(source: &TableSource) -> String {
    match source {
        TableSource::Table(name) => format!("the table `{name}`"),
        TableSource::Index(patterns) => format!("the index `{}`", patterns.join(",")),
        TableSource::LogSource { category, product, service } => {
            let parts: Vec<&str> = [product, category, service].into_iter().flatten().map(|part| &**part).collect();
            format!("the log source `{}`", parts.join("/"))
        }
        TableSource::Watchlist(alias) => format!("the watchlist `{alias}`"),
        TableSource::Function { name, .. } => format!("the function `{name}`"),
        TableSource::External { urls, .. } => format!("the external data `{}`", urls.join(", ")),
    }
}

/// Equal steps from one value to another.
struct Progression {
    from: Value,
    step: Value,
    to: Value,
    ty: Type,
    down: bool,
}

impl Progression {
    /// `None` where an end is null: there are no rows then.
    fn new(from: &Value, to: &Value, step: &Value, ty: Type, span: Span) -> Result<Option<Self>, Refusal> {
        if from.is_null() || to.is_null() || step.is_null() {
            return Ok(None);
        }
        let zero = match step {
            Value::TimeSpan(_) => Value::TimeSpan(0),
            _ => Value::Long(0),
        };
        let down = match order::compare(step, &zero) {
            Some(Ordering::Equal) | None => {
                return Err(Refusal::new("invalid-argument", span, "the step of `range` is not a number but 0"));
            }
            Some(direction) => direction == Ordering::Less,
        };
        Ok(Some(Self { from: from.clone(), to: to.clone(), step: step.clone(), ty, down }))
    }

    /// Returns the n-th value, or `None` past the end.
    fn at(&self, position: i64) -> Option<Value> {
        let value = match (&self.from, &self.step) {
            (Value::DateTime(from), Value::TimeSpan(step)) => Value::DateTime(from.checked_add(step.checked_mul(position)?)?),
            (Value::TimeSpan(from), Value::TimeSpan(step)) => Value::TimeSpan(from.checked_add(step.checked_mul(position)?)?),
            (Value::Int(_) | Value::Long(_), Value::Int(_) | Value::Long(_)) => {
                let (from, step) = (convert::to_long(&self.from)?, convert::to_long(&self.step)?);
                Value::Long(from.checked_add(step.checked_mul(position)?)?)
            }
            _ => Value::Real(convert::to_real(&self.from)? + convert::to_real(&self.step)? * position as f64),
        };
        let past = if self.down { Ordering::Less } else { Ordering::Greater };
        let order = order::compare(&value, &self.to)?;
        (order != past).then(|| if self.ty == Type::Int { convert::convert(&value, Type::Long, Type::Int) } else { settle(value, self.ty) })
    }
}

fn range_type(from: &Value, step: &Value) -> Type {
    match (from, step) {
        (Value::DateTime(_), _) => Type::DateTime,
        (Value::TimeSpan(_), _) => Type::TimeSpan,
        (Value::Real(_), _) | (_, Value::Real(_)) => Type::Real,
        _ => Type::Long,
    }
}
