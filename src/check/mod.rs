//! The lints: one file each, with its docs, examples and tests.
//!
//! A lint looks at one rule and returns findings; who hears them (persona, configuration, suppressions) is decided in `cli`.
//! To add one, write `src/check/<what_is_wrong>.rs` and add its two lines here.

mod docs;
mod lint;
mod liveness;
mod look_back;
mod placeholder;
pub mod suppression;

mod duplicate_list_value;
mod lookback_beyond_period;
mod malformed_placeholder;
mod malformed_suppression;
mod outdated_technique;
mod suppression_without_reason;
mod technique_without_tactic;
mod too_many_placeholders;
mod unknown_output_column;
mod unknown_tactic;
mod unknown_technique;
mod unused_extend;
mod unused_let;
mod unused_suppression;

use crate::diagnostic::Diagnostic;
use crate::ir::Rule;
use crate::schema::Catalog;
pub use docs::{Docs, Example};
pub use lint::{Context, Lint};

/// Every lint, by code.
pub static LINTS: &[&Lint] = &[
    &duplicate_list_value::LINT,
    &lookback_beyond_period::LINT,
    &malformed_placeholder::LINT,
    &malformed_suppression::LINT,
    &outdated_technique::LINT,
    &suppression_without_reason::LINT,
    &technique_without_tactic::LINT,
    &too_many_placeholders::LINT,
    &unknown_output_column::LINT,
    &unknown_tactic::LINT,
    &unknown_technique::LINT,
    &unused_extend::LINT,
    &unused_let::LINT,
    &unused_suppression::LINT,
];

/// Returns what every lint finds in a rule; spans count bytes of its file.
pub fn check_rule(rule: &Rule, text: &str, catalog: &Catalog) -> Vec<Diagnostic> {
    let context = Context::new(rule, text, catalog);
    let mut found = Vec::new();
    for check in LINTS.iter().filter_map(|lint| lint.check) {
        check(&context, &mut found);
    }
    found
}

/// Returns the lint with that code.
pub fn lint(code: &str) -> Option<&'static Lint> {
    LINTS.iter().find(|lint| lint.code == code).copied()
}
