//! `isoglot diff`: what changed between two versions of rules, in meaning.

use super::batch::{self, Answer, Question};
use super::files::Folders;
use super::terminal::{self, Terminal};
use super::translate::{self, RuleFile};
use super::{Failure, Status, git, input, languages};
use crate::diff::{self, Diff, Observation};
use crate::eval::Settings;
use crate::eval::alert::run_rule;
use crate::fixtures::Case;
use crate::ir::Rule;
use crate::report;
use crate::report::difference::{self, Difference, Version};
use crate::report::json::json_line;
use crate::rulefile::{self, ReadContext};
use crate::source;
use clap::{Args, ValueEnum};
use rayon::prelude::*;
use serde_json::{Value as Json, json};
use std::path::Path;

/// Say what changed between two versions of rules, in meaning
#[derive(Args, Debug)]
#[command(
    after_help = "The verdict says how the events that the new version fires on relate to those of the old one: equivalent, narrower, broader, \
                        overlapping, disjoint, or unknown where neither a proof nor an event decides. Events on which only one version \
                        fires are shown; both versions were run on them. Test cases beside the rule (test.yaml) are run too. Exit \
                        status 1: something differs.\n\n\
                        With --batch, each line of standard input is `{\"id\", \"dialect\", \"old\", \"new\"}`."
)]
pub(super) struct Arguments {
    /// Two files or two folders; with --git, what to look at [default: the working folder]
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// Compare the files of the working folder with this commit
    #[arg(long, value_name = "BASE", conflicts_with = "batch")]
    git: Option<String>,
    /// How to report
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Answer JSON Lines on standard input
    #[arg(long, conflicts_with = "paths")]
    batch: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One JSON object a rule
    Json,
    /// For a comment on a pull request
    Markdown,
}

/// Two versions of a file; `None` where one does not exist.
struct Pair {
    old: Option<RuleFile>,
    new: Option<RuleFile>,
}

/// Two versions of a rule.
struct Compared {
    old: Option<(usize, Rule)>,
    new: Option<(usize, Rule)>,
    diff: Option<Diff>,
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Status, Failure> {
    if arguments.batch {
        batch::run(answer)?;
        return Ok(Status::Clean);
    }
    let pairs = match (&arguments.git, arguments.paths.as_slice()) {
        (Some(base), paths) => since(base, paths)?,
        (None, [old, new]) => between(old, new)?,
        (None, _) => return Err(Failure::new("diff takes two paths").with_help("`isoglot diff OLD NEW`, or `isoglot diff --git BASE`")),
    };
    let progress = terminal.progress(pairs.len());
    let done: Result<Vec<Vec<Compared>>, Failure> = pairs
        .par_iter()
        .map(|pair| {
            let compared = compare(pair);
            progress.inc(1);
            compared
        })
        .collect();
    progress.finish_and_clear();
    report(&pairs, &done?, arguments.format, terminal)
}

/// The rule files that differ from a commit.
fn since(base: &str, paths: &[String]) -> Result<Vec<Pair>, Failure> {
    let mut pairs = Vec::new();
    for path in git::changed(base, paths)?.into_iter().filter(|path| is_rule_path(path)) {
        let old = git::show(base, &path)?.map(|bytes| read_bytes(&path, &bytes)).transpose()?;
        let new = if Path::new(&path).is_file() { Some(translate::read(&path, &super::workspace::context()?)?) } else { None };
        pairs.push(Pair { old, new });
    }
    Ok(pairs)
}

fn is_rule_path(path: &str) -> bool {
    const ENDINGS: [&str; 6] = ["yaml", "yml", "toml", "kql", "csl", "ndjson"];
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending)) && !translate::is_fixture(path)
}

/// A version that is no file.
fn read_bytes(path: &str, bytes: &[u8]) -> Result<RuleFile, Failure> {
    let text = source::decode(bytes).unwrap_or_else(|_| String::from_utf8_lossy(bytes).into_owned());
    let file = rulefile::read(path, &text, &super::workspace::context()?);
    let report = report::FileReport::new(path, text.as_str(), file.diagnostics);
    Ok(RuleFile { path: path.to_owned(), text: text.into(), rules: file.rules, skipped: file.skipped, report })
}

