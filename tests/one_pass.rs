//! Many rules in one pass find what each finds alone: on our own events, and with the corpus on recorded ones.

use super::corpus::shared;
use isoglot::eval::event::{Event, Predicate};
use isoglot::eval::one_pass::OnePass;
use isoglot::ir::{Expr, Value};
use isoglot::lang::sigma;
use isoglot::source::yaml;
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};

fn predicate(rule: &str) -> Expr {
    let documents = yaml::parse(rule).unwrap();
    sigma::lower(&sigma::parse(documents[0].get("detection").unwrap()).unwrap())
}

/// Compares one pass with every predicate alone.
fn compare(predicates: &[Expr], events: &[Json]) -> usize {
    let (pass, refused) = OnePass::new(predicates, 0);
    let alone: Vec<Option<Predicate>> = predicates.iter().map(|expr| Predicate::new(expr, 0).ok()).collect();
    assert_eq!(refused.len(), alone.iter().filter(|predicate| predicate.is_none()).count());
    let (mut reader, mut scratch) = (pass.reader(), pass.scratch());
    let mut matches = 0;
    for json in events {
        let event = Event::from_json(json);
        let expected: Vec<usize> = alone
            .iter()
            .enumerate()
            .filter(|(_, predicate)| predicate.as_ref().is_some_and(|p| p.matches(&event)))
            .map(|(at, _)| at)
            .collect();
        let record = reader.read(json.to_string().as_bytes()).unwrap();
        assert_eq!(pass.matching(record, &mut scratch), expected, "{json}");
        let record = reader.of_value(&Value::from_json(json)).unwrap();
        assert_eq!(pass.matching(record, &mut scratch), expected, "{json}");
        matches += expected.len();
    }
    matches
}

fn rule_files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rule_files(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "yml") {
            into.push(path);
        }
    }
}

#[test]
fn one_pass_over_the_corpus_finds_what_each_rule_finds() {
    let (Some(rules), Some(events)) = (shared("corpus/sigma"), shared("corpus/conformance/sigma-events.json")) else { return };
    let mut paths = Vec::new();
    rule_files(&rules, &mut paths);
    let predicates: Vec<Expr> = paths.iter().map(|path| predicate(&std::fs::read_to_string(path).unwrap())).collect();
    let events: Vec<Json> = serde_json::from_str(&std::fs::read_to_string(events).unwrap()).unwrap();
    let events: Vec<Json> = events.into_iter().step_by(5).collect();
    let matches = compare(&predicates, &events);
    println!("{} rules, {} events, {matches} matches", predicates.len(), events.len());
    assert!(matches > 20);
}

#[test]
fn every_kind_of_condition_is_found() {
    let conditions = [
        "F: abc",
        "F: ''",
        "F|contains: B",
        "F|startswith: AB",
        "F|endswith: bc",
        "F|contains|all: [a, c]",
        "F|re: 'a.c'",
        "F|re|i: 'A(b|x)c'",
        "F|cased: abc",
        "F: 12",
        "F: '12'",
        "F|gte: 12",
        "F: null",
        "F|exists: true",
        "F|exists: false",
        "F|cidr: 10.0.0.0/8",
        "F|fieldref: G",
        "F|neq: abc",
        "F: 'a?c'",
        "F: 'a*c*'",
        "F: true",
        "F|hour: 13",
        "'|all': [abc, def]",
    ];
    let positive = conditions.map(|condition| predicate(&format!("detection:\n  s:\n    {condition}\n  condition: s\n")));
    let negative = conditions.map(|condition| predicate(&format!("detection:\n  s:\n    {condition}\n  condition: not s\n")));
    let either = predicate("detection:\n  a:\n    F: abc\n  b:\n    G|re: '^d'\n  k:\n    - kelvin\n  condition: 1 of them\n");
    let predicates: Vec<Expr> = positive.into_iter().chain(negative).chain([either]).collect();
    let values = [
        json!("abc"),
        json!("ABC"),
        json!("xabcx"),
        json!(""),
        json!(null),
        json!(12),
        json!(12.0),
        json!("12"),
        json!(true),
        json!("10.1.2.3"),
        json!("2026-11-21T13:00:00Z"),
        json!(["x", "abc"]),
        json!({"inner": "abc"}),
        json!("\u{212A}elvin"),
        json!("äbc"),
    ];
    let mut events: Vec<Json> = values.iter().map(|value| json!({"F": value, "G": "def"})).collect();
    events.extend(values.iter().map(|value| json!({"G": value, "F": value, "other": "ABC def"})));
    events.push(json!({}));
    assert!(compare(&predicates, &events) > 100);
}

#[test]
fn nested_windows_events_have_sigma_s_fields() {
    let rules = ["Image|endswith: '\\cmd.exe'\n    EventID: 1", "CommandLine|contains: whoami"];
    let predicates = rules.map(|rule| predicate(&format!("detection:\n  s:\n    {rule}\n  condition: s\n")));
    let (pass, _) = OnePass::new(&predicates, 0);
    let (mut reader, mut scratch) = (pass.reader(), pass.scratch());
    let data = json!({"Image": "C:\\Windows\\System32\\cmd.exe", "CommandLine": "cmd /c whoami"});
    let named = json!([{"@Name": "Image", "#text": "C:\\cmd.exe"}, {"@Name": "CommandLine", "#text": "WHOAMI"}]);
    for event in [
        json!({"Event": {"System": {"EventID": 1}, "EventData": data}}),
        json!({"Event": {"System": {"EventID": {"#text": "1"}}, "EventData": data}}),
        json!({"Event": {"System": {"EventID": 1}, "EventData": {"Data": named}}}),
        json!({"winlog": {"event_id": "1", "event_data": data}}),
        json!({"EventID": 1, "Image": "x\\CMD.EXE", "CommandLine": "whoami"}),
    ] {
        let record = reader.read(event.to_string().as_bytes()).unwrap();
        assert_eq!(pass.matching(record, &mut scratch), [0, 1], "{event}");
    }
    assert!(reader.read(b"[1]").is_none() && reader.read(b"{").is_none());
}
