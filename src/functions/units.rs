//! Conversions between units of measurement.

use super::Naming;
use super::args::real_or_null;
use super::row::{Row, prepared, scalar};
use super::unit_table::{self, Units};
use super::{Args, Prepared};
use crate::ir::Value;

/// The rows.
pub(super) const ROWS: &[Row] = &[
    scalar(
        &["format_bytes"],
        "(size: number, precision?: const number, format?: const string) -> string",
        format_bytes,
        "kusto/query/format-bytes-function",
    )
    .named(Naming::FirstArgument),
    prepared(&["convert_angle"], "(value: real, from: string, to: string) -> real", convert_angle, "kusto/query/convert-angle-function"),
    prepared(&["convert_energy"], "(value: real, from: string, to: string) -> real", convert_energy, "kusto/query/convert-energy-function"),
    prepared(&["convert_force"], "(value: real, from: string, to: string) -> real", convert_force, "kusto/query/convert-force-function"),
    prepared(&["convert_length"], "(value: real, from: string, to: string) -> real", convert_length, "kusto/query/convert-length-function"),
    prepared(&["convert_mass"], "(value: real, from: string, to: string) -> real", convert_mass, "kusto/query/convert-mass-function"),
    prepared(&["convert_speed"], "(value: real, from: string, to: string) -> real", convert_speed, "kusto/query/convert-speed-function"),
    prepared(
        &["convert_temperature"],
        "(value: real, from: string, to: string) -> real",
        convert_temperature,
        "kusto/query/convert-temperature-function",
    ),
    prepared(&["convert_volume"], "(value: real, from: string, to: string) -> real", convert_volume, "kusto/query/convert-volume-function"),
];

const SIZES: [&str; 7] = ["Bytes", "KB", "MB", "GB", "TB", "PB", "EB"];

/// Without a unit the greatest in which the number is not below one (`format-bytes-function`).
fn format_bytes(args: &Args<'_>) -> Value {
    let Some(size) = args.real(0) else { return Value::string("") };
    let precision = args.long(1).unwrap_or(0).clamp(0, 15);
    let wanted = args.text(2);
    let step = if wanted.is_empty() {
        (0..SIZES.len() - 1).find(|step| size.abs() < 1024_f64.powi(*step as i32 + 1)).unwrap_or(SIZES.len() - 1)
    } else {
        match SIZES.iter().position(|unit| unit.eq_ignore_ascii_case(&wanted)) {
            Some(step) => step,
            None => return Value::string(""),
        }
    };
    let factor = 10_f64.powi(precision as i32);
    let number = (size / 1024_f64.powi(step as i32) * factor).round() / factor;
    Value::string(format!("{number} {}", SIZES.get(step).unwrap_or(&"Bytes")))
}

/// The name of a unit among the constants.
fn unit(constants: &[Option<Value>], position: usize) -> Result<&str, String> {
    constants.get(position).and_then(Option::as_ref).and_then(Value::as_str).ok_or_else(|| "units must be constant".to_owned())
}

fn by_size(constants: &[Option<Value>], units: Units) -> Result<Prepared, String> {
    let size = |name: &str| {
        let known = units.iter().find(|(known, _)| *known == name).map(|(_, size)| *size);
        known.ok_or_else(|| format!("the unit `{name}` is not known here"))
    };
    let factor = size(unit(constants, 1)?)? / size(unit(constants, 2)?)?;
    Ok(Box::new(move |args: &Args<'_>| real_or_null(args.real(0).map(|n| n * factor))))
}

fn convert_angle(constants: &[Option<Value>]) -> Result<Prepared, String> {
    by_size(constants, unit_table::ANGLE)
}

fn convert_energy(constants: &[Option<Value>]) -> Result<Prepared, String> {
    by_size(constants, unit_table::ENERGY)
}

fn convert_force(constants: &[Option<Value>]) -> Result<Prepared, String> {
    by_size(constants, unit_table::FORCE)
}

fn convert_length(constants: &[Option<Value>]) -> Result<Prepared, String> {
    by_size(constants, unit_table::LENGTH)
}

fn convert_mass(constants: &[Option<Value>]) -> Result<Prepared, String> {
    by_size(constants, unit_table::MASS)
}

fn convert_speed(constants: &[Option<Value>]) -> Result<Prepared, String> {
    by_size(constants, unit_table::SPEED)
}

fn convert_volume(constants: &[Option<Value>]) -> Result<Prepared, String> {
    by_size(constants, unit_table::VOLUME)
}

fn convert_temperature(constants: &[Option<Value>]) -> Result<Prepared, String> {
    let scale = |name: &str| {
        let known = unit_table::TEMPERATURE.iter().find(|(known, ..)| *known == name).map(|(_, size, zero)| (*size, *zero));
        known.ok_or_else(|| format!("the unit `{name}` is not known here"))
    };
    let ((from, from_zero), (to, to_zero)) = (scale(unit(constants, 1)?)?, scale(unit(constants, 2)?)?);
    Ok(Box::new(move |args: &Args<'_>| real_or_null(args.real(0).map(|n| (n - from_zero) * from / to + to_zero))))
}

#[cfg(test)]
mod tests {
    use crate::functions::testing::check;

    #[test]
    fn sizes_have_the_unit_that_fits() {
        check("format_bytes", &[1000_i64.into()], "1000 Bytes");
        check("format_bytes", &[3_145_728_i64.into(), 2_i64.into()], "3 MB");
        check("format_bytes", &[2560_i64.into(), 1_i64.into()], "2.5 KB");
        check("format_bytes", &[2048_i64.into(), 1_i64.into(), "MB".into()], "0 MB");
    }

    #[test]
    fn units_of_a_kind_convert() {
        check("convert_length", &[2.0.into(), "Kilometer".into(), "Meter".into()], 2000.0);
        check("convert_temperature", &[0.0.into(), "DegreeCelsius".into(), "Kelvin".into()], 273.15);
    }
}
