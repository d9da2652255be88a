//! `null` among the values of a Sigma list.
//!
//! The specification knows null as a single value only; back ends drop it from a list or refuse the rule
//! (<https://sigmahq.io/sigma-specification/specification/sigma-rules-specification.html>, special field values).
//!
//! ```sigma bad
//! detection:
//!   selection:
//!     ParentImage:
//!       - null
//!       - '-'
//!   condition: selection
//! ```
//!
//! ```sigma good
//! detection:
//!   selection_missing:
//!     ParentImage: null
//!   selection_dash:
//!     ParentImage: '-'
//!   condition: 1 of selection_*
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::lang::sigma::ast::ValueKind;

pub(super) static LINT: Lint = Lint::new("null-in-list", include_str!("null_in_list.rs"), check);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    context.sigma_items(&mut |item| {
        for value in item.values.iter().filter(|value| item.values.len() > 1 && value.kind == ValueKind::Null) {
            let finding = LINT.at(value.span, "`null` in a list is not portable");
            found.push(finding.with_help("give it a selection of its own"));
        }
    });
}
