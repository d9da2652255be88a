//! Kusto pipelines in Elastic and Sigma: groups, joins, elements of arrays, unions. What is written, what is named, and that original and
//! translation give the same verdict on the same events.

use isoglot::diagnostic::Fidelity;
use isoglot::emit::{Emitted, Status, Target, emit};
use isoglot::eval::world::World;
use isoglot::evidence::{Comparison, compare, read_back};
use isoglot::ir::Rule;
use isoglot::ir::datetime::parse_datetime;
use isoglot::mapping::Sources;
use isoglot::rulefile::{ReadContext, read};
use serde_json::{Value as Json, json};

const NOW: &str = "2026-11-20T12:00:00Z";

fn translated(query: &str, to: Target) -> (Rule, Vec<Rule>, Emitted) {
    let body = query.replace('\n', "\n  ");
    let text = format!(
        "id: 6c3a5e1e-7c1b-4f5e-9a51-0d3f5d1c2b31\nname: A pipeline\ndescription: A pipeline.\nseverity: High\nqueryFrequency: 1h\n\
         queryPeriod: 1h\ntriggerOperator: gt\ntriggerThreshold: 0\ntactics: []\nrelevantTechniques: []\nquery: |\n  {body}\n\
         version: 1.0.0\nkind: Scheduled\n"
    );
    let context = ReadContext::builtin();
    let rule = read("pipeline.yaml", &text, &context).rules.remove(0);
    let mut emitted = emit(&rule, &text, to, Sources::builtin());
    let back = read_back(&mut emitted, &context);
    (rule, back, emitted)
}

/// A pipeline is written with these words, and these losses and no others change what it fires on.
fn check(query: &str, to: Target, says: &[&str], named: &[&str]) {
    let (_, _, emitted) = translated(query, to);
    let written = emitted.query.clone().unwrap_or_default() + &emitted.text.clone().unwrap_or_default();
    let missing: Vec<&&str> = says.iter().filter(|text| !written.contains(**text)).collect();
    assert!(missing.is_empty(), "{query}\ndoes not say {missing:?}:\n{written}\n{:?}", emitted.losses);
    let mut losses: Vec<&str> = emitted.losses.iter().filter(|loss| loss.fidelity.is_approximate()).map(|loss| loss.code).collect();
    losses.sort_unstable();
    losses.dedup();
    assert_eq!(losses, named, "{query}\n{written}\n{:?}", emitted.losses);
}

/// A pipeline is refused, for this reason.
fn check_refused(query: &str, to: Target, reason: &str) {
    let (_, _, emitted) = translated(query, to);
    assert_eq!(
        (emitted.status, emitted.losses.first().map(|loss| (loss.code, loss.fidelity))),
        (Status::Refused, Some((reason, Fidelity::Refused)))
    );
}

/// Original and translation agree on events of one table.
fn check_verdict(query: &str, table: &str, events: &[Json], fires: bool) {
    let (rule, back, emitted) = translated(query, Target::Elastic);
    let mut world = World::default();
    for event in events {
        world.add(table, event.clone());
    }
    let compared = compare(&rule, &back, &emitted, &world, parse_datetime(NOW).unwrap(), Sources::builtin());
    assert_eq!(compared, Comparison::Same { fires }, "{query}\n{}", emitted.query.unwrap_or_default());
}

fn sign_in(minute: u32, user: &str, address: &str, result: &str) -> Json {
    json!({"TimeGenerated": format!("2026-11-20T11:{minute:02}:00Z"), "UserPrincipalName": user, "IPAddress": address, "ResultType": result,
           "Category": "SignInLogs", "AppDisplayName": "Azure Portal"})
}

