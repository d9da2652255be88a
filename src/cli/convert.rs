//! `isoglot convert`: rules in another dialect.

use super::batch::{self, Answer, Question};
use super::terminal::{self, Terminal};
use super::translate::{self, RuleFile, Translated};
use super::{Failure, Status, input, languages};
use crate::emit::{Status as Fate, Target, kibana};
use crate::ir::{Dialect, Rule};
use crate::mapping::Sources;
use crate::report::translation;
use crate::rulefile::{self, ReadContext};
use crate::source::load;
use clap::{Args, ValueEnum};
use rayon::prelude::*;
use serde_json::{Value as Json, json};
use std::path::Path;

/// Write rules in another dialect, and say what is lost
#[derive(Args, Debug)]
#[command(
    after_help = "A translation is exact, approximate (every difference named) or refused (with the reason). Approximate ones are written \
                        only with --accept-loss. Fixtures beside a rule (test.yaml) are run on both. Exit status 1: something is not exact."
)]
pub(super) struct Arguments {
    /// Files or folders
    #[arg(value_name = "PATH", required_unless_present = "batch")]
    paths: Vec<String>,
    /// What to write: sentinel, kql, elastic or sigma
    #[arg(long, value_name = "TARGET", required_unless_present = "batch", value_parser = target)]
    to: Option<Target>,
    /// Write each rule to a file in this folder instead of standard output
    #[arg(long, value_name = "DIR")]
    out: Option<String>,
    /// Write approximate translations too
    #[arg(long)]
    accept_loss: bool,
    /// Log sources of your own, besides the built-in ones
    #[arg(long, value_name = "DIR")]
    sources: Option<String>,
    /// text prints rules, and losses to standard error; json prints an object a rule
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// How Elastic rules are laid out: toml as in detection-rules, ndjson as Kibana imports them
    #[arg(long, value_name = "LAYOUT", default_value = "toml")]
    layout: Layout,
    /// Answer JSON Lines on standard input: `{"id", "dialect", "text", "to"}`
    #[arg(long, conflicts_with_all = ["paths", "to", "out"])]
    batch: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// How Elastic rules are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Layout {
    Toml,
    Ndjson,
}

