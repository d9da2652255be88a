//! The five rules that the project was born from: they run on events of our own and translate as a detection engineer expects.

use super::corpus::shared;
use isoglot::diagnostic::Fidelity;
use isoglot::emit::{Status, Target, emit};
use isoglot::eval::Settings;
use isoglot::eval::alert::run_rule;
use isoglot::eval::world::{File, World};
use isoglot::ir::Rule;
use isoglot::ir::datetime::parse_datetime;
use isoglot::mapping::Sources;
use isoglot::rulefile::{self, ReadContext};
use serde_json::json;
use std::sync::Arc;

/// Reads a seed; nothing where the folder beside the project is not there, which is said.
fn seed(name: &str) -> Option<(Rule, String)> {
    let text = std::fs::read_to_string(shared(&format!("seeds/{name}"))?).unwrap();
    let mut rules = rulefile::read(name, &text, &ReadContext::builtin()).rules;
    Some((rules.remove(0), text))
}

/// A world in which every Kusto seed finds what it looks for.
fn world() -> World {
    let mut world = World::default();
    let sign_in = json!({
        "TimeGenerated": "2026-03-02T11:50:00Z", "UserPrincipalName": "ines@contoso.example", "ResultType": "0", "ClientAppUsed": "IMAP",
        "AppDisplayName": "Azure Portal", "HomeTenantId": "home", "ResourceTenantId": "other", "AADTenantId": "other",
        "IPAddress": "203.0.113.24", "RiskLevelAggregated": "high", "ResourceDisplayName": "Management", "UserId": "u1",
    });
    let mut failure = sign_in.clone();
    failure["ResultType"] = json!("50126");
    world.add("SigninLogs", sign_in);
    world.add("SigninLogs", failure);
    let role =
        json!({"TimeGenerated": "2026-03-01T12:00:00Z", "AccountUPN": "Ines@contoso.example", "AssignedRoles": ["Global Administrator"]});
    world.add("IdentityInfo", role);
    let entities = r#"[{"Type": "account", "Name": "ines", "UPNSuffix": "contoso.example"}]"#;
    let alert = json!({"TimeGenerated": "2026-03-02T11:00:00Z", "AlertName": "Unfamiliar sign-in properties", "Entities": entities});
    world.add("SecurityAlert", alert);
    let assignment = json!({
        "TimeGenerated": "2026-03-02T11:30:00Z", "Category": "RoleManagement", "OperationName": "Add member to role",
        "InitiatedBy": {"user": {"userPrincipalName": "ines@contoso.example"}}, "TargetResources": [{"displayName": "helper"}],
    });
    world.add("AuditLogs", assignment);
    world
}

#[test]
fn the_kusto_seeds_fire() {
    for name in [
        "administrators-authenticating-to-another-tenant.yaml",
        "azure-portal-sign-in-from-another-tenant.yaml",
        "unfamiliar-signin-correlation.yaml",
        "detect-cloud-accounts.kql",
    ] {
        let Some((rule, text)) = seed(name) else { return };
        let mut world = world();
        // The address of the ranges stands in the rule; the file behind it is ours.
        for url in text.split('"').filter(|piece| piece.starts_with("https://") && piece.contains(".json")) {
            let content = r#"{"values": [{"properties": {"addressPrefixes": ["203.0.113.0/24", "2001:db8::/32"]}}]}"#;
            world.external.insert(url.to_owned(), File { name: "ranges.json".to_owned(), content: Arc::from(content) });
        }
        let now = parse_datetime("2026-03-02T12:00:00Z").unwrap();
        let outcome = run_rule(&rule, &world, &Settings::at(now)).unwrap_or_else(|refusal| panic!("{name}: {}", refusal.message));
        assert_eq!(outcome.alerts.len(), 1, "{name}");
    }
}

#[test]
fn the_new_terms_seed_fires_once_for_a_client_new_to_the_user() {
    let Some((rule, _)) = seed("entra-id-user-sign-in-with-unusual-client.toml") else { return };
    let event = |at: &str, client: &str| {
        json!({
            "@timestamp": at, "event": {"dataset": "azure.signinlogs", "category": "authentication", "ingested": at},
            "azure": {"signinlogs": {"properties": {
                "is_interactive": false, "user_type": "Member", "client_app_used": "Mobile Apps",
                "user_principal_name": "ines@contoso.example", "app_id": client,
            }}},
        })
    };
    let fires = |events: &[serde_json::Value]| {
        let mut world = World::default();
        events.iter().for_each(|event| world.add("logs-azure.signinlogs-default", event.clone()));
        run_rule(&rule, &world, &Settings::at(parse_datetime("2026-03-02T12:00:00Z").unwrap())).unwrap().alerts.len()
    };
    let (old, new) = ("2026-02-25T12:00:00Z", "2026-03-02T11:55:00Z");
    assert_eq!(fires(&[event(old, "known"), event(new, "fresh"), event("2026-03-02T11:57:00Z", "fresh")]), 1);
    assert_eq!(fires(&[event(old, "known"), event(new, "known")]), 0);
    assert_eq!(fires(&[event("2026-02-01T12:00:00Z", "known"), event(new, "known")]), 1);
}

/// Seed, target, what becomes of it, and the codes of what changes in its detection, or the reason of the refusal.
const EXPECTED: &[(&str, Target, Status, &[&str])] = &[
    ("entra-id-user-sign-in-with-unusual-client.toml", Target::Sentinel, Status::Approximate, &["field-not-in-target"]),
    ("entra-id-user-sign-in-with-unusual-client.toml", Target::Sigma, Status::Refused, &["source-not-in-target"]),
    ("detect-cloud-accounts.kql", Target::Sentinel, Status::Exact, &[]),
    ("detect-cloud-accounts.kql", Target::Elastic, Status::Approximate, &["term-as-substring", "case-sensitive"]),
    ("detect-cloud-accounts.kql", Target::Sigma, Status::Exact, &[]),
    ("administrators-authenticating-to-another-tenant.yaml", Target::Kql, Status::Exact, &[]),
    ("administrators-authenticating-to-another-tenant.yaml", Target::Elastic, Status::Refused, &["sub-query-not-in-target"]),
    ("azure-portal-sign-in-from-another-tenant.yaml", Target::Sigma, Status::Refused, &["external-data-not-in-target"]),
    ("unfamiliar-signin-correlation.yaml", Target::Elastic, Status::Refused, &["expand-not-in-target"]),
];

#[test]
fn the_seeds_translate_as_expected() {
    for (name, target, status, codes) in EXPECTED {
        let Some((rule, text)) = seed(name) else { return };
        let emitted = emit(&rule, &text, *target, Sources::builtin());
        let about_detection = |fidelity: Fidelity| fidelity.is_approximate() || fidelity == Fidelity::Refused;
        let found: Vec<&str> = emitted.losses.iter().filter(|loss| about_detection(loss.fidelity)).map(|loss| loss.code).collect();
        assert_eq!((emitted.status, found.as_slice()), (*status, *codes), "{name} to {}", target.name());
    }
}
