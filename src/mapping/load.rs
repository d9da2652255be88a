//! The log sources that are known: the built-in ones and a team's own, and how tables, indices and log sources lead to them.
//!
//! It maps nothing itself.

use super::format::{Constant, LogSource, Part, Source};
use super::part_index::PartIndex;
use super::validate;
use crate::diagnostic::Diagnostic;
use crate::ir::{Dialect, TableSource};
use crate::source::Span;
use include_dir::{Dir, include_dir};
use std::sync::{Arc, LazyLock};

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/targets/sources");

static BUILTIN: LazyLock<Sources> = LazyLock::new(|| {
    let mut files: Vec<_> = builtin_files().collect();
    files.sort_unstable();
    // A built-in file that does not read is left out here; `tests/mapping.rs` fails on it.
    let mut list: Vec<Arc<Source>> = files.iter().filter_map(|(_, text)| parse(text).ok()).map(Arc::new).collect();
    list.sort_by_key(|source| source.rank);
    Sources { list }
});

/// The known log sources.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// In order of preference: a team's own first.
    pub list: Vec<Arc<Source>>,
}

/// A part with the source that it belongs to.
#[derive(Clone, Debug)]
pub struct PartRef {
    /// The source.
    pub source: Arc<Source>,
    /// The part.
    pub part: Arc<Part>,
}

impl PartRef {
    /// What the part reports: its own word for it, or its source's.
    pub fn activity(&self) -> Option<&str> {
        self.part.activity.as_deref().or(self.source.activity.as_deref())
    }

    /// Values that its events never have, since other parts or sources of the same table have them: field and value. What the part
    /// says of a field itself goes before what its source says.
    pub fn except(&self, dialect: Dialect) -> impl Iterator<Item = (&String, &Constant)> {
        let of_source = self.source.except.of(dialect).iter().filter(move |(name, _)| !self.implied(dialect).contains_key(*name));
        of_source.chain(self.part.except.of(dialect))
    }

    /// Tells whether both are the same part of the same source.
    pub fn is_same(&self, other: &Self) -> bool {
        self.source.name == other.source.name && self.part.id == other.part.id
    }
}

/// Reads one file of `targets/sources/`; spans count in `text`.
pub fn parse(text: &str) -> Result<Source, Vec<Diagnostic>> {
    let mut source: Source = toml::from_str(text).map_err(|error| {
        let span = error.span().map_or(Span::at(0), |range| Span::new(range.start, range.end));
        vec![Diagnostic::error("invalid-log-source", span, format!("the log source file does not read: {}", first_line(error.message())))]
    })?;
    let problems = validate::check(&source, text);
    if !problems.is_empty() {
        return Err(problems);
    }
    source.add_computed();
    let indexed = |part: &Arc<Part>| Arc::new(Part { index: PartIndex::of(part, &source), ..(**part).clone() });
    source.parts = source.parts.iter().map(indexed).collect();
    Ok(source)
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or(text)
}

/// Returns the built-in files as path and text, for tests and `isoglot check`.
pub fn builtin_files() -> impl Iterator<Item = (&'static str, &'static str)> {
    FILES.files().filter_map(|file| Some((file.path().to_str()?, file.contents_utf8()?)))
}

impl Sources {
    /// Returns the sources of `targets/sources/`.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// Returns the sources with a team's own files before them. A file of the same name replaces the built-in one. The
    /// diagnostics come with the number of the file they are about.
    pub fn with_extra(&self, texts: &[&str]) -> (Self, Vec<(usize, Diagnostic)>) {
        let mut list = Vec::new();
        let mut problems = Vec::new();
        for (number, text) in texts.iter().enumerate() {
            match parse(text) {
                Ok(source) => list.push(Arc::new(source)),
                Err(found) => problems.extend(found.into_iter().map(|d| (number, d))),
            }
        }
        let names: Vec<Arc<str>> = list.iter().map(|source| source.name.clone()).collect();
        list.extend(self.list.iter().filter(|source| !names.contains(&source.name)).cloned());
        (Self { list }, problems)
    }

    /// Returns every part of every source.
    pub fn parts(&self) -> impl Iterator<Item = PartRef> + '_ {
        self.list.iter().flat_map(|source| source.parts.iter().map(|part| PartRef { source: source.clone(), part: part.clone() }))
    }

    /// Returns the source of that name.
    pub fn source(&self, name: &str) -> Option<&Arc<Source>> {
        self.list.iter().find(|source| &*source.name == name)
    }

    /// Returns the parts that a scan may read, before its predicates are looked at. None means that the source is not known.
    pub fn parts_of(&self, scan: &TableSource) -> Vec<PartRef> {
        match scan {
            TableSource::Table(name) => {
                let is_own = |part: &Part| !part.alias && part.record_of.is_none();
                self.parts().filter(|p| is_own(&p.part) && p.part.table.as_ref() == Some(name)).collect()
            }
            TableSource::LogSource { category, product, service } => {
                let asked = LogSource { category: category.clone(), product: product.clone(), service: service.clone() };
                self.parts().filter(|p| p.part.sigma.contains(&asked)).collect()
            }
            TableSource::Index(patterns) => self.parts_of_index(patterns),
            TableSource::Watchlist(_) | TableSource::Function { .. } | TableSource::External { .. } => Vec::new(),
        }
    }

    /// Index patterns of one source decide; a shared one (`filebeat-*`) counts only where no source that they name is behind it.
    fn parts_of_index(&self, patterns: &[Arc<str>]) -> Vec<PartRef> {
        let is_own = |source: &Source| patterns.iter().any(|pattern| holds_only(source, pattern));
        let parts = || self.parts().filter(|p| !p.part.alias);
        let own: Vec<PartRef> = parts().filter(|p| is_own(&p.source)).collect();
        let explains = |source: &Source, pattern: &Arc<str>| holds_only(source, pattern) || shares(source, pattern);
        let rest: Vec<&Arc<str>> = patterns.iter().filter(|pattern| !own.iter().any(|p| explains(&p.source, pattern))).collect();
        if rest.is_empty() {
            return own;
        }
        parts().filter(|p| is_own(&p.source) || rest.iter().any(|pattern| shares(&p.source, pattern))).collect()
    }
}

/// Tells whether an index pattern holds this source and no other.
pub(super) fn holds_only(source: &Source, pattern: &str) -> bool {
    source.elastic.as_ref().is_some_and(|elastic| elastic.index.iter().any(|own| same_index(own, pattern)))
}

/// Tells whether an index pattern holds this source among others.
fn shares(source: &Source, pattern: &Arc<str>) -> bool {
    source.elastic.as_ref().is_some_and(|elastic| elastic.shared_index.contains(pattern))
}

/// `logs-azure.signinlogs-*`, `logs-azure.signinlogs*` and `logs-azure.signinlogs-default` name the same data set.
pub(super) fn same_index(own: &str, asked: &str) -> bool {
    let stem = own.trim_end_matches('*').trim_end_matches('-');
    asked == own || asked.strip_prefix(stem).is_some_and(|rest| rest.is_empty() || rest == "*" || rest.starts_with('-'))
}
