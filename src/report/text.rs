//! Findings for people: the source line, what is wrong under it, help and fix as a patch.
//!
//! `annotate-snippets` panics on a span past the end or inside a character, so every span passes [`Window::place`], which clamps it.

use super::FileReport;
use crate::diagnostic::{Diagnostic, Fix, Severity};
use crate::source::Span;
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Patch, Renderer, Snippet, normalize_untrusted_str};
use std::ops::Range;

/// Lines shown at most of one span; the rest of a longer one is cut off.
const LINES_OF_A_SPAN: usize = 6;

/// Columns that messages are fitted to.
const WIDTH: usize = 140;

/// Renders every finding of a file, a blank line after each.
pub fn render(report: &FileReport, styled: bool) -> String {
    report.findings.iter().map(|finding| render_one(&report.path, &report.text, finding, styled)).collect()
}

/// Renders one finding, a blank line after it.
pub fn render_one(path: &str, text: &str, finding: &Diagnostic, styled: bool) -> String {
    let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(WIDTH);
    let window = Window::around(text, finding);
    let mut groups = vec![cause(path, &window, finding)];
    groups.extend(finding.fix.as_ref().and_then(|fix| suggestion(path, text, fix)));
    format!("{}\n\n", renderer.render(&groups))
}

/// The title, the places, the help.
fn cause<'a>(path: &'a str, window: &Window<'a>, finding: &'a Diagnostic) -> Group<'a> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let primary = annotation(window, AnnotationKind::Primary, finding.primary.span, &finding.primary.text);
    let related = finding.related.iter().map(|label| annotation(window, AnnotationKind::Context, label.span, &label.text));
    let snippet = Snippet::source(window.text).line_start(window.line).path(path).annotation(primary).annotations(related);
    let group = level.primary_title(normalize_untrusted_str(&finding.message)).id(finding.code).element(snippet);
    match &finding.help {
        Some(help) => group.element(Level::HELP.message(normalize_untrusted_str(help))),
        None => group,
    }
}

fn annotation<'a>(window: &Window<'_>, kind: AnnotationKind, span: Span, label: &str) -> Annotation<'a> {
    let annotation = kind.span(window.place(span));
    if label.is_empty() { annotation } else { annotation.label(normalize_untrusted_str(label)) }
}

/// The fix as a patch; none where its edits do not fit the text.
fn suggestion<'a>(path: &'a str, text: &'a str, fix: &'a Fix) -> Option<Group<'a>> {
    let span = fix.edits.iter().map(|edit| edit.span).reduce(Span::to)?;
    let window = Window::lines(text, span, usize::MAX);
    let patches = fix.edits.iter().map(|edit| Patch::new(window.place(edit.span), edit.text.as_str()));
    let snippet = Snippet::source(window.text).line_start(window.line).path(path).patches(patches);
    Some(Level::HELP.secondary_title(normalize_untrusted_str(&fix.title)).element(snippet))
}

/// The lines of a file that a finding needs: laying out a whole file for each of its findings would cost their product.
struct Window<'a> {
    text: &'a str,
    start: usize,
    line: usize,
}

impl<'a> Window<'a> {
    fn around(text: &'a str, finding: &Diagnostic) -> Self {
        let span = finding.related.iter().map(|label| label.span).fold(finding.primary.span, Span::to);
        Self::lines(text, span, if finding.related.is_empty() { LINES_OF_A_SPAN } else { usize::MAX })
    }

    fn lines(text: &'a str, span: Span, limit: usize) -> Self {
        let span = span.clamp(text);
        let start = text.get(..span.start as usize).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let line = text.get(..start).unwrap_or("").bytes().filter(|&b| b == b'\n').count() + 1;
        let rest = text.get(start..).unwrap_or("");
        let last = (span.end as usize).saturating_sub(start);
        let mut end = 0;
        for (count, piece) in rest.split_inclusive('\n').enumerate() {
            end += piece.len();
            if end > last || count + 1 >= limit {
                break;
            }
        }
        Self { text: rest.get(..end).unwrap_or(rest), start, line }
    }

    /// Returns the span within the window. INVARIANT: it lies in `text`, on character boundaries.
    fn place(&self, span: Span) -> Range<usize> {
        let shifted = |n: u32| (n as usize).saturating_sub(self.start);
        Span::new(shifted(span.start), shifted(span.end)).clamp(self.text).range()
    }
}

#[cfg(test)]
mod tests {
    use super::{FileReport, render};
    use crate::diagnostic::{Diagnostic, Edit, Fix};
    use crate::source::Span;

    fn check(text: &str, finding: Diagnostic) -> String {
        render(&FileReport::new("rule.kql", text, vec![finding]), false)
    }

    #[test]
    fn a_finding_shows_its_line_its_label_its_help_and_its_fix() {
        let text = "SigninLogs\n| where Usr == 1\n";
        let span = Span::new(19, 22);
        let fix = Fix { title: "replace with `User`".to_owned(), edits: vec![Edit { span, text: "User".to_owned() }], safe: true };
        let finding = Diagnostic::error("unknown-column", span, "no column is named `Usr`")
            .with_label("not a column of `SigninLogs`")
            .with_help("column names are case-sensitive")
            .with_fix(fix);
        insta::assert_snapshot!(check(text, finding), @r"
        error[unknown-column]: no column is named `Usr`
         --> rule.kql:2:9
          |
        2 | | where Usr == 1
          |         ^^^ not a column of `SigninLogs`
          |
          = help: column names are case-sensitive
        help: replace with `User`
          |
        2 | | where User == 1
          |           +
        ");
    }

    #[test]
    fn any_span_can_be_shown() {
        let text = "äöü\r\n| 😀\n";
        for start in 0..20 {
            for end in start..20 {
                let span = Span::new(start, end);
                let edit = Edit { span, text: "x\ny".to_owned() };
                let finding = Diagnostic::warning("any", span, "any")
                    .with_label("here")
                    .with_related(Span::new(end, end + 1), "there")
                    .with_fix(Fix { title: "mend".to_owned(), edits: vec![edit], safe: false });
                assert!(check(text, finding).contains("any"));
            }
        }
        assert!(check("", Diagnostic::error("empty", Span::at(0), "the file is empty")).contains("the file is empty"));
    }
}
