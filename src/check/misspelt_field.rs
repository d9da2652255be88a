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

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let known = match context.rule.dialect {
        Dialect::Sentinel => SENTINEL,
        Dialect::Sigma => SIGMA,
        Dialect::Elastic | Dialect::Kql => return,
    };
    for extra in &context.rule.extra {
        let name = extra.path.as_str();
        if known.contains(&name) {
            continue;
        }
        if let Some(near) = suggest(name, known.iter().copied()) {
            let finding = LINT.at(extra.span, format!("`{name}` is read by nobody"));
            found.push(finding.with_label(format!("did you mean `{near}`?")));
        }
    }
}
