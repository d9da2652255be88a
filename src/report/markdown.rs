//! Findings as a markdown table, for a comment on a pull request.

use super::{FileReport, Lines};
use std::fmt::Write as _;

/// Renders all findings; a sentence where there are none.
pub fn render(reports: &[FileReport]) -> String {
    if reports.iter().all(|report| report.findings.is_empty()) {
        return format!("Nothing found in {} files.\n", reports.len());
    }
    let mut out = String::from("| | place | code | finding |\n|---|---|---|---|\n");
    for report in reports {
        let lines = Lines::of(&report.text);
        for found in &report.findings {
            let place = lines.position(found.primary.span.start);
            let help = found.help.as_ref().map_or_else(String::new, |help| format!("; {help}"));
            let row = [
                found.severity.name(),
                &format!("{}:{}:{}", report.path, place.line, place.column),
                &format!("`{}`", found.code),
                &format!("{}{help}", found.message),
            ];
            // Writing to a string cannot fail.
            let _ = writeln!(out, "| {} |", row.map(cell).join(" | "));
        }
    }
    out
}

/// Escapes what would end a cell.
pub fn cell(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace(['\r', '\n'], " ")
}

#[cfg(test)]
mod tests {
    use super::{FileReport, render};
    use crate::diagnostic::Diagnostic;
    use crate::source::Span;

    #[test]
    fn a_pipe_does_not_end_a_cell() {
        let report = FileReport::new("a.kql", "T\n| x", vec![Diagnostic::error("syntax-error", Span::at(4), "unexpected `|`")]);
        assert_eq!(
            render(&[report]),
            "| | place | code | finding |\n|---|---|---|---|\n| error | a.kql:2:3 | `syntax-error` | unexpected `\\|` |\n"
        );
    }
}
