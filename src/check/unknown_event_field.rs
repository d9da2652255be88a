//! A field that neither ECS nor the modules of Beats nor the configuration know, and that is nearly the name of one they do know.
//!
//! A condition on a field that no event has is never met. Fields of integrations are many and not all known, so that only names under ECS's
//! own objects that look like a slip are reported. Own fields are made known in `isoglot.toml`.
//!
//! ```elastic bad
//! query = 'process.comand_line: *mimikatz*'
//! ```
//!
//! ```elastic bad
//! type = "new_terms"
//! [rule.new_terms]
//! field = "new_terms_fields"
//! value = ["user.nmae"]
//! [[rule.new_terms.history_window_start]]
//! field = "history_window_start"
//! value = "now-7d"
//! ```
//!
//! ```elastic good
//! query = 'process.command_line: *mimikatz* and my_team.verdict: bad'
//! ```

use super::{Context, Lint};
use crate::diagnostic::{Confidence, Diagnostic, Edit, Fix};
use crate::ir::{Dialect, Form};
use crate::schema::suggest;
use crate::source::{Span, Spanned};

pub(super) static LINT: Lint =
    Lint::new("unknown-event-field", include_str!("unknown_event_field.rs"), check).confidence(Confidence::Medium);

/// Objects whose fields are ECS's own.
const OWN: [&str; 24] = [
    "agent",
    "client",
    "destination",
    "device",
    "dll",
    "dns",
    "event",
    "file",
    "group",
    "host",
    "http",
    "network",
    "observer",
    "process",
    "registry",
    "related",
    "rule",
    "server",
    "service",
    "source",
    "threat",
    "tls",
    "url",
    "user",
];

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    if !context.is(Dialect::Elastic) {
        return;
    }
    for condition in context.conditions() {
        let Some(name) = condition.name() else { continue };
        let Some(near) = misspelt(name, context) else { continue };
        let finding = finding(condition.place(), name, near);
        let at = condition.written().find(name).map(|at| condition.span.start as usize + at);
        found.push(match at.map(|at| condition.query.map.span(Span::new(at, at + name.len()))) {
            Some(span) => finding.with_fix(Fix {
                title: format!("replace with `{near}`"),
                edits: vec![Edit { span, text: near.to_owned() }],
                safe: false,
            }),
            None => finding,
        });
    }
    for field in named(context) {
        found.extend(misspelt(&field.value, context).map(|near| finding(field.span, &field.value, near)));
    }
}

/// The fields that a rule names outside its query.
fn named<'a>(context: &Context<'a>) -> Vec<&'a Spanned<String>> {
    let rule = context.rule;
    let mut all: Vec<&Spanned<String>> = match &rule.form {
        Form::NewTerms(form) => form.fields.iter().collect(),
        Form::Threshold(form) => form.fields.iter().chain(form.cardinality.iter().map(|(field, _)| field)).collect(),
        Form::ThreatMatch(form) => form.mapping.iter().flatten().map(|entry| &entry.field).collect(),
        _ => Vec::new(),
    };
    all.extend(rule.schedule.iter().filter_map(|schedule| schedule.time_field.as_ref()));
    all.extend(rule.alert.suppression.iter().flat_map(|suppression| &suppression.fields));
    all.extend(rule.alert.severity_mapping.iter().map(|mapping| &mapping.field));
    all.extend(&rule.alert.risk_field);
    all.extend(&rule.meta.fields);
    all
}

/// Returns the known name that an unknown one is nearly.
fn misspelt<'a>(name: &str, context: &Context<'a>) -> Option<&'a str> {
    let (object, rest) = name.split_once('.')?;
    let is_own = OWN.contains(&object) && rest.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.'));
    if !is_own || context.catalog.field(name).is_some() {
        return None;
    }
    let of_object = name.get(..=object.len())?;
    suggest(name, context.catalog.field_names_under(of_object))
}

fn finding(span: Span, name: &str, near: &str) -> Diagnostic {
    LINT.at(span, format!("`{name}` is no field that is known")).with_label(format!("did you mean `{near}`?"))
}
