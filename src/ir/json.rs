//! JSON text to values and back, as the engine does it: integers stay integers, members keep their order.

use super::Value;
use super::convert::print_real;
use super::datetime::print_datetime;
use super::timespan::print_timespan;
use crate::source::quoted;

/// Reads JSON text. `None` where it is not valid JSON (or nests deeper than the reader's limit of 128).
pub fn parse(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok().map(|json: serde_json::Value| Value::from_json(&json))
}

/// Writes a value as compact JSON. Types that JSON lacks become strings.
pub fn print(value: &Value) -> String {
    let mut out = String::new();
    append(value, &mut out);
    out
}

fn append(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Value::Int(n) => out.push_str(&n.to_string()),
        Value::Long(n) => out.push_str(&n.to_string()),
        Value::Real(n) if n.is_finite() => out.push_str(&print_real(*n)),
        Value::Real(n) => quote(&print_real(*n), out),
        Value::Decimal(n) => quote(&n.to_string(), out),
        Value::DateTime(ticks) => quote(&print_datetime(*ticks), out),
        Value::TimeSpan(ticks) => quote(&print_timespan(*ticks), out),
        Value::Guid(guid) => quote(&guid.to_string(), out),
        Value::String(text) => quote(text, out),
        Value::Array(items) => {
            out.push('[');
            for (position, item) in items.iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                append(item, out);
            }
            out.push(']');
        }
        Value::Object(members) => {
            out.push('{');
            for (position, (name, member)) in members.iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                quote(name, out);
                out.push(':');
                append(member, out);
            }
            out.push('}');
        }
    }
}

/// Writes a JSON string with its quotes.
pub fn quote(text: &str, out: &mut String) {
    let escape = |c| match c {
        '\u{8}' => Some("\\b".to_owned()),
        '\u{c}' => Some("\\f".to_owned()),
        c => (c < ' ').then(|| format!("\\u{:04x}", u32::from(c))),
    };
    quoted::write(text, escape, out);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(parse(text).map(|value| print(&value)).as_deref(), expected, "{text}");
    }

    #[test]
    fn numbers_and_order_survive() {
        check(r#"{"b": 1, "a": [1.0, 2.5, null, true, "x\ny"]}"#, Some(r#"{"b":1,"a":[1.0,2.5,null,true,"x\ny"]}"#));
        check("9007199254740993", Some("9007199254740993"));
        check("\"\\u001f\"", Some("\"\\u001f\""));
    }

    #[test]
    fn invalid_json_is_none() {
        for text in ["", "{'a': 1}", "[1,", "nul"] {
            check(text, None);
        }
    }
}
