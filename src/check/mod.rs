//! The lints: one file each, with its docs, examples and tests.
//!
//! A lint looks at one rule and returns findings; who hears them (persona, configuration, suppressions) is decided in `cli`.
//! To add one, write `src/check/<what_is_wrong>.rs` and add its two lines here.

mod conditions;
mod docs;
mod elastic_logic;
mod entity_types;
mod folded;
mod lint;
mod liveness;
mod look_back;
mod of_readers;
mod placeholder;
mod row_count;
mod sigma_logic;
pub mod suppression;

mod all_of_one_value;
mod all_of_them;
mod all_of_whole_values;
mod arbitrary_rows;
mod attack_name_unlike_id;
mod case_folded_comparison;
mod condition_always_true;
mod condition_never_true;
mod contains_with_term;
mod control_character;
mod cross_cluster;
mod deprecated_function;
mod deprecated_without_successor;
mod double_wildcard;
mod duplicate_entry;
mod duplicate_id;
mod duplicate_list_value;
mod duplicate_title;
mod empty_remark;
mod empty_value_list;
mod escaped_wildcard;
mod feature_newer_than_stack;
mod field_of_other_type;
mod field_too_long;
mod filter_with_level;
mod format_datetime_in_filter;
mod future_window;
mod gap_between_runs;
mod has_with_ipv4;
mod hidden_variable;
mod high_severity_without_guide;
mod history_within_look_back;
mod implicit_conversion;
mod incomplete_correlation;
mod indicator_mapping_without_match;
mod invalid_id;
mod invalid_regex;
mod invalid_related;
mod invalid_schedule;
mod invalid_value;
mod ipv6_in_ipv4_function;
mod isnull_on_string;
mod join_without_kind;
mod keyword_in_capitals;
mod language_of_other_type;
mod late_events_missed;
mod legacy_entity_column;
mod legacy_partition;
mod literal_wildcard;
mod locale_in_link;
mod lookback_beyond_period;
mod lucene_operator_in_regex;
mod malformed_custom_detail;
mod malformed_date;
mod malformed_placeholder;
mod malformed_suppression;
mod malformed_version;
mod maxspan_across_runs;
mod maxspan_beyond_look_back;
mod missing_document_id;
mod missing_field;
mod missing_index;
mod missing_time_filter;
mod misspelt_field;
mod non_ascii_character;
mod nrt_with_schedule;
mod nrt_with_several_tables;
mod null_in_list;
mod null_in_sum;
mod offset_without_contains;
mod outdated_technique;
mod question_mark_in_kuery;
mod quoted_number;
mod redundant_selection;
mod redundant_value;
mod regex_without_pattern;
mod repeated_modifier;
mod risk_unlike_severity;
mod sequence_without_maxspan;
mod specific_log_source;
mod stale_indicator;
mod stdev_of_timespan;
mod strlen_of_dynamic;
mod suppression_without_reason;
mod technique_under_wrong_tactic;
mod technique_without_tactic;
mod them_of_one_selection;
mod timeframe_in_detection;
mod tobool_on_number;
mod too_many_entities;
mod too_many_group_fields;
mod too_many_placeholders;
mod trigger_always_met;
mod trigger_never_met;
mod undocumented_rule;
mod unknown_entity;
mod unknown_event_field;
mod unknown_output_column;
mod unknown_rule_reference;
mod unknown_tactic;
mod unknown_tag;
mod unknown_technique;
mod unmatchable_case;
mod unread_data_type;
mod unread_field;
mod unscoped_search;
mod unused_extend;
mod unused_let;
mod unused_parameter;
mod unused_selection;
mod unused_suppression;
mod uppercase_log_source;
mod useless_sort;
mod value_outside_ecs;
mod value_unlike_field;
mod weak_entity;
mod wildcard_instead_of_modifier;
mod wildcard_only_value;
mod wildcard_union;

use crate::diagnostic::Diagnostic;
use crate::rulefile::ReadFile;
use crate::schema::Catalog;
pub use docs::{Docs, Example, markdown};
pub use duplicate_id::{Identity, duplicate_ids};
pub use duplicate_title::duplicate_titles;
pub use lint::{Context, Lint};
pub use unknown_rule_reference::{References, unknown_references};

