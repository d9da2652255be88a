//! Values as keys of hash tables: grouping, distinct, joins.

use super::Value;
use std::hash::{Hash, Hasher};

/// A value that hashes and compares by what it is: null is a key like any other (k2s/0173), NaN equals NaN, -0 equals 0,
/// an int equals the same long.
#[derive(Clone, Debug, Default)]
pub struct Key(pub Value);

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Value::Int(a), Value::Long(b)) | (Value::Long(b), Value::Int(a)) => i64::from(*a) == *b,
            (Value::Real(a), Value::Real(b)) => a == b || (a.is_nan() && b.is_nan()),
            (a, b) => a == b,
        }
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash_value(&self.0, state);
    }
}

fn hash_value<H: Hasher>(value: &Value, state: &mut H) {
    match value {
        Value::Null => 0_u8.hash(state),
        Value::Bool(b) => b.hash(state),
        Value::Int(n) => i64::from(*n).hash(state),
        Value::Long(n) | Value::DateTime(n) | Value::TimeSpan(n) => n.hash(state),
        Value::Real(n) if n.is_nan() => 1_u8.hash(state),
        Value::Real(n) => (n + 0.0).to_bits().hash(state),
        Value::Decimal(n) => n.hash(state),
        Value::Guid(guid) => guid.hash(state),
        Value::String(text) => text.hash(state),
        Value::Array(items) => items.iter().for_each(|item| hash_value(item, state)),
        Value::Object(members) => members.iter().for_each(|(name, member)| {
            name.hash(state);
            hash_value(member, state);
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn check(values: &[Value], expected: usize) {
        assert_eq!(values.iter().cloned().map(Key).collect::<HashSet<_>>().len(), expected, "{values:?}");
    }

    #[test]
    fn equal_values_are_one_key() {
        check(&[Value::Int(1), Value::Long(1), Value::Null, Value::Null], 2);
        check(&[Value::Real(f64::NAN), Value::Real(f64::NAN), Value::Real(0.0), Value::Real(-0.0)], 2);
    }
}
