//! A rule as a whole: metadata, schedule, detection, alert shape.
//!
//! Spans here count bytes of the rule *file*; those in plans count bytes of the query text, and `Query::map` leads from one to the other.

use super::{Form, Plan, TICKS_PER_SECOND, TableSource};
use crate::source::{OffsetMap, Span, Spanned};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The rule file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// Microsoft Sentinel YAML (analytics and hunting).
    Sentinel,
    /// A bare Kusto query file.
    Kql,
    /// elastic/detection-rules TOML or Kibana NDJSON.
    Elastic,
    /// Sigma YAML.
    Sigma,
}

impl Dialect {
    /// Returns the column or field that holds an event's time.
    pub fn time_column(self) -> &'static str {
        match self {
            Self::Sentinel | Self::Kql => "TimeGenerated",
            Self::Elastic => "@timestamp",
            Self::Sigma => "timestamp",
        }
    }
}

/// A query language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Kusto (KQL of Microsoft).
    Kusto,
    /// Kibana query language.
    Kuery,
    /// Lucene query string.
    Lucene,
    /// Event query language.
    Eql,
    /// Elasticsearch query language.
    Esql,
    /// Sigma detection.
    Sigma,
}

/// What kind of rule it is, in its own dialect's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuleType {
    /// Sentinel `kind: Scheduled`.
    Scheduled,
    /// Sentinel `kind: NRT`.
    Nrt,
    /// Sentinel hunting query: no schedule.
    Hunting,
    /// A query without a rule around it.
    Query,
    /// Elastic `eql`.
    Eql,
    /// Elastic `esql`.
    Esql,
    /// Elastic `threshold`.
    Threshold,
    /// Elastic `new_terms`.
    NewTerms,
    /// Elastic `threat_match`.
    ThreatMatch,
    /// Elastic `machine_learning`.
    MachineLearning,
    /// Sigma detection rule.
    Detection,
    /// Sigma correlation rule.
    Correlation,
    /// Sigma filter.
    Filter,
}

/// A rule, read.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Rule {
    /// File format.
    pub dialect: Dialect,
    /// Kind.
    pub rule_type: RuleType,
    /// Where the rule stands in its file.
    pub span: Span,
    /// Who, what, why.
    pub meta: Metadata,
    /// Where its events come from, if the rule says so outside the query: index patterns, Sigma's log source.
    pub source: Option<Spanned<TableSource>>,
    /// When it runs; `None` for queries that nobody schedules.
    pub schedule: Option<Schedule>,
    /// The query texts: the main query first, then others (indicator query of `threat_match`, further hunts).
    pub queries: Vec<Query>,
    /// What the rule type adds to the query.
    pub form: Form,
    /// Elastic `filters`, in Elasticsearch's query DSL; the detection includes them.
    pub filters: Vec<Spanned<serde_json::Value>>,
    /// What it detects; `None` where the query is broken (its diagnostics say why) or absent (`machine_learning`).
    pub detection: Option<Detection>,
    /// What an alert looks like.
    pub alert: AlertShape,
    /// Whether it alerts through the correlations that name it alone.
    pub correlated_only: bool,
    /// Fields of the file that the IR has no word for, by dotted path, as they were written.
    pub extra: Vec<Extra>,
}

impl Rule {
    /// Returns the ticks between runs, the dialect's default included; `None` for what nobody schedules.
    ///
    /// Defaults: a Sentinel NRT rule runs every minute (learn.microsoft.com, near-real-time-rules); Kibana's `interval` is 5m.
    pub fn frequency_ticks(&self) -> Option<i64> {
        let written = self.schedule.as_ref()?.frequency.as_ref().map(|f| f.value);
        written.or_else(|| default_ticks(self, 60, 300))
    }

    /// Returns the ticks of look-back, the dialect's default included; `None` for what nobody schedules.
    ///
    /// Defaults: a Sentinel NRT rule reads the last minute; Kibana's `from` is now-6m.
    pub fn period_ticks(&self) -> Option<i64> {
        let written = self.schedule.as_ref()?.period.as_ref().map(|p| p.value);
        written.or_else(|| default_ticks(self, 60, 360))
    }

