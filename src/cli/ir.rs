//! `isoglot parse --ir`: rules as the JSON documents of their intermediate representation.

use super::languages::{self, Syntax};
use super::terminal::{self, Terminal};
use super::{Failure, Status, input};
use crate::ir::Rule;
use crate::report::{self, FileReport};
use crate::rulefile::{self, ReadFile};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

/// What is printed of a rule.
#[derive(JsonSchema, Serialize)]
pub(super) struct Document<'a> {
    /// The file as the user named it.
    file: &'a str,
    /// The rule.
    #[serde(flatten)]
    rule: &'a Rule,
}

/// Prints a document a rule: one alone is indented, several are JSON Lines. What is wrong goes to standard error.
pub(super) fn run(files: &[String], forced: Option<&'static Syntax>, terminal: Terminal) -> Result<Status, Failure> {
    let read: Result<Vec<(FileReport, Vec<Rule>)>, Failure> = files.par_iter().map(|path| read(path, forced)).collect();
    let read = read?;
    let documents: Vec<Document<'_>> =
        read.iter().flat_map(|(report, rules)| rules.iter().map(|rule| Document { file: &report.path, rule })).collect();
    let text = match documents.as_slice() {
        [only] => serde_json::to_string_pretty(only).map(|text| text + "\n"),
        several => several.par_iter().map(|document| serde_json::to_string(document).map(|line| line + "\n")).collect(),
    };
    terminal::print(&text.map_err(|error| Failure::new(format!("cannot write the rules as JSON: {error}")))?)?;
    for (report, _) in &read {
        terminal::note(&report::text::render(report, terminal.colors_errors()));
    }
    Ok(Status::found(read.iter().any(|(report, _)| report.has_problems())))
}

/// Reads the rules of a file, and what is wrong in it.
fn read(path: &str, forced: Option<&Syntax>) -> Result<(FileReport, Vec<Rule>), Failure> {
    let text = match input::text(path)? {
        Ok(text) => text,
        Err((shown, fault)) => return Ok((FileReport::new(path, shown, vec![fault]), Vec::new())),
    };
    let context = super::workspace::context()?;
    let ReadFile { rules, diagnostics, skipped, .. } = match forced.or_else(|| languages::by_path(path)) {
        Some(syntax) => rulefile::read_query(syntax.language, path, &text, &context),
        None => rulefile::read(path, &text, &context),
    };
    match skipped {
        Some(reason) if diagnostics.is_empty() => Err(Failure::new(format!("cannot read a rule from `{path}`: {reason}"))
            .with_help(format!("where it holds a bare query, name the language with --language: {}", languages::names()))),
        _ => Ok((FileReport::new(path, text, diagnostics), rules)),
    }
}
