//! What operators are made of besides expressions: kinds of joins and unions, sort terms, pieces of patterns.

use super::{Column, Expr, Type};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// How a join pairs rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JoinKind {
    /// Inner join on a left side deduplicated by key: Kusto's default.
    InnerUnique,
    /// All pairs.
    Inner,
    /// All pairs and unmatched left rows.
    LeftOuter,
    /// All pairs and unmatched right rows.
    RightOuter,
    /// All pairs and unmatched rows of both sides.
    FullOuter,
    /// Left rows that have a match.
    LeftSemi,
    /// Left rows that have none.
    LeftAnti,
    /// Right rows that have a match.
    RightSemi,
    /// Right rows that have none.
    RightAnti,
}

/// A pair of key expressions; null keys match each other in Kusto joins.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct JoinKey {
    /// Over the left row.
    pub left: Expr,
    /// Over the right row.
    pub right: Expr,
}

/// A sort term.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct SortKey {
    /// What to sort by.
    pub expr: Expr,
    /// Descending.
    pub descending: bool,
    /// Nulls before values.
    pub nulls_first: bool,
}

/// How a union makes columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnionColumns {
    /// All columns of all inputs; a name with two types becomes two columns.
    Outer,
    /// Only columns that all inputs have.
    Inner,
}

/// One column of `mv-expand` / `mv-apply`.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Expand {
    /// Output column.
    pub name: Arc<str>,
    /// The array or bag.
    pub expr: Expr,
    /// `to typeof(T)`.
    pub to: Option<Type>,
}

/// What `parse` does with rows that do not match, and how patterns are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ParseMode {
    /// Literal text between columns.
    Simple,
    /// Literals are regular expressions.
    Regex,
    /// Columns that fail to convert become null, the rest is kept.
    Relaxed,
}

/// A piece of a `parse` pattern.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ParsePart {
    /// `*`: skip.
    Skip,
    /// A delimiter.
    Text(Arc<str>),
    /// A column to fill.
    Column(Column),
}
