//! The modifier `all` on a single value.
//!
//! It says nothing, and looks as if a second value had been lost.
//!
//! ```sigma bad
//! detection:
//!   selection:
//!     CommandLine|contains|all: 'whoami'
//!   condition: selection
//! ```
//!
//! ```sigma good
//! detection:
//!   selection:
//!     CommandLine|contains: 'whoami'
//!   condition: selection
//! ```

use super::{Context, Lint};
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::lang::sigma::modifier::Modifier;
use crate::source::Span;

pub(super) static LINT: Lint = Lint::new("all-of-one-value", include_str!("all_of_one_value.rs"), check);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    context.sigma_items(&mut |item| {
        let all = item.modifiers.iter().find(|modifier| modifier.value == Modifier::All);
        let Some(all) = all.filter(|_| item.values.len() == 1 && item.field.is_some()) else { return };
        // The bar before it goes too.
        let span = Span { start: all.span.start.saturating_sub(1), end: all.span.end };
        let fix = Fix {
            title: "remove `all`".to_owned(),
            edits: vec![Edit { span, text: String::new() }],
            safe: span.text(context.text) == "|all",
        };
        found.push(LINT.at(all.span, "`all` of a single value says nothing").with_fix(fix));
    });
}
