//! Values of query results as JSON (design §7) and as cells of a table.

use crate::ir::{Type, Value, convert, datetime, json, timespan};
use serde_json::{Number, Value as Json};

/// The largest whole number that every JSON reader keeps.
const SAFE_INTEGER: u64 = 1 << 53;

/// Returns a cell as JSON: dates as ISO 8601, durations as Kusto prints them, decimals and numbers beyond 2^53 as text,
/// `NaN` and infinities by name, dynamic values as they are.
pub fn to_json(value: &Value, ty: Type) -> Json {
    match value {
        // A string is never null in Kusto.
        Value::Null if ty == Type::String => Json::String(String::new()),
        Value::Null => Json::Null,
        Value::Bool(b) => Json::Bool(*b),
        Value::Int(n) => Json::from(*n),
        Value::Long(n) if ty == Type::Dynamic || n.unsigned_abs() <= SAFE_INTEGER => Json::from(*n),
        Value::Long(n) => Json::String(n.to_string()),
        Value::Real(n) => Number::from_f64(*n).map_or_else(|| Json::String(real_name(*n).to_owned()), Json::Number),
        Value::Decimal(n) => Json::String(n.to_string()),
        Value::DateTime(ticks) => Json::String(datetime::print_datetime(*ticks)),
        Value::TimeSpan(ticks) => Json::String(timespan::print_timespan(*ticks)),
        Value::Guid(guid) => Json::String(guid.to_string()),
        Value::String(text) => Json::String(text.to_string()),
        Value::Array(items) => items.iter().map(|item| to_json(item, Type::Dynamic)).collect(),
        Value::Object(members) => members.iter().map(|(name, member)| (name.to_string(), to_json(member, Type::Dynamic))).collect(),
    }
}

fn real_name(n: f64) -> &'static str {
    match n {
        n if n.is_nan() => "NaN",
        n if n > 0.0 => "Infinity",
        _ => "-Infinity",
    }
}

/// Returns a cell as text; null is empty.
pub fn to_cell(value: &Value, ty: Type) -> String {
    match value {
        Value::Array(_) | Value::Object(_) => json::print(value),
        _ => convert::to_text(value, ty),
    }
}

/// Reads a cell of a column from JSON, as the engine reads ingested JSON: text becomes dates, durations and numbers where the column
/// says so, and null where it cannot.
pub fn from_json(cell: &Json, ty: Type) -> Value {
    let value = Value::from_json(cell);
    match (ty, &value) {
        (Type::Dynamic | Type::Unknown, _) => value,
        (Type::String, Value::Null) => Value::string(""),
        (Type::Real, Value::String(text)) if !text.is_empty() => convert::parse_real(text).map_or(Value::Null, Value::Real),
        (_, Value::String(_)) => convert::convert(&value, Type::String, ty),
        _ => convert::convert(&value, Type::Dynamic, ty),
    }
}

#[cfg(test)]
mod tests {
    use super::{from_json, to_json};
    use crate::ir::Type;
    use serde_json::json;

    fn check(ty: Type, input: &serde_json::Value, expected: &serde_json::Value) {
        assert_eq!(&to_json(&from_json(input, ty), ty), expected, "{ty} {input}");
    }

    #[test]
    fn cells_come_back_in_the_form_of_the_contract() {
        check(Type::Long, &json!("9007199254740993"), &json!("9007199254740993"));
        check(Type::Long, &json!(12), &json!(12));
        check(Type::Real, &json!("NaN"), &json!("NaN"));
        check(Type::Real, &json!(1), &json!(1.0));
        check(Type::Decimal, &json!("1.10"), &json!("1.10"));
        check(Type::DateTime, &json!("2024-05-01 10:00"), &json!("2024-05-01T10:00:00.0000000Z"));
        check(Type::TimeSpan, &json!("1.02:03:04.5"), &json!("1.02:03:04.5000000"));
        check(Type::Dynamic, &json!({"a": [1, 2.5, null]}), &json!({"a": [1, 2.5, null]}));
        check(Type::String, &json!(null), &json!(""));
        check(Type::Bool, &json!(true), &json!(true));
        check(Type::DateTime, &json!("soon"), &json!(null));
    }
}
