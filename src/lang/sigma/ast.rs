//! Sigma's syntax tree: detections and filters as the YAML says them. Correlations are `rulefile`'s: they join rules, not fields.
//!
//! Places count bytes of the YAML file: a Sigma rule has no query text of its own, its condition is a scalar of the file.
//! Values are kept raw; wildcards and escapes are read by `value.rs` when a modifier has said that they count.

use super::modifier::Modifier;
use crate::source::{Span, Spanned};

/// The `detection` of a rule or the `filter` of a filter.
#[derive(Clone, Debug, PartialEq)]
pub struct Detection {
    /// Everything that the condition may name, in order.
    pub selections: Vec<Selection>,
    /// `condition`: usually one. Several are alternatives.
    pub conditions: Vec<Condition>,
    /// `timeframe` of the old aggregation syntax, as written.
    pub timeframe: Option<Spanned<String>>,
    /// The whole mapping.
    pub span: Span,
}

/// A named search.
#[derive(Clone, Debug, PartialEq)]
pub struct Selection {
    /// Its name.
    pub name: Spanned<String>,
    /// What it looks for.
    pub search: Search,
}

/// What a selection looks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// How its parts are joined.
    pub kind: SearchKind,
    /// Where it stands.
    pub span: Span,
}

/// The forms of a search.
#[derive(Clone, Debug, PartialEq)]
pub enum SearchKind {
    /// A mapping: every item must hold.
    All(Vec<Item>),
    /// A list: one element must hold.
    Any(Vec<Search>),
    /// A value without a field, searched in the whole event.
    Keyword(Value),
}

/// A line of a mapping: `Field|modifier: value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The field; `None` for keywords with modifiers (`'|all': […]`).
    pub field: Option<String>,
    /// The modifiers in order.
    pub modifiers: Vec<Spanned<Modifier>>,
    /// The values; one must hold, or all with the `all` modifier.
    pub values: Vec<Value>,
    /// Whether the values were written as a list.
    pub is_list: bool,
    /// The key with its modifiers.
    pub key: Span,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// What it is.
    pub kind: ValueKind,
    /// Where it stands.
    pub span: Span,
}

/// The forms of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum ValueKind {
    /// Text, wildcards and escapes still in it.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// Another number.
    Real(f64),
    /// true, false.
    Bool(bool),
    /// null: the field has no value.
    Null,
}

/// A condition or a part of one.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// What it says.
    pub kind: ConditionKind,
    /// Where it stands.
    pub span: Span,
}

/// The forms of a condition.
#[derive(Clone, Debug, PartialEq)]
pub enum ConditionKind {
    /// `a and b`; an `And` inside was in brackets.
    And(Vec<Condition>),
    /// `a or b`
    Or(Vec<Condition>),
    /// `not a`
    Not(Box<Condition>),
    /// A selection by name.
    Selection(String),
    /// `1 of …`, `all of …`
    Quantified {
        /// True for `all of`.
        all: bool,
        /// Name pattern with `*`; `None` for `them`, which leaves out names that begin with `_`.
        pattern: Option<String>,
    },
}

impl Condition {
    /// Calls `visit` for every part, from the outside in.
    pub fn walk(&self, visit: &mut dyn FnMut(&Self)) {
        visit(self);
        match &self.kind {
            ConditionKind::And(items) | ConditionKind::Or(items) => items.iter().for_each(|item| item.walk(visit)),
            ConditionKind::Not(inner) => inner.walk(visit),
            ConditionKind::Selection(_) | ConditionKind::Quantified { .. } => {}
        }
    }
}

/// A filter: events that rules are not meant to fire on.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    /// The rules it applies to, by name or id; none for all of its log source.
    pub rules: Vec<Spanned<String>>,
    /// What is left out.
    pub detection: Detection,
}
