//! A rule id that is no UUID.
//!
//! Sentinel refuses it, and other tools cannot tell the rule from others.
//!
//! ```sentinel bad
//! id: my-first-rule
//! ```
//!
//! ```sentinel good
//! id: 3f1c2b52-7e0e-4f0c-9a39-0d6f0e2a7c11
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;

pub(super) static LINT: Lint = Lint::new("invalid-id", include_str!("invalid_id.rs"), check).error();

/// `8-4-4-4-12` hexadecimal digits.
const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    if let Some(id) = context.rule.meta.id.as_ref().filter(|id| !is_uuid(&id.value)) {
        let finding = LINT.at(id.span, format!("the id `{}` is no UUID", id.value.trim()));
        found.push(finding.with_help("a UUID is 8-4-4-4-12 hexadecimal digits"));
    }
}

/// Tells whether a text is a UUID.
pub(super) fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.trim().split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    lengths == GROUPS && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
