//! `isoglot run`: rules on event files, as their SIEM would run them.

mod correlations;
mod data;
mod events;
mod output;

use super::engine::Engine;
use super::terminal::{self, Terminal};
use super::translate::{self, RuleFile};
use super::{Failure, Status, clock, input, languages};
use crate::diagnostic::{Diagnostic, Severity};
use crate::eval::Refusal;
use crate::eval::alert::{Outcome, run_rule};
use crate::eval::lines::LATE;
use crate::eval::threshold_memory::ThresholdMemory;
use crate::eval::timeline::{self, Memory};
use crate::ir::datetime::parse_datetime;
use crate::ir::{Dialect, Rule};
use crate::report::{self, FileReport};
use crate::rulefile::ReadContext;
use crate::schema::{Catalog, suggest};
use clap::Args;
use data::Data;
use indicatif::ProgressBar;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Run rules on event files and print the alerts
#[derive(Args, Debug)]
#[command(
    after_help = "Events are NDJSON, JSON or CSV, packed with gzip or not; NAME is a table (SigninLogs), an index (logs-azure.signinlogs-default) or a \
                        Sigma log source (azure/signinlogs). A table that is not built in has the columns that its events show.\n\n\
                        With --from and --to a scheduled rule runs at --from and then at its frequency; an Elastic rule alerts once on an event, however \
                        many runs see it. Queries without a schedule run once. Each alert is one JSON object a line.\n\n\
                        With --events, rules that look at single events are tried on events of mixed sources, NDJSON that a collector wrote: Windows \
                        events as evtx_dump or Winlogbeat nest them included. An event that tells its channel and number is tried on the rules of \
                        that log source only. Each match is one JSON object a line; correlations follow at the end."
)]
pub(super) struct Arguments {
    /// Rule files or folders
    #[arg(value_name = "RULE", required = true)]
    rules: Vec<String>,
    /// Events; without `NAME=` the name is that of the file
    #[arg(long, short, value_name = "NAME=FILE")]
    data: Vec<String>,
    /// Events of any source: every rule on every event, in one pass
    #[arg(long, value_name = "FILE", conflicts_with_all = ["data", "from", "to", "watchlist", "external"])]
    events: Vec<String>,
    /// The rows of a watchlist
    #[arg(long, value_name = "ALIAS=FILE")]
    watchlist: Vec<String>,
    /// What is behind a URL of `externaldata`, or what a saved function returns
    #[arg(long, value_name = "URL=FILE")]
    external: Vec<String>,
    /// When the rules run [default: the clock]
    #[arg(long, value_name = "TIME", value_parser = time, conflicts_with_all = ["from", "to"])]
    now: Option<i64>,
    /// The first run of a stretch of time
    #[arg(long, value_name = "TIME", value_parser = time, requires = "to")]
    from: Option<i64>,
    /// The end of the stretch
    #[arg(long, value_name = "TIME", value_parser = time, requires = "from")]
    to: Option<i64>,
    /// The dialect of all rules, where their content does not say it
    #[arg(long, value_name = "DIALECT", value_parser = languages::dialect)]
    dialect: Option<Dialect>,
    #[command(flatten)]
    engine: Engine,
}

/// Runs of one rule at most: a year at one run a minute is half of it.
const MOST_RUNS: u64 = 1_000_000;
/// Runs that are computed before their alerts are printed.
const ROUND: usize = 256;

