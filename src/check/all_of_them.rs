//! The condition `all of them`: a selection that is added later counts at once, whether it was meant to or not.
//!
//! Name the selections by a pattern, which a new one joins by its name.
//!
//! ```sigma bad
//! detection:
//!   selection_img:
//!     Image|endswith: '\rundll32.exe'
//!   selection_cli:
//!     CommandLine|contains: 'comsvcs'
//!   condition: all of them
//! ```
//!
//! ```sigma good
//! detection:
//!   selection_img:
//!     Image|endswith: '\rundll32.exe'
//!   selection_cli:
//!     CommandLine|contains: 'comsvcs'
//!   condition: all of selection_*
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::lang::sigma::ast::ConditionKind;

pub(super) static LINT: Lint = Lint::new("all-of-them", include_str!("all_of_them.rs"), check).info().pedantic();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let Some(detection) = context.sigma().filter(|detection| detection.selections.len() > 1) else { return };
    for condition in &detection.conditions {
        condition.walk(&mut |part| {
            if matches!(part.kind, ConditionKind::Quantified { all: true, pattern: None }) {
                found.push(LINT.at(part.span, "`all of them` takes in whatever is added").with_help("write `all of selection_*`"));
            }
        });
    }
}
