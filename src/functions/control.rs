//! Functions that need the compiler, the operator or the cluster around them.

use super::Naming;
use super::row::{Row, engine, refused};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    engine(&["iff", "iif"], "(if: bool, then: common, else: common) -> common", "kusto/query/iff-function"),
    engine(&["case"], "(predicate: bool..., then: common..., else: common) -> common", "kusto/query/case-function"),
    refused(&["assert"], "(predicate: bool, message: string) -> bool", "not implemented", "kusto/query/assert-function"),
    engine(&["not"], "(expression: bool) -> bool", "kusto/query/not-function"),
    engine(&["iscolumnexists"], "(column_name: const string) -> bool", "Kusto.Language 12.4.1, Functions"),
    engine(
        &["column_ifexists", "columnifexists"],
        "(column_name: const string, defaultValue: any) -> same 1",
        "kusto/query/column-ifexists-function",
    )
    .named(Naming::ConstantText),
    engine(&["around"], "(value: any, center: any, delta: any) -> bool", "kusto/query/around-function"),
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
