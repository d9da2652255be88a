//! What rules read: `--data`, `--watchlist` and `--external`, and the columns that the data themselves show.

use crate::cli::Failure;
use crate::cli::pieces;
use crate::cli::query::data::{content, stem};
use crate::eval::event::with_sigma_names;
use crate::eval::lines::{self, Lines};
use crate::eval::table_io::from_documents;
use crate::eval::world::{File, World};
use crate::eval::{Provider, Refusal, Rows, Settings};
use crate::fixtures::events::dialect_of;
use crate::fixtures::events_of;
use crate::ir::{Column, Dialect, Op, Plan, Schema, TableSource};
use crate::schema::{self, Catalog, SavedFunction};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// All data of a run. Tables in forms that come in pieces are read while a rule scans them, or once if rules run again and again.
#[derive(Debug)]
pub(super) struct Data {
    world: World,
    lines: BTreeMap<String, Arc<Lines>>,
    /// Names that `--data` gave.
    names: Vec<String>,
    /// How tables are read that are held; `None` where each is scanned as a stream.
    holding: Option<Settings>,
    built: Mutex<HashMap<String, Option<Rows>>>,
}

impl Data {
    /// Holds no data yet. With `holding`, what a rule reads of a table is read once and held.
    pub(super) fn new(holding: Option<Settings>) -> Self {
        let (world, lines, names, built) = (World::default(), BTreeMap::new(), Vec::new(), Mutex::default());
        Self { world, lines, names, holding, built }
    }

    /// Reads the files.
    pub(super) fn load(&mut self, data: &[String], watchlists: &[String], external: &[String]) -> Result<(), Failure> {
        for argument in data {
            let (name, path) = argument.split_once('=').unwrap_or_else(|| (stem(argument), argument));
            self.names.push(name.to_owned());
            self.add(name, path)?;
        }
        for argument in watchlists {
            let (alias, path) = named(argument, "--watchlist", "ALIAS=FILE")?;
            self.world.watchlists.insert(alias.to_owned(), file(path)?);
        }
        for argument in external {
            let (url, path) = named(argument, "--external", "URL=FILE")?;
            self.world.external.insert(url.to_owned(), file(path)?);
        }
        Ok(())
    }

    fn add(&mut self, name: &str, path: &str) -> Result<(), Failure> {
        let is_new = !self.world.events.contains_key(name) && !self.lines.contains_key(name);
        if is_new && dialect_of(name) == Dialect::Kql {
            let known = crate::cli::workspace::context()?.catalog.table(name).map(|table| table.columns).unwrap_or_default();
            if let Some(lines) = pieces::table(&[path], &known)? {
                self.lines.insert(name.to_owned(), Arc::new(lines));
                return Ok(());
            }
        }
        // Several files of one name are one table.
        if let Some(lines) = self.lines.remove(name) {
            let events = lines.documents().map_err(|refusal| Failure::new(refusal.message))?;
            self.world.events.insert(name.to_owned(), events);
        }
        let file = file(path)?;
        let events = events_of(&file).map_err(|why| Failure::new(format!("cannot read `{path}`: {why}")))?;
        if let Some(number) = events.iter().position(|event| !event.is_object()) {
            return Err(Failure::new(format!("`{path}`: event {} is no JSON object", number + 1)));
        }
        // A Windows event nests its fields; Sigma rules name them alone.
        let events = events.into_iter().map(|event| if dialect_of(name) == Dialect::Sigma { with_sigma_names(event) } else { event });
        self.world.events.entry(name.to_owned()).or_default().extend(events);
        Ok(())
    }

    /// Returns what is known of tables, the columns of the data included: a custom table is one that there are events of.
    pub(super) fn catalog(&self, known: &Catalog) -> Catalog {
        let mut catalog = known.clone();
        for (name, events) in &self.world.events {
            add_table(&mut catalog, name, from_documents(events, &Schema::unknown()).columns);
        }
        for (name, lines) in &self.lines {
            add_table(&mut catalog, name, lines.columns().to_vec());
        }
        catalog
    }

    /// Looks at all lines for columns and types that the first ones do not show.
    pub(super) fn complete(&mut self) -> Result<(), Refusal> {
        for lines in self.lines.values_mut() {
            *lines = Arc::new(lines.complete()?);
        }
        self.forget();
        Ok(())
    }

    /// Forgets the tables that are held: the next rule reads other columns.
    pub(super) fn forget(&self) {
        self.built.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn read(&self, source: &TableSource, schema: &Schema) -> Result<Option<Rows>, Refusal> {
        let lines = match source {
            TableSource::Table(name) | TableSource::Function { name, .. } => self.lines.get(&**name),
            _ => None,
        };
        match (lines, &self.holding) {
            (Some(lines), Some(settings)) => Ok(Some(lines::read(lines, schema, settings)?.into())),
            (Some(lines), None) => Ok(Some(Rows::Lines(Arc::clone(lines), None))),
            (None, _) => self.world.scan(source, schema),
        }
    }

    /// Returns the names of data that a plan reads.
    pub(super) fn read_by(&self, plan: &Arc<Plan>) -> Vec<&str> {
        let sources = sources(plan);
        self.names.iter().map(String::as_str).filter(|name| sources.iter().any(|source| feeds(name, source))).collect()
    }

    /// Returns the sources of a plan that there are no data for, as messages name them, and whether they count as empty: an unknown
    /// table is refused.
    pub(super) fn missing(&self, plan: &Arc<Plan>, known: &Catalog) -> Vec<(String, bool)> {
        let is_fed = |source: &TableSource| self.names.iter().any(|name| feeds(name, source));
        let name = |source: &TableSource| match source {
            TableSource::Table(name) => Some((name.to_string(), known.has_table(name))),
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
    fn scan(&self, source: &TableSource, schema: &Schema) -> Result<Option<Rows>, Refusal> {
        let key = format!("{source:?} {schema:?}");
        // A poisoned lock holds whole tables all the same: they are inserted in one step. Who comes second waits, and finds the table.
        let mut built = self.built.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = built.get(&key) {
            return Ok(known.clone());
        }
        let rows = self.read(source, schema)?;
        built.insert(key, rows.clone());
        Ok(rows)
    }
}

/// Adds a table with the columns of its events to those that the catalog knows.
fn add_table(catalog: &mut Catalog, name: &str, shown: Vec<Column>) {
    let mut columns = catalog.table(name).map(|table| table.columns).unwrap_or_default();
    let is_function = columns.is_empty() && catalog.function(name).is_some();
    let further: Vec<Column> = shown.into_iter().filter(|column| columns.iter().all(|known| known.name != column.name)).collect();
    columns.extend(further);
    if !is_function {
        catalog.add_table(schema::Table { name: Arc::from(name), columns: columns.clone() });
    }
    let parameters = catalog.function(name).map(|function| function.parameters).unwrap_or_default();
    catalog.add_function(SavedFunction { name: Arc::from(name), parameters, columns: Some(columns) });
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
    let has_rows = |rows: Rows| matches!(rows, Rows::Table(_, range) if !range.is_empty());
    world.scan(source, &Schema::unknown()).is_ok_and(|rows| rows.is_some_and(has_rows))
}
