//! A value of an ECS field that has a closed set of values, and is not of the set.
//!
//! `event.kind`, `event.category`, `event.type` and `event.outcome` are compared with case, and ECS writes all their values in small letters
//! (<https://www.elastic.co/docs/reference/ecs/ecs-category-field-values-reference>). A condition on any other value is never met by events
//! that follow ECS.
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

pub(super) static LINT: Lint =
    Lint::new("value-outside-ecs", include_str!("value_outside_ecs.rs"), check).confidence(Confidence::Medium);

/// ECS 9.5, `allowed_values`.
const ALLOWED: [(&str, &[&str]); 4] = [
    ("event.kind", &["alert", "asset", "enrichment", "event", "metric", "state", "pipeline_error", "signal"]),
    (
        "event.category",
        &[
            "api", "authentication", "configuration", "database", "driver", "email", "file", "host", "iam", "intrusion_detection",
            "library", "malware", "network", "package", "process", "registry", "session", "threat", "vulnerability", "web",
        ],
    ),
    (
        "event.type",
        &[
            "access", "admin", "allowed", "change", "connection", "creation", "deletion", "denied", "device", "end", "error", "group",
            "indicator", "info", "installation", "protocol", "start", "user",
        ],
    ),
    ("event.outcome", &["failure", "success", "unknown"]),
];

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for condition in conditions::all(context) {
        let Some((field, allowed)) = condition.name().and_then(|name| ALLOWED.iter().find(|(field, _)| *field == name)) else { continue };
        let Some(value) = condition.equal_text() else { continue };
        let folds = matches!(condition.matcher, Matcher::Equals { case: Case::Insensitive, .. });
        let is_allowed = |known: &&str| if folds { known.eq_ignore_ascii_case(value) } else { *known == value };
        if !allowed.iter().any(|known| is_allowed(&known)) {
            found.push(finding(&condition, field, value, allowed));
        }
    }
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
