//! A Sigma value with a wildcard at its end or beginning, where a modifier says the same.
//!
//! `contains`, `startswith` and `endswith` need no escapes and translate into cheaper queries.
//!
//! ```sigma bad
//! detection:
//!   selection:
//!     CommandLine: '*whoami*'
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
use crate::diagnostic::Diagnostic;
use crate::ir::PatternPart;
use crate::lang::sigma::ast::Value;

pub(super) static LINT: Lint =
    Lint::new("wildcard-instead-of-modifier", include_str!("wildcard_instead_of_modifier.rs"), check).info().pedantic();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    context.sigma_items(&mut |item| {
        if item.modifiers.is_empty()
            && item.field.is_some()
            && let Some(first) = item.values.first()
            && let Some(modifier) = modifier(first)
            && item.values.iter().all(|value| self::modifier(value) == Some(modifier))
        {
            found.push(LINT.at(first.span, format!("`{modifier}` says this without wildcards")));
        }
    });
}

/// Returns the modifier that says the same as a value whose only wildcards are at its ends.
fn modifier(value: &Value) -> Option<&'static str> {
    match value.pattern()?.parts.as_slice() {
        [PatternPart::Many, PatternPart::Text(_), PatternPart::Many] => Some("contains"),
        [PatternPart::Many, PatternPart::Text(_)] => Some("endswith"),
        [PatternPart::Text(_), PatternPart::Many] => Some("startswith"),
        _ => None,
    }
}
