//! Functions that take a structured text apart: CSV, JSON, XML, URLs, paths, versions, command lines.

mod command_line;
mod json_path;
mod paths;
mod urls;
mod xml;

use crate::functions::Args;
use crate::functions::Naming;
use crate::functions::row::{Row, prepared, refused, scalar};
use crate::ir::Value;
use rust_decimal::Decimal;

/// The rows.
pub(super) const ROWS: &[Row] = &[
    prepared(
        &["parse_command_line"],
        "(command: any, parser: string) -> dynamic",
        command_line::parse_command_line,
        "kusto/query/parse-command-line-function",
    ),
    prepared(
        &["extract_json", "extractjson"],
        "(jsonPath: const string, jsonText: string) -> string | (jsonPath: const string, jsonText: string, type: literal typeof) -> typeof",
        json_path::extract_json,
        "kusto/query/extract-json-function",
    ),
    scalar(&["parse_csv"], "(csv_text: text) -> dynamic", parse_csv, "kusto/query/parse-csv-function").named(Naming::FirstArgument),
    scalar(&["parse_json", "parsejson"], "(json_text: text) -> dynamic", parse_json, "kusto/query/parse-json-function")
        .named(Naming::FirstArgument),
    scalar(&["parse_xml"], "(xml_text: text) -> dynamic", xml::parse_xml, "kusto/query/parse-xml-function").named(Naming::FirstArgument),
    scalar(&["parse_url", "parseurl"], "(url: string) -> dynamic", urls::parse_url, "kusto/query/parse-url-function"),
    scalar(&["parse_urlquery", "parseurlquery"], "(query: string) -> dynamic", urls::parse_urlquery, "Kusto.Language 12.4.1, Functions"),
    scalar(&["parse_path"], "(path: string) -> dynamic", paths::parse_path, "kusto/query/parse-path-function"),
    refused(
        &["parse_user_agent"],
        "(user_agent: string, look_for?: string-or-array) -> dynamic",
        "it needs a database of browsers and systems that Microsoft keeps",
        "kusto/query/parse-user-agent-function",
    ),
    scalar(&["parse_version"], "(version: string) -> decimal", parse_version, "kusto/query/parse-version-function"),
];

fn parse_json(args: &Args<'_>) -> Value {
    crate::functions::conversion::todynamic(args)
}

/// The first record only (`parse-csv-function`).
fn parse_csv(args: &Args<'_>) -> Value {
    let text = args.text(0);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    match reader.records().next() {
        Some(Ok(record)) => Value::array(record.iter().map(Value::string).collect()),
        _ => Value::array(vec![Value::string("")]),
    }
}

/// Up to four numbers of up to eight digits, as one decimal (`parse-version-function`).
fn parse_version(args: &Args<'_>) -> Value {
    let text = args.text(0);
    let parts: Option<Vec<u32>> = text.split('.').map(|part| if part.len() <= 8 { part.parse().ok() } else { None }).collect();
    let Some(parts) = parts.filter(|parts| parts.len() <= 4) else { return Value::Null };
    let block = Decimal::from(100_000_000);
    let value =
        (0..4).try_fold(Decimal::ZERO, |sum, at| sum.checked_mul(block)?.checked_add(Decimal::from(parts.get(at).copied().unwrap_or(0))));
    value.map_or(Value::Null, Value::Decimal)
}

#[cfg(test)]
mod tests {
    use crate::functions::testing::{array, call, check};
    use crate::ir::{Value, json};

    fn check_json(name: &str, arguments: &[Value], expected: &str) {
        assert_eq!(json::print(&call(name, arguments)), expected, "{name}({arguments:?})");
    }

    #[test]
    fn invalid_json_stays_text() {
        check_json("parse_json", &["{\"a\": [1, 2.0]}".into()], "{\"a\":[1,2.0]}");
        check("parse_json", &["{'a': 1}".into()], "{'a': 1}");
        check("parse_json", &["".into()], Value::Null);
    }

    #[test]
    fn records_versions_and_command_lines_split() {
        check("parse_csv", &["a,\"b,\"\"c\"\"\"\nnext".into()], array(["a", "b,\"c\""]));
        assert_eq!(call("parse_version", &["2.0.1".into()]), Value::Decimal("2000000000000000100000000".parse().unwrap()));
        check("parse_version", &["1.2.3.4.5".into()], Value::Null);
        check(
            "parse_command_line",
            &[r#"cmd.exe "a b" c\"d \\"e f" g"#.into(), "windows".into()],
            array(["cmd.exe", "a b", "c\"d", "\\e f", "g"]),
        );
    }

    #[test]
    fn urls_come_apart() {
        check_json(
            "parse_url",
            &["https://u:p@example.com:8443/a/b?z=1&k=2&z=3&e=#top".into()],
            r#"{"Scheme":"https","Host":"example.com","Port":"8443","Path":"/a/b","Username":"u","Password":"p","Query Parameters":{"k":"2","z":["1","3"]},"Fragment":"top"}"#,
        );
        check_json("parse_urlquery", &["a=1&b=x".into()], r#"{"Query Parameters":{"a":"1","b":"x"}}"#);
    }

    #[test]
    fn paths_come_apart() {
        let parts = |path: &str, name: &str| call("parse_path", &[path.into()]).member(name).cloned().unwrap_or_default();
        assert_eq!(parts(r"D:\tools\run.ps1:hidden", "DirectoryPath"), "D:\\tools".into());
        assert_eq!(parts(r"D:\tools\run.ps1:hidden", "AlternateDataStreamName"), "hidden".into());
        assert_eq!(parts("/opt/app/run.tar.gz", "Extension"), "gz".into());
        assert_eq!(parts("file://D:/a.txt", "RootPath"), "D:".into());
    }

    #[test]
    fn xml_becomes_a_bag() {
        check_json("parse_xml", &["<e n=\"v\">t<a>1</a><a/></e>".into()], r##"{"e":{"@n":"v","#text":"t","a":["1",null]}}"##);
        check("parse_xml", &["<a><b></a>".into()], Value::Null);
    }

    #[test]
    fn json_paths_reach_members_and_elements() {
        check("extract_json", &["$.a[1]['b c']".into(), r#"{"a":[0,{"b c":"x"}]}"#.into()], "x");
        check("extract_json", &["$.none".into(), "{}".into()], "");
    }
}
