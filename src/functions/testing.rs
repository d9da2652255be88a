//! What the tests of the families share.

use super::{Args, Eval, by_name};
use crate::ir::{Type, Value};

/// Calls a scalar function with all arguments constant and compares the result.
pub(super) fn check(name: &str, values: &[Value], expected: impl Into<Value>) {
    assert_eq!(call(name, values), expected.into(), "{name}({values:?})");
}

/// Calls a scalar function with all arguments constant.
pub(super) fn call(name: &str, values: &[Value]) -> Value {
    let types: Vec<Type> = values.iter().map(Value::shown_type).collect();
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
