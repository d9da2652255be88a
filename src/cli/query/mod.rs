//! `isoglot query`: runs a bare query.

mod batch;
pub(super) mod data;
mod esql;
mod kusto;
mod output;

use super::engine::Engine;
use super::languages::{self, Syntax};
use super::terminal::{self, Terminal};
use super::{Failure, Status, clock, input};
use crate::diagnostic::{Diagnostic, Severity};
use crate::eval::Settings;
use crate::eval::event::batch::matching_events;
use crate::eval::event::lines::matching_lines;
use crate::ir::{Language, datetime};
use crate::report::{self, FileReport};
use crate::schema::Catalog;
use clap::Args;
use data::Data;
use kusto::Refused;
use output::{Format, Shown};
use std::collections::BTreeSet;
use std::io::IsTerminal as _;

/// Run a query on events and tables
#[derive(Args, Debug)]
#[command(
    after_help = "A source is NAME=FILE with NDJSON, JSON or CSV, packed with gzip or not; NAME is a table, a watchlist, a saved function or the URL \
                        of external data. Files of one name are one table. Without a name, files and standard input are the table that the query reads.\n\n\
                        With --batch, each line of standard input is a question: `{\"id\", \"language\": \"kusto\", \"query\", \"now\"?, \"tables\"?}` \
                        or `{\"id\", \"language\": \"kuery\", \"query\", \"events\", \"schema\"?}`."
)]
pub(super) struct Arguments {
    /// The query, unless `--file` has it, and files to run it on
    #[arg(value_name = "QUERY [FILE]", required_unless_present_any = ["batch", "file"], conflicts_with = "batch")]
    words: Vec<String>,
    /// Read the query from a file
    #[arg(long, short, value_name = "FILE", conflicts_with = "batch")]
    file: Option<String>,
    /// The query language [default: by the file's ending, else kusto]
    #[arg(long, short, value_name = "LANGUAGE")]
    language: Option<String>,
    /// A source of rows; `NAME=-` is standard input
    #[arg(long, short, value_name = "NAME=FILE", conflicts_with = "batch")]
    data: Vec<String>,
    /// What `now()` is [default: the clock]
    #[arg(long, value_name = "TIME", value_parser = time, conflicts_with = "batch")]
    now: Option<i64>,
    /// How to print rows [default: table on a terminal, else json]
    #[arg(long, value_name = "FORMAT", conflicts_with = "batch")]
    format: Option<Format>,
    /// Answer JSON Lines on standard input
    #[arg(long)]
    batch: bool,
    #[command(flatten)]
    engine: Engine,
}

