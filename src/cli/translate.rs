//! What `convert`, `test --to` and `snapshot` share: rules of files, their fixtures, and one translation with its evidence.

use super::files::{self, Folders};
use super::{Failure, input};
use crate::emit::{self, Emitted, Status, Target, UNCHANGED};
use crate::evidence::{self, Comparison, Evidence, Level};
use crate::fixtures::{Case, Suite};
use crate::ir::Rule;
use crate::mapping::Sources;
use crate::report::FileReport;
use crate::report::translation::Translation;
use crate::rulefile::{self, ReadContext};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// A rule file, read.
pub(super) struct RuleFile {
    pub path: String,
    pub text: Arc<str>,
    pub rules: Vec<Rule>,
    /// Why the file is not one of rules.
    pub skipped: Option<&'static str>,
    /// What is wrong in it.
    pub report: FileReport,
}

/// Reads one rule file.
pub(super) fn read(path: &str, context: &ReadContext<'_>) -> Result<RuleFile, Failure> {
    let text: Arc<str> = match input::text(path)? {
        Ok(text) => Arc::from(text),
        Err((shown, fault)) => {
            let report = FileReport::new(path, shown.clone(), vec![fault]);
            return Ok(RuleFile { path: path.to_owned(), text: Arc::from(shown), rules: Vec::new(), skipped: None, report });
        }
    };
    let file = rulefile::read(path, &text, context);
    let report = FileReport::new(path, text.clone(), file.diagnostics);
    Ok(RuleFile { path: path.to_owned(), text, rules: file.rules, skipped: file.skipped, report })
}

/// A fixture file, read, with what is wrong in it.
pub(super) struct FixtureFile {
    pub text: Arc<str>,
    pub suite: Result<Suite, Box<FileReport>>,
}

/// Tells whether a path is that of a fixture: `test.yaml`, `name.test.yaml`.
pub(super) fn is_fixture(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    ["test.yaml", "test.yml"].iter().any(|ending| name == *ending || name.strip_suffix(ending).is_some_and(|stem| stem.ends_with('.')))
}

/// Reads a fixture with the files that it names, which are relative to it.
pub(super) fn fixture(path: &str) -> Result<FixtureFile, Failure> {
    let done = |text: &str, suite| Ok(FixtureFile { text: Arc::from(text), suite });
    let text = match input::text(path)? {
        Ok(text) => text,
        Err((shown, fault)) => return done(&shown, Err(Box::new(FileReport::new(path, shown.clone(), vec![fault])))),
    };
    let broken = |found| Err(Box::new(FileReport::new(path, text.clone(), vec![found])));
    let names = match Suite::files(&text) {
        Ok(names) => names,
        Err(found) => return done(&text, broken(found)),
    };
    let mut contents: BTreeMap<String, Arc<str>> = BTreeMap::new();
    for name in names {
        // A file that cannot be read is said by the fixture, with the place of its name.
        if let Ok(Ok(content)) = files::unpacked(&beside(path, &name)) {
            contents.insert(name, Arc::from(content));
        }
    }
    let suite = Suite::read(&text, &contents).or_else(broken);
    done(&text, suite)
}

/// A path relative to the folder of another.
pub(super) fn beside(path: &str, name: &str) -> String {
    match path.rsplit_once('/') {
        Some((folder, _)) if !Path::new(name).is_absolute() => format!("{folder}/{name}"),
        _ => name.to_owned(),
    }
}

/// The cases of all fixtures beside a rule file that test it, each with its instant.
pub(super) fn cases(rule_path: &str, folders: &Folders) -> Result<Vec<(Case, i64)>, Failure> {
    let folder = rule_path.rsplit_once('/').map_or(".", |(folder, _)| folder);
    let mut found = Vec::new();
    for path in folders.siblings(folder)?.iter().filter(|path| is_fixture(path)) {
        if let Ok(suite) = fixture(path)?.suite {
            let tests_it = suite.rules.is_empty() || suite.rules.iter().any(|name| same_path(&beside(path, name), rule_path));
            if tests_it {
                found.extend(suite.cases.into_iter().map(|case| (case, suite.now)));
            }
        }
    }
    Ok(found)
}

fn same_path(a: &str, b: &str) -> bool {
    let clean = |path: &str| path.trim_start_matches("./").to_owned();
    clean(a) == clean(b)
}

/// A translation with its evidence.
pub(super) struct Translated {
    pub emitted: Emitted,
    pub evidence: Evidence,
    /// What the comparison on each case showed.
    pub compared: Vec<(String, Comparison)>,
}

/// Translates a rule, reads the result back, proves it or runs both on made events as far as is sought, and runs both on the cases. A
/// translation that differs on a case where nothing says so is withdrawn: it would be a silent loss.
pub(super) fn translate(
    rule: &Rule,
    text: &str,
    target: Target,
    sources: &Sources,
    context: &ReadContext<'_>,
    cases: &[(Case, i64)],
    sought: Level,
) -> Translated {
    let mut emitted = emit::emit(rule, text, target, sources);
    let back = evidence::read_back(&mut emitted, context);
    if emitted.status == Status::Refused {
        return Translated { emitted, evidence: Evidence::default(), compared: Vec::new() };
    }
    if emitted.form == UNCHANGED {
        // The text is the rule's own: what it says is what it said.
        let evidence = Evidence { level: Some(Level::Proven), ..Evidence::default() };
        return Translated { emitted, evidence, compared: Vec::new() };
    }
    let mut evidence = evidence::examine(rule, &back, &mut emitted, sources, sought);
    let compared: Vec<(String, Comparison)> = cases
        .iter()
        .map(|(case, now)| (case.name.clone(), evidence::compare(rule, &back, &emitted, &case.world(), *now, sources)))
        .collect();
    if let Some((name, _)) = compared.iter().find(|(_, comparison)| matches!(comparison, Comparison::Unexplained { .. })) {
        let message =
            format!("on the events of `{name}` the translation gives another verdict, which no loss explains (a defect of isoglot)");
        evidence::withdraw(&mut emitted, "verdict-differs", message);
        return Translated { emitted, evidence: Evidence::default(), compared };
    }
    let tested = compared.iter().any(|(_, comparison)| matches!(comparison, Comparison::Same { .. } | Comparison::AsSaid { .. }));
    if tested {
        evidence.level = evidence.level.max(Some(Level::Tested));
    }
    Translated { emitted, evidence, compared }
}

impl Translated {
    /// Returns the translation as reports show it.
    pub(super) fn shown<'a>(&'a self, file: &'a RuleFile, rule: &'a Rule) -> Translation<'a> {
        Translation { file: &file.path, text: &file.text, rule, emitted: &self.emitted, evidence: &self.evidence }
    }
}
