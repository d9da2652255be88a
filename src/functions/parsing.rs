//! Functions that take a structured text apart: CSV, JSON, XML, URLs, paths, versions, command lines.

use super::Naming;
use super::row::{Row, refused};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    refused(
        &["parse_command_line"],
        "(command: any, parser: string) -> dynamic",
        "not implemented",
        "kusto/query/parse-command-line-function",
    ),
    refused(
        &["extract_json", "extractjson"],
        "(jsonPath: const string, jsonText: string) -> string | (jsonPath: const string, jsonText: string, type: literal typeof) -> typeof",
        "not implemented",
        "kusto/query/extract-json-function",
    ),
    refused(&["parse_csv"], "(csv_text: text) -> dynamic", "not implemented", "kusto/query/parse-csv-function")
        .named(Naming::FirstArgument),
    refused(&["parse_json", "parsejson"], "(json_text: text) -> dynamic", "not implemented", "kusto/query/parse-json-function")
        .named(Naming::FirstArgument),
    refused(&["parse_xml"], "(xml_text: text) -> dynamic", "not implemented", "kusto/query/parse-xml-function")
        .named(Naming::FirstArgument),
    refused(&["parse_url", "parseurl"], "(url: string) -> dynamic", "not implemented", "kusto/query/parse-url-function"),
    refused(&["parse_urlquery", "parseurlquery"], "(query: string) -> dynamic", "not implemented", "Kusto.Language 12.4.1, Functions"),
    refused(&["parse_path"], "(path: string) -> dynamic", "not implemented", "kusto/query/parse-path-function"),
    refused(
        &["parse_user_agent"],
        "(user_agent: string, look_for?: string-or-array) -> dynamic",
        "not implemented",
        "kusto/query/parse-user-agent-function",
    ),
    refused(&["parse_version"], "(version: string) -> decimal", "not implemented", "kusto/query/parse-version-function"),
];
