//! What the grammars share: places, errors and the limit on nesting.
//!
//! With the `parse.rs` files this is the only code that knows pest; no language is decided here.

use crate::diagnostic::Diagnostic;
use crate::source::Span;
use pest::RuleType;
use pest::error::{Error, ErrorVariant, InputLocation};
use std::sync::Once;

/// Brackets deeper than this are refused before parsing: parsers, printers and `Drop` recurse. The deepest real query has 13.
pub(crate) const MAX_NESTING: usize = 64;

/// Calls of grammar rules that one parse may make before pest gives up: a fuse against exponential time, not a limit of a language.
const CALL_LIMIT: usize = 1_000_000_000;

/// Sets the fuse, once for the process.
pub(crate) fn set_fuse() {
    static FUSE: Once = Once::new();
    FUSE.call_once(|| pest::set_call_limit(std::num::NonZeroUsize::new(CALL_LIMIT)));
}

/// Returns the offset at which no rule could go on.
pub(crate) fn offset<R: RuleType>(error: &Error<R>) -> usize {
    match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    }
}

/// Converts a place.
pub(crate) fn span(span: pest::Span<'_>) -> Span {
    Span::new(span.start(), span.end())
}

/// Turns pest's error into a diagnostic; `word` says what a rule is called towards people, "" for rules nobody should be told of.
pub(crate) fn syntax_error<R: RuleType>(error: &Error<R>, text: &str, word: fn(R) -> &'static str) -> Diagnostic {
    let at = offset(error);
    let found = text.get(at..).and_then(|rest| rest.chars().next());
    let place = Span::new(at, at + found.map_or(0, char::len_utf8));
    let found = found.map_or_else(|| "the end of the query".to_owned(), |c| format!("`{}`", c.escape_debug()));
    let expected = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => alternatives(positives, word),
        ErrorVariant::CustomError { message } => return Diagnostic::error("syntax-error", place, message.clone()),
    };
    let message = if expected.is_empty() { format!("{found} cannot stand here") } else { format!("expected {expected}, found {found}") };
    Diagnostic::error("syntax-error", place, message)
}

/// Refuses brackets nested deeper than [`MAX_NESTING`]. `brackets` are the opening and the closing ones; `quotes` begin and end texts
/// in which brackets do not count, and a backslash takes the meaning from the character after it.
pub(crate) fn refuse_deep_nesting(text: &str, brackets: (&str, &str), quotes: &str) -> Result<(), Diagnostic> {
    let (mut depth, mut quote) = (0_usize, None);
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            _ if quote == Some(c) => quote = None,
            _ if quote.is_some() => {}
            _ if quotes.contains(c) => quote = Some(c),
            _ if brackets.0.contains(c) => {
                depth += 1;
                if depth > MAX_NESTING {
                    let message = format!("brackets are nested more than {MAX_NESTING} deep");
                    return Err(Diagnostic::error("nested-too-deep", Span::new(at, at + 1), message));
                }
            }
            _ if brackets.1.contains(c) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

fn alternatives<R: RuleType>(rules: &[R], word: fn(R) -> &'static str) -> String {
    let mut words: Vec<&str> = Vec::new();
    for word in rules.iter().copied().map(word).filter(|w| !w.is_empty()) {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}
