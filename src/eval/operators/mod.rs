//! The relational operators, a file a family. Each compiles to columns and a function that pushes rows.

mod aggregate;
mod document_scan;
mod expand;
mod join;
mod line_scan;
mod make_series;
mod nested;
mod parse;
mod parse_kv;
mod rows;
mod sort;
mod sources;
mod union;

pub(super) use aggregate::Calls;
pub(super) use join::free_name;
pub(super) use line_scan::LineScan;
pub(super) use parse::Pattern;
pub(super) use rows::matches_pattern;
pub(super) use sources::literal;

use crate::ir::{Column, Type, Value};
use std::sync::Arc;

/// A row in which nothing has a value.
pub(super) fn empty_row(columns: &[Column]) -> Vec<Value> {
    columns.iter().map(|column| super::expr::settle(Value::Null, column.ty)).collect()
}

/// Puts a column in the place of the one with its name, or behind the others. Returns its position.
pub(super) fn put(columns: &mut Vec<Column>, name: &Arc<str>, ty: Type) -> usize {
    if let Some((position, column)) = columns.iter_mut().enumerate().find(|(_, column)| column.name == *name) {
        column.ty = ty;
        return position;
    }
    columns.push(Column { name: Arc::clone(name), ty });
    columns.len() - 1
}

/// Writes a value into a row.
pub(super) fn set(row: &mut [Value], position: usize, value: Value) {
    if let Some(cell) = row.get_mut(position) {
        *cell = value;
    }
}

#[cfg(test)]
mod tests;
