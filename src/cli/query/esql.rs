//! From an ES|QL text to rows: parse, lower, run.

use super::kusto::{Answered, Refused, has_error};
use crate::diagnostic::Diagnostic;
use crate::eval::{self, Provider, Settings};
use crate::ir::{Column, Type, Value};
use crate::lang::esql;
use crate::schema::Catalog;

/// Runs a query over documents, as many rows at most as Elasticsearch would return.
pub(super) fn run(text: &str, provider: &dyn Provider, catalog: &Catalog, settings: &Settings) -> Result<Answered, Refused> {
    let query = esql::parse(text).map_err(|error| Refused { stage: "parse", diagnostics: vec![error] })?;
    let lowered = esql::lower(&query, text, esql::Environment { catalog });
    let mut diagnostics = lowered.diagnostics;
    let Some(plan) = lowered.plan.filter(|_| !has_error(&diagnostics)) else { return Err(Refused { stage: "bind", diagnostics }) };
    match eval::run_measured(&esql::with_default_limit(plan), provider, settings) {
        Ok((table, usage)) => Ok(Answered { table, remarks: diagnostics, usage }),
        Err(refusal) => {
            diagnostics.push(Diagnostic::error(refusal.code, refusal.span, refusal.message));
            Err(Refused { stage: "run", diagnostics })
        }
    }
}

/// ES|QL's name of a column's type; where no schema says it, that of its values.
pub(super) fn type_name(column: &Column, values: &[&Value]) -> &'static str {
    let shown = values.iter().map(|value| match value {
        Value::Array(items) => items.first().map_or(Type::Unknown, Value::shown_type),
        value => value.shown_type(),
    });
    let ty =
        if column.ty == Type::Unknown { shown.into_iter().find(|ty| *ty != Type::Unknown).unwrap_or(Type::Unknown) } else { column.ty };
    match ty {
        Type::Bool => "boolean",
        Type::Int | Type::Long => "long",
        Type::Real | Type::Decimal => "double",
        Type::DateTime => "date",
        Type::TimeSpan => "time_duration",
        Type::Guid | Type::String => "keyword",
        Type::Dynamic => "object",
        Type::Unknown => "null",
    }
}
