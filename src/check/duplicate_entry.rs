//! A reference, tag or field that a rule lists twice.
//!
//! ```sigma bad
//! tags:
//!   - attack.execution
//!   - attack.t1059.001
//!   - attack.execution
//! ```
//!
//! ```sigma good
//! tags:
//!   - attack.execution
//!   - attack.t1059.001
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use std::collections::HashMap;

pub(super) static LINT: Lint = Lint::new("duplicate-entry", include_str!("duplicate_entry.rs"), check);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let meta = &context.rule.meta;
    let lists = [("reference", &meta.references), ("tag", &meta.tags), ("field", &meta.fields), ("false positive", &meta.false_positives)];
    for (what, list) in lists {
        let mut first = HashMap::new();
        for entry in list {
            let earlier = *first.entry(entry.value.trim()).or_insert(entry.span);
            if earlier != entry.span {
                found.push(LINT.at(entry.span, format!("the {what} stands twice")).with_related(earlier, "first here"));
            }
        }
    }
}
