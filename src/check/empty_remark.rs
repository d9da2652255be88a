//! A false positive or scope of a Sigma rule that says nothing: empty, or a single character.
//!
//! ```sigma bad
//! falsepositives:
//!   - '-'
//! ```
//!
//! ```sigma good
//! falsepositives:
//!   - Administrators at work
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::Dialect;
use serde_json::Value as Json;

pub(super) static LINT: Lint = Lint::new("empty-remark", include_str!("empty_remark.rs"), check).info();

/// The schema of the specification (`sigma-detection-rule-schema.json`) takes texts of two characters and more.
const FEWEST: usize = 2;

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    if !context.is(Dialect::Sigma) {
        return;
    }
    let is_empty = |text: &str| text.trim().chars().count() < FEWEST;
    let remarks = context.rule.meta.false_positives.iter().filter(|remark| is_empty(&remark.value)).map(|remark| remark.span);
    let scopes = context.extra("scope").filter(|scope| texts(&scope.value).any(is_empty)).map(|scope| scope.span);
    for span in remarks.chain(scopes) {
        found.push(LINT.at(span, "this tells a reader nothing"));
    }
}

fn texts(value: &Json) -> impl Iterator<Item = &str> {
    value.as_str().into_iter().chain(value.as_array().into_iter().flatten().filter_map(Json::as_str))
}
