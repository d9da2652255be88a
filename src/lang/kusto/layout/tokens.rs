//! A query as tokens and bracket groups, comments among them: what layout works on.

use crate::lang::kusto::tokens::{self, Lexer};

/// What kind of text a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A word, a number, a string or a constant.
    Word,
    /// Punctuation.
    Mark,
    /// A comment to the end of its line.
    Comment,
}

/// A token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'t> {
    /// Its text.
    pub text: &'t str,
    /// What it is.
    pub kind: TokenKind,
    /// Whether white space stood before it.
    pub spaced: bool,
    /// Line ends that stood before it.
    pub lines: usize,
}

/// A token, or brackets with what is in them.
#[derive(Clone, Debug)]
pub(super) enum Node<'t> {
    /// A token.
    Token(Token<'t>),
    /// Brackets.
    Group {
        /// The opening bracket.
        open: Token<'t>,
        /// What is inside.
        inside: Vec<Node<'t>>,
        /// The closing bracket.
        close: Token<'t>,
    },
}

impl<'t> Node<'t> {
    /// Returns the first token.
    pub(super) fn first(&self) -> Token<'t> {
        match self {
            Self::Token(token) | Self::Group { open: token, .. } => *token,
        }
    }

    /// Returns the last token.
    pub(super) fn last(&self) -> Token<'t> {
        match self {
            Self::Token(token) | Self::Group { close: token, .. } => *token,
        }
    }

    /// Tells whether it is this token.
    pub(super) fn is(&self, text: &str) -> bool {
        matches!(self, Self::Token(token) if token.text == text && token.kind != TokenKind::Comment)
    }

    /// Tells whether it is a comment.
    pub(super) fn is_comment(&self) -> bool {
        matches!(self, Self::Token(token) if token.kind == TokenKind::Comment)
    }
}

/// Reads tokens and groups. A text whose brackets do not match gives the leftover brackets as marks.
pub(super) fn read(text: &str) -> Vec<Node<'_>> {
    let mut open: Vec<(Token<'_>, Vec<Node<'_>>)> = Vec::new();
    let mut nodes = Vec::new();
    let mut end = 0;
    for found in Lexer::new(text) {
        let token = token(text, end, found);
        end = found.end;
        match token.text {
            "(" | "[" | "{" => open.push((token, std::mem::take(&mut nodes))),
            ")" | "]" | "}" => match open.pop() {
                Some((start, outside)) => {
                    let inside = std::mem::replace(&mut nodes, outside);
                    nodes.push(Node::Group { open: start, inside, close: token });
                }
                None => nodes.push(Node::Token(token)),
            },
            _ => nodes.push(Node::Token(token)),
        }
    }
    while let Some((start, mut outside)) = open.pop() {
        outside.push(Node::Token(start));
        outside.append(&mut nodes);
        nodes = outside;
    }
    nodes
}

/// Describes a token that stands after what ended at `end`.
fn token(text: &str, end: usize, found: tokens::Token) -> Token<'_> {
    let before = text.get(end..found.start).unwrap_or("");
    let written = text.get(found.start..found.end).unwrap_or("");
    let (text, kind) = match found.terminal {
        tokens::COMMENT => (written.trim_end(), TokenKind::Comment),
        // The blank inside may be the end of a line.
        tokens::MATCHES if written.starts_with("matches") => ("matches regex", TokenKind::Word),
        _ if is_mark(written) => (written, TokenKind::Mark),
        _ => (written, TokenKind::Word),
    };
    Token { text, kind, spaced: !before.is_empty(), lines: before.matches('\n').count() }
}

/// Tells whether a token is punctuation; `!has` is a word.
fn is_mark(text: &str) -> bool {
    let mut bytes = text.bytes();
    let first = bytes.next().unwrap_or_default();
    first.is_ascii_punctuation()
        && !matches!(first, b'_' | b'$' | b'@' | b'"' | b'\'' | b'`' | b'~')
        && !bytes.any(|b| b.is_ascii_alphabetic())
}
