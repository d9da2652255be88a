//! Arithmetic, rounding and trigonometry.

use super::Args;
use super::Naming;
use super::args::{long_or_null, real_or_null};
use super::row::{Row, engine, scalar};
use crate::ir::convert::{convert, to_long, to_real};
use crate::ir::datetime::TICKS_PER_DAY;
use crate::ir::{Type, Value};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    scalar(&["bin"], "(value: number, roundTo: number) -> widest | (value: timespan, roundTo: timespan) -> timespan | (value: datetime, roundTo: datetime) -> datetime | (value: datetime, roundTo: timespan) -> datetime", bin, "kusto/query/bin-function").named(Naming::FirstArgument),
    scalar(&["floor"], "(value: number, roundTo: number) -> widest | (value: timespan, roundTo: timespan) -> timespan | (value: datetime, roundTo: datetime) -> datetime | (value: datetime, roundTo: timespan) -> datetime", floor, "Kusto.Language 12.4.1, Functions").named(Naming::FirstArgument),
    scalar(&["bin_at"], "(value: number, bin_size: number, fixed_point: number) -> widest | (value: timespan, bin_size: number, fixed_point: timespan) -> timespan | (value: timespan, bin_size: timespan, fixed_point: timespan) -> timespan | (value: datetime, bin_size: summable, fixed_point: datetime) -> datetime", bin_at, "kusto/query/bin-at-function").named(Naming::FirstArgument),
    engine(&["bin_auto"], "(value: summable) -> same 0", "kusto/query/bin-auto-function").named(Naming::FirstArgument),
    scalar(&["round"], "(number: number, precision?: const long) -> same 0", round, "kusto/query/round-function").named(Naming::FirstArgument),
    scalar(&["ceiling"], "(number: number) -> same 0", ceiling, "kusto/query/ceiling-function").named(Naming::FirstArgument).esql(&["ceil"]),
    scalar(&["pow"], "(base: number, exponent: number) -> real", pow, "kusto/query/pow-function").named(Naming::FirstArgument).esql(&["pow"]),
    scalar(&["sqrt"], "(number: number) -> real", sqrt, "kusto/query/sqrt-function").named(Naming::FirstArgument),
    scalar(&["log"], "(number: number) -> real", log, "kusto/query/log-function").named(Naming::FirstArgument),
    scalar(&["log2"], "(number: number) -> real", log2, "kusto/query/log2-function").named(Naming::FirstArgument),
    scalar(&["log10"], "(number: number) -> real", log10, "kusto/query/log10-function").named(Naming::FirstArgument),
    scalar(&["exp"], "(number: number) -> real", exp, "kusto/query/exp-function").named(Naming::FirstArgument).esql(&["exp"]),
    scalar(&["exp2"], "(number: number) -> real", exp2, "kusto/query/exp2-function").named(Naming::FirstArgument),
    scalar(&["exp10"], "(number: number) -> real", exp10, "kusto/query/exp10-function").named(Naming::FirstArgument),
    scalar(&["pi"], "() -> real", pi, "kusto/query/pi-function").esql(&["pi"]),
    scalar(&["cos"], "(number: number) -> real", cos, "kusto/query/cos-function").named(Naming::FirstArgument).esql(&["cos"]),
    scalar(&["sin"], "(number: number) -> real", sin, "kusto/query/sin-function").named(Naming::FirstArgument).esql(&["sin"]),
    scalar(&["tan"], "(number: number) -> real", tan, "kusto/query/tan-function").named(Naming::FirstArgument).esql(&["tan"]),
    scalar(&["acos"], "(number: number) -> real", acos, "kusto/query/acos-function").named(Naming::FirstArgument).esql(&["acos"]),
    scalar(&["asin"], "(number: number) -> real", asin, "kusto/query/asin-function").named(Naming::FirstArgument).esql(&["asin"]),
    scalar(&["atan"], "(number: number) -> real", atan, "kusto/query/atan-function").named(Naming::FirstArgument).esql(&["atan"]),
    scalar(&["atan2"], "(y: number, x: number) -> real", atan2, "kusto/query/atan2-function").named(Naming::FirstArgument).esql(&["atan2"]),
    scalar(&["abs"], "(number: integer) -> long | (number: number) -> same 0 | (number: timespan) -> timespan", abs, "kusto/query/abs-function").named(Naming::FirstArgument).esql(&["abs"]),
    scalar(&["cot"], "(number: number) -> real", cot, "kusto/query/cot-function"),
    scalar(&["degrees"], "(radians: number) -> real", degrees, "kusto/query/degrees-function").esql(&["to_degrees"]),
    scalar(&["radians"], "(degrees: number) -> real", radians, "kusto/query/radians-function").esql(&["to_radians"]),
    scalar(&["sign"], "(number: number) -> real", sign, "kusto/query/sign-function"),
];

