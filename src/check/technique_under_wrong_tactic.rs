//! A technique in the table of a tactic that it does not belong to.
//!
//! An Elastic rule lists techniques under their tactics. A coverage matrix shows this one where ATT&CK does not have it.
//!
//! ```elastic bad
//! [[rule.threat]]
//!   framework = "MITRE ATT&CK"
//! [rule.threat.tactic]
//!   id = "TA0040"
//!   name = "Impact"
//!   reference = "https://attack.mitre.org/tactics/TA0040/"
//! [[rule.threat.technique]]
//!   id = "T1566"
//!   name = "Phishing"
//!   reference = "https://attack.mitre.org/techniques/T1566/"
//! ```
//!
//! ```elastic good
//! [[rule.threat]]
//!   framework = "MITRE ATT&CK"
//! [rule.threat.tactic]
//!   id = "TA0001"
//!   name = "Initial Access"
//!   reference = "https://attack.mitre.org/tactics/TA0001/"
//! [[rule.threat.technique]]
//!   id = "T1566"
//!   name = "Phishing"
//!   reference = "https://attack.mitre.org/techniques/T1566/"
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::schema::attack;

pub(super) static LINT: Lint = Lint::new("technique-under-wrong-tactic", include_str!("technique_under_wrong_tactic.rs"), check);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for reference in &context.rule.meta.attack {
        let under = reference.tactic.as_deref().and_then(attack::tactic);
        let Some((tactic, technique)) = under.zip(attack::technique(&reference.id.value)) else { continue };
        let own: Vec<&str> = technique.tactics().chain(technique.tactics_v19()).collect();
        // One id may have had several names.
        let belongs = |name: &&str| attack::tactic(name).is_some_and(|own| own.id == tactic.id);
        if !own.is_empty() && !own.iter().any(belongs) {
            let finding = LINT.at(reference.id.span, format!("`{}` is no technique of {}", technique.id, tactic.name));
            found.push(finding.with_help(format!("{} is under {}", technique.name, own.join(", "))));
        }
    }
}
