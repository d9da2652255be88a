//! Rows from the content of NDJSON, JSON and CSV files, typed by a schema where there is one.
//!
//! Files are opened and unpacked by who calls.

use super::json::from_json;
use super::{DOCUMENT, ORDINAL, Refusal, Table};
use crate::ir::{Column, Schema, Type, Value, convert};
use crate::source::Span;
use rustc_hash::FxHashMap;
use serde_json::Value as Json;
use std::sync::Arc;

/// The form of a content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A JSON object a line, or one JSON array of objects.
    Json,
    /// Comma-separated values.
    Csv,
    /// Tab-separated values.
    Tsv,
}

impl Format {
    /// Guesses the form from a file name (`.gz` is ignored), else from the first character.
    pub fn detect(name: &str, content: &str) -> Self {
        let name = name.to_ascii_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        match name.rsplit('.').next() {
            Some("csv") => Self::Csv,
            Some("tsv") => Self::Tsv,
            Some("json" | "ndjson" | "jsonl" | "multijson") => Self::Json,
            _ if content.trim_start().starts_with(['{', '[']) => Self::Json,
            _ => Self::Csv,
        }
    }
}

/// Reads documents: a JSON array of objects, or an object a line.
pub fn documents(content: &str) -> Result<Vec<Json>, Refusal> {
    let content = content.trim_start_matches('\u{feff}');
    let mut documents = Vec::new();
    for document in serde_json::Deserializer::from_str(content).into_iter::<Json>() {
        let document = document.map_err(|error| {
            Refusal::new("broken-data", Span::at(0), format!("line {}, column {}: not valid JSON", error.line(), error.column()))
        })?;
        match document {
            Json::Array(items) => documents.extend(items),
            other => documents.push(other),
        }
    }
    Ok(documents)
}

/// Reads a content into a table with the columns of `schema`; where it is open, further columns come with what types they show.
pub fn read(content: &str, format: Format, schema: &Schema) -> Result<Table, Refusal> {
    match format {
        Format::Json => Ok(from_documents(&documents(content)?, schema)),
        Format::Csv => from_csv(content, b',', schema),
        Format::Tsv => from_csv(content, b'\t', schema),
    }
}

/// Makes a table of documents: members become columns of their name.
pub fn from_documents(documents: &[Json], schema: &Schema) -> Table {
    let (columns, _) = columns_of(documents, schema);
    let row =
        |document: &Json| columns.iter().map(|column| from_json(document.get(&*column.name).unwrap_or(&Json::Null), column.ty)).collect();
    Table { rows: documents.iter().map(row).collect(), columns }
}

/// Returns the columns of documents: those of the schema and, where it is open, one for each further member; with the types that the
/// values of the further ones show, unknown where all are null.
pub(super) fn columns_of(documents: &[Json], schema: &Schema) -> (Vec<Column>, Vec<Type>) {
    let mut columns = schema.columns.clone();
    let mut positions: FxHashMap<Arc<str>, usize> = columns.iter().enumerate().map(|(at, c)| (Arc::clone(&c.name), at)).collect();
    if schema.open {
        for (name, member) in documents.iter().filter_map(Json::as_object).flatten() {
            let position = *positions.entry(Arc::from(name.as_str())).or_insert(columns.len());
            match columns.get_mut(position) {
                Some(column) if position >= schema.columns.len() => column.ty = widened(column.ty, shown(member)),
                Some(_) => {}
                None => columns.push(Column::new(name, shown(member))),
            }
        }
    }
    let types = columns.iter().skip(schema.columns.len()).map(|column| column.ty).collect();
    for column in columns.iter_mut().skip(schema.columns.len()).filter(|column| column.ty == Type::Unknown) {
        column.ty = Type::Dynamic;
    }
    (columns, types)
}

/// Makes a table of events: the whole document in [`DOCUMENT`], its position in [`ORDINAL`].
pub fn from_events(events: &[Json]) -> Table {
    let row = |(ordinal, event)| vec![Value::from_json(event), Value::Long(ordinal as i64)];
    let columns = vec![Column::new(DOCUMENT, Type::Dynamic), Column::new(ORDINAL, Type::Long)];
    Table { columns, rows: events.iter().enumerate().map(row).collect() }
}