    /// Returns the ticks from the end of the rule's window to its run.
    pub fn until_ticks(&self) -> i64 {
        self.schedule.as_ref().and_then(|schedule| schedule.until.as_ref()).map_or(0, |until| until.value)
    }

    /// Returns the field or column that says when an event happened: Elastic's `timestamp_override`, else what the dialect has.
    pub fn time_field(&self) -> &str {
        let said = self.schedule.as_ref().and_then(|schedule| schedule.time_field.as_ref());
        match (self.dialect, said) {
            (Dialect::Elastic, Some(field)) => &field.value,
            (Dialect::Elastic, None) => "@timestamp",
            _ => "TimeGenerated",
        }
    }
}

fn default_ticks(rule: &Rule, nrt_seconds: i64, elastic_seconds: i64) -> Option<i64> {
    match (rule.dialect, rule.rule_type) {
        (Dialect::Sentinel, RuleType::Nrt) => Some(nrt_seconds * TICKS_PER_SECOND),
        (Dialect::Elastic, _) => Some(elastic_seconds * TICKS_PER_SECOND),
        _ => None,
    }
}

/// A query text inside a rule file.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Query {
    /// Its language.
    pub language: Language,
    /// The text as the language sees it (after YAML or TOML decoding). Sigma's is the rule file itself: its detection is a tree.
    pub text: Arc<str>,
    /// Leads from bytes of `text` to bytes of the file.
    pub map: OffsetMap,
}

/// What a rule detects.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Detection {
    /// The plan.
    pub plan: Arc<Plan>,
    /// `let` names that the author bound, with their places in the query text; the plan's nodes carry them too.
    pub lets: Vec<Spanned<Arc<str>>>,
}

/// Who, what, why. Empty vectors and `None` mean that the file does not say.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Metadata {
    /// `id`, `rule_id`.
    pub id: Option<Spanned<String>>,
    /// `name`, `title`.
    pub name: Option<Spanned<String>>,
    /// `description`.
    pub description: Option<Spanned<String>>,
    /// Severity in the dialect's own word.
    pub severity: Option<Spanned<String>>,
    /// Elastic `risk_score`.
    pub risk_score: Option<Spanned<i64>>,
    /// Sigma `status`, Sentinel `status`, Elastic `maturity`.
    pub status: Option<Spanned<String>>,
    /// Rule version in the dialect's own form.
    pub version: Option<Spanned<String>>,
    /// Authors.
    pub authors: Vec<Spanned<String>>,
    /// Licence.
    pub license: Option<Spanned<String>>,
    /// Creation date as written.
    pub created: Option<Spanned<String>>,
    /// Date of the last change as written.
    pub modified: Option<Spanned<String>>,
    /// URLs.
    pub references: Vec<Spanned<String>>,
    /// Tags as written.
    pub tags: Vec<Spanned<String>>,
    /// Known false positives.
    pub false_positives: Vec<Spanned<String>>,
    /// Investigation guide (`note`).
    pub note: Option<Spanned<String>>,
    /// ATT&CK references.
    pub attack: Vec<AttackRef>,
    /// Data connectors or integrations: (connector, data type).
    pub connectors: Vec<(Spanned<String>, Vec<Spanned<String>>)>,
    /// Fields an analyst wants to see (`investigation_fields`, Sigma `fields`).
    pub fields: Vec<Spanned<String>>,
    /// Related rules: (relation, id).
    pub related: Vec<(String, Spanned<String>)>,
}

/// A tactic, technique or sub-technique.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AttackRef {
    /// `T1078.004`, `TA0001`, or a tactic's name as the dialect spells it (`InitialAccess`, `initial-access`).
    pub id: Spanned<String>,
    /// Whether `id` names a tactic.
    pub is_tactic: bool,
    /// For techniques in Elastic's layout, the tactic they stand under.
    pub tactic: Option<String>,
}

