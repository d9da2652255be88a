//! EQL queries on a list of events, through the plan evaluator: sequences need more than one event.

use crate::diagnostic::Diagnostic;
use crate::eval::{DOCUMENT, ORDINAL, Provider, Refusal, Rows, Settings, Table, run};
use crate::ir::{Column, Schema, TableSource, Type, Value};
use crate::lang::eql::{Query, ast::QueryKind, lower};
use serde_json::Value as Json;
use std::sync::Arc;

/// The events as the one source there is.
#[derive(Debug)]
struct Documents(Arc<Table>);

impl Provider for Documents {
    fn scan(&self, _source: &TableSource, _schema: &Schema) -> Result<Option<Rows>, Refusal> {
        Ok(Some(Rows::all(Arc::clone(&self.0))))
    }
}

/// Returns for each result the indexes of its events: one for an event query, all of a sequence.
pub(super) fn results(query: &Query, events: &[Json], now: i64) -> Result<Vec<Vec<usize>>, Diagnostic> {
    let rows = events.iter().enumerate().map(|(at, event)| vec![Value::from_json(event), Value::Long(at as i64)]).collect();
    let columns = vec![Column::new(DOCUMENT, Type::Dynamic), Column::new(ORDINAL, Type::Long)];
    let source = Documents(Arc::new(Table { columns, rows }));
    let plan = lower(query, &TableSource::Index(Vec::new()));
    let table =
        run(&plan, &source, &Settings::at(now)).map_err(|refusal| Diagnostic::error(refusal.code, refusal.span, refusal.message))?;
    let column = if matches!(query.kind, QueryKind::Event(_)) { ORDINAL } else { "ordinals" };
    let Some(at) = table.position(column) else { return Ok(Vec::new()) };
    Ok(table.rows.iter().filter_map(|row| row.get(at)).map(indexes).collect())
}

fn indexes(value: &Value) -> Vec<usize> {
    match value {
        Value::Long(at) => usize::try_from(*at).into_iter().collect(),
        Value::Array(items) => items.iter().flat_map(indexes).collect(),
        _ => Vec::new(),
    }
}
