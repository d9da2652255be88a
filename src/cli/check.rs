//! `isoglot check`: every problem in rule files.

use super::baseline::Baseline;
use super::config::{Config, Overrides, Selection};
use super::format::Format;
use super::terminal::{self, Terminal};
use super::{Failure, Status, fixes, input, statistics, workspace};
use crate::check::{self, Identity, References, suppression};
use crate::diagnostic::{Diagnostic, Severity};
use crate::ir::Dialect;
use crate::report::FileReport;
use crate::rulefile::{self, ReadContext};
use clap::Args;
use rayon::prelude::*;
use std::time::Instant;

/// Find problems in rule files
#[derive(Args, Debug)]
#[command(
    after_help = "Findings are silenced by `// isoglot: ignore[code] reason` (in YAML and TOML `# …`), by isoglot.toml, or by a baseline. \
                        `isoglot explain CODE` says what a code means."
)]
pub(super) struct Arguments {
    /// Files or folders; `-` is standard input [default: the working folder]
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// Only these checks
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    select: Vec<String>,
    /// Not these checks
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Also what only pedants want to hear
    #[arg(long)]
    pedantic: bool,
    /// Mend what can be mended safely, in place
    #[arg(long, conflicts_with_all = ["write_baseline", "baseline"])]
    fix: bool,
    /// How to report
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Count the findings by code instead of showing them
    #[arg(long, conflicts_with = "format")]
    statistics: bool,
    /// Say nothing of the findings in this file
    #[arg(long, value_name = "FILE")]
    baseline: Option<String>,
    /// Write all findings to this file and report none
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    write_baseline: Option<String>,
    /// The dialect of all files, where their content does not say it
    #[arg(long, value_name = "DIALECT", value_parser = super::languages::dialect)]
    dialect: Option<Dialect>,
    /// The configuration [default: isoglot.toml here or above]
    #[arg(long, value_name = "FILE")]
    config: Option<String>,
}

/// Rounds of mending one file at most.
const MOST_ROUNDS: usize = 100;

/// What one file gave, before its suppressions and the configuration are asked.
#[derive(Default)]
struct Checked {
    text: String,
    findings: Vec<Diagnostic>,
    identities: Vec<Identity>,
    titles: Vec<Identity>,
    references: References,
    rules: usize,
    skipped: Option<String>,
}

