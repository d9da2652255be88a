//! Text functions: joining, cutting, searching, replacing.
//!
//! What works with regular expressions is in `regexes`.

use super::Naming;
use super::row::{Row, refused};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    refused(&["strcat"], "(arg: any[1..64]) -> string", "not implemented", "kusto/query/strcat-function"),
    refused(
        &["strcat_array", "array_strcat"],
        "(array: array, delimiter: any) -> string",
        "not implemented",
        "kusto/query/strcat-array-function",
    ),
    refused(&["strcat_delim"], "(delimiter: any, arg: any[2..64]) -> string", "not implemented", "kusto/query/strcat-delim-function"),
    refused(&["strcmp"], "(s1: any, s2: any) -> long", "not implemented", "kusto/query/strcmp-function"),
    refused(&["strrep"], "(value: any, multiplier: long, delimiter?: any) -> string", "not implemented", "kusto/query/strrep-function"),
    refused(&["strlen"], "(string: text) -> long", "not implemented", "kusto/query/strlen-function").named(Naming::Prefixed("strlen")),
    refused(&["string_size"], "(string: text) -> long", "not implemented", "kusto/query/string-size-function")
        .named(Naming::Prefixed("string_size")),
    refused(&["toupper"], "(value: any) -> string", "not implemented", "kusto/query/toupper-function"),
    refused(&["tolower"], "(value: any) -> string", "not implemented", "kusto/query/tolower-function"),
    refused(
        &["unicode_codepoints_from_string", "to_utf8"],
        "(value: any) -> dynamic",
        "not implemented",
        "kusto/query/unicode-codepoints-from-string-function",
    ),
    refused(
        &["substring"],
        "(string: any, start: integer, length?: integer) -> string",
        "not implemented",
        "kusto/query/substring-function",
    ),
    refused(&["regex_quote"], "(string: any) -> string", "not implemented", "kusto/query/regex-quote-function"),
    refused(
        &["indexof"],
        "(string: any, match: any, start?: integer, length?: integer, occurrence?: const integer) -> long",
        "not implemented",
        "kusto/query/indexof-function",
    ),
    refused(&["has_any_index"], "(source: text, values: array) -> long", "not implemented", "kusto/query/has-any-index-function"),
    refused(&["reverse"], "(value: any) -> string", "not implemented", "kusto/query/reverse-function"),
    refused(
        &["split"],
        "(source: any, delimiter: string, requestedIndex?: integer) -> dynamic",
        "not implemented",
        "kusto/query/split-function",
    )
    .named(Naming::FirstArgument),
    refused(
        &["replace_string"],
        "(text: string, lookup: string, rewrite: string) -> string",
        "not implemented",
        "kusto/query/replace-string-function",
    ),
    refused(
        &["replace_strings"],
        "(text: string, lookups: array, rewrites: array) -> string",
        "not implemented",
        "kusto/query/replace-strings-function",
    ),
    refused(
        &["countof"],
        "(source: string, search: string, kind?: literal string) -> long",
        "not implemented",
        "kusto/query/countof-function",
    ),
    refused(
        &["translate"],
        "(searchList: string, replacementList: string, source: string) -> string",
        "not implemented",
        "kusto/query/translate-function",
    ),
    refused(
        &["unicode_codepoints_to_string", "make_string"],
        "(value: integer-or-array...) -> string",
        "not implemented",
        "kusto/query/unicode-codepoints-to-string-function",
    ),
    refused(&["isascii"], "(value: any) -> bool", "not implemented", "kusto/query/isascii"),
    refused(&["isutf8"], "(value: any) -> bool", "not implemented", "kusto/query/isutf8-function"),
];
