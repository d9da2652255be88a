//! What Sentinel holds otherwise than Elastic: Microsoft 365 records as another product's own, columns of two types, lists as text.

use crate::elastic_to_others::{check_named, rule, translated};
use isoglot::emit::{Status, Target, emit};
use isoglot::evidence::{Level, examine};
use isoglot::ir::Rule;
use isoglot::mapping::Sources;

const OFFICE: &str = "\"logs-o365.audit-*\"";

/// Checks which tables a query over the audit log becomes one over, and that events show no difference but those named.
fn check(query: &str, tables: &[&str], expected: &str) {
    let original = rule("kuery", "query", OFFICE, query);
    check_named(&original, Target::Sentinel, "record-of-another-product");
    let written = translated(&original, Target::Sentinel).0.query.unwrap();
    for table in ["OfficeActivity", "SigninLogs", "AADNonInteractiveUserSignInLogs", "AuditLogs", "SecurityAlert"] {
        assert_eq!(written.contains(table), tables.contains(&table), "{table}: {written}");
    }
    assert!(written.contains(expected), "{written}");
}

const SIGN_INS: [&str; 2] = ["SigninLogs", "AADNonInteractiveUserSignInLogs"];

#[test]
fn sign_ins_are_read_from_entra_s_logs() {
    let query = "event.provider: AzureActiveDirectory and event.action: UserLoginFailed and o365.audit.ApplicationId: a";
    check(query, &SIGN_INS, "ResultType != \"0\"");
    check("event.action: UserLoggedIn and o365.audit.UserId: a*", &SIGN_INS, "UserPrincipalName startswith");
}

#[test]
fn activities_in_the_directory_have_their_names_without_a_period() {
    check("event.action: \"Consent to application.\"", &["AuditLogs"], "OperationName == \"Consent to application\"");
}

#[test]
fn alerts_of_the_portal_are_read_from_the_table_of_alerts() {
    let query = "event.provider: SecurityComplianceCenter and rule.name: \"Ransomware activity\"";
    check(query, &["SecurityAlert"], "ProviderName in (\"OATP\", \"MCAS\")");
}

#[test]
fn records_of_office_itself_are_read_from_its_own_table_alone() {
    let (rule, text) = rule("kuery", "query", OFFICE, "event.provider: Exchange and event.action: New-InboxRule");
    let emitted = emit(&rule, &text, Target::Sentinel, Sources::builtin());
    assert_eq!(emitted.status, Status::Exact, "{:?}", emitted.losses);
    assert!(!emitted.query.unwrap().contains("union"));
}

#[test]
fn workloads_without_a_record_anywhere_are_refused() {
    let (rule, text) = rule("kuery", "query", OFFICE, "event.provider: Yammer and event.action: GroupCreation");
    let emitted = emit(&rule, &text, Target::Sentinel, Sources::builtin());
    assert_eq!(emitted.losses.first().map(|loss| loss.code), Some("source-not-in-target"));
}

#[test]
fn a_column_of_two_types_is_read_under_the_names_that_a_union_gives_it() {
    let query = "from logs-azure.signinlogs-* | where event.dataset == \"azure.signinlogs\" and azure.signinlogs.properties.user_type == \"Guest\" \
                 | stats n = count(*) by azure.signinlogs.properties.device_detail.device_id | where n > 3";
    let original = rule("esql", "esql", "", query);
    let (mut emitted, back) = translated(&original, Target::Sentinel);
    examine(&original.0, &back, &mut emitted, Sources::builtin(), Level::Tested);
    let written = emitted.query.unwrap();
    assert_eq!(emitted.status, Status::Exact, "{:?} {written}", emitted.losses);
    assert!(written.contains("parse_json(DeviceDetail_string).deviceId") && written.contains("DeviceDetail_dynamic.deviceId"), "{written}");
}

#[test]
fn a_field_of_many_values_may_be_known_by_its_presence_alone() {
    let query = "event.dataset: okta.system and okta.debug_context.debug_data.risk_behaviors: *";
    let (emitted, _) = translated(&rule("kuery", "query", "\"logs-okta.system-*\"", query), Target::Sentinel);
    assert_eq!(emitted.status, Status::Exact, "{:?}", emitted.losses);
    assert!(emitted.query.unwrap().contains("DebugData.behaviors) contains_cs \"=POSITIVE\""));
}

/// Checks that a condition is looked for in other rows, and that events show no difference but those named.
fn check_rows(original: &(Rule, String), expected: &[&str]) {
    check_named(original, Target::Sentinel, "value-in-other-rows");
    let written = translated(original, Target::Sentinel).0.query.unwrap();
    for piece in expected {
        assert!(written.contains(piece), "{piece}: {written}");
    }
}

#[test]
fn the_paths_of_a_system_call_are_in_the_records_beside_it() {
    let query = "file where event.action == \"opened-file\" and file.path == \"/etc/shadow\" and not process.name == \"sshd\"";
    let original = rule("eql", "eql", "\"auditbeat-*\", \"logs-auditd_manager.auditd-*\"", query);
    check_rows(&original, &["\"openat\"", "AuditID in (", "RecordType in (\"path\", \"PATH\")", "== \"/etc/shadow\"", "project AuditID"]);
}

#[test]
fn the_signer_of_a_program_is_in_the_table_of_certificates() {
    let query = "process where host.os.type == \"windows\" and process.name : \"psexec.exe\" and not process.code_signature.trusted == true \
                 and not process.parent.code_signature.subject_name : \"Contoso*\"";
    let original = rule("eql", "eql", "\"logs-endpoint.events.process-*\"", query);
    check_rows(&original, &["SHA1 !in (", "IsTrusted == true", "InitiatingProcessSHA1 !in (", "Signer startswith \"Contoso\""]);
}

#[test]
fn other_systems_than_windows_have_no_certificates_to_look_for() {
    let query = "process where host.os.type == \"macos\" and process.name : \"osascript\" and process.code_signature.trusted == false";
    let original = rule("eql", "eql", "\"logs-endpoint.events.process-*\"", query);
    check_named(&original, Target::Sentinel, "field-not-in-target");
}

#[test]
fn what_other_rows_hold_is_no_value_to_group_by() {
    let query = "from logs-endpoint.events.process-* | where event.dataset == \"endpoint.events.process\" and host.os.type == \"windows\" \
                 and process.name == \"a.exe\" | stats n = count(*) by process.code_signature.subject_name | where n > 3";
    let (rule, text) = rule("esql", "esql", "", query);
    let emitted = emit(&rule, &text, Target::Sentinel, Sources::builtin());
    assert_eq!(emitted.losses.first().map(|loss| (loss.code, emitted.status)), Some(("value-held-otherwise", Status::Refused)));
}
