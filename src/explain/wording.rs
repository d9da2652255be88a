//! Words and texts that all parts of an explanation share.

use crate::ir::{Expr, ExprKind, Rule, Value, convert};

/// The dialect and kind of a rule.
pub(super) fn kind(rule: &Rule) -> String {
    let word = |value: serde_json::Value| value.as_str().unwrap_or_default().replace('_', " ");
    let dialect = serde_json::to_value(rule.dialect).map(word).unwrap_or_default();
    let kind = serde_json::to_value(rule.rule_type).map(word).unwrap_or_default();
    format!("{dialect} {kind}")
}

/// A source text on one line, cut where it is long.
pub(super) fn short(text: &str) -> String {
    const MOST: usize = 120;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MOST { line } else { line.chars().take(MOST).chain(['…']).collect() }
}

/// The values of a list: all of a short one, the first of a long one.
pub(super) fn values(values: &[String]) -> String {
    const MOST: usize = 8;
    let shown: Vec<&str> = values.iter().take(MOST).map(String::as_str).collect();
    match values.len().checked_sub(MOST) {
        Some(more) if more > 0 => format!("{} and {more} more", shown.join(", ")),
        _ => shown.join(", "),
    }
}

/// A constant as people write it.
pub(super) fn constant(value: &Value) -> String {
    match value {
        Value::String(text) => format!("\"{text}\""),
        Value::TimeSpan(ticks) => crate::ir::timespan::in_units(*ticks),
        Value::Bool(flag) => flag.to_string(),
        Value::Null => "null".to_owned(),
        _ => convert::to_text(value, crate::ir::Type::Unknown),
    }
}

/// An expression as it is written; constants from elsewhere (a `let`) by value.
pub(super) fn expression(expr: &Expr, text: &str) -> String {
    match &expr.kind {
        ExprKind::Literal(value) => constant(value),
        ExprKind::Convert(inner) => expression(inner, text),
        ExprKind::Column(name) if expr.span.is_empty() => format!("`{name}`"),
        _ => format!("`{}`", short(expr.span.text(text))),
    }
}

/// Joins words as a sentence does.
pub(super) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [start @ .., last] => format!("{} and {last}", start.join(", ")),
    }
}