/// A function of a real.
fn real(args: &Args<'_>, f: fn(f64) -> f64) -> Value {
    real_or_null(args.real(0).map(f))
}

fn sqrt(args: &Args<'_>) -> Value {
    real(args, f64::sqrt)
}

/// The logarithm of a negative number is null, unlike its square root (k2s/0721) and its other logarithms
/// (loco/EndToEndTests.BuiltIns_Log10).
fn log(args: &Args<'_>) -> Value {
    real_or_null(args.real(0).filter(|x| *x >= 0.0).map(f64::ln))
}

fn log2(args: &Args<'_>) -> Value {
    real(args, f64::log2)
}

fn log10(args: &Args<'_>) -> Value {
    real(args, f64::log10)
}

fn exp(args: &Args<'_>) -> Value {
    real(args, f64::exp)
}

fn exp2(args: &Args<'_>) -> Value {
    real(args, f64::exp2)
}

fn exp10(args: &Args<'_>) -> Value {
    real(args, |x| 10_f64.powf(x))
}

fn pi(_: &Args<'_>) -> Value {
    Value::Real(std::f64::consts::PI)
}

fn cos(args: &Args<'_>) -> Value {
    real(args, f64::cos)
}

fn sin(args: &Args<'_>) -> Value {
    real(args, f64::sin)
}

fn tan(args: &Args<'_>) -> Value {
    real(args, f64::tan)
}

fn acos(args: &Args<'_>) -> Value {
    real_or_null(args.real(0).map(f64::acos).filter(|x| !x.is_nan()))
}

fn asin(args: &Args<'_>) -> Value {
    real_or_null(args.real(0).map(f64::asin).filter(|x| !x.is_nan()))
}

fn atan(args: &Args<'_>) -> Value {
    real(args, f64::atan)
}

fn atan2(args: &Args<'_>) -> Value {
    real_or_null(args.real(0).zip(args.real(1)).map(|(y, x)| y.atan2(x)))
}

fn cot(args: &Args<'_>) -> Value {
    real(args, |x| 1.0 / x.tan())
}

fn degrees(args: &Args<'_>) -> Value {
    real(args, f64::to_degrees)
}

fn radians(args: &Args<'_>) -> Value {
    real(args, f64::to_radians)
}

fn sign(args: &Args<'_>) -> Value {
    real(args, |x| {
        if x > 0.0 {
            1.0
        } else if x < 0.0 {
            -1.0
        } else {
            x.abs()
        }
    })
}

fn pow(args: &Args<'_>) -> Value {
    real_or_null(args.real(0).zip(args.real(1)).map(|(x, y)| x.powf(y)))
}

fn abs(args: &Args<'_>) -> Value {
    match args.value(0) {
        Value::Real(n) => Value::Real(n.abs()),
        Value::Decimal(n) => Value::Decimal(n.abs()),
        Value::TimeSpan(n) => Value::TimeSpan(n.wrapping_abs()),
        _ => long_or_null(args.long(0).map(i64::wrapping_abs)),
    }
}

/// Halves go away from zero (k2s/1334).
fn round(args: &Args<'_>) -> Value {
    let places = args.long(1).unwrap_or(0).clamp(-18, 18);
    let rounded = |n: f64| {
        let factor = 10_f64.powi(places as i32);
        let scaled = (n * factor).round() / factor;
        if scaled.is_finite() { scaled } else { n }
    };
    match args.value(0) {
        Value::Real(n) => Value::Real(rounded(*n)),
        Value::Decimal(n) => Value::Decimal(
            n.round_dp_with_strategy(u32::try_from(places).unwrap_or(0), rust_decimal::RoundingStrategy::MidpointAwayFromZero),
        ),
        value @ (Value::Int(_) | Value::Long(_)) if places >= 0 => value.clone(),
        _ => convert(&real_or_null(args.real(0).map(rounded)), Type::Real, integral(args)),
    }
}

