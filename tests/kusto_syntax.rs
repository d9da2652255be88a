//! Kusto's syntax: small examples, limits, and Microsoft's parser over the corpus where it is there.

use super::corpus::{rows, shared};
use isoglot::diagnostic::{Diagnostic, Severity};
use isoglot::lang::kusto::{self, FormatOptions};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Unoptimised builds look at every eleventh query only.
const STEP: usize = if cfg!(debug_assertions) { 11 } else { 1 };

fn queries() -> Vec<Value> {
    rows("parse/kusto.jsonl").into_iter().step_by(STEP).collect()
}

fn first_error(query: &str) -> Option<Diagnostic> {
    kusto::parse(query).diagnostics.into_iter().find(|d| d.severity == Severity::Error)
}

/// Writes a tree without its places.
fn shape(query: &kusto::ast::Query) -> String {
    let text = format!("{query:?}");
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find("Span { start: ") {
        let (before, after) = rest.split_at(at);
        kept.push_str(before);
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    kept + rest
}

/// Parses; errors are listed as `code@offset`.
fn check(query: &str, expected: &str) {
    let problems: Vec<String> = kusto::parse(query).diagnostics.iter().map(|d| format!("{}@{}", d.code, d.primary.span.start)).collect();
    assert_eq!(problems.join(" "), expected, "{query}");
}

fn check_format(text: &str, expected: &str) {
    let options = FormatOptions { width: 60, ..FormatOptions::default() };
    let formatted = kusto::format(text, &options).unwrap();
    assert_eq!(formatted, expected);
    assert_eq!(kusto::format(&formatted, &options).as_deref(), Ok(expected), "not stable");
}

#[test]
fn each_broken_piece_is_one_error_and_hides_no_other() {
    check("Logs | where Level == 3", "");
    check("Logs | where Level == 3 AND Up | take 5 6 | foo", "syntax-error@24 syntax-error@40 unknown-operator@44");
    check("let a = ; Logs | where (b == 1; Logs", "syntax-error@7 syntax-error@30");
    check("Logs | where (a == 1", "unclosed-bracket@20");
    check("Logs; ; Logs", "empty-statement@6");
    check("Logs | where by == 1", "syntax-error@13");
    check("Logs | where has == 1", "reserved-name@13");
    check("Logs | where a == 1 == b", "syntax-error@20");
    check("Logs | where a !has_any ('x')", "syntax-error@15");
    check("Logs | evaluate f() : (*, a:string)", "");
    check("Logs | evaluate f() : (a:string, *)", "syntax-error@33");
    check("Logs | where a in (1) * 2", "syntax-error@22");
    check("let a = toscalar(Logs | count, 1); a", "syntax-error@31");
    check("let a = materialize(Logs); a", "");
    check("union (materialize(Logs)), Other", "syntax-error@7");
    check("Logs | render timechart with (title='a', tilte='b')", "syntax-error@41");
    check("Logs | render timechart with (ycolumns=a, b, series=c)", "");
    check("externaldata (a: string) ['x'] with (format='csv', skip != true)", "syntax-error@51");
}

#[test]
fn a_broken_operator_in_brackets_hides_no_other() {
    check("let a = (T | where == | project b c | take 1); a", "syntax-error@19 syntax-error@34");
    check("T | join (U | where == | take) on k | where ==", "syntax-error@20 syntax-error@29 syntax-error@44");
    check("let f = () { let x = 1 2; T | project b c }; f", "syntax-error@23 syntax-error@40");
    // Without pipes the brackets are one expression, and its rest says nothing.
    check("T | where x between (a b .. c)", "syntax-error@23");
}

#[test]
fn constants_of_json_break_where_they_are_wrong() {
    check("print dynamic({\"a\": [1, -2.5, null, true, datetime(2020-01-01), 'b' \"c\", dynamic([{}])]})", "");
    check("print dynamic(['a', ])", "syntax-error@20");
    check("print dynamic({a: 1})", "syntax-error@15");
    check("print dynamic({'a' 1})", "syntax-error@19");
    check("print dynamic(['a' 1), 2", "syntax-error@19");
    check("print dynamic()", "syntax-error@14");
    check("print dynamic(a), 1 2", "syntax-error@20");
}

#[test]
fn words_of_the_language_are_names_where_the_vendor_takes_them() {
    check("Logs | extend where = 1, by = 2, ['and'] = 3 | project set=limit, kind, on", "");
    check("Logs | extend kind = 1", "reserved-name@14");
    check("let value = 5; union Logs*, (Other | take value)", "");
}

#[test]
fn no_input_overflows_or_hangs() {
    check(&"(".repeat(1_000_000), "nested-too-deep@64");
    check(&",".repeat(2_000_001), "query-too-large@2000000");
    check(&format!("print 1{}", "+1".repeat(5_000)), "nested-too-deep@809");
    check(&format!("print {}a", "-".repeat(5_000)), "syntax-error@7");
    let terms = 100_000 / STEP;
    check(&format!("T | where a == 0{}", " or a == 1".repeat(terms)), "");
    check(&format!("T | where a == 0{}", " and b".repeat(terms)), "");
    check(&format!("print {}1{}", "f(".repeat(64), ")".repeat(64)), "");
    check(&format!("print dynamic([{}1])", "'a', ".repeat(terms)), "");
    check(&"let x = ; ".repeat(200), &(0..200).map(|n| format!("syntax-error@{}", 7 + 10 * n)).collect::<Vec<_>>().join(" "));
}

#[test]
fn nesting_never_doubles_the_time() {
    // Each level would be read twice by a grammar that tries the same bracket in two ways: 2^30 readings.
    for (start, level) in [
        ("T | ", "fork (union ("),
        ("", "macro-expand a as b ("),
        ("T | ", "partition by a ("),
        ("T | ", "facet by a with ("),
        ("", "search in ("),
        ("", "find in (("),
        ("", "union ("),
        ("", "let f = () { "),
        ("T | ", "render x with (a=(T | "),
        ("T | ", "invoke f((T | "),
        ("print ", "a in ("),
        ("print ", "a["),
        ("print ", "entity_group["),
        ("print ", "dynamic(["),
    ] {
        let found = kusto::parse(&format!("{start}{}1 1", level.repeat(30))).diagnostics;
        assert!(!found.is_empty(), "{level}");
    }
}

#[test]
fn formatting_puts_one_operator_on_a_line_and_keeps_comments() {
    check_format("T|where a==1 and b!=-2 // why\n|take   5", "T\n| where a == 1 and b != -2 // why\n| take 5");
    check_format(
        "let f=(x:int){T|where y==x};\n\n\nf(1)|join kind=inner (U|take 1) on $left.a==$right.b",
        "let f = (x:int) {\n    T\n    | where y == x\n};\n\nf(1)\n| join kind=inner (\n    U\n    | take 1\n) on $left.a == $right.b",
    );
    check_format(
        "T | project FirstVeryLongColumnName, SecondVeryLongColumnName, Third",
        "T\n| project FirstVeryLongColumnName,\n    SecondVeryLongColumnName,\n    Third",
    );
    check_format(
        "T | summarize FirstSeen = min(TimeGenerated), LastSeen = max(TimeGenerated) by Account, Host",
        "T\n| summarize FirstSeen = min(TimeGenerated),\n    LastSeen = max(TimeGenerated)\n    by Account, Host",
    );
    check_format(
        "T | where (Image endswith 'first-name.exe' or Image endswith 'second-name.exe')",
        "T\n| where (\n    Image endswith 'first-name.exe'\n    or Image endswith 'second-name.exe'\n)",
    );
}

#[test]
fn verdicts_are_the_vendors() {
    let (mut valid, mut accepted, mut invalid, mut rejected, mut near) = (0, 0, 0, 0, 0);
    for row in queries() {
        let query = row["query"].as_str().unwrap();
        let line = first_error(query).map(|d| query[..d.primary.span.start as usize].matches('\n').count() + 1);
        if row["ok"] == true {
            valid += 1;
            accepted += usize::from(line.is_none());
        } else {
            invalid += 1;
            rejected += usize::from(line.is_some());
            near += usize::from(line.is_some_and(|line| line.abs_diff(row["line"].as_u64().unwrap_or(0) as usize) <= 1));
        }
    }
    eprintln!("kusto: accepted {accepted}/{valid}, rejected {rejected}/{invalid}, first error within a line {near}/{rejected}");
    assert_eq!(accepted, valid);
    assert!(rejected * 100 >= invalid * 98 && near * 100 >= rejected * 90);
}

#[test]
fn the_grammar_probes_have_the_vendors_verdict() {
    let Some(path) = shared("corpus/kusto-grammar-probes.txt") else { return };
    let text = std::fs::read_to_string(path).unwrap();
    let mut wrong = Vec::new();
    for line in text.lines().filter(|line| line.starts_with('"')) {
        let mut stream = serde_json::Deserializer::from_str(line).into_iter::<String>();
        let query = stream.next().unwrap().unwrap();
        let verdict = line[stream.byte_offset()..].trim();
        // The vendor's parser takes management commands; here they have a diagnostic of their own.
        if (verdict == "ok") != first_error(&query).is_none_or(|d| d.code == "management-command") {
            wrong.push(query);
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// The folder with Microsoft's parser installed (`../shared/oracle/README.md`): `ISOGLOT_ORACLE`, or one beside the project.
fn oracle() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let named = std::env::var_os("ISOGLOT_ORACLE").map(PathBuf::from);
    let beside = ["../shared/oracle", "../../shared/oracle", "../oracle", "../../oracle"].map(|way| root.join(way));
    named.into_iter().chain(beside).find(|folder| folder.join("node_modules").is_dir())
}

#[test]
fn microsofts_parser_takes_what_is_formatted() {
    let Some(oracle) = oracle() else {
        eprintln!("SKIPPED: Microsoft's parser is not installed, formatted queries are not shown to it");
        return;
    };
    let folder = std::env::temp_dir().join(format!("isoglot-formatted-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let narrow = FormatOptions { width: 60, ..FormatOptions::default() };
    let mut written = 0;
    for (number, row) in queries().iter().enumerate().filter(|(_, row)| row["ok"] == true) {
        let options = if number % 2 == 0 { FormatOptions::default() } else { narrow };
        let text = kusto::format(row["query"].as_str().unwrap(), &options).unwrap();
        std::fs::write(folder.join(format!("{number}.kql")), text).unwrap();
        written += 1;
    }
    let done = Command::new("node").arg(oracle.join("label.js")).arg("--no-semantic").arg(&folder).output().unwrap();
    std::fs::remove_dir_all(folder).unwrap();
    let labels: Vec<Value> = String::from_utf8(done.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let refused: Vec<&Value> = labels.iter().filter(|label| label["syntax"]["ok"] != true).collect();
    eprintln!("kusto: Microsoft's parser takes {} of {written} formatted queries", labels.len() - refused.len());
    assert_eq!((labels.len(), refused), (written, Vec::new()));
}

#[test]
fn printing_and_formatting_keep_the_tree() {
    let (mut all, mut printed, mut formatted) = (0, 0, 0);
    for row in queries().iter().filter(|row| row["ok"] == true) {
        let query = row["query"].as_str().unwrap();
        let parsed = kusto::parse(query);
        all += 1;
        printed += usize::from(shape(&kusto::parse(&kusto::print(&parsed.query)).query) == shape(&parsed.query));
        let once = kusto::format(query, &FormatOptions::default());
        formatted += usize::from(once.is_ok_and(|text| kusto::format(&text, &FormatOptions::default()).as_ref() == Ok(&text)));
    }
    eprintln!("kusto: of {all} queries {printed} print and parse back the same, {formatted} format and stay");
    assert_eq!((printed, formatted), (all, all));
}
