//! What is said about a piece that did not parse.

use super::build::fault;
use super::{Rule, operators};
use crate::diagnostic::Diagnostic;
use crate::lang::pest as shared;
use crate::source::Span;
use pest::error::Error;

/// Explains a piece that the grammar refused; `base` is where the piece begins in the query.
pub(super) fn explain(error: &Error<Rule>, text: &str, base: usize) -> Box<Diagnostic> {
    let at = shared::offset(error);
    let found = token(text.get(at..).unwrap_or(""));
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

/// Returns the word or character at the start of a text.
fn token(text: &str) -> &str {
    let word = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    let end = if word > 0 { word } else { text.chars().next().map_or(0, char::len_utf8) };
    text.get(..end).unwrap_or("")
}