impl Checked {
    /// Returns what the user hears of the findings.
    fn shown(&self, selection: &Selection<'_>) -> Vec<Diagnostic> {
        let findings = suppression::apply(&self.text, self.findings.clone(), |code| selection.shows_code(code));
        let shown = findings.into_iter().filter(|finding| selection.shows(finding.code, finding.persona));
        shown.map(|finding| selection.adjust(finding)).collect()
    }
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Status, Failure> {
    let started = Instant::now();
    let config = Config::load(&Overrides {
        path: arguments.config.as_deref(),
        select: &arguments.select,
        ignore: &arguments.ignore,
        pedantic: arguments.pedantic,
    })?;
    let baseline = arguments.baseline.as_deref().map(Baseline::load).transpose()?;
    let catalog = workspace::catalog(&config)?;
    let context = ReadContext { catalog: &catalog, dialect: arguments.dialect };
    let files: Vec<String> = input::files(&arguments.paths)?.into_iter().filter(|path| !config.excludes(path)).collect();
    let progress = terminal.progress(files.len());
    let checked: Result<Vec<Checked>, Failure> = files
        .par_iter()
        .map(|path| {
            let checked = check_file(path, &context, &config, arguments.fix);
            progress.inc(1);
            checked
        })
        .collect();
    progress.finish_and_clear();
    let mut checked = checked?;
    add_of_all(&files, &mut checked);
    let rules = checked.iter().map(|file| file.rules).sum();
    if terminal.verbose {
        for (path, Checked { skipped, .. }) in files.iter().zip(&checked) {
            if let Some(reason) = skipped {
                terminal::note(&format!("{path}: passed over, {reason}\n"));
            }
        }
    }
    let skipped = checked.iter().filter(|file| file.skipped.is_some()).count();
    let report = |(path, file): (&String, Checked)| {
        let findings = file.shown(&config.selection(path));
        FileReport::new(path, file.text, findings)
    };
    let mut reports: Vec<FileReport> = files.par_iter().zip(checked).map(report).collect();
    if let Some(path) = &arguments.write_baseline {
        let baseline = Baseline::of(&reports);
        baseline.write(path)?;
        terminal.remark(&format!("{} findings written to {path}\n", baseline.len()));
        return Ok(Status::Clean);
    }
    let known = baseline.as_ref().map(|baseline| baseline.silence(&mut reports));
    if arguments.statistics {
        terminal::print(&statistics::render(&reports))?;
    } else {
        arguments.format.print(&reports, terminal)?;
    }
    if arguments.format == Format::Text {
        terminal.remark(&summary(&reports, rules, skipped, known, started));
    }
    Ok(Status::found(reports.iter().any(FileReport::has_problems)))
}

/// Adds what only shows when all files are seen: rules with one id or title, and names that no rule has.
fn add_of_all(files: &[String], checked: &mut [Checked]) {
    let paths = || files.iter().map(String::as_str);
    let mut found = check::duplicate_ids(paths().zip(checked.iter().map(|file| file.identities.as_slice())));
    found.extend(check::duplicate_titles(paths().zip(checked.iter().map(|file| file.titles.as_slice()))));
    found.extend(check::unknown_references(checked.iter().map(|file| &file.references)));
    for (number, finding) in found {
        if let Some(file) = checked.get_mut(number) {
            file.findings.push(finding);
        }
    }
}

/// Checks one file, and mends it first where that is asked for.
fn check_file(path: &str, context: &ReadContext<'_>, config: &Config, fix: bool) -> Result<Checked, Failure> {
    let text = match input::text(path)? {
        Ok(text) => text,
        Err((text, fault)) => return Ok(Checked { text, findings: vec![fault], ..Checked::default() }),
    };
    let mut checked = check_text(path, text, context);
    if fix && path != input::STDIN {
        let selection = config.selection(path);
        // Mending one thing may bring another to light; a fix that does not remove its own finding must not go on for ever.
        for _ in 0..MOST_ROUNDS {
            let Some(mended) = fixes::mend(&checked.text, &checked.shown(&selection)) else { break };
            checked = check_text(path, mended, context);
        }
        fixes::write(path, &checked.text)?;
    }
    Ok(checked)
}

fn check_text(path: &str, text: String, context: &ReadContext<'_>) -> Checked {
    let mut read = rulefile::read(path, &text, context);
    let mut findings = std::mem::take(&mut read.diagnostics);
    findings.extend(check::check_rules(&read, &text, context.catalog));
    let mut references = References::default();
    read.rules.iter().for_each(|rule| references.add(rule));
    Checked {
        findings,
        identities: read.rules.iter().filter_map(Identity::of).collect(),
        titles: read.rules.iter().filter_map(Identity::title).collect(),
        references,
        rules: read.rules.len(),
        skipped: read.skipped.map(str::to_owned),
        text,
    }
}

/// One line for people: what was read and found.
fn summary(reports: &[FileReport], rules: usize, skipped: usize, known: Option<(usize, usize)>, started: Instant) -> String {
    let count = |severity| reports.iter().flat_map(|r| &r.findings).filter(|d| d.severity == severity).count();
    let (errors, warnings, remarks) = (count(Severity::Error), count(Severity::Warning), count(Severity::Info));
    let mut found: Vec<String> = Vec::new();
    for (n, one, many) in [(errors, "error", "errors"), (warnings, "warning", "warnings"), (remarks, "remark", "remarks")] {
        if n > 0 {
            found.push(format!("{n} {}", if n == 1 { one } else { many }));
        }
    }
    let found = if found.is_empty() { "nothing found".to_owned() } else { found.join(", ") };
    let passed_over = if skipped > 0 { format!(", {skipped} passed over (-v says why)") } else { String::new() };
    let baseline = match known {
        Some((known, 0)) => format!("; {known} known from the baseline"),
        Some((known, stale)) => format!("; {known} known from the baseline, {stale} of its entries no longer occur: write it anew"),
        None => String::new(),
    };
    let fixable = reports.iter().flat_map(|r| &r.findings).filter(|d| d.fix.as_ref().is_some_and(|fix| fix.safe)).count();
    let fixable = if fixable > 0 { format!("; --fix mends {fixable}") } else { String::new() };
    let (rule_word, file_word) = (if rules == 1 { "rule" } else { "rules" }, if reports.len() == 1 { "file" } else { "files" });
    format!(
        "{found} in {rules} {rule_word} of {} {file_word}{passed_over}{baseline}{fixable} ({:.2} s)\n",
        reports.len(),
        started.elapsed().as_secs_f64()
    )
}
