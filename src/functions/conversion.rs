//! Conversions between types and tests for missing values. The conversions themselves are in [`crate::ir::convert`].

use super::Naming;
use super::row::{Row, engine, refused};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    refused(&["tostring"], "(value: any) -> string", "not implemented", "kusto/query/tostring-function").named(Naming::FirstArgument),
    refused(&["tohex"], "(value: integer, minLength?: integer) -> string", "not implemented", "kusto/query/tohex-function")
        .named(Naming::FirstArgument),
    refused(&["todynamic", "toobject"], "(value: string) -> dynamic", "not implemented", "Kusto.Language 12.4.1, Functions")
        .named(Naming::FirstArgument),
    refused(&["tolong"], "(value: any) -> long", "not implemented", "kusto/query/tolong-function").named(Naming::FirstArgument),
    refused(&["toint"], "(value: any) -> int", "not implemented", "kusto/query/toint-function").named(Naming::FirstArgument),
    refused(&["todouble", "toreal"], "(value: any) -> real", "not implemented", "kusto/query/toreal-function").named(Naming::FirstArgument),
    refused(&["todatetime"], "(value: any) -> datetime", "not implemented", "kusto/query/todatetime-function").named(Naming::FirstArgument),
    refused(&["totimespan", "totime"], "(value: any) -> timespan", "not implemented", "kusto/query/totimespan-function")
        .named(Naming::FirstArgument),
    refused(&["tobool", "toboolean"], "(value: any) -> bool", "not implemented", "kusto/query/tobool-function")
        .named(Naming::FirstArgument),
    refused(&["todecimal"], "(value: any) -> decimal", "not implemented", "kusto/query/todecimal-function").named(Naming::FirstArgument),
    refused(&["toguid"], "(value: text) -> guid", "not implemented", "kusto/query/toguid-function").named(Naming::FirstArgument),
    refused(&["gettype"], "(value: any) -> string", "not implemented", "kusto/query/gettype-function").named(Naming::Prefixed("type")),
    refused(&["isnotnull", "notnull"], "(expression: any) -> bool", "not implemented", "kusto/query/isnotnull-function"),
    refused(&["isnull"], "(expression: any) -> bool", "not implemented", "kusto/query/isnull-function"),
    refused(&["isnotempty", "notempty"], "(value: any) -> bool", "not implemented", "kusto/query/isnotempty-function"),
    refused(&["isempty"], "(value: any) -> bool", "not implemented", "kusto/query/isempty-function"),
    refused(&["dynamic_to_json"], "(dynamic: any) -> string", "not implemented", "kusto/query/dynamic-to-json-function"),
    refused(&["isnan"], "(number: real) -> bool", "not implemented", "kusto/query/isnan-function"),
    refused(&["isinf"], "(number: real) -> bool", "not implemented", "kusto/query/isinf-function"),
    refused(&["isfinite"], "(number: real) -> bool", "not implemented", "kusto/query/isfinite-function"),
    refused(&["coalesce"], "(arg: common[2..64]) -> common", "not implemented", "kusto/query/coalesce-function"),
    refused(&["max_of"], "(arg: common[2..64]) -> common", "not implemented", "kusto/query/max-of-function"),
    refused(&["min_of"], "(arg: common[2..64]) -> common", "not implemented", "kusto/query/min-of-function"),
    engine(&["new_guid"], "() -> guid", "kusto/query/new-guid-function"),
];
