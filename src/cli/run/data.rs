//! What rules read: `--data`, `--watchlist` and `--external`, and the columns that the data themselves show.

use crate::cli::Failure;
use crate::cli::query::data::{content, stem};
use crate::eval::table_io::from_documents;
use crate::eval::world::{File, World};
use crate::eval::{Provider, Refusal, Table};
use crate::fixtures::events_of;
use crate::ir::{Column, Op, Plan, Schema, TableSource};
use crate::schema::{self, Catalog, SavedFunction};
use serde_json::{Value as Json, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// All data of a run. Tables are built once, however often rules run.
#[derive(Debug, Default)]
pub(super) struct Data {
    world: World,
    /// Names that `--data` gave.
    names: Vec<String>,
    built: Mutex<HashMap<String, Option<Arc<Table>>>>,
}

impl Data {
    /// Reads the files.
    pub(super) fn load(data: &[String], watchlists: &[String], external: &[String]) -> Result<Self, Failure> {
        let mut loaded = Self::default();
        for argument in data {
            let (name, path) = argument.split_once('=').unwrap_or_else(|| (stem(argument), argument));
            let file = file(path)?;
            let events = events_of(&file).map_err(|why| Failure::new(format!("cannot read `{path}`: {why}")))?;
            if let Some(number) = events.iter().position(|event| !event.is_object()) {
                return Err(Failure::new(format!("`{path}`: event {} is no JSON object", number + 1)));
            }
            loaded.names.push(name.to_owned());
            loaded.world.events.entry(name.to_owned()).or_default().extend(events);
        }
        for argument in watchlists {
            let (alias, path) = named(argument, "--watchlist", "ALIAS=FILE")?;
            loaded.world.watchlists.insert(alias.to_owned(), file(path)?);
        }
        for argument in external {
            let (url, path) = named(argument, "--external", "URL=FILE")?;
            loaded.world.external.insert(url.to_owned(), file(path)?);
        }
        Ok(loaded)
    }

    /// Returns what is known of tables, the columns of the data included: a custom table is one that there are events of.
    pub(super) fn catalog(&self) -> Catalog {
        let mut catalog = Catalog::default();
        for (name, events) in &self.world.events {
            let mut columns = catalog.table(name).map(|table| table.columns).unwrap_or_default();
            let is_function = columns.is_empty() && catalog.function(name).is_some();
            let shown = from_documents(events, &Schema::unknown()).columns;
            let further: Vec<Column> = shown.into_iter().filter(|column| columns.iter().all(|known| known.name != column.name)).collect();
            columns.extend(further);
            if !is_function {
                catalog.add_table(schema::Table { name: Arc::from(name.as_str()), columns: columns.clone() });
            }
            let parameters = catalog.function(name).map(|function| function.parameters).unwrap_or_default();
            catalog.add_function(SavedFunction { name: Arc::from(name.as_str()), parameters, columns: Some(columns) });
        }
        catalog
    }

    /// Returns the names of data that a plan reads.
    pub(super) fn read_by(&self, plan: &Arc<Plan>) -> Vec<&str> {
        let sources = sources(plan);
        self.names.iter().map(String::as_str).filter(|name| sources.iter().any(|source| feeds(name, source))).collect()
    }

    /// Returns the sources of a plan that there are no data for, as messages name them, and whether they count as empty: an unknown
    /// table is refused.
    pub(super) fn missing(&self, plan: &Arc<Plan>) -> Vec<(String, bool)> {
        let is_fed = |source: &TableSource| self.names.iter().any(|name| feeds(name, source));
        let name = |source: &TableSource| match source {
            TableSource::Table(name) => Some((name.to_string(), Catalog::builtin().has_table(name))),
            TableSource::Index(patterns) => Some((patterns.join(", "), true)),
            TableSource::LogSource { category, product, service } => {
                let parts: Vec<&str> = [product, category, service].into_iter().flatten().map(|part| &**part).collect();
                Some((parts.join("/"), true))
            }
            // What else is missing is refused when it is read.
            TableSource::Watchlist(_) | TableSource::Function { .. } | TableSource::External { .. } => None,
        };
        sources(plan).into_iter().filter(|source| !is_fed(source)).filter_map(|source| name(&source)).collect()
    }

    /// Returns the names that `--data` gave.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }
}

impl Provider for Data {
    fn scan(&self, source: &TableSource, schema: &Schema, wanted: Option<&[Arc<str>]>) -> Result<Option<Arc<Table>>, Refusal> {
        let key = format!("{source:?} {schema:?}");
        // A poisoned lock holds whole tables all the same: they are inserted in one step.
        if let Some(known) = self.built.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(known.clone());
        }
        let table = self.world.scan(source, schema, wanted)?;
        self.built.lock().unwrap_or_else(PoisonError::into_inner).insert(key, table.clone());
        Ok(table)
    }
}

fn named<'a>(argument: &'a str, option: &str, form: &str) -> Result<(&'a str, &'a str), Failure> {
    // A URL may hold `=`; the file is behind the last one.
    argument
        .rsplit_once('=')
        .ok_or_else(|| Failure::new(format!("`{option} {argument}` names no file")).with_help(format!("write {option} {form}")))
}

fn file(path: &str) -> Result<File, Failure> {
    Ok(File { name: path.to_owned(), content: Arc::from(content(path)?) })
}

/// Everything that a plan reads.
fn sources(plan: &Arc<Plan>) -> Vec<TableSource> {
    let mut found: Vec<TableSource> = Vec::new();
    plan.walk(&mut |node| {
        if let Op::Scan(source) = &node.op
            && !found.contains(source)
        {
            found.push(source.clone());
        }
    });
    found
}

/// Tells whether events of that name are rows of a source.
fn feeds(name: &str, source: &TableSource) -> bool {
    let mut world = World::default();
    world.add(name, Json::Object(serde_json::Map::from_iter([("_".to_owned(), json!(1))])));
    world.scan(source, &Schema::unknown(), None).is_ok_and(|table| table.is_some_and(|table| !table.rows.is_empty()))
}
