//! Ways back: what one dialect's words become in another, and that they are the first one's words again from there.

use super::elastic_to_others::rule;
use isoglot::diff::{Verdict, diff};
use isoglot::emit::{Status, Target, emit};
use isoglot::evidence::{Level, examine, read_back};
use isoglot::ir::Rule;
use isoglot::mapping::Sources;
use isoglot::rulefile::ReadContext;

/// Translates a rule; nothing that it fires on is lost.
fn there(rule: &Rule, text: &str, target: Target) -> (Vec<Rule>, String, String) {
    let mut emitted = emit(rule, text, target, Sources::builtin());
    let read = read_back(&mut emitted, &ReadContext::builtin());
    assert_eq!(emitted.status, Status::Exact, "to {target:?}: {:?}\n{text}", emitted.losses);
    examine(rule, &read, &mut emitted, Sources::builtin(), Level::Tested);
    assert_eq!(emitted.status, Status::Exact, "to {target:?}: {:?}\n{text}", emitted.losses);
    (read, emitted.text.unwrap_or_default(), emitted.query.unwrap_or_default())
}

/// A rule of Elastic says this in Sentinel and this again in Elastic, where it is the same rule by proof if `is_proven`.
fn check((rule, text): &(Rule, String), sentinel: &str, elastic: &str, is_proven: bool) {
    let (read, written, query) = there(rule, text, Target::Sentinel);
    assert!(query.contains(sentinel), "{query}");
    let (again, _, returned) = there(&read[0], &written, Target::Elastic);
    assert!(returned.contains(elastic), "{returned}");
    let verdict = diff(rule, &again[0]).verdict;
    assert_eq!(verdict == Verdict::Equivalent, is_proven, "{verdict:?}: {returned}");
}

