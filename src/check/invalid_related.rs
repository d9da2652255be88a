//! A relation of a Sigma rule that says nothing: a type that does not exist, or an id that is no UUID.
//!
//! ```sigma bad
//! related:
//!   - id: 3f1c2b52-7e0e-4f0c-9a39-0d6f0e2a7c12
//!     type: replaces
//! ```
//!
//! ```sigma good
//! related:
//!   - id: 3f1c2b52-7e0e-4f0c-9a39-0d6f0e2a7c12
//!     type: obsolete
//! ```

use super::invalid_id::is_uuid;
use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::Dialect;

pub(super) static LINT: Lint = Lint::new("invalid-related", include_str!("invalid_related.rs"), check);

/// sigma-specification 2.1.0, `related`.
const TYPES: [&str; 6] = ["derived", "obsolete", "obsoletes", "merged", "renamed", "similar"];

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    if !context.is(Dialect::Sigma) {
        return;
    }
    for (relation, id) in &context.rule.meta.related {
        if !TYPES.contains(&relation.as_str()) {
            let finding = LINT.at(id.span, format!("`{relation}` is no relation between rules"));
            found.push(finding.with_help("known are derived, obsolete, merged, renamed and similar"));
        }
        if !is_uuid(&id.value) {
            found.push(LINT.at(id.span, format!("`{}` is no UUID", id.value.trim())));
        }
    }
}
