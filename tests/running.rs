//! Data as people have them, and rules stepped through their schedule, on the command line.

use crate::binary;
use serde_json::{Value as Json, json};
use std::io::Write as _;
use std::path::PathBuf;

/// A folder of its own for a test.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("isoglot-running-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs the binary in a folder of these files; returns exit status, standard output and standard error.
fn isoglot(name: &str, files: &[(&str, &[u8])], arguments: &[&str], input: &str) -> (i32, String, String) {
    let folder = folder(name);
    for (file, content) in files {
        std::fs::write(folder.join(file), content).unwrap();
    }
    let done = binary::isoglot(&folder, arguments, input);
    std::fs::remove_dir_all(folder).unwrap();
    done
}

/// Checks what a query over one file prints, or what it says where it fails.
fn check_query(name: &str, file: (&str, &[u8]), query: &str, expected: &str) {
    let data = format!("T={}", file.0);
    let (status, out, err) = isoglot(name, &[file], &["query", "--format", "csv", "--data", &data, query], "");
    let printed = if status == 0 { &out } else { &err };
    assert!(printed.contains(expected), "{name}: {status}\n{out}\n{err}");
}

const LINES: &str = "{\"n\":1,\"s\":\"a\"}\n\n{\"n\":2,\"s\":\"b\\\"c\"}\n";

