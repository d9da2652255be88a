//! A rule that says it runs on a version of the stack which does not have what it uses.
//!
//! `min_stack_version` is the first version that the rule is meant for. What came with a later one is refused there, or ignored.
//!
//! ```elastic bad
//! min_stack_version = "8.6.0"
//! [rule]
//! type = "query"
//! [rule.alert_suppression]
//! group_by = ["host.id"]
//! ```
//!
//! ```elastic good
//! min_stack_version = "8.8.0"
//! [rule]
//! type = "query"
//! [rule.alert_suppression]
//! group_by = ["host.id"]
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::{Form, Op, RuleType};
use crate::source::Span;

pub(super) static LINT: Lint = Lint::new("feature-newer-than-stack", include_str!("feature_newer_than_stack.rs"), check);

/// Major and minor version.
type Version = (u32, u32);

/// What came with a version: its name, the version, and where a rule uses it.
type Feature = (&'static str, Version, fn(&Context<'_>) -> Option<Span>);

/// elastic/detection-rules, `definitions.py` and `validators.py`; elastic.co, release notes.
const FEATURES: [Feature; 12] = [
    ("suppression in query rules", (8, 8), |context| suppression(context, &[RuleType::Query])),
    ("suppression in threshold rules", (8, 12), |context| suppression(context, &[RuleType::Threshold])),
    ("suppression in indicator match rules", (8, 13), |context| suppression(context, &[RuleType::ThreatMatch])),
    ("suppression in EQL and new-terms rules", (8, 14), |context| suppression(context, &[RuleType::Eql, RuleType::NewTerms])),
    ("suppression in ES|QL and machine-learning rules", (8, 15), |context| {
        suppression(context, &[RuleType::Esql, RuleType::MachineLearning])
    }),
    ("suppression of EQL sequences", (8, 18), |context| sequence(context).and_then(|_| suppression(context, &[RuleType::Eql]))),
    ("a missing event in a sequence", (8, 9), |context| sequence(context)?.steps.iter().find(|s| s.missing).map(|s| context.place(s.span))),
    ("an EQL sample", (8, 6), |context| match &context.rule.detection.as_ref()?.plan.op {
        Op::Sample(_) => Some(context.head()),
        _ => None,
    }),
    ("new terms of several fields", (8, 6), |context| match &context.rule.form {
        Form::NewTerms(form) => form.fields.get(1).map(|field| field.span),
        _ => None,
    }),
    ("a threshold with more than three fields", (9, 2), |context| match &context.rule.form {
        Form::Threshold(form) => form.fields.get(3).map(|field| field.span),
        _ => None,
    }),
    ("indicators that must not match", (9, 2), |context| match &context.rule.form {
        Form::ThreatMatch(form) => form.mapping.iter().flatten().find(|entry| entry.negate).map(|entry| entry.field.span),
        _ => None,
    }),
    ("an ES|QL rule", (8, 11), |context| (context.rule.rule_type == RuleType::Esql).then(|| context.head())),
];

fn suppression(context: &Context<'_>, types: &[RuleType]) -> Option<Span> {
    context.rule.alert.suppression.as_ref().filter(|_| types.contains(&context.rule.rule_type)).map(|suppression| suppression.span)
}

fn sequence<'a>(context: &Context<'a>) -> Option<&'a crate::ir::Sequence> {
    match &context.rule.detection.as_ref()?.plan.op {
        Op::Sequence(sequence) => Some(sequence),
        _ => None,
    }
}

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let Some(said) = context.rule.extra.iter().find(|extra| extra.path == "metadata.min_stack_version") else { return };
    let Some(stack) = said.value.as_str().and_then(version) else { return };
    for (feature, since, place) in FEATURES.iter().filter(|(_, since, _)| stack < *since) {
        if let Some(span) = place(context) {
            let finding = LINT.at(span, format!("{feature} came with version {}.{}", since.0, since.1));
            found.push(finding.with_related(said.span, "the rule is meant for this version"));
        }
    }
}

fn version(text: &str) -> Option<Version> {
    let mut parts = text.split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??))
}