fn time(text: &str) -> Result<i64, String> {
    parse_datetime(text).ok_or_else(|| "not a point in time; write `2026-05-01T12:00:00Z`".to_owned())
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Status, Failure> {
    if !arguments.events.is_empty() {
        return events::run(arguments, terminal);
    }
    let now = arguments.now.or(arguments.to).unwrap_or_else(clock::now);
    let from = arguments.from.unwrap_or(now);
    if from > now {
        return Err(Failure::new("--from is after --to"));
    }
    // One run reads its tables as streams; many runs read what they need of them once.
    let mut data = Data::new((from < now).then(|| arguments.engine.at(now)));
    data.load(&arguments.data, &arguments.watchlist, &arguments.external)?;
    let known = super::workspace::context()?.catalog;
    let catalog = data.catalog(known);
    let context = ReadContext { catalog: &catalog, dialect: arguments.dialect };
    let paths: Vec<String> = input::files(&arguments.rules)?.into_iter().filter(|path| !translate::is_fixture(path)).collect();
    let files: Result<Vec<RuleFile>, Failure> = paths.par_iter().map(|path| translate::read(path, &context)).collect();
    let files = files?;
    remark_on_data(&files, &data, known, terminal);
    let rules: Vec<(&RuleFile, &Rule)> = files.iter().flat_map(|file| alerting(file).map(move |rule| (file, rule))).collect();
    if files.iter().all(|file| file.rules.is_empty() && !file.report.has_problems()) {
        return Err(Failure::new("no rule was found").with_help("rules are .yaml, .yml, .toml, .kql, .csl and .ndjson files"));
    }
    let runs: u64 = rules.iter().map(|(_, rule)| timeline::count(rule, from, now)).sum();
    let progress = terminal.progress(usize::try_from(runs).unwrap_or(usize::MAX));
    let mut failed = unreadable(&files, arguments, terminal)?;
    let mut alerts = 0;
    let stretch = Stretch { from, to: now, engine: &arguments.engine, progress: &progress };
    for (file, rule) in &rules {
        let mut done = over_time(file, rule, &data, &stretch);
        if matches!(&done, Err(Stopped::Rule(refusal)) if refusal.code == LATE) {
            done = with_all_columns(file, rule, arguments, &stretch)?;
        }
        data.forget();
        match done {
            Ok(made) => alerts += made,
            Err(Stopped::Output(failure)) => return Err(failure),
            Err(Stopped::Rule(refusal)) => {
                failed = true;
                progress.suspend(|| terminal::note(&shown(file, rule, &refusal, terminal)));
            }
        }
    }
    progress.finish_and_clear();
    let count = |n: u64, what: &str| if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") };
    terminal.remark(&format!("{} of {} in {}\n", count(alerts, "alert"), count(rules.len() as u64, "rule"), count(runs, "run")));
    Ok(Status::found(failed))
}

/// The rules of a file that alert by themselves: those that only feed correlations do not.
fn alerting(file: &RuleFile) -> impl Iterator<Item = &Rule> {
    file.rules.iter().filter(|rule| !rule.correlated_only)
}

/// Why a rule's runs ended early.
enum Stopped {
    Rule(Refusal),
    Output(Failure),
}

/// When rules run, and how.
struct Stretch<'a> {
    from: i64,
    to: i64,
    engine: &'a Engine,
    progress: &'a ProgressBar,
}

/// Runs one rule over a stretch of time and prints its alerts; returns their number.
fn over_time(file: &RuleFile, rule: &Rule, data: &Data, stretch: &Stretch<'_>) -> Result<u64, Stopped> {
    let Stretch { from, to, engine, progress } = *stretch;
    if timeline::count(rule, from, to) > MOST_RUNS {
        let message = format!("the rule would run more than {MOST_RUNS} times between --from and --to");
        return Err(Stopped::Rule(Refusal::new("too-many-runs", crate::source::Span::default(), message)));
    }
    let mut memory = Memory::default();
    let mut counted = ThresholdMemory::default();
    let mut instants = timeline::instants(rule, from, to);
    let mut made = 0;
    loop {
        let round: Vec<i64> = instants.by_ref().take(ROUND).collect();
        if round.is_empty() {
            return Ok(made);
        }
        let told = |outcome| {
            progress.inc(1);
            outcome
        };
        let outcomes: Result<Vec<Outcome>, Refusal> = if ThresholdMemory::concerns(rule) {
            round.iter().map(|now| told(counted.run(rule, data, &engine.at(*now)))).collect()
        } else {
            round.par_iter().map(|now| told(run_rule(rule, data, &engine.at(*now)))).collect()
        };
        for outcome in &outcomes.map_err(Stopped::Rule)? {
            for alert in memory.news(rule, outcome) {
                made += 1;
                let line = output::line(&file.path, rule, &alert, outcome);
                progress.suspend(|| terminal::print(&line)).map_err(Stopped::Output)?;
            }
        }
    }
}

