//! Lucene's syntax tree: clauses with their operators, as the text has them.

use crate::ir::Pattern;
use crate::source::{Span, Spanned};

/// Clauses in a row. There is no precedence: each operator marks the clauses at its sides (see `lower`).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// The clauses in order.
    pub clauses: Vec<Clause>,
    /// Where they stand.
    pub span: Span,
}

/// A clause with what stands before it.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// The operator between it and the clause before.
    pub conjunction: Option<Conjunction>,
    /// `NOT`, `+`, `-`
    pub prefix: Option<Prefix>,
    /// `field:`, wildcards and escapes in it read.
    pub field: Option<Spanned<Pattern>>,
    /// What is searched.
    pub value: Value,
    /// `~2`: similar words, or words near each other; the number may be left out.
    pub fuzzy: Option<Option<String>>,
    /// `^2`: weight, which decides nothing about a match.
    pub boost: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// Operators between clauses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conjunction {
    /// `AND`, `&&`
    And,
    /// `OR`, `||`
    Or,
}

/// Operators before a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prefix {
    /// `NOT`, `!`
    Not,
    /// `+`
    Must,
    /// `-`
    MustNot,
}

/// What a clause searches.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A word, perhaps with wildcards.
    Term(Pattern),
    /// `"…"`
    Phrase(String),
    /// `/…/`
    Regex(String),
    /// `[a TO b}`, `>=a`; `None` where the end is open.
    Range {
        /// Lower end and whether it belongs to the range.
        from: Option<(String, bool)>,
        /// Upper end and whether it belongs to the range.
        to: Option<(String, bool)>,
    },
    /// `(…)`
    Group(Query),
}
