//! A Sigma value that is nothing but `*`.
//!
//! It asks whether the field is there, which back ends understand in different ways: some also match an empty field, some no field with a
//! number. `exists` says what is meant.
//!
//! ```sigma bad
//! detection:
//!   selection:
//!     TargetUserName: '*'
//!   condition: selection
//! ```
//!
//! ```sigma good
//! detection:
//!   selection:
//!     TargetUserName|exists: true
//!   condition: selection
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::lang::sigma::ast::ValueKind;
use crate::lang::sigma::modifier::Modifier;

pub(super) static LINT: Lint = Lint::new("wildcard-only-value", include_str!("wildcard_only_value.rs"), check);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    context.sigma_items(&mut |item| {
        // `re: *` does not compile, and is reported as that.
        if item.modifiers.iter().any(|modifier| modifier.value == Modifier::Regex) {
            return;
        }
        for value in &item.values {
            if matches!(&value.kind, ValueKind::Text(text) if !text.is_empty() && text.bytes().all(|byte| byte == b'*')) {
                let finding = LINT.at(value.span, "a wildcard alone asks whether the field is there");
                found.push(finding.with_help("write `field|exists: true`"));
            }
        }
    });
}
