//! A Sigma modifier that stands twice on one field.
//!
//! The second says nothing, and looks as if another one had been meant. Encodings may repeat: text is encoded twice.
//!
//! ```sigma bad
//! detection:
//!   selection:
//!     CommandLine|contains|all|contains:
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
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::lang::sigma::modifier::Modifier;
use crate::source::Span;

pub(super) static LINT: Lint = Lint::new("repeated-modifier", include_str!("repeated_modifier.rs"), check);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    context.sigma_items(&mut |item| {
        for (at, modifier) in item.modifiers.iter().enumerate() {
            let is_encoding = matches!(
                modifier.value,
                Modifier::Base64 | Modifier::Base64Offset | Modifier::Utf16 | Modifier::Utf16Be | Modifier::Utf16Le
            );
            if is_encoding || !item.modifiers.iter().take(at).any(|earlier| earlier.value == modifier.value) {
                continue;
            }
            // The bar before it goes too.
            let span = Span { start: modifier.span.start.saturating_sub(1), end: modifier.span.end };
            let edits = vec![Edit { span, text: String::new() }];
            let fix = Fix { title: "remove the second".to_owned(), edits, safe: span.text(context.text).starts_with('|') };
            found.push(LINT.at(modifier.span, format!("`{}` stands twice", modifier.value.name())).with_fix(fix));
        }
    });
}
