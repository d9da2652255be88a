//! Functions that need the compiler, the operator or the cluster around them.

use super::Naming;
use super::row::{Row, engine, prepared, refused, scalar};
use super::{Args, Prepared};
use crate::ir::Value;
use crate::ir::convert::to_real;

/// The rows.
pub(super) const ROWS: &[Row] = &[
    engine(&["iff", "iif"], "(if: bool, then: common, else: common) -> common", "kusto/query/iff-function"),
    engine(&["case"], "(predicate: bool..., then: common..., else: common) -> common", "kusto/query/case-function"),
    prepared(&["assert"], "(predicate: bool, message: string) -> bool", assert, "kusto/query/assert-function"),
    engine(&["not"], "(expression: bool) -> bool", "kusto/query/not-function"),
    engine(&["iscolumnexists"], "(column_name: const string) -> bool", "Kusto.Language 12.4.1, Functions"),
    engine(
        &["column_ifexists", "columnifexists"],
        "(column_name: const string, defaultValue: any) -> same 1",
        "kusto/query/column-ifexists-function",
    )
    .named(Naming::ConstantText),
    scalar(&["around"], "(value: any, center: any, delta: any) -> bool", around, "kusto/query/around-function"),
    engine(&["rand"], "(number?: integer) -> real", "kusto/query/rand-function").named(Naming::FirstArgument),
    engine(&["all"], "(pattern_element: any, expression: bool) -> bool", "Kusto.Language 12.4.1, Functions"),
    engine(&["any"], "(pattern_element: any, expression: bool) -> bool", "Kusto.Language 12.4.1, Functions"),
    engine(&["map"], "(pattern_element: any, expression: any) -> dynamic", "Kusto.Language 12.4.1, Functions"),
    engine(&["inner_nodes"], "(edge: any) -> dynamic", "Kusto.Language 12.4.1, Functions"),
    engine(&["node_id"], "(node?: any) -> string", "kusto/query/node-id"),
    engine(&["node_degree_in"], "(node?: any) -> long", "kusto/query/node-degree-in"),
    engine(&["node_degree_out"], "(node?: any) -> long", "kusto/query/node-degree-out"),
    engine(&["labels"], "(pattern_element?: any) -> dynamic", "Kusto.Language 12.4.1, Functions"),
    refused(
        &["current_cluster_endpoint"],
        "() -> string",
        "depends on the cluster that runs the query",
        "kusto/query/current-cluster-endpoint-function",
    ),
    refused(&["current_database"], "() -> string", "depends on the cluster that runs the query", "kusto/query/current-database-function"),
    refused(&["current_principal"], "() -> string", "depends on who runs the query", "kusto/query/current-principal-function"),
    refused(
        &["current_principal_details"],
        "() -> dynamic",
        "depends on the cluster that runs the query",
        "kusto/query/current-principal-details-function",
    ),
    refused(
        &["current_principal_is_member_of"],
        "(group: string-or-array[1..64]) -> bool",
        "depends on the cluster that runs the query",
        "kusto/query/current-principal-is-member-of-function",
    ),
    refused(&["extent_id", "extentid"], "() -> guid", "depends on the cluster that runs the query", "kusto/query/extent-id-function"),
    refused(&["extent_tags"], "() -> dynamic", "depends on the cluster that runs the query", "kusto/query/extent-tags-function"),
    refused(&["current_node_id"], "() -> string", "depends on the cluster that runs the query", "Kusto.Language 12.4.1, Functions"),
    engine(&["ingestion_time"], "() -> datetime", "kusto/query/ingestion-time-function").named(Naming::Fixed("$IngestionTime")),
    refused(&["row_id"], "() -> string", "depends on the cluster that runs the query", "Kusto.Language 12.4.1, Functions"),
    refused(
        &["cursor_after"],
        "(cursor: string) -> bool",
        "depends on the cluster that runs the query",
        "kusto/query/cursor-after-function",
    ),
    refused(
        &["cursor_before_or_at"],
        "(cursor: string) -> bool",
        "depends on the cluster that runs the query",
        "kusto/query/cursor-before-or-at-function",
    ),
    refused(
        &["cursor_current", "current_cursor"],
        "() -> string",
        "depends on the cluster that runs the query",
        "kusto/query/cursor-current",
    ),
    refused(&["rowstore_ordinal_range"], "() -> dynamic", "depends on the cluster that runs the query", "Kusto.Language 12.4.1, Functions"),
    engine(
        &["estimate_data_size"],
        "(column: column any...) -> long | (column: only any) -> long",
        "kusto/query/estimate-data-size-function",
    ),
    engine(&["column_names_of"], "(table: table) -> dynamic", "kusto/query/column-names-of-function"),
];

/// A condition that does not hold fails the query, where it is constant; on rows it is not run.
fn assert(constants: &[Option<Value>]) -> Result<Prepared, String> {
    match constants.first().and_then(Option::as_ref) {
        Some(Value::Bool(true)) => Ok(Box::new(|_: &Args<'_>| Value::Bool(true))),
        Some(_) => {
            let message = constants.get(1).and_then(Option::as_ref).and_then(Value::as_str).unwrap_or_default();
            Err(format!("the assertion does not hold: {message}"))
        }
        None => Err("an assertion on values of rows is not run".to_owned()),
    }
}

/// Both sides included.
fn around(args: &Args<'_>) -> Value {
    let (value, centre, delta) = (args.value(0), args.value(1), args.value(2));
    let distance = match (value, centre) {
        (Value::DateTime(a), Value::DateTime(b)) | (Value::TimeSpan(a), Value::TimeSpan(b)) => {
            args.timespan(2).map(|delta| a.abs_diff(*b) <= delta.unsigned_abs())
        }
        _ => to_real(value).zip(to_real(centre)).zip(to_real(delta)).map(|((a, b), delta)| (a - b).abs() <= delta),
    };
    distance.map_or(Value::Null, Value::Bool)
}