/// Runs a rule again that met columns in later lines of its data which the first ones do not show: with all columns that there are.
fn with_all_columns(file: &RuleFile, rule: &Rule, arguments: &Arguments, stretch: &Stretch<'_>) -> Result<Result<u64, Stopped>, Failure> {
    let mut data = Data::new((stretch.from < stretch.to).then(|| stretch.engine.at(stretch.to)));
    data.load(&arguments.data, &arguments.watchlist, &arguments.external)?;
    data.complete().map_err(|refusal| Failure::new(refusal.message))?;
    let known = super::workspace::context()?.catalog;
    let catalog = data.catalog(known);
    let again = translate::read(&file.path, &ReadContext { catalog: &catalog, dialect: arguments.dialect })?;
    let number = file.rules.iter().position(|other| std::ptr::eq(other, rule));
    let rule = number.and_then(|number| again.rules.get(number)).unwrap_or(rule);
    Ok(over_time(&again, rule, &data, stretch))
}

/// Says which files are broken, and which named ones are no rules.
fn unreadable(files: &[RuleFile], arguments: &Arguments, terminal: Terminal) -> Result<bool, Failure> {
    let mut failed = false;
    for file in files.iter().filter(|file| file.rules.is_empty() || file.rules.iter().any(|rule| rule.detection.is_none())) {
        match file.skipped {
            Some(reason) if arguments.rules.contains(&file.path) => {
                return Err(Failure::new(format!("`{}` is no rule: {reason}", file.path)));
            }
            Some(_) => {}
            None => {
                let errors = file.report.findings.iter().filter(|found| found.severity == Severity::Error).cloned().collect();
                let report = FileReport::new(file.path.as_str(), file.text.clone(), errors);
                terminal::note(&report::text::render(&report, terminal.colors_errors()));
                failed |= !report.findings.is_empty();
            }
        }
    }
    Ok(failed)
}

/// A refusal at its place in the rule file.
fn shown(file: &RuleFile, rule: &Rule, refusal: &Refusal, terminal: Terminal) -> String {
    let span = rule.queries.first().map_or(refusal.span, |query| query.map.span(refusal.span));
    let name = rule.meta.name.as_ref().map_or("", |name| &name.value);
    let found = Diagnostic::error(refusal.code, span, format!("`{name}` cannot be run: {}", refusal.message));
    let found = match refusal.code {
        "missing-table" => found.with_help("give its rows with --data NAME=FILE, --watchlist ALIAS=FILE or --external URL=FILE"),
        _ => found,
    };
    let report = FileReport::new(file.path.as_str(), file.text.clone(), vec![found]);
    report::text::render(&report, terminal.colors_errors())
}

/// Says what data no rule reads, and what rules read that is not there: both are easily a slip.
fn remark_on_data(files: &[RuleFile], data: &Data, known: &Catalog, terminal: Terminal) {
    let plans: Vec<_> = files.iter().flat_map(|file| &file.rules).filter_map(|rule| rule.detection.as_ref()).map(|d| &d.plan).collect();
    let read: BTreeSet<&str> = plans.iter().flat_map(|plan| data.read_by(plan)).collect();
    let missing: BTreeSet<(String, bool)> = plans.iter().flat_map(|plan| data.missing(plan, known)).collect();
    for name in data.names().iter().filter(|name| !read.contains(name.as_str())) {
        let near = suggest(name, missing.iter().map(|(name, _)| name.as_str()));
        let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        terminal.remark(&format!("no rule reads `{name}`{near}\n"));
    }
    for (name, _) in missing.iter().filter(|(_, is_empty)| *is_empty) {
        terminal.remark(&format!("no data for `{name}`: it is taken to be empty\n"));
    }
}
