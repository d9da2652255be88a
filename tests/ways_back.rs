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