#[test]
fn tested_groups_become_esql() {
    let spray = "SigninLogs | where ResultType != '0' | where isnotempty(UserPrincipalName)
| summarize Users = make_set(UserPrincipalName) by IPAddress | where array_length(Users) >= 3";
    check(spray, Target::Elastic, &["STATS Users = VALUES(", "COALESCE(MV_COUNT(Users), 0) >= 3", "type = \"esql\""], &[]);
    let events: Vec<Json> = (1..=3).map(|n| sign_in(n, &format!("user{n}@contoso.example"), "203.0.113.7", "50126")).collect();
    check_verdict(spray, "SigninLogs", &events, true);
    check_verdict(spray, "SigninLogs", events.get(..2).unwrap_or_default(), false);

    let share = "SigninLogs | summarize Failed = countif(ResultType != '0'), All = count() by IPAddress | where Failed * 2 > All";
    let failed = || sign_in(1, "a@contoso.example", "203.0.113.7", "50126");
    let passed = || sign_in(2, "a@contoso.example", "203.0.113.7", "0");
    check_verdict(share, "SigninLogs", &[failed(), failed(), passed()], true);
    check_verdict(share, "SigninLogs", &[failed(), passed(), passed()], false);
}

#[test]
fn events_without_a_key_stay_a_group_where_the_target_has_one() {
    let failures = "SigninLogs | where ResultType == '50126' | summarize Failures = count() by IPAddress | where Failures >= 2";
    check(failures, Target::Elastic, &["type = \"esql\"", "BY source.ip"], &[]);
    check(failures, Target::Sigma, &["group-by"], &["missing-key-ignored"]);
    let nowhere = || json!({"TimeGenerated": "2026-11-20T11:01:00Z", "ResultType": "50126", "Category": "SignInLogs"});
    check_verdict(failures, "SigninLogs", &[nowhere(), nowhere()], true);

    let somewhere = failures.replace("| summarize", "| where isnotempty(IPAddress) | summarize");
    check(&somewhere, Target::Elastic, &["type = \"threshold\"", "field = [\"source.ip\"]"], &[]);
    check(&somewhere, Target::Sigma, &["group-by"], &[]);
    check_verdict(&somewhere, "SigninLogs", &[nowhere(), nowhere()], false);
    // A text is never null: this lets every event through.
    let anywhere = failures.replace("| summarize", "| where isnotnull(IPAddress) | summarize");
    check(&anywhere, Target::Sigma, &["group-by"], &["missing-key-ignored"]);
}

#[test]
fn an_empty_text_counts_as_a_value_in_kusto_alone() {
    let users = "SigninLogs | where isnotempty(IPAddress) | summarize Users = dcount(UserPrincipalName) by IPAddress | where Users >= 2";
    check(users, Target::Elastic, &["cardinality"], &["empty-value-not-counted"]);
    check(users, Target::Sigma, &["value_count"], &["empty-value-not-counted"]);
    let there = users.replace("dcount(UserPrincipalName)", "dcountif(UserPrincipalName, isnotempty(UserPrincipalName))");
    check(&there, Target::Elastic, &["type = \"threshold\"", "cardinality"], &[]);
    check(&there, Target::Sigma, &["value_count"], &[]);
}

#[test]
fn text_tests_of_computed_columns_keep_their_case() {
    let query = "SigninLogs | summarize Apps = make_set(AppDisplayName), Failures = count() by UserPrincipalName | where Apps has 'portal' and Failures > 1";
    check(query, Target::Elastic, &["MV_CONCAT(Apps", "RLIKE"], &["class-of-ascii"]);
    let event = sign_in(1, "a@contoso.example", "203.0.113.7", "50126");
    check_verdict(query, "SigninLogs", &[event.clone(), event.clone()], true);
    check_verdict(query, "SigninLogs", &[event], false);
}

#[test]
fn elements_of_arrays_are_asked_for_by_any_number() {
    let query =
        "AuditLogs | where OperationName == 'Add owner to application' | mv-expand TargetResources\n| where TargetResources.type == 'User'";
    check(query, Target::Elastic, &["azure.auditlogs.properties.target_resources.*.type:User"], &[]);
    check(query, Target::Sigma, &["TargetResources.type|cased: 'User'"], &[]);
    check(
        "AuditLogs | where OperationName == 'Add owner to application' | mv-expand TargetResources\n| where TargetResources.type != 'User'",
        Target::Sigma,
        &["TargetResources.type"],
        &["negated-element"],
    );
}

