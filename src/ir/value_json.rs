//! Values as JSON, for `isoglot parse --ir`: what JSON has stands as it is, everything else says its type.
//!
//! A number without a point is a `long`, one with a point a `real`. A `long` beyond 2^53 is text, as many readers of JSON would round it.

use super::convert::to_text;
use super::{Object, Type, Value};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use std::borrow::Cow;

/// The largest whole number up to which every double is exact.
const EXACT: u64 = 1 << 53;

/// A value that JSON has no kind for.
#[derive(JsonSchema, Serialize)]
struct Typed<T> {
    /// Its type.
    r#type: Type,
    /// The value, or its text as Kusto prints it.
    value: T,
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = |r#type| Typed { r#type, value: to_text(self, r#type) };
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(b) => serializer.serialize_bool(*b),
            Self::Long(n) if n.unsigned_abs() <= EXACT => serializer.serialize_i64(*n),
            Self::Real(n) if n.is_finite() => serializer.serialize_f64(*n),
            Self::String(text) => serializer.serialize_str(text),
            Self::Array(items) => serializer.collect_seq(items.iter()),
            Self::Int(n) => Typed { r#type: Type::Int, value: *n }.serialize(serializer),
            Self::Object(members) => Typed { r#type: Type::Dynamic, value: Members(members) }.serialize(serializer),
            Self::Long(_) => text(Type::Long).serialize(serializer),
            Self::Real(_) => text(Type::Real).serialize(serializer),
            Self::Decimal(_) => text(Type::Decimal).serialize(serializer),
            Self::DateTime(_) => text(Type::DateTime).serialize(serializer),
            Self::TimeSpan(_) => text(Type::TimeSpan).serialize(serializer),
            Self::Guid(_) => text(Type::Guid).serialize(serializer),
        }
    }
}

/// The members of an object, in their order.
struct Members<'a>(&'a Object);

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl JsonSchema for Value {
    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("Value")
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "One value: what JSON has as it is, everything else with its type.",
            "anyOf": [
                { "type": ["null", "boolean", "number", "string"] },
                { "type": "array", "items": generator.subschema_for::<Self>() },
                generator.subschema_for::<Typed<serde_json::Value>>(),
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn check(value: impl Into<Value>, expected: &str) {
        assert_eq!(serde_json::to_string(&value.into()).unwrap(), expected);
    }

    #[test]
    fn what_json_has_stands_as_it_is() {
        check(Value::Null, "null");
        check(true, "true");
        check(7_i64, "7");
        check(7.0, "7.0");
        check(Value::array(vec![Value::from("a\n"), Value::from(1_i64)]), r#"["a\n",1]"#);
    }

    #[test]
    fn what_json_lacks_says_its_type() {
        check(Value::Int(7), r#"{"type":"int","value":7}"#);
        check(i64::MAX, r#"{"type":"long","value":"9223372036854775807"}"#);
        check(f64::NAN, r#"{"type":"real","value":"NaN"}"#);
        check(Value::DateTime(0), r#"{"type":"datetime","value":"0001-01-01T00:00:00.0000000Z"}"#);
        check(Value::TimeSpan(36_000_000_000), r#"{"type":"timespan","value":"01:00:00"}"#);
        check(Value::object(vec![(Arc::from("type"), Value::from("x"))]), r#"{"type":"dynamic","value":{"type":"x"}}"#);
    }
}
