//! Asks the evaluator: what expressions give on events, and what constants are.

use super::leaf::{Family, Root};
use crate::eval::table_io::{from_documents, from_events};
use crate::eval::{Provider, Refusal, Rows, Settings, Table, run};
use crate::ir::{Column, Expr, Named, Op, Plan, Schema, TableSource, Type, Value};
use crate::source::Span;
use serde_json::{Map, Value as Json};
use std::sync::Arc;

/// Runs expressions on events that exist only in memory.
#[derive(Clone, Debug)]
pub(super) struct Probe {
    family: Family,
    /// The columns that predicates name, with their types.
    columns: Vec<Column>,
    now: i64,
}

/// The name of the one source there is; no query can write it. What sub-queries read is not there, so that they cannot be run.
const OWN: &str = "\0";

/// The rows of the one source.
struct Own(Arc<Table>);

impl Provider for Own {
    fn scan(&self, source: &TableSource, _schema: &Schema) -> Result<Option<Rows>, Refusal> {
        let is_own = matches!(source, TableSource::Table(name) if **name == *OWN);
        Ok(is_own.then(|| Rows::all(Arc::clone(&self.0))))
    }
}

impl Probe {
    /// Prepares to run predicates on events of a family.
    pub(super) fn new(family: Family, predicates: &[&Expr], now: i64) -> Self {
        let mut columns: Vec<Column> = Vec::new();
        for predicate in predicates.iter().filter(|_| family == Family::Rows) {
            predicate.walk(&mut |inner| {
                if let crate::ir::ExprKind::Column(name) = &inner.kind {
                    match columns.iter_mut().find(|column| column.name == *name) {
                        Some(column) if column.ty == Type::Unknown => column.ty = inner.ty,
                        Some(_) => {}
                        None => columns.push(Column::new(name, inner.ty)),
                    }
                }
            });
        }
        Self { family, columns, now }
    }

    /// Returns what each expression gives on each event; `None` where one cannot be run.
    pub(super) fn values(&self, events: &[Json], exprs: &[&Expr]) -> Option<Vec<Vec<Value>>> {
        let (table, schema) = match self.family {
            Family::Rows => {
                let schema = Schema { columns: self.columns.clone(), open: true };
                (from_documents(events, &schema), schema)
            }
            Family::Documents => (from_events(events), Schema::unknown()),
        };
        let scan = Plan::new(Op::Scan(TableSource::Table(Arc::from(OWN))), schema, Span::default());
        let columns: Vec<Named> =
            exprs.iter().enumerate().map(|(at, expr)| Named { name: format!("x{at}").into(), expr: (*expr).clone() }).collect();
        let out = columns.iter().map(|column| Column { name: column.name.clone(), ty: column.expr.ty }).collect();
        let plan = Plan::new(Op::Project { input: scan, columns }, Schema::closed(out), Span::default());
        run(&plan, &Own(Arc::new(table)), &Settings::at(self.now)).ok().map(|table| table.rows)
    }

    /// Returns whether predicates are true, false or null on each event.
    pub(super) fn truths(&self, events: &[Json], predicates: &[&Expr]) -> Option<Vec<Vec<Option<bool>>>> {
        let truth = |value: &Value| if let Value::Bool(truth) = value { Some(*truth) } else { None };
        Some(self.values(events, predicates)?.iter().map(|row| row.iter().map(truth).collect()).collect())
    }

    /// Returns the value of an expression that looks at no row.
    pub(super) fn constant(&self, expr: &Expr) -> Option<Value> {
        if let crate::ir::ExprKind::Literal(value) = &expr.kind {
            return Some(value.clone());
        }
        let rows = self.values(&[Json::Object(Map::new())], &[expr])?;
        rows.into_iter().next()?.into_iter().next()
    }
}

/// Builds the event that holds these values and nothing else.
pub(super) fn event<'v>(values: impl IntoIterator<Item = (&'v Root, Json)>) -> Json {
    let mut event = Map::new();
    for (root, value) in values {
        match root.path.as_slice() {
            [] => {
                event.insert(root.name.to_string(), value);
            }
            path => {
                let member = event.entry(root.name.to_string()).or_insert_with(|| Json::Object(Map::new()));
                put(member, path, value);
            }
        }
    }
    Json::Object(event)
}

fn put(into: &mut Json, path: &[Arc<str>], value: Json) {
    if !into.is_object() {
        *into = Json::Object(Map::new());
    }
    let (Json::Object(members), Some((first, rest))) = (into, path.split_first()) else { return };
    if rest.is_empty() {
        members.insert(first.to_string(), value);
    } else {
        put(members.entry(first.to_string()).or_insert(Json::Null), rest, value);
    }
}
