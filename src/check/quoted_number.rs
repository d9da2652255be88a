//! A number in quotes in a Sigma rule.
//!
//! Events hold event ids and codes as numbers, and some back ends compare a text with a number as unequal.
//!
//! ```sigma bad
//! detection:
//!   selection:
//!     EventID: '4625'
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
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::lang::sigma::ast::ValueKind;

pub(super) static LINT: Lint = Lint::new("quoted-number", include_str!("quoted_number.rs"), check).info().pedantic();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    context.sigma_items(&mut |item| {
        for value in item.values.iter().filter(|_| item.modifiers.is_empty() && item.field.is_some()) {
            let ValueKind::Text(text) = &value.kind else { continue };
            // `007` and `+1` are texts that a number would not keep.
            if text.parse::<i64>().is_ok_and(|number| number.to_string() == *text) {
                let fix =
                    Fix { title: "write the number".to_owned(), edits: vec![Edit { span: value.span, text: text.clone() }], safe: false };
                found.push(LINT.at(value.span, "a number in quotes").with_fix(fix));
            }
        }
    });
}
