//! A field whose value is none of those that the product takes.
//!
//! Severity, status, risk score, trigger threshold and their like are closed sets or ranges. The product refuses the rule, or falls back
//! to a default without a word.
//!
//! ```sentinel bad
//! severity: Critical
//! ```
//!
//! ```sigma bad
//! status: production
//! ```
//!
//! ```elastic bad
//! risk_score = 147
//! ```
//!
//! ```sentinel good
//! severity: High
//! ```

use super::{Context, Lint};
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::ir::{Dialect, RuleType};
use crate::schema::suggest;
use crate::source::Spanned;

pub(super) static LINT: Lint = Lint::new("invalid-value", include_str!("invalid_value.rs"), check).error();

/// Azure-Sentinel, `DetectionTemplateSchemaValidation`.
const SENTINEL_SEVERITIES: [&str; 4] = ["Informational", "Low", "Medium", "High"];
/// Azure-Sentinel, `detections.instructions.md`.
const SENTINEL_STATUSES: [&str; 3] = ["Available", "InPreview", "Deprecated"];
/// elastic/detection-rules, `definitions.py`.
const ELASTIC_SEVERITIES: [&str; 4] = ["low", "medium", "high", "critical"];
const ELASTIC_MATURITIES: [&str; 5] = ["development", "experimental", "beta", "production", "deprecated"];
/// sigma-specification 2.1.0.
const SIGMA_LEVELS: [&str; 5] = ["informational", "low", "medium", "high", "critical"];
const SIGMA_STATUSES: [&str; 5] = ["stable", "test", "experimental", "deprecated", "unsupported"];

/// Kibana's range of a risk score.
const RISK_SCORES: std::ops::RangeInclusive<i64> = 0..=100;
/// Sentinel's range of a trigger threshold.
const THRESHOLDS: std::ops::RangeInclusive<i64> = 0..=10_000;

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let rule = context.rule;
    let meta = &rule.meta;
    let (severity, status): (&[&str], &[&str]) = match rule.dialect {
        Dialect::Sentinel => (&SENTINEL_SEVERITIES, &SENTINEL_STATUSES),
        Dialect::Elastic => (&ELASTIC_SEVERITIES, if rule.rule_type == RuleType::Hunting { &[] } else { &ELASTIC_MATURITIES }),
        Dialect::Sigma => (&SIGMA_LEVELS, &SIGMA_STATUSES),
        Dialect::Kql => (&[], &[]),
    };
    let (severity_name, status_name) = match rule.dialect {
        Dialect::Sigma => ("level", "status"),
        Dialect::Elastic => ("severity", "maturity"),
        _ => ("severity", "status"),
    };
    found.extend(meta.severity.as_ref().and_then(|value| outside(severity_name, value, severity)));
    found.extend(meta.status.as_ref().and_then(|value| outside(status_name, value, status)));
    if let Some(score) = meta.risk_score.as_ref().filter(|score| !RISK_SCORES.contains(&score.value)) {
        found.push(LINT.at(score.span, format!("`risk_score` is {}, it lies between 0 and 100", score.value)));
    }
    let trigger = rule.schedule.as_ref().and_then(|schedule| schedule.trigger.as_ref());
    if let Some(trigger) = trigger.filter(|trigger| !THRESHOLDS.contains(&trigger.threshold)) {
        found.push(LINT.at(trigger.span, format!("`triggerThreshold` is {}, it lies between 0 and 10000", trigger.threshold)));
    }
}

/// Reports a value that is none of `known`; an empty set knows nothing and is silent.
fn outside(field: &str, value: &Spanned<String>, known: &[&str]) -> Option<Diagnostic> {
    let text = value.value.trim();
    if known.is_empty() || known.contains(&text) {
        return None;
    }
    let finding = LINT.at(value.span, format!("`{field}` is `{text}`")).with_help(format!("known are {}", known.join(", ")));
    let fix =
        |by: &str, safe| Fix { title: format!("replace with `{by}`"), edits: vec![Edit { span: value.span, text: by.to_owned() }], safe };
    Some(match (known.iter().find(|k| k.eq_ignore_ascii_case(text)), suggest(text, known.iter().copied())) {
        (Some(same), _) => finding.with_label("in other letters").with_fix(fix(same, true)),
        (None, Some(near)) => finding.with_label(format!("did you mean `{near}`?")).with_fix(fix(near, false)),
        (None, None) => finding.with_label("not a known value"),
    })
}
