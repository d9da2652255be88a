//! Arithmetic, rounding and trigonometry.

use super::Naming;
use super::row::{Row, engine, refused};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    refused(&["bin"], "(value: number, roundTo: number) -> widest | (value: timespan, roundTo: timespan) -> timespan | (value: datetime, roundTo: datetime) -> datetime | (value: datetime, roundTo: timespan) -> datetime", "not implemented", "kusto/query/bin-function").named(Naming::FirstArgument),
    refused(&["floor"], "(value: number, roundTo: number) -> widest | (value: timespan, roundTo: timespan) -> timespan | (value: datetime, roundTo: datetime) -> datetime | (value: datetime, roundTo: timespan) -> datetime", "not implemented", "Kusto.Language 12.4.1, Functions").named(Naming::FirstArgument),
    refused(&["bin_at"], "(value: number, bin_size: number, fixed_point: number) -> widest | (value: timespan, bin_size: number, fixed_point: timespan) -> timespan | (value: timespan, bin_size: timespan, fixed_point: timespan) -> timespan | (value: datetime, bin_size: summable, fixed_point: datetime) -> datetime", "not implemented", "kusto/query/bin-at-function").named(Naming::FirstArgument),
    engine(&["bin_auto"], "(value: summable) -> same 0", "kusto/query/bin-auto-function").named(Naming::FirstArgument),
    refused(&["round"], "(number: number, precision?: const long) -> same 0", "not implemented", "kusto/query/round-function").named(Naming::FirstArgument),
    refused(&["ceiling"], "(number: number) -> same 0", "not implemented", "kusto/query/ceiling-function").named(Naming::FirstArgument),
    refused(&["pow"], "(base: number, exponent: number) -> real", "not implemented", "kusto/query/pow-function").named(Naming::FirstArgument),
    refused(&["sqrt"], "(number: number) -> real", "not implemented", "kusto/query/sqrt-function").named(Naming::FirstArgument),
    refused(&["log"], "(number: number) -> real", "not implemented", "kusto/query/log-function").named(Naming::FirstArgument),
    refused(&["log2"], "(number: number) -> real", "not implemented", "kusto/query/log2-function").named(Naming::FirstArgument),
    refused(&["log10"], "(number: number) -> real", "not implemented", "kusto/query/log10-function").named(Naming::FirstArgument),
    refused(&["exp"], "(number: number) -> real", "not implemented", "kusto/query/exp-function").named(Naming::FirstArgument),
    refused(&["exp2"], "(number: number) -> real", "not implemented", "kusto/query/exp2-function").named(Naming::FirstArgument),
    refused(&["exp10"], "(number: number) -> real", "not implemented", "kusto/query/exp10-function").named(Naming::FirstArgument),
    refused(&["pi"], "() -> real", "not implemented", "kusto/query/pi-function"),
    refused(&["cos"], "(number: number) -> real", "not implemented", "kusto/query/cos-function").named(Naming::FirstArgument),
    refused(&["sin"], "(number: number) -> real", "not implemented", "kusto/query/sin-function").named(Naming::FirstArgument),
    refused(&["tan"], "(number: number) -> real", "not implemented", "kusto/query/tan-function").named(Naming::FirstArgument),
    refused(&["acos"], "(number: number) -> real", "not implemented", "kusto/query/acos-function").named(Naming::FirstArgument),
    refused(&["asin"], "(number: number) -> real", "not implemented", "kusto/query/asin-function").named(Naming::FirstArgument),
    refused(&["atan"], "(number: number) -> real", "not implemented", "kusto/query/atan-function").named(Naming::FirstArgument),
    refused(&["atan2"], "(y: number, x: number) -> real", "not implemented", "kusto/query/atan2-function").named(Naming::FirstArgument),
    refused(&["abs"], "(number: integer) -> long | (number: number) -> same 0 | (number: timespan) -> timespan", "not implemented", "kusto/query/abs-function").named(Naming::FirstArgument),
    refused(&["cot"], "(number: number) -> real", "not implemented", "kusto/query/cot-function"),
    refused(&["degrees"], "(radians: number) -> real", "not implemented", "kusto/query/degrees-function"),
    refused(&["radians"], "(degrees: number) -> real", "not implemented", "kusto/query/radians-function"),
    refused(&["sign"], "(number: number) -> real", "not implemented", "kusto/query/sign-function"),
];
