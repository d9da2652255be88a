//! A Sigma condition that every event satisfies.
//!
//! One alternative is what the other one is not: the rule fires on all events of its log source. That every event satisfies the condition is
//! proven.
//!
//! ```sigma bad
//! detection:
//!   selection_tool:
//!     Image|endswith: '\psexec.exe'
//!   selection_other:
//!     Image|endswith: '\psexec.exe'
//!   condition: selection_tool or not selection_other
//! ```
//!
//! ```sigma good
//! detection:
//!   selection_tool:
//!     Image|endswith: '\psexec.exe'
//!   filter_main_admin:
//!     User|endswith: '\admin'
//!   condition: selection_tool and not filter_main_admin
//! ```

use super::sigma_logic;
use super::{Context, Lint};
use crate::diagnostic::Diagnostic;

pub(super) static LINT: Lint = Lint::new("condition-always-true", include_str!("condition_always_true.rs"), check).error();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (span, predicate) in context.sigma_conditions() {
        if sigma_logic::may_be_constant(predicate, true) && sigma_logic::is_always(predicate, true) {
            found.push(LINT.at(*span, "every event satisfies the condition").with_help("one alternative is what another one is not"));
        }
    }
}
