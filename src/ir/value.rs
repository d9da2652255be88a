//! Runtime values. The evaluator computes with them, function rows take and return them.
//!
//! How a value prints in a dialect is not decided here.

use super::Type;
use rust_decimal::Decimal;
use serde_json::Value as Json;
use std::sync::Arc;
use uuid::Uuid;

/// Ticks (100 ns) in a second, Kusto's unit of time.
pub const TICKS_PER_SECOND: i64 = 10_000_000;

/// A JSON object with its keys in order of appearance.
pub type Object = Vec<(Arc<str>, Value)>;

/// One value. `dynamic` is a static type, not a variant: a dynamic cell holds any of these, arrays and objects included.
#[derive(Clone, Debug, Default)]
pub enum Value {
    /// No value. Kusto's `string` never holds it (it holds "").
    #[default]
    Null,
    /// true, false.
    Bool(bool),
    /// 32-bit integer.
    Int(i32),
    /// 64-bit integer.
    Long(i64),
    /// IEEE double.
    Real(f64),
    /// Decimal number.
    Decimal(Decimal),
    /// Ticks since 0001-01-01T00:00:00Z.
    DateTime(i64),
    /// Ticks.
    TimeSpan(i64),
    /// UUID.
    Guid(Uuid),
    /// Text.
    String(Arc<str>),
    /// JSON array.
    Array(Arc<Vec<Value>>),
    /// JSON object.
    Object(Arc<Object>),
}

impl Value {
    /// Builds a string value.
    pub fn string(text: impl AsRef<str>) -> Self {
        Self::String(Arc::from(text.as_ref()))
    }

    /// Builds an array value.
    pub fn array(items: Vec<Self>) -> Self {
        Self::Array(Arc::new(items))
    }

    /// Builds what a field with these values is: null without any, the value itself where it is the only one, else an array.
    pub fn of_field(mut values: Vec<Self>) -> Self {
        match values.pop() {
            None => Self::Null,
            Some(only) if values.is_empty() => only,
            Some(last) => {
                values.push(last);
                Self::array(values)
            }
        }
    }

    /// Builds an object value.
    pub fn object(members: Object) -> Self {
        Self::Object(Arc::new(members))
    }

    /// Returns the type that the value shows by itself; unknown for null.
    pub fn shown_type(&self) -> Type {
        match self {
            Self::Null => Type::Unknown,
            Self::Bool(_) => Type::Bool,
            Self::Int(_) => Type::Int,
            Self::Long(_) => Type::Long,
            Self::Real(_) => Type::Real,
            Self::Decimal(_) => Type::Decimal,
            Self::DateTime(_) => Type::DateTime,
            Self::TimeSpan(_) => Type::TimeSpan,
            Self::Guid(_) => Type::Guid,
            Self::String(_) => Type::String,
            Self::Array(_) | Self::Object(_) => Type::Dynamic,
        }
    }

    /// Tells whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Returns the text of a string value.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns a member of an object.
    pub fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(key, _)| &**key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// Converts parsed JSON; integers become `Long`, other numbers `Real`.
    pub fn from_json(json: &Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(b) => Self::Bool(*b),
            Json::Number(n) => n.as_i64().map_or_else(|| Self::Real(n.as_f64().unwrap_or(f64::NAN)), Self::Long),
            Json::String(text) => Self::string(text),
            Json::Array(items) => Self::array(items.iter().map(Self::from_json).collect()),
            Json::Object(map) => Self::object(map.iter().map(|(k, v)| (Arc::from(k.as_str()), Self::from_json(v))).collect()),
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Long(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Real(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::string(value)
    }
}

/// Structural equality for tests, folding and IR comparison: NaN equals NaN, and no conversion happens.
/// Query semantics of `==` are in `eval`.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Long(a), Self::Long(b)) | (Self::DateTime(a), Self::DateTime(b)) | (Self::TimeSpan(a), Self::TimeSpan(b)) => a == b,
            (Self::Real(a), Self::Real(b)) => a == b || (a.is_nan() && b.is_nan()),
            (Self::Decimal(a), Self::Decimal(b)) => a == b,
            (Self::Guid(a), Self::Guid(b)) => a == b,
            (Self::String(a), Self::String(b)) => a == b,
            (Self::Array(a), Self::Array(b)) => a == b,
            (Self::Object(a), Self::Object(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Value {}
