//! The examples in the documentation of every lint: bad ones give exactly its code, good ones nothing; and the documents made of it.

use crate::tidy;
use isoglot::check::{self, Example, Lint, suppression};
use isoglot::diagnostic::Persona;
use isoglot::ir::Dialect;
use isoglot::rulefile::{self, ReadContext};
use isoglot::schema::Catalog;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What an example leaves out. Its own keys take the place of these.
const SENTINEL: &[&str] = &[
    "id: 3f1c2b52-7e0e-4f0c-9a39-0d6f0e2a7c11",
    "name: Example",
    "description: An example",
    "severity: Medium",
    "kind: Scheduled",
    "queryFrequency: 1h",
    "queryPeriod: 1d",
    "triggerOperator: gt",
    "triggerThreshold: 0",
    "tactics:\n  - InitialAccess",
    "query: SigninLogs | project UserPrincipalName",
    "version: 1.0.0",
];

const SIGMA: &[&str] = &[
    "title: Example",
    "id: 3f1c2b52-7e0e-4f0c-9a39-0d6f0e2a7c11",
    "status: test",
    "description: An example",
    "author: isoglot",
    "date: 2026-05-01",
    "logsource:\n  category: process_creation\n  product: windows",
    "detection:\n  selection:\n    Image|endswith: '\\cmd.exe'\n  condition: selection",
    "level: high",
];

const ELASTIC: &[&str] = &[
    "author = [\"isoglot\"]",
    "description = \"An example\"",
    "name = \"Example\"",
    "rule_id = \"3f1c2b52-7e0e-4f0c-9a39-0d6f0e2a7c11\"",
    "severity = \"medium\"",
    "risk_score = 47",
    "type = \"query\"",
    "language = \"kuery\"",
    "index = [\"logs-*\"]",
    "query = 'process.name: \"cmd.exe\"'",
];

const ELASTIC_HEAD: &str = "[metadata]\ncreation_date = \"2026/05/01\"\nupdated_date = \"2026/05/01\"\nmaturity = \"production\"\n";

/// Completes an example to a rule file.
fn file(example: &Example) -> (&'static str, String) {
    let complete = |template: &[&str], separator: &str| {
        let key = |line: &str| line.split(separator).next().unwrap_or("").trim().to_owned();
        let own: BTreeSet<String> = example.text.lines().filter(|line| !line.starts_with([' ', '#', '['])).map(key).collect();
        // A near-real-time rule has no schedule: what the template has of one would be a finding of its own.
        let is_nrt = example.text.contains("kind: NRT");
        // An ES|QL query names its indices itself.
        let is_esql = example.text.contains("type = \"esql\"");
        let rest = template.iter().filter(|part| {
            !(own.contains(&key(part)) || is_esql && part.starts_with("index"))
                && !(is_nrt && (part.starts_with("query") || part.starts_with("trigger")) && !part.starts_with("query:"))
        });
        rest.map(|part| format!("{part}\n")).collect::<String>()
    };
    match example.dialect {
        Dialect::Kql => ("example.kql", example.text.clone()),
        Dialect::Sentinel => ("example.yaml", format!("{}{}", complete(SENTINEL, ":"), example.text)),
        Dialect::Sigma => ("example.yml", format!("{}{}", complete(SIGMA, ":"), example.text)),
        Dialect::Elastic => {
            // What stands before `[rule]` belongs to the table above it.
            let (metadata, rule) = example.text.split_once("[rule]\n").unwrap_or(("", &example.text));
            ("example.toml", format!("{ELASTIC_HEAD}{metadata}\n[rule]\n{}{rule}", complete(ELASTIC, " =")))
        }
    }
}

/// The codes found in an example: what everybody hears, and the lint's own also where only pedants do.
fn check(example: &Example, lint: &Lint) -> BTreeSet<&'static str> {
    let (path, text) = file(example);
    let read = rulefile::read(path, &text, &ReadContext::builtin());
    let mut findings = check::check_rules(&read, &text, Catalog::builtin());
    findings.extend(read.diagnostics);
    let findings = suppression::apply(&text, findings, |_| true);
    findings.iter().filter(|finding| finding.persona == Persona::Regular || finding.code == lint.code).map(|finding| finding.code).collect()
}

#[test]
fn bad_examples_give_exactly_their_code_and_good_ones_nothing() {
    let mut wrong = Vec::new();
    for lint in check::all() {
        for example in lint.docs().examples {
            let found = check(&example, lint);
            let expected = if example.bad { BTreeSet::from([lint.code]) } else { BTreeSet::new() };
            if found != expected {
                wrong.push(format!("{}: expected {expected:?}, found {found:?} in\n{}", lint.code, file(&example).1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_lint_has_a_bad_and_a_good_example_and_an_own_code() {
    let mut codes = BTreeSet::new();
    for lint in check::all() {
        assert!(codes.insert(lint.code), "{} stands twice", lint.code);
        let docs = lint.docs();
        assert!(docs.summary.len() > 10, "{} has no documentation", lint.code);
        if lint.looks_at_rules() {
            assert!(docs.examples.iter().any(|e| e.bad) && docs.examples.iter().any(|e| !e.bad), "{} needs examples", lint.code);
        }
    }
}

#[test]
fn every_code_that_a_reader_reports_is_documented() {
    let starts = ["Diagnostic::error(", "Diagnostic::warning(", "Diagnostic::info(", "Fault::new(", ".error("];
    let mut unknown = BTreeSet::new();
    for folder in ["src/source", "src/lang", "src/rulefile"] {
        for path in tidy::rust_files(folder) {
            let text = fs::read_to_string(&path).unwrap();
            for start in starts {
                for (_, rest) in text.match_indices(start).map(|(at, word)| text.split_at(at + word.len())) {
                    let code = rest.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()).unwrap_or("");
                    let is_code = !code.is_empty() && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
                    if is_code && check::lint(code).is_none() {
                        unknown.insert(code.to_owned());
                    }
                }
            }
        }
    }
    assert!(unknown.is_empty(), "add to src/check/of_readers.rs: {unknown:?}");
}

#[test]
fn the_list_of_lints_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/lints.md");
    let expected = check::markdown();
    if fs::read_to_string(&path).ok().as_deref() != Some(expected.as_str()) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, expected).unwrap();
        panic!("docs/lints.md was out of date; it is written anew: read the difference and commit it");
    }
}
