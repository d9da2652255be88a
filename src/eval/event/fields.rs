//! Events as fields: every spelling of a dotted name leads to the same values.

use super::windows;
use crate::ir::Value;
use rustc_hash::FxHashMap;
use serde_json::Value as Json;
use std::sync::Arc;

/// Something whose fields can be asked for: an event, or a row of a plan that holds one.
pub trait Fields {
    /// Visits the values of a field, elements of arrays one by one and explicit nulls too, until a visit returns true; tells whether one did.
    fn any_value(&self, name: &str, visit: &mut dyn FnMut(&Value) -> bool) -> bool;

    /// Visits the values of all fields with their dotted names until a visit returns true; tells whether one did.
    fn any_field(&self, visit: &mut dyn FnMut(&str, &Value) -> bool) -> bool;
}

/// An event, its fields found by dotted name.
#[derive(Clone, Debug, Default)]
pub struct Event {
    fields: FxHashMap<Arc<str>, Vec<Value>>,
}

impl Event {
    /// Reads an event. `{"a": {"b": 1}}`, `{"a.b": 1}` and `{"a": [{"b": 1}]}` are the same event.
    pub fn from_json(json: &Json) -> Self {
        Self::from_value(&Value::from_json(json))
    }

    /// Reads an event from an object value.
    pub fn from_value(value: &Value) -> Self {
        let mut event = Self::default();
        walk(value, &mut String::new(), &mut |path, value| event.push(path, value));
        event
    }

    /// Returns the values of a field.
    pub fn values(&self, name: &str) -> &[Value] {
        self.fields.get(name).map_or(&[], Vec::as_slice)
    }

    fn push(&mut self, path: &str, value: &Value) {
        match self.fields.get_mut(path) {
            Some(values) => values.push(value.clone()),
            None => {
                self.fields.insert(Arc::from(path), vec![value.clone()]);
            }
        }
    }
}

/// Visits every value of a document with its dotted name, elements of arrays one by one.
pub(in super::super) fn walk(value: &Value, path: &mut String, visit: &mut dyn FnMut(&str, &Value)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(item, path, visit)),
        Value::Object(members) => {
            let length = path.len();
            if let Some((name, value)) = windows::named(path, members) {
                path.truncate(length - "Data".len());
                path.push_str(name);
                visit(path, value);
                path.truncate(length - "Data".len());
                path.push_str("Data");
                return;
            }
            // Objects are visited beside their leaves: nested queries and `exists` look at them.
            if !path.is_empty() {
                visit(path, value);
            }
            for (name, member) in members.iter() {
                if length > 0 {
                    path.push('.');
                }
                path.push_str(name);
                walk(member, path, visit);
                path.truncate(length);
            }
        }
        scalar => visit(path, scalar),
    }
}

impl Fields for Event {
    fn any_value(&self, name: &str, visit: &mut dyn FnMut(&Value) -> bool) -> bool {
        self.values(name).iter().any(visit)
    }

    fn any_field(&self, visit: &mut dyn FnMut(&str, &Value) -> bool) -> bool {
        self.fields.iter().any(|(name, values)| values.iter().any(|value| visit(name, value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(event: &Json, field: &str, expected: &[Value]) {
        assert_eq!(Event::from_json(event).values(field), expected, "{field} of {event}");
    }

    #[test]
    fn every_spelling_of_a_field_is_found() {
        for event in [json!({"a": {"b": {"c": 1}}}), json!({"a.b.c": 1}), json!({"a.b": {"c": 1}}), json!({"a": [{"b.c": 1}]})] {
            check(&event, "a.b.c", &[Value::Long(1)]);
        }
    }

    #[test]
    fn elements_of_arrays_are_values_of_the_field() {
        check(&json!({"a": [1, [2, null]]}), "a", &[Value::Long(1), Value::Long(2), Value::Null]);
        check(&json!({"a": [{"b": 1}, {"b": [2]}]}), "a.b", &[Value::Long(1), Value::Long(2)]);
        check(&json!({"a": []}), "a", &[]);
    }
}
