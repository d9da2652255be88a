//! `isoglot snapshot`: what every rule becomes in every target, as files that people review.

use super::files::Folders;
use super::terminal::Terminal;
use super::translate;
use super::{Failure, Status, files, input};
use crate::emit::Target;
use crate::evidence::Level;
use crate::mapping::Sources;
use crate::report::translation;
use crate::rulefile::ReadContext;
use crate::source::load;
use clap::Args;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;

/// Write what every rule becomes in every target, for review
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Files or folders of rules
    #[arg(value_name = "PATH", default_value = "rules")]
    paths: Vec<String>,
    /// Where the snapshots are
    #[arg(long, value_name = "DIR", default_value = "snapshots")]
    out: String,
    /// Write nothing; say what differs
    #[arg(long)]
    check: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Status, Failure> {
    let (context, folders) = (ReadContext::builtin(), Folders::default());
    let paths: Vec<String> = input::files(&arguments.paths)?.into_iter().filter(|path| !translate::is_fixture(path)).collect();
    let files: Result<Vec<Vec<(String, String)>>, Failure> = paths.par_iter().map(|path| of_file(path, &context, &folders)).collect();
    let wanted: BTreeMap<String, String> = files?.into_iter().flatten().collect();
    let present = present(&arguments.out)?;
    let changed: Vec<&String> = wanted.iter().filter(|(name, text)| present.get(*name) != Some(text)).map(|(name, _)| name).collect();
    let gone: Vec<&String> = present.keys().filter(|name| !wanted.contains_key(*name)).collect();
    if arguments.check {
        for name in changed.iter().chain(&gone) {
            terminal.remark(&format!("{}/{name} is not up to date\n", arguments.out));
        }
        let differs = !changed.is_empty() || !gone.is_empty();
        if differs {
            terminal.remark("run `isoglot snapshot` and review the difference\n");
        }
        return Ok(Status::found(differs));
    }
    for name in &changed {
        let to = Path::new(&arguments.out).join(name);
        let text = wanted.get(*name).map_or("", String::as_str);
        load::write(&to, text).map_err(|error| Failure::new(format!("cannot write `{}`: {error}", to.display())))?;
    }
    for name in &gone {
        let at = Path::new(&arguments.out).join(name);
        std::fs::remove_file(&at).map_err(|error| Failure::new(format!("cannot remove `{}`: {error}", at.display())))?;
    }
    terminal.remark(&format!("{} snapshots, {} written, {} removed\n", wanted.len(), changed.len(), gone.len()));
    Ok(Status::Clean)
}

/// The snapshots of one rule file: the translation and what it lost, for each target.
fn of_file(path: &str, context: &ReadContext<'_>, folders: &Folders) -> Result<Vec<(String, String)>, Failure> {
    let file = translate::read(path, context)?;
    let Some(rule) = file.rules.last() else { return Ok(Vec::new()) };
    let cases = translate::cases(path, folders)?;
    let folder = name(path);
    let mut out = Vec::new();
    for target in Target::ALL.into_iter().filter(|target| target.dialect() != rule.dialect) {
        let translated = translate::translate(rule, &file.text, target, Sources::builtin(), context, &cases, Level::Proven);
        out.push((format!("{folder}/{}.losses.txt", target.name()), translation::text(&translated.shown(&file, rule))));
        if let Some(text) = translated.emitted.text {
            out.push((format!("{folder}/{}.{}", target.name(), target.extension()), text));
        }
    }
    Ok(out)
}

/// The snapshot folder of a rule: the name of its own folder, or its file's where several rules share one.
fn name(path: &str) -> String {
    let without_ending = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let mut parts = without_ending.rsplit('/');
    match (parts.next(), parts.next()) {
        (Some("rule"), Some(folder)) => folder.to_owned(),
        (Some(stem), _) => stem.to_owned(),
        _ => without_ending.to_owned(),
    }
}

/// The snapshots that are there.
fn present(folder: &str) -> Result<BTreeMap<String, String>, Failure> {
    let mut found = BTreeMap::new();
    for path in files::below(folder)? {
        if let Ok(text) = input::text(&path)? {
            let name = path.strip_prefix(folder).unwrap_or(&path).trim_start_matches('/');
            found.insert(name.to_owned(), text);
        }
    }
    Ok(found)
}
