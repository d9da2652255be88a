//! `isoglot run --events`: all rules on all events in one pass, a line for each match.
//!
//! Rules that look at more than one event are said; Sigma's correlations run over the matches of the rules that they name.

use super::super::pieces::Source;
use super::super::translate::{self, RuleFile};
use super::super::{Failure, Status, clock, input, terminal};
use super::correlations::Correlations;
use super::{Arguments, Terminal, alerting, shown, unreadable};
use crate::diagnostic::Diagnostic;
use crate::eval::Refusal;
use crate::eval::lines::{Pieces as _, lines};
use crate::eval::one_pass::{OnePass, Reader, Scratch};
use crate::ir::{Case, Dialect, Expr, Form, Matcher, Op, Rule, TableSource};
use crate::mapping::format::Constant;
use crate::mapping::{PartRef, Sources};
use crate::rulefile::{self, ReadContext};
use crate::source::Span;
use rayon::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Pieces of a file that are looked at before their matches are printed, for each thread.
const ROUND: usize = 2;

/// A rule that is tried.
struct Tried<'f> {
    /// The beginning of its lines: what is the same for every match.
    head: String,
    /// Whether a match is a line, or only feeds correlations.
    alerts: bool,
    file: &'f RuleFile,
    rule: &'f Rule,
}

