//! Data in memory: events by table, index or log source, with watchlists and external data beside them.

use super::table_io::{self, Format};
use super::{Provider, Refusal, Rows, Table};
use crate::ir::{Schema, TableSource};
use crate::source::Span;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A file's content with its name, which says its format.
#[derive(Clone, Debug)]
pub struct File {
    /// The name or path.
    pub name: String,
    /// The text.
    pub content: Arc<str>,
}

/// Everything that a rule may read.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// Events by the name of their table, index or log source.
    pub events: BTreeMap<String, Vec<Json>>,
    /// Watchlists by alias.
    pub watchlists: BTreeMap<String, File>,
    /// External data by URL, saved functions by name.
    pub external: BTreeMap<String, File>,
}

impl World {
    /// Adds an event.
    pub fn add(&mut self, source: &str, event: Json) {
        self.events.entry(source.to_owned()).or_default().push(event);
    }

    fn matching(&self, belongs: impl Fn(&str) -> bool) -> Vec<Json> {
        self.events.iter().filter(|(source, _)| belongs(source)).flat_map(|(_, events)| events).cloned().collect()
    }

    fn external(&self, names: &[Arc<str>], schema: &Schema) -> Result<Option<Table>, Refusal> {
        let mut whole: Option<Table> = None;
        for name in names {
            let Some(file) = self.external.get(&**name) else { return Ok(None) };
            let table = read(file, schema)?;
            match &mut whole {
                Some(whole) => whole.rows.extend(table.rows),
                None => whole = Some(table),
            }
        }
        Ok(whole)
    }
}

impl Provider for World {
    fn scan(&self, source: &TableSource, schema: &Schema) -> Result<Option<Rows>, Refusal> {
        let table = match source {
            TableSource::Table(name) => match self.events.get(&**name) {
                Some(events) => Some(table_io::from_documents(events, schema)),
                // A known table without events is empty; an unknown one is missing.
                None if !schema.columns.is_empty() => Some(table_io::from_documents(&[], schema)),
                None => None,
            },
            TableSource::Index(patterns) => Some(table_io::from_events(&self.matching(|index| is_among(patterns, index)))),
            TableSource::LogSource { category, product, service } => {
                let asked = [product, category, service];
                let belongs = |name: &str| asked.into_iter().flatten().all(|part| name.split('/').any(|of_event| *of_event == **part));
                Some(table_io::from_events(&self.matching(belongs)))
            }
            TableSource::Watchlist(alias) => self.watchlists.get(&**alias).map(|file| read(file, schema)).transpose()?,
            TableSource::Function { name, .. } => match self.external.get(&**name) {
                Some(file) => Some(read(file, schema)?),
                None => self.events.get(&**name).map(|events| table_io::from_documents(events, schema)),
            },
            TableSource::External { urls, .. } => self.external(urls, schema)?,
        };
        Ok(table.map(Rows::from))
    }
}

fn read(file: &File, schema: &Schema) -> Result<Table, Refusal> {
    let format = Format::detect(&file.name, &file.content);
    table_io::read(&file.content, format, schema)
        .map_err(|refusal| Refusal::new(refusal.code, Span::default(), format!("{}: {}", file.name, refusal.message)))
}

/// Tells whether an index is one of those that patterns name. A pattern with `-` before it takes indices out again, and `cluster:` before
/// one says where they lie (`elasticsearch/reference/api-conventions`, "Multi-target syntax").
fn is_among(patterns: &[Arc<str>], index: &str) -> bool {
    let mut is_in = false;
    for pattern in patterns {
        let local = pattern.rsplit_once(':').map_or(&**pattern, |(_, local)| local);
        match pattern.strip_prefix('-') {
            Some(excluded) => is_in &= !is_like(excluded, index),
            None => is_in |= is_like(local, index),
        }
    }
    is_in
}

/// Matches an index name against a pattern with `*`.
fn is_like(pattern: &str, name: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let mut last = None;
    for piece in pieces {
        if let Some(middle) = last.replace(piece) {
            match rest.find(middle) {
                Some(at) => rest = rest.get(at + middle.len()..).unwrap_or_default(),
                None => return false,
            }
        }
    }
    last.map_or(rest.is_empty(), |end| rest.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::{is_among, is_like};
    use std::sync::Arc;

    #[test]
    fn a_pattern_may_take_indices_out_again() {
        let patterns = [Arc::from("logs-*"), Arc::from("-logs-test-*")];
        assert!(is_among(&patterns, "logs-aws.cloudtrail-default"));
        assert!(!is_among(&patterns, "logs-test-default"));
    }

    #[test]
    fn index_patterns_match_by_their_stars() {
        for (pattern, name, expected) in [
            ("logs-azure.signinlogs-*", "logs-azure.signinlogs-default", true),
            ("logs-*.signinlogs-*", "logs-azure.signinlogs-default", true),
            ("filebeat-*", "logs-azure.signinlogs-default", false),
            ("filebeat-8", "filebeat-8", true),
            ("filebeat-8", "filebeat-88", false),
            ("*", "anything", true),
        ] {
            assert_eq!(is_like(pattern, name), expected, "{pattern} {name}");
        }
    }
}
