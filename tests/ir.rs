//! `isoglot parse --ir` and `isoglot schema`: what programs read of rules, and the forms that it is promised in.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop at what it did not expect")]

use crate::binary;
use isoglot::fixtures::Fixture;
use serde_json::Value as Json;
use std::fs;
use std::path::{Path, PathBuf};

/// Runs the binary in the folder of the project.
fn isoglot(arguments: &[&str], input: &str) -> (i32, String, String) {
    binary::isoglot(binary::root(), arguments, input)
}

/// The document of the one rule that the input holds.
fn document(language: &[&str], input: &str) -> Json {
    let (_, out, err) = isoglot(&[&["parse", "--ir", "-"], language].concat(), input);
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}\n{out}{err}"))
}

/// Checks that the document, written without blanks, holds each fragment.
fn check(language: &[&str], input: &str, fragments: &[&str]) {
    let text = document(language, input).to_string();
    for fragment in fragments {
        assert!(text.contains(fragment), "{fragment} in\n{text}");
    }
}

/// The files of the starter rules: `rules/*/` and the beginning of a name.
fn starter(beginning: &str) -> Vec<PathBuf> {
    let folders = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("rules")).unwrap();
    let files = folders.flat_map(|folder| fs::read_dir(folder.unwrap().path()).unwrap()).map(|file| file.unwrap().path());
    let mut found: Vec<PathBuf> = files.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with(beginning)).collect();
    found.sort();
    assert!(!found.is_empty(), "no rules/*/{beginning}*");
    found
}

#[test]
fn a_sentinel_rule_prints_with_schedule_and_alert() {
    let rule = "id: 4a8b1f1e-6a51-4e0c-9b8e-0a5c1d2e3f40\nname: Odd\nkind: Scheduled\nqueryFrequency: 1h\nqueryPeriod: 1h\n\
                triggerOperator: gt\ntriggerThreshold: 3\nquery: |\n  SigninLogs\n  | where ResultType == '0'\n\
                entityMappings:\n  - entityType: IP\n    fieldMappings:\n      - identifier: Address\n        columnName: IPAddress\n";
    check(
        &[],
        rule,
        &[
            r#"{"file":"-","dialect":"sentinel","rule_type":"scheduled","#,
            r#""name":{"value":"Odd","span":{"start":47,"end":50}}"#,
            r#""frequency":{"value":36000000000,"#,
            r#""trigger":{"operator":"greater_than","threshold":3,"#,
            r#""op":{"filter":{"input":{"name":null,"op":{"scan":{"table":"SigninLogs"}}"#,
            r#""predicate":{"kind":{"compare":{"op":"eq","case":"sensitive","left":{"kind":{"column":"ResultType"},"ty":"string","#,
            r#""right":{"kind":{"literal":"0"},"ty":"string","#,
            r#""entities":[{"kind":{"value":"IP","#,
        ],
    );
}

#[test]
fn an_elastic_rule_prints_with_its_form() {
    let rule = "[rule]\nrule_id = \"4a8b1f1e-6a51-4e0c-9b8e-0a5c1d2e3f40\"\nname = \"Odd\"\ntype = \"threshold\"\nlanguage = \"kuery\"\n\
                index = [\"logs-*\"]\nquery = 'event.action: log*'\n[rule.threshold]\nfield = [\"user.name\"]\nvalue = 5\n";
    check(
        &[],
        rule,
        &[
            r#""dialect":"elastic","rule_type":"threshold","#,
            r#""form":{"threshold":{"fields":[{"value":"user.name","#,
            r#""op":{"scan":{"index":["logs-*"]}}"#,
            r#""field":{"field":"event.action"},"matcher":{"wildcard":{"pattern":{"parts":[{"text":"log"},"many"]}"#,
        ],
    );
}

#[test]
fn a_sigma_rule_prints_with_its_log_source() {
    let rule = "title: Odd\nlogsource:\n  product: windows\ndetection:\n  a:\n    X|contains: b\n  condition: not a\n";
    check(
        &[],
        rule,
        &[
            r#""dialect":"sigma","rule_type":"detection","#,
            r#""scan":{"log_source":{"category":null,"product":"windows","service":null}}"#,
            r#""predicate":{"kind":{"not":{"kind":{"match":{"field":{"field":"X"},"#,
            r#"{"pattern":{"parts":["many",{"text":"b"},"many"]},"case":"insensitive"}"#,
        ],
    );
}

