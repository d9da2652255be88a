//! What a query reads: `--data NAME=FILE`, standard input, and the tables of a batch line.

use crate::cli::{Failure, input};
use crate::eval::table_io::{self, Format};
use crate::eval::world::{File, World};
use crate::eval::{Provider, Refusal, Table};
use crate::ir::{Schema, TableSource};
use crate::schema::Catalog;
use flate2::read::MultiGzDecoder;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::io::Read as _;
use std::sync::Arc;

/// Tables by name; what is no table (watchlists, URLs, saved functions) by file.
#[derive(Debug, Default)]
pub(super) struct Data {
    /// Tables with their columns.
    pub tables: BTreeMap<Arc<str>, Arc<Table>>,
    /// Their rows as documents, for event languages.
    pub documents: Vec<Json>,
    world: World,
}

/// The first bytes of gzip.
const GZIP: [u8; 2] = [0x1F, 0x8B];

/// The name that standard input has where `--data` gives none.
const STDIN_NAME: &str = "Input";

impl Data {
    /// Holds tables only.
    pub(super) fn of_tables(tables: BTreeMap<Arc<str>, Arc<Table>>) -> Self {
        Self { tables, ..Self::default() }
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
        let content = content(path)?;
        let broken = |refusal: Refusal| Failure::new(format!("cannot read `{path}`: {}", refusal.message));
        let format = Format::detect(path, &content);
        let file = File { name: path.to_owned(), content: Arc::from(content.as_str()) };
        self.world.external.insert(name.to_owned(), file.clone());
        if name.contains("://") {
            return Ok(());
        }
        if format == Format::Json {
            self.documents.extend(table_io::documents(&content).map_err(broken)?);
        }
        let known = catalog.table(name).map(|table| table.columns).unwrap_or_default();
        let table = table_io::read(&content, format, &Schema { columns: known, open: true }).map_err(broken)?;
        self.tables.insert(Arc::from(name), Arc::new(table));
        self.world.watchlists.insert(name.to_owned(), file);
        Ok(())
    }

    /// Returns the columns of every table.
    pub(super) fn schemas(&self) -> BTreeMap<Arc<str>, Schema> {
        let schema = |table: &Table| Schema::closed(table.columns.clone());
        self.tables.iter().map(|(name, table)| (Arc::clone(name), schema(table))).collect()
    }
}

impl Provider for Data {
    fn scan(&self, source: &TableSource, schema: &Schema, wanted: Option<&[Arc<str>]>) -> Result<Option<Arc<Table>>, Refusal> {
        if let TableSource::Table(name) | TableSource::Function { name, .. } = source
            && let Some(table) = self.tables.get(name)
        {
            return Ok(Some(Arc::clone(table)));
        }
        match source {
            // Documents given to a query belong to whatever index it asks for.
            TableSource::Index(_) => Ok(Some(Arc::new(table_io::from_events(&self.documents)))),
            TableSource::Watchlist(name) if self.tables.contains_key(name) => Ok(self.tables.get(name).cloned()),
            _ => self.world.scan(source, schema, wanted),
        }
    }
}

/// The text of a data file, unpacked.
pub(in crate::cli) fn content(path: &str) -> Result<String, Failure> {
    let bytes = input::bytes(path)?;
    let bytes = if bytes.starts_with(&GZIP) {
        let mut all = Vec::new();
        MultiGzDecoder::new(bytes.as_slice())
            .read_to_end(&mut all)
            .map_err(|error| Failure::new(format!("cannot unpack `{path}`: {error}")))?;
        all
    } else {
        bytes
    };
    crate::source::decode(&bytes).map_err(|fault| Failure::new(format!("cannot read `{path}`: {}", fault.message)))
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