/// The type that a JSON value shows. Text that is a point in time in ISO 8601 counts as one.
fn shown(json: &Json) -> Type {
    match json {
        Json::Null => Type::Unknown,
        Json::Bool(_) => Type::Bool,
        Json::Number(n) => {
            if n.is_i64() {
                Type::Long
            } else {
                Type::Real
            }
        }
        Json::String(text) => shown_text(text),
        Json::Array(_) | Json::Object(_) => Type::Dynamic,
    }
}

/// The type that a text shows.
pub(super) fn shown_text(text: &str) -> Type {
    let mut bytes = text.bytes();
    let dated = (0..10).all(|at| bytes.next().is_some_and(|b| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() }));
    let is_time = dated && bytes.next() == Some(b'T') && crate::ir::datetime::parse_datetime(text).is_some();
    if is_time { Type::DateTime } else { Type::String }
}

/// The type that covers the values of both.
pub(super) fn widened(a: Type, b: Type) -> Type {
    match (a, b) {
        (Type::Unknown, other) | (other, Type::Unknown) => other,
        (Type::Long, Type::Real) | (Type::Real, Type::Long) => Type::Real,
        (Type::DateTime, Type::String) | (Type::String, Type::DateTime) => Type::String,
        _ if a == b => a,
        _ => Type::Dynamic,
    }
}

/// The first record names the columns, if it has a name of the schema or the schema has none; else columns go by position.
fn from_csv(content: &str, delimiter: u8, schema: &Schema) -> Result<Table, Refusal> {
    let content = content.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(content.as_bytes());
    let mut records = Vec::new();
    for record in reader.records() {
        records.push(record.map_err(|error| Refusal::new("broken-data", Span::at(0), format!("not valid CSV: {error}")))?);
    }
    let is_header = |record: &csv::StringRecord| schema.columns.is_empty() || record.iter().any(|name| schema.column(name).is_some());
    let header = records.first().filter(|record| is_header(record)).cloned();
    if header.is_some() {
        records.remove(0);
    }
    let mut columns = schema.columns.clone();
    let mut origins: Vec<Option<usize>> = match &header {
        Some(header) => columns.iter().map(|column| header.iter().position(|name| *name == *column.name)).collect(),
        None => (0..columns.len()).map(Some).collect(),
    };
    for (at, name) in header.iter().flatten().enumerate() {
        if schema.open && schema.column(name).is_none() {
            columns.push(Column::new(name, Type::String));
            origins.push(Some(at));
        }
    }
    let cell = |record: &csv::StringRecord, origin: Option<usize>, ty: Type| {
        let text = origin.and_then(|at| record.get(at)).unwrap_or_default();
        match ty {
            Type::Dynamic => convert::parse_dynamic(text),
            _ => convert::convert(&Value::string(text), Type::String, ty),
        }
    };
    let row = |record: &csv::StringRecord| columns.iter().zip(&origins).map(|(column, origin)| cell(record, *origin, column.ty)).collect();
    Ok(Table { rows: records.iter().map(row).collect(), columns })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::json::to_json;

    fn check(content: &str, format: Format, columns: &[(&str, Type)], expected: &str) {
        let schema = Schema { columns: columns.iter().map(|(name, ty)| Column::new(name, *ty)).collect(), open: columns.is_empty() };
        let table = read(content, format, &schema).expect("readable");
        let rows: Vec<Vec<Json>> = table
            .rows
            .iter()
            .map(|row| row.iter().zip(&table.columns).map(|(value, column)| to_json(value, column.ty)).collect())
            .collect();
        assert_eq!(serde_json::to_string(&rows).expect("JSON"), expected, "{content}");
    }

    #[test]
    fn documents_stand_in_lines_or_in_an_array() {
        check("{\"a\":1}\n{\"a\":2}\n", Format::Json, &[], "[[1],[2]]");
        check("[{\"a\":1},{\"b\":\"x\"}]", Format::Json, &[], "[[1,\"\"],[null,\"x\"]]");
    }

    #[test]
    fn a_schema_types_the_cells_and_picks_the_columns() {
        check("{\"n\":\"7\",\"z\":1}", Format::Json, &[("n", Type::Long), ("t", Type::String)], "[[7,\"\"]]");
    }

    #[test]
    fn records_go_by_header_or_by_position() {
        check("n,t\n7,x\n", Format::Csv, &[("t", Type::String), ("n", Type::Long)], "[[\"x\",7]]");
        check("7,x\n", Format::Csv, &[("n", Type::Long), ("t", Type::String)], "[[7,\"x\"]]");
    }
}
