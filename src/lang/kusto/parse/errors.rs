//! What is said about a piece that did not parse: the place, and advice for the usual slips.

use super::build::fault;
use super::{Rule, operators};
use crate::diagnostic::Diagnostic;
use crate::lang::pest as shared;
use crate::schema::suggest;
use crate::source::Span;
use pest::error::Error;

/// A piece that did not parse.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'t> {
    /// Its text, comments blanked out.
    pub text: &'t str,
    /// Where it begins in the query.
    pub base: usize,
    /// The query as written.
    pub source: &'t str,
    /// The innermost bracket of the query that is never closed.
    pub unclosed: Option<usize>,
}

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
    ("{", "fill in the placeholder"),
];

/// Explains a piece that the grammar refused.
pub(super) fn explain(error: &Error<Rule>, piece: &Piece<'_>) -> Box<Diagnostic> {
    let Piece { text, base, source, unclosed } = *piece;
    let at = shared::offset(error);
    let (before, rest) = (text.get(..at).unwrap_or(""), text.get(at..).unwrap_or(""));
    let kept = before.trim_end_matches(' ');
    let found = token(rest);
    let span = Span::new(base + at, base + at + found.len());
    if found.is_empty() {
        return at_end(text, base, unclosed);
    }
    let takes_string = kept.is_empty() || kept.ends_with(['"', '\'']);
    if takes_string && (rest.starts_with("```") || rest.starts_with("~~~")) {
        let place = Span::at(base + text.len());
        let problem = Diagnostic::error("unclosed-string", place, "a multi-line string is never closed");
        return Box::new(problem.with_related(Span::new(base + at, base + at + 3), "it begins here"));
    }
    let ends_line = source.get(base + kept.len()..base + at).is_some_and(|gap| gap.contains('\n'));
    if ends_line && starts_operand(found) {
        // Something is missing at the end of a line; what stands lines below is not to blame.
        let last = kept.rfind(' ').map_or(0, |blank| blank + 1);
        let word = kept.get(last..).unwrap_or("");
        return fault(Span::new(base + last, base + kept.len()), format!("something is missing after `{word}`"));
    }
    if found.starts_with(['"', '\'']) || (found == "\\" && kept.contains(['"', '\''])) {
        let problem =
            Diagnostic::error("broken-string", span, "a string is not closed on its line, or has a backslash that escapes nothing");
        return Box::new(problem.with_help("write `\\\\` for a backslash, or put `@` before the string"));
    }
    let problem = fault(span, format!("`{found}` is not expected here"));
    match ADVICE.iter().find(|(word, _)| *word == found) {
        Some((_, help)) => Box::new(problem.with_help(*help)),
        None => problem,
    }
}

/// A piece that stops too early: for want of a bracket, or of what its last word needs.
fn at_end(text: &str, base: usize, unclosed: Option<usize>) -> Box<Diagnostic> {
    let end = base + text.len();
    if let Some(open) = unclosed.filter(|open| (base..end).contains(open)) {
        let bracket = text.get(open - base..=open - base).unwrap_or("(");
        let problem = Diagnostic::error("unclosed-bracket", Span::at(end), format!("`{bracket}` is never closed"));
        return Box::new(problem.with_related(Span::new(open, open + 1), "it opens here"));
    }
    let last = text.rfind(' ').map_or(0, |blank| blank + 1);
    fault(Span::at(end), format!("something is missing after `{}`", text.get(last..).unwrap_or("")))
}

/// Says that there is no operator of this name.
pub(super) fn unknown_operator(keyword: &str, text: &str, base: usize) -> Box<Diagnostic> {
    if keyword.is_empty() {
        let found = token(text);
        return fault(Span::new(base, base + found.len()), "a query operator is expected after `|`");
    }
    let problem =
        Diagnostic::error("unknown-operator", Span::new(base, base + keyword.len()), format!("`{keyword}` is not a query operator"));
    Box::new(match suggest(keyword, operators::keywords()) {
        Some(meant) => problem.with_help(format!("did you mean `{meant}`?")),
        None => problem,
    })
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
