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
//! ```elastic bad
//! type = "threshold"
//! [rule.threshold]
//! field = ["user.name"]
//! value = 0
//! ```
//!
//! ```sentinel good
//! severity: High
//! ```

use super::{Context, Lint};
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::ir::{Dialect, Form, Rule, RuleType};
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
    of_form(rule, found);
    let trigger = rule.schedule.as_ref().and_then(|schedule| schedule.trigger.as_ref());
    if let Some(trigger) = trigger.filter(|trigger| !THRESHOLDS.contains(&trigger.threshold)) {
        found.push(LINT.at(trigger.span, format!("`triggerThreshold` is {}, it lies between 0 and 10000", trigger.threshold)));
    }
}

/// Numbers of Elastic's rule types (<https://www.elastic.co/docs/api/doc/kibana/operation/operation-createrule>).
fn of_form(rule: &Rule, found: &mut Vec<Diagnostic>) {
    let mut within = |what: &str, number: &Spanned<i64>, range: std::ops::RangeInclusive<i64>| {
        if !range.contains(&number.value) {
            let most = if *range.end() == i64::MAX { String::new() } else { format!(" and at most {}", range.end()) };
            found.push(LINT.at(number.span, format!("`{what}` is {}, it is at least {}{most}", number.value, range.start())));
        }
    };
    match &rule.form {
        Form::Threshold(form) => {
            within("value", &form.value, 1..=i64::MAX);
            form.cardinality.iter().for_each(|(_, value)| within("cardinality.value", value, 1..=i64::MAX));
        }
        Form::MachineLearning(form) => form.threshold.iter().for_each(|score| within("anomaly_threshold", score, RISK_SCORES)),
        _ => {}
    }
    // More than 1000 alerts of one run Kibana does not make, whatever a rule says (`xpack.alerting.rules.run.alerts.max`).
    rule.schedule.iter().flat_map(|schedule| &schedule.max_alerts).for_each(|most| within("max_signals", most, 1..=1_000));
    if let Some(suppression) = rule.alert.suppression.as_ref().filter(|suppression| suppression.duration == Some(0)) {
        within("alert_suppression.duration.value", &Spanned::new(0, suppression.span), 1..=i64::MAX);
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
