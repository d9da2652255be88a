//! A baseline: the findings that a team knows of and does not want to hear again.
//!
//! A finding is known by file, code and message, not by line, so that edits above it change nothing. Each entry is good for as many
//! findings as it counts.

use super::{Failure, input};
use crate::diagnostic::Diagnostic;
use crate::report::FileReport;
use crate::source::load;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// The file that `--write-baseline` writes.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Baseline {
    /// The version of the format.
    version: u32,
    /// What is known.
    findings: Vec<Entry>,
}

/// Findings of one kind in one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Entry {
    file: String,
    code: String,
    message: String,
    /// How many.
    count: usize,
}

type Key<'a> = (&'a str, &'a str, &'a str);

impl Baseline {
    /// Reads a baseline file.
    pub(super) fn load(path: &str) -> Result<Self, Failure> {
        let bytes = input::bytes(path)?;
        serde_json::from_slice(&bytes)
            .map_err(|error| Failure::new(format!("`{path}` is no baseline: {error}")).with_help("write it anew with --write-baseline"))
    }

    /// Counts the findings of a run.
    pub(super) fn of(reports: &[FileReport]) -> Self {
        let mut counts: BTreeMap<Key<'_>, usize> = BTreeMap::new();
        for (report, finding) in reports.iter().flat_map(|report| report.findings.iter().map(move |finding| (report, finding))) {
            *counts.entry(key(&report.path, finding)).or_default() += 1;
        }
        let entry = |((file, code, message), count): (Key<'_>, usize)| Entry {
            file: file.to_owned(),
            code: code.to_owned(),
            message: message.to_owned(),
            count,
        };
        Self { version: 1, findings: counts.into_iter().map(entry).collect() }
    }

    /// Writes the file.
    pub(super) fn write(&self, path: &str) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        load::write(Path::new(path), &format!("{text}\n")).map_err(|error| Failure::new(format!("cannot write {error}")))
    }

    /// Takes known findings out of the reports. Returns how many, and how many entries no longer occur.
    pub(super) fn silence(&self, reports: &mut [FileReport]) -> (usize, usize) {
        let mut left: HashMap<String, usize> = HashMap::new();
        for entry in &self.findings {
            *left.entry(joined((&entry.file, &entry.code, &entry.message))).or_default() += entry.count;
        }
        let mut known = 0;
        for FileReport { path, findings, .. } in reports {
            findings.retain(|finding| match left.get_mut(&joined(key(path, finding))) {
                Some(count) if *count > 0 => {
                    *count -= 1;
                    known += 1;
                    false
                }
                _ => true,
            });
        }
        (known, left.values().filter(|&&count| count > 0).count())
    }

    /// Returns how many findings it holds.
    pub(super) fn len(&self) -> usize {
        self.findings.iter().map(|entry| entry.count).sum()
    }
}

/// A key that borrows nothing; no part of one holds a NUL.
fn joined((path, code, message): Key<'_>) -> String {
    [path, code, message].join("\0")
}

fn key<'a>(path: &'a str, finding: &'a Diagnostic) -> Key<'a> {
    (path, finding.code, &finding.message)
}

#[cfg(test)]
mod tests {
    use super::Baseline;
    use crate::diagnostic::Diagnostic;
    use crate::report::FileReport;
    use crate::source::Span;

    fn report(findings: usize) -> FileReport {
        let finding = |at| Diagnostic::warning("unused-let", Span::at(at), "`a` is never used");
        FileReport::new("a.kql", "let a = 1; let a = 2; let a = 3;", (0..findings).map(finding).collect())
    }

    #[test]
    fn a_known_finding_is_silent_wherever_it_moves_and_a_second_one_is_not() {
        let baseline = Baseline::of(&[report(1)]);
        let mut now = [report(2)];
        assert_eq!(baseline.silence(&mut now), (1, 0));
        assert_eq!(now[0].findings.len(), 1);
    }

    #[test]
    fn entries_that_no_longer_occur_are_counted() {
        let baseline = Baseline::of(&[report(2)]);
        assert_eq!((baseline.len(), baseline.silence(&mut [report(1)])), (2, (1, 1)));
    }
}
