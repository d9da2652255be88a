//! What a query is bound against: the catalog, tables and functions with known columns, and parameters.
//!
//! Loading fixtures or configuration is not done here.

use crate::ir::{Schema, Type, Value};
use crate::schema::Catalog;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The world around a query.
#[derive(Clone, Debug)]
pub struct Environment<'a> {
    /// Tables, saved functions and fields that are known in general.
    pub catalog: &'a Catalog,
    /// Tables with their columns, which hide those of the catalog: a fixture's or a batch line's.
    pub tables: BTreeMap<Arc<str>, Schema>,
    /// Saved functions with the columns that they return.
    pub functions: BTreeMap<Arc<str>, Schema>,
    /// Watchlists by alias.
    pub watchlists: BTreeMap<Arc<str>, Schema>,
    /// Query parameters, for instance those of a saved function whose body is bound.
    pub parameters: Vec<Parameter>,
    /// Whether a table that nobody knows may still exist (custom logs): a warning and open columns instead of an error.
    pub open: bool,
}

/// A query parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: Arc<str>,
    /// Its type.
    pub ty: Type,
    /// Its value; without one the query can be bound but not run.
    pub value: Option<Value>,
}

impl<'a> Environment<'a> {
    /// Builds an environment that knows the catalog only.
    pub fn new(catalog: &'a Catalog) -> Self {
        Self {
            catalog,
            tables: BTreeMap::new(),
            functions: BTreeMap::new(),
            watchlists: BTreeMap::new(),
            parameters: Vec::new(),
            open: true,
        }
    }

    /// Returns the columns of a table, from the environment first and then from the catalog.
    pub fn table(&self, name: &str) -> Option<Schema> {
        let known = self.tables.get(name).cloned();
        known.or_else(|| self.catalog.table(name).map(|table| Schema::closed(table.columns)))
    }

    /// Tells whether a table of that name is known.
    pub fn has_table(&self, name: &str) -> bool {
        self.tables.contains_key(name) || self.catalog.has_table(name)
    }

    /// Returns what a saved function returns; open where only its name is known.
    pub fn function(&self, name: &str) -> Option<Schema> {
        if let Some(schema) = self.functions.get(name) {
            return Some(schema.clone());
        }
        let function = self.catalog.function(name)?;
        Some(function.columns.map_or_else(Schema::unknown, Schema::closed))
    }
}
