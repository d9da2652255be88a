//! Conversions, also written `value::type`. Each takes several values and converts each; what does not convert is null
//! (`functions-operators/type-conversion-functions`).

use super::operators::of_months;
use super::{row, values_of};
use crate::functions::Args;
use crate::functions::row::Row;
use crate::ir::convert::{parse_long, parse_real, to_text};
use crate::ir::datetime::{UNIX_EPOCH_TICKS, parse_datetime};
use crate::ir::{TICKS_PER_SECOND, Type, Value, json};
use std::net::IpAddr;

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    row!("to_string" | "to_str", "(value: any) -> string", |args| each(args, |value| Some(Value::string(text(value))))),
    row!("to_long", "(value: any, base?: any) -> long", |args| each(args, long)),
    row!("to_integer" | "to_int", "(value: any, base?: any) -> long", |args| each(args, |value| long(value).filter(is_integer))),
    row!("to_unsigned_long" | "to_ulong" | "to_ul", "(value: any) -> long", |args| each(args, |value| long(value).filter(|n| !matches!(n, Value::Long(..0))))),
    row!("to_double" | "to_dbl", "(value: any) -> real", |args| each(args, double)),
    row!("to_boolean" | "to_bool", "(value: any) -> bool", |args| each(args, boolean)),
    row!("to_datetime" | "to_dt", "(value: any) -> datetime", |args| each(args, datetime)),
    row!("to_date_nanos" | "to_datenanos", "(value: any) -> datetime", |args| each(args, datetime)),
    row!("to_ip", "(value: any) -> string", |args| each(args, ip)),
    row!("to_version" | "to_ver", "(value: any) -> string", |args| each(args, |value| Some(Value::string(text(value))))),
    row!("to_dateperiod", "(value: any) -> dynamic", |args| each(args, span)),
    row!("to_timeduration", "(value: any) -> dynamic", |args| each(args, span)),
];

fn each(args: &Args<'_>, convert: fn(&Value) -> Option<Value>) -> Value {
    Value::of_field(values_of(args.value(0)).iter().filter_map(convert).collect())
}

/// Text as ES|QL writes it: dates with milliseconds, doubles with a point.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::DateTime(ticks) => iso(*ticks),
        Value::Real(n) if n.fract() == 0.0 && n.abs() < 1e7 => format!("{n:.1}"),
        Value::Real(n) if n.abs() >= 1e7 => scientific(*n),
        Value::Object(_) => json::print(value),
        other => to_text(other, Type::Dynamic),
    }
}

/// `1.0E7`, as `Double.toString` of Java writes large numbers.
fn scientific(n: f64) -> String {
    let written = format!("{n:E}");
    match written.split_once('E') {
        Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0E{exponent}"),
        _ => written,
    }
}

fn iso(ticks: i64) -> String {
    let full = crate::ir::datetime::print_datetime(ticks);
    match full.split_once('.') {
        Some((seconds, fraction)) => format!("{seconds}.{}Z", fraction.get(..3).unwrap_or("000")),
        None => full,
    }
}

fn long(value: &Value) -> Option<Value> {
    let number = match value {
        Value::Int(n) => i64::from(*n),
        Value::Long(n) => *n,
        Value::Bool(truth) => i64::from(*truth),
        Value::Real(n) => rounded(*n)?,
        Value::DateTime(ticks) => (ticks - UNIX_EPOCH_TICKS).div_euclid(TICKS_PER_SECOND / 1000),
        Value::String(text) => parse_long(text).or_else(|| rounded(parse_real(text)?))?,
        _ => return None,
    };
    Some(Value::Long(number))
}

/// Half up (`Math.round` of Java).
fn rounded(n: f64) -> Option<i64> {
    let rounded = (n + 0.5).floor();
    (rounded.abs() < 9.2e18).then_some(rounded as i64)
}

fn is_integer(value: &Value) -> bool {
    matches!(value, Value::Long(n) if i32::try_from(*n).is_ok())
}

fn double(value: &Value) -> Option<Value> {
    let number = match value {
        Value::Real(n) => *n,
        Value::String(text) => parse_real(text)?,
        other => match long(other)? {
            Value::Long(n) => n as f64,
            _ => return None,
        },
    };
    number.is_finite().then_some(Value::Real(number))
}

/// Text is true only where it is `true`, numbers where they are not 0 (`type-conversion-functions/to_boolean`).
fn boolean(value: &Value) -> Option<Value> {
    Some(Value::Bool(match value {
        Value::Bool(truth) => *truth,
        Value::String(text) => text.eq_ignore_ascii_case("true"),
        Value::Real(n) => *n != 0.0,
        Value::Long(n) => *n != 0,
        Value::Int(n) => *n != 0,
        _ => return None,
    }))
}

fn datetime(value: &Value) -> Option<Value> {
    let ticks = match value {
        Value::DateTime(ticks) => *ticks,
        Value::String(text) => parse_datetime(text)?,
        other => match long(other)? {
            Value::Long(millis) => UNIX_EPOCH_TICKS.checked_add(millis.checked_mul(TICKS_PER_SECOND / 1000)?)?,
            _ => return None,
        },
    };
    Some(Value::DateTime(ticks))
}

fn ip(value: &Value) -> Option<Value> {
    value.as_str()?.parse::<IpAddr>().ok().map(|address| Value::string(address.to_string()))
}

fn span(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) => {
            let (amount, unit) = text.trim().split_once(char::is_whitespace)?;
            timespan(amount.parse().ok()?, unit.trim())
        }
        Value::TimeSpan(_) | Value::Object(_) => Some(value.clone()),
        _ => None,
    }
}

/// The value of `15 minutes`: a duration, or calendar months (`esql-time-spans`, "Supported temporal units").
pub fn timespan(amount: i64, unit: &str) -> Option<Value> {
    const SECOND: i64 = TICKS_PER_SECOND;
    let fixed = |ticks: i64| amount.checked_mul(ticks).map(Value::TimeSpan);
    let calendar = |months: i64| amount.checked_mul(months).map(of_months);
    match unit.to_ascii_lowercase().as_str() {
        "ms" | "millisecond" | "milliseconds" => fixed(SECOND / 1000),
        "s" | "sec" | "second" | "seconds" => fixed(SECOND),
        "m" | "min" | "minute" | "minutes" => fixed(60 * SECOND),
        "h" | "hour" | "hours" => fixed(3600 * SECOND),
        "d" | "day" | "days" => fixed(86_400 * SECOND),
        "w" | "week" | "weeks" => fixed(7 * 86_400 * SECOND),
        "mo" | "month" | "months" => calendar(1),
        "q" | "quarter" | "quarters" => calendar(3),
        "y" | "yr" | "year" | "years" => calendar(12),
        _ => None,
    }
}
