//! What pySigma's validators and rsigma's lints report is reported here too, and safe fixes keep what a rule matches.
//!
//! A row a check of theirs: the peer's name for it, how a good rule is spoilt, and our code. Left out, with the reason: `duplicate_filename`
//! and `filename_length` (a rule does not know its file's name), rsigma's own keys that the specification has not (session windows and gaps,
//! array matching, alert schemas, exemplars: `unread-field` names them), and `all_with_re` (`re|all` is what the specification says it is;
//! rsigma's fix turns its AND into an OR).

use super::corpus::texts;
use isoglot::check::{self, Identity, References};
use isoglot::diagnostic::Diagnostic;
use isoglot::diff::{Verdict, diff};
use isoglot::rulefile::{self, ReadContext};
use isoglot::schema::Catalog;
use isoglot::source::edit;
use std::collections::BTreeSet;

const RULE: &str = "title: Encoded command
id: 3f1c2b52-7e0e-4f0c-9a39-0d6f0e2a7c11
status: test
description: Detects an encoded command
author: isoglot
date: 2026-01-02
logsource:
  product: windows
  category: process_creation
detection:
  selection:
    CommandLine|contains: ' -enc '
  condition: selection
level: high
";

const CORRELATION: &str = "title: Many encoded commands
id: 7f1c2b52-7e0e-4f0c-9a39-0d6f0e2a7c11
status: test
description: Counts encoded commands
author: isoglot
date: 2026-01-02
correlation:
  type: event_count
  rules:
    - 3f1c2b52-7e0e-4f0c-9a39-0d6f0e2a7c11
  group-by:
    - User
  timespan: 10m
  condition:
    gte: 5
level: high
";

const FILTER: &str = "title: Leave out administrators
id: 8f1c2b52-7e0e-4f0c-9a39-0d6f0e2a7c11
logsource:
  product: windows
  category: process_creation
filter:
  rules:
    - 3f1c2b52-7e0e-4f0c-9a39-0d6f0e2a7c11
  selection:
    User|startswith: 'adm_'
  condition: not selection
";

/// The peer's check, what is replaced in the rule, by what, and our code.
type Row = (&'static str, &'static str, &'static str, &'static str);

