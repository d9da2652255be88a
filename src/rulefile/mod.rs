//! Rule files to rules: Sentinel YAML, bare Kusto, Elastic TOML and Kibana NDJSON, Sigma YAML.
//!
//! A file gives none, one or several rules. What a format says and the IR has no word for is kept as `extra`; nothing is dropped.
//! Reading never fails: what is wrong comes as diagnostics, and a file that is no rule file says so in `skipped`.

mod bare;
mod detect;
mod detection;
mod duration;
mod elastic;
mod fields;
mod filters;
pub mod kibana;
mod kql;
mod rewrite;
mod sentinel;
mod sigma;

use crate::diagnostic::Diagnostic;
use crate::ir::{Dialect, Language, Rule};
use crate::schema::Catalog;
use crate::source::Node;

pub use rewrite::replace_query;
pub use sigma::{link, names};

/// What reading needs to know.
#[derive(Clone, Copy, Debug)]
pub struct ReadContext<'a> {
    /// Tables, functions and fields.
    pub catalog: &'a Catalog,
    /// The dialect, where the user says it; else it is seen from the content.
    pub dialect: Option<Dialect>,
}

impl ReadContext<'static> {
    /// Returns the context with the built-in catalog and detection by content.
    pub fn builtin() -> Self {
        Self { catalog: Catalog::builtin(), dialect: None }
    }
}

/// What a file gave.
#[derive(Clone, Debug, Default)]
pub struct ReadFile {
    /// The dialect that the file is in, if it is a rule file.
    pub dialect: Option<Dialect>,
    /// Its rules.
    pub rules: Vec<Rule>,
    /// What is wrong, with places in the file.
    pub diagnostics: Vec<Diagnostic>,
    /// The documents of a Sigma file, in which its rules are found by their span.
    pub documents: Vec<Node>,
    /// Why the file is not one of rules.
    pub skipped: Option<&'static str>,
}

impl ReadFile {
    fn skip(reason: &'static str) -> Self {
        Self { skipped: Some(reason), ..Self::default() }
    }

    fn broken(dialect: Dialect, diagnostics: Vec<Diagnostic>) -> Self {
        Self { dialect: Some(dialect), diagnostics, ..Self::default() }
    }

    fn add(&mut self, read: (Rule, Vec<Diagnostic>)) {
        self.rules.push(read.0);
        self.diagnostics.extend(read.1);
    }
}

/// Reads a rule file. The path only gives hints by its ending; `text` is what `source::decode` gave.
pub fn read(path: &str, text: &str, context: &ReadContext<'_>) -> ReadFile {
    let mut file = match detect::format(path, text, context.dialect) {
        Ok(detect::Format::Kql) => kql::read(path, text, context),
        Ok(detect::Format::Ndjson) => kibana::read(text, context),
        Ok(detect::Format::Toml(root)) => elastic::read(&root, context),
        Ok(detect::Format::Sentinel(documents)) => sentinel::read(&documents, context),
        Ok(detect::Format::Sigma(documents)) => sigma::read(text, documents, context.catalog),
        Err(file) => return file,
    };
    link(&mut file.rules.iter_mut().collect::<Vec<_>>());
    file
}

/// Reads a text that is a query and nothing else; Sigma's is a rule, of which the detection alone is needed.
pub fn read_query(language: Language, path: &str, text: &str, context: &ReadContext<'_>) -> ReadFile {
    match language {
        Language::Kusto => kql::read(path, text, context),
        Language::Sigma => read(path, text, &ReadContext { dialect: Some(Dialect::Sigma), ..*context }),
        _ => bare::read(language, text, context),
    }
}
