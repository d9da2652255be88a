//! Two `*` side by side in a Sigma value: one says the same.
//!
//! ```sigma bad
//! detection:
//!   selection:
//!     CommandLine: 'net**user'
//!   condition: selection
//! ```
//!
//! ```sigma good
//! detection:
//!   selection:
//!     CommandLine: 'net*user'
//!   condition: selection
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::PatternPart;
use crate::lang::sigma::modifier::Modifier;

pub(super) static LINT: Lint = Lint::new("double-wildcard", include_str!("double_wildcard.rs"), check).info().pedantic();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    context.sigma_items(&mut |item| {
        if item.modifiers.iter().any(|modifier| modifier.value == Modifier::Regex) {
            return;
        }
        for value in &item.values {
            let doubled = |parts: &[PatternPart]| matches!(parts, [PatternPart::Many, PatternPart::Many]);
            if value.pattern().is_some_and(|pattern| pattern.parts.windows(2).any(doubled)) && !is_only_wildcards(value) {
                found.push(LINT.at(value.span, "two `*` side by side say no more than one"));
            }
        }
    });
}

/// `**` alone is the business of `wildcard-only-value`.
fn is_only_wildcards(value: &crate::lang::sigma::ast::Value) -> bool {
    value.pattern().is_some_and(|pattern| pattern.parts.iter().all(|part| *part == PatternPart::Many))
}
