//! Values as keys of groups, joins, sets: null equals null, numbers are the same across their types, NaN equals NaN.

use crate::ir::Value;
use crate::ir::text::fold;
use std::hash::{Hash, Hasher};

/// A value that can be hashed.
#[derive(Clone, Debug)]
pub(super) struct Key(pub(super) Value);

/// Several values that can be hashed.
pub(super) type Keys = Vec<Key>;

impl Key {
    /// Builds a key in which the case of texts is folded.
    pub(super) fn folded(value: &Value) -> Self {
        match value {
            Value::String(text) => Self(Value::string(fold(text))),
            other => Self(other.clone()),
        }
    }
}

/// Returns a number as an integer where it is one.
fn integral(value: &Value) -> Option<i64> {
    match value {
        Value::Int(n) => Some(i64::from(*n)),
        Value::Long(n) => Some(*n),
        Value::Real(n) if n.fract() == 0.0 && n.abs() < 9.0e18 => Some(*n as i64),
        Value::Decimal(n) if n.fract().is_zero() => i64::try_from(*n).ok(),
        _ => None,
    }
}

fn real_bits(n: f64) -> u64 {
    if n.is_nan() { f64::NAN.to_bits() } else { n.to_bits() }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        same(&self.0, &other.0)
    }
}

impl Eq for Key {}

fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Real(a), Value::Real(b)) if a.is_nan() && b.is_nan() => true,
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => a.len() == b.len() && a.iter().zip(b.iter()).all(|((n, a), (m, b))| n == m && same(a, b)),
        _ => match (integral(a), integral(b)) {
            (Some(a), Some(b)) => a == b,
            (None, None) => crate::ir::order::equals(a, b),
            _ => false,
        },
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash_value(&self.0, state);
    }
}

fn hash_value<H: Hasher>(value: &Value, state: &mut H) {
    if let Some(n) = integral(value) {
        return n.hash(state);
    }
    match value {
        Value::Null => 0_u8.hash(state),
        Value::Bool(b) => b.hash(state),
        Value::Real(n) => real_bits(*n).hash(state),
        Value::Decimal(n) => n.to_string().parse().map_or(0, real_bits).hash(state),
        Value::DateTime(n) | Value::TimeSpan(n) => (1_u8, n).hash(state),
        Value::Guid(n) => n.hash(state),
        Value::String(text) => text.hash(state),
        Value::Array(items) => items.iter().for_each(|item| hash_value(item, state)),
        Value::Object(members) => {
            for (name, member) in members.iter() {
                name.hash(state);
                hash_value(member, state);
            }
        }
        Value::Int(_) | Value::Long(_) => {}
    }
}
