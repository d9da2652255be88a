//! A rule without a field that its product requires.
//!
//! Required are, in a Sentinel analytics rule: id, name, description, severity, and for a scheduled one queryFrequency, queryPeriod,
//! triggerOperator and triggerThreshold; in a Sentinel hunting query: id, name and description; in an Elastic rule: name, description,
//! author, rule_id, severity, risk_score and what its type is about (a threshold, new terms, indicators with their
//! query and mapping, jobs with a score, fields to suppress by); in a Sigma rule: title and log source.
//!
//! ```sentinel bad
//! severity:
//! ```
//!
//! ```elastic bad
//! type = "threshold"
//! ```
//!
//! ```sentinel good
//! severity: High
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::{Dialect, Form, Rule, RuleType, TableSource};

pub(super) static LINT: Lint = Lint::new("missing-field", include_str!("missing_field.rs"), check).error();

/// A field and how to see that a rule has it.
type Required = (&'static str, fn(&Rule) -> bool);

const SENTINEL: &[Required] = &[
    ("id", |rule| rule.meta.id.is_some()),
    ("name", |rule| rule.meta.name.is_some()),
    ("description", |rule| rule.meta.description.is_some()),
];

const SENTINEL_ANALYTICS: &[Required] = &[("severity", |rule| rule.meta.severity.is_some())];

const SENTINEL_SCHEDULED: &[Required] = &[
    ("queryFrequency", |rule| has(rule, "queryFrequency") || rule.schedule.as_ref().is_some_and(|s| s.frequency.is_some())),
    ("queryPeriod", |rule| has(rule, "queryPeriod") || rule.schedule.as_ref().is_some_and(|s| s.period.is_some())),
    ("triggerOperator", |rule| has(rule, "triggerOperator") || rule.schedule.as_ref().is_some_and(|s| s.trigger.is_some())),
    ("triggerThreshold", |rule| has(rule, "triggerThreshold") || rule.schedule.as_ref().is_some_and(|s| s.trigger.is_some())),
];

const ELASTIC: &[Required] = &[
    ("name", |rule| rule.meta.name.is_some()),
    ("description", |rule| rule.meta.description.is_some()),
    ("author", |rule| !rule.meta.authors.is_empty()),
    ("rule_id", |rule| rule.meta.id.is_some()),
    ("severity", |rule| rule.meta.severity.is_some()),
    ("risk_score", |rule| rule.meta.risk_score.is_some()),
];

/// What the types of Elastic's rules are about.
const ELASTIC_TYPES: [(RuleType, &[Required]); 4] = [
    (RuleType::Threshold, &[("threshold", |rule| matches!(rule.form, Form::Threshold(_)) || has(rule, "rule.threshold"))]),
    (RuleType::NewTerms, &[("new_terms", |rule| matches!(rule.form, Form::NewTerms(_)) || has(rule, "rule.new_terms"))]),
    (
        RuleType::ThreatMatch,
        &[
            ("threat_query", |rule| rule.queries.len() > 1),
            ("threat_index", |rule| matches!(&rule.form, Form::ThreatMatch(form) if !form.indices.is_empty())),
            ("threat_mapping", |rule| matches!(&rule.form, Form::ThreatMatch(form) if !form.mapping.is_empty())),
        ],
    ),
    (
        RuleType::MachineLearning,
        &[
            ("machine_learning_job_id", |rule| matches!(&rule.form, Form::MachineLearning(form) if !form.jobs.is_empty())),
            ("anomaly_threshold", |rule| matches!(&rule.form, Form::MachineLearning(form) if form.threshold.is_some())),
        ],
    ),
];

/// A threshold's alerts are suppressed by the fields of the threshold.
const ELASTIC_SUPPRESSION: &[Required] = &[("alert_suppression.group_by", |rule| {
    rule.rule_type == RuleType::Threshold || rule.alert.suppression.as_ref().is_none_or(|suppression| !suppression.fields.is_empty())
})];

const SIGMA: &[Required] = &[("title", |rule| rule.meta.name.as_ref().is_some_and(|title| !title.value.trim().is_empty()))];

/// Detections and filters say where they look: one at least of category, product and service.
const SIGMA_SOURCE: &[Required] = &[("logsource", |rule| {
    let source = rule.source.as_ref().map(|source| &source.value);
    source.is_some_and(|source| *source != TableSource::LogSource { category: None, product: None, service: None })
})];

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let rule = context.rule;
    let required: Vec<&[Required]> = match (rule.dialect, rule.rule_type) {
        (Dialect::Sentinel, RuleType::Hunting) => vec![SENTINEL],
        (Dialect::Sentinel, RuleType::Scheduled) => vec![SENTINEL, SENTINEL_ANALYTICS, SENTINEL_SCHEDULED],
        (Dialect::Sentinel, _) => vec![SENTINEL, SENTINEL_ANALYTICS],
        // A hunt has no alert, and so no severity or score.
        (Dialect::Elastic, RuleType::Hunting) => vec![],
        (Dialect::Elastic, of_type) => {
            let own = ELASTIC_TYPES.iter().filter(|(named, _)| *named == of_type).map(|(_, required)| *required);
            [ELASTIC, ELASTIC_SUPPRESSION].into_iter().chain(own).collect()
        }
        (Dialect::Sigma, RuleType::Detection | RuleType::Filter) => vec![SIGMA, SIGMA_SOURCE],
        (Dialect::Sigma, _) => vec![SIGMA],
        (Dialect::Kql, _) => vec![],
    };
    for (name, _) in required.into_iter().flatten().filter(|(_, present)| !present(rule)) {
        found.push(LINT.at(context.head(), format!("the rule has no `{name}`")));
    }
}

/// Tells whether the file has the field, but with a value that is no such value: that is reported already.
fn has(rule: &Rule, name: &str) -> bool {
    rule.extra.iter().any(|extra| extra.path.starts_with(name))
}