/// Two files, or the files of two folders by their paths in them.
fn between(old: &str, new: &str) -> Result<Vec<Pair>, Failure> {
    let read = |path: &str| translate::read(path, &super::workspace::context()?);
    match (Path::new(old).is_dir(), Path::new(new).is_dir()) {
        (false, false) => Ok(vec![Pair { old: Some(read(old)?), new: Some(read(new)?) }]),
        (true, true) => {
            let (olds, news) = (inside(old)?, inside(new)?);
            let mut names: Vec<&String> = olds.iter().chain(&news).collect();
            names.sort();
            names.dedup();
            let version = |folder: &str, known: &[String], name: &String| {
                let path = format!("{}/{name}", folder.trim_end_matches('/'));
                known.contains(name).then(|| read(&path)).transpose()
            };
            names.into_iter().map(|name| Ok(Pair { old: version(old, &olds, name)?, new: version(new, &news, name)? })).collect()
        }
        _ => Err(Failure::new("diff takes two files or two folders, not one of each")),
    }
}

/// The rule files of a folder, relative to it.
fn inside(folder: &str) -> Result<Vec<String>, Failure> {
    let prefix = format!("{}/", folder.trim_start_matches("./").trim_end_matches('/'));
    let files = input::files(&[folder.to_owned()])?;
    let relative = files.into_iter().filter(|path| !translate::is_fixture(path));
    Ok(relative.map(|path| path.strip_prefix(&prefix).map_or_else(|| path.clone(), str::to_owned)).collect())
}

/// Compares the rules of two versions of a file.
fn compare(pair: &Pair) -> Result<Vec<Compared>, Failure> {
    let rules =
        |file: &Option<RuleFile>| file.as_ref().map_or_else(Vec::new, |file| file.rules.iter().cloned().enumerate().collect::<Vec<_>>());
    let (olds, mut news) = (rules(&pair.old), rules(&pair.new));
    let (single, path) = (olds.len() == 1 && news.len() == 1, pair.new.as_ref().or(pair.old.as_ref()).map(|file| file.path.clone()));
    let mut out = Vec::new();
    for old in olds {
        let found = news.iter().position(|new| single || is_same_rule(&old.1, &new.1));
        let new = found.map(|at| news.remove(at));
        let diff = new.as_ref().map(|new| diff::diff(&old.1, &new.1));
        out.push(Compared { old: Some(old), new, diff });
    }
    out.extend(news.into_iter().map(|new| Compared { old: None, new: Some(new), diff: None }));
    if let Some(path) = path.filter(|_| out.iter().any(|one| one.diff.as_ref().is_some_and(|diff| !diff.is_empty()))) {
        let cases = if Path::new(&path).exists() { translate::cases(&path, &Folders::default())? } else { Vec::new() };
        for one in &mut out {
            if let (Some((_, old)), Some((_, new)), Some(diff)) = (&one.old, &one.new, one.diff.take()) {
                one.diff = Some(diff.observed(observe(old, new, &cases)));
            }
        }
    }
    Ok(out)
}

fn is_same_rule(old: &Rule, new: &Rule) -> bool {
    let id = |rule: &Rule| rule.meta.id.as_ref().map(|id| id.value.clone());
    let name = |rule: &Rule| rule.meta.name.as_ref().map(|name| name.value.clone());
    match (id(old), id(new)) {
        (Some(old), Some(new)) => old == new,
        _ => name(old) == name(new),
    }
}

/// Runs both versions on the test cases.
fn observe(old: &Rule, new: &Rule, cases: &[(Case, i64)]) -> Vec<Observation> {
    let one = |(case, now): &(Case, i64)| {
        let world = case.world();
        let fires = |rule: &Rule| run_rule(rule, &world, &Settings::at(*now)).ok().map(|outcome| !outcome.alerts.is_empty());
        let events = case.events.iter().map(|event| event.event.clone()).collect();
        Observation { case: case.name.clone(), old: fires(old), new: fires(new), events }
    };
    cases.par_iter().map(one).collect()
}

