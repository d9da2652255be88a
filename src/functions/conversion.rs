//! Conversions between types and tests for missing values. The conversions themselves are in [`crate::ir::convert`].

use super::Args;
use super::Naming;
use super::Prepared;
use super::args::{bool_or_null, text_or_empty};
use super::row::{Row, engine, prepared, scalar};
use crate::ir::convert::{convert, parse_dynamic};
use crate::ir::order::compare;
use crate::ir::{Object, Type, Value, json};
use std::cmp::Ordering;
use std::sync::Arc;

/// The rows.
pub(super) const ROWS: &[Row] = &[
    scalar(&["tostring"], "(value: any) -> string", tostring, "kusto/query/tostring-function").named(Naming::FirstArgument),
    scalar(&["tohex"], "(value: integer, minLength?: integer) -> string", tohex, "kusto/query/tohex-function").named(Naming::FirstArgument),
    scalar(&["todynamic", "toobject"], "(value: string) -> dynamic", todynamic, "Kusto.Language 12.4.1, Functions")
        .named(Naming::FirstArgument),
    prepared(&["tolong"], "(value: any) -> long", tolong, "kusto/query/tolong-function").named(Naming::FirstArgument),
    scalar(&["toint"], "(value: any) -> int", toint, "kusto/query/toint-function").named(Naming::FirstArgument),
    scalar(&["todouble", "toreal"], "(value: any) -> real", todouble, "kusto/query/toreal-function").named(Naming::FirstArgument),
    scalar(&["todatetime"], "(value: any) -> datetime", todatetime, "kusto/query/todatetime-function").named(Naming::FirstArgument),
    scalar(&["totimespan", "totime"], "(value: any) -> timespan", totimespan, "kusto/query/totimespan-function")
        .named(Naming::FirstArgument),
    scalar(&["tobool", "toboolean"], "(value: any) -> bool", tobool, "kusto/query/tobool-function").named(Naming::FirstArgument),
    scalar(&["todecimal"], "(value: any) -> decimal", todecimal, "kusto/query/todecimal-function").named(Naming::FirstArgument),
    scalar(&["toguid"], "(value: text) -> guid", toguid, "kusto/query/toguid-function").named(Naming::FirstArgument),
    scalar(&["gettype"], "(value: any) -> string", gettype, "kusto/query/gettype-function").named(Naming::Prefixed("type")),
    scalar(&["isnotnull", "notnull"], "(expression: any) -> bool", isnotnull, "kusto/query/isnotnull-function"),
    scalar(&["isnull"], "(expression: any) -> bool", isnull, "kusto/query/isnull-function"),
    scalar(&["isnotempty", "notempty"], "(value: any) -> bool", isnotempty, "kusto/query/isnotempty-function"),
    scalar(&["isempty"], "(value: any) -> bool", isempty, "kusto/query/isempty-function"),
    scalar(&["dynamic_to_json"], "(dynamic: any) -> string", dynamic_to_json, "kusto/query/dynamic-to-json-function"),
    scalar(&["isnan"], "(number: real) -> bool", isnan, "kusto/query/isnan-function"),
    scalar(&["isinf"], "(number: real) -> bool", isinf, "kusto/query/isinf-function"),
    scalar(&["isfinite"], "(number: real) -> bool", isfinite, "kusto/query/isfinite-function"),
    scalar(&["coalesce"], "(arg: common[2..64]) -> common", coalesce, "kusto/query/coalesce-function"),
    scalar(&["max_of"], "(arg: common[2..64]) -> common", max_of, "kusto/query/max-of-function"),
    scalar(&["min_of"], "(arg: common[2..64]) -> common", min_of, "kusto/query/min-of-function"),
    engine(&["new_guid"], "() -> guid", "kusto/query/new-guid-function"),
];

fn tostring(args: &Args<'_>) -> Value {
    Value::string(args.text(0))
}

fn converted(args: &Args<'_>, to: Type) -> Value {
    convert(args.value(0), args.ty(0), to)
}

fn toint(args: &Args<'_>) -> Value {
    converted(args, Type::Int)
}

