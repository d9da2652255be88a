//! Whether conditions let only events through in which a value is there: not null, and no empty text.
//!
//! Kusto's `summarize` makes a group of what is missing, and so does ES|QL's `STATS`
//! (<https://www.elastic.co/docs/reference/query-languages/esql/commands/stats-by>: the first example has a group `null`); thresholds of
//! Elastic and correlations of Sigma do not. It reads conditions only as far as their form says it; what it does not see may be missing.

use crate::ir::{Comparison, Expr, ExprKind, FieldRef, Matcher, StringTest, Type, Value};

/// Tells whether one of several conditions asks for a value.
pub(super) fn is_there(conditions: &[Expr], value: &Expr) -> bool {
    conditions.iter().any(|condition| asks_for(condition, value))
}

/// Tells whether a value that is missing may be an empty text, which counts where null does not.
pub(super) fn may_be_empty(value: &Expr) -> bool {
    matches!(value.ty, Type::String | Type::Unknown | Type::Dynamic)
}

/// Tells whether a condition does nothing but ask for a value: `isnotempty(x)`, of what is no text also `isnotnull(x)`, `x is not null`.
pub(super) fn only_asks_for(condition: &Expr, value: &Expr) -> bool {
    match &condition.kind {
        ExprKind::Call { function, args } => {
            // `isnotnull` of a text is always true (learn.microsoft.com, isnotnull-function).
            let tests = &**function == "isnotempty" || &**function == "isnotnull" && !may_be_empty(value);
            tests && args.first().is_some_and(|arg| arg.is_alike(value))
        }
        ExprKind::Match { field: FieldRef::Field(name), matcher: Matcher::Exists } => is_field(value, name),
        ExprKind::Not(inner) => match &inner.kind {
            ExprKind::Call { function, args } => &**function == "isempty" && args.first().is_some_and(|arg| arg.is_alike(value)),
            ExprKind::Match { field: FieldRef::Field(name), matcher: Matcher::IsNull } => is_field(value, name),
            _ => false,
        },
        _ => false,
    }
}

/// What an empty text or null makes false.
fn asks_for(condition: &Expr, value: &Expr) -> bool {
    match &condition.kind {
        ExprKind::And(items) => is_there(items, value),
        ExprKind::Or(items) => !items.is_empty() && items.iter().all(|item| asks_for(item, value)),
        ExprKind::Match { field: FieldRef::Field(name), matcher } => *matcher != Matcher::IsNull && is_field(value, name),
        ExprKind::Compare { op: Comparison::Ne, left, right, .. } => is_empty_text(right) && left.is_alike(value),
        ExprKind::Compare { left, right, .. } => is_constant(right) && left.is_alike(value),
        ExprKind::Between { negated: false, value: tested, .. } => tested.is_alike(value),
        ExprKind::InList { test: None, negated: false, value: tested, list, .. } => list.iter().all(is_constant) && tested.is_alike(value),
        // An empty text matches some regular expressions.
        ExprKind::Test { test, negated: false, left, right, .. } => {
            *test != StringTest::Regex && is_constant(right) && left.is_alike(value)
        }
        _ => only_asks_for(condition, value),
    }
}

fn is_empty_text(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Literal(Value::String(text)) if text.is_empty())
}

/// Tells whether an expression is a constant that no missing value equals.
fn is_constant(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Literal(value) => !value.is_null() && !is_empty_text(expr),
        ExprKind::Convert(inner) => is_constant(inner),
        _ => false,
    }
}

fn is_field(value: &Expr, name: &str) -> bool {
    value.bare().column_name().is_some_and(|own| **own == *name)
}
