//! Relations between predicates of Kusto and of the event languages.

use super::{Family, Finding, Relation, relate};
use crate::ir::{Expr, Language, Op, Plan};
use crate::lang::kusto::{self, Environment};
use crate::schema::Catalog;
use std::fmt::Write as _;
use std::sync::Arc;

const NOW: i64 = 639_000_000_123_456_789;

fn kusto_predicate(condition: &str) -> Expr {
    fn find(plan: &Arc<Plan>) -> Option<Expr> {
        match &plan.op {
            Op::Filter { predicate, .. } => Some(predicate.clone()),
            op => op.inputs().into_iter().find_map(find),
        }
    }
    let text = format!("SigninLogs | where {condition}");
    let parsed = kusto::parse(&text);
    let plan = kusto::lower(&parsed.query, &text, &Environment::new(Catalog::builtin())).plan;
    plan.as_ref().and_then(find).unwrap_or_else(|| panic!("{text}"))
}

fn word(relation: &Relation) -> &'static str {
    match (&relation.only_old, &relation.only_new, &relation.both) {
        (Finding::Nothing, Finding::Nothing, _) => "equivalent",
        (Finding::Event(_), Finding::Nothing, _) => "narrower",
        (Finding::Nothing, Finding::Event(_), _) => "broader",
        (Finding::Event(_), Finding::Event(_), Finding::Event(_)) => "overlapping",
        (Finding::Event(_), Finding::Event(_), Finding::Nothing) => "disjoint",
        _ => "unknown",
    }
}

fn check(old: &str, new: &str, expected: &str) {
    let relation = relate(&kusto_predicate(old), &kusto_predicate(new), Family::Rows, NOW);
    assert_eq!(word(&relation), expected, "{old}  ->  {new}\n{relation:#?}");
}

fn check_events(old: &str, new: &str, expected: &str) {
    let read = |text| crate::eval::event::batch::predicate(Language::Kuery, text, Catalog::builtin()).unwrap();
    let relation = relate(&read(old), &read(new), Family::Documents, NOW);
    assert_eq!(word(&relation), expected, "{old}  ->  {new}\n{relation:#?}");
}

#[test]
fn lists_grow_and_shrink() {
    check("Location in ('a', 'b')", "Location in ('b', 'a')", "equivalent");
    check("Location in ('a')", "Location in ('a', 'b')", "broader");
    check("Location !in ('a')", "Location !in ('a', 'b')", "narrower");
    check("Location in ('a', 'b')", "Location in ('b', 'c')", "overlapping");
    check("Location == 'a'", "Location == 'b'", "disjoint");
    check("Location in ('a', 'b')", "Location == 'a' or Location == 'b'", "equivalent");
    check("Location has_any ('a', 'b')", "Location has 'b' or Location has 'a'", "equivalent");
}

#[test]
fn case_counts_where_it_is_said_to() {
    check("Location =~ 'a'", "Location == 'a'", "narrower");
    check("Location =~ 'a'", "Location in~ ('A')", "equivalent");
    check("Location =~ '7'", "Location == '7'", "equivalent");
    check("tolower(Location) == 'a'", "Location =~ 'a'", "unknown");
}

#[test]
fn one_test_of_a_text_may_imply_another() {
    check("UserAgent contains 'curl'", "UserAgent startswith 'curl'", "narrower");
    check("UserAgent contains 'curl/'", "UserAgent contains 'curl'", "broader");
    check("UserAgent has 'curl'", "UserAgent contains 'curl'", "broader");
    check("UserAgent startswith 'a' or UserAgent startswith 'ab'", "UserAgent startswith 'a'", "equivalent");
    check("UserAgent startswith 'a' and UserAgent startswith 'b'", "Location == 'x' and Location == 'y'", "equivalent");
    check("UserAgent startswith 'a' and UserAgent endswith 'z'", "UserAgent startswith 'a'", "broader");
    check("UserAgent has 'a b'", "UserAgent has 'a' and UserAgent has 'b'", "broader");
    check("UserAgent matches regex 'x[0-9]+'", "UserAgent matches regex 'x[0-9]+' and Location != ''", "narrower");
    check("UserAgent in ('x1', 'y')", "UserAgent matches regex '^x[0-9]$' and UserAgent in ('x1', 'y')", "narrower");
}

#[test]
fn numbers_and_times_have_an_order() {
    check("DurationMs > 5", "DurationMs >= 6", "equivalent");
    check("DurationMs > 5", "DurationMs > 7", "narrower");
    check("DurationMs between (1 .. 3)", "DurationMs >= 1 and DurationMs <= 3", "equivalent");
    check("DurationMs < 5 or DurationMs >= 5", "isnotnull(DurationMs)", "equivalent");
    check("TimeGenerated > ago(1d)", "TimeGenerated > ago(24h)", "equivalent");
    check("TimeGenerated > ago(1d)", "TimeGenerated > ago(2d)", "broader");
}

#[test]
fn null_is_neither_true_nor_false() {
    check("DurationMs > 5", "not(DurationMs <= 5)", "equivalent");
    check("DurationMs != 5", "not(DurationMs == 5)", "equivalent");
    check("DurationMs != 5", "DurationMs < 5 or DurationMs > 5", "narrower");
    check("isempty(Location)", "Location == ''", "equivalent");
    check("isnotempty(Location)", "not(isempty(Location))", "equivalent");
}

#[test]
fn computed_truths_are_looked_through() {
    check("iff(Location == 'a', true, false)", "Location == 'a'", "equivalent");
    check("case(Location == 'a', true, Location == 'b', false, Location != 'c')", "Location !in ('b', 'c')", "equivalent");
    check("LocationDetails.city == 'x'", "tostring(LocationDetails.city) == 'x'", "unknown");
    check("LocationDetails.city == 'x'", "LocationDetails.city in ('x', 'y')", "broader");
}

#[test]
fn what_one_cannot_run_is_proven_or_unknown() {
    check("Location in ((AuditLogs | project Category))", "Location in ((AuditLogs | project Category))", "equivalent");
    check("Location in ((AuditLogs | project Category))", "Location in ((AuditLogs | project Category)) and AppId == 'x'", "unknown");
}

#[test]
fn a_field_of_an_event_may_have_several_values() {
    check_events("a:1 and not a:2", "a:1", "broader");
    check_events("a:(1 or 2)", "a:1 or a:2", "equivalent");
    check_events("user.name:a*", "user.name:ab*", "narrower");
    check_events("user.name:a", "user.name:b", "disjoint");
    check_events("user.name:*", "not user.name:*", "disjoint");
    check_events("user.name:a or not user.name:*", "not (user.name:* and not user.name:a)", "equivalent");
    check_events("source.ip:10.0.0.0/8", "source.ip:10.1.0.0/16", "narrower");
    check_events("source.port >= 5", "source.port > 4", "broader");
    check_events("process.name:a and process.args:b", "process.args:b and process.name:a", "equivalent");
}

#[test]
fn two_hundred_conditions_are_decided() {
    let rule = |count: usize| {
        (0..count).fold("UserType == 'Member'".to_owned(), |mut text, at| {
            let _ = write!(text, " and UserAgent !contains 'agent-{at:03}'");
            text
        })
    };
    check(&rule(200), &rule(199), "broader");
    check(&rule(200), &rule(200), "equivalent");
}
