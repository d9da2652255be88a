//! A Sigma field without values.
//!
//! An empty list matches nothing in some back ends and everything in others.
//!
//! ```sigma bad
//! detection:
//!   selection:
//!     EventID: 4625
//!     LogonType: []
//!   condition: selection
//! ```
//!
//! ```sigma good
//! detection:
//!   selection:
//!     EventID: 4625
//!   condition: selection
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;

pub(super) static LINT: Lint = Lint::new("empty-value-list", include_str!("empty_value_list.rs"), check).error();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    context.sigma_items(&mut |item| {
        if item.is_list && item.values.is_empty() {
            found.push(LINT.at(item.key, "the field has no values").with_help("give it values, or remove the line"));
        }
    });
}