#[test]
fn a_field_of_two_columns_comes_back_as_one_field() {
    let index = "\"logs-aws.cloudtrail-*\"";
    let named = rule("kuery", "query", index, "event.dataset:aws.cloudtrail and event.action:CreateUser and user.name:(anna or root)");
    check(&named, r#"coalesce(SessionIssuerUserName, UserIdentityUserName) in ("anna", "root")"#, "user.name:(anna or root)", true);
    let absent = rule("kuery", "query", index, "event.dataset:aws.cloudtrail and event.action:CreateUser and not user.name:*");
    check(&absent, "isempty(coalesce(SessionIssuerUserName, UserIdentityUserName))", "not user.name:*", false);
}

#[test]
fn a_value_that_is_read_out_of_a_text_comes_back_as_its_field() {
    let query = "event.dataset:fortinet_fortigate.log and fortinet.firewall.cfgpath:system.admin and not event.code:\"0100044547\"";
    let rule = rule("kuery", "query", "\"logs-fortinet_fortigate.log-*\"", query);
    check(&rule, "FTNTFGTcfgpath=([^;]*)", "fortinet.firewall.cfgpath:system.admin", true);
}

#[test]
fn a_piece_of_a_path_comes_back_as_its_field() {
    let query = "FROM logs-azure.activitylogs-*\n\
                 | WHERE event.dataset == \"azure.activitylogs\" AND azure.activitylogs.operation_name == \"DELETE\"\n\
                 | STATS deleted = COUNT_DISTINCT(azure.resource.name) BY azure.activitylogs.identity.claims_initiated_by_user.name\n\
                 | WHERE deleted >= 5";
    check(&rule("esql", "esql", "", query), "tostring(split(_ResourceId, \"/\")[long(-1)])", "azure.resource.name", false);
}

#[test]
fn expressions_of_java_come_back_as_they_were() {
    let of = |rest: &str| {
        let from = "FROM logs-aws.cloudtrail-*\n| WHERE event.dataset == \"aws.cloudtrail\" AND event.action == \"CreateUser\"";
        rule("esql", "esql", "", &format!("{from}\n{rest}"))
    };
    let replaced = of(r#"| WHERE LENGTH(REPLACE(aws.cloudtrail.user_identity.arn, "(\\w+)=\\d", "$1")) > 20"#);
    check(&replaced, r#"replace_regex(UserIdentityArn, "([0-9A-Za-z_]+)=[0-9]", @"\1")"#, r#""([0-9A-Za-z_]+)=[0-9]", "$1")"#, false);
    let parsed = of("| GROK aws.cloudtrail.user_identity.arn \"user/%{WORD:account}\"\n| WHERE account == \"anna\"");
    check(&parsed, "extract(", "REPLACE(aws.cloudtrail.user_identity.arn,", false);
}

#[test]
fn addresses_are_compared_with_texts_as_texts() {
    let query = "FROM logs-azure.signinlogs-*\n\
                 | WHERE event.dataset == \"azure.signinlogs\" AND azure.signinlogs.category == \"SignInLogs\"\n\
                 | EVAL seen = CASE(azure.signinlogs.properties.user_type == \"Guest\", source.ip, null)\n\
                 | STATS guests = COUNT(seen), all = COUNT(source.ip) BY azure.signinlogs.properties.app_id\n| WHERE guests > 5 AND all > 9";
    let rule = rule("esql", "esql", "", query);
    check(&rule, "iff(", "TO_STRING(source.ip), \"\")", false);
    check(&rule, "isnotempty(IPAddress)", "WHERE source.ip IS NOT NULL", false);
}

#[test]
fn a_union_of_tables_that_one_index_holds_comes_back_as_one_query() {
    let query = "event.dataset:azure.signinlogs and azure.signinlogs.properties.authentication_protocol:ropc";
    let (plain, text) = rule("kuery", "query", "\"logs-azure.signinlogs-*\"", query);
    let text = text.replace("type = \"query\"", "type = \"new_terms\"")
        + "[rule.new_terms]\nfield = \"new_terms_fields\"\nvalue = [\"azure.signinlogs.properties.app_id\"]\n\
           [[rule.new_terms.history_window_start]]\nfield = \"history_window_start\"\nvalue = \"now-10d\"\n";
    let new_terms = isoglot::rulefile::read("rule.toml", &text, &ReadContext::builtin()).rules.remove(0);
    assert_ne!(plain.rule_type, new_terms.rule_type);
    check(&(new_terms, text), "AADNonInteractiveUserSignInLogs", "authentication_protocol:ropc", false);
}

#[test]
fn networks_of_both_families_come_back_as_networks() {
    let query = "event.dataset:azure.signinlogs and azure.signinlogs.category:SignInLogs and not source.ip:(\"10.0.0.0/8\" or \"fe80::/10\" or \"fc00::/7\")";
    let rule = rule("kuery", "query", "\"logs-azure.signinlogs-*\"", query);
    check(
        &rule,
        "ipv6_is_in_any_range(IPAddress, \"fe80::/10\", \"fc00::/7\")",
        "source.ip:(\"10.0.0.0/8\" or \"fe80::/10\" or \"fc00::/7\")",
        true,
    );
}

/// A Sigma rule says this elsewhere, and is the same rule by proof when it comes back.
fn check_sigma(logsource: &str, detection: &str, target: Target, says: &str) {
    let text = format!(
        "title: Made for this test\nid: 0b8c6a51-3a55-4c1c-8a54-5a2a3a1d7e11\nstatus: test\nlogsource:\n    {logsource}\n\
         detection:\n    selection:\n        {detection}\n    condition: selection\nlevel: low\n"
    );
    let rule = isoglot::rulefile::read("rule.yml", &text, &ReadContext::builtin()).rules.remove(0);
    let (read, written, query) = there(&rule, &text, target);
    assert!(query.contains(says), "{query}");
    let (again, ..) = there(&read[0], &written, Target::Sigma);
    assert_eq!(diff(&rule, &again[0]).verdict, Verdict::Equivalent);
}

#[test]
fn two_fields_that_are_equal_in_any_case_come_back_as_such() {
    let logsource = "category: process_creation\n    product: windows";
    check_sigma(logsource, "Image|fieldref: ParentImage", Target::Elastic, "startsWith~(process.parent.executable, process.executable)");
}

#[test]
fn parts_of_one_log_source_come_back_as_the_whole() {
    let logsource = "category: file_event\n    product: macos";
    check_sigma(logsource, "TargetFilename|endswith: .helper", Target::Elastic, "event.action in (\"modification\", \"overwrite\")");
}

#[test]
fn all_events_of_one_number_are_a_condition_on_it_in_sigma() {
    let (rule, text) = rule("kuery", "query", "\"logs-windows.sysmon_operational-*\"", "event.code:27");
    let (_, _, query) = there(&rule, &text, Target::Sigma);
    assert!(query.contains("EventID: 27"), "{query}");
}

#[test]
fn what_the_pipeline_makes_of_columns_in_any_case_comes_back_as_its_field() {
    let query = "event.dataset:o365.audit and event.provider:Exchange and event.action:New-InboxRule and not event.outcome:failure";
    check(&rule("kuery", "query", "\"logs-o365.audit-*\"", query), "ResultStatus !in~", "not event.outcome:failure", true);
}
