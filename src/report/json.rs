//! Findings for programs: one JSON document.

use super::{FileReport, Lines};
use crate::diagnostic::{Confidence, Diagnostic, Edit, Persona, Severity};
use crate::source::Span;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

/// What `isoglot check --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Findings<'a> {
    /// The version of isoglot.
    pub version: &'static str,
    /// How many files were read.
    pub files: usize,
    /// All findings, by file and place.
    pub findings: Vec<Finding<'a>>,
}

/// One finding.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Finding<'a> {
    /// The file.
    pub file: &'a str,
    /// The code of the check.
    pub code: &'a str,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// For whom.
    pub persona: Persona,
    /// One sentence.
    pub message: &'a str,
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// What is said at the place.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub label: &'a str,
    /// What to do, or why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<&'a str>,
    /// Other places that matter.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Related<'a>>,
    /// A change that removes the finding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix<'a>>,
}

/// A range of a file. Lines and columns count from 1, columns in characters; the end is exclusive.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// Line of the first character.
    pub line: usize,
    /// Column of the first character.
    pub column: usize,
    /// Line of the end.
    pub end_line: usize,
    /// Column after the last character.
    pub end_column: usize,
    /// Byte of the first character.
    pub offset: usize,
    /// Byte after the last character.
    pub end_offset: usize,
}

/// Another place and what is said there.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Related<'a> {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// What is said there.
    pub label: &'a str,
}

/// A change that removes a finding.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Fix<'a> {
    /// What it does.
    pub title: &'a str,
    /// Whether `--fix` applies it.
    pub safe: bool,
    /// Replacements that do not overlap.
    pub edits: Vec<Replacement<'a>>,
}

/// A range and the text that takes its place.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Replacement<'a> {
    /// What goes.
    #[serde(flatten)]
    pub place: Place,
    /// What comes.
    pub text: &'a str,
}

/// Renders all findings.
pub fn render(reports: &[FileReport]) -> String {
    let findings = reports.iter().flat_map(|report| {
        let lines = Lines::of(&report.text);
        report.findings.iter().map(|found| finding(&report.path, &lines, found)).collect::<Vec<_>>()
    });
    let document = Findings { version: env!("CARGO_PKG_VERSION"), files: reports.len(), findings: findings.collect() };
    let text = serde_json::to_string_pretty(&document).unwrap_or_default();
    format!("{text}\n")
}

/// Writes a value as a line of JSON Lines. Characters that some readers take for the end of a line, as Python's `splitlines` does, are
/// escaped.
pub fn json_line(value: &Json) -> String {
    const ENDS: [(char, &str); 3] = [('\u{85}', r"\u0085"), ('\u{2028}', r"\u2028"), ('\u{2029}', r"\u2029")];
    let mut text = value.to_string();
    for (end, escape) in ENDS {
        if text.contains(end) {
            // They stand in strings only.
            text = text.replace(end, escape);
        }
    }
    text.push('\n');
    text
}

fn finding<'a>(file: &'a str, lines: &Lines<'_>, found: &'a Diagnostic) -> Finding<'a> {
    let replacement = |edit: &'a Edit| Replacement { place: place(lines, edit.span), text: &edit.text };
    Finding {
        file,
        code: found.code,
        severity: found.severity,
        confidence: found.confidence,
        persona: found.persona,
        message: &found.message,
        place: place(lines, found.primary.span),
        label: &found.primary.text,
        help: found.help.as_deref(),
        related: found.related.iter().map(|label| Related { place: place(lines, label.span), label: &label.text }).collect(),
        fix: found.fix.as_ref().map(|fix| Fix { title: &fix.title, safe: fix.safe, edits: fix.edits.iter().map(replacement).collect() }),
    }
}

fn place(lines: &Lines<'_>, span: Span) -> Place {
    let (start, end) = (lines.position(span.start), lines.position(span.end));
    Place {
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        offset: start.offset,
        end_offset: end.offset,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_line_ends_where_every_reader_ends_it() {
        let value = json!({ "text": "a\u{2028}b\u{85}c\nd" });
        let line = json_line(&value);
        assert_eq!(line, "{\"text\":\"a\\u2028b\\u0085c\\nd\"}\n");
        assert_eq!(serde_json::from_str::<Json>(&line).unwrap(), value);
    }
}
