//! Elastic's sequences and ES|QL rules in other dialects: the emitted query, and the verdicts of both on the same events.

use isoglot::emit::{Emitted, Status, Target, emit};
use isoglot::eval::world::World;
use isoglot::evidence::{Comparison, Level, compare, examine, read_back};
use isoglot::ir::Rule;
use isoglot::ir::datetime::parse_datetime;
use isoglot::mapping::Sources;
use isoglot::rulefile::{self, ReadContext};
use serde_json::{Value as Json, json};

const NOW: &str = "2026-03-02T12:00:00Z";

pub(crate) fn rule(language: &str, kind: &str, index: &str, query: &str) -> (Rule, String) {
    let indices = if language == "esql" { String::new() } else { format!("index = [{index}]\n") };
    let text = format!(
        "[metadata]\ncreation_date = \"2026/01/01\"\n\n[rule]\nname = \"Made for this test\"\ndescription = \"A test.\"\nrisk_score = 21\n\
         rule_id = \"5f0f9a5e-2c0b-4f0e-9d55-0d3f7a1b2c3d\"\nseverity = \"low\"\ninterval = \"1h\"\nfrom = \"now-1h\"\n\
         type = \"{kind}\"\nlanguage = \"{language}\"\n{indices}query = '''\n{query}\n'''\n"
    );
    let file = rulefile::read("rule.toml", &text, &ReadContext::builtin());
    let rule = file.rules.into_iter().next().unwrap_or_else(|| panic!("{query}: {:?}", file.diagnostics));
    (rule, text)
}

pub(crate) fn sequence(query: &str) -> (Rule, String) {
    rule("eql", "eql", "\"logs-endpoint.events.process-*\", \"logs-endpoint.events.network-*\"", query)
}

pub(crate) fn translated((rule, text): &(Rule, String), target: Target) -> (Emitted, Vec<Rule>) {
    let mut emitted = emit(rule, text, target, Sources::builtin());
    let back = read_back(&mut emitted, &ReadContext::builtin());
    assert_ne!(emitted.status, Status::Refused, "{:?}", emitted.losses);
    (emitted, back)
}

/// Checks that both give one verdict on events, or differ as said.
pub(crate) fn check(original: &(Rule, String), target: Target, events: &[Json], fires: bool) {
    let (emitted, back) = translated(original, target);
    let mut world = World::default();
    for event in events {
        let dataset = event["event"]["dataset"].as_str().unwrap();
        world.add(&format!("logs-{dataset}-default"), event.clone());
    }
    let now = parse_datetime(NOW).unwrap();
    let verdict = compare(&original.0, &back, &emitted, &world, now, Sources::builtin());
    assert_eq!(verdict, Comparison::Same { fires }, "{target:?}: {}", emitted.query.unwrap_or_default());
}

pub(crate) fn event(kind: &str, second: u32, id: &str, more: &Json) -> Json {
    let mut event = json!({
        "@timestamp": format!("2026-03-02T11:30:{second:02}Z"),
        "event": { "dataset": format!("endpoint.events.{kind}"), "module": "endpoint", "kind": "event", "category": kind, "type": "start",
                   "action": if kind == "process" { "start" } else { "connection_attempted" } },
        "agent": { "type": "endpoint" }, "data_stream": { "dataset": format!("endpoint.events.{kind}") },
        "host": { "id": "h1", "name": "pc42", "os": { "type": "windows" } },
        "process": { "entity_id": id, "name": "rundll32.exe", "executable": "C:\\Windows\\System32\\rundll32.exe" }
    });
    for (key, value) in more.as_object().unwrap() {
        event[key] = value.clone();
    }
    event
}

const CHILD: &str = r#"sequence with maxspan=10s
  [process where event.type == "start" and process.name : "rundll32.exe"] by process.entity_id
  [process where event.type == "start" and process.name : "cmd.exe"] by process.parent.entity_id"#;

fn start(second: u32, id: &str) -> Json {
    event("process", second, id, &json!({}))
}

