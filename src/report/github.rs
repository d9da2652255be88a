//! Findings as annotations of a GitHub workflow run
//! (<https://docs.github.com/actions/reference/workflow-commands-for-github-actions>).

use super::{FileReport, Lines};
use crate::diagnostic::{Diagnostic, Severity};

/// Renders all findings, one workflow command a line.
pub fn render(reports: &[FileReport]) -> String {
    let commands = reports.iter().flat_map(|report| {
        let lines = Lines::of(&report.text);
        report.findings.iter().map(|found| command(&report.path, &lines, found)).collect::<Vec<_>>()
    });
    commands.collect()
}

fn command(path: &str, lines: &Lines<'_>, found: &Diagnostic) -> String {
    let level = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let (start, end) = (lines.position(found.primary.span.start), lines.position(found.primary.span.end));
    // GitHub ignores columns of an annotation over several lines.
    let columns = if start.line == end.line { format!(",col={},endColumn={}", start.column, end.column) } else { String::new() };
    let help = found.help.as_ref().map_or_else(String::new, |help| format!("\nhelp: {help}"));
    format!(
        "::{level} file={},line={},endLine={}{columns},title={}::{}\n",
        property(path),
        start.line,
        end.line,
        found.code,
        message(&format!("{}{help}", found.message))
    )
}

fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{FileReport, render};
    use crate::diagnostic::Diagnostic;
    use crate::source::Span;

    #[test]
    fn what_would_end_a_command_is_escaped() {
        let finding = Diagnostic::warning("unused-let", Span::new(4, 5), "100% of `a`").with_help("remove it");
        let report = FileReport::new("a,b:c.kql", "let a = 1;", vec![finding]);
        let expected =
            "::warning file=a%2Cb%3Ac.kql,line=1,endLine=1,col=5,endColumn=6,title=unused-let::100%25 of `a`%0Ahelp: remove it\n";
        assert_eq!(render(&[report]), expected);
    }
}
