//! Constants of the text as values.

use super::super::ast::{Json, Literal, LiteralKind};
use crate::ir::{Type, Value};
use std::str::FromStr;
use std::sync::Arc;

/// Tells whether a literal is a number beyond 64 bits, which the engine rejects (k2s/1220) where its parser does not.
pub(super) fn is_too_large(literal: &Literal, text: &str) -> bool {
    let digits = text.trim_start_matches(['-', '+', ' ']);
    matches!(literal.kind, LiteralKind::Long(None)) && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

/// Returns a literal's value and type.
pub(super) fn literal(literal: &Literal) -> (Value, Type) {
    match &literal.kind {
        LiteralKind::String(text) => (Value::string(text), Type::String),
        LiteralKind::Long(n) => (n.map_or(Value::Null, Value::Long), Type::Long),
        LiteralKind::Int(n) => (n.map_or(Value::Null, Value::Int), Type::Int),
        LiteralKind::Real(n) => (n.map_or(Value::Null, Value::Real), Type::Real),
        LiteralKind::Decimal(text) => (text.as_deref().map_or(Value::Null, decimal), Type::Decimal),
        LiteralKind::Bool(b) => (b.map_or(Value::Null, Value::Bool), Type::Bool),
        LiteralKind::TimeSpan(ticks) => (ticks.map_or(Value::Null, Value::TimeSpan), Type::TimeSpan),
        LiteralKind::DateTime(ticks) => (ticks.map_or(Value::Null, Value::DateTime), Type::DateTime),
        LiteralKind::Guid(text) => (text.as_deref().map_or(Value::Null, guid), Type::Guid),
        LiteralKind::Dynamic(json) => (dynamic(json), Type::Dynamic),
        LiteralKind::Null => (Value::Null, Type::Dynamic),
    }
}

/// Returns the value of what stands in `dynamic(…)`.
fn dynamic(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Scalar(scalar, _) => literal(scalar).0,
        Json::Array(items, _) => Value::array(items.iter().map(dynamic).collect()),
        Json::Object(members, _) => Value::object(members.iter().map(|(k, v)| (Arc::from(k.as_str()), dynamic(v))).collect()),
    }
}

fn decimal(text: &str) -> Value {
    let exact = rust_decimal::Decimal::from_str(text.trim()).or_else(|_| rust_decimal::Decimal::from_scientific(text.trim()));
    exact.map_or(Value::Null, Value::Decimal)
}

fn guid(text: &str) -> Value {
    uuid::Uuid::parse_str(text.trim()).map_or(Value::Null, Value::Guid)
}
