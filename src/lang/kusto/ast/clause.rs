//! What query operators are made of: sort terms, columns to expand, pieces of patterns, steps.

use super::{Expr, Literal, Name};
use crate::ir::Type;
use crate::source::Span;

/// A term of `sort by`, `top … by`, `project-reorder`.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// What to sort by; may be `Named` or `Wildcard`.
    pub expr: Expr,
    /// `asc`, `desc`, `granny-asc`, `granny-desc`.
    pub direction: Option<Direction>,
    /// `nulls first` (true) or `nulls last`.
    pub nulls_first: Option<bool>,
}

/// Sort directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the keyword it is named after")]
pub enum Direction {
    Asc,
    Desc,
    GrannyAsc,
    GrannyDesc,
}

/// A column of `mv-expand`, `mv-apply`.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpandColumn {
    /// The expression, possibly `Named`.
    pub expr: Expr,
    /// `to typeof(T)`
    pub to: Option<Type>,
}

/// A piece of a `parse` pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum ParsePart {
    /// `*`
    Star,
    /// A string literal.
    Text(Literal, Span),
    /// `name` or `name:type`
    Column(Name, Option<Type>),
}

/// A clause of `top-nested`.
#[derive(Clone, Debug, PartialEq)]
pub struct TopNested {
    /// How many; `None` takes all.
    pub count: Option<Expr>,
    /// `of`
    pub of: Expr,
    /// `with others =`
    pub others: Option<Expr>,
    /// `by`
    pub by: Expr,
    /// `asc` or `desc`
    pub direction: Option<Direction>,
}

/// A step of `scan`.
#[derive(Clone, Debug, PartialEq)]
pub struct ScanStep {
    /// Its name.
    pub name: Name,
    /// `optional`
    pub optional: bool,
    /// `output = all | last | none`
    pub output: Option<Name>,
    /// The condition.
    pub condition: Expr,
    /// `=> a = x, b = y`
    pub assignments: Vec<Expr>,
}

/// A piece of a graph pattern: node, edge, node, …
#[derive(Clone, Debug, PartialEq)]
pub struct GraphElement {
    /// The text as written; graph patterns are kept, not interpreted.
    pub raw: String,
    /// Names it binds.
    pub names: Vec<Name>,
    /// Where.
    pub span: Span,
}
