//! A condition on `them` where there is one selection only.
//!
//! It looks as if selections had been lost. The name says the same and stays true when another one is added.
//!
//! ```sigma bad
//! detection:
//!   selection:
//!     CommandLine|contains: 'comsvcs'
//!   condition: 1 of them
//! ```
//!
//! ```sigma good
//! detection:
//!   selection:
//!     CommandLine|contains: 'comsvcs'
//!   condition: selection
//! ```

use super::{Context, Lint};
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::lang::sigma::ast::ConditionKind;

pub(super) static LINT: Lint = Lint::new("them-of-one-selection", include_str!("them_of_one_selection.rs"), check).info();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let Some(detection) = context.sigma() else { return };
    let [only] = detection.selections.as_slice() else { return };
    let name = only.name.value.as_str();
    // A condition can only name what is one word in it.
    let is_word = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    for condition in &detection.conditions {
        condition.walk(&mut |part| {
            if matches!(part.kind, ConditionKind::Quantified { pattern: None, .. }) {
                let written = part.span.text(context.text);
                let fix = Fix {
                    title: format!("replace with `{name}`"),
                    edits: vec![Edit { span: part.span, text: name.to_owned() }],
                    safe: is_word && written.ends_with("them") && !written.contains('\n'),
                };
                found.push(LINT.at(part.span, format!("`{name}` is the only selection")).with_fix(fix));
            }
        });
    }
}