pub(crate) fn child(second: u32, parent: &str) -> Json {
    let process =
        json!({ "entity_id": "c", "name": "cmd.exe", "executable": "C:\\Windows\\System32\\cmd.exe", "parent": { "entity_id": parent } });
    event("process", second, "c", &json!({ "process": process }))
}

#[test]
fn a_sequence_fires_in_order_within_its_span_on_one_key() {
    let rule = sequence(CHILD);
    check(&rule, Target::Sentinel, &[start(1, "a"), child(5, "a")], true);
    check(&rule, Target::Sentinel, &[start(5, "a"), child(1, "a")], false);
    check(&rule, Target::Sentinel, &[start(1, "a"), child(30, "a")], false);
    check(&rule, Target::Sentinel, &[start(1, "a"), child(5, "b")], false);
}

#[test]
fn a_sequence_is_a_join_with_an_earlier_step() {
    let (emitted, _) = translated(&sequence(CHILD), Target::Sentinel);
    let query = emitted.query.unwrap();
    for piece in ["let Step1 = DeviceProcessEvents", "join kind=inner Step1 on", "Step1Time >= TimeGenerated - 10s", "DeviceId"] {
        assert!(query.contains(piece), "{piece} is not in\n{query}");
    }
    assert!(emitted.losses.iter().any(|loss| loss.code == "sequence-as-join"), "{:?}", emitted.losses);
}

#[test]
fn a_process_is_tied_by_its_id_and_start_where_a_table_has_no_number_of_it() {
    let rule = sequence(
        r#"sequence with maxspan=10s
  [process where event.type == "start" and process.name : "cmd.exe"] by process.entity_id
  [network where event.type == "start" and destination.port == 4444] by process.parent.entity_id"#,
    );
    let (emitted, _) = translated(&rule, Target::Sentinel);
    let query = emitted.query.unwrap();
    for piece in ["InitiatingProcessParentId = ProcessId", "InitiatingProcessParentCreationTime = ProcessCreationTime", "DeviceId"] {
        assert!(query.contains(piece), "{piece} is not in\n{query}");
    }
    assert!(emitted.losses.iter().any(|loss| loss.code == "key-by-other-columns"), "{:?}", emitted.losses);
}

#[test]
fn a_value_that_sentinel_has_in_a_text_is_read_out_of_it() {
    let rule = rule("kuery", "query", "\"logs-system.auth-*\"", "event.action:ssh_login and event.outcome:failure and user.name:root");
    let login = |message: &str, outcome: &str, user: &str| {
        json!({
            "@timestamp": "2026-03-02T11:30:00Z", "message": message, "host": { "name": "web01", "os": { "type": "linux" } },
            "event": { "dataset": "system.auth", "action": "ssh_login", "category": "authentication", "outcome": outcome, "type": "info" },
            "process": { "name": "sshd" }, "user": { "name": user }, "source": { "ip": "192.0.2.7" }
        })
    };
    let failed = login("Failed password for root from 192.0.2.7 port 50123 ssh2", "failure", "root");
    check(&rule, Target::Sentinel, &[failed], true);
    let other = login("Failed password for anna from 192.0.2.7 port 50123 ssh2", "failure", "anna");
    check(&rule, Target::Sentinel, &[other], false);
    let accepted = login("Accepted password for root from 192.0.2.7 port 50123 ssh2", "success", "root");
    check(&rule, Target::Sentinel, &[accepted], false);
}

#[test]
fn a_table_of_many_vendors_is_read_for_the_one_that_the_data_set_names() {
    let pieces = |query: &str| {
        let rule = rule("kuery", "query", "\"filebeat-*\", \"logs-fortinet_fortigate.log-*\"", query);
        let query = translated(&rule, Target::Sentinel).0.query.unwrap();
        (query.contains("DeviceVendor == \"Fortinet\""), query.contains("FTNTFGTcfgpath=([^;]*)"))
    };
    assert_eq!(pieces("event.dataset:fortinet_fortigate.log and fortinet.firewall.cfgpath:system.admin"), (true, true));
    assert_eq!(pieces("source.ip:192.0.2.7 and destination.port:23"), (false, false));
}