fn report(pairs: &[Pair], done: &[Vec<Compared>], format: Format, terminal: Terminal) -> Result<Status, Failure> {
    let mut differing = 0;
    let mut broken = false;
    let mut seen = 0;
    for (pair, compared) in pairs.iter().zip(done) {
        for file in [&pair.old, &pair.new].into_iter().flatten().filter(|file| file.rules.is_empty() && file.skipped.is_none()) {
            broken = true;
            terminal::note(&report::text::render(&file.report, terminal.colors_errors()));
        }
        for one in compared {
            seen += 1;
            if one.diff.as_ref().is_some_and(Diff::is_empty) {
                continue;
            }
            differing += 1;
            let shown = shown(pair, one);
            let text = match format {
                Format::Text => difference::text(&shown),
                Format::Json => json_line(&difference::document(&shown)),
                Format::Markdown => difference::markdown(&shown),
            };
            terminal::print(&text)?;
        }
    }
    if seen == 0 && !broken {
        terminal.remark("no rule was compared\n");
    } else if format == Format::Text {
        terminal.remark(&format!("{differing} of {seen} rules differ\n"));
    } else if format == Format::Markdown && differing == 0 {
        terminal::print("No rule differs.\n")?;
    }
    Ok(Status::found(broken || differing > 0))
}

fn shown<'a>(pair: &'a Pair, one: &'a Compared) -> Difference<'a> {
    let rule = one.new.as_ref().or(one.old.as_ref()).and_then(|(_, rule)| rule.meta.name.as_ref());
    Difference {
        rule: rule.map_or("rule without a name", |name| &name.value),
        old: version(pair.old.as_ref(), one.old.as_ref()),
        new: version(pair.new.as_ref(), one.new.as_ref()),
        diff: one.diff.as_ref(),
    }
}

fn version<'a>(file: Option<&'a RuleFile>, rule: Option<&'a (usize, Rule)>) -> Version<'a> {
    let (Some(file), Some((_, rule))) = (file, rule) else { return Version { path: "", text: "", query: "" } };
    Version { path: &file.path, text: &file.text, query: rule.queries.first().map_or("", |query| &query.text) }
}

/// Answers one question of a batch.
fn answer(question: &Question) -> Answer {
    let asked = || -> Result<Answer, Answer> {
        let dialect = match question.get("dialect").and_then(Json::as_str) {
            Some(name) => Some(languages::dialect(name).map_err(|why| batch::refusal("unknown-dialect", &why))?),
            None => None,
        };
        let (old_text, new_text) = (batch::text(question, "old")?, batch::text(question, "new")?);
        let context = ReadContext { dialect, ..ReadContext::builtin() };
        let read = |version: &str, text: &str| -> Result<Rule, Answer> {
            let file = rulefile::read("", text, &context);
            let first = file.diagnostics.iter().find(|found| found.severity == crate::diagnostic::Severity::Error);
            match (file.rules.into_iter().next(), first) {
                (Some(rule), None) => Ok(rule),
                (_, Some(found)) => Err(batch::rejection(text, found)),
                (None, None) => Err(batch::refusal("not-a-rule", &format!("`{version}` holds no rule"))),
            }
        };
        let (old, new) = (read("old", old_text)?, read("new", new_text)?);
        let diff = diff::diff(&old, &new);
        let query = |rule: &Rule| rule.queries.first().map(|query| query.text.clone()).unwrap_or_default();
        let (old_query, new_query) = (query(&old), query(&new));
        let shown = Difference {
            rule: "",
            old: Version { path: "", text: old_text, query: &old_query },
            new: Version { path: "", text: new_text, query: &new_query },
            diff: Some(&diff),
        };
        let mut answer = Answer::from_iter([("ok".to_owned(), json!(true))]);
        answer.extend(difference::object(&shown));
        Ok(answer)
    };
    asked().unwrap_or_else(|refused| refused)
}
