//! Conditions on the elements of arrays: one dialect asks about any of them, another names one or holds their text.

use super::elastic_to_others::rule;
use isoglot::emit::{Emitted, Target, emit};
use isoglot::ir::Rule;
use isoglot::mapping::Sources;
use isoglot::rulefile::{ReadContext, read};

/// A translation says this, and loses what these codes name.
fn check((rule, text): &(Rule, String), to: Target, expected: &str, codes: &[&str]) {
    let Emitted { query, losses, .. } = emit(rule, text, to, Sources::builtin());
    let query = query.unwrap_or_else(|| panic!("{losses:?}"));
    assert!(query.contains(expected), "{query}");
    let lost: Vec<&str> = losses.iter().filter(|loss| loss.fidelity.is_approximate() && loss.in_query).map(|loss| loss.code).collect();
    assert_eq!(lost, codes, "{query}");
}

fn kusto(query: &str) -> (Rule, String) {
    (read("elements.kql", query, &ReadContext::builtin()).rules.remove(0), query.to_owned())
}

const ROLE: &str = "arn:aws:iam::111122223333:role/deploy";

#[test]
fn a_field_of_many_values_is_looked_for_in_the_text_of_the_array() {
    let query = format!("event.dataset:aws.cloudtrail and event.action:AssumeRole and aws.cloudtrail.resources.arn:\"{ROLE}\"");
    let original = rule("kuery", "query", "\"logs-aws.cloudtrail-*\"", &query);
    check(&original, Target::Sentinel, &format!(r#"Resources contains_cs "\"ARN\":\"{ROLE}\"""#), &["element-in-text"]);
    check(&original, Target::Sigma, "resources.ARN", &[]);
}

#[test]
fn an_element_that_is_named_is_any_of_them_where_they_are_one_field() {
    let original =
        kusto(&format!("AWSCloudTrail | where EventName == 'AssumeRole' and tostring(parse_json(Resources)[0].ARN) == '{ROLE}'"));
    check(&original, Target::Elastic, &format!("aws.cloudtrail.resources.arn:\"{ROLE}\""), &["element-as-any"]);
}