#[test]
fn bare_queries_print_by_language() {
    check(
        &["--language", "kusto"],
        "print x = dynamic({\"a\": [1, 2.0]}), y = 5m",
        &[
            r#""dialect":"kql","rule_type":"query","#,
            r#"{"literal":{"type":"dynamic","value":{"a":[1,2.0]}}}"#,
            r#"{"literal":{"type":"timespan","value":"00:05:00"}},"ty":"timespan""#,
        ],
    );
    check(&["--language", "kuery"], "not a: 1", &[r#""language":"kuery","#, r#""predicate":{"kind":{"not":{"kind":{"match":"#]);
    check(&["--language", "lucene"], "a:[1 TO 5}", &[r#""language":"lucene","#, r#"{"compare":{"op":"ge","#, r#"{"compare":{"op":"lt","#]);
    check(
        &["--language", "eql"],
        "sequence by u with maxspan=1m [process where true] [network where true]",
        &[r#""op":{"sequence":{"steps":["#, r#""maxspan":600000000,"#, r#""by":[{"kind":{"column":"u"},"#],
    );
    check(&["--language", "sigma"], "detection:\n  a:\n    X: null\n  condition: a\n", &[r#""matcher":"is_null""#]);
}

#[test]
fn a_let_used_twice_is_written_once() {
    check(&["--language", "kusto"], "let a = print x = 1; union a, a", &[r#""inputs":[{"id":"a","name":"a","op":{"#, r#",{"ref":"a"}],"#]);
    let lets = (1..40).fold("let t0 = print x = 1;".to_owned(), |text, n| format!("{text} let t{n} = union t{0}, t{0};", n - 1));
    let (status, doubled, err) = isoglot(&["parse", "--ir", "--language", "kusto", "-"], &format!("{lets} t39"));
    assert!(status == 0 && doubled.contains(r#""ref": "t38""#) && doubled.len() < 1_000_000, "{} bytes\n{err}", doubled.len());
}

#[test]
fn a_broken_query_has_no_detection_and_is_a_finding() {
    let (status, out, err) = isoglot(&["parse", "--ir", "--language", "kusto", "-"], "T | where ==");
    assert_eq!(status, 1, "{err}");
    assert!(out.contains("\"detection\": null") && err.contains("syntax-error"), "{out}{err}");
    let (status, _, err) = isoglot(&["parse", "--ir", "Cargo.toml"], "");
    assert_eq!(status, 2, "{err}");
    assert!(err.contains("cannot read a rule from `Cargo.toml`"), "{err}");
}

#[test]
fn every_starter_rule_prints_a_line() {
    let paths: Vec<String> = starter("rule.").into_iter().map(|path| path.to_string_lossy().into_owned()).collect();
    let arguments: Vec<&str> = ["parse", "--ir"].into_iter().chain(paths.iter().map(String::as_str)).collect();
    let (_, out, err) = isoglot(&arguments, "");
    let documents: Vec<Json> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(documents.len(), paths.len(), "{err}");
    for (document, path) in documents.iter().zip(&paths) {
        assert_eq!(document["file"], path.as_str());
        // What a machine-learning rule detects is a job of the vendor.
        let is_job = document["rule_type"] == "machine_learning";
        assert!(is_job || document["detection"]["plan"]["op"].is_object(), "{path} has no plan");
    }
}

#[test]
fn every_starter_fixture_has_the_promised_form() {
    for path in starter("test.") {
        let read: Result<Fixture, _> = serde_yaml::from_str(&fs::read_to_string(&path).unwrap());
        assert!(read.is_ok(), "{}: {:?}", path.display(), read.err());
    }
}

#[test]
fn schemas_print_by_name() {
    for name in ["baseline", "diagnostic", "findings", "fixture", "ir", "loss"] {
        let (status, out, err) = isoglot(&["schema", name], "");
        let schema: Json = serde_json::from_str(&out).unwrap();
        assert_eq!(status, 0, "{err}");
        assert!(schema["$schema"].is_string(), "{name}");
    }
    let (_, out, _) = isoglot(&["schema", "ir"], "");
    let schema: Json = serde_json::from_str(&out).unwrap();
    for part in ["Plan", "Op", "Expr", "Value"] {
        assert!(schema["$defs"][part].is_object(), "{part}");
    }
    let (status, _, err) = isoglot(&["schema", "fixtur"], "");
    assert_eq!(status, 2);
    assert!(err.contains("did you mean `fixture`?"), "{err}");
}