fn time(text: &str) -> Result<i64, String> {
    datetime::parse_datetime(text).ok_or_else(|| "not a point in time; write `2026-05-01T12:00:00Z`".to_owned())
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Status, Failure> {
    let named = arguments.language.as_deref().map(languages::named).transpose()?;
    if arguments.batch {
        super::batch::run(|question| batch::answer(question, named))?;
        return Ok(Status::Clean);
    }
    let (path, text, files) = match (&arguments.file, arguments.words.split_first()) {
        (Some(file), _) => match input::text(file)? {
            Ok(text) => (file.as_str(), text, arguments.words.as_slice()),
            Err((shown, fault)) => return Ok(report(file, &shown, vec![fault], terminal)),
        },
        (None, Some((query, files))) => ("query", query.clone(), files),
        (None, None) => return Err(Failure::new("there is no query")),
    };
    let syntax = match named.or_else(|| languages::by_path(path)) {
        Some(syntax) => syntax,
        None => languages::named("kusto")?,
    };
    let catalog = super::workspace::context()?.catalog;
    // Without a name, files are the one source of an event query.
    let reads = match syntax.language {
        Language::Kusto => kusto::tables_read(&text, catalog),
        _ => BTreeSet::from(["events".to_owned()]),
    };
    let mut data = Data::load(&sources(arguments, files), &reads, catalog)?;
    let now = arguments.now.unwrap_or_else(clock::now);
    match syntax.language {
        Language::Kusto => {
            for name in data.missing(&reads).into_iter().filter(|name| catalog.has_table(name)) {
                terminal.remark(&format!("no data are given for `{name}`, so it is empty\n"));
            }
            let settings = arguments.engine.at(now);
            let mut answered = kusto::run(&text, catalog, data.schemas(), &data, &settings);
            if answered.as_ref().is_err_and(Refused::is_late) {
                data.complete().map_err(|refusal| Failure::new(refusal.message))?;
                answered = kusto::run(&text, catalog, data.schemas(), &data, &settings);
            }
            on_tables(arguments, path, &text, answered, terminal)
        }
        Language::Esql => on_tables(arguments, path, &text, esql::run(&text, &data, catalog, &arguments.engine.at(now)), terminal),
        _ => on_events(syntax, (path, &text), (&data, catalog), &arguments.engine.at(now), terminal),
    }
}

/// What `--data` names and the files; standard input too where it is redirected and there is nothing else.
fn sources(arguments: &Arguments, files: &[String]) -> Vec<String> {
    let mut sources: Vec<String> = arguments.data.iter().chain(files).cloned().collect();
    let reads_stdin = |source: &String| source == input::STDIN || source.ends_with("=-");
    let query_is_stdin = arguments.file.as_deref() == Some(input::STDIN);
    if sources.is_empty() && !query_is_stdin && !std::io::stdin().is_terminal() {
        sources.push(input::STDIN.to_owned());
    }
    sources.retain(|source| !(query_is_stdin && reads_stdin(source)));
    sources
}

/// Prints the rows of a query.
fn on_tables(
    arguments: &Arguments,
    path: &str,
    text: &str,
    answered: Result<kusto::Answered, kusto::Refused>,
    terminal: Terminal,
) -> Result<Status, Failure> {
    let table = match answered {
        Ok(answer) => {
            report(path, text, answer.remarks, terminal);
            if terminal.verbose {
                let mebibytes = answer.usage.memory as f64 / f64::from(1 << 20);
                terminal.remark(&format!("{} rows made, {mebibytes:.1} MiB held at most\n", answer.usage.rows));
            }
            answer.table
        }
        Err(refused) => return Ok(report(path, text, refused.diagnostics, terminal)),
    };
    let watched = std::io::stdout().is_terminal();
    let format = arguments.format.unwrap_or(if watched { Format::Table } else { Format::Json });
    if format != Format::Table {
        terminal::print(&format.render(&table)?)?;
        return Ok(Status::Clean);
    }
    let (drawn, empty) = output::drawn(&table, terminal::width());
    terminal::print(&drawn)?;
    let rows = table.rows.len();
    let more = if empty == 0 { String::new() } else { format!("; {empty} empty columns are not shown") };
    terminal.remark(&format!("{rows} {}{more}\n", if rows == 1 { "row" } else { "rows" }));
    Ok(Status::Clean)
}

/// Prints the events that a query matches, as they are.
fn on_events(
    syntax: &Syntax,
    (path, text): (&str, &str),
    (data, catalog): (&Data, &Catalog),
    settings: &Settings,
    terminal: Terminal,
) -> Result<Status, Failure> {
    if let Some(lines) = data.lines() {
        let mut shown = Shown::default();
        let counts = match matching_lines(syntax.language, text, lines, catalog, settings, &mut |line| shown.add(line)) {
            Ok(counts) => counts,
            Err(diagnostics) => return Ok(report(path, text, diagnostics, terminal)),
        };
        shown.end()?;
        terminal.remark(&format!("{} of {} events match\n", counts.matches, counts.events));
        return Ok(Status::Clean);
    }
    let documents = data.documents().map_err(|refusal| Failure::new(refusal.message))?;
    let matches = match matching_events(syntax.language, text, &documents, catalog, settings.now) {
        Ok(matches) => matches,
        Err(diagnostics) => return Ok(report(path, text, diagnostics, terminal)),
    };
    let lines = matches.iter().filter_map(|at| documents.get(*at)).map(report::json::json_line);
    terminal::print(&lines.collect::<String>())?;
    terminal.remark(&format!("{} of {} events match\n", matches.len(), documents.len()));
    Ok(Status::Clean)
}

/// Shows findings; errors make the exit status 1.
fn report(path: &str, text: &str, findings: Vec<Diagnostic>, terminal: Terminal) -> Status {
    let failed = findings.iter().any(|finding| finding.severity == Severity::Error);
    let report = FileReport::new(path, text, findings);
    terminal::note(&report::text::render(&report, terminal.colors_errors()));
    Status::found(failed)
}
