//! What a query reads: `--data NAME=FILE`, standard input, and the tables of a batch line.

use crate::cli::pieces::{self, Source};
use crate::cli::{Failure, input};
use crate::eval::lines::Lines;
use crate::eval::table_io::{self, Format};
use crate::eval::world::{File, World};
use crate::eval::{Provider, Refusal, Rows, Table};
use crate::ir::{Column, Schema, TableSource};
use crate::schema::Catalog;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Tables by name; what is no table (watchlists, URLs, saved functions) by file.
#[derive(Debug, Default)]
pub(super) struct Data {
    /// Tables, read while they are scanned wherever that can be.
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

    /// Reads what `--data` names. Files of one name are one table; an argument without `NAME=` is the table that its file is called
    /// after, or the one table that the query reads (`reads`) and nothing else gives.
    pub(super) fn load(arguments: &[String], reads: &BTreeSet<String>, catalog: &Catalog) -> Result<Self, Failure> {
        let mut data = Self::default();
        for (name, paths) in &by_name(arguments, reads) {
            data.add(name, paths, catalog)?;
        }
        Ok(data)
    }

    fn add(&mut self, name: &str, paths: &[&str], catalog: &Catalog) -> Result<(), Failure> {
        let known = catalog.table(name).map(|table| table.columns).unwrap_or_default();
        let is_table = !name.contains("://");
        if is_table && let Some(lines) = pieces::table(paths, &known)? {
            let lines = Arc::new(lines);
            self.tables.insert(Arc::from(name), Rows::Lines(Arc::clone(&lines), None));
            self.documents.push(Documents::Lines(lines));
            return Ok(());
        }
        for path in paths {
            self.add_whole(name, path, &known)?;
        }
        Ok(())
    }

    /// Adds what is read as a whole: external data, and files without rows.
    fn add_whole(&mut self, name: &str, path: &str, known: &[Column]) -> Result<(), Failure> {
        let broken = |refusal: Refusal| Failure::new(format!("cannot read `{path}`: {}", refusal.message));
        let content = content(path)?;
        let format = Format::detect(path, &content);
        self.world.external.insert(name.to_owned(), File { name: path.to_owned(), content: Arc::from(content.as_str()) });
        if name.contains("://") {
            return Ok(());
        }
        if format == Format::Json {
            self.documents.push(Documents::Held(table_io::documents(&content).map_err(broken)?));
        }
        let table = table_io::read(&content, format, &Schema { columns: known.to_vec(), open: true }).map_err(broken)?;
        self.tables.entry(Arc::from(name)).or_insert_with(|| table.into());
        Ok(())
    }

    /// Returns those of `names` that there are no rows for.
    pub(super) fn missing<'n>(&self, names: &'n BTreeSet<String>) -> Vec<&'n str> {
        names.iter().map(String::as_str).filter(|name| !self.tables.contains_key(*name)).collect()
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

    /// Returns the events where they come as lines of one source, which can be read again and again.
    pub(super) fn lines(&self) -> Option<&Arc<Lines>> {
        match self.documents.as_slice() {
            [Documents::Lines(lines)] => Some(lines),
            _ => None,
        }
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
    let bytes = Source::open(path)?.bytes()?;
    crate::source::decode_data(&bytes).map_err(|fault| Failure::new(format!("cannot read `{path}`: {}", fault.message)))
}

/// Gives each argument its table, in the order of the arguments.
fn by_name<'a>(arguments: &'a [String], reads: &'a BTreeSet<String>) -> Vec<(&'a str, Vec<&'a str>)> {
    let named = |argument: &'a String| match argument.split_once('=') {
        Some((name, path)) => (Some(name), path),
        None => (Some(stem(argument)).filter(|name| reads.contains(*name)), argument.as_str()),
    };
    let arguments: Vec<(Option<&str>, &str)> = arguments.iter().map(named).collect();
    let mut asked = reads.iter().map(String::as_str).filter(|name| arguments.iter().all(|(given, _)| given != &Some(*name)));
    let only = asked.next().filter(|_| asked.next().is_none());
    let mut tables: Vec<(&str, Vec<&str>)> = Vec::new();
    for (name, path) in arguments {
        let name = name.or(only).unwrap_or_else(|| stem(path));
        match tables.iter_mut().find(|(known, _)| *known == name) {
            Some((_, paths)) => paths.push(path),
            None => tables.push((name, vec![path])),
        }
    }
    tables
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
    use super::{by_name, stem};

    /// Tables as `name: paths`, given what a query reads and what the command line gives.
    fn check(reads: &[&str], arguments: &[&str], expected: &str) {
        let (reads, arguments) =
            (reads.iter().map(ToString::to_string).collect(), arguments.iter().map(ToString::to_string).collect::<Vec<_>>());
        let tables: Vec<String> = by_name(&arguments, &reads).iter().map(|(name, paths)| format!("{name}: {}", paths.join(" "))).collect();
        assert_eq!(tables.join("; "), expected);
    }

    #[test]
    fn data_without_a_name_are_what_the_query_still_asks_for() {
        check(&["T"], &["-"], "T: -");
        check(&["Input"], &["-"], "Input: -");
        check(&["T"], &["a.csv", "b.csv"], "T: a.csv b.csv");
        check(&["T", "U"], &["U=x.csv", "a.csv"], "U: x.csv; T: a.csv");
        check(&["T", "a"], &["a.csv"], "a: a.csv");
        check(&["T", "U"], &["a.csv"], "a: a.csv");
        check(&["T"], &["T=a.csv", "T=b.csv", "c.csv"], "T: a.csv b.csv; c: c.csv");
    }

    #[test]
    fn data_without_a_name_is_named_after_its_file() {
        assert_eq!(stem("logs/SigninLogs.ndjson.gz"), "SigninLogs");
        assert_eq!(stem("-"), "Input");
    }
}
