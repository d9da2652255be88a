//! `isoglot fmt`: the queries inside rule files, laid out anew in place.

use super::config::{Config, Overrides};
use super::terminal::{self, Terminal};
use super::translate::{self, RuleFile};
use super::{Failure, Status, input};
use crate::ir::Language;
use crate::lang::kusto::{self, FormatOptions};
use crate::rulefile::{self, ReadContext};
use crate::source::{edit, load};
use clap::Args;
use rayon::prelude::*;
use std::path::Path;

/// Format the Kusto queries inside rule files, in place
#[derive(Args, Debug)]
#[command(
    after_help = "Only the query's text changes: comments stay, the meaning stays, and nothing else in the file is touched. A query with \
                        syntax errors is left alone and said."
)]
pub(super) struct Arguments {
    /// Files or folders; `-` formats standard input to standard output [default: the working folder]
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// Write nothing; say which files would change
    #[arg(long)]
    check: bool,
    /// Columns that a line should keep to [default: `width` under `[fmt]` in isoglot.toml, or 120]
    #[arg(long, value_name = "COLUMNS")]
    width: Option<usize>,
}

/// What formatting a file comes to.
enum Formatted {
    /// As it was, or nothing to format.
    Same,
    /// Its new text.
    Changed(String),
    /// It has a query with errors.
    Broken(Box<RuleFile>),
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Status, Failure> {
    let standard = FormatOptions::default();
    let width = match arguments.width {
        Some(width) => width,
        None => Config::load(&Overrides::default())?.width.unwrap_or(standard.width),
    };
    let options = FormatOptions { width, ..standard };
    if let [only] = arguments.paths.as_slice()
        && only == input::STDIN
    {
        return from_stdin(&options, terminal);
    }
    let paths: Vec<String> = input::files(&arguments.paths)?.into_iter().filter(|path| !translate::is_fixture(path)).collect();
    let done: Result<Vec<Formatted>, Failure> = paths.par_iter().map(|path| format(path, &options)).collect();
    let (mut changed, mut broken) = (0, 0);
    for (path, formatted) in paths.iter().zip(done?) {
        match formatted {
            Formatted::Same => {}
            Formatted::Changed(text) => {
                changed += 1;
                if arguments.check {
                    terminal.remark(&format!("would format {path}\n"));
                } else {
                    load::write(Path::new(path), &text).map_err(|error| Failure::new(format!("cannot write `{path}`: {error}")))?;
                    terminal.remark(&format!("formatted {path}\n"));
                }
            }
            Formatted::Broken(file) => {
                broken += 1;
                terminal::note(&crate::report::text::render(&file.report, terminal.colors_errors()));
            }
        }
    }
    let verb = if arguments.check { "to format" } else { "formatted" };
    terminal.remark(&format!("{changed} of {} files {verb}, {broken} with errors left alone\n", paths.len()));
    Ok(Status::found(broken > 0 || (arguments.check && changed > 0)))
}

/// Formats a bare query.
fn from_stdin(options: &FormatOptions, terminal: Terminal) -> Result<Status, Failure> {
    let text = match input::text(input::STDIN)? {
        Ok(text) => text,
        Err((_, fault)) => return Err(Failure::new(fault.message)),
    };
    match kusto::format(&text, options) {
        Ok(formatted) => {
            terminal::print(&format!("{}\n", formatted.trim_end()))?;
            Ok(Status::Clean)
        }
        Err(found) => {
            let report = crate::report::FileReport::new("<standard input>", text, found);
            terminal::note(&crate::report::text::render(&report, terminal.colors_errors()));
            Ok(Status::Findings)
        }
    }
}

fn format(path: &str, options: &FormatOptions) -> Result<Formatted, Failure> {
    let file = translate::read(path, &ReadContext::builtin())?;
    let mut edits = Vec::new();
    for rule in &file.rules {
        for (index, query) in rule.queries.iter().enumerate().filter(|(_, query)| query.language == Language::Kusto) {
            let Ok(formatted) = kusto::format(&query.text, options) else { return Ok(Formatted::Broken(Box::new(file))) };
            if formatted.trim_end() != query.text.trim_end() {
                edits.extend(rulefile::replace_query(&file.text, rule, index, &formatted));
            }
        }
    }
    if edits.is_empty() {
        return Ok(Formatted::Same);
    }
    let (text, _) = edit::apply(&file.text, edits.iter().map(|edit| (edit.span, edit.text.as_str())));
    // A layout that changes what the file says is never written.
    let again = rulefile::read(path, &text, &ReadContext::builtin());
    let is_same = again.rules.len() == file.rules.len() && again.diagnostics.len() == file.report.findings.len();
    Ok(if is_same && *text != *file.text { Formatted::Changed(text) } else { Formatted::Same })
}