const OF_RULES: &[Row] = &[
    ("empty_title", "Encoded command", "''", "missing-field"),
    ("missing_title", "title: Encoded command\n", "", "missing-field"),
    ("missing_author", "author: isoglot\n", "", "undocumented-rule"),
    ("missing_description", "description: Detects an encoded command\n", "", "undocumented-rule"),
    ("missing_level", "level: high\n", "", "undocumented-rule"),
    ("identifier_existence", "id: 3f1c2b52-7e0e-4f0c-9a39-0d6f0e2a7c11\n", "", "undocumented-rule"),
    ("invalid_id", "id: 3f1c2b52-7e0e-4f0c-9a39-0d6f0e2a7c11", "id: 3f1c2b52", "invalid-id"),
    ("invalid_status", "status: test", "status: production", "invalid-value"),
    ("invalid_level", "level: high", "level: severe", "invalid-value"),
    ("invalid_date", "2026-01-02", "02/01/2026", "malformed-date"),
    ("invalid_modified", "level:", "modified: 2026-13-41\nlevel:", "malformed-date"),
    ("modified_before_date", "level:", "modified: 2025-01-02\nlevel:", "malformed-date"),
    ("non_lowercase_key", "status:", "Status:", "misspelt-field"),
    ("unknown_key", "level:", "falsepositive: [x]\nlevel:", "misspelt-field"),
    ("missing_condition", "  condition: selection\n", "", "missing-condition"),
    ("missing_logsource", "logsource:\n  product: windows\n  category: process_creation\n", "", "missing-field"),
    ("empty_logsource", "\n  product: windows\n  category: process_creation\n", " {}\n", "missing-field"),
    ("fieldname_logsource", "  category: process_creation", "  category: process_creation\n  table: x", "unread-field"),
    ("logsource_value_not_lowercase", "windows", "Windows", "uppercase-log-source"),
    (
        "specific_instead_of_generic_logsource",
        "category: process_creation\ndetection:\n  selection:",
        "service: sysmon\ndetection:\n  selection:\n    EventID: 1",
        "specific-log-source",
    ),
    ("duplicate_fields", "level:", "fields: [User, User]\nlevel:", "duplicate-entry"),
    ("duplicate_references", "level:", "references: ['https://a.example', 'https://a.example']\nlevel:", "duplicate-entry"),
    ("duplicate_tags", "level:", "tags: [attack.t1059, attack.t1059]\nlevel:", "duplicate-entry"),
    ("invalid_tag", "level:", "tags: [attackt1059]\nlevel:", "unknown-tag"),
    ("unknown_tag_namespace", "level:", "tags: [foo.bar]\nlevel:", "unknown-tag"),
    ("attacktag", "level:", "tags: [attack.foo]\nlevel:", "unknown-tactic"),
    ("cartag", "level:", "tags: [car.foo]\nlevel:", "unknown-tag"),
    ("cvetag", "level:", "tags: [cve.foo]\nlevel:", "unknown-tag"),
    ("d3_fendtag", "level:", "tags: [d3fend.foo]\nlevel:", "unknown-tag"),
    ("detection_tag", "level:", "tags: [detection.foo]\nlevel:", "unknown-tag"),
    ("stptag", "level:", "tags: [stp.9z]\nlevel:", "unknown-tag"),
    ("tlptag", "level:", "tags: [tlp.pink]\nlevel:", "unknown-tag"),
    ("tag_format", "level:", "tags: ['attack.T1059']\nlevel:", "unknown-tag"),
    ("falsepositive_too_short", "level:", "falsepositives: ['x']\nlevel:", "empty-remark"),
    ("scope_too_short", "level:", "scope: ['x']\nlevel:", "empty-remark"),
    ("wildcard_only_value", "|contains: ' -enc '", ": '*'", "wildcard-only-value"),
    ("null_in_value_list", "|contains: ' -enc '", ": [a, null]", "null-in-list"),
    ("empty_value_list", "|contains: ' -enc '", "|contains: []", "empty-value-list"),
    ("condition_references_unknown", "condition: selection", "condition: selecton", "unknown-selection"),
    ("dangling_condition", "condition: selection", "condition: selection and 1 of filter_*", "unknown-selection"),
    ("dangling_detection", "  condition", "  other:\n    User: x\n  condition", "unused-selection"),
    ("deprecated_aggregation_syntax", "condition: selection", "condition: selection | count() > 5", "deprecated-aggregation"),
    ("deprecated_detection_timeframe", "  condition", "  timeframe: 5m\n  condition", "timeframe-in-detection"),
    ("invalid_condition", "condition: selection", "condition: selection and", "syntax-error"),
    ("all_of_them_condition", "condition: selection", "other:\n    User: x\n  condition: all of them", "all-of-them"),
    ("them_condition_with_single_detection", "condition: selection", "condition: 1 of them", "them-of-one-selection"),
    ("single_value_all_modifier", "|contains:", "|contains|all:", "all-of-one-value"),
    ("all_without_contains", "|contains: ' -enc '", "|all: [a, b]", "all-of-whole-values"),
    ("base64offset_without_contains", "|contains:", "|base64offset:", "offset-without-contains"),
    ("modifier_applied_multiple", "|contains:", "|contains|contains:", "repeated-modifier"),
    ("incompatible_modifiers", "|contains:", "|re|contains:", "modifiers-do-not-combine"),
    ("invalid_related_id", "level:", "related:\n  - id: foo\n    type: derived\nlevel:", "invalid-related"),
    ("related_missing_required", "level:", "related:\n  - type: derived\nlevel:", "missing-field"),
    ("invalid_related_type", "level:", "related: [{id: 3f1c2b52-7e0e-4f0c-9a39-0d6f0e2a7c12, type: cousin}]\nlevel:", "invalid-related"),
    ("deprecated_without_related", "status: test", "status: deprecated", "deprecated-without-successor"),
    ("control_character", "' -enc '", "\" -enc\\t\"", "control-character"),
    ("double_wildcard", "' -enc '", "' -enc ** x'", "double-wildcard"),
    ("escaped_wildcard", "' -enc '", "' -enc \\* x'", "escaped-wildcard"),
    ("number_as_string", "CommandLine|contains: ' -enc '", "ProcessId: '5'", "quoted-number"),
    ("wildcards_instead_of_modifiers", "|contains: ' -enc '", ": '* -enc *'", "wildcard-instead-of-modifier"),
    ("invalid_regex", "|contains: ' -enc '", "|re: 'a(b'", "invalid-regex"),
];

