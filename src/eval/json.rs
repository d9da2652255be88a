//! Values to JSON and back as the batch format has them (design §7).

use crate::ir::{Type, Value, convert};
use serde_json::{Number, Value as Json};

/// The largest integer that every JSON reader keeps.
const SAFE_INTEGER: u64 = 1 << 53;

/// Writes a cell: longs beyond 2^53 and decimals as strings, times as Kusto prints them, not-a-number by name.
pub fn to_json(value: &Value, ty: Type) -> Json {
    match value {
        Value::Null if ty == Type::String => Json::String(String::new()),
        Value::Null => Json::Null,
        Value::Bool(b) => Json::Bool(*b),
        Value::Int(n) => Json::from(*n),
        Value::Long(n) if n.unsigned_abs() > SAFE_INTEGER && ty != Type::Dynamic => Json::String(n.to_string()),
        Value::Long(n) => Json::from(*n),
        Value::Real(n) => Number::from_f64(*n).map_or_else(|| Json::String(convert::print_real(*n)), Json::Number),
        Value::Array(items) => Json::Array(items.iter().map(|item| to_json(item, Type::Dynamic)).collect()),
        Value::Object(members) => {
            Json::Object(members.iter().map(|(name, member)| (name.to_string(), to_json(member, Type::Dynamic))).collect())
        }
        Value::String(text) => Json::String(text.to_string()),
        Value::Decimal(_) | Value::DateTime(_) | Value::TimeSpan(_) | Value::Guid(_) => Json::String(convert::to_text(value, ty)),
    }
}

/// Reads a cell of a column of type `ty`. What does not convert is null, as on ingestion.
pub fn from_json(json: &Json, ty: Type) -> Value {
    let value = Value::from_json(json);
    match (ty, &value) {
        (Type::Dynamic, Value::String(text)) => embedded(text).unwrap_or(value),
        (Type::Dynamic | Type::Unknown, _) => value,
        (Type::String, Value::Null) => Value::from(""),
        (Type::String, _) => Value::string(convert::to_text(&value, Type::Dynamic)),
        (_, Value::Array(_) | Value::Object(_)) => Value::Null,
        _ => convert::convert(&value, Type::Dynamic, ty),
    }
}

/// Reads text that holds an object or array. Exports of workspaces write dynamic cells so.
fn embedded(text: &str) -> Option<Value> {
    let is_container = text.trim_start().starts_with(['{', '[']);
    is_container.then(|| crate::ir::json::parse(text)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(json: &Json, ty: Type, back: &Json) {
        assert_eq!(to_json(&from_json(json, ty), ty), *back, "{json} as {ty}");
    }

    #[test]
    fn cells_survive_the_way_there_and_back() {
        check(&json!(5), Type::Long, &json!(5));
        check(&json!("9007199254740993"), Type::Long, &json!("9007199254740993"));
        check(&json!("2020-01-02"), Type::DateTime, &json!("2020-01-02T00:00:00.0000000Z"));
        check(&json!("1.02:03:04.5"), Type::TimeSpan, &json!("1.02:03:04.5000000"));
        check(&json!("NaN"), Type::Real, &json!("NaN"));
        check(&json!({"a": [1, null]}), Type::Dynamic, &json!({"a": [1, null]}));
    }

    #[test]
    fn text_has_no_null_and_takes_any_scalar() {
        check(&Json::Null, Type::String, &json!(""));
        check(&json!(50126), Type::String, &json!("50126"));
    }

    #[test]
    fn dynamic_cells_may_be_json_in_text() {
        check(&json!("{\"a\":1}"), Type::Dynamic, &json!({"a": 1}));
        check(&json!("plain"), Type::Dynamic, &json!("plain"));
    }
}
