//! A technique that belongs to none of the rule's tactics.
//!
//! Azure-Sentinel's validation refuses it, and a coverage matrix shows the technique under a tactic that the rule does not name. Where the
//! rule itself puts it under a tactic, `technique-under-wrong-tactic` looks at it.
//!
//! ```sentinel bad
//! tactics:
//!   - Impact
//! relevantTechniques:
//!   - T1078
//! ```
//!
//! ```sentinel good
//! tactics:
//!   - InitialAccess
//! relevantTechniques:
//!   - T1078
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::schema::attack;

pub(super) static LINT: Lint = Lint::new("technique-without-tactic", include_str!("technique_without_tactic.rs"), check).pedantic();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let references = &context.rule.meta.attack;
    let named = references.iter().filter(|reference| reference.is_tactic).filter_map(|reference| attack::tactic(&reference.id.value));
    let tactics: Vec<&str> = named.map(|tactic| tactic.id).collect();
    if tactics.is_empty() {
        return;
    }
    for reference in references.iter().filter(|reference| !reference.is_tactic && reference.tactic.is_none()) {
        let Some(technique) = attack::technique(&reference.id.value) else { continue };
        let own: Vec<&str> = technique.tactics().chain(technique.tactics_v19()).collect();
        let under = |name: &&str| attack::tactic(name).is_some_and(|tactic| tactics.contains(&tactic.id));
        if !own.is_empty() && !own.iter().any(under) {
            let finding = LINT.at(reference.id.span, format!("`{}` belongs to no tactic of the rule", technique.id)).with_help(format!(
                "{} is under {}",
                technique.name,
                own.join(", ")
            ));
            found.push(finding);
        }
    }
}
