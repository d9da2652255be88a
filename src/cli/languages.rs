//! What the command line knows of each query language: one row a language.

use super::Failure;
use super::batch::{Answer, refusal};
use crate::diagnostic::Diagnostic;
use crate::eval::event::batch::predicate;
use crate::ir::{Dialect, Language};
use crate::lang;
use crate::schema::Catalog;

/// A language that can be read.
#[derive(Debug)]
pub(super) struct Syntax {
    /// The language.
    pub language: Language,
    /// Its name on the command line and in batches.
    pub name: &'static str,
    /// Endings of files that hold a bare query in it.
    pub endings: &'static [&'static str],
    /// Reads a text and returns what is wrong with it.
    pub parse: fn(&str) -> Vec<Diagnostic>,
}

/// The languages, by name.
pub(super) static SYNTAXES: &[Syntax] = &[
    Syntax {
        language: Language::Kusto,
        name: "kusto",
        endings: &["kql", "csl", "kusto"],
        parse: |text| lang::kusto::parse(text).diagnostics,
    },
    Syntax {
        language: Language::Kuery,
        name: "kuery",
        endings: &["kuery"],
        parse: |text| lang::kuery::parse(text).err().into_iter().collect(),
    },
    Syntax { language: Language::Eql, name: "eql", endings: &["eql"], parse: |text| lang::eql::parse(text).err().into_iter().collect() },
    Syntax {
        language: Language::Esql,
        name: "esql",
        endings: &["esql"],
        parse: |text| lang::esql::parse(text).err().into_iter().collect(),
    },
    Syntax {
        language: Language::Lucene,
        name: "lucene",
        endings: &[],
        parse: |text| lang::lucene::parse(text).err().into_iter().collect(),
    },
    Syntax {
        language: Language::Sigma,
        name: "sigma",
        endings: &[],
        parse: |text| predicate(Language::Sigma, text, Catalog::builtin()).err().unwrap_or_default(),
    },
];

/// Returns the language of that name.
fn by_name(name: &str) -> Option<&'static Syntax> {
    SYNTAXES.iter().find(|s| s.name.eq_ignore_ascii_case(name))
}

/// Returns how a language is read.
pub(super) fn of(language: Language) -> Option<&'static Syntax> {
    SYNTAXES.iter().find(|s| s.language == language)
}

/// Returns the language that `--language` names.
pub(super) fn named(name: &str) -> Result<&'static Syntax, Failure> {
    let unknown = || Failure::new(format!("no query language is named `{name}`")).with_help(format!("known are {}", names()));
    by_name(name).ok_or_else(unknown)
}

/// Returns the language that a line of a batch asks for.
pub(super) fn asked(name: &str) -> Result<&'static Syntax, Answer> {
    let unknown = || refusal("unknown-language", &format!("no query language is named `{name}`; known are {}", names()));
    by_name(name).ok_or_else(unknown)
}

/// Returns the language of a bare query file.
pub(super) fn by_path(path: &str) -> Option<&'static Syntax> {
    let (_, ending) = path.rsplit_once('.')?;
    SYNTAXES.iter().find(|s| s.endings.iter().any(|e| e.eq_ignore_ascii_case(ending)))
}

/// Lists the names, for messages.
pub(super) fn names() -> String {
    let names: Vec<&str> = SYNTAXES.iter().map(|s| s.name).collect();
    names.join(", ")
}

/// Reads a `--dialect`.
pub(super) fn dialect(name: &str) -> Result<Dialect, String> {
    let known = [("sentinel", Dialect::Sentinel), ("kql", Dialect::Kql), ("elastic", Dialect::Elastic), ("sigma", Dialect::Sigma)];
    let found = known.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, dialect)| *dialect);
    found.ok_or_else(|| "known are sentinel, kql, elastic, sigma".to_owned())
}