/// Every lint that looks at rules, and those about suppressions, by code.
static LINTS: &[&Lint] = &[
    &all_of_one_value::LINT,
    &all_of_them::LINT,
    &all_of_whole_values::LINT,
    &arbitrary_rows::LINT,
    &attack_name_unlike_id::LINT,
    &case_folded_comparison::LINT,
    &condition_always_true::LINT,
    &condition_never_true::LINT,
    &contains_with_term::LINT,
    &control_character::LINT,
    &cross_cluster::LINT,
    &deprecated_function::LINT,
    &deprecated_without_successor::LINT,
    &double_wildcard::LINT,
    &duplicate_entry::LINT,
    &duplicate_id::LINT,
    &duplicate_list_value::LINT,
    &duplicate_title::LINT,
    &empty_remark::LINT,
    &empty_value_list::LINT,
    &escaped_wildcard::LINT,
    &feature_newer_than_stack::LINT,
    &field_of_other_type::LINT,
    &field_too_long::LINT,
    &filter_with_level::LINT,
    &format_datetime_in_filter::LINT,
    &future_window::LINT,
    &gap_between_runs::LINT,
    &has_with_ipv4::LINT,
    &hidden_variable::LINT,
    &high_severity_without_guide::LINT,
    &history_within_look_back::LINT,
    &implicit_conversion::LINT,
    &incomplete_correlation::LINT,
    &indicator_mapping_without_match::LINT,
    &invalid_id::LINT,
    &invalid_regex::LINT,
    &invalid_related::LINT,
    &invalid_schedule::LINT,
    &invalid_value::LINT,
    &ipv6_in_ipv4_function::LINT,
    &isnull_on_string::LINT,
    &join_without_kind::LINT,
    &keyword_in_capitals::LINT,
    &language_of_other_type::LINT,
    &late_events_missed::LINT,
    &legacy_entity_column::LINT,
    &legacy_partition::LINT,
    &literal_wildcard::LINT,
    &locale_in_link::LINT,
    &lookback_beyond_period::LINT,
    &lucene_operator_in_regex::LINT,
    &malformed_custom_detail::LINT,
    &malformed_date::LINT,
    &malformed_placeholder::LINT,
    &malformed_suppression::LINT,
    &malformed_version::LINT,
    &maxspan_across_runs::LINT,
    &maxspan_beyond_look_back::LINT,
    &missing_document_id::LINT,
    &missing_field::LINT,
    &missing_index::LINT,
    &missing_time_filter::LINT,
    &misspelt_field::LINT,
    &non_ascii_character::LINT,
    &nrt_with_schedule::LINT,
    &nrt_with_several_tables::LINT,
    &null_in_list::LINT,
    &null_in_sum::LINT,
    &offset_without_contains::LINT,
    &outdated_technique::LINT,
    &question_mark_in_kuery::LINT,
    &quoted_number::LINT,
    &redundant_selection::LINT,
    &redundant_value::LINT,
    &regex_without_pattern::LINT,
    &repeated_modifier::LINT,
    &risk_unlike_severity::LINT,
    &sequence_without_maxspan::LINT,
    &specific_log_source::LINT,
    &stale_indicator::LINT,
    &stdev_of_timespan::LINT,
    &strlen_of_dynamic::LINT,
    &suppression_without_reason::LINT,
    &technique_under_wrong_tactic::LINT,
    &technique_without_tactic::LINT,
    &them_of_one_selection::LINT,
    &timeframe_in_detection::LINT,
    &tobool_on_number::LINT,
    &too_many_entities::LINT,
    &too_many_group_fields::LINT,
    &too_many_placeholders::LINT,
    &trigger_always_met::LINT,
    &trigger_never_met::LINT,
    &undocumented_rule::LINT,
    &unknown_entity::LINT,
    &unknown_event_field::LINT,
    &unknown_output_column::LINT,
    &unknown_rule_reference::LINT,
    &unknown_tactic::LINT,
    &unknown_tag::LINT,
    &unknown_technique::LINT,
    &unmatchable_case::LINT,
    &unread_data_type::LINT,
    &unread_field::LINT,
    &unscoped_search::LINT,
    &unused_extend::LINT,
    &unused_let::LINT,
    &unused_parameter::LINT,
    &unused_selection::LINT,
    &unused_suppression::LINT,
    &uppercase_log_source::LINT,
    &useless_sort::LINT,
    &value_outside_ecs::LINT,
    &value_unlike_field::LINT,
    &weak_entity::LINT,
    &wildcard_instead_of_modifier::LINT,
    &wildcard_only_value::LINT,
    &wildcard_union::LINT,
];

/// Returns what every lint finds in the rules of a file; spans count bytes of its text.
pub fn check_rules(file: &ReadFile, text: &str, catalog: &Catalog) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for rule in &file.rules {
        let context = Context::new(rule, text, catalog, &file.documents);
        for check in LINTS.iter().filter_map(|lint| lint.check) {
            check(&context, &mut found);
        }
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