/// Reals beyond the longs saturate, but those that are constant become the smallest long (k2s/0873, dkt/type_conversions-017).
#[expect(clippy::unnecessary_wraps, reason = "rows that are made ready may refuse")]
fn tolong(constants: &[Option<Value>]) -> Result<Prepared, String> {
    const BEYOND: f64 = 9_223_372_036_854_775_808.0;
    if let Some(Some(Value::Real(n))) = constants.first()
        && n.is_finite()
        && !(-BEYOND..BEYOND).contains(n)
    {
        return Ok(Box::new(|_: &Args<'_>| Value::Long(i64::MIN)));
    }
    Ok(Box::new(|args: &Args<'_>| converted(args, Type::Long)))
}

fn todouble(args: &Args<'_>) -> Value {
    converted(args, Type::Real)
}

fn todecimal(args: &Args<'_>) -> Value {
    converted(args, Type::Decimal)
}

fn tobool(args: &Args<'_>) -> Value {
    converted(args, Type::Bool)
}

fn todatetime(args: &Args<'_>) -> Value {
    converted(args, Type::DateTime)
}

fn totimespan(args: &Args<'_>) -> Value {
    converted(args, Type::TimeSpan)
}

fn toguid(args: &Args<'_>) -> Value {
    converted(args, Type::Guid)
}

/// Parses text as JSON; other values are kept (`parse-json-function`).
pub(super) fn todynamic(args: &Args<'_>) -> Value {
    match args.value(0) {
        Value::String(text) => parse_dynamic(text),
        other => other.clone(),
    }
}

/// Lower-case hexadecimal digits in two's complement, padded to a length (`tohex-function`).
fn tohex(args: &Args<'_>) -> Value {
    let width = args.long(1).unwrap_or(0).clamp(0, 16) as usize;
    match args.value(0) {
        Value::Int(n) => Value::string(format!("{n:0width$x}")),
        _ => text_or_empty(args.long(0).map(|n| format!("{n:0width$x}"))),
    }
}

/// The static type, and for a dynamic value the type of what it holds (k2s/1683, `gettype-function`).
fn gettype(args: &Args<'_>) -> Value {
    let ty = args.ty(0);
    if !matches!(ty, Type::Dynamic | Type::Unknown) {
        return Value::string(ty.name());
    }
    Value::string(match args.value(0) {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Int(_) => "int",
        Value::Long(_) => "long",
        Value::Real(_) => "double",
        Value::Decimal(_) => "decimal",
        Value::DateTime(_) => "datetime",
        Value::TimeSpan(_) => "timespan",
        Value::Guid(_) => "guid",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "dictionary",
    })
}

/// A string is never null (k2s/0257).
fn isnull(args: &Args<'_>) -> Value {
    Value::Bool(args.value(0).is_null() && args.ty(0) != Type::String)
}

fn isnotnull(args: &Args<'_>) -> Value {
    Value::Bool(!args.value(0).is_null() || args.ty(0) == Type::String)
}

/// Null or ""; an empty array is not empty (dkt/dynamic_strings).
fn isempty(args: &Args<'_>) -> Value {
    Value::Bool(is_missing(args.value(0)))
}

fn isnotempty(args: &Args<'_>) -> Value {
    Value::Bool(!is_missing(args.value(0)))
}

fn is_missing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

/// The first argument that is neither null nor "" (dkt/coalesce).
fn coalesce(args: &Args<'_>) -> Value {
    let found = args.values.iter().position(|value| !is_missing(value));
    let last = args.values.len().saturating_sub(1);
    let at = found.unwrap_or(last);
    as_result(args, at)
}

/// An argument converted to the common type.
fn as_result(args: &Args<'_>, at: usize) -> Value {
    let value = args.value(at);
    if args.result.is_numeric() { convert(value, args.ty(at), args.result) } else { value.clone() }
}

fn max_of(args: &Args<'_>) -> Value {
    extreme_of(args, Ordering::Greater)
}

fn min_of(args: &Args<'_>) -> Value {
    extreme_of(args, Ordering::Less)
}

/// Nulls are passed over, NaN wins (k2s/1173, k2s/0851).
fn extreme_of(args: &Args<'_>, wanted: Ordering) -> Value {
    let is_nan = |value: &Value| matches!(value, Value::Real(n) if n.is_nan());
    let mut best: Option<usize> = None;
    for (at, value) in args.values.iter().enumerate().filter(|(_, value)| !value.is_null()) {
        let displaces = best.is_none_or(|best| is_nan(value) || compare(value, args.value(best)) == Some(wanted));
        if displaces {
            best = Some(at);
        }
    }
    best.map_or(Value::Null, |at| as_result(args, at))
}

fn isnan(args: &Args<'_>) -> Value {
    bool_or_null(args.real(0).map(f64::is_nan))
}

fn isinf(args: &Args<'_>) -> Value {
    bool_or_null(args.real(0).map(f64::is_infinite))
}

fn isfinite(args: &Args<'_>) -> Value {
    bool_or_null(args.real(0).map(f64::is_finite))
}

fn dynamic_to_json(args: &Args<'_>) -> Value {
    match args.value(0) {
        Value::Null => Value::string(""),
        value => Value::string(json::print(&with_sorted_keys(value))),
    }
}

/// Members in order of the alphabet, at all depths (k2s/0125).
fn with_sorted_keys(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::array(items.iter().map(with_sorted_keys).collect()),
        Value::Object(members) => {
            let mut members: Object = members.iter().map(|(name, member)| (Arc::clone(name), with_sorted_keys(member))).collect();
            members.sort_by(|(a, _), (b, _)| a.cmp(b));
            Value::object(members)
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use crate::functions::testing::{array, check};
    use crate::ir::Value;

    #[test]
    fn a_constant_beyond_the_longs_is_the_smallest() {
        check("tolong", &[1e30.into()], i64::MIN);
        check("tolong", &[5.7.into()], 5_i64);
    }

    #[test]
    fn dynamic_values_tell_what_they_hold() {
        check("gettype", &[array([1_i64])], "array");
        check("gettype", &[1_i64.into()], "long");
        check("gettype", &[Value::Null], "null");
    }

    #[test]
    fn hexadecimal_is_twos_complement() {
        check("tohex", &[256_i64.into()], "100");
        check("tohex", &[(-1_i64).into()], "ffffffffffffffff");
        check("tohex", &[10_i64.into(), 4_i64.into()], "000a");
    }

    #[test]
    fn coalesce_passes_over_empty_text() {
        check("coalesce", &[Value::Null, 2_i64.into()], 2_i64);
        check("coalesce", &["".into(), " ".into()], " ");
    }

    #[test]
    fn extremes_pass_over_null() {
        check("max_of", &[1_i64.into(), Value::Null, 3_i64.into()], 3_i64);
        check("min_of", &[f64::NAN.into(), 1.0.into()], f64::NAN);
    }

    #[test]
    fn only_null_and_empty_text_are_empty() {
        check("isempty", &["".into()], true);
        check("isempty", &[array::<Value>([])], false);
        check("isnull", &[Value::Null], true);
        check("isnull", &["".into()], false);
    }
}
