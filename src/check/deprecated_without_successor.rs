//! A deprecated Sigma rule that does not say what takes its place.
//!
//! ```sigma bad
//! status: deprecated
//! ```
//!
//! ```sigma good
//! status: deprecated
//! related:
//!   - id: 3f1c2b52-7e0e-4f0c-9a39-0d6f0e2a7c12
//!     type: similar
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::Dialect;

pub(super) static LINT: Lint =
    Lint::new("deprecated-without-successor", include_str!("deprecated_without_successor.rs"), check).info().pedantic();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let meta = &context.rule.meta;
    if let Some(status) = meta.status.as_ref().filter(|status| status.value.trim() == "deprecated" && context.is(Dialect::Sigma))
        && meta.related.is_empty()
    {
        let finding = LINT.at(status.span, "nothing says which rule takes its place");
        found.push(finding.with_help("name it under `related`"));
    }
}
