//! `explain`: one rule of each family as a page, word for word.

use isoglot::explain::explain;
use isoglot::report::explanation;
use isoglot::rulefile::{self, ReadContext};

fn page(name: &str, text: &str) -> String {
    let file = rulefile::read(name, text, &ReadContext::builtin());
    let last = file.rules.last().unwrap_or_else(|| panic!("{:?}", file.diagnostics));
    explanation::text(&explain(last, &[]))
}

#[test]
fn a_query_is_told_stage_by_stage_with_the_source_of_each_column() {
    let text = r#"// Name: Odd sign-ins
let countries = dynamic(["KP", "IR"]);
let unused = AuditLogs | take 1;
SigninLogs
| where TimeGenerated > ago(1d)
| extend Country = tostring(LocationDetails.countryOrRegion)
| extend Odd = Country in (countries)
| where Odd or HomeTenantId != ResourceTenantId
| where UserAgent !contains "test" and isnotempty(UserId)
| summarize Times = count() by UserPrincipalName, Country
"#;
    insta::assert_snapshot!(page("rule.kql", text));
}

#[test]
fn a_rule_is_told_with_its_schedule_and_what_its_alerts_take() {
    let text = r#"id: 3e8f7d64-5b19-4d25-9d5e-9b7fae1c4a01
name: Guests of other tenants
description: Finds guests.
severity: Low
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1d
triggerOperator: gt
triggerThreshold: 0
query: |
  let guests = SigninLogs | where UserType =~ "Guest" | project UserId;
  AuditLogs
  | where TimeGenerated > ago(14d)
  | extend Id = tostring(InitiatedBy.user.id)
  | where Id in (guests)
  | project TimeGenerated, Who = Id, OperationName
entityMappings:
  - entityType: Account
    fieldMappings:
      - identifier: AadUserId
        columnName: who
alertDetailsOverride:
  alertDisplayNameFormat: Guest {{Who}}
"#;
    insta::assert_snapshot!(page("rule.yaml", text));
}

#[test]
fn new_terms_are_told_with_their_window_and_exclusions_apart() {
    let text = r#"[rule]
name = "New client"
type = "new_terms"
language = "kuery"
index = ["logs-azure.signinlogs-*"]
from = "now-9m"
severity = "medium"
query = 'event.dataset: "azure.signinlogs" and source.port > 1024 and not user.name: (root or adm*)'
[rule.new_terms]
field = "new_terms_fields"
value = ["user.name", "client.id"]
[[rule.new_terms.history_window_start]]
field = "history_window_start"
value = "now-14d"
"#;
    insta::assert_snapshot!(page("rule.toml", text));
}

#[test]
fn a_correlation_is_told_with_what_it_counts() {
    let text = r"title: Failed logon
name: failed_logon
logsource:
  product: windows
  service: security
detection:
  selection:
    EventID: 4625
  condition: selection
---
title: Many failed logons
correlation:
  type: event_count
  rules:
    - failed_logon
  group-by:
    - TargetUserName
  timespan: 1h
  condition:
    gte: 10
level: high
";
    insta::assert_snapshot!(page("rule.yml", text));
}