#[test]
fn an_outer_join_is_left_out_only_where_nobody_tests_it() {
    let join = "SigninLogs | where ResultType == '50126' | join kind=leftouter (AuditLogs | project CorrelationId, OperationName1 = OperationName) on CorrelationId";
    check(join, Target::Sigma, &["ResultType: '50126'"], &[]);
    check_refused(&format!("{join} | where OperationName1 == 'x'"), Target::Sigma, "join-not-in-target");
}

#[test]
fn two_events_with_one_key_become_a_sequence() {
    let query = "SecurityEvent | where EventID == 4720 | project Created = TimeGenerated, Computer, TargetUserName\n\
                 | join kind=inner (SecurityEvent | where EventID == 4726 | project Deleted = TimeGenerated, Computer, TargetUserName) on Computer, TargetUserName\n\
                 | where Deleted - Created < 10m and Deleted > Created";
    let says = ["sequence by", "with maxspan=10m", "event.code == \"4720\"", "event.code == \"4726\""];
    check(query, Target::Elastic, &says, &[]);
}

#[test]
fn a_union_of_tables_becomes_one_list_of_indices() {
    let query = "union (SigninLogs | where ResultType == '50126'), (AuditLogs | where OperationName == 'Add user')";
    check(
        query,
        Target::Elastic,
        &[r#"index = ["logs-azure.signinlogs-*", "logs-azure.auditlogs-*"]"#, "event.dataset:azure.auditlogs"],
        &[],
    );
}

#[test]
fn what_is_lost_of_a_pipeline_is_named() {
    let most = "Syslog | extend Field = extract('(?m)^a(.)', 1, SyslogMessage), Other = extract('(?m)^b(.)', 1, SyslogMessage)\n| where ProcessName == 'squid' and Field == 'x' and Other == 'y'";
    check_refused(most, Target::Elastic, "most-conditions-lost");
}

#[test]
fn a_table_without_the_column_of_a_condition_adds_nothing_to_a_union() {
    let query = "union DeviceFileEvents, DeviceProcessEvents\n| where ProcessCommandLine contains \"--exfil\"";
    check(query, Target::Elastic, &["endpoint.events.process", "--exfil"], &[]);
}

#[test]
fn a_pipeline_that_keeps_no_condition_is_refused() {
    let query = "EmailEvents\n| extend Why = tostring(parse_json(DetectionMethods).Phish)\n| where Why has \"Impersonation\"";
    check_refused(query, Target::Elastic, "no-condition-left");
}

#[test]
fn a_query_that_has_no_end_once_unfolded_is_refused() {
    let columns: String = (1..40).map(|n| format!(" | extend c{n} = strcat(c{}, c{})", n - 1, n - 1)).collect();
    let query = format!("SigninLogs | extend c0 = UserId{columns} | where c39 == 'a'");
    check_refused(&query, Target::Elastic, "query-too-large");
    check_refused(&query, Target::Sigma, "query-too-large");
}

#[test]
fn a_dot_ends_with_its_line_in_elastic_too() {
    check("SigninLogs | where UserAgent matches regex 'curl.*python'", Target::Elastic, &[r#"regex ".*curl[^\n]*python.*""#], &[]);
    check("SigninLogs | where UserAgent matches regex '(?s)curl.*python'", Target::Elastic, &["*curl*python*"], &[]);
}

#[test]
fn signs_that_lucene_takes_for_operators_are_escaped_in_texts_with_a_star() {
    let query = "SigninLogs | where UserAgent endswith 'a*@<b' and HomeTenantId != ResourceTenantId";
    check(query, Target::Elastic, &[r#"regex~ """.*a\*\@\<b""""#], &[]);
}
