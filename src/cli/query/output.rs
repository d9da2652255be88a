//! Rows as a table for people, and as JSON, CSV or markdown.

use crate::cli::Failure;
use crate::eval::{Table, json};
use crate::ir::{Column, Type, Value, convert};
use crate::report::markdown;
use clap::ValueEnum;
use comfy_table::{CellAlignment, ContentArrangement, Table as Drawn, presets};
use serde_json::Value as Json;

/// How rows are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Drawn for people
    Table,
    /// One JSON object a row
    Json,
    /// Comma-separated values with a header
    Csv,
    /// A markdown table
    Md,
}

impl Format {
    /// Renders rows. Times lose nothing in any form.
    pub(super) fn render(self, table: &Table) -> Result<String, Failure> {
        match self {
            Self::Table => Ok(drawn(table)),
            Self::Json => Ok(table.rows.iter().map(|row| format!("{}\n", object(&table.columns, row))).collect()),
            Self::Csv => csv(table),
            Self::Md => Ok(markdown_table(table)),
        }
    }
}

/// A row as the `--batch` protocol has cells, by column name.
fn object(columns: &[Column], row: &[Value]) -> Json {
    columns.iter().zip(row).map(|(column, value)| (column.name.to_string(), json::to_json(value, column.ty))).collect()
}

fn cell(value: &Value, ty: Type) -> String {
    match value {
        Value::Array(_) | Value::Object(_) => crate::ir::json::print(value),
        _ => convert::to_text(value, ty),
    }
}

fn drawn(table: &Table) -> String {
    let mut drawn = Drawn::new();
    drawn.load_preset(presets::UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic);
    drawn.set_header(table.columns.iter().map(|column| column.name.as_ref()));
    for row in &table.rows {
        drawn.add_row(row.iter().zip(&table.columns).map(|(value, column)| cell(value, column.ty)));
    }
    for (column, known) in drawn.column_iter_mut().zip(&table.columns) {
        if known.ty.is_numeric() {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    format!("{drawn}\n")
}

fn csv(table: &Table) -> Result<String, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = writer.write_record(table.columns.iter().map(|column| column.name.as_ref()));
    let rows = table.rows.iter().map(|row| row.iter().zip(&table.columns).map(|(value, column)| cell(value, column.ty)));
    let written = header.and_then(|()| rows.into_iter().try_for_each(|row| writer.write_record(row)));
    let failed = |error: &dyn std::fmt::Display| Failure::new(format!("cannot write CSV: {error}"));
    written.map_err(|error| failed(&error))?;
    let bytes = writer.into_inner().map_err(|error| failed(&error))?;
    String::from_utf8(bytes).map_err(|error| failed(&error))
}

fn markdown_table(table: &Table) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut out = line(table.columns.iter().map(|column| markdown::cell(&column.name)).collect());
    out.push_str(&format!("|{}\n", "---|".repeat(table.columns.len())));
    for row in &table.rows {
        out.push_str(&line(row.iter().zip(&table.columns).map(|(value, column)| markdown::cell(&cell(value, column.ty))).collect()));
    }
    out
}
