//! `isoglot convert`: rules in another dialect.

use super::batch::{self, Answer, Question};
use super::convert_out::Folder;
use super::files::{self, Folders};
use super::terminal::{self, Terminal};
use super::translate::{self, RuleFile, Translated};
use super::{Failure, Status, input, languages};
use crate::diagnostic::{Fidelity, Loss};
use crate::emit::rule_file::rule_file;
use crate::emit::{Status as Fate, Target, kibana};
use crate::evidence::Level;
use crate::ir::{Dialect, Rule};
use crate::mapping::Sources;
use crate::report::json::json_line;
use crate::report::{migration, translation};
use crate::rulefile::kibana::is_lines;
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
                        only with --accept-loss. Every translation is read back, and proven equal where that can be decided or else run beside the \
                        original on events made from its conditions. With --evidence tested nothing is proven, with --evidence parsed nothing \
                        is run either. Fixtures beside a rule (test.yaml) are run on both. Exit status 1: something is not \
                        exact, or has less evidence than required."
)]
pub(super) struct Arguments {
    /// Files or folders
    #[arg(value_name = "PATH", required_unless_present = "batch")]
    paths: Vec<String>,
    /// What to write: sentinel, kql, elastic or sigma
    #[arg(long, value_name = "TARGET", required_unless_present = "batch", value_parser = target)]
    to: Option<Target>,
    /// Write each rule to a file in this folder instead of standard output, with a manifest; files that someone edited stay
    #[arg(long, value_name = "DIR")]
    out: Option<String>,
    /// Write approximate translations too
    #[arg(long)]
    accept_loss: bool,
    /// Write only translations with evidence of at least this level: parsed back, tested on events, or proven equal
    #[arg(long, value_name = "LEVEL")]
    require: Option<Backing>,
    /// How far to go for evidence: each level takes more time. Losses are found and named at every level
    #[arg(long, value_name = "LEVEL", default_value = "proven")]
    evidence: Backing,
    /// Write a report of the whole migration as one HTML file
    #[arg(long, value_name = "FILE", conflicts_with = "batch")]
    report: Option<String>,
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
    /// Returns the text in this layout, and the ending of its file. What has the layout already stays as it is.
    fn of(self, text: &str, target: Target) -> (String, &'static str) {
        match self {
            Self::Ndjson => (kibana::import_line(text).map_or_else(|| text.to_owned(), |line| line + "\n"), "ndjson"),
            Self::Toml => (text.to_owned(), target.extension()),
        }
    }