impl Layout {
    /// Returns the text in this layout, and the ending of its file. What is no TOML (Kibana's lines themselves) stays as it is.
    fn of(self, text: &str, target: Target) -> (String, &'static str) {
        match self {
            Self::Ndjson => (kibana::import_line(text).map_or_else(|| text.to_owned(), |line| line + "\n"), "ndjson"),
            Self::Toml => (text.to_owned(), target.extension()),
        }
    }
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Status, Failure> {
    let sources = super::files::sources(arguments.sources.as_deref())?;
    let context = ReadContext::builtin();
    if arguments.layout == Layout::Ndjson && arguments.to != Some(Target::Elastic) {
        return Err(Failure::new("`--layout ndjson` is a layout of Elastic rules").with_help("add `--to elastic`"));
    }
    let Some(target) = arguments.to else {
        batch::run(|question| answer(question, &sources))?;
        return Ok(Status::Clean);
    };
    let paths: Vec<String> = input::files(&arguments.paths)?.into_iter().filter(|path| !translate::is_fixture(path)).collect();
    let progress = terminal.progress(paths.len());
    let done: Result<Vec<_>, Failure> = paths
        .par_iter()
        .map(|path| {
            let file = translate::read(path, &context)?;
            let cases = if file.rules.is_empty() { Vec::new() } else { translate::cases(path)? };
            let one = |rule| translate::translate(rule, &file.text, target, &sources, &context, &cases);
            let translated: Vec<Translated> = file.rules.iter().map(one).collect();
            progress.inc(1);
            Ok((file, translated))
        })
        .collect();
    progress.finish_and_clear();
    report(&done?, arguments, target, terminal)
}

fn report(done: &[(RuleFile, Vec<Translated>)], arguments: &Arguments, target: Target, terminal: Terminal) -> Result<Status, Failure> {
    let mut counts = [0_usize; 3];
    let mut broken = false;
    for (file, translated) in done {
        broken |= file.report.has_problems() && file.rules.is_empty();
        if arguments.format == Format::Text && file.rules.is_empty() {
            terminal::note(&crate::report::text::render(&file.report, terminal.colors_errors()));
        }
        for (number, (rule, translated)) in file.rules.iter().zip(translated).enumerate() {
            if let Some(count) = counts.get_mut(translated.emitted.status as usize) {
                *count += 1;
            }
            one(file, rule, translated, number, arguments, target)?;
        }
    }
    let [exact, approximate, refused] = counts;
    if arguments.format == Format::Text {
        terminal.remark(&format!("{exact} exact, {approximate} approximate, {refused} refused\n"));
        if approximate > 0 && !arguments.accept_loss {
            terminal.remark("approximate translations are not written without --accept-loss\n");
        }
    }
    Ok(Status::found(broken || approximate + refused > 0))
}

/// Prints and writes one translation.
fn one(file: &RuleFile, rule: &Rule, translated: &Translated, number: usize, arguments: &Arguments, target: Target) -> Result<(), Failure> {
    let shown = translated.shown(file, rule);
    if arguments.format == Format::Json {
        terminal::print(&format!("{}\n", Json::Object(translation::object(&shown))))?;
    } else {
        terminal::note(&translation::text(&shown));
    }
    let accepted = translated.emitted.status == Fate::Exact || arguments.accept_loss;
    let Some(text) = translated.emitted.text.as_ref().filter(|_| accepted) else { return Ok(()) };
    let (text, ending) = arguments.layout.of(text, target);
    match &arguments.out {
        Some(folder) => write(folder, &file.path, number, ending, &text),
        None if arguments.format == Format::Text => terminal::print(&text),
        None => Ok(()),
    }
}

/// Writes a rule to a path that its source's path decides, so that a second run writes the same files.
fn write(folder: &str, path: &str, number: usize, ending: &str, text: &str) -> Result<(), Failure> {
    let relative = path.trim_start_matches(['.', '/']);
    let stem = relative.rsplit_once('.').map_or(relative, |(stem, _)| stem);
    let number = if number == 0 { String::new() } else { format!("-{}", number + 1) };
    let to = Path::new(folder).join(format!("{stem}{number}.{ending}"));
    load::write(&to, text).map_err(|error| Failure::new(format!("cannot write `{}`: {error}", to.display())))
}

/// Answers one question of a batch.
fn answer(question: &Question, sources: &Sources) -> Answer {
    let asked = || -> Result<Answer, Answer> {
        let text = batch::text(question, "text")?;
        let to = batch::text(question, "to")?;
        let target = target(to).map_err(|why| batch::refusal("unknown-target", &why))?;
        let dialect = match question.get("dialect").and_then(Json::as_str) {
            Some(name) => Some(languages::dialect(name).map_err(|why| batch::refusal("unknown-dialect", &why))?),
            None => None,
        };
        let path = question.get("file").and_then(Json::as_str).unwrap_or_else(|| placeholder(dialect));
        let context = ReadContext { dialect, ..ReadContext::builtin() };
        let file = rulefile::read(path, text, &context);
        let Some(rule) = file.rules.first() else {
            let found = file.diagnostics.first();
            return Err(found.map_or_else(
                || batch::refusal("not-a-rule", file.skipped.unwrap_or("the text holds no rule")),
                |found| batch::rejection(text, found),
            ));
        };
        let translated = translate::translate(rule, text, target, sources, &context, &[]);
        let shown = translation::Translation { file: path, text, rule, emitted: &translated.emitted, evidence: translated.evidence };
        let mut answer = Answer::from_iter([("ok".to_owned(), json!(true))]);
        answer.extend(translation::object(&shown));
        Ok(answer)
    };
    asked().unwrap_or_else(|refused| refused)
}

/// Reads a target's name.
pub(super) fn target(name: &str) -> Result<Target, String> {
    let known = Target::ALL.map(Target::name).join(", ");
    Target::from_name(name).ok_or_else(|| format!("no target is named `{name}`; known are {known}"))
}

/// A path with the ending that a dialect's files have.
fn placeholder(dialect: Option<Dialect>) -> &'static str {
    match dialect {
        Some(Dialect::Kql) => "rule.kql",
        Some(Dialect::Elastic) => "rule.toml",
        _ => "rule.yaml",
    }
}