#[test]
fn data_come_in_every_common_form() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(LINES.as_bytes()).unwrap();
    let query = "T | where n > 1 | project s";
    check_query("lines", ("t.ndjson", LINES.as_bytes()), query, "s\n\"b\"\"c\"\n");
    check_query("mark", ("t.ndjson", format!("\u{feff}{LINES}").as_bytes()), query, "s\n\"b\"\"c\"\n");
    check_query("packed", ("t.ndjson.gz", &packed.finish().unwrap()), query, "s\n\"b\"\"c\"\n");
    check_query("array", ("t.json", br#"[{"n":1,"s":"a"},{"n":2,"s":"b"}]"#), query, "s\nb\n");
    check_query("laid-out", ("t.json", b"{\n  \"n\": 2,\n  \"s\": \"b\"\n}\n"), query, "s\nb\n");
    check_query("records", ("t.csv", b"n,s\n1,a\n2,b\n"), "T | where toint(n) > 1 | project s", "s\nb\n");
}

#[test]
fn bad_data_are_told_with_file_and_line() {
    check_query("cut", ("t.ndjson", b"{\"n\":1}\n{\"n\":2\n"), "T | count", "t.ndjson, line 2: column 6: not a JSON object");
    check_query("unread", ("t.ndjson", b"{\"n\":1}\n{\"n\":2,\"m\":[1}\n"), "T | where n > 0 | count", "line 2");
    check_query("scalar", ("t.ndjson", b"{\"n\":1}\n5\n"), "T | count", "line 2");
}

#[test]
fn columns_that_only_later_lines_show_are_found() {
    let mut text = "{\"n\":1}\n".repeat(600);
    text.push_str("{\"n\":\"x\",\"late\":7}\n");
    check_query("named", ("t.ndjson", text.as_bytes()), "T | where late == 7 | project late", "late\n7\n");
    check_query("counted", ("t.ndjson", text.as_bytes()), "T | summarize count() by n = tostring(n)", "1,600\nx,1\n");
    check_query("all", ("t.ndjson", text.as_bytes()), "T | where tostring(n) == 'x'", "n,late\nx,7\n");
}

#[test]
fn memory_is_bounded_and_told() {
    let text = "{\"n\":1}\n".repeat(1000);
    let arguments = ["query", "--data", "T=t.ndjson", "--memory", "10k", "T | sort by n"];
    let (status, _, err) = isoglot("bounded", &[("t.ndjson", text.as_bytes())], &arguments, "");
    assert!(status == 1 && err.contains("error[memory-limit]"), "{status} {err}");
    let arguments = ["query", "-v", "--data", "T=t.ndjson", "T | sort by n | take 1"];
    let (_, _, err) = isoglot("told", &[("t.ndjson", text.as_bytes())], &arguments, "");
    assert!(err.contains("MiB held at most"), "{err}");
}

/// The alerts of a rule over a stretch of time: time, title and number of rows or events.
fn alerts(name: &str, rule: (&str, &str), data: (&str, &[Json]), stretch: [&str; 2]) -> Vec<Json> {
    let events: String = data.1.iter().map(|event| format!("{event}\n")).collect();
    let source = format!("{}=events.ndjson", data.0);
    let arguments = ["run", rule.0, "--data", &source, "--from", stretch[0], "--to", stretch[1]];
    let (status, out, err) = isoglot(name, &[(rule.0, rule.1.as_bytes()), ("events.ndjson", events.as_bytes())], &arguments, "");
    assert_eq!(status, 0, "{err}");
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn failure(at: &str) -> Json {
    json!({"TimeGenerated": format!("2026-03-02T{at}Z"), "UserPrincipalName": "ines@contoso.example", "ResultType": "50126", "IPAddress": "198.51.100.7"})
}

const SENTINEL: &str = "\
id: 0b8f1c1e-2f0e-4c0b-8d2a-6a5b3c9d7e10
name: Failures in a row
description: Several failed sign-ins.
severity: Low
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 1
query: |
  SigninLogs | where ResultType != '0' | project TimeGenerated, UserPrincipalName, IPAddress
entityMappings:
  - entityType: Account
    fieldMappings:
      - identifier: FullName
        columnName: UserPrincipalName
customDetails:
  Address: IPAddress
alertDetailsOverride:
  alertDisplayNameFormat: 'Failures of {{UserPrincipalName}}'
version: 1.0.0
kind: Scheduled
";

#[test]
fn a_scheduled_rule_steps_through_its_windows() {
    let events = [failure("10:10:00"), failure("10:20:00"), failure("11:30:00"), failure("12:05:00"), failure("12:06:00")];
    let stretch = ["2026-03-02T11:00:00Z", "2026-03-02T13:30:00Z"];
    let alerts = alerts("scheduled", ("rule.yaml", SENTINEL), ("SigninLogs", &events), stretch);
    let times: Vec<&str> = alerts.iter().map(|alert| alert["time"].as_str().unwrap()).collect();
    assert_eq!(times, ["2026-03-02T11:00:00.0000000Z", "2026-03-02T13:00:00.0000000Z"]);
    assert_eq!(alerts[0]["title"], "Failures of ines@contoso.example");
    assert_eq!(alerts[0]["custom_details"]["Address"], json!(["198.51.100.7"]));
    assert_eq!(alerts[0]["entities"][0]["identifiers"]["FullName"], "ines@contoso.example");
    assert_eq!(alerts[1]["rows"].as_array().unwrap().len(), 2);
}

#[test]
fn rules_run_on_data_in_every_form() {
    let events = [failure("10:10:00"), failure("10:20:00")];
    let lines: String = events.iter().map(|event| format!("{event}\n")).collect();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(lines.as_bytes()).unwrap();
    let records = "TimeGenerated,UserPrincipalName,ResultType,IPAddress\n\
                   2026-03-02T10:10:00Z,ines@contoso.example,50126,198.51.100.7\n\
                   2026-03-02T10:20:00Z,ines@contoso.example,50126,198.51.100.7\n";
    let array = json!(events).to_string();
    let forms: [(&str, &[u8]); 4] = [
        ("lines.ndjson", lines.as_bytes()),
        ("lines.ndjson.gz", &packed.finish().unwrap()),
        ("records.csv", records.as_bytes()),
        ("array.json", array.as_bytes()),
    ];
    for (file, content) in forms {
        let data = format!("SigninLogs={file}");
        let arguments = ["run", "rule.yaml", "--data", &data, "--now", "2026-03-02T11:00:00Z"];
        let (status, out, err) = isoglot("forms", &[("rule.yaml", SENTINEL.as_bytes()), (file, content)], &arguments, "");
        let alert: Json = serde_json::from_str(&out).unwrap_or_default();
        assert_eq!((status, &alert["title"]), (0, &json!("Failures of ines@contoso.example")), "{file}: {out} {err}");
        assert_eq!(alert["rows"].as_array().map(Vec::len), Some(2), "{file}: {out}");
    }
}

/// The alerts of the rule above after changes to its text, over two hours with four failures of two people.
fn changed(name: &str, changes: &[(&str, &str)]) -> Vec<Json> {
    let rule = changes.iter().fold(SENTINEL.to_owned(), |rule, (from, to)| {
        assert!(rule.contains(from), "{from}");
        rule.replace(from, to)
    });
    let mut events = vec![failure("10:10:00"), failure("10:20:00"), failure("11:30:00"), failure("11:40:00")];
    events[1]["UserPrincipalName"] = json!("omar@contoso.example");
    alerts(name, ("rule.yaml", &rule), ("SigninLogs", &events), ["2026-03-02T11:00:00Z", "2026-03-02T12:00:00Z"])
}

#[test]
fn each_row_is_an_alert_of_its_own_where_the_rule_says_so() {
    let alerts = changed("per-row", &[("version:", "eventGroupingSettings:\n  aggregationKind: AlertPerResult\nversion:")]);
    let titles: Vec<&str> = alerts.iter().map(|alert| alert["title"].as_str().unwrap()).collect();
    assert_eq!(titles[..2], ["Failures of ines@contoso.example", "Failures of omar@contoso.example"]);
    assert_eq!(alerts.len(), 4);
    assert!(alerts.iter().all(|alert| alert["rows"].as_array().unwrap().len() == 1));
}

#[test]
fn a_rule_is_silent_for_a_while_after_an_alert_where_it_says_so() {
    assert_eq!(changed("loud", &[]).len(), 2);
    let silenced = changed("silenced", &[("version:", "suppressionEnabled: true\nsuppressionDuration: 5h\nversion:")]);
    assert_eq!(silenced.len(), 1, "{silenced:?}");
    assert_eq!(silenced[0]["time"], "2026-03-02T11:00:00.0000000Z");
}

#[test]
fn alert_details_come_from_the_rows() {
    let details = "  alertDescriptionFormat: 'From {{IPAddress}}'\n  alertSeverityColumnName: Level\nversion:";
    let level = ("| project TimeGenerated,", "| extend Level = 'High' | project Level, TimeGenerated,");
    let alerts = changed("details", &[("version:", details), level]);
    assert_eq!((&alerts[0]["description"], &alerts[0]["severity"]), (&json!("From 198.51.100.7"), &json!("High")));
    let people: Vec<&Json> = alerts[0]["entities"].as_array().unwrap().iter().map(|entity| &entity["identifiers"]["FullName"]).collect();
    assert_eq!(people, ["ines@contoso.example", "omar@contoso.example"]);
}

#[test]
fn data_without_a_name_are_what_the_query_reads() {
    let events = "{\"n\":1}\n{\"n\":2}\n";
    let query = |name: &str, arguments: &[&str]| {
        let files: [(&str, &[u8]); 2] = [("a.ndjson", events.as_bytes()), ("b.csv", b"n,s\n3,x\n")];
        isoglot(name, &files, &[&["query", "--format", "csv"], arguments].concat(), events).1
    };
    assert_eq!(query("stdin", &["T | where n > 1"]), "n\n2\n");
    assert_eq!(query("files", &["T | summarize sum(n)", "a.ndjson", "b.csv"]), "sum_n\n6\n");
    assert_eq!(query("same-name", &["--data", "T=a.ndjson", "--data", "T=a.ndjson", "T | count"]), "Count\n4\n");
    assert_eq!(query("own-name", &["b | where n == 3", "b.csv"]), "n,s\n3,x\n");
}

#[test]
fn a_near_real_time_rule_runs_every_minute() {
    let nrt: String =
        SENTINEL.lines().filter(|line| !line.starts_with("query") || *line == "query: |").map(|line| format!("{line}\n")).collect();
    let nrt = nrt.replace("kind: Scheduled", "kind: NRT").replace("triggerOperator: gt\ntriggerThreshold: 1\n", "");
    let stretch = ["2026-03-02T10:10:00Z", "2026-03-02T10:13:00Z"];
    let alerts = alerts("nrt", ("rule.yaml", &nrt), ("SigninLogs", &[failure("10:10:30"), failure("10:12:30")]), stretch);
    let times: Vec<&str> = alerts.iter().map(|alert| alert["time"].as_str().unwrap()).collect();
    assert_eq!(times, ["2026-03-02T10:11:00.0000000Z", "2026-03-02T10:13:00.0000000Z"]);
}

#[test]
fn an_elastic_rule_alerts_once_on_an_event_that_two_runs_see() {
    let rule = "[rule]\nname = \"Failure\"\ntype = \"query\"\nlanguage = \"kuery\"\nindex = [\"logs-*\"]\ninterval = \"5m\"\nfrom = \"now-9m\"\n\
                severity = \"low\"\nrisk_score = 21\nrule_id = \"0b8f1c1e-2f0e-4c0b-8d2a-6a5b3c9d7e11\"\nquery = \"event.outcome: failure\"\n";
    let event = json!({"@timestamp": "2026-03-02T10:04:30Z", "event": {"outcome": "failure"}});
    let stretch = ["2026-03-02T10:05:00Z", "2026-03-02T10:15:00Z"];
    let alerts = alerts("elastic", ("rule.toml", rule), ("logs-azure.signinlogs-default", &[event]), stretch);
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    assert_eq!(alerts[0]["time"], "2026-03-02T10:05:00.0000000Z");
}

#[test]
fn an_elastic_rule_sees_no_event_after_the_end_of_its_window() {
    let query = "type = \"query\"\nlanguage = \"kuery\"\nquery = \"event.outcome: failure\"\n";
    assert_eq!(stepped("now", query, &[(8, "u")]), ["10"]);
    assert_eq!(stepped("earlier", &format!("to = \"now-4m\"\n{query}"), &[(8, "u")]), ["15"]);
    let new_terms = "[rule.new_terms]\nfield = \"new_terms_fields\"\nvalue = [\"user.name\"]\n\
                     [[rule.new_terms.history_window_start]]\nfield = \"history_window_start\"\nvalue = \"now-7d\"\n";
    let first_seen = format!("to = \"now-4m\"\n{}{new_terms}", query.replace("\"query\"\n", "\"new_terms\"\n"));
    assert_eq!(stepped("first", &first_seen, &[(8, "u")]), ["15"]);
}

/// An Elastic rule that groups failures, stepped through a quarter of an hour: the times of its alerts, as minutes.
fn stepped(name: &str, rule: &str, minutes: &[(u32, &str)]) -> Vec<String> {
    let text = format!(
        "[rule]\nname = \"n\"\nindex = [\"logs-*\"]\ninterval = \"5m\"\nfrom = \"now-9m\"\nseverity = \"low\"\nrisk_score = 21\n\
         rule_id = \"0b8f1c1e-2f0e-4c0b-8d2a-6a5b3c9d7e12\"\n{rule}"
    );
    let event = |(minute, user): &(u32, &str)| json!({"@timestamp": format!("2026-03-02T10:{minute:02}:00Z"), "event": {"outcome": "failure"}, "user": {"name": user}});
    let events: Vec<Json> = minutes.iter().map(event).collect();
    let stretch = ["2026-03-02T10:05:00Z", "2026-03-02T10:20:00Z"];
    let alerts = alerts(name, ("rule.toml", &text), ("logs-x", &events), stretch);
    alerts.iter().map(|alert| alert["time"].as_str().unwrap()[14..16].to_owned()).collect()
}

const THRESHOLD: &str = "type = \"threshold\"\nlanguage = \"kuery\"\nquery = \"event.outcome: failure\"\n[rule.threshold]\nfield = [\"user.name\"]\nvalue = 2\n";

#[test]
fn a_threshold_counts_events_of_an_alert_once() {
    // Two failures are in the windows of :05 and :10; the third alone is too few, with the fourth it is enough.
    assert_eq!(stepped("once", THRESHOLD, &[(2, "u"), (3, "u"), (7, "u")]), ["05"]);
    assert_eq!(stepped("again", THRESHOLD, &[(2, "u"), (3, "u"), (7, "u"), (8, "u")]), ["05", "10"]);
}

#[test]
fn a_suppression_with_a_duration_folds_alerts_of_later_runs() {
    let duration = |minutes: u32| format!("[rule.alert_suppression]\nduration = {{ value = {minutes}, unit = \"m\" }}\n");
    let two_users = [(2, "u"), (3, "u"), (7, "u"), (8, "u"), (11, "v"), (12, "v")];
    assert_eq!(stepped("long", &format!("{THRESHOLD}{}", duration(30)), &two_users), ["05", "15"]);
    assert_eq!(stepped("short", &format!("{THRESHOLD}{}", duration(4)), &two_users), ["05", "10", "15"]);
}

#[test]
fn suppression_by_fields_folds_a_run_and_keeps_missing_values_as_the_strategy_says() {
    let query = "type = \"query\"\nlanguage = \"kuery\"\nquery = \"event.outcome: failure\"\n[rule.alert_suppression]\ngroup_by = [\"host.name\"]\n";
    let events = [(1, "u"), (2, "v"), (3, "w")];
    let apart = format!("{query}missing_fields_strategy = \"doNotSuppress\"\n");
    assert_eq!(stepped("together", query, &events), ["05"]);
    assert_eq!(stepped("apart", &apart, &events), ["05", "05", "05"]);
}

#[test]
fn rows_of_an_aggregating_query_are_alerts_of_each_run() {
    let esql = |query: &str| format!("type = \"esql\"\nlanguage = \"esql\"\nquery = \"{query}\"\n");
    let counting = esql("FROM logs-* | STATS c = COUNT(*) BY user.name");
    assert_eq!(stepped("aggregating", &counting, &[(2, "u"), (3, "u")]), ["05", "10"]);
    let listing = esql("FROM logs-* METADATA _id, _index | KEEP _id, _index, user.name");
    assert_eq!(stepped("listing", &listing, &[(2, "u"), (3, "u")]), ["05", "05"]);
}
