//! Verdicts and changes of bare queries and event rules.

use super::{Diff, Observation, Verdict, Witnesses, diff};
use crate::ir::Rule;
use crate::rulefile::{self, ReadContext};

fn rule(name: &str, text: &str) -> Rule {
    let file = rulefile::read(name, text, &ReadContext::builtin());
    assert!(!file.rules.is_empty(), "{text}: {:?}", file.diagnostics);
    file.rules.into_iter().next().unwrap()
}

fn kusto(old: &str, new: &str) -> Diff {
    diff(&rule("rule.kql", old), &rule("rule.kql", new))
}

fn check(old: &str, new: &str, verdict: Verdict) {
    let found = kusto(old, new);
    assert_eq!(found.verdict, verdict, "{old}\n{new}\n{:#?}", found.changes);
    assert_eq!(found.changes.is_empty(), verdict == Verdict::Equivalent, "{old}\n{new}\n{:#?}", found.changes);
}

fn titles(old: &str, new: &str, expected: &[&str]) {
    let found: Vec<String> = kusto(old, new).changes.iter().map(super::Change::title).collect();
    assert_eq!(found, expected, "{old}\n{new}");
}

#[test]
fn places_order_and_layout_do_not_count() {
    check(
        "SigninLogs | where Location == 'a' and UserType == 'b'",
        "SigninLogs\n| where UserType == 'b'\n| where Location == 'a'",
        Verdict::Equivalent,
    );
    check("SigninLogs | where Location in ('a', 'b', 'a')", "SigninLogs | where Location in ('b', 'a')", Verdict::Equivalent);
    check(
        "let x = dynamic(['a','b']); SigninLogs | where Location in (x)",
        "SigninLogs | where Location in ('b', 'a')",
        Verdict::Equivalent,
    );
    check("union SigninLogs, AuditLogs", "union AuditLogs, SigninLogs", Verdict::Equivalent);
}

#[test]
fn a_condition_more_is_narrower_and_one_less_is_broader() {
    check("SigninLogs | where Location == 'a'", "SigninLogs | where Location == 'a' and UserType == 'b'", Verdict::Narrower);
    check("SigninLogs | where Location == 'a' | where UserType == 'b'", "SigninLogs | where UserType == 'b'", Verdict::Broader);
    check("SigninLogs | where Location == 'a' or UserType == 'b'", "SigninLogs | where UserType == 'b'", Verdict::Narrower);
    check("SigninLogs | where not(Location == 'a' or UserType == 'b')", "SigninLogs | where not(UserType == 'b')", Verdict::Broader);
    check("SigninLogs | where Location == 'a'", "SigninLogs | where UserType == 'b'", Verdict::Overlapping);
}

#[test]
fn lists_and_bounds_move_one_way() {
    check("SigninLogs | where Location in ('a')", "SigninLogs | where Location in ('a', 'b')", Verdict::Broader);
    check("SigninLogs | where Location == 'a'", "SigninLogs | where Location in ('a', 'b')", Verdict::Broader);
    check("SigninLogs | where Location !in ('a')", "SigninLogs | where Location !in ('a', 'b')", Verdict::Narrower);
    check("SigninLogs | where UserAgent has_all ('a')", "SigninLogs | where UserAgent has_all ('a', 'b')", Verdict::Narrower);
    check("SigninLogs | where Location in ('a', 'b')", "SigninLogs | where Location in~ ('a', 'b')", Verdict::Broader);
    check("SigninLogs | where TimeGenerated > ago(1d)", "SigninLogs | where TimeGenerated > ago(14d)", Verdict::Broader);
    check("SigninLogs | where 5 < strlen(UserAgent)", "SigninLogs | where 7 < strlen(UserAgent)", Verdict::Narrower);
    check("SigninLogs | where strlen(UserAgent) >= 5", "SigninLogs | where strlen(UserAgent) > 5", Verdict::Narrower);
}

#[test]
fn what_follows_a_change_decides_where_it_leads() {
    let join = |kind: &str, condition: &str| {
        format!("SigninLogs | where Location == 'a' | join kind={kind} (AuditLogs | where {condition}) on CorrelationId")
    };
    let (old, new) = ("Category == 'x'", "Category == 'x' and Result == 'y'");
    check(&join("inner", old), &join("inner", new), Verdict::Narrower);
    check(&join("leftanti", old), &join("leftanti", new), Verdict::Broader);
    check(&join("leftouter", old), &join("leftouter", new), Verdict::Unknown);
    let summed = |condition: &str, after: &str| format!("SigninLogs | where {condition} | summarize n = count() by Location {after}");
    check(&summed("UserType == 'a'", ""), &summed("UserType == 'a' and AppId == 'b'", ""), Verdict::Narrower);
    check(&summed("UserType == 'a'", "| where n < 5"), &summed("UserType == 'a' and AppId == 'b'", "| where n < 5"), Verdict::Unknown);
    check(&summed("UserType == 'a'", "| where n > 5"), &summed("UserType == 'a'", "| where n > 10"), Verdict::Narrower);
}

#[test]
fn computed_columns_are_looked_through() {
    let query = |list: &str| format!("SigninLogs | extend Odd = Location in ({list}) | where Odd or UserType == 'x' | project Odd");
    check(&query("'a'"), &query("'a', 'b'"), Verdict::Broader);
    assert_eq!(kusto("SigninLogs | project Location", "SigninLogs | project Location, AppId").verdict, Verdict::Equivalent);
}