/// When a rule runs and over what.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Schedule {
    /// Ticks between runs (`queryFrequency`, `interval`).
    pub frequency: Option<Spanned<i64>>,
    /// Ticks of look-back (`queryPeriod`, `now - from`).
    pub period: Option<Spanned<i64>>,
    /// Ticks from the end of the window to the run (`now - to`); without it the window ends when the rule runs.
    pub until: Option<Spanned<i64>>,
    /// When results become an alert.
    pub trigger: Option<Trigger>,
    /// Field whose time counts (`timestamp_override`), else the event's own time.
    pub time_field: Option<Spanned<String>>,
    /// Alerts at most of one run (`max_signals`).
    pub max_alerts: Option<Spanned<i64>>,
}

/// Results needed for an alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Trigger {
    /// How the number of results is compared.
    pub operator: TriggerOperator,
    /// With what.
    pub threshold: i64,
    /// Where the file says so.
    pub span: Span,
}

/// Sentinel's `triggerOperator`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TriggerOperator {
    /// `gt`
    GreaterThan,
    /// `lt`
    LessThan,
    /// `eq`
    Equal,
    /// `ne`
    NotEqual,
}

/// What an alert looks like.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct AlertShape {
    /// Entity mappings.
    pub entities: Vec<Entity>,
    /// `alertDisplayNameFormat`, `rule_name_override`.
    pub title: Option<Spanned<String>>,
    /// `alertDescriptionFormat`.
    pub description: Option<Spanned<String>>,
    /// Column that gives the severity.
    pub severity_column: Option<Spanned<String>>,
    /// Other severities by the value of a field, in order.
    pub severity_mapping: Vec<SeverityMapping>,
    /// Field that gives the risk score.
    pub risk_field: Option<Spanned<String>>,
    /// Column that gives the tactics.
    pub tactics_column: Option<Spanned<String>>,
    /// Custom details: key, column.
    pub custom_details: Vec<(Spanned<String>, Spanned<String>)>,
    /// `alertDynamicProperties`: property, column.
    pub dynamic_properties: Vec<(Spanned<String>, Spanned<String>)>,
    /// One alert a run or one a row.
    pub grouping: Option<Spanned<Grouping>>,
    /// Silence after an alert.
    pub suppression: Option<Suppression>,
}

/// Elastic's `severity_mapping`: another severity where a field has a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SeverityMapping {
    /// The field.
    pub field: Spanned<String>,
    /// Its value.
    pub value: Spanned<String>,
    /// The severity then.
    pub severity: Spanned<String>,
}

/// Sentinel's `aggregationKind`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grouping {
    /// All results of a run in one alert.
    #[default]
    SingleAlert,
    /// An alert for each row.
    AlertPerResult,
}

/// Silence after an alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Suppression {
    /// How long, in ticks; `None` for the one run only.
    pub duration: Option<i64>,
    /// Fields that make alerts the same; none means all alerts of the rule.
    pub fields: Vec<Spanned<String>>,
    /// Whether an event without one of the fields is an alert of its own (Kibana's `missing_fields_strategy = "doNotSuppress"`).
    pub missing_apart: bool,
    /// Where the file says so.
    pub span: Span,
}

/// An entity of an alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Entity {
    /// `Account`, `IP`, `Host`, …
    pub kind: Spanned<String>,
    /// Its identifiers.
    pub fields: Vec<EntityField>,
}

/// An identifier of an entity and the column that fills it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EntityField {
    /// `FullName`, `Address`, …
    pub identifier: Spanned<String>,
    /// The query's column.
    pub column: Spanned<String>,
}

/// A field of the file that the IR has no word for.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Extra {
    /// Dotted path in the file: `incidentConfiguration.groupingConfiguration.enabled`.
    pub path: String,
    /// Its value, typed by the file format only as far as that format says.
    pub value: serde_json::Value,
    /// Where it stands.
    pub span: Span,
}
