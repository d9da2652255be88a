//! An ATT&CK tactic that does not exist, or not in the vocabulary of the product.
//!
//! Sentinel writes `InitialAccess`, Elastic `TA0001`, Sigma `attack.initial-access`. Sentinel drops a tactic that it does not know.
//!
//! ```sentinel bad
//! tactics:
//!   - InitalAccess
//! ```
//!
//! ```sentinel good
//! tactics:
//!   - InitialAccess
//! ```

use super::{Context, Lint};
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::ir::Dialect;
use crate::schema::{attack, suggest};

pub(super) static LINT: Lint = Lint::new("unknown-tactic", include_str!("unknown_tactic.rs"), check);

/// What Sentinel takes (Azure-Sentinel, `DetectionTemplateSchemaValidation`); the last three are of older templates and of ICS.
const SENTINEL: [&str; 17] = [
    "InitialAccess",
    "Execution",
    "Persistence",
    "PrivilegeEscalation",
    "DefenseEvasion",
    "CredentialAccess",
    "Discovery",
    "LateralMovement",
    "Collection",
    "Exfiltration",
    "CommandAndControl",
    "Impact",
    "Reconnaissance",
    "ResourceDevelopment",
    "ImpairProcessControl",
    "InhibitResponseFunction",
    "PreAttack",
];

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for reference in context.rule.meta.attack.iter().filter(|reference| reference.is_tactic) {
        let text = reference.id.value.as_str();
        if is_known(text, context.rule.dialect) {
            continue;
        }
        let finding = LINT.at(reference.id.span, format!("no tactic is named `{text}`"));
        found.push(match nearest(text, context.rule.dialect) {
            Some(near) if context.is(Dialect::Sentinel) => finding.with_label(format!("did you mean `{near}`?")).with_fix(Fix {
                title: format!("replace with `{near}`"),
                edits: vec![Edit { span: reference.id.span, text: near }],
                safe: true,
            }),
            Some(near) => finding.with_label(format!("did you mean `{near}`?")),
            None => finding,
        });
    }
}

fn is_known(text: &str, dialect: Dialect) -> bool {
    match dialect {
        Dialect::Sentinel | Dialect::Kql => SENTINEL.contains(&text),
        Dialect::Elastic | Dialect::Sigma => attack::tactic(text).is_some(),
    }
}

/// Returns the tactic that was meant, spelled as the dialect spells it.
fn nearest(text: &str, dialect: Dialect) -> Option<String> {
    match dialect {
        Dialect::Sentinel | Dialect::Kql => {
            let known = attack::tactic(text).map(|tactic| tactic.name.replace(' ', ""));
            let same = known.and_then(|name| SENTINEL.iter().find(|s| s.eq_ignore_ascii_case(&name)).copied());
            same.or_else(|| suggest(text, SENTINEL)).map(str::to_owned)
        }
        Dialect::Elastic | Dialect::Sigma => {
            let names: Vec<&str> = attack::tactics().map(|tactic| tactic.shortname).collect();
            suggest(text, names).map(str::to_owned)
        }
    }
}
