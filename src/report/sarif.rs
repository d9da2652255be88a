//! Findings as SARIF 2.1.0, which GitHub code scanning and Azure DevOps read. Columns count UTF-16 units, SARIF's default.

use super::{FileReport, Lines};
use crate::check::Docs;
use crate::diagnostic::{Diagnostic, Edit, Fix, Label, Severity};
use crate::source::Span;
use serde_sarif::sarif::{self, ResultLevel};
use std::collections::BTreeSet;

/// Renders all findings as one run; `describe` knows the codes.
pub fn render(reports: &[FileReport], describe: impl Fn(&str) -> Option<Docs>) -> String {
    let codes: BTreeSet<&'static str> = reports.iter().flat_map(|r| &r.findings).map(|found| found.code).collect();
    let rules: Vec<sarif::ReportingDescriptor> = codes.iter().map(|code| descriptor(code, describe(code))).collect();
    let driver = sarif::ToolComponent::builder()
        .name("isoglot")
        .version(env!("CARGO_PKG_VERSION"))
        .semantic_version(env!("CARGO_PKG_VERSION"))
        .information_uri(env!("CARGO_PKG_REPOSITORY"))
        .rules(rules)
        .build();
    let results: Vec<sarif::Result> = reports.iter().flat_map(file_results).collect();
    let run = sarif::Run::builder()
        .tool(sarif::Tool::builder().driver(driver).build())
        .column_kind(serde_json::json!("utf16CodeUnits"))
        .results(results)
        .build();
    let log = sarif::Sarif::builder()
        .schema("https://json.schemastore.org/sarif-2.1.0.json")
        .version(serde_json::json!("2.1.0"))
        .runs(vec![run])
        .build();
    let text = serde_json::to_string_pretty(&log).unwrap_or_default();
    format!("{text}\n")
}

fn descriptor(code: &str, docs: Option<Docs>) -> sarif::ReportingDescriptor {
    let Some(docs) = docs else { return sarif::ReportingDescriptor::builder().id(code).build() };
    let message = |text: &str| sarif::MultiformatMessageString::builder().text(text).build();
    let help = sarif::MultiformatMessageString::builder().text(docs.text.as_str()).markdown(docs.text.as_str()).build();
    sarif::ReportingDescriptor::builder().id(code).short_description(message(&docs.summary)).help(help).build()
}

fn file_results(report: &FileReport) -> Vec<sarif::Result> {
    let lines = Lines::of(&report.text);
    report.findings.iter().map(|found| result(&report.path, &lines, found)).collect()
}

fn result(path: &str, lines: &Lines<'_>, found: &Diagnostic) -> sarif::Result {
    let level = match found.severity {
        Severity::Error => ResultLevel::Error,
        Severity::Warning => ResultLevel::Warning,
        Severity::Info => ResultLevel::Note,
    };
    let text = found.help.as_ref().map_or_else(|| found.message.clone(), |help| format!("{}\n{help}", found.message));
    let related: Vec<sarif::Location> = found.related.iter().map(|label| location(path, lines, label)).collect();
    let fixes: Vec<sarif::Fix> = found.fix.iter().map(|f| fix(path, lines, f)).collect();
    let mut result = sarif::Result::builder()
        .rule_id(found.code)
        .level(level)
        .message(text.as_str())
        .locations(vec![location(path, lines, &found.primary)])
        .build();
    result.related_locations = (!related.is_empty()).then_some(related);
    result.fixes = (!fixes.is_empty()).then_some(fixes);
    result
}

fn location(path: &str, lines: &Lines<'_>, label: &Label) -> sarif::Location {
    let physical = sarif::PhysicalLocation::builder().artifact_location(artifact(path)).region(region(lines, label.span)).build();
    let mut location = sarif::Location::builder().physical_location(physical).build();
    location.message = (!label.text.is_empty()).then(|| label.text.as_str().into());
    location
}

fn artifact(path: &str) -> sarif::ArtifactLocation {
    // What a URI may hold besides letters and digits; `%` first of all must not pass.
    let keep = |c: char| c.is_ascii_alphanumeric() || "/-._~".contains(c);
    let mut uri = String::new();
    for c in path.chars() {
        if keep(c) {
            uri.push(c);
        } else {
            uri.extend(c.to_string().bytes().map(|byte| format!("%{byte:02X}")));
        }
    }
    sarif::ArtifactLocation::builder().uri(uri).build()
}

fn region(lines: &Lines<'_>, span: Span) -> sarif::Region {
    let (start, end) = (lines.position(span.start), lines.position(span.end));
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    sarif::Region::builder()
        .start_line(number(start.line))
        .start_column(number(start.utf16_column))
        .end_line(number(end.line))
        .end_column(number(end.utf16_column))
        .build()
}

fn fix(path: &str, lines: &Lines<'_>, fix: &Fix) -> sarif::Fix {
    let replacement = |edit: &Edit| {
        let content = sarif::ArtifactContent::builder().text(edit.text.as_str()).build();
        sarif::Replacement::builder().deleted_region(region(lines, edit.span)).inserted_content(content).build()
    };
    let replacements: Vec<sarif::Replacement> = fix.edits.iter().map(replacement).collect();
    let change = sarif::ArtifactChange::builder().artifact_location(artifact(path)).replacements(replacements).build();
    sarif::Fix::builder().description(fix.title.as_str()).artifact_changes(vec![change]).build()
}

#[cfg(test)]
mod tests {
    use super::{FileReport, render};
    use crate::diagnostic::Diagnostic;
    use crate::source::Span;

    #[test]
    fn columns_count_utf_16_units_and_paths_are_uris() {
        let report =
            FileReport::new("my rule.kql", "// 😀\nlet 😀a = 1;", vec![Diagnostic::error("syntax-error", Span::new(16, 17), "no")]);
        let log: serde_json::Value = serde_json::from_str(&render(&[report], |_| None)).unwrap();
        let place = log.pointer("/runs/0/results/0/locations/0/physicalLocation").unwrap();
        assert_eq!(place.pointer("/artifactLocation/uri").unwrap(), "my%20rule.kql");
        assert_eq!(place.pointer("/region/startLine").unwrap(), 2);
        assert_eq!(place.pointer("/region/startColumn").unwrap(), 7);
    }
}
