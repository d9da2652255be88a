//! What is said about a piece that did not parse: the place, and advice for the usual slips.

use super::build::{Builder, fault};
use super::{Rule, expected, operators};
use crate::diagnostic::Diagnostic;
use crate::lang::kusto::tokens::{BROKEN, Lexer, MATCHES, Token};
use crate::lang::pest as shared;
use crate::schema::suggest;
use crate::source::Span;
use pest::error::Error;

/// Words and signs of other languages, and what Kusto has for them.
const ADVICE: &[(&str, &str)] = &[
    ("AND", "operators are lower-case: `and`"),
    ("OR", "operators are lower-case: `or`"),
    ("NOT", "`not` is a function: `not(…)`"),
    ("IN", "operators are lower-case: `in`"),
    ("not", "write `!in`, `!has`, `!contains`, or `not(…)` around the condition"),
    ("is", "write `isnull(x)` or `isempty(x)`"),
    ("!", "there is no such negated operator: write `not(…)` around the condition"),
    ("=", "a comparison is `==`"),
    ("~", "write `=~` or `!~`"),
    ("/", "comments begin with `//`"),
    ("<", "fill in the placeholder"),
    ("descending", "write `desc`"),
    ("ascending", "write `asc`"),
];

/// How a piece was read that the grammar refused.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refused {
    /// The rule for a whole piece of its kind.
    pub entry: Rule,
    /// The separator after it.
    pub separator: Span,
    /// Whether to say what was expected, which costs time.
    pub thorough: bool,
}

/// Explains a piece that the grammar refused; `unclosed` is the innermost bracket of the query that is never closed.
pub(super) fn explain(error: &Error<Rule>, piece: &Builder<'_>, unclosed: Option<usize>, refused: &Refused) -> Box<Diagnostic> {
    let at = shared::offset(error);
    let before = at.checked_sub(1).and_then(|before| piece.places.get(before)).copied();
    if unclosed.is_some_and(|open| is_all_that_is_missing(open, piece, refused)) {
        return at_end(piece, piece.places.last().copied(), unclosed, refused);
    }
    let Some(span) = piece.places.get(at).copied() else { return at_end(piece, before, unclosed, refused) };
    let found = span.text(piece.source);
    let broken = piece.terminals.get(at..).is_some_and(|rest| rest.starts_with(BROKEN));
    if broken && (found.starts_with("```") || found.starts_with("~~~")) {
        let place = Span::at(piece.source.len());
        let problem = Diagnostic::error("unclosed-string", place, "a multi-line string is never closed");
        return Box::new(problem.with_related(Span { end: span.start + 3, ..span }, "it begins here"));
    }
    if broken && is_string(found) {
        let message = "a string is not closed on its line, or has a backslash that escapes nothing";
        let problem = Diagnostic::error("broken-string", span, message);
        return Box::new(problem.with_help("write `\\\\` for a backslash, or put `@` before the string"));
    }
    if let Some(before) = before {
        let gap = piece.source.get(before.end as usize..span.start as usize).unwrap_or("");
        if gap.contains('\n') && starts_operand(found) {
            // Something is missing at the end of a line; what stands lines below is not to blame.
            let last = before.text(piece.source);
            let problem = match expected::what(piece, at, refused) {
                Some(expected) => fault(before, format!("expected {expected} after `{last}`")),
                None => fault(before, format!("something is missing after `{last}`")),
            };
            let is_operator = operators::rule_of(found).is_some();
            return if is_operator { Box::new(problem.with_help(format!("put `|` before `{found}`"))) } else { problem };
        }
    }
    let problem = match expected::what(piece, at, refused) {
        Some(expected) => fault(span, format!("expected {expected}, found `{found}`")),
        None => fault(span, format!("`{found}` is not expected here")),
    };
    match ADVICE.iter().find(|(word, _)| *word == found) {
        Some((_, help)) => Box::new(problem.with_help(*help)),
        None => problem,
    }
}

/// Tells whether a piece is whole once the bracket that opens at `open` is closed at its end.
fn is_all_that_is_missing(open: usize, piece: &Builder<'_>, refused: &Refused) -> bool {
    let close = match piece.source.as_bytes().get(open) {
        Some(b'[') => "]",
        Some(b'{') => "}",
        _ => ")",
    };
    let inside = piece.places.first().is_some_and(|first| first.start as usize <= open);
    inside && expected::completes(piece, close, refused)
}

/// Tells whether a token is a string, whole or not.
fn is_string(token: &str) -> bool {
    let body = token.trim_start_matches(['h', 'H']).trim_start_matches('@');
    body.starts_with(['"', '\''])
}

/// A piece that stops too early: for want of a bracket, or of what its last word needs.
fn at_end(piece: &Builder<'_>, last: Option<Span>, unclosed: Option<usize>, refused: &Refused) -> Box<Diagnostic> {
    let (Some(first), Some(last)) = (piece.places.first(), last) else {
        return fault(refused.separator, "a query or a statement is missing here");
    };
    let (start, end) = (first.start as usize, last.end as usize);
    if let Some(open) = unclosed.filter(|open| (start..end).contains(open)) {
        let place = Span::new(open, open + 1);
        let message = format!("`{}` is never closed", place.text(piece.source));
        return Box::new(Diagnostic::error("unclosed-bracket", Span::at(end), message).with_related(place, "it opens here"));
    }
    let last = last.text(piece.source);
    match expected::what(piece, piece.terminals.len(), refused) {
        Some(expected) => fault(Span::at(end), format!("expected {expected} after `{last}`")),
        None => fault(Span::at(end), format!("something is missing after `{last}`")),
    }
}

/// Says that there is no operator of this name: `span` is where the piece stands, empty where there is none.
pub(super) fn unknown_operator(span: Span, source: &str) -> Box<Diagnostic> {
    let text = span.text(source);
    let keyword = operators::keyword(text);
    if keyword.is_empty() {
        let first = text.chars().next().map_or(0, char::len_utf8);
        return fault(Span { end: span.start + first as u32, ..span }, "a query operator is expected after `|`");
    }
    let place = Span { end: span.start + keyword.len() as u32, ..span };
    let problem = Diagnostic::error("unknown-operator", place, format!("`{keyword}` is not a query operator"));
    Box::new(match suggest(keyword, operators::keywords()) {
        Some(meant) => problem.with_help(format!("did you mean `{meant}`?")),
        None if is_condition(text) => problem.with_help(format!("write `where {keyword} …` for a condition")),
        None => problem,
    })
}

/// Tells whether a piece begins with a name that is compared.
fn is_condition(text: &str) -> bool {
    let compares = |token: Token| matches!(token.terminal, '^' | '_' | 'Y' | 'Z' | MATCHES | 'a' | 'd' | 'e' | 'S' | 'T');
    Lexer::new(text).nth(1).is_some_and(compares)
}

/// Tells whether a token can begin an operand, so that something before it is missing rather than it too much.
fn starts_operand(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '"' | '\'' | '@' | '[' | '(' | '`'))
}
