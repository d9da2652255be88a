//! Reading arguments in evaluators: a missing argument reads as null.

use super::Args;
use crate::ir::convert::{to_long, to_real, to_text};
use crate::ir::{Object, Type, Value};
use std::borrow::Cow;

static NULL: Value = Value::Null;

impl<'a> Args<'a> {
    /// Returns an argument, null if it was not given.
    pub fn value(&self, position: usize) -> &'a Value {
        self.values.get(position).unwrap_or(&NULL)
    }

    /// Returns an argument's static type.
    pub fn ty(&self, position: usize) -> Type {
        self.types.get(position).copied().unwrap_or_default()
    }

    /// Returns an argument's text as `tostring` makes it; null is "".
    pub fn text(&self, position: usize) -> Cow<'a, str> {
        match self.value(position) {
            Value::String(text) => Cow::Borrowed(text),
            other => Cow::Owned(to_text(other, self.ty(position))),
        }
    }

    /// Returns an argument as a long, converted if need be.
    pub fn long(&self, position: usize) -> Option<i64> {
        to_long(self.value(position))
    }

    /// Returns an argument as a real, converted if need be.
    pub fn real(&self, position: usize) -> Option<f64> {
        to_real(self.value(position))
    }

    /// Returns the ticks of a datetime argument; text in a dynamic converts.
    pub fn datetime(&self, position: usize) -> Option<i64> {
        crate::ir::convert::to_datetime(self.value(position))
    }

    /// Returns the ticks of a timespan argument.
    pub fn timespan(&self, position: usize) -> Option<i64> {
        crate::ir::convert::to_timespan(self.value(position))
    }

    /// Returns the elements of an array argument.
    pub fn array(&self, position: usize) -> Option<&'a [Value]> {
        match self.value(position) {
            Value::Array(items) => Some(items),
            _ => None,
        }
    }

    /// Returns the members of an object argument.
    pub fn object(&self, position: usize) -> Option<&'a Object> {
        match self.value(position) {
            Value::Object(members) => Some(members),
            _ => None,
        }
    }
}

/// Makes a value of an optional bool.
pub(super) fn bool_or_null(value: Option<bool>) -> Value {
    value.map_or(Value::Null, Value::Bool)
}

/// Makes a value of an optional long.
pub(super) fn long_or_null(value: Option<i64>) -> Value {
    value.map_or(Value::Null, Value::Long)
}

/// Makes a value of an optional real.
pub(super) fn real_or_null(value: Option<f64>) -> Value {
    value.map_or(Value::Null, Value::Real)
}

/// Makes a value of an optional text; none is "", because a string has no null.
pub(super) fn text_or_empty(value: Option<impl AsRef<str>>) -> Value {
    value.map_or_else(|| Value::string(""), Value::string)
}
