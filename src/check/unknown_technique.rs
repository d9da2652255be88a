//! An ATT&CK technique that does not exist, as far as is known.
//!
//! The table holds enterprise techniques; ids of the ICS matrix (`T0…`) and of ATLAS (`AML.…`) are not judged,
//! those of the mobile matrix are not in it, which is why this is a warning.
//!
//! ```sentinel bad
//! relevantTechniques:
//!   - T9999
//! ```
//!
//! ```sigma bad
//! tags:
//!   - attack.t1078.099
//! ```
//!
//! ```sentinel good
//! relevantTechniques:
//!   - T1078
//! ```

use super::{Context, Lint};
use crate::diagnostic::{Confidence, Diagnostic};
use crate::schema::attack;
use regex::Regex;
use std::sync::LazyLock;

pub(super) static LINT: Lint = Lint::new("unknown-technique", include_str!("unknown_technique.rs"), check).confidence(Confidence::Medium);

/// Technique ids, sub-techniques included; ICS (`T0…`) and mobile ids have the same form.
static FORM: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^T\d{4}(\.\d{3})?$").ok());

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for reference in context.rule.meta.attack.iter().filter(|reference| !reference.is_tactic) {
        let id = reference.id.value.as_str();
        // `T0859` is of the ICS matrix and `AML.T0051` of ATLAS: neither is in the table.
        if attack::technique(id).is_some() || id.starts_with("T0") || id.starts_with("AML.") {
            continue;
        }
        let well_formed = FORM.as_ref().is_some_and(|form| form.is_match(id));
        let finding = LINT.at(reference.id.span, format!("no technique has the id `{id}`"));
        let parent = id.split('.').next().and_then(attack::technique);
        found.push(match parent {
            _ if !well_formed => finding.with_help("a technique is `T1078`, a sub-technique `T1078.004`"),
            Some(parent) => finding.with_help(format!("`{}` is {}, it has no such sub-technique", parent.id, parent.name)),
            None => finding.with_help("see https://attack.mitre.org/techniques/"),
        });
    }
}
