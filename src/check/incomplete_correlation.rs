//! A Sigma correlation without what its type needs.
//!
//! Counting types need a condition with a number, `value_*` types also the field that they count or sum, temporal ones at least two rules,
//! and every one a time span
//! (<https://sigmahq.io/sigma-specification/specification/sigma-correlation-rules-specification.html>).
//!
//! ```sigma bad
//! title: Many addresses of one account
//! correlation:
//!   type: value_count
//!   rules:
//!     - 3f1c2b52-7e0e-4f0c-9a39-0d6f0e2a7c11
//!   group-by:
//!     - TargetUserName
//!   timespan: 10m
//!   condition:
//!     gte: 5
//! ---
//! title: Failed logon
//! id: 3f1c2b52-7e0e-4f0c-9a39-0d6f0e2a7c11
//! logsource:
//!   product: windows
//!   service: security
//! detection:
//!   selection:
//!     EventID: 4625
//!   condition: selection
//! ```
//!
//! ```sigma good
//! title: Many addresses of one account
//! correlation:
//!   type: value_count
//!   rules:
//!     - 3f1c2b52-7e0e-4f0c-9a39-0d6f0e2a7c11
//!   group-by:
//!     - TargetUserName
//!   timespan: 10m
//!   condition:
//!     gte: 5
//!     field: IpAddress
//! ---
//! title: Failed logon
//! id: 3f1c2b52-7e0e-4f0c-9a39-0d6f0e2a7c11
//! logsource:
//!   product: windows
//!   service: security
//! detection:
//!   selection:
//!     EventID: 4625
//!   condition: selection
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::Form;

pub(super) static LINT: Lint = Lint::new("incomplete-correlation", include_str!("incomplete_correlation.rs"), check).error();

/// The types, whether they need a number, a field, and how many rules.
const TYPES: [(&str, bool, bool, usize); 10] = [
    ("event_count", true, false, 1),
    ("value_count", true, true, 1),
    ("value_sum", true, true, 1),
    ("value_avg", true, true, 1),
    ("value_median", true, true, 1),
    ("value_percentile", true, true, 1),
    ("temporal", false, false, 2),
    ("temporal_ordered", false, false, 2),
    ("extended_temporal", false, false, 2),
    ("extended_temporal_ordered", false, false, 2),
];

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let Form::Correlation(form) = &context.rule.form else { return };
    let at = if form.kind.value.is_empty() { context.head() } else { form.kind.span };
    let kind = form.kind.value.trim();
    let Some((_, number, field, rules)) = TYPES.iter().find(|(name, ..)| *name == kind) else {
        // Without a type there is a finding already.
        if !kind.is_empty() {
            let known: Vec<&str> = TYPES.iter().map(|(name, ..)| *name).collect();
            found.push(LINT.at(at, format!("`{kind}` is no type of correlation")).with_help(format!("known are {}", known.join(", "))));
        }
        return;
    };
    let mut missing = |what: &str| found.push(LINT.at(at, format!("a `{kind}` correlation needs {what}")));
    if *number && form.comparisons.is_empty() && form.condition.is_none() {
        missing("a `condition` with a number: `gte: 10`");
    }
    if *field && form.fields.is_empty() {
        missing("the `field` that it looks at, under `condition`");
    }
    if form.window.value <= 0 {
        missing("a `timespan`");
    }
    if form.rules.len() < *rules && form.condition.is_none() {
        missing(if *rules > 1 { "two rules at least" } else { "a rule" });
    }
    // Few mean that the events of all users and hosts are counted together.
    if form.keys.is_empty() {
        found.push(LINT.at(at, "without `group-by` the events of all users and hosts are counted together").pedantic());
    }
}
