//! Conversions between units of measurement.

use super::Naming;
use super::row::{Row, refused};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    refused(
        &["format_bytes"],
        "(size: number, precision?: const number, format?: const string) -> string",
        "not implemented",
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