/// What a piece of a file gave.
#[derive(Default)]
struct Found<'p> {
    lines: u64,
    /// Line, rule and text of each match.
    matches: Vec<(u64, usize, &'p [u8])>,
    /// The first line that is no JSON object.
    broken: Option<u64>,
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Status, Failure> {
    let files = read(arguments)?;
    let mut failed = unreadable(&files, arguments, terminal)?;
    let now = arguments.now.unwrap_or_else(clock::now);
    let (mut tried, mut predicates) = (Vec::new(), Vec::new());
    for (file, rule) in files.iter().flat_map(|file| file.rules.iter().map(move |rule| (file, rule))) {
        match predicate(rule) {
            Ok(Some(predicate)) => {
                let alerts = alerting(file).any(|other| std::ptr::eq(other, rule));
                tried.push(Tried { head: head(file, rule), alerts, file, rule });
                predicates.push(predicate);
            }
            Ok(None) => {}
            Err(refusal) => {
                failed = true;
                terminal::note(&shown(file, rule, &refusal, terminal));
            }
        }
    }
    let (pass, refused) = OnePass::new(&predicates, now);
    drop(predicates);
    for (position, diagnostic) in refused {
        let Some(rule) = tried.get(position) else { continue };
        failed = true;
        terminal::note(&shown(rule.file, rule.rule, &refusal_of(diagnostic), terminal));
    }
    let mut correlations = Correlations::new(&files, &tried.iter().map(|tried| tried.rule).collect::<Vec<_>>());
    let (mut events, mut matches) = (0, 0);
    for path in &arguments.events {
        let (lines, found) = one_file(path, &pass, &tried, &mut correlations)?;
        events += lines;
        matches += found;
    }
    matches += correlations.run(&arguments.engine.at(now), |file, rule, outcome| match outcome {
        Ok(line) => terminal::print(&line),
        Err(refusal) => {
            failed = true;
            terminal::note(&shown(file, rule, &refusal, terminal));
            Ok(())
        }
    })?;
    let count = |n: u64, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    let rules = count(tried.len() as u64, "rule", "rules");
    terminal.remark(&format!("{} of {rules} in {}\n", count(matches, "match", "matches"), count(events, "event", "events")));
    Ok(Status::found(failed))
}

/// Reads all rules as one set: a correlation or a filter may lie in another file than the rules that it names.
fn read(arguments: &Arguments) -> Result<Vec<RuleFile>, Failure> {
    let context = ReadContext { catalog: super::super::workspace::context()?.catalog, dialect: arguments.dialect };
    let paths: Vec<String> = input::files(&arguments.rules)?.into_iter().filter(|path| !translate::is_fixture(path)).collect();
    let files: Result<Vec<RuleFile>, Failure> = paths.par_iter().map(|path| translate::read(path, &context)).collect();
    let mut files = files?;
    if files.iter().all(|file| file.rules.is_empty() && !file.report.has_problems()) {
        return Err(Failure::new("no rule was found").with_help("rules are .yaml, .yml, .toml, .kql, .csl and .ndjson files"));
    }
    rulefile::link(&mut files.iter_mut().flat_map(|file| &mut file.rules).collect::<Vec<_>>());
    Ok(files)
}

/// Returns what one event must satisfy: the rule's condition and its log source. `None` where the rule says nothing of single events by
/// design: filters, correlations, and rules without a detection, which `unreadable` has said.
fn predicate(rule: &Rule) -> Result<Option<Expr>, Refusal> {
    let Some(detection) = rule.detection.as_ref().filter(|_| !matches!(rule.form, Form::Filter(_) | Form::Correlation(_))) else {
        return Ok(None);
    };
    let refused =
        || Refusal::new("not-single-events", detection.plan.span, "the rule looks at more than single events: give its data with --data");
    match (&detection.plan.op, &rule.form) {
        (Op::Filter { input, predicate }, Form::Plain) => match &input.op {
            Op::Scan(source @ TableSource::LogSource { .. }) => {
                let origin = origin(source, predicate.span);
                Ok(Some(Expr::all(std::iter::once(predicate.clone()).chain(origin), predicate.span)))
            }
            Op::Scan(TableSource::Index(_)) => Ok(Some(predicate.clone())),
            _ => Err(refused()),
        },
        _ => Err(refused()),
    }
}

/// What an event of a log source says of its own channel and number, if it says anything: known from `targets/sources/`.
fn origin(source: &TableSource, span: Span) -> Option<Expr> {
    let told = |name: &str, known: &BTreeMap<String, Constant>| {
        let values = known.get(name)?.values();
        let missing = Expr::negation(Expr::field_matches(name, Matcher::Exists, span), span);
        let equal = values.into_iter().map(|value| Expr::field_matches(name, Matcher::Equals { value, case: Case::Insensitive }, span));
        Some(Expr::any(std::iter::once(missing).chain(equal), span))
    };
    let of_part = |at: PartRef| {
        let known = at.implied(Dialect::Sigma);
        let channel = told("Channel", known)?;
        Some(Expr::all(std::iter::once(channel).chain(told("EventID", known)), span))
    };
    let alternatives: Vec<Expr> = Sources::builtin().parts_of(source).into_iter().filter_map(of_part).collect();
    (!alternatives.is_empty()).then(|| Expr::any(alternatives, span))
}

fn refusal_of(diagnostic: Diagnostic) -> Refusal {
    Refusal::new(diagnostic.code, diagnostic.primary.span, diagnostic.message)
}

/// Renders what all matches of a rule begin with.
fn head(file: &RuleFile, rule: &Rule) -> String {
    let text = |value: &Option<crate::source::Spanned<String>>| json!(value.as_ref().map(|text| &text.value));
    let (name, id, level) = (text(&rule.meta.name), text(&rule.meta.id), text(&rule.meta.severity));
    format!("{{\"rule\":{name},\"id\":{id},\"level\":{level},\"file\":{}", json!(file.path))
}

/// Tries all rules on the events of a file and prints the matches in the order of the events; returns the numbers of lines and matches.
fn one_file(path: &str, pass: &OnePass, tried: &[Tried<'_>], correlations: &mut Correlations<'_>) -> Result<(u64, u64), Failure> {
    let source = Source::open(path)?;
    let mut pieces = source.open().map_err(failure)?;
    let (mut lines, mut matches) = (0, 0);
    let mut text = String::new();
    loop {
        let round: Result<Vec<Vec<u8>>, Refusal> = pieces.by_ref().take(ROUND * rayon::current_num_threads()).collect();
        let round = round.map_err(failure)?;
        if round.is_empty() {
            return Ok((lines, matches));
        }
        let threads = || (pass.reader(), pass.scratch());
        let found: Vec<Found<'_>> =
            round.par_iter().map_init(threads, |(reader, scratch), piece| search(piece, pass, reader, scratch)).collect();
        for found in found {
            for (line, rule, event) in found.matches {
                correlations.add(rule, event);
                let Some(rule) = tried.get(rule) else { continue };
                if rule.alerts {
                    matches += 1;
                    // Nothing fails that writes into a text.
                    let _ = writeln!(
                        text,
                        "{},\"source\":{},\"line\":{},\"event\":{}}}",
                        rule.head,
                        json!(path),
                        lines + line,
                        String::from_utf8_lossy(event)
                    );
                }
            }
            terminal::print(&text)?;
            text.clear();
            if let Some(line) = found.broken {
                let broken = Failure::new(format!("`{path}`, line {}: no JSON object", lines + line));
                return Err(broken.with_help("events are NDJSON: one object a line"));
            }
            lines += found.lines;
        }
    }
}

/// Tries all rules on the lines of a piece.
fn search<'p>(piece: &'p [u8], pass: &OnePass, reader: &mut Reader, scratch: &mut Scratch) -> Found<'p> {
    let mut found = Found::default();
    for line in lines(piece) {
        found.lines += 1;
        if line.is_empty() {
            continue;
        }
        let Some(event) = reader.read(line) else {
            found.broken = Some(found.lines);
            break;
        };
        let number = found.lines;
        found.matches.extend(pass.matching(event, scratch).into_iter().map(|rule| (number, rule, line)));
    }
    found
}

fn failure(refusal: Refusal) -> Failure {
    Failure::new(refusal.message)
}
