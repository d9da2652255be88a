//! `check --statistics`: how often each code was found, instead of the findings.

use crate::check;
use crate::diagnostic::{Diagnostic, Severity};
use crate::report::FileReport;
use comfy_table::{CellAlignment, Table, presets};
use std::collections::BTreeMap;

/// How often a code was found.
#[derive(Default)]
struct Count {
    severity: Option<Severity>,
    findings: usize,
    files: usize,
    fixable: usize,
}

/// Renders a table of codes, most frequent first.
pub(super) fn render(reports: &[FileReport]) -> String {
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    for report in reports {
        let mut seen: Vec<&str> = Vec::new();
        for finding in &report.findings {
            let count = counts.entry(finding.code).or_default();
            count.severity = count.severity.max(Some(finding.severity));
            count.findings += 1;
            count.fixable += usize::from(is_fixable(finding));
            if !seen.contains(&finding.code) {
                seen.push(finding.code);
                count.files += 1;
            }
        }
    }
    let mut rows: Vec<(&str, Count)> = counts.into_iter().collect();
    rows.sort_by_key(|(code, count)| (std::cmp::Reverse(count.findings), *code));
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header(["findings", "files", "mended by --fix", "severity", "code", "what"]);
    for (code, count) in rows {
        let severity = count.severity.map_or("", Severity::name);
        let what = check::lint(code).map(|lint| first_sentence(&lint.docs().summary).to_owned()).unwrap_or_default();
        table.add_row([
            count.findings.to_string(),
            count.files.to_string(),
            count.fixable.to_string(),
            severity.to_owned(),
            code.to_owned(),
            what,
        ]);
    }
    for column in table.column_iter_mut().take(3) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let lines = table.lines().map(|line| format!("{}\n", line.trim_end()));
    lines.collect()
}

fn first_sentence(text: &str) -> &str {
    text.split_once(". ").map_or(text, |(first, _)| first).trim_end_matches('.')
}

fn is_fixable(finding: &Diagnostic) -> bool {
    finding.fix.as_ref().is_some_and(|fix| fix.safe)
}
