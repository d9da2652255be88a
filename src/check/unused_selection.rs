//! A Sigma selection that the condition never names.
//!
//! Whoever reads the rule believes that it counts: an exclusion that was written and never excludes.
//!
//! ```sigma bad
//! detection:
//!   selection:
//!     EventID: 4625
//!   filter_main_service:
//!     LogonType: 5
//!   condition: selection
//! ```
//!
//! ```sigma good
//! detection:
//!   selection:
//!     EventID: 4625
//!   filter_main_service:
//!     LogonType: 5
//!   condition: selection and not 1 of filter_main_*
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::lang::sigma::ast::{Condition, ConditionKind};
use crate::lang::sigma::is_meant;

pub(super) static LINT: Lint = Lint::new("unused-selection", include_str!("unused_selection.rs"), check);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let Some(detection) = context.sigma() else { return };
    for selection in &detection.selections {
        let name = &selection.name;
        if !detection.conditions.iter().any(|condition| names(condition, &name.value)) {
            let finding = LINT.at(name.span, format!("no condition names `{}`", name.value));
            found.push(finding.with_help("name it in the condition, or remove it"));
        }
    }
}

fn names(condition: &Condition, selection: &str) -> bool {
    match &condition.kind {
        ConditionKind::And(parts) | ConditionKind::Or(parts) => parts.iter().any(|part| names(part, selection)),
        ConditionKind::Not(inner) => names(inner, selection),
        ConditionKind::Selection(name) => name == selection,
        ConditionKind::Quantified { pattern, .. } => is_meant(selection, pattern.as_deref()),
    }
}
