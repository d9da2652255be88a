//! Stable ids of translated rules.

use super::Target;
use crate::ir::Rule;
use uuid::Uuid;

/// Returns the UUIDv5 of the original's id and the target, so that a second run changes nothing (design §4). A rule without an id
/// is known by its name, and without a name by its query.
pub(super) fn derived(rule: &Rule, target: Target) -> Uuid {
    let meta = &rule.meta;
    let known_by = meta
        .id
        .as_ref()
        .or(meta.name.as_ref())
        .map(|text| text.value.as_str())
        .or_else(|| rule.queries.first().map(|query| &*query.text))
        .unwrap_or_default();
    Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("isoglot:{}:{known_by}", target.name()).as_bytes())
}
