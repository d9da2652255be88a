//! Functions that take a regular expression (Rust `regex` syntax, `kusto/query/regex`); it is compiled once a plan.

use super::row::{Row, refused};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    refused(
        &["indexof_regex"],
        "(string: any, match: const any, start?: integer, length?: integer, occurrence?: const integer) -> long",
        "not implemented",
        "kusto/query/indexof-regex-function",
    ),
    refused(
        &["extract"],
        "(regex: const string, captureGroup: long, source: string) -> string | (regex: const string, captureGroup: long, source: string, typeLiteral: literal typeof) -> typeof",
        "not implemented",
        "kusto/query/extract-function",
    ),
    refused(
        &["extract_all", "extractall"],
        "(regex: const string, source: string) -> dynamic | (regex: const string, captureGroups: array, source: string) -> dynamic",
        "not implemented",
        "kusto/query/extract-all-function",
    ),
    refused(
        &["replace"],
        "(regex: const string, rewrite: const string, source: string) -> string",
        "not implemented",
        "Kusto.Language 12.4.1, Functions",
    ),
    refused(
        &["replace_regex"],
        "(source: string, lookup_regex: const string, rewrite_pattern: const string) -> string",
        "not implemented",
        "kusto/query/replace-regex-function",
    ),
    refused(&["trim_start"], "(regex: const string, source: string) -> string", "not implemented", "kusto/query/trim-start-function"),
    refused(&["trim_end"], "(regex: const string, source: string) -> string", "not implemented", "kusto/query/trim-end-function"),
    refused(&["trim"], "(regex: const string, source: string) -> string", "not implemented", "kusto/query/trim-function"),
];
