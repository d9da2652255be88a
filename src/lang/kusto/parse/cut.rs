//! A query as the grammar sees it, cut at its top-level `;` and `|`.

use crate::diagnostic::Diagnostic;
use crate::lang::kusto::tokens::{COMMENT, Lexer};
use crate::lang::pest::MAX_NESTING;
use crate::source::Span;

/// Tokens a query may have: with more of them its tree may take over 500 MB. The longest query of the corpus has 124,473 characters.
const MAX_TOKENS: usize = 2_000_000;

/// A query's tokens: one character each, and where each stands in the text.
#[derive(Debug, Default)]
pub(super) struct Cut {
    /// What the grammar parses.
    pub terminals: String,
    /// Where the token stands that each byte of `terminals` belongs to.
    pub places: Vec<Span>,
    /// The statements, each cut at its top-level pipes; the first piece is the statement's head.
    pub statements: Vec<Vec<Piece>>,
    /// Why nothing was read from some place on.
    pub refused: Option<Diagnostic>,
    /// The innermost bracket that is never closed.
    pub unclosed: Option<usize>,
}

/// What stands between two top-level separators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Its part of `terminals`.
    pub start: usize,
    /// Where that part ends.
    pub end: usize,
    /// Where the separator after it stands in the text, empty at the end of the query.
    pub separator: Span,
}

/// Reads and cuts `text`.
pub(super) fn cut(text: &str) -> Cut {
    let mut cut = Cut { terminals: String::with_capacity(text.len() / 4), places: Vec::with_capacity(text.len() / 4), ..Cut::default() };
    let (mut pieces, mut start, mut open) = (Vec::new(), 0, Vec::new());
    for token in Lexer::new(text).filter(|token| token.terminal != COMMENT) {
        let place = Span::new(token.start, token.end);
        match text.as_bytes().get(token.start) {
            Some(b'(' | b'[' | b'{') => open.push(token.start),
            Some(b')' | b']' | b'}') => {
                open.pop();
            }
            Some(byte @ (b'|' | b';')) if open.is_empty() => {
                pieces.push(Piece { start, end: cut.terminals.len(), separator: place });
                start = cut.terminals.len();
                if *byte == b';' {
                    cut.statements.push(std::mem::take(&mut pieces));
                }
                continue;
            }
            _ => {}
        }
        cut.refused = excess(open.len(), cut.places.len(), place);
        if cut.refused.is_some() {
            return cut;
        }
        cut.terminals.push(token.terminal);
        cut.places.extend(std::iter::repeat_n(place, token.terminal.len_utf8()));
    }
    pieces.push(Piece { start, end: cut.terminals.len(), separator: Span::at(text.len()) });
    cut.statements.push(pieces);
    cut.unclosed = open.pop();
    cut
}

/// Says what a query has too much of, at the token that is one too many.
fn excess(depth: usize, tokens: usize, place: Span) -> Option<Diagnostic> {
    if depth > MAX_NESTING {
        let message = format!("brackets are nested more than {MAX_NESTING} deep");
        return Some(Diagnostic::error("nested-too-deep", place, message));
    }
    let message = || format!("the query has more than {MAX_TOKENS} words and signs");
    (tokens >= MAX_TOKENS)
        .then(|| Diagnostic::error("query-too-large", place, message()).with_help("put long lists into a watchlist or a file"))
}