fn ceiling(args: &Args<'_>) -> Value {
    match args.value(0) {
        Value::Decimal(n) => Value::Decimal(n.ceil()),
        value @ (Value::Int(_) | Value::Long(_)) => value.clone(),
        _ => real_or_null(args.real(0).map(f64::ceil)),
    }
}

/// The type of the first argument where it is a number.
fn integral(args: &Args<'_>) -> Type {
    if args.ty(0).is_numeric() { args.ty(0) } else { Type::Real }
}

fn bin(args: &Args<'_>) -> Value {
    let zero = match args.value(0) {
        Value::DateTime(_) => Value::DateTime(0),
        Value::TimeSpan(_) => Value::TimeSpan(0),
        _ => Value::Long(0),
    };
    binned(args, &zero)
}

/// `floor` is `bin` under another name (k2s/1171).
fn floor(args: &Args<'_>) -> Value {
    bin(args)
}

fn bin_at(args: &Args<'_>) -> Value {
    binned(args, args.value(2))
}

/// The greatest multiple of the size, counted from an origin, that is not above the value. Ticks count from year 1
/// (k2s/0495); null for a size that is null, zero or negative (k2s/0496).
fn binned(args: &Args<'_>, origin: &Value) -> Value {
    let (value, size) = (args.value(0), args.value(1));
    let ticks = |make: fn(i64) -> Value, value: i64| {
        let size = match size {
            Value::TimeSpan(ticks) => Some(*ticks),
            Value::Real(n) => Some((n * TICKS_PER_DAY as f64) as i64),
            other => to_long(other),
        };
        size.zip(to_long(origin)).and_then(|(size, origin)| floor_to(value, size, origin)).map_or(Value::Null, make)
    };
    let binned = match (value, size) {
        (Value::Null, _) | (_, Value::Null) => return Value::Null,
        (Value::DateTime(value), _) => return ticks(Value::DateTime, *value),
        (Value::TimeSpan(value), _) => return ticks(Value::TimeSpan, *value),
        (Value::Int(_) | Value::Long(_), Value::Int(_) | Value::Long(_)) if !matches!(origin, Value::Real(_)) => {
            let parts = to_long(value).zip(to_long(size)).zip(to_long(origin));
            long_or_null(parts.and_then(|((value, size), origin)| floor_to(value, size, origin)))
        }
        _ => {
            let parts = to_real(value).zip(to_real(size)).zip(to_real(origin));
            let floor =
                |((value, size), origin): ((f64, f64), f64)| (size > 0.0).then(|| ((value - origin) / size).floor() * size + origin);
            real_or_null(parts.and_then(floor))
        }
    };
    if args.result.is_numeric() { convert(&binned, Type::Unknown, args.result) } else { binned }
}

fn floor_to(value: i64, size: i64, origin: i64) -> Option<i64> {
    if size <= 0 {
        return None;
    }
    value.checked_sub(origin)?.div_euclid(size).checked_mul(size)?.checked_add(origin)
}

#[cfg(test)]
mod tests {
    use crate::functions::testing::check;
    use crate::ir::Value;
    use crate::ir::datetime::parse_datetime;

    #[test]
    fn bins_go_down_and_count_from_year_one() {
        check("bin", &[(-5_i64).into(), 2_i64.into()], -6_i64);
        check("bin", &[4.7.into(), 1.5.into()], 4.5);
        check("bin", &[4_i64.into(), 0_i64.into()], Value::Null);
        let thursday = Value::DateTime(parse_datetime("2021-07-08 10:00").unwrap());
        check("bin", &[thursday, Value::TimeSpan(7 * 864_000_000_000)], Value::DateTime(parse_datetime("2021-07-05").unwrap()));
        check("bin_at", &[6.5.into(), 2.5.into(), 7_i64.into()], 4.5);
    }

    #[test]
    fn halves_round_away_from_zero() {
        check("round", &[2.5.into()], 3.0);
        check("round", &[(-2.5).into()], -3.0);
        check("round", &[2.345.into(), 1_i64.into()], 2.3);
    }

    #[test]
    fn domains_end_in_null_or_nan() {
        check("log", &[(-1_i64).into()], Value::Null);
        check("abs", &[(-3_i64).into()], 3_i64);
        check("sign", &[(-3_i64).into()], -1.0);
    }
}
