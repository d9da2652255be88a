//! A name or link of a tactic or technique that is not that of its id.
//!
//! Kibana shows the name and follows the link; which one is wrong only the author knows.
//!
//! ```elastic bad
//! [[rule.threat]]
//!   framework = "MITRE ATT&CK"
//! [rule.threat.tactic]
//!   id = "TA0001"
//!   name = "Execution"
//!   reference = "https://attack.mitre.org/tactics/TA0001/"
//! ```
//!
//! ```elastic good
//! [[rule.threat]]
//!   framework = "MITRE ATT&CK"
//! [rule.threat.tactic]
//!   id = "TA0001"
//!   name = "Initial Access"
//!   reference = "https://attack.mitre.org/tactics/TA0001/"
//! ```

use super::{Context, Lint};
use crate::diagnostic::{Confidence, Diagnostic};
use crate::ir::Dialect;
use crate::schema::attack;

pub(super) static LINT: Lint =
    Lint::new("attack-name-unlike-id", include_str!("attack_name_unlike_id.rs"), check).confidence(Confidence::Medium);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let rule = context.rule;
    for extra in rule.extra.iter().filter(|extra| context.is(Dialect::Elastic) && extra.path.contains("threat[")) {
        let is_name = match extra.path.rsplit('.').next() {
            Some("name") => true,
            Some("reference") => false,
            _ => continue,
        };
        // The reader keeps names and links where they differ from those of the id, which stands before them or behind them.
        let distance = |other: u32| other.abs_diff(extra.span.start);
        let Some(id) = rule.meta.attack.iter().map(|reference| &reference.id).min_by_key(|id| distance(id.span.start)) else { continue };
        let name = attack::technique(&id.value).map(|t| t.name).or_else(|| attack::tactic(&id.value).map(|t| t.name));
        let Some(name) = name.filter(|name| !name.is_empty()) else { continue };
        let said = extra.value.as_str().unwrap_or_default();
        let finding = if is_name {
            LINT.at(extra.span, format!("`{}` is named `{said}`", id.value)).with_help(format!("ATT&CK names it {name}"))
        } else {
            LINT.at(extra.span, format!("`{}` has the link of something else", id.value))
        };
        found.push(finding.with_related(id.span, "the id"));
    }
}
