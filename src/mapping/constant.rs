//! Constants of a log source file: what a field is in every event, or one of the values that it may have.
//!
//! It compares nothing: that is `facts`.

use crate::ir::{Dialect, Value};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A constant of a log source.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Constant {
    /// true, false.
    Bool(bool),
    /// A number.
    Integer(i64),
    /// Text.
    Text(String),
    /// One of these.
    OneOf(Vec<Constant>),
}

impl Constant {
    /// Returns the values it may have.
    pub fn values(&self) -> Vec<Value> {
        match self {
            Self::OneOf(list) => list.iter().flat_map(Self::values).collect(),
            Self::Bool(b) => vec![Value::Bool(*b)],
            Self::Integer(n) => vec![Value::Long(*n)],
            Self::Text(text) => vec![Value::string(text)],
        }
    }

    /// Returns it as a query value; of several, the list.
    pub fn value(&self) -> Value {
        match self {
            Self::OneOf(_) => Value::array(self.values()),
            _ => self.values().pop().unwrap_or_default(),
        }
    }

    /// Returns it as JSON.
    pub fn json(&self) -> serde_json::Value {
        match self {
            Self::Bool(b) => (*b).into(),
            Self::Integer(n) => (*n).into(),
            Self::Text(text) => text.as_str().into(),
            Self::OneOf(list) => list.iter().map(Self::json).collect(),
        }
    }
}

/// Constants of fields in each dialect.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sides {
    /// Sentinel columns.
    #[serde(default)]
    pub sentinel: BTreeMap<String, Constant>,
    /// Elastic fields.
    #[serde(default)]
    pub elastic: BTreeMap<String, Constant>,
    /// Sigma fields.
    #[serde(default)]
    pub sigma: BTreeMap<String, Constant>,
}

impl Sides {
    /// Returns the constants of a dialect's fields.
    pub fn of(&self, dialect: Dialect) -> &BTreeMap<String, Constant> {
        match dialect {
            Dialect::Sentinel | Dialect::Kql => &self.sentinel,
            Dialect::Elastic => &self.elastic,
            Dialect::Sigma => &self.sigma,
        }
    }
}
