//! `diff` as people and programs see it: text, markdown, JSON.

use isoglot::diff::{Observation, diff};
use isoglot::report::difference::{self, Difference, Version};
use isoglot::rulefile::{self, ReadContext};

const OLD: &str = r#"id: 3e8f7d64-5b19-4d25-9d5e-9b7fae1c4a01
name: Legacy clients
severity: Low
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: |
  SigninLogs
  | where ClientAppUsed in ("IMAP4", "POP3")
  | where ResultType == 0
tags:
  - legacy
"#;

fn new() -> String {
    OLD.replace("\"POP3\"", "\"POP3\", \"SMTP\"").replace("Low", "Medium").replace("- legacy", "- mail")
}

/// Renders the difference of the two versions, one test case firing for the new one only.
fn rendered(render: fn(&Difference<'_>) -> String) -> String {
    let new = new();
    let read = |text: &str| rulefile::read("rule.yaml", text, &ReadContext::builtin()).rules.remove(0);
    let (a, b) = (read(OLD), read(&new));
    let event = serde_json::json!({"ClientAppUsed": "SMTP"});
    let seen = Observation { case: "a mail client".to_owned(), old: Some(false), new: Some(true), events: vec![event] };
    let diff = diff(&a, &b).observed(vec![seen]);
    render(&Difference {
        rule: "Legacy clients",
        old: Version { path: "old/rule.yaml", text: OLD, query: &a.queries[0].text },
        new: Version { path: "rule.yaml", text: &new, query: &b.queries[0].text },
        diff: Some(&diff),
    })
}

#[test]
fn people_read_what_changed_where_and_what_it_does() {
    insta::assert_snapshot!(rendered(difference::text));
}

#[test]
fn a_pull_request_gets_a_table() {
    insta::assert_snapshot!(rendered(difference::markdown));
}

#[test]
fn programs_get_the_verdict_the_witness_and_the_changes() {
    let json = rendered(|difference| serde_json::to_string_pretty(&difference::document(difference)).unwrap());
    insta::assert_snapshot!(json);
}
