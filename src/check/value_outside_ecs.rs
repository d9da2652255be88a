//! A value of an ECS field that has a closed set of values, and is not of the set.
//!
//! `event.kind`, `event.category`, `event.type` and `event.outcome` are compared with case, and ECS writes all their values in small letters
//! (<https://www.elastic.co/docs/reference/ecs/ecs-category-field-values-reference>). A condition on any other value is never met by events
//! that follow ECS. Where a value of ECS stands beside it, as in `event.type: (start or process_started)`, it is meant for other events too,
//! and only pedants hear of it.
//!
//! ```elastic bad
//! query = 'event.dataset: "azure.activitylogs" and event.outcome: "Success"'
//! ```
//!
//! ```elastic good
//! query = 'event.dataset: "azure.activitylogs" and event.outcome: "success"'
//! ```

use super::conditions::{self, Condition};
use super::{Context, Lint};
use crate::diagnostic::{Confidence, Diagnostic, Edit, Fix};
use crate::ir::{Case, Matcher};
use crate::schema::suggest;
use crate::source::Span;

pub(super) static LINT: Lint = Lint::new("value-outside-ecs", include_str!("value_outside_ecs.rs"), check).confidence(Confidence::Medium);

/// ECS 9.5, `allowed_values`.
const ALLOWED: [(&str, &[&str]); 4] = [
    ("event.kind", &["alert", "asset", "enrichment", "event", "metric", "state", "pipeline_error", "signal"]),
    (
        "event.category",
        &[
            "api",
            "authentication",
            "configuration",
            "database",
            "driver",
            "email",
            "file",
            "host",
            "iam",
            "intrusion_detection",
            "library",
            "malware",
            "network",
            "package",
            "process",
            "registry",
            "session",
            "threat",
            "vulnerability",
            "web",
        ],
    ),
    (
        "event.type",
        &[
            "access",
            "admin",
            "allowed",
            "change",
            "connection",
            "creation",
            "deletion",
            "denied",
            "device",
            "end",
            "error",
            "group",
            "indicator",
            "info",
            "installation",
            "protocol",
            "start",
            "user",
        ],
    ),
    ("event.outcome", &["failure", "success", "unknown"]),
];

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let siblings = conditions::siblings(context);
    for condition in context.conditions() {
        let Some((field, allowed)) = condition.name().and_then(|name| ALLOWED.iter().find(|(field, _)| *field == name)) else { continue };
        let Some(value) = condition.equal_text() else { continue };
        if is_allowed(condition, allowed) {
            continue;
        }
        let list = siblings.iter().find(|list| list.any && list.conditions.iter().any(|other| other.span == condition.span));
        let has_other = list.is_some_and(|list| list.conditions.iter().any(|other| is_allowed(other, allowed)));
        let finding = finding(condition, field, value, allowed);
        found.push(if has_other { finding.pedantic() } else { finding });
    }
}

fn is_allowed(condition: &Condition<'_>, allowed: &[&str]) -> bool {
    let folds = matches!(condition.matcher, Matcher::Equals { case: Case::Insensitive, .. });
    let same = |known: &&str, value: &str| if folds { known.eq_ignore_ascii_case(value) } else { *known == value };
    condition.equal_text().is_some_and(|value| allowed.iter().any(|known| same(known, value)))
}

fn finding(condition: &Condition<'_>, field: &str, value: &str, allowed: &[&str]) -> Diagnostic {
    let finding = LINT.at(condition.place(), format!("`{value}` is no value that ECS has for `{field}`"));
    let finding = finding.with_help(format!("values are {}", allowed.join(", ")));
    let Some(near) = suggest(value, allowed.iter().copied()) else { return finding };
    let finding = finding.with_label(format!("did you mean `{near}`?"));
    let Some(at) = condition.written().rfind(value) else { return finding };
    let start = condition.span.start as usize + at;
    let span = condition.query.map.span(Span::new(start, start + value.len()));
    let edits = vec![Edit { span, text: near.to_owned() }];
    finding.with_fix(Fix { title: format!("replace with `{near}`"), edits, safe: false })
}
