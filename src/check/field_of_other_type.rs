//! A field that rules of another type have.
//!
//! Kibana takes it without a word and does nothing with it: a `threshold` in a rule of type `query` counts nothing, an `index` beside ES|QL
//! is not searched (<https://www.elastic.co/docs/api/doc/kibana/operation/operation-createrule>).
//!
//! ```elastic bad
//! type = "query"
//! [rule.threshold]
//! field = ["user.name"]
//! value = 10
//! ```
//!
//! ```elastic good
//! type = "threshold"
//! [rule.threshold]
//! field = ["user.name"]
//! value = 10
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::{Dialect, RuleType};
use crate::source::Span;

pub(super) static LINT: Lint = Lint::new("field-of-other-type", include_str!("field_of_other_type.rs"), check);

const EVENTS: &[RuleType] = &[RuleType::Query, RuleType::Eql, RuleType::Threshold, RuleType::NewTerms, RuleType::ThreatMatch];

/// Fields and the types of rule that have them.
const FIELDS: [(&str, &[RuleType]); 18] = [
    ("index", EVENTS),
    ("data_view_id", EVENTS),
    ("filters", EVENTS),
    ("threshold", &[RuleType::Threshold]),
    ("new_terms", &[RuleType::NewTerms]),
    ("new_terms_fields", &[RuleType::NewTerms]),
    ("history_window_start", &[RuleType::NewTerms]),
    ("threat_query", &[RuleType::ThreatMatch]),
    ("threat_language", &[RuleType::ThreatMatch]),
    ("threat_index", &[RuleType::ThreatMatch]),
    ("threat_mapping", &[RuleType::ThreatMatch]),
    ("threat_filters", &[RuleType::ThreatMatch]),
    ("threat_indicator_path", &[RuleType::ThreatMatch]),
    ("machine_learning_job_id", &[RuleType::MachineLearning]),
    ("anomaly_threshold", &[RuleType::MachineLearning]),
    ("event_category_override", &[RuleType::Eql]),
    ("tiebreaker_field", &[RuleType::Eql]),
    ("timestamp_field", &[RuleType::Eql]),
];

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let rule = context.rule;
    if !context.is(Dialect::Elastic) || rule.rule_type == RuleType::Hunting {
        return;
    }
    for (field, types) in FIELDS.iter().filter(|(_, types)| !types.contains(&rule.rule_type)) {
        let read: Option<Span> = match *field {
            "index" => rule.source.as_ref().map(|source| source.span),
            "filters" => rule.filters.first().map(|filter| filter.span),
            _ => None,
        };
        let Some(span) = read.or_else(|| context.extra(field).map(|extra| extra.span)) else { continue };
        let named: Vec<&str> = types.iter().filter_map(|wanted| NAMES.iter().find(|(ty, _)| ty == wanted).map(|(_, name)| *name)).collect();
        let finding = LINT.at(span, format!("`{field}` does nothing in a rule of this type"));
        found.push(finding.with_help(format!("it is for rules of type {}", named.join(", "))));
    }
}

/// What Kibana calls the types.
const NAMES: [(RuleType, &str); 7] = [
    (RuleType::Query, "query"),
    (RuleType::Eql, "eql"),
    (RuleType::Esql, "esql"),
    (RuleType::Threshold, "threshold"),
    (RuleType::NewTerms, "new_terms"),
    (RuleType::ThreatMatch, "threat_match"),
    (RuleType::MachineLearning, "machine_learning"),
];
