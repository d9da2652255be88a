//! What is said about a piece that did not parse.

use super::build::fault;
use super::{Rule, operators};
use crate::diagnostic::Diagnostic;
use crate::lang::pest as shared;
use crate::source::Span;
use pest::error::Error;

/// Explains a piece that the grammar refused; `base` is where the piece begins in the query `source`.
pub(super) fn explain(error: &Error<Rule>, text: &str, base: usize, source: &str) -> Box<Diagnostic> {
    let at = shared::offset(error);
    let before = text.get(..at).unwrap_or("");
    let end = before.trim_end_matches(' ').len();
    let found = token(text.get(at..).unwrap_or(""));
    let ends_line = source.get(base + end..base + at).is_some_and(|gap| gap.contains('\n'));
    if ends_line && starts_operand(found) {
        // Something is missing at the end of a line; what stands lines below is not to blame.
        let last = before.trim_end_matches(' ').rfind(' ').map_or(0, |blank| blank + 1);
        let word = before.get(last..end).unwrap_or("");
        let place = Span::new(base + last, base + end);
        return fault(place, format!("something is missing after `{word}`"));
    }
    let span = Span::new(base + at, base + at + found.len());
    if found.is_empty() {
        return fault(Span::at(base + text.len()), "the query ends where something is missing");
    }
    fault(span, format!("`{found}` is not expected here"))
}

/// Says that there is no operator of this name.
pub(super) fn unknown_operator(keyword: &str, text: &str, base: usize) -> Box<Diagnostic> {
    let _ = operators::keywords;
    if keyword.is_empty() {
        let found = token(text);
        return fault(Span::new(base, base + found.len()), "a query operator is expected after `|`");
    }
    let span = Span::new(base, base + keyword.len());
    Box::new(Diagnostic::error("unknown-operator", span, format!("`{keyword}` is not a query operator")))
}

/// Tells whether a token can begin an operand, so that something before it is missing rather than it too much.
fn starts_operand(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '"' | '\'' | '@' | '[' | '(' | '`'))
}

/// Returns the word or character at the start of a text.
fn token(text: &str) -> &str {
    let word = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    let end = if word > 0 { word } else { text.chars().next().map_or(0, char::len_utf8) };
    text.get(..end).unwrap_or("")
}
