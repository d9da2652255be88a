//! `isoglot test`: rules on their fixtures, and their translations on the same events.

use super::format::Format;
use super::terminal::{self, Terminal};
use super::translate::{self, RuleFile};
use super::{Failure, Status, input};
use crate::diagnostic::Diagnostic;
use crate::emit::{Status as Fate, Target};
use crate::evidence::{Comparison, Level};
use crate::fixtures::{Case, Suite};
use crate::ir::Rule;
use crate::mapping::Sources;
use crate::report::FileReport;
use crate::rulefile::ReadContext;
use crate::source::Span;
use clap::Args;
use rayon::prelude::*;
use std::fmt::Write as _;

/// Run rules on their fixtures
#[derive(Args, Debug)]
#[command(
    after_help = "A fixture is a file `test.yaml` (or `NAME.test.yaml`) beside the rules that it tests; `isoglot schema fixture` prints \
                        its form. With --to, each translation runs on the same events in the target's shape and must give the same verdict."
)]
pub(super) struct Arguments {
    /// Files or folders: fixtures, or rules with fixtures beside them [default: the working folder]
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// Also run the translations to these targets
    #[arg(long, value_name = "TARGET", value_parser = targets)]
    to: Option<Targets>,
    /// Log sources of your own, besides the built-in ones
    #[arg(long, value_name = "DIR")]
    sources: Option<String>,
    /// How to report
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

/// The targets asked for.
#[derive(Clone, Debug)]
struct Targets(Vec<Target>);

fn targets(text: &str) -> Result<Targets, String> {
    if text == "all" {
        return Ok(Targets(Target::ALL.to_vec()));
    }
    text.split(',').map(super::convert::target).collect::<Result<_, _>>().map(Targets)
}

/// What the tests of one fixture file gave.
#[derive(Default)]
struct Done {
    passed: usize,
    failed: usize,
    /// What people read.
    text: String,
    /// What programs read: findings by file.
    reports: Vec<FileReport>,
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Status, Failure> {
    let sources = super::files::sources(arguments.sources.as_deref())?;
    let paths = fixtures(&arguments.paths)?;
    if paths.is_empty() {
        return Err(Failure::new("no fixture was found").with_help("a fixture is a file `test.yaml` beside the rules that it tests"));
    }
    let targets = arguments.to.as_ref().map_or(&[][..], |targets| &targets.0);
    let progress = terminal.progress(paths.len());
    let done: Result<Vec<Done>, Failure> = paths
        .par_iter()
        .map(|path| {
            let done = file(path, targets, &sources);
            progress.inc(1);
            done
        })
        .collect();
    progress.finish_and_clear();
    let done = done?;
    if arguments.format == Format::Text {
        for done in &done {
            terminal::print(&done.text)?;
            for report in done.reports.iter().filter(|report| done.passed + done.failed == 0 && !report.findings.is_empty()) {
                terminal::note(&crate::report::text::render(report, terminal.colors_errors()));
            }
        }
    } else {
        let reports: Vec<FileReport> = done.iter().flat_map(|done| done.reports.clone()).collect();
        arguments.format.print(&reports, terminal)?;
    }
    let (passed, failed) = done.iter().fold((0, 0), |(passed, failed), done| (passed + done.passed, failed + done.failed));
    terminal.remark(&format!("{passed} passed, {failed} failed\n"));
    Ok(Status::found(failed > 0 || done.iter().any(|done| done.reports.iter().any(FileReport::has_problems))))
}

/// The fixtures that the paths name or have beside them.
fn fixtures(paths: &[String]) -> Result<Vec<String>, Failure> {
    let mut found: Vec<String> = Vec::new();
    for path in input::files(paths)? {
        let beside = if paths.contains(&path) && !translate::is_fixture(&path) {
            input::of_folder(path.rsplit_once('/').map_or(".", |(folder, _)| folder))?
        } else {
            vec![path]
        };
        found.extend(beside.into_iter().filter(|path| translate::is_fixture(path)));
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// Runs one fixture file.
fn file(path: &str, targets: &[Target], sources: &Sources) -> Result<Done, Failure> {
    let fixture = translate::fixture(path)?;
    let suite = match &fixture.suite {
        Ok(suite) => suite,
        Err(report) => return Ok(Done { reports: vec![(**report).clone()], ..Done::default() }),
    };
    let context = super::workspace::context()?;
    let mut done = Done { text: format!("{path}\n"), ..Done::default() };
    let mut findings = Vec::new();
    for rule_path in rules(path, suite)? {
        let file = translate::read(&rule_path, &context)?;
        if file.skipped.is_some() {
            continue;
        }
        if file.rules.is_empty() {
            done.failed += 1;
            done.reports.push(file.report);
            continue;
        }
        // Detection rules that only feed a correlation are tested through it.
        let Some(rule) = file.rules.last() else { continue };
        let _ = writeln!(done.text, "  {}", rule_path.rsplit('/').next().unwrap_or(&rule_path));
        original(rule, suite, &mut done, &mut findings);
        for target in targets.iter().filter(|target| target.dialect() != rule.dialect) {
            translation(&file, rule, *target, suite, (sources, &context), &mut done, &mut findings);
        }
    }
    done.reports.push(FileReport::new(path, fixture.text.clone(), findings));
    Ok(done)
}

/// The rules that a fixture tests: those it names, else every rule file beside it.
fn rules(path: &str, suite: &Suite) -> Result<Vec<String>, Failure> {
    if !suite.rules.is_empty() {
        return Ok(suite.rules.iter().map(|name| translate::beside(path, name)).collect());
    }
    let folder = path.rsplit_once('/').map_or(".", |(folder, _)| folder);
    Ok(input::of_folder(folder)?.into_iter().filter(|path| !translate::is_fixture(path)).collect())
}

fn original(rule: &Rule, suite: &Suite, done: &mut Done, findings: &mut Vec<Diagnostic>) {
    for case in &suite.cases {
        let result = case.run(rule, suite.now);
        verdict(case, &result.failures, "", done, findings);
    }
}

/// Notes the verdict of one case.
fn verdict(case: &Case, failures: &[String], who: &str, done: &mut Done, findings: &mut Vec<Diagnostic>) {
    if failures.is_empty() {
        done.passed += 1;
        let _ = writeln!(done.text, "    ok    {who}{}", case.name);
        return;
    }
    done.failed += 1;
    let _ = writeln!(done.text, "    FAIL  {who}{}", case.name);
    for failure in failures {
        let _ = writeln!(done.text, "          {failure}");
        findings.push(Diagnostic::error("test-failed", case.span, format!("{who}{failure}")));
    }
}

fn translation(
    file: &RuleFile,
    rule: &Rule,
    target: Target,
    suite: &Suite,
    (sources, context): (&Sources, &ReadContext<'_>),
    done: &mut Done,
    findings: &mut Vec<Diagnostic>,
) {
    let cases: Vec<(Case, i64)> = suite.cases.iter().map(|case| (case.clone(), suite.now)).collect();
    let translated = translate::translate(rule, &file.text, target, sources, context, &cases, Level::Proven);
    let refusal = translated.emitted.losses.first();
    let is_defect = refusal.is_some_and(|loss| matches!(loss.code, "verdict-differs" | "translation-does-not-read"));
    if translated.emitted.status == Fate::Refused && !is_defect {
        let reason = refusal.map_or("", |loss| loss.message.as_str());
        let _ = writeln!(done.text, "    -> {:<9} refused: {reason}", target.name());
        return;
    }
    if is_defect {
        let failure = format!("-> {}: {}", target.name(), refusal.map_or("", |loss| loss.message.as_str()));
        done.failed += 1;
        let _ = writeln!(done.text, "    FAIL  {failure}");
        findings.push(Diagnostic::error("translation-differs", Span::at(0), failure));
    }
    let same = translated.compared.iter().filter(|(_, comparison)| matches!(comparison, Comparison::Same { .. })).count();
    if is_defect && translated.compared.is_empty() {
        return;
    }
    let fate = if translated.emitted.status == Fate::Exact { "exact" } else { "approximate" };
    let _ = writeln!(done.text, "    -> {:<9} {fate}, {same} of {} verdicts the same", target.name(), cases.len());
    for ((case, _), (_, comparison)) in cases.iter().zip(&translated.compared) {
        let who = format!("{} as {}: ", case.name, target.name());
        let failure = match comparison {
            Comparison::Same { .. } => None,
            Comparison::AsSaid { original } => {
                let _ = writeln!(done.text, "          {}: differs as its losses say (the original {})", case.name, fires(*original));
                None
            }
            Comparison::Unexplained { original } => {
                Some(format!("{who}the original {}, the translation does not agree, and no loss says so", fires(*original)))
            }
            Comparison::NotRun { reason } => Some(format!("{who}{reason}")),
        };
        match failure {
            None => done.passed += 1,
            Some(failure) => {
                done.failed += 1;
                let _ = writeln!(done.text, "    FAIL  {failure}");
                findings.push(Diagnostic::error("translation-differs", case.span, failure));
            }
        }
    }
}

fn fires(fires: bool) -> &'static str {
    if fires { "fires" } else { "does not fire" }
}
