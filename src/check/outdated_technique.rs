//! An ATT&CK technique that another one has replaced.
//!
//! MITRE revokes techniques and moves them under others. An old id is missing from today's matrix: the rule covers nothing in it.
//! Ids that moved with version 19 (2026) are reported to Sigma rules, which follow it; Sentinel and Elastic still take the older
//! matrix, so there the finding is a remark for pedants.
//!
//! ```sentinel bad
//! relevantTechniques:
//!   - T1086
//! ```
//!
//! ```sentinel good
//! relevantTechniques:
//!   - T1059.001
//! ```

use super::{Context, Lint};
use crate::diagnostic::{Diagnostic, Edit, Fix, Severity};
use crate::ir::Dialect;
use crate::schema::attack::{self, Technique};

pub(super) static LINT: Lint = Lint::new("outdated-technique", include_str!("outdated_technique.rs"), check);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for reference in context.rule.meta.attack.iter().filter(|reference| !reference.is_tactic) {
        let Some(technique) = attack::technique(&reference.id.value) else { continue };
        let Some(successor) = successor(technique, context.is(Dialect::Sigma)) else { continue };
        let id = &reference.id.value;
        let name = if successor.name.is_empty() { String::new() } else { format!(" ({})", successor.name) };
        let finding =
            LINT.at(reference.id.span, format!("technique `{id}` is now `{}`{name}", successor.id)).with_label("replaced in ATT&CK");
        let finding = match respelled(id, successor.id, reference.id.span.text(context.text)) {
            Some(text) => finding.with_fix(Fix {
                title: format!("replace with `{}`", successor.id),
                edits: vec![Edit { span: reference.id.span, text }],
                // Elastic writes the id, the name and the page apart: replacing the id alone would leave them at odds.
                safe: !context.is(Dialect::Elastic),
            }),
            None => finding,
        };
        // Known by name in version 17, so it moved later.
        let moved_late = !technique.since.is_empty();
        found.push(if moved_late && !context.is(Dialect::Sigma) {
            Diagnostic {
                severity: Severity::Info,
                ..finding.with_help("it moved with ATT&CK 19, which the product may not take yet").pedantic()
            }
        } else {
            finding
        });
    }
}

/// Follows replacements to the end; before version 19 to the last id that version 17 has.
fn successor(technique: Technique, newest: bool) -> Option<Technique> {
    let mut current = attack::technique(technique.replaced_by?)?;
    // INVARIANT: a chain is shorter than this, and a cycle in the data would end too.
    for _ in 0..8 {
        match current.replaced_by.and_then(attack::technique) {
            Some(next) if newest || current.since.is_empty() => current = next,
            _ => break,
        }
    }
    Some(current)
}

/// Writes the new id as the old one was written: Sigma has `attack.t1086`.
fn respelled(old: &str, new: &str, written: &str) -> Option<String> {
    if written.contains(old) {
        return Some(written.replacen(old, new, 1));
    }
    let lower = old.to_ascii_lowercase();
    written.contains(&lower).then(|| written.replacen(&lower, &new.to_ascii_lowercase(), 1))
}
