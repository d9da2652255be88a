//! Conversions between units of measurement.

use super::Args;
use super::Naming;
use super::row::{Row, refused, scalar};
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
    refused(&["convert_angle"], "(value: real, from: string, to: string) -> real", "not implemented", "kusto/query/convert-angle-function"),
    refused(
        &["convert_energy"],
        "(value: real, from: string, to: string) -> real",
        "not implemented",
        "kusto/query/convert-energy-function",
    ),
    refused(&["convert_force"], "(value: real, from: string, to: string) -> real", "not implemented", "kusto/query/convert-force-function"),
    refused(
        &["convert_length"],
        "(value: real, from: string, to: string) -> real",
        "not implemented",
        "kusto/query/convert-length-function",
    ),
    refused(&["convert_mass"], "(value: real, from: string, to: string) -> real", "not implemented", "kusto/query/convert-mass-function"),
    refused(&["convert_speed"], "(value: real, from: string, to: string) -> real", "not implemented", "kusto/query/convert-speed-function"),
    refused(
        &["convert_temperature"],
        "(value: real, from: string, to: string) -> real",
        "not implemented",
        "kusto/query/convert-temperature-function",
    ),
    refused(
        &["convert_volume"],
        "(value: real, from: string, to: string) -> real",
        "not implemented",
        "kusto/query/convert-volume-function",
    ),
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
}
