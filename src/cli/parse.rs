//! `isoglot parse`: syntax only, or with `--ir` all that is read of a rule.

use super::batch::{self, Answer, Question};
use super::languages::{self, Syntax};
use super::terminal::{self, Terminal};
use super::{Failure, Status, input, ir};
use crate::diagnostic::{Diagnostic, Severity};
use crate::report::{self, FileReport};
use crate::rulefile::{self, ReadContext};
use clap::Args;
use rayon::prelude::*;

/// Read queries and say whether they are well formed: syntax only, or with --ir all that is read
#[derive(Args, Debug)]
#[command(after_help = "With --batch, each line of standard input is `{\"id\", \"language\", \"query\"}` and is answered by \
                        `{\"id\", \"ok\": true}` or `{\"id\", \"ok\": false, \"code\", \"message\", \"offset\", \"line\", \"column\"}`.")]
pub(super) struct Arguments {
    /// Files that hold a query each, or rules; `-` is standard input
    #[arg(value_name = "FILE", required_unless_present = "batch")]
    files: Vec<String>,
    /// The query language, where the file's ending does not say it
    #[arg(long, short, value_name = "LANGUAGE")]
    language: Option<String>,
    /// Print the intermediate representation of each rule as JSON; one rule alone is indented, several are JSON Lines
    #[arg(long)]
    ir: bool,
    /// Answer JSON Lines on standard input
    #[arg(long, conflicts_with_all = ["files", "ir"])]
    batch: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Status, Failure> {
    let forced = arguments.language.as_deref().map(languages::named).transpose()?;
    if arguments.batch {
        batch::run(|question| answer(question, forced))?;
        return Ok(Status::Clean);
    }
    if arguments.ir {
        return ir::run(&arguments.files, forced, terminal);
    }
    let reports: Result<Vec<FileReport>, Failure> = arguments.files.par_iter().map(|path| read(path, forced)).collect();
    let reports = reports?;
    for report in &reports {
        terminal::note(&report::text::render(report, terminal.colors_errors()));
    }
    Ok(Status::found(reports.iter().any(FileReport::has_problems)))
}

/// Reads one file.
fn read(path: &str, forced: Option<&Syntax>) -> Result<FileReport, Failure> {
    Ok(match input::text(path)? {
        Ok(text) => {
            let found = match forced.or_else(|| languages::by_path(path)) {
                Some(syntax) => (syntax.parse)(&text),
                None => in_rules(path, &text)?,
            };
            FileReport::new(path, text, found)
        }
        Err((shown, fault)) => FileReport::new(path, shown, vec![fault]),
    })
}

/// Reads the queries inside a rule file; findings have places in the file.
fn in_rules(path: &str, text: &str) -> Result<Vec<Diagnostic>, Failure> {
    let read = rulefile::read(path, text, &ReadContext::builtin());
    if read.dialect.is_none() && read.diagnostics.is_empty() {
        return Err(Failure::new(format!("cannot tell the query language of `{path}`"))
            .with_help(format!("name it with --language: {}", languages::names())));
    }
    let queries: Vec<_> = read.rules.iter().flat_map(|rule| &rule.queries).collect();
    if queries.is_empty() {
        return Ok(read.diagnostics);
    }
    let found = queries.into_iter().filter_map(|query| {
        let diagnostics = (languages::of(query.language)?.parse)(&query.text);
        Some(diagnostics.into_iter().map(|found| found.map_spans(|span| query.map.span(span))))
    });
    Ok(found.flatten().collect())
}

/// Answers one question of a batch.
fn answer(question: &Question, forced: Option<&'static Syntax>) -> Answer {
    let asked = || languages::asked(batch::text(question, "language")?);
    let syntax = match forced.map_or_else(asked, Ok) {
        Ok(syntax) => syntax,
        Err(answer) => return answer,
    };
    match batch::text(question, "query") {
        Ok(query) => verdict(query, &(syntax.parse)(query)),
        Err(answer) => answer,
    }
}

/// A query is refused at its first error; warnings leave it accepted.
fn verdict(query: &str, diagnostics: &[Diagnostic]) -> Answer {
    let errors = diagnostics.iter().filter(|d| d.severity == Severity::Error);
    match errors.min_by_key(|d| d.primary.span.start) {
        Some(error) => batch::rejection(query, error),
        None => batch::success([]),
    }
}