const OF_CORRELATIONS: &[Row] = &[
    ("missing_correlation_type", "  type: event_count\n", "", "missing-field"),
    ("invalid_correlation_type", "event_count", "event_cont", "incomplete-correlation"),
    ("empty_correlation_rules", "\n    - 3f1c2b52-7e0e-4f0c-9a39-0d6f0e2a7c11\n", " []\n", "incomplete-correlation"),
    ("missing_correlation_timespan", "  timespan: 10m\n", "", "incomplete-correlation"),
    ("invalid_timespan_format", "10m", "10 minutes", "invalid-value"),
    ("missing_correlation_condition", "  condition:\n    gte: 5\n", "", "incomplete-correlation"),
    ("missing_condition_field", "event_count", "value_count", "incomplete-correlation"),
    ("condition_value_not_numeric", "gte: 5", "gte: five", "invalid-value"),
    ("missing_group_by", "  group-by:\n    - User\n", "", "incomplete-correlation"),
    ("generate_not_boolean", "  timespan", "  generate: maybe\n  timespan", "wrong-type"),
    ("invalid_condition_operator", "gte: 5", "atleast: 5", "unread-field"),
    ("invalid_window_mode", "  timespan", "  window: session\n  timespan", "unread-field"),
    ("unknown_rule_reference", "0d6f0e2a7c11\n  group", "0d6f0e2a7c99\n  group", "unknown-rule-reference"),
];

const OF_FILTERS: &[Row] = &[
    ("missing_filter_logsource", "logsource:\n  product: windows\n  category: process_creation\n", "", "missing-field"),
    ("missing_filter_rules", "  rules:\n    - 3f1c2b52-7e0e-4f0c-9a39-0d6f0e2a7c11\n", "", "missing-field"),
    ("empty_filter_rules", "\n    - 3f1c2b52-7e0e-4f0c-9a39-0d6f0e2a7c11\n", " []\n", "missing-field"),
    ("missing_filter_selection", "  selection:\n    User|startswith: 'adm_'\n", "", "unknown-selection"),
    ("missing_filter_condition", "  condition: not selection\n", "", "missing-condition"),
    ("filter_has_level", "logsource", "level: low\nlogsource", "filter-with-level"),
    ("filter_has_status", "logsource", "status: test\nlogsource", "filter-with-level"),
    ("filter_reference_by_title", "- 3f1c2b52-7e0e-4f0c-9a39-0d6f0e2a7c11", "- Encoded command", "unknown-rule-reference"),
];

/// Everything that is found in a file, also what only pedants hear.
fn findings(text: &str) -> Vec<Diagnostic> {
    let read = rulefile::read("rule.yml", text, &ReadContext::builtin());
    let mut found = check::check_rules(&read, text, Catalog::builtin());
    found.extend(read.diagnostics);
    let mut references = References::default();
    read.rules.iter().for_each(|rule| references.add(rule));
    let of = |of: fn(&isoglot::ir::Rule) -> Option<Identity>| read.rules.iter().filter_map(of).collect::<Vec<_>>();
    let (ids, titles) = (of(Identity::of), of(Identity::title));
    let across = [
        check::duplicate_ids([("rule.yml", ids.as_slice())]),
        check::duplicate_titles([("rule.yml", titles.as_slice())]),
        check::unknown_references(std::iter::once(&references)),
    ];
    found.extend(across.into_iter().flatten().map(|(_, finding)| finding));
    found
}

fn codes(text: &str) -> BTreeSet<&'static str> {
    findings(text).iter().map(|finding| finding.code).collect()
}

