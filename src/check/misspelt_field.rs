//! A field of a rule file that nobody reads, with the name of another one nearly right.
//!
//! Products ignore fields that they do not know: `falsepositive` or `relevantTechnique` is lost without a word.
//!
//! ```sentinel bad
//! relevantTechnique:
//!   - T1078
//! ```
//!
//! ```sigma bad
//! falsepositive:
//!   - Administrators
//! ```
//!
//! ```elastic bad
//! false_positive = ["Administrators"]
//! ```
//!
//! ```sentinel good
//! relevantTechniques:
//!   - T1078
//! tactics:
//!   - InitialAccess
//! ```

use super::{Context, Lint};
use crate::diagnostic::{Confidence, Diagnostic};
use crate::ir::Dialect;
use crate::schema::suggest;

pub(super) static LINT: Lint = Lint::new("misspelt-field", include_str!("misspelt_field.rs"), check).confidence(Confidence::Medium);

/// Azure-Sentinel's detection and hunting templates.
const SENTINEL: &[&str] = &[
    "id",
    "name",
    "version",
    "kind",
    "description",
    "severity",
    "status",
    "requiredDataConnectors",
    "queryFrequency",
    "queryPeriod",
    "triggerOperator",
    "triggerThreshold",
    "tactics",
    "relevantTechniques",
    "query",
    "entityMappings",
    "customDetails",
    "alertDetailsOverride",
    "eventGroupingSettings",
    "incidentConfiguration",
    "suppressionDuration",
    "suppressionEnabled",
    "tags",
    "metadata",
    "sentinelEntitiesMappings",
    "alertRuleTemplateName",
    "subTechniques",
    "enabled",
    "author",
    "previousVersion",
];

/// sigma-specification 2.1.0.
const SIGMA: &[&str] = &[
    "title",
    "id",
    "name",
    "related",
    "taxonomy",
    "status",
    "description",
    "license",
    "author",
    "references",
    "date",
    "modified",
    "logsource",
    "detection",
    "fields",
    "falsepositives",
    "level",
    "tags",
    "scope",
    "correlation",
    "filter",
];

/// Kibana's API for rules, and the `[rule]` tables of elastic/detection-rules.
const ELASTIC: &[&str] = &[
    "actions",
    "alert_suppression",
    "alias_purpose",
    "alias_target_id",
    "anomaly_threshold",
    "author",
    "building_block_type",
    "concurrent_searches",
    "created_at",
    "created_by",
    "data_view_id",
    "description",
    "enabled",
    "event_category_override",
    "exceptions_list",
    "execution_summary",
    "false_positives",
    "filters",
    "from",
    "history_window_start",
    "id",
    "immutable",
    "index",
    "interval",
    "investigation_fields",
    "items_per_search",
    "language",
    "license",
    "machine_learning_job_id",
    "max_signals",
    "meta",
    "name",
    "namespace",
    "new_terms",
    "new_terms_fields",
    "note",
    "outcome",
    "output_index",
    "query",
    "references",
    "related_integrations",
    "required_fields",
    "response_actions",
    "revision",
    "risk_score",
    "risk_score_mapping",
    "rule_id",
    "rule_name_override",
    "rule_source",
    "saved_id",
    "setup",
    "severity",
    "severity_mapping",
    "tags",
    "threat",
    "threat_filters",
    "threat_index",
    "threat_indicator_path",
    "threat_language",
    "threat_mapping",
    "threat_query",
    "threshold",
    "throttle",
    "tiebreaker_field",
    "timeline_id",
    "timeline_title",
    "timestamp_field",
    "timestamp_override",
    "timestamp_override_fallback_disabled",
    "to",
    "type",
    "updated_at",
    "updated_by",
    "version",
];

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let known = match context.rule.dialect {
        Dialect::Sentinel => SENTINEL,
        Dialect::Sigma => SIGMA,
        Dialect::Elastic => ELASTIC,
        Dialect::Kql => return,
    };
    for extra in &context.rule.extra {
        // The tables beside `[rule]` are not Kibana's.
        let Some(name) = own_name(&extra.path, context.rule.dialect) else { continue };
        if known.contains(&name) {
            continue;
        }
        if let Some(near) = suggest(name, known.iter().copied()) {
            let finding = LINT.at(extra.span, format!("`{name}` is read by nobody"));
            found.push(finding.with_label(format!("did you mean `{near}`?")));
        }
    }
}

/// Returns the field of the rule that a path begins with.
fn own_name(path: &str, dialect: Dialect) -> Option<&str> {
    if dialect != Dialect::Elastic {
        return Some(path);
    }
    let inner = path.strip_prefix("rule.").unwrap_or(path);
    let name = inner.split(['.', '[']).next()?;
    (inner.len() != path.len() || name.len() == path.len()).then_some(name)
}
