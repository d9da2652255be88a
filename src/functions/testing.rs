//! What the tests of the families share.

use super::{Args, Eval, by_name};
use crate::ir::{Type, Value};

/// Calls a scalar function with all arguments constant and compares the result.
pub(super) fn check(name: &str, values: &[Value], expected: impl Into<Value>) {
    assert_eq!(call(name, values), expected.into(), "{name}({values:?})");
}

/// Calls a scalar function with all arguments constant.
pub(super) fn call(name: &str, values: &[Value]) -> Value {
    let types: Vec<Type> = values.iter().map(type_of).collect();
    let args = Args { values, types: &types, result: Type::Unknown, now: 0 };
    match by_name(name).unwrap_or_else(|| panic!("no function {name}")).eval {
        Eval::Scalar(run) => run(&args),
        Eval::Prepared(make) => make(&values.iter().cloned().map(Some).collect::<Vec<_>>()).expect("accepted")(&args),
        other => panic!("{name} is {other:?}"),
    }
}

/// Builds an array value.
pub(super) fn array<T: Into<Value>>(items: impl IntoIterator<Item = T>) -> Value {
    Value::array(items.into_iter().map(Into::into).collect())
}

fn type_of(value: &Value) -> Type {
    match value {
        Value::Null => Type::Unknown,
        Value::Bool(_) => Type::Bool,
        Value::Int(_) => Type::Int,
        Value::Long(_) => Type::Long,
        Value::Real(_) => Type::Real,
        Value::Decimal(_) => Type::Decimal,
        Value::DateTime(_) => Type::DateTime,
        Value::TimeSpan(_) => Type::TimeSpan,
        Value::Guid(_) => Type::Guid,
        Value::String(_) => Type::String,
        Value::Array(_) | Value::Object(_) => Type::Dynamic,
    }
}