fn check_rows(rule: &str, beside: &str, rows: &[Row]) {
    let good = format!("{rule}{beside}");
    assert_eq!(codes(&good), BTreeSet::new(), "{good}");
    for (name, old, new, code) in rows {
        let spoilt = good.replacen(old, new, 1);
        assert_ne!(spoilt, good, "{name}: nothing was replaced");
        let found = codes(&spoilt);
        assert!(found.contains(code), "{name}: expected {code}, found {found:?} in\n{spoilt}");
    }
}

#[test]
fn what_peers_find_in_rules_is_found() {
    check_rows(RULE, "", OF_RULES);
}

#[test]
fn what_peers_find_in_correlations_is_found() {
    check_rows(CORRELATION, &format!("---\n{RULE}"), OF_CORRELATIONS);
}

#[test]
fn what_peers_find_in_filters_is_found() {
    check_rows(FILTER, &format!("---\n{RULE}"), OF_FILTERS);
}

#[test]
fn what_peers_find_across_rules_is_found() {
    let again = |old: &str, new: &str| codes(&format!("{RULE}---\n{}", RULE.replace(old, new)));
    assert_eq!(again("Encoded command", "Another one"), BTreeSet::from(["duplicate-id"]));
    assert_eq!(again("7c11", "7c12"), BTreeSet::from(["duplicate-title"]));
}

#[test]
fn texts_that_are_too_long_are_found() {
    let long = |key: &str, length: usize| RULE.replace("level:", &format!("{key}: {}\nlevel:", "x".repeat(length)));
    for text in
        [long("name", 257), long("taxonomy", 257), RULE.replace("Encoded", &"x".repeat(257)), RULE.replace("Detects", &"x".repeat(65_536))]
    {
        assert!(codes(&text).contains("field-too-long"));
    }
}

#[test]
fn documents_that_an_action_puts_together_are_refused() {
    let text = format!("action: global\n{RULE}---\n{}", RULE.replace("7c11", "7c12"));
    assert!(codes(&text).contains("legacy-action"));
    let read = rulefile::read("rule.yml", &text, &ReadContext::builtin());
    assert!(read.rules.iter().all(|rule| rule.detection.is_none()));
}

/// Applies each safe fix by itself; asserts that the rule still matches the same events.
fn check_fixes(text: &str, whose: &str) -> usize {
    let read = |text: &str| rulefile::read("rule.yml", text, &ReadContext::builtin()).rules;
    let before = read(text);
    let mut tried = 0;
    for finding in findings(text) {
        let Some(fix) = finding.fix.filter(|fix| fix.safe) else { continue };
        let (mended, _) = edit::apply(text, fix.edits.iter().map(|edit| (edit.span, edit.text.as_str())));
        for (before, after) in before.iter().zip(read(&mended)).filter(|(before, _)| before.detection.is_some()) {
            tried += 1;
            let verdict = diff(before, &after).verdict;
            assert_eq!(verdict, Verdict::Equivalent, "{}: {whose}\n{mended}", finding.code);
        }
    }
    tried
}

#[test]
fn a_safe_fix_leaves_the_events_that_a_rule_matches() {
    let spoilt = OF_RULES.iter().map(|(name, old, new, _)| (*name, RULE.replacen(old, new, 1)));
    let examples = check::all().flat_map(|lint| lint.docs().examples.into_iter().filter(|e| e.bad).map(move |e| (lint.code, e)));
    let examples = examples.filter(|(_, example)| example.dialect == isoglot::ir::Dialect::Sigma && example.text.contains("detection:"));
    let head = "title: A\nlogsource:\n  product: windows\n  category: process_creation\n";
    let examples =
        examples.map(|(code, e)| (code, format!("{}{}", if e.text.contains("logsource:") { "title: A\n" } else { head }, e.text)));
    let tried: usize = spoilt.chain(examples).map(|(name, text)| check_fixes(&text, name)).sum();
    assert!(tried > 5, "{tried} fixes were tried");
}

#[test]
fn safe_fixes_leave_the_events_that_the_corpus_matches() {
    let tried: usize = texts("sigma").iter().map(|(path, text)| check_fixes(text, path)).sum();
    println!("{tried} safe fixes in the corpus, each proven to keep what the rule matches");
}
