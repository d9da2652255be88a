//! How a source hands over its rows: all at once, or in pieces that are read while they are needed.

use super::Table;
use super::documents::Documents;
use super::lines::Lines;
use crate::ir::Column;
use std::ops::Range;
use std::sync::Arc;

/// The rows of a source.
#[derive(Clone, Debug)]
pub enum Rows {
    /// Rows in memory: those of a table that lie in a range.
    Table(Arc<Table>, Range<usize>),
    /// Lines of JSON, read as often as a plan scans them.
    Lines(Arc<Lines>, Option<Window>),
    /// Lines of JSON as events, of which a plan reads some fields.
    Documents(Documents),
}

/// A stretch of time, both ends included. Rows without a time are not events and lie in every window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// The column that holds the time.
    pub column: Arc<str>,
    /// The start, in ticks.
    pub from: i64,
    /// The end, in ticks.
    pub to: i64,
}

impl Rows {
    /// Hands over all rows of a table.
    pub fn all(table: Arc<Table>) -> Self {
        let range = 0..table.rows.len();
        Self::Table(table, range)
    }

    /// Returns the columns.
    pub fn columns(&self) -> &[Column] {
        match self {
            Self::Table(table, _) => &table.columns,
            Self::Lines(lines, _) => lines.columns(),
            Self::Documents(documents) => documents.columns(),
        }
    }
}

impl From<Table> for Rows {
    fn from(table: Table) -> Self {
        Self::all(Arc::new(table))
    }
}

impl Window {
    /// Tells whether a time lies in the window.
    pub fn holds(&self, time: Option<i64>) -> bool {
        time.is_none_or(|time| (self.from..=self.to).contains(&time))
    }
}
