//! Worlds of events show what is wrong with a translation that looks at more than one event: each test breaks a right one.

use isoglot::emit::{Emitted, Status, Target, emit};
use isoglot::evidence::{Level, examine, read_back};
use isoglot::ir::Rule;
use isoglot::mapping::Sources;
use isoglot::rulefile::{ReadContext, read};

fn kusto(query: &str) -> (Rule, String) {
    let text = format!(
        "id: 0c6f7a52-64f8-4c39-9b34-5a2c1c1d7e10\nname: Several events\ndescription: Several events.\nseverity: High\nqueryFrequency: 1h\n\
         queryPeriod: 1h\ntriggerOperator: gt\ntriggerThreshold: 0\ntactics: []\nrelevantTechniques: []\nquery: |\n  {query}\n\
         version: 1.0.0\nkind: Scheduled\n"
    );
    (read("several.yaml", &text, &ReadContext::builtin()).rules.remove(0), text)
}

fn elastic(kind: &str, language: &str, index: &str, more: &str, query: &str) -> (Rule, String) {
    let text = format!(
        "[rule]\nname = \"Several events\"\ndescription = \"Several events.\"\nrisk_score = 21\nrule_id = \"5f0f9a5e-2c0b-4f0e-9d55-0d3f7a1b2c3e\"\n\
         severity = \"low\"\ninterval = \"5m\"\nfrom = \"now-9m\"\ntype = \"{kind}\"\nlanguage = \"{language}\"\nindex = [\"{index}\"]\n\
         query = '''\n{query}\n'''\n{more}"
    );
    (read("several.toml", &text, &ReadContext::builtin()).rules.remove(0), text)
}

fn differs((rule, text): &(Rule, String), to: Target, change: impl Fn(&str) -> String) -> (bool, Emitted) {
    let (sources, context) = (Sources::builtin(), ReadContext::builtin());
    let mut emitted = emit(rule, text, to, sources);
    assert_ne!(emitted.status, Status::Refused, "{:?}", emitted.losses);
    emitted.text = emitted.text.as_deref().map(change);
    let back = read_back(&mut emitted, &context);
    let evidence = examine(rule, &back, &mut emitted, sources, Level::Tested);
    assert!(evidence.run.is_some_and(|run| run.events > 0), "nothing was run of\n{}", emitted.text.unwrap_or_default());
    (emitted.losses.iter().any(|loss| loss.code == "translation-differs"), emitted)
}

/// A translation does not differ otherwise than said, and does with this word put for that one.
fn check(rule: &(Rule, String), to: Target, right: &str, wrong: &str) {
    let (found, emitted) = differs(rule, to, str::to_owned);
    assert!(!found, "{:?}\n{}", emitted.losses, emitted.text.unwrap_or_default());
    let text = emitted.text.unwrap_or_default();
    assert!(text.contains(right), "{right} is not in\n{text}");
    let (found, _) = differs(rule, to, |text| text.replace(right, wrong));
    assert!(found, "{wrong} for {right} was not seen in\n{text}");
}

const FAILED: &str = "SigninLogs | where ResultType == '50126'";

#[test]
fn a_threshold_that_moved_by_one_is_seen() {
    let rule = kusto(&format!("{FAILED} and isnotempty(IPAddress) | summarize Failures = count() by IPAddress | where Failures >= 3"));
    check(&rule, Target::Elastic, "value = 3", "value = 4");
    check(&rule, Target::Sigma, "gte: 3", "gte: 2");
}

#[test]
fn another_log_in_the_place_that_is_read_is_seen() {
    let category = "azure.signinlogs.category:SignInLogs and ";
    check(&kusto(FAILED), Target::Elastic, category, "");
}

#[test]
fn a_group_without_its_key_is_seen() {
    let rule = kusto(&format!("{FAILED} | summarize Failures = count() by IPAddress | where Failures >= 3"));
    check(&rule, Target::Elastic, "| STATS", "| WHERE source.ip IS NOT NULL\n| STATS");
}

#[test]
fn groups_by_another_field_are_seen() {
    let rule = kusto(&format!("{FAILED} and isnotempty(IPAddress) | summarize Failures = count() by IPAddress | where Failures >= 2"));
    check(&rule, Target::Elastic, "field = [\"source.ip\"]", "field = [\"event.dataset\"]");
}

#[test]
fn a_number_of_values_that_moved_is_seen() {
    let users = "dcountif(UserPrincipalName, isnotempty(UserPrincipalName))";
    let rule = kusto(&format!("{FAILED} and isnotempty(IPAddress) | summarize Users = {users} by IPAddress | where Users >= 3"));
    check(&rule, Target::Sigma, "gte: 3", "gte: 2");
}

#[test]
fn steps_in_another_order_are_seen() {
    let steps = "[process where host.os.type == \"windows\" and event.type == \"start\" and process.name == \"a.exe\"]\n\
                 [process where host.os.type == \"windows\" and event.type == \"start\" and process.name == \"b.exe\"]";
    let query = format!("sequence by process.parent.entity_id with maxspan=1m\n{steps}");
    let rule = elastic("eql", "eql", "logs-endpoint.events.process-*", "", &query);
    check(&rule, Target::Sigma, "type: temporal_ordered", "type: temporal");
}

#[test]
fn a_history_that_is_not_asked_is_seen() {
    let more = "[rule.new_terms]\nfield = \"new_terms_fields\"\nvalue = [\"user.name\"]\n[[rule.new_terms.history_window_start]]\n\
                field = \"history_window_start\"\nvalue = \"now-7d\"\n";
    let query = "event.dataset: aws.cloudtrail and event.action: StopLogging";
    let rule = elastic("new_terms", "kuery", "logs-aws.cloudtrail-*", more, query);
    check(&rule, Target::Sentinel, "kind=leftanti", "kind=leftsemi");
}

#[test]
fn a_window_of_older_events_is_no_difference_of_a_bare_query() {
    let (_, text) = elastic(
        "threshold",
        "kuery",
        "logs-azure.signinlogs-*",
        "[rule.threshold]\nfield = [\"source.ip\"]\nvalue = 2\n",
        "event.outcome: failure",
    );
    let text = text.replace("from = \"now-9m\"\n", "from = \"now-9m\"\nto = \"now-4m\"\n");
    let rule = read("several.toml", &text, &ReadContext::builtin()).rules.remove(0);
    let mut emitted = emit(&rule, &text, Target::Kql, Sources::builtin());
    let back = read_back(&mut emitted, &ReadContext::builtin());
    examine(&rule, &back, &mut emitted, Sources::builtin(), Level::Tested);
    let codes: Vec<&str> = emitted.losses.iter().map(|loss| loss.code).collect();
    assert!(codes.contains(&"schedule-not-in-target") && !codes.contains(&"translation-differs"), "{codes:?}");
}
