//! Elastic's groups and sequences as Sigma's correlations: what is written, and the verdicts of both on the same events.

use crate::elastic_to_others::{check, child, event, rule, sequence, translated};
use isoglot::emit::{Status, Target, emit};
use isoglot::mapping::Sources;
use serde_json::{Value as Json, json};

/// Checks that tested groups fire in Sigma as in ES|QL, for each list of process starts: user and parent of each.
fn check_groups(tests: &str, says: &[&str], worlds: &[(&[(&str, &str)], bool)]) {
    let query = format!("from logs-endpoint.events.process-* | where host.os.type == \"windows\" and event.type == \"start\" and {tests}");
    let rule = rule("esql", "esql", "", &query);
    let (emitted, _) = translated(&rule, Target::Sigma);
    let text = emitted.text.unwrap();
    for piece in says {
        assert!(text.contains(piece), "{piece} is not in\n{text}");
    }
    for (starts, fires) in worlds {
        let process = |name: &str| json!({ "name": name, "executable": format!("C:\\{name}"), "parent": { "executable": "C:\\p.exe" } });
        let made = |(at, (name, host)): (usize, &(&str, &str))| {
            let host = json!({ "id": host, "name": host, "os": { "type": "windows" } });
            event("process", at as u32, "c", &json!({ "process": process(name), "host": host }))
        };
        let events: Vec<Json> = starts.iter().enumerate().map(made).collect();
        check(&rule, Target::Sigma, &events, *fires);
    }
}

#[test]
fn a_limit_from_above_and_two_tests_are_correlations_in_sigma() {
    let few = "process.executable is not null | stats c = count(*), hosts = count_distinct(host.id) by process.executable";
    let thrice: &[(&str, &str)] = &[("a.exe", "h1"), ("a.exe", "h1"), ("a.exe", "h2")];
    let once: &[(&str, &str)] = &[("a.exe", "h1")];
    check_groups(&format!("{few} | where c < 3"), &["event_count", "lt: 3"], &[(once, true), (thrice, false), (&[], false)]);
    check_groups(
        &format!("{few} | where c > 0 and c <= 3 and hosts == 2"),
        &["temporal", "lte: 3", "value_count", "eq: 2"],
        &[(once, false), (thrice, true)],
    );
    check_groups(&format!("{few} | where c >= 5 or hosts >= 2"), &["event_count", "gte: 1"], &[(once, false), (thrice, true)]);
}

#[test]
fn cases_that_are_counted_are_rules_of_their_own_in_sigma() {
    let cases = "process.executable is not null | eval a = case(process.executable == \"C:\\\\a.exe\", 1, 0), \
                 b = case(process.executable == \"C:\\\\b.exe\", host.id, null) \
                 | stats ones = sum(a), bs = count_distinct(b), any = max(a) by process.parent.executable";
    let mixed: &[(&str, &str)] = &[("a.exe", "h1"), ("b.exe", "h1"), ("b.exe", "h2")];
    let alone: &[(&str, &str)] = &[("b.exe", "h1"), ("b.exe", "h2")];
    check_groups(&format!("{cases} | where ones >= 1 and bs >= 2"), &["temporal", "events_2"], &[(mixed, true), (alone, false)]);
    check_groups(&format!("{cases} | where any == 1 and bs >= 1"), &["temporal", "events_2"], &[(mixed, true), (alone, false)]);
}

#[test]
fn the_absence_of_counted_events_is_refused_in_sigma() {
    let query = "from logs-endpoint.events.process-* | where host.os.type == \"windows\" and event.type == \"start\" \
                 | stats a = count(*) where process.name == \"a.exe\", c = count(*) by host.id | where a == 0 and c > 3";
    let (rule, text) = rule("esql", "esql", "", query);
    assert_eq!(emit(&rule, &text, Target::Sigma, Sources::builtin()).status, Status::Refused);
}

#[test]
fn runs_of_a_step_are_counted_before_the_next_step_in_sigma() {
    let query = r#"sequence by process.parent.entity_id with maxspan=10s
  [process where event.type == "start" and process.name : "cmd.exe"] with runs=2
  [process where event.type == "start" and process.name : "net.exe"]"#;
    let then = |second: u32| {
        let net = json!({ "entity_id": "n", "name": "net.exe", "executable": "C:\\net.exe", "parent": { "entity_id": "a" } });
        event("process", second, "n", &json!({ "process": net }))
    };
    check(&sequence(query), Target::Sigma, &[child(1, "a"), child(2, "a"), then(3)], true);
    check(&sequence(query), Target::Sigma, &[child(1, "a"), then(3)], false);
    check(&sequence(query), Target::Sigma, &[then(1), child(2, "a"), child(3, "a")], false);
}

#[test]
fn names_of_files_stand_behind_the_separator_of_their_platform_in_sigma() {
    let name = |platform: &str| {
        let query = format!("process where host.os.type == \"{platform}\" and event.type == \"start\" and process.name == \"id\"");
        translated(&rule("eql", "eql", "\"logs-endpoint.events.process-*\"", &query), Target::Sigma).0.text.unwrap()
    };
    assert!(name("linux").contains("'/id'") && name("macos").contains("'/id'"), "{}", name("linux"));
    assert!(name("windows").contains("'\\id'"), "{}", name("windows"));
}
