//! Functions on serialized rows; the evaluator runs them.

use super::row::{Row, window};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    window(&["row_number"], "(startingIndex?: long, restart?: bool) -> long", "kusto/query/row-number-function"),
    window(&["row_cumsum"], "(term: number, restart?: bool) -> same 0", "kusto/query/row-cumsum-function"),
    window(&["row_rank"], "(column: not-dynamic, dense?: const bool) -> long", "Kusto.Language 12.4.1, Functions"),
    window(&["row_rank_dense"], "(term: not-dynamic, restart?: bool) -> long", "kusto/query/row-rank-dense-function"),
    window(&["row_rank_min"], "(term: not-dynamic, restart?: bool) -> long", "kusto/query/row-rank-min-function"),
    window(
        &["row_window_session"],
        "(expr: datetime, maxDistanceFromFirst: timespan, maxDistanceBetweenNeighbors: timespan, restart?: bool) -> same 0",
        "kusto/query/row-window-session-function",
    ),
    window(&["prev"], "(column: column any, offset?: long, default_value?: const any) -> same 0", "kusto/query/prev-function"),
    window(&["next"], "(column: column any, offset?: long, default_value?: const any) -> same 0", "kusto/query/next-function"),
];