    /// Lays a rule of Kibana's lines out as a rule file, where that is the layout. Exceptions beside the rule have no place in it.
    fn laid_out(self, mut translated: Translated, rule: &Rule) -> Translated {
        let emitted = &mut translated.emitted;
        let is_wanted = self == Self::Toml && emitted.target == Target::Elastic;
        let Some(file) = emitted.text.as_deref().filter(|text| is_wanted && is_lines(text)).and_then(rule_file) else { return translated };
        emitted.text = Some(file.text);
        for list in file.lists {
            let message = format!(
                "the items of the exception list `{list}` have no place in a rule file, which only names it: `--layout ndjson` keeps them"
            );
            emitted.losses.insert(0, Loss::file("exceptions-not-in-target", Fidelity::Wider, rule.span, message));
            emitted.status = Fate::Approximate;
        }
        translated
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Backing {
    Parsed,
    Tested,
    Proven,
}

impl From<Backing> for Level {
    fn from(backing: Backing) -> Self {
        match backing {
            Backing::Parsed => Self::Parsed,
            Backing::Tested => Self::Tested,
            Backing::Proven => Self::Proven,
        }
    }
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Status, Failure> {
    let sources = files::sources(arguments.sources.as_deref())?;
    let context = super::workspace::context()?;
    if arguments.layout == Layout::Ndjson && arguments.to != Some(Target::Elastic) {
        return Err(Failure::new("`--layout ndjson` is a layout of Elastic rules").with_help("add `--to elastic`"));
    }
    let sought = Level::from(arguments.evidence);
    if arguments.require.is_some_and(|required| Level::from(required) > sought) {
        return Err(Failure::new("`--require` asks for more evidence than `--evidence` looks for").with_help("raise `--evidence`"));
    }
    let Some(target) = arguments.to else {
        batch::run(|question| answer(question, &sources, sought))?;
        return Ok(Status::Clean);
    };
    let paths: Vec<String> = input::files(&arguments.paths)?.into_iter().filter(|path| !translate::is_fixture(path)).collect();
    let folders = Folders::default();
    let files: Result<Vec<RuleFile>, Failure> = paths.par_iter().map(|path| translate::read(path, &context)).collect();
    let mut files = files?;
    // A correlation or a filter may lie in another file than the rules that it names.
    rulefile::link(&mut files.iter_mut().flat_map(|file| &mut file.rules).collect::<Vec<_>>());
    let progress = terminal.progress(files.len());
    let done: Result<Vec<_>, Failure> = files
        .into_par_iter()
        .map(|file| {
            let cases = if file.rules.is_empty() { Vec::new() } else { translate::cases(&file.path, &folders)? };
            let one = |rule| {
                let translated = translate::translate(rule, &file.text, target, &sources, &context, &cases, sought);
                arguments.layout.laid_out(translated, rule)
            };
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
    let (mut broken, mut unbacked) = (false, 0);
    let mut folder = arguments.out.as_deref().map(Folder::open).transpose()?;
    let mut all = Vec::new();
    for (file, translated) in done {
        broken |= file.report.has_problems() && file.rules.is_empty();
        if arguments.format == Format::Text && file.rules.is_empty() {
            terminal::note(&crate::report::text::render(&file.report, terminal.colors_errors()));
        }
        for (number, (rule, translated)) in file.rules.iter().zip(translated).enumerate() {
            if let Some(count) = counts.get_mut(translated.emitted.status as usize) {
                *count += 1;
            }
            unbacked += usize::from(translated.emitted.text.is_some() && !is_backed(translated, arguments));
            one(file, rule, translated, number, arguments, folder.as_mut())?;
            all.push(translated.shown(file, rule));
        }
    }
    if let Some(path) = &arguments.report {
        let text = migration::html(&all, target).map_err(|error| Failure::new(format!("the report cannot be written: {error}")))?;
        load::write(Path::new(path), &text).map_err(|error| Failure::new(format!("cannot write `{path}`: {error}")))?;
    }
    let mut has_notices = false;
    if let Some(folder) = folder {
        let (written, notices) = folder.close()?;
        notices.iter().for_each(|notice| terminal::note(&format!("{notice}\n")));
        terminal.remark(&format!("{written} {} written\n", if written == 1 { "file" } else { "files" }));
        has_notices = !notices.is_empty();
    }
    let [exact, approximate, refused] = counts;
    if arguments.format == Format::Text {
        terminal.remark(&format!("{exact} exact, {approximate} approximate, {refused} refused\n"));
        if approximate > 0 && !arguments.accept_loss {
            terminal.remark("approximate translations are not written without --accept-loss\n");
        }
        if unbacked > 0 {
            let are = if unbacked == 1 { "translation has" } else { "translations have" };
            terminal.remark(&format!("{unbacked} {are} less evidence than --require asks for: not written\n"));
        }
    }
    Ok(Status::found(broken || has_notices || unbacked + approximate + refused > 0))
}

fn is_backed(translated: &Translated, arguments: &Arguments) -> bool {
    arguments.require.is_none_or(|required| translated.evidence.level >= Some(required.into()))
}

/// Prints and writes one translation.
fn one(
    file: &RuleFile,
    rule: &Rule,
    translated: &Translated,
    number: usize,
    arguments: &Arguments,
    folder: Option<&mut Folder>,
) -> Result<(), Failure> {
    let shown = translated.shown(file, rule);
    if arguments.format == Format::Json {
        terminal::print(&json_line(&Json::Object(translation::object(&shown))))?;
    } else {
        terminal::note(&translation::text(&shown));
    }
    let accepted = (translated.emitted.status == Fate::Exact || arguments.accept_loss) && is_backed(translated, arguments);
    let text = translated.emitted.text.as_deref().filter(|_| accepted).map(|text| arguments.layout.of(text, translated.emitted.target));
    match (folder, text) {
        (Some(folder), text) => folder.add(&shown, number, text.as_ref().map(|(text, ending)| (text.as_str(), *ending))),
        (None, Some((text, _))) if arguments.format == Format::Text => terminal::print(&text),
        (None, _) => Ok(()),
    }
}

/// Answers one question of a batch.
fn answer(question: &Question, sources: &Sources, sought: Level) -> Answer {
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
        let translated = translate::translate(rule, text, target, sources, &context, &[], sought);
        let shown = translation::Translation { file: path, text, rule, emitted: &translated.emitted, evidence: &translated.evidence };
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
