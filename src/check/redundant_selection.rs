//! A Sigma selection that changes nothing, because another one beside it says as much.
//!
//! Of two alternatives (`1 of selection_*`, `a or b`) the one that finds nothing of its own can go; of two demands (`all of selection_*`) the one
//! that every event passes which the other lets through. That it changes nothing is proven. Mostly a value was meant otherwise.
//!
//! ```sigma bad
//! detection:
//!   selection_img:
//!     Image|endswith: '\powershell.exe'
//!   selection_enc:
//!     Image|endswith: '\powershell.exe'
//!     CommandLine|contains: ' -enc '
//!   condition: 1 of selection_*
//! ```
//!
//! ```sigma bad
//! detection:
//!   selection_img:
//!     CommandLine|contains: 'powershell.exe -enc'
//!   selection_enc:
//!     CommandLine|contains: ' -enc'
//!   condition: all of selection_*
//! ```
//!
//! ```sigma good
//! detection:
//!   selection_img:
//!     Image|endswith: '\powershell.exe'
//!   selection_enc:
//!     CommandLine|contains: ' -enc '
//!   condition: all of selection_*
//! ```

use super::sigma_logic::{self, Group};
use super::{Context, Lint};
use crate::diagnostic::Diagnostic;

pub(super) static LINT: Lint = Lint::new("redundant-selection", include_str!("redundant_selection.rs"), check);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let Some(detection) = context.sigma() else { return };
    let mut told = Vec::new();
    for Group { all, selections } in sigma_logic::groups(detection) {
        for (at, one) in selections.iter().enumerate() {
            for (other_at, other) in selections.iter().enumerate().filter(|(other_at, _)| *other_at != at) {
                // Of two alternatives the narrower goes, of two demands the wider; of two alike the later.
                let (narrow, wide) = if all { (other, one) } else { (one, other) };
                let later = at > other_at || !sigma_logic::implies(&wide.predicate, &narrow.predicate);
                if !told.contains(&one.name.span) && later && sigma_logic::implies(&narrow.predicate, &wide.predicate) {
                    told.push(one.name.span);
                    let message = format!("`{}` changes nothing beside `{}`", one.name.value, other.name.value);
                    let why =
                        if all { "every event that the other one finds satisfies it" } else { "the other one finds all of its events" };
                    found.push(LINT.at(one.name.span, message).with_help(why).with_related(other.name.span, "this one says as much"));
                }
            }
        }
    }
}
