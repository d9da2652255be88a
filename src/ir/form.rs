//! What a rule type adds to its query: new_terms fields, thresholds, indicator mappings, correlations.
//!
//! This is the file's own say, with positions, for checks, `explain` and writers; what it means is in the rule's plan.

use crate::source::{Span, Spanned};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

/// What a rule says besides its query, by rule type.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Nothing: the query is the detection.
    #[default]
    Plain,
    /// Elastic `new_terms`.
    NewTerms(NewTermsForm),
    /// Elastic `threshold`.
    Threshold(ThresholdForm),
    /// Elastic `threat_match`. The indicator query is the rule's second query.
    ThreatMatch(ThreatMatchForm),
    /// Elastic `machine_learning`.
    MachineLearning(MachineLearningForm),
    /// Sigma correlation.
    Correlation(CorrelationForm),
    /// Sigma filter: the rules it narrows; none means every rule of its log source (`rules: any`).
    Filter(Vec<Spanned<String>>),
}

/// `new_terms` as written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct NewTermsForm {
    /// The fields whose combination must be new.
    pub fields: Vec<Spanned<String>>,
    /// Ticks from the start of the history to the end of the run.
    pub history: Spanned<i64>,
}

/// `threshold` as written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct ThresholdForm {
    /// Group fields; none means all events together.
    pub fields: Vec<Spanned<String>>,
    /// Events at least.
    pub value: Spanned<i64>,
    /// Distinct values at least, by field.
    pub cardinality: Vec<(Spanned<String>, Spanned<i64>)>,
}

/// `threat_match` as written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct ThreatMatchForm {
    /// Indices of the indicators.
    pub indices: Vec<Spanned<String>>,
    /// Alternatives, each a list of entries that must all hold for one indicator.
    pub mapping: Vec<Vec<ThreatEntry>>,
    /// Where in an indicator document the indicator stands.
    pub indicator_path: Option<Spanned<String>>,
    /// Filters on indicators, in Elasticsearch's query DSL.
    pub filters: Vec<Spanned<Json>>,
}

/// An entry of a `threat_mapping`.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ThreatEntry {
    /// The event's field.
    pub field: Spanned<String>,
    /// The indicator's field.
    pub indicator: Spanned<String>,
    /// `negate`: the two must not be equal.
    pub negate: bool,
}

/// `machine_learning` as written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct MachineLearningForm {
    /// Job ids.
    pub jobs: Vec<Spanned<String>>,
    /// Score from which an anomaly is an alert.
    pub threshold: Option<Spanned<i64>>,
}

/// A Sigma correlation as written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct CorrelationForm {
    /// `type`.
    pub kind: Spanned<String>,
    /// Names or ids of the rules.
    pub rules: Vec<Spanned<String>>,
    /// `group-by`.
    pub keys: Vec<Spanned<String>>,
    /// `timespan` in ticks.
    pub window: Spanned<i64>,
    /// Comparisons of `condition`: operator (`gte`, …) and number.
    pub comparisons: Vec<(Spanned<String>, Spanned<f64>)>,
    /// `condition` where it is an expression over rule names.
    pub condition: Option<Spanned<String>>,
    /// `condition.field`: one field, or several whose values count together.
    pub fields: Vec<Spanned<String>>,
    /// `condition.percentile`.
    pub percentile: Option<Spanned<f64>>,
    /// `aliases`: alias, rule, field.
    pub aliases: Vec<(Spanned<String>, Spanned<String>, Spanned<String>)>,
    /// `generate`: whether the correlated rules alert on their own too.
    pub generate: bool,
    /// Where the correlation stands.
    pub span: Span,
}
