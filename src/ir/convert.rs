//! Conversions between values as the `to…()` functions make them: what cannot be converted is null, never an error.
//!
//! Cited vectors are of the conformance corpus; the engine's answers, not the documentation's, count.

use super::datetime::{MAX_TICKS, parse_datetime, print_datetime};
use super::timespan::{parse_timespan, print_timespan};
use super::{Type, Value, json};
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
use std::str::FromStr;
use uuid::Uuid;

/// Converts a value of static type `from` to `to`. A `dynamic` source is unwrapped; a `dynamic` target keeps the value.
pub fn convert(value: &Value, from: Type, to: Type) -> Value {
    match to {
        Type::Bool => to_bool(value).map_or(Value::Null, Value::Bool),
        Type::Int => to_int(value).map_or(Value::Null, Value::Int),
        Type::Long => to_long(value).map_or(Value::Null, Value::Long),
        Type::Real => to_real(value).map_or(Value::Null, Value::Real),
        Type::Decimal => to_decimal(value).map_or(Value::Null, Value::Decimal),
        Type::DateTime => to_datetime(value).map_or(Value::Null, Value::DateTime),
        Type::TimeSpan => to_timespan(value).map_or(Value::Null, Value::TimeSpan),
        Type::Guid => to_guid(value).map_or(Value::Null, Value::Guid),
        Type::String => Value::string(to_text(value, from)),
        Type::Dynamic | Type::Unknown => value.clone(),
    }
}

/// Returns the text of a value as `tostring` and `strcat` make it; null is "" (`tostring-function`, dkt/tostring).
pub fn to_text(value: &Value, ty: Type) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(b) if ty == Type::Dynamic => b.to_string(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Int(n) => n.to_string(),
        Value::Long(n) => n.to_string(),
        Value::Real(n) => print_real(*n),
        Value::Decimal(n) => n.normalize().to_string(),
        Value::DateTime(ticks) => print_datetime(*ticks),
        Value::TimeSpan(ticks) => print_timespan(*ticks),
        Value::Guid(guid) => guid.to_string(),
        Value::String(text) => text.to_string(),
        Value::Array(_) | Value::Object(_) => json::print(value),
    }
}