#[test]
fn a_field_that_parts_of_one_table_hold_in_two_columns_is_read_by_what_selects_them() {
    let query = "from logs-endpoint.events.network-* | where destination.port == 22 | stats n = count_distinct(destination.ip) by host.id \
                 | where n >= 10";
    let query = translated(&rule("esql", "esql", "", query), Target::Sentinel).0.query.unwrap();
    let read = r#"iff(ActionType == "InboundConnectionAccepted", LocalIP, RemoteIP)"#;
    assert!(query.contains(read), "{read} is not in\n{query}");
}

#[test]
fn what_one_condition_says_another_does_not_say_again() {
    let kept = |query: &str| {
        let translated = translated(&rule("eql", "eql", r#""logs-endpoint.events.process-*""#, query), Target::Sentinel).0;
        translated.query.unwrap().matches("isnotempty(FileName)").count()
    };
    assert_eq!(kept(r#"process where process.pid == 7 and process.name != "a.exe" and not process.name like "b*""#), 1);
}

#[test]
fn a_sequence_is_a_correlation_in_sigma() {
    let (emitted, back) = translated(&sequence(CHILD), Target::Sigma);
    let text = emitted.text.unwrap();
    for piece in ["type: temporal_ordered", "- step_1_", ": ParentProcessGuid", "timespan: 10s"] {
        assert!(text.contains(piece), "{piece} is not in\n{text}");
    }
    assert_eq!(back.len(), 3);
}

#[test]
fn runs_of_a_step_are_counted_in_a_row() {
    let rule = sequence("sequence by process.parent.entity_id with maxspan=10s\n  [process where process.name == \"cmd.exe\"] with runs=3");
    let three = |seconds: [u32; 3]| seconds.map(|second| child(second, "a"));
    check(&rule, Target::Sentinel, &three([1, 2, 3]), true);
    check(&rule, Target::Sentinel, &three([1, 2, 40]), false);
    check(&rule, Target::Sentinel, &[child(1, "a"), child(2, "a")], false);
}

#[test]
fn an_event_that_must_not_come_is_refused() {
    let query = "sequence by process.entity_id with maxspan=10s\n  [process where event.type == \"start\"]\n  ![network where true]";
    let (rule, text) = sequence(query);
    for target in [Target::Sentinel, Target::Sigma] {
        let emitted = emit(&rule, &text, target, Sources::builtin());
        assert_eq!(emitted.losses.first().map(|loss| loss.code), Some("missing-event-not-in-target"));
    }
}

fn sign_in(second: u32, user: &str, code: i64) -> Json {
    json!({
        "@timestamp": format!("2026-03-02T11:30:{second:02}Z"),
        "event": { "dataset": "azure.signinlogs", "module": "azure", "kind": "event", "category": "authentication", "type": "info" },
        "data_stream": { "dataset": "azure.signinlogs" }, "cloud": { "provider": "azure" },
        "azure": { "signinlogs": { "category": "SignInLogs",
            "properties": { "is_interactive": true, "user_principal_name": user, "app_display_name": "Portal", "status": { "error_code": code } } } }
    })
}

#[test]
fn a_summary_of_esql_counts_as_before() {
    let query = r#"from logs-azure.signinlogs-*
| where azure.signinlogs.category == "SignInLogs" and azure.signinlogs.properties.status.error_code == 50126
| stats Esql.failures = count(*), Esql.apps = values(azure.signinlogs.properties.app_display_name)
  by azure.signinlogs.properties.user_principal_name
| where Esql.failures >= 2 and not azure.signinlogs.properties.user_principal_name == "robot@contoso.example""#;
    let rule = rule("esql", "esql", "", query);
    check(&rule, Target::Sentinel, &[sign_in(1, "a@contoso.example", 50126), sign_in(2, "a@contoso.example", 50126)], true);
    check(&rule, Target::Sentinel, &[sign_in(1, "a@contoso.example", 50126), sign_in(2, "b@contoso.example", 50126)], false);
    check(&rule, Target::Sentinel, &[sign_in(1, "a@contoso.example", 0), sign_in(2, "a@contoso.example", 50126)], false);
    let robots = [sign_in(1, "robot@contoso.example", 50126), sign_in(2, "robot@contoso.example", 50126)];
    check(&rule, Target::Sentinel, &robots, false);
}

#[test]
fn computed_columns_of_esql_are_computed_in_kusto() {
    let query = r#"from logs-azure.signinlogs-*
| eval Esql.user = to_lower(azure.signinlogs.properties.user_principal_name), Esql.bucket = date_trunc(1 hour, @timestamp)
| stats Esql.count = count_distinct(azure.signinlogs.properties.app_display_name) by Esql.user, Esql.bucket
| where Esql.count >= 1 and Esql.user like "*@contoso.example"
| keep Esql.*"#;
    let rule = rule("esql", "esql", "", query);
    let (emitted, _) = translated(&rule, Target::Sentinel);
    let query = emitted.query.as_deref().unwrap();
    for piece in [
        "tolower(UserPrincipalName)",
        "bin(TimeGenerated, 1h)",
        "dcountif(AppDisplayName, isnotempty(AppDisplayName))",
        "endswith_cs \"@contoso.example\"",
    ] {
        assert!(query.contains(piece), "{piece} is not in\n{query}");
    }
}

#[test]
fn groups_of_esql_keep_the_group_without_a_key() {
    let query = "from logs-azure.signinlogs-*\n| where event.dataset == \"azure.signinlogs\" and azure.signinlogs.properties.status.error_code == 50126\n\
                 | stats failures = count(*) by azure.signinlogs.properties.user_principal_name\n| where failures >= 2";
    let grouped = rule("esql", "esql", "", query);
    let (emitted, _) = translated(&grouped, Target::Sentinel);
    let text = emitted.query.as_deref().unwrap();
    assert!(text.contains("by UserPrincipalName") && !text.contains("isnotempty"), "{text}");
    let (emitted, _) = translated(&grouped, Target::Sigma);
    assert!(emitted.losses.iter().any(|loss| loss.code == "missing-key-ignored"), "{:?}", emitted.losses);

    let there = query.replace("| stats", "| where azure.signinlogs.properties.user_principal_name is not null\n| stats");
    let (emitted, _) = translated(&rule("esql", "esql", "", &there), Target::Sigma);
    assert!(emitted.losses.iter().all(|loss| loss.code != "missing-key-ignored"), "{:?}", emitted.losses);
}

#[test]
fn optional_keys_of_a_sequence_are_none_in_sigma() {
    let steps = "[process where process.name == \"a.exe\"] [process where process.name == \"b.exe\"]";
    for (by, named) in [("?process.entity_id", true), ("process.entity_id", false)] {
        let (emitted, _) = translated(&sequence(&format!("sequence by {by} with maxspan=1m {steps}")), Target::Sigma);
        assert_eq!(emitted.losses.iter().any(|loss| loss.code == "missing-key-ignored"), named, "{by}: {:?}", emitted.losses);
    }
}

#[test]
fn conditions_on_two_log_sources_are_two_documents_in_sigma() {
    let indices = r#""logs-endpoint.events.file-*", "logs-endpoint.events.process-*""#;
    let query = r#"any where host.os.type == "windows" and
  (event.category == "process" and event.type == "start" and process.name : "dump.exe" or
   event.category == "file" and event.action == "creation" and file.name : "*.kirbi")"#;
    let rule = rule("eql", "eql", indices, query);
    let (emitted, back) = translated(&rule, Target::Sigma);
    assert_eq!(back.len(), 2, "{}", emitted.text.unwrap_or_default());
    let ids: std::collections::BTreeSet<_> = back.iter().map(|rule| rule.meta.id.as_ref().map(|id| id.value.clone())).collect();
    assert_eq!(ids.len(), 2);
    let name = |name: &str| json!({ "process": { "entity_id": "p", "name": name, "executable": format!("C:\\{name}") } });
    check(&rule, Target::Sigma, &[event("process", 1, "p", &name("dump.exe"))], true);
    check(&rule, Target::Sigma, &[event("process", 1, "p", &name("calm.exe"))], false);
}

#[test]
fn a_detection_that_keeps_nothing_of_its_own_is_refused() {
    let query = r#"process where host.os.type == "linux" and event.type == "start" and process.env_vars : "LD_PRELOAD=*""#;
    let (rule, text) = rule("eql", "eql", r#""logs-endpoint.events.process-*""#, query);
    for target in [Target::Sentinel, Target::Sigma] {
        let emitted = emit(&rule, &text, target, Sources::builtin());
        assert_eq!(emitted.losses.first().map(|loss| loss.code), Some("no-condition-left"), "{:?}", emitted.losses);
    }
}

/// Checks the lines of the emitted Sentinel rule that speak of time.
fn check_times(language: &str, from: &str, query: &str, expected: &[&str]) {
    let (_, text) = rule(language, if language == "esql" { "esql" } else { "query" }, "\"logs-azure.auditlogs-*\"", query);
    let text = text.replace("from = \"now-1h\"\n", from);
    let file = rulefile::read("rule.toml", &text, &ReadContext::builtin());
    let emitted = emit(&file.rules[0], &text, Target::Sentinel, Sources::builtin());
    let written = emitted.text.unwrap_or_else(|| panic!("{:?}", emitted.losses));
    let is_time = |line: &&str| line.contains("queryPeriod") || line.contains("TimeGenerated");
    assert_eq!(written.lines().map(str::trim).filter(is_time).collect::<Vec<_>>(), expected, "{query}");
}

#[test]
fn the_window_of_a_rule_is_kept_where_sentinels_is_another() {
    let filter = "azure.auditlogs.operation_name: \"Add user\"";
    check_times("kuery", "from = \"now-1h\"\n", filter, &["queryPeriod: 1h"]);
    check_times("kuery", "from = \"now-2h\"\nto = \"now-1h\"\n", filter, &["queryPeriod: 2h", "| where TimeGenerated <= ago(1h)"]);
    let pipeline = |bound: &str| {
        format!(
            "from logs-azure.auditlogs-* | where {bound} and azure.auditlogs.operation_name == \"Add user\" | stats n = count(*) by azure.auditlogs.identity | where n > 5"
        )
    };
    let both = pipeline("@timestamp > now() - 40 minutes and @timestamp <= now() - 10 minutes");
    check_times(
        "esql",
        "from = \"now-1h\"\n",
        &both,
        &["queryPeriod: 1h", "| where TimeGenerated > ago(40m) and TimeGenerated <= ago(10m)"],
    );
    check_times("esql", "from = \"now-1h\"\n", &pipeline("@timestamp > now() - 1 hour"), &["queryPeriod: 1h"]);
}

#[test]
fn what_decides_what_fires_and_is_not_translated_is_no_metadata() {
    let check = |more: &str, code: &str| {
        let (_, text) = rule("kuery", "query", "\"logs-azure.auditlogs-*\"", "azure.auditlogs.operation_name: \"Add user\"");
        let text = format!("{text}{more}");
        let file = rulefile::read("rule.toml", &text, &ReadContext::builtin());
        let emitted = emit(&file.rules[0], &text, Target::Sentinel, Sources::builtin());
        assert_eq!(emitted.status, Status::Approximate, "{more}: {:?}", emitted.losses);
        assert!(emitted.losses.iter().any(|loss| loss.code == code), "{more}: {:?}", emitted.losses);
    };
    check("[[rule.exceptions_list]]\nlist_id = \"l\"\n", "exceptions-not-read");
    check("timestamp_field = \"event.ingested\"\n", "event-order-not-in-target");
}

/// Checks that a translation names a loss of that code, and that events show no difference that it does not name.
pub(crate) fn check_named(original: &(Rule, String), target: Target, code: &str) {
    let (mut emitted, back) = translated(original, target);
    examine(&original.0, &back, &mut emitted, Sources::builtin(), Level::Tested);
    let codes: Vec<&str> = emitted.losses.iter().filter(|loss| loss.fidelity.is_approximate()).map(|loss| loss.code).collect();
    assert!(codes.contains(&code) && !codes.contains(&"translation-differs"), "{codes:?}: {}", emitted.query.unwrap_or_default());
}

#[test]
fn a_log_source_that_holds_another_sensor_s_events_too_is_named() {
    let index = "\"logs-endpoint.events.process-*\", \"logs-system.security*\"";
    let query =
        "process where event.action in (\"exec\", \"start\") and process.name : \"curl.exe\" and process.command_line : \"*--upload*\"";
    check_named(&rule("eql", "eql", index, query), Target::Sigma, "part-not-selectable");
}

#[test]
fn a_hive_spelled_as_on_the_other_side_is_named() {
    let query = "registry where host.os.type == \"windows\" and registry.path : \"HKEY_USERS\\\\*\\\\Software\\\\Foo\\\\Run\"";
    let original = rule("eql", "eql", "\"logs-endpoint.events.registry-*\"", query);
    check_named(&original, Target::Sentinel, "spelling-of-the-other-side");
}

#[test]
fn a_field_of_queries_asks_for_no_connection() {
    let query = "network where host.os.type == \"windows\" and dns.question.name : \"*.example\"";
    let original = rule("eql", "eql", "\"logs-windows.sysmon_operational-*\"", query);
    let (emitted, _) = translated(&original, Target::Sigma);
    assert!(emitted.text.unwrap().contains("category: dns_query"));
}

#[test]
fn what_the_pipeline_makes_of_an_event_and_no_entry_maps_is_lost_by_name_alone() {
    let query = "iam where event.action == \"scheduled-task-created\" and not user.name : \"*$\"";
    let original = rule("eql", "eql", "\"logs-system.security*\"", query);
    check_named(&original, Target::Sentinel, "field-not-in-target");
    assert!(translated(&original, Target::Sentinel).0.query.unwrap().contains("EventID == 4698"));
}

const AUDITD: &str = "\"auditbeat-*\", \"logs-auditd_manager.auditd-*\"";

#[test]
fn audit_records_of_one_row_are_read_from_sentinels_table() {
    let query = "process where event.action == \"executed\" and process.name == \"nsenter\" and user.effective.id == \"0\"";
    let original = rule("eql", "eql", AUDITD, query);
    check_named(&original, Target::Sentinel, "second-place");
    let written = translated(&original, Target::Sentinel).0.query.unwrap();
    assert!(written.contains("LinuxAuditLog") && written.contains("\"execve\"") && written.contains("euid == 0"), "{written}");
}

#[test]
fn a_table_that_can_say_none_of_the_conditions_is_left_out_by_name() {
    let index = "\"logs-azure.signinlogs-*\", \"logs-azure.auditlogs-*\"";
    let query = "any where user_agent.original : \"probe/*\"";
    check_named(&rule("eql", "eql", index, query), Target::Sentinel, "part-left-out");
}

#[test]
fn steps_that_lost_what_tells_them_apart_are_refused() {
    let step =
        |path: &str| format!("[file where auditd.data.syscall == \"open\" and auditd.data.a2 == \"1b6\" and file.inode == \"{path}\"]");
    let (rule, text) = rule("eql", "eql", AUDITD, &format!("sample by host.id {} {}", step("/etc/passwd"), step("/etc/machine-id")));
    let emitted = emit(&rule, &text, Target::Sentinel, Sources::builtin());
    assert_eq!(emitted.losses.first().map(|loss| loss.code), Some("steps-alike"));
}

#[test]
fn places_of_addresses_are_looked_up_and_named() {
    let query = "event.dataset: aws.cloudtrail and event.action: GetSecretValue and not source.geo.country_name: Austria";
    let original = rule("kuery", "query", "\"logs-aws.cloudtrail-*\"", query);
    check_named(&original, Target::Sentinel, "places-looked-up");
    let written = translated(&original, Target::Sentinel).0.query.unwrap();
    assert!(written.contains("tostring(geo_info_from_ip_address(SourceIpAddress).country) != \"Austria\""), "{written}");
}
