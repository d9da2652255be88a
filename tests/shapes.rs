//! Fields that the other side holds in another shape: elements of arrays, halves of a path, words of a line.

use super::elastic_to_others::rule;
use isoglot::emit::{Emitted, Target, emit};
use isoglot::ir::Rule;
use isoglot::mapping::Sources;
use isoglot::rulefile::{ReadContext, read};

/// A translation says this, and loses what these codes name.
fn check((rule, text): &(Rule, String), to: Target, expected: &str, codes: &[&str]) {
    let Emitted { query, losses, .. } = emit(rule, text, to, Sources::builtin());
    let query = query.unwrap_or_else(|| panic!("{losses:?}"));
    assert!(query.contains(expected), "{query}");
    let lost: Vec<&str> = losses.iter().filter(|loss| loss.fidelity.is_approximate() && loss.in_query).map(|loss| loss.code).collect();
    assert_eq!(lost, codes, "{query}");
}

fn kusto(query: &str) -> (Rule, String) {
    (read("elements.kql", query, &ReadContext::builtin()).rules.remove(0), query.to_owned())
}

const ROLE: &str = "arn:aws:iam::111122223333:role/deploy";

#[test]
fn a_field_of_many_values_is_looked_for_in_the_text_of_the_array() {
    let query = format!("event.dataset:aws.cloudtrail and event.action:AssumeRole and aws.cloudtrail.resources.arn:\"{ROLE}\"");
    let original = rule("kuery", "query", "\"logs-aws.cloudtrail-*\"", &query);
    check(&original, Target::Sentinel, &format!(r#"Resources contains_cs "\"ARN\":\"{ROLE}\"""#), &["element-in-text"]);
    check(&original, Target::Sigma, "resources.ARN", &[]);
}

#[test]
fn an_element_that_is_named_is_any_of_them_where_they_are_one_field() {
    let original =
        kusto(&format!("AWSCloudTrail | where EventName == 'AssumeRole' and tostring(parse_json(Resources)[0].ARN) == '{ROLE}'"));
    check(&original, Target::Elastic, &format!("aws.cloudtrail.resources.arn:\"{ROLE}\""), &["element-as-any"]);
}

fn with_terms(index: &str, query: &str, terms: &str) -> (Rule, String) {
    let (_, text) = rule("kuery", "new_terms", index, query);
    let window = "[[rule.new_terms.history_window_start]]\nfield = \"history_window_start\"\nvalue = \"now-7d\"\n";
    let text = format!("{text}\n[rule.new_terms]\nfield = \"new_terms_fields\"\nvalue = [\"{terms}\"]\n{window}");
    (read("terms.toml", &text, &ReadContext::builtin()).rules.remove(0), text)
}

#[test]
fn a_key_of_two_columns_is_put_together() {
    let query = "event.category:registry and host.os.type:windows and registry.value:FriendlyName and registry.path:*USBSTOR*";
    let original = with_terms("\"logs-endpoint.events.registry-*\"", query, "registry.path");
    check(&original, Target::Sentinel, r#"distinct registry_path = strcat(RegistryKey, @"\", RegistryValueName)"#, &[]);
}

#[test]
fn a_key_inside_a_text_groups_by_the_text() {
    let query = "event.dataset:aws.cloudtrail and event.action:AssumeRole";
    let original = with_terms("\"logs-aws.cloudtrail-*\"", query, "aws.cloudtrail.resources.arn");
    check(&original, Target::Sentinel, "distinct Resources", &["key-inside-text"]);
    let query = "event.category:process and event.type:start and host.os.type:windows and process.name:ping.exe";
    let original = with_terms("\"logs-endpoint.events.process-*\"", query, "process.args");
    check(&original, Target::Sentinel, "distinct ProcessCommandLine", &["part-not-selectable", "key-inside-text"]);
}

/// Out of a computer the other end is remote, into it local: by what selects the part, in a condition behind the filter too.
#[test]
fn a_field_that_parts_of_one_table_hold_in_two_columns_is_read_by_what_selects_the_part() {
    let query = "FROM logs-endpoint.events.network-* | WHERE host.os.type == \"linux\" AND destination.port == 22\n\
                 | STATS n = COUNT_DISTINCT(destination.ip) BY host.id, user.name | WHERE n >= 10 | LIMIT 100 | SORT user.name";
    let original = rule("esql", "esql", "", query);
    let codes = ["part-not-selectable"];
    check(&original, Target::Kql, r#"ActionType == "InboundConnectionAccepted" and isnotempty(LocalIP)"#, &codes);
    check(&original, Target::Kql, "sort by InitiatingProcessAccountName asc", &codes);
}

#[test]
fn functions_of_esql_are_said_in_kustos_words() {
    let says = |condition: &str, expected: &str| {
        let query = format!(
            "FROM logs-endpoint.events.process-* | WHERE host.os.type == \"windows\" AND process.name == \"a.exe\" | WHERE {condition}"
        );
        check(&rule("esql", "esql", "", &query), Target::Kql, expected, &["part-not-selectable"]);
    };
    says("LOCATE(process.command_line, SPACE(4)) > 0", "indexof(ProcessCommandLine, \"    \") + 1 > 0");
    says("LEFT(process.name, 2) == \"ab\"", "substring(FileName, 0, 2)");
    says("DATE_EXTRACT(\"hour_of_day\", @timestamp) < 6", "hourofday(TimeGenerated) < 6");
    says("FROM_BASE64(process.name) == \"x\"", "base64_decode_tostring(FileName)");
}

#[test]
fn an_address_is_an_address_already() {
    let query = "FROM logs-aws.cloudtrail-* | WHERE event.dataset == \"aws.cloudtrail\" AND event.action == \"AssumeRole\"\n\
                 | WHERE CIDR_MATCH(TO_IP(source.ip), \"203.0.113.0/24\")";
    check(&rule("esql", "esql", "", query), Target::Kql, "ipv4_is_in_range(SourceIpAddress, \"203.0.113.0/24\")", &[]);
}