/// Writes a real with the fewest digits that read back as the same number; a whole number keeps its `.0`.
pub fn print_real(n: f64) -> String {
    if n.is_nan() {
        return "NaN".to_owned();
    }
    if n.is_infinite() {
        return if n > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let magnitude = n.abs();
    if magnitude != 0.0 && !(1e-4..1e16).contains(&magnitude) {
        let text = format!("{n:e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
        return format!("{mantissa}e{sign}{digits:0>2}");
    }
    format!("{n:?}")
}

/// Reads an integer in decimal or `0x` notation, blanks around it allowed (dkt/type_conversions-015).
pub fn parse_long(text: &str) -> Option<i64> {
    let text = text.trim();
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    if let Some(hex) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        let value = u64::from_str_radix(hex, 16).ok()? as i64;
        return Some(if negative { value.wrapping_neg() } else { value });
    }
    text.parse().ok()
}

/// Reads a real; `NaN`, `inf` and `Infinity` in the engine's spellings (k2s/0850).
pub fn parse_real(text: &str) -> Option<f64> {
    let text = text.trim();
    match text {
        "NaN" | "nan" => return Some(f64::NAN),
        "Infinity" | "+Infinity" | "inf" | "+inf" | "Inf" => return Some(f64::INFINITY),
        "-Infinity" | "-inf" | "-Inf" => return Some(f64::NEG_INFINITY),
        _ => {}
    }
    if !text.ends_with(|c: char| c.is_ascii_digit() || c == '.') || !text.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// Converts to a long: text, numbers (reals are cut off and saturate, those that are not finite are null, k2s/1189), booleans, ticks of datetimes and timespans.
pub fn to_long(value: &Value) -> Option<i64> {
    match value {
        Value::Bool(b) => Some(i64::from(*b)),
        Value::Int(n) => Some(i64::from(*n)),
        Value::Long(n) | Value::DateTime(n) | Value::TimeSpan(n) => Some(*n),
        Value::Real(n) if !n.is_finite() => None,
        Value::Real(n) => Some(*n as i64),
        Value::Decimal(n) => n.trunc().to_i64(),
        Value::String(text) => parse_long(text),
        Value::Null | Value::Guid(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Converts to an int: longs wrap, reals saturate (dkt/type_conversions-016, -017), text out of range is null.
pub fn to_int(value: &Value) -> Option<i32> {
    match value {
        Value::Real(n) if !n.is_finite() => None,
        Value::Real(n) => Some(*n as i32),
        Value::Decimal(n) => n.trunc().to_i32(),
        Value::String(text) => i32::try_from(parse_long(text)?).ok(),
        _ => to_long(value).map(|n| n as i32),
    }
}

/// Converts to a real.
pub fn to_real(value: &Value) -> Option<f64> {
    match value {
        Value::Real(n) => Some(*n),
        Value::Decimal(n) => n.to_string().parse().ok(),
        Value::String(text) => parse_real(text),
        _ => to_long(value).map(|n| n as f64),
    }
}

/// Converts to a decimal.
pub fn to_decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Decimal(n) => Some(*n),
        Value::Real(n) => Decimal::from_str(&format!("{n}")).ok().or_else(|| Decimal::from_f64(*n)),
        Value::String(text) => {
            let text = text.trim();
            Decimal::from_str(text).ok().or_else(|| Decimal::from_scientific(text).ok())
        }
        _ => to_long(value).map(Decimal::from),
    }
}

/// Converts to a bool: numbers are true unless 0; of texts, numbers and true/false in any case without blanks (k2s/0393, k2s/1351).
pub fn to_bool(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(b) => Some(*b),
        Value::Int(n) => Some(*n != 0),
        Value::Long(n) => Some(*n != 0),
        Value::Real(n) => Some(*n != 0.0),
        Value::Decimal(n) => Some(!n.is_zero()),
        Value::String(text) => match &**text {
            text if text.eq_ignore_ascii_case("true") => Some(true),
            text if text.eq_ignore_ascii_case("false") => Some(false),
            text => text.parse::<i64>().ok().map(|n| n != 0),
        },
        _ => None,
    }
}

/// Converts to a datetime in ticks: text of any accepted format; a number is ticks.
pub fn to_datetime(value: &Value) -> Option<i64> {
    match value {
        Value::DateTime(ticks) => Some(*ticks),
        Value::Int(_) | Value::Long(_) | Value::Real(_) => to_long(value).filter(|n| (0..=MAX_TICKS).contains(n)),
        Value::String(text) => parse_datetime(text),
        _ => None,
    }
}

/// Converts to a timespan in ticks: text of any accepted format; a number is ticks.
pub fn to_timespan(value: &Value) -> Option<i64> {
    match value {
        Value::TimeSpan(ticks) => Some(*ticks),
        Value::Int(_) | Value::Long(_) | Value::Real(_) => to_long(value),
        Value::String(text) => parse_timespan(text),
        _ => None,
    }
}

/// Converts to a guid; braces around the text are allowed.
pub fn to_guid(value: &Value) -> Option<Uuid> {
    match value {
        Value::Guid(guid) => Some(*guid),
        Value::String(text) => Uuid::try_parse(text.trim()).ok(),
        _ => None,
    }
}

/// Reads text as a dynamic value as `parse_json` does: "" is null, invalid JSON is the text itself.
pub fn parse_dynamic(text: &str) -> Value {
    if text.is_empty() {
        return Value::Null;
    }
    json::parse(text).unwrap_or_else(|| Value::string(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: impl Into<Value>, to: Type, expected: impl Into<Value>) {
        let value = value.into();
        assert_eq!(convert(&value, Type::Unknown, to), expected.into(), "{value:?} to {to}");
    }

    #[test]
    fn text_converts_or_is_null() {
        check("5.7", Type::Long, Value::Null);
        check(" 7 ", Type::Long, 7_i64);
        check("0x10", Type::Long, 16_i64);
        check("1e3", Type::Real, 1000.0);
        check("5.", Type::Real, 5.0);
        check("1_000", Type::Real, Value::Null);
        check("9999999999", Type::Int, Value::Null);
        check("tRuE", Type::Bool, true);
        check("yes", Type::Bool, Value::Null);
    }

    #[test]
    fn numbers_wrap_or_saturate_as_the_engine_does() {
        check(9_999_999_999_i64, Type::Int, Value::Int(1_410_065_407));
        check(1e30, Type::Int, Value::Int(i32::MAX));
        check(-1e30, Type::Long, i64::MIN);
        check(f64::NAN, Type::Long, Value::Null);
    }

    #[test]
    fn every_type_has_its_text() {
        check(1.0, Type::String, "1.0");
        check(0.1 + 0.2, Type::String, "0.30000000000000004");
        check(1e20, Type::String, "1e+20");
        check(true, Type::String, "True");
        check(Value::Null, Type::String, "");
        assert_eq!(to_text(&Value::Bool(true), Type::Dynamic), "true");
        check(Value::array(vec![Value::from(1_i64), Value::from("x")]), Type::String, r#"[1,"x"]"#);
    }
}