#[test]
fn changes_are_named_in_words() {
    titles(
        "SigninLogs | where Location in ('a')",
        "SigninLogs | where Location in ('b')",
        &["value in the list of `Location` removed", "value in the list of `Location` added"],
    );
    titles(
        "let admins = IdentityInfo | where AccountUPN has 'a' | project AccountUPN; SigninLogs | where UserPrincipalName in (admins)",
        "let admins = IdentityInfo | where AccountUPN has 'b' | project AccountUPN; SigninLogs | where UserPrincipalName in (admins)",
        &["condition changed in `admins`"],
    );
    titles(
        "let t = 1d; SigninLogs | where TimeGenerated > ago(t)",
        "let t = 2d; SigninLogs | where TimeGenerated > ago(t)",
        &["condition `TimeGenerated > ago(t)` changed"],
    );
    titles("SigninLogs | take 5", "AuditLogs | take 6", &["source changed", "limit changed"]);
}

#[test]
fn an_elastic_threshold_raised_is_narrower() {
    let text = |least: u32| {
        format!(
            "[rule]\nname = \"x\"\ntype = \"threshold\"\nlanguage = \"kuery\"\nquery = \"a:1\"\n[rule.threshold]\nfield = [\"b\"]\nvalue = {least}\n"
        )
    };
    let found = diff(&rule("rule.toml", &text(5)), &rule("rule.toml", &text(9)));
    assert_eq!(found.verdict, Verdict::Narrower, "{:#?}", found.changes);
    assert_eq!(found.changes.len(), 1);
}

#[test]
fn a_test_case_may_contradict_a_verdict_but_never_invents_one() {
    let seen = |old, new| Observation { case: String::new(), old: Some(old), new: Some(new), events: Vec::new() };
    let judged = |verdict, seen: &[Observation]| {
        Diff { verdict, changes: Vec::new(), witnesses: Witnesses::default(), observations: Vec::new() }.observed(seen.to_vec()).verdict
    };
    assert_eq!(judged(Verdict::Narrower, &[seen(true, false)]), Verdict::Narrower);
    assert_eq!(judged(Verdict::Narrower, &[seen(false, true)]), Verdict::Unknown);
    assert_eq!(judged(Verdict::Unknown, &[seen(true, false), seen(true, true)]), Verdict::Unknown);
    assert_eq!(judged(Verdict::Unknown, &[seen(true, false), seen(false, true), seen(true, true)]), Verdict::Overlapping);
}

#[test]
fn lets_that_build_on_each_other_twice_take_no_exponential_time() {
    let chain = |first: &str| {
        let mut text = format!("let t0 = SigninLogs | where Location == '{first}';\n");
        for n in 1..40 {
            text.push_str(&format!("let t{n} = t{} | union t{};\n", n - 1, n - 1));
        }
        text + "t39"
    };
    assert_eq!(kusto(&chain("a"), &chain("b")).verdict, Verdict::Unknown);
}

#[test]
fn the_name_of_a_sigma_rule_is_not_its_title() {
    let text = "title: A\nname: a\nlogsource: {product: windows}\ndetection: {s: {X: 1}, condition: s}\n";
    let changes = |new: &str| -> Vec<String> {
        let found = diff(&rule("rule.yml", text), &rule("rule.yml", new));
        found.changes.iter().map(super::Change::title).collect()
    };
    assert_eq!(changes(text), Vec::<String>::new());
    assert_eq!(changes(&text.replace("name: a", "name: b")), ["`name` changed"]);
}

#[test]
fn a_correlation_that_counts_less_far_fires_more() {
    let log_source = "logsource:\n  product: windows\n  service: security\n";
    let text = |kind: &str, condition: &str| {
        format!(
            "title: a\nname: a\n{log_source}detection:\n  one:\n    EventID: 4625\n  condition: one\n---\ntitle: b\ncorrelation:\n  \
             type: {kind}\n  rules: [a]\n  group-by: [TargetUserName]\n  timespan: 1h\n  condition:\n    {condition}\n"
        )
    };
    let last = |text: &str| rulefile::read("rule.yml", text, &ReadContext::builtin()).rules.pop().unwrap();
    let verdict = |old: &str, new: &str| diff(&last(old), &last(new)).verdict;
    let ten = text("event_count", "gte: 10");
    assert_eq!(verdict(&ten, &text("event_count", "gte: 20")), Verdict::Narrower);
    assert_eq!(verdict(&ten, &text("event_count", "gt: 5")), Verdict::Broader);
    assert_eq!(verdict(&ten, &text("event_count", "gt: 9")), Verdict::Equivalent);
    assert_eq!(verdict(&ten, &ten.replace("1h", "2h")), Verdict::Broader);
    assert_eq!(verdict(&ten, &ten.replace("4625", "[4625, 4771]")), Verdict::Broader);
    assert_eq!(verdict(&ten, &text("event_count", "gte: 20").replace("1h", "2h")), Verdict::Unknown);
    // A sum may fall when more comes in, and few events are also there before many are.
    let sum = |number: &str| text("value_sum", &format!("gte: {number}\n    field: KeyLength"));
    assert_eq!(verdict(&sum("10"), &sum("20")), Verdict::Unknown);
    assert_eq!(verdict(&text("event_count", "lt: 10"), &text("event_count", "lt: 20")), Verdict::Unknown);
}

#[test]
fn groups_of_another_window_are_not_the_same() {
    let text = "[rule]\nname = \"n\"\ntype = \"threshold\"\nlanguage = \"kuery\"\nindex = [\"logs-*\"]\nfrom = \"now-1h\"\nto = \"now-10m\"\n\
                query = \"event.outcome: failure\"\n[rule.threshold]\nfield = [\"user.name\"]\nvalue = 2\n";
    let verdict = |new: &str| diff(&rule("rule.toml", text), &rule("rule.toml", new)).verdict;
    assert_eq!(verdict(text), Verdict::Equivalent);
    assert_eq!(verdict(&text.replace("now-10m", "now-20m")), Verdict::Unknown);
}
