//! Rows as a table for people, and as JSON, CSV or markdown.

use crate::cli::{Failure, terminal};
use crate::eval::{Table, json};
use crate::ir::{Column, Type, Value, convert};
use crate::report::json::json_line;
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
            Self::Table => Ok(drawn(table, None).0),
            Self::Json => Ok(table.rows.iter().map(|row| json_line(&object(&table.columns, row))).collect()),
            Self::Csv => csv(table),
            Self::Md => Ok(markdown_table(table)),
        }
    }
}

/// Bytes that are written at a time.
const PART: usize = 1 << 20;

/// Events that are printed, a line each, while more are looked for.
#[derive(Debug, Default)]
pub(super) struct Shown {
    waiting: String,
    /// What went wrong first; nothing is written then.
    failed: Option<Failure>,
}

impl Shown {
    /// Prints an event, now or with those that follow.
    pub(super) fn add(&mut self, line: &[u8]) {
        match serde_json::from_slice::<Json>(line) {
            Ok(event) => self.waiting.push_str(&json_line(&event)),
            Err(_) => self.waiting.extend([&*String::from_utf8_lossy(line), "\n"]),
        }
        if self.waiting.len() >= PART {
            self.write();
        }
    }

    fn write(&mut self) {
        if self.failed.is_none() {
            self.failed = terminal::print(&self.waiting).err();
        }
        self.waiting.clear();
    }

    /// Prints what waits.
    pub(super) fn end(mut self) -> Result<(), Failure> {
        self.write();
        self.failed.map_or(Ok(()), Err)
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

/// More columns than this are drawn only as far as they hold something.
const MANY: usize = 12;
/// A terminal with fewer characters for each column gets a line for each cell.
const NARROW: usize = 7;

/// Draws rows for a terminal of `width` characters. Gives the number of columns too that are left out because they are empty.
pub(super) fn drawn(table: &Table, width: Option<u16>) -> (String, usize) {
    let is_empty = |value: &Value| value.is_null() || *value == Value::from("");
    let holds = |at: usize| table.rows.iter().any(|row| row.get(at).is_some_and(|value| !is_empty(value)));
    let all = 0..table.columns.len();
    let shown: Vec<usize> = all.filter(|at| table.columns.len() <= MANY || table.rows.is_empty() || holds(*at)).collect();
    let empty = table.columns.len() - shown.len();
    let is_narrow = width.is_some_and(|width| usize::from(width) < shown.len() * NARROW);
    let drawn = if is_narrow && !table.rows.is_empty() { by_cell(table, &shown) } else { by_row(table, &shown, width) };
    (drawn, empty)
}

/// The columns at some positions, each with what a row holds there.
fn cells<'t>(table: &'t Table, row: &'t [Value], shown: &'t [usize]) -> impl Iterator<Item = (&'t Column, String)> {
    shown.iter().filter_map(|at| {
        let (column, value) = (table.columns.get(*at)?, row.get(*at)?);
        Some((column, cell(value, column.ty)))
    })
}

fn by_row(table: &Table, shown: &[usize], width: Option<u16>) -> String {
    let mut drawn = Drawn::new();
    drawn.load_preset(presets::UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic);
    if let Some(width) = width {
        drawn.set_width(width);
    }
    let columns: Vec<&Column> = shown.iter().filter_map(|at| table.columns.get(*at)).collect();
    drawn.set_header(columns.iter().map(|column| column.name.as_ref()));
    for row in &table.rows {
        drawn.add_row(cells(table, row, shown).map(|(_, text)| text));
    }
    for (column, known) in drawn.column_iter_mut().zip(columns) {
        if known.ty.is_numeric() {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    format!("{drawn}\n")
}

/// A line for each cell that holds something, below the number of its row.
fn by_cell(table: &Table, shown: &[usize]) -> String {
    let longest = shown.iter().filter_map(|at| table.columns.get(*at)).map(|column| column.name.chars().count()).max().unwrap_or(0);
    let mut out = String::new();
    for (number, row) in table.rows.iter().enumerate() {
        out.push_str(&format!("row {}\n", number + 1));
        for (column, text) in cells(table, row, shown).filter(|(_, text)| !text.is_empty()) {
            out.push_str(&format!("  {:longest$}  {text}\n", column.name));
        }
    }
    out
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

#[cfg(test)]
mod tests {
    use super::{Column, Table, Type, Value, drawn};

    /// A table with `columns` columns of which the first holds something, drawn for a width.
    fn check(columns: usize, width: Option<u16>, expected: &str, left_out: usize) {
        let names = (0..columns).map(|number| Column::new(format!("c{number}"), Type::String)).collect();
        let row = (0..columns).map(|number| Value::from(if number == 0 { "x" } else { "" })).collect();
        assert_eq!(drawn(&Table { columns: names, rows: vec![row] }, width), (expected.to_owned(), left_out));
    }

    #[test]
    fn wide_tables_fit_a_narrow_terminal() {
        check(1, None, "┌────┐\n│ c0 │\n╞════╡\n│ x  │\n└────┘\n", 0);
        check(100, None, "┌────┐\n│ c0 │\n╞════╡\n│ x  │\n└────┘\n", 99);
        check(12, Some(40), "row 1\n  c0   x\n", 0);
    }
}
