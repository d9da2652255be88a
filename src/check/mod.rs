//! The lints: one file each, with its docs, examples and tests.
//!
//! A lint looks at one rule and returns findings; who hears them (persona, configuration, suppressions) is decided in `cli`.
//! To add one, write `src/check/<what_is_wrong>.rs` and add its two lines here.

mod docs;
mod entity_types;
mod lint;
mod liveness;
mod look_back;
mod of_readers;
mod placeholder;
pub mod suppression;

mod deprecated_function;
mod duplicate_list_value;
mod field_too_long;
mod gap_between_runs;
mod implicit_conversion;
mod invalid_id;
mod invalid_regex;
mod invalid_schedule;
mod invalid_value;
mod lookback_beyond_period;
mod malformed_custom_detail;
mod malformed_date;
mod malformed_placeholder;
mod malformed_suppression;
mod malformed_version;
mod missing_field;
mod nrt_with_schedule;
mod outdated_technique;
mod suppression_without_reason;
mod technique_without_tactic;
mod too_many_entities;
mod too_many_placeholders;
mod unknown_entity;
mod unknown_output_column;
mod unknown_tactic;
mod unknown_technique;
mod unused_extend;
mod unused_let;
mod unused_suppression;
mod weak_entity;

use crate::diagnostic::Diagnostic;
use crate::ir::Rule;
use crate::schema::Catalog;
pub use docs::{Docs, Example, markdown};
pub use lint::{Context, Lint};

/// Every lint that looks at rules, and those about suppressions, by code.
static LINTS: &[&Lint] = &[
    &deprecated_function::LINT,
    &duplicate_list_value::LINT,
    &field_too_long::LINT,
    &gap_between_runs::LINT,
    &implicit_conversion::LINT,
    &invalid_id::LINT,
    &invalid_regex::LINT,
    &invalid_schedule::LINT,
    &invalid_value::LINT,
    &lookback_beyond_period::LINT,
    &malformed_custom_detail::LINT,
    &malformed_date::LINT,
    &malformed_placeholder::LINT,
    &malformed_suppression::LINT,
    &malformed_version::LINT,
    &missing_field::LINT,
    &nrt_with_schedule::LINT,
    &outdated_technique::LINT,
    &suppression_without_reason::LINT,
    &technique_without_tactic::LINT,
    &too_many_entities::LINT,
    &too_many_placeholders::LINT,
    &unknown_entity::LINT,
    &unknown_output_column::LINT,
    &unknown_tactic::LINT,
    &unknown_technique::LINT,
    &unused_extend::LINT,
    &unused_let::LINT,
    &unused_suppression::LINT,
    &weak_entity::LINT,
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

/// Returns every lint and every code of the readers.
pub fn all() -> impl Iterator<Item = &'static Lint> {
    LINTS.iter().copied().chain(of_readers::OF_READERS)
}

/// Returns the lint with that code.
pub fn lint(code: &str) -> Option<&'static Lint> {
    all().find(|lint| lint.code == code)
}
