//! Microsoft 365 records that Sentinel holds as another product's own: read from there, and named.

use crate::elastic_to_others::{check_named, rule, translated};
use isoglot::emit::{Status, Target, emit};
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
