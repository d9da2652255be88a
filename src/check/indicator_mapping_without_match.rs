//! A mapping of indicators that an event cannot satisfy, or that nearly every event does.
//!
//! In a group of entries at least one must match: what only does not match an indicator is nearly everything, and Kibana refuses it. A pair of
//! fields that must match and must not match in one group is never satisfied
//! (<https://www.elastic.co/docs/solutions/security/detect-and-alert/indicator-match>).
//!
//! ```elastic bad
//! type = "threat_match"
//! threat_index = ["logs-ti_*"]
//! threat_query = "*:*"
//! threat_language = "kuery"
//! [[rule.threat_mapping]]
//! [[rule.threat_mapping.entries]]
//! field = "source.ip"
//! type = "mapping"
//! value = "threat.indicator.ip"
//! negate = true
//! ```
//!
//! ```elastic good
//! type = "threat_match"
//! threat_index = ["logs-ti_*"]
//! threat_query = "*:*"
//! threat_language = "kuery"
//! [[rule.threat_mapping]]
//! [[rule.threat_mapping.entries]]
//! field = "source.ip"
//! type = "mapping"
//! value = "threat.indicator.ip"
//! [[rule.threat_mapping.entries]]
//! field = "host.name"
//! type = "mapping"
//! value = "threat.indicator.reference"
//! negate = true
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::Form;

pub(super) static LINT: Lint =
    Lint::new("indicator-mapping-without-match", include_str!("indicator_mapping_without_match.rs"), check).error();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let Form::ThreatMatch(form) = &context.rule.form else { return };
    for entries in &form.mapping {
        if let Some(first) = entries.first().filter(|_| entries.iter().all(|entry| entry.negate)) {
            found.push(LINT.at(first.field.span, "no entry of the group must match").with_help("add one without `negate`"));
        }
        for negated in entries.iter().filter(|entry| entry.negate) {
            let is_same = |other: &&crate::ir::ThreatEntry| {
                !other.negate && other.field.value == negated.field.value && other.indicator.value == negated.indicator.value
            };
            if let Some(other) = entries.iter().find(is_same) {
                let finding = LINT.at(negated.field.span, "the same fields must match and must not match");
                found.push(finding.with_related(other.field.span, "must match"));
            }
        }
    }
}
