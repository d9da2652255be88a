//! What a query reads: `--data NAME=FILE`, standard input, and the tables of a batch line.

use crate::cli::pieces::Source;
use crate::cli::{Failure, input};
use crate::eval::lines::Lines;
use crate::eval::table_io::{self, Format};
use crate::eval::world::{File, World};
use crate::eval::{Provider, Refusal, Rows, Table};
use crate::ir::{Schema, TableSource};
use crate::schema::Catalog;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Tables by name; what is no table (watchlists, URLs, saved functions) by file.
#[derive(Debug, Default)]
pub(super) struct Data {
    /// Tables: JSON Lines are read when they are scanned, everything else is held.
    tables: BTreeMap<Arc<str>, Rows>,
    /// Rows as documents, for event languages.
    documents: Vec<Documents>,
    world: World,
}

/// The documents of a file.
#[derive(Debug)]
enum Documents {
    Held(Vec<Json>),
    Lines(Arc<Lines>),
}

/// The name that standard input has where `--data` gives none.
const STDIN_NAME: &str = "Input";

impl Data {
    /// Holds tables only.
    pub(super) fn of_tables(tables: BTreeMap<Arc<str>, Arc<Table>>) -> Self {
        Self { tables: tables.into_iter().map(|(name, table)| (name, Rows::all(table))).collect(), ..Self::default() }
    }

    /// Reads what `--data` names. An argument without `NAME=` takes its name from the file.
    pub(super) fn load(arguments: &[String], catalog: &Catalog) -> Result<Self, Failure> {
        let mut data = Self::default();
        for argument in arguments {
            let (name, path) = argument.split_once('=').map_or_else(|| (stem(argument), argument.as_str()), |(name, path)| (name, path));
            data.add(name, path, catalog)?;
        }
        Ok(data)
    }

    fn add(&mut self, name: &str, path: &str, catalog: &Catalog) -> Result<(), Failure> {
        let known = catalog.table(name).map(|table| table.columns).unwrap_or_default();
        let broken = |refusal: Refusal| Failure::new(format!("cannot read `{path}`: {}", refusal.message));
        let source = Arc::new(Source::open(path)?);
        let is_table = !name.contains("://");
        if is_table && let Some(lines) = Lines::new(Arc::clone(&source) as _, known.clone()).map_err(broken)? {
            let lines = Arc::new(lines);
            self.tables.insert(Arc::from(name), Rows::Lines(Arc::clone(&lines), None));
            self.documents.push(Documents::Lines(lines));
            return Ok(());
        }
        let content = decoded(path, &source.bytes()?)?;
        let format = Format::detect(path, &content);
        let file = File { name: path.to_owned(), content: Arc::from(content.as_str()) };
        self.world.external.insert(name.to_owned(), file.clone());
        if !is_table {
            return Ok(());
        }
        if format == Format::Json {
            self.documents.push(Documents::Held(table_io::documents(&content).map_err(broken)?));
        }
        let table = table_io::read(&content, format, &Schema { columns: known, open: true }).map_err(broken)?;
        self.tables.insert(Arc::from(name), table.into());
        self.world.watchlists.insert(name.to_owned(), file);
        Ok(())
    }

    /// Returns the columns of every table.
    pub(super) fn schemas(&self) -> BTreeMap<Arc<str>, Schema> {
        self.tables.iter().map(|(name, rows)| (Arc::clone(name), Schema::closed(rows.columns().to_vec()))).collect()
    }

    /// Looks at all lines for columns and types that the first ones do not show.
    pub(super) fn complete(&mut self) -> Result<(), Refusal> {
        for rows in self.tables.values_mut() {
            if let Rows::Lines(lines, _) = rows {
                *lines = Arc::new(lines.complete()?);
            }
        }
        Ok(())
    }

    /// Adds documents that are in memory.
    pub(super) fn add_documents(&mut self, documents: Vec<Json>) {
        self.documents.push(Documents::Held(documents));
    }

    /// Returns all rows as documents.
    pub(super) fn documents(&self) -> Result<Vec<Json>, Refusal> {
        let mut all = Vec::new();
        for documents in &self.documents {
            match documents {
                Documents::Held(held) => all.extend(held.iter().cloned()),
                Documents::Lines(lines) => all.extend(lines.documents()?),
            }
        }
        Ok(all)
    }
}

impl Provider for Data {
    fn scan(&self, source: &TableSource, schema: &Schema) -> Result<Option<Rows>, Refusal> {
        let by_name = match source {
            TableSource::Table(name) | TableSource::Function { name, .. } | TableSource::Watchlist(name) => self.tables.get(name),
            // Documents given to a query belong to whatever index it asks for.
            TableSource::Index(_) => return Ok(Some(table_io::from_events(&self.documents()?).into())),
            TableSource::LogSource { .. } | TableSource::External { .. } => None,
        };
        match by_name {
            Some(rows) => Ok(Some(rows.clone())),
            None => self.world.scan(source, schema),
        }
    }
}

/// The text of a data file, unpacked.
pub(in crate::cli) fn content(path: &str) -> Result<String, Failure> {
    decoded(path, &Source::open(path)?.bytes()?)
}

fn decoded(path: &str, bytes: &[u8]) -> Result<String, Failure> {
    crate::source::decode_data(bytes).map_err(|fault| Failure::new(format!("cannot read `{path}`: {}", fault.message)))
}

/// `logs/SigninLogs.ndjson.gz` → `SigninLogs`.
pub(in crate::cli) fn stem(path: &str) -> &str {
    if path == input::STDIN {
        return STDIN_NAME;
    }
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    file.split('.').next().unwrap_or(file)
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn data_without_a_name_is_named_after_its_file() {
        assert_eq!(stem("logs/SigninLogs.ndjson.gz"), "SigninLogs");
        assert_eq!(stem("-"), "Input");
    }
}
