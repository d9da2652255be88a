//! An Elastic rule of high or critical severity without an investigation guide (`note`).
//!
//! Who is called at night for it wants to know what to look at first.
//!
//! ```elastic bad
//! severity = "high"
//! risk_score = 73
//! ```
//!
//! ```elastic good
//! severity = "high"
//! risk_score = 73
//! note = "## Triage and analysis"
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::Dialect;

pub(super) static LINT: Lint =
    Lint::new("high-severity-without-guide", include_str!("high_severity_without_guide.rs"), check).info().pedantic();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let meta = &context.rule.meta;
    let Some(severity) = meta.severity.as_ref().filter(|_| context.is(Dialect::Elastic) && meta.note.is_none()) else { return };
    if matches!(severity.value.as_str(), "high" | "critical") {
        found.push(LINT.at(severity.span, format!("the rule is of severity `{}` and has no `note`", severity.value)));
    }
}
