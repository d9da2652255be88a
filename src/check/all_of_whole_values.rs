//! The modifier `all` over values that a field equals as a whole.
//!
//! A field with one value equals one of them: the selection matches nothing. `contains|all` was meant, or a list without `all`.
//!
//! ```sigma bad
//! detection:
//!   selection:
//!     CommandLine|all:
//!       - 'whoami'
//!       - '/priv'
//!   condition: selection
//! ```
//!
//! ```sigma good
//! detection:
//!   selection:
//!     CommandLine|contains|all:
//!       - 'whoami'
//!       - '/priv'
//!   condition: selection
//! ```

use super::{Context, Lint};
use crate::diagnostic::{Confidence, Diagnostic};
use crate::lang::sigma::modifier::Modifier;
use std::collections::HashSet;

pub(super) static LINT: Lint =
    Lint::new("all-of-whole-values", include_str!("all_of_whole_values.rs"), check).confidence(Confidence::Medium);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    context.sigma_items(&mut |item| {
        let (Some(_), [all]) = (&item.field, item.modifiers.as_slice()) else { return };
        let whole: HashSet<String> = item.values.iter().filter_map(|value| Some(value.literal_text()?.to_lowercase())).collect();
        if all.value == Modifier::All && whole.len() > 1 {
            found.push(LINT.at(all.span, "a field with one value equals one of these, not all").with_help("write `contains|all`"));
        }
    });
}
