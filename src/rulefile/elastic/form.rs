//! What an Elastic rule type says besides the query.
//!
//! detection-rules' TOML and Kibana's JSON spell new_terms differently; both are read.

use super::super::duration;
use super::super::fields::Fields;
use crate::ir::{Form, MachineLearningForm, NewTermsForm, RuleType, ThreatEntry, ThreatMatchForm, ThresholdForm};
use crate::source::{Node, Spanned};
use serde_json::Value as Json;

/// Reads the fields that belong to a rule type.
pub(super) fn read(fields: &mut Fields<'_>, rule_type: RuleType) -> Form {
    match rule_type {
        RuleType::NewTerms => new_terms(fields).map_or(Form::Plain, Form::NewTerms),
        RuleType::Threshold => fields.table(&["threshold"], threshold).map_or(Form::Plain, Form::Threshold),
        RuleType::ThreatMatch => Form::ThreatMatch(threat_match(fields)),
        RuleType::MachineLearning => Form::MachineLearning(MachineLearningForm {
            jobs: fields.texts(&["machine_learning_job_id"]),
            threshold: fields.integer(&["anomaly_threshold"]),
        }),
        _ => Form::Plain,
    }
}

/// Reads filters in Elasticsearch's query DSL.
pub(super) fn filters(fields: &mut Fields<'_>, key: &str) -> Vec<Spanned<Json>> {
    fields.node(&[key]).map_or(&[] as &[Node], Node::items).iter().map(|n| Spanned::new(n.to_json(), n.span)).collect()
}

const HISTORY: &str = "date math like now-14d";

fn new_terms(fields: &mut Fields<'_>) -> Option<NewTermsForm> {
    let in_kibana = fields.texts(&["new_terms_fields"]);
    if !in_kibana.is_empty() {
        let history = fields.converted(&["history_window_start"], HISTORY, duration::look_back)?;
        return Some(NewTermsForm { fields: in_kibana, history });
    }
    // `[rule.new_terms] field = "new_terms_fields", value = […]`, with the window in the same layout below.
    let form = fields.table(&["new_terms"], |inner| {
        keep_unless(inner, "field", "new_terms_fields");
        let terms = inner.texts(&["value"]);
        let windows = inner.tables(&["history_window_start"], |window| {
            keep_unless(window, "field", "history_window_start");
            window.converted(&["value"], HISTORY, duration::look_back)
        });
        let history = windows.into_iter().flatten().next()?;
        Some(NewTermsForm { fields: terms, history })
    });
    form.flatten()
}

/// Keeps a field that says something else than it always does.
pub(super) fn keep_unless(fields: &mut Fields<'_>, key: &str, expected: &str) {
    if fields.text(&[key]).is_some_and(|text| text.value != expected) {
        fields.keep(key);
    }
}

fn threshold(fields: &mut Fields<'_>) -> ThresholdForm {
    let cardinality = fields.tables(&["cardinality"], |inner| inner.text(&["field"]).zip(inner.integer(&["value"])));
    ThresholdForm {
        // Kibana writes one empty name where there is no group.
        fields: fields.texts(&["field"]).into_iter().filter(|f| !f.value.is_empty()).collect(),
        value: fields.integer(&["value"]).unwrap_or(Spanned::new(1, fields.span())),
        cardinality: cardinality.into_iter().flatten().collect(),
    }
}

fn threat_match(fields: &mut Fields<'_>) -> ThreatMatchForm {
    let mapping = fields.tables(&["threat_mapping"], |inner| {
        let entries = inner.tables(&["entries"], |entry| {
            keep_unless(entry, "type", "mapping");
            let negate = entry.flag(&["negate"]).is_some_and(|negate| negate.value);
            let (field, indicator) = entry.text(&["field"]).zip(entry.text(&["value"]))?;
            Some(ThreatEntry { field, indicator, negate })
        });
        entries.into_iter().flatten().collect()
    });
    ThreatMatchForm {
        indices: fields.texts(&["threat_index"]),
        mapping,
        indicator_path: fields.text(&["threat_indicator_path"]),
        filters: filters(fields, "threat_filters"),
    }
}
