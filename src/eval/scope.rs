//! Names to slots: which columns an expression sees.

use super::expr::WindowCall;
use super::{ABSENT, DOCUMENT};
use crate::ir::{Column, Type};

/// The columns that an expression sees, and what it leaves for its operator to do.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    columns: &'a [Column],
    document: Option<usize>,
    /// Window calls found so far, if the operator can run them. The k-th one fills the slot after the columns and k others.
    pub(super) windows: Option<Vec<WindowCall>>,
}

impl<'a> Scope<'a> {
    /// Opens a scope over these columns.
    pub(super) fn new(columns: &'a [Column]) -> Self {
        Self { columns, document: columns.iter().position(|c| &*c.name == DOCUMENT), windows: None }
    }

    /// Opens a scope whose operator can run window functions.
    pub(super) fn windowed(columns: &'a [Column]) -> Self {
        Self { windows: Some(Vec::new()), ..Self::new(columns) }
    }

    /// Returns slot and type of a column.
    pub(super) fn slot(&self, name: &str) -> Option<(usize, Type)> {
        self.columns.iter().enumerate().find(|(_, c)| &*c.name == name).map(|(slot, c)| (slot, c.ty))
    }

    /// Returns the slot of the event document, if rows have one.
    pub(super) fn document(&self) -> Option<usize> {
        self.document
    }

    /// Tells whether a name that is no column is one that all rows lack.
    pub(super) fn is_open(&self) -> bool {
        self.columns.iter().any(|column| column.name.starts_with(ABSENT))
    }

    /// Returns the columns.
    pub(super) fn columns(&self) -> &'a [Column] {
        self.columns
    }

    /// Asks the operator to run a window call and returns the slot of its result; `None` where it cannot.
    pub(super) fn window(&mut self, call: WindowCall) -> Option<usize> {
        let windows = self.windows.as_mut()?;
        windows.push(call);
        Some(self.columns.len() + windows.len() - 1)
    }
}
