//! kuery's syntax tree: what the text says, value lists as they were written.
//!
//! Kibana's own tree distributes the field over a value list; here the list stays one node, so that it prints as it was.

use crate::ir::{Comparison, Pattern};
use crate::source::Span;

/// A query or a part of one.
#[derive(Clone, Debug, PartialEq)]
pub struct Ast {
    /// What it says.
    pub kind: AstKind,
    /// Where it stands, brackets not included.
    pub span: Span,
}

/// The forms of a query.
#[derive(Clone, Debug, PartialEq)]
pub enum AstKind {
    /// The empty query, which every event satisfies.
    Everything,
    /// `a and b`. Never fewer than two; an `And` inside was in brackets.
    And(Vec<Ast>),
    /// `a or b`. Never fewer than two.
    Or(Vec<Ast>),
    /// `not a`
    Not(Box<Ast>),
    /// `field: value` or `field: (a or b)`
    Is {
        /// The field, which may hold wildcards.
        field: Literal,
        /// What it must be.
        values: Values,
    },
    /// A value without a field: searched in the index's default fields.
    FreeText(Literal),
    /// `field > value`
    Range {
        /// The field.
        field: Literal,
        /// Never `Eq` or `Ne`.
        op: Comparison,
        /// The bound.
        value: Literal,
    },
    /// `path: { query }`: all of it on one element of a nested field.
    Nested {
        /// The nested field.
        path: Literal,
        /// The query; its fields are relative to `path`.
        query: Box<Ast>,
    },
}

/// What stands after a colon.
#[derive(Clone, Debug, PartialEq)]
pub struct Values {
    /// What it says.
    pub kind: ValuesKind,
    /// Where it stands, brackets not included.
    pub span: Span,
}

/// The forms of a value list.
#[derive(Clone, Debug, PartialEq)]
pub enum ValuesKind {
    /// A single value.
    One(Literal),
    /// `(a and b)`
    And(Vec<Values>),
    /// `(a or b)`
    Or(Vec<Values>),
    /// `(not a)`
    Not(Box<Values>),
}

/// A field name or a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Literal {
    /// What it says, escapes taken off.
    pub kind: LiteralKind,
    /// Where it stands, quotes included.
    pub span: Span,
}

/// The forms of a literal. Numbers stay texts, as in Kibana.
#[derive(Clone, Debug, PartialEq)]
pub enum LiteralKind {
    /// In double quotes; an asterisk in it is an asterisk.
    Quoted(String),
    /// Without quotes and wildcards.
    Text(String),
    /// Without quotes, with at least one `*`. Holds no [`crate::ir::PatternPart::One`]: kuery has no `?`.
    Wildcard(Pattern),
    /// The word `null`.
    Null,
    /// The words `true` and `false`, in small letters only.
    Bool(bool),
}
