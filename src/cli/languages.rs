//! What the command line knows of each query language: one row a language.

use crate::diagnostic::Diagnostic;
use crate::lang;

/// A language that can be read.
#[derive(Debug)]
pub(super) struct Syntax {
    /// Its name on the command line and in batches.
    pub name: &'static str,
    /// Endings of files that hold a bare query in it.
    pub endings: &'static [&'static str],
    /// Reads a text and returns what is wrong with it.
    pub parse: fn(&str) -> Vec<Diagnostic>,
}

/// The languages, by name.
pub(super) static SYNTAXES: &[Syntax] =
    &[Syntax { name: "kuery", endings: &["kuery"], parse: |text| lang::kuery::parse(text).err().into_iter().collect() }];

/// Returns the language of that name.
pub(super) fn by_name(name: &str) -> Option<&'static Syntax> {
    SYNTAXES.iter().find(|s| s.name.eq_ignore_ascii_case(name))
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
