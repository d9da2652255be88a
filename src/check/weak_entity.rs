//! An entity without an identifier that names it.
//!
//! `UPNSuffix` alone is no account: Sentinel needs one of the strong identifiers to make an entity, or several together
//! (<https://learn.microsoft.com/azure/sentinel/entities-reference>).
//!
//! ```sentinel bad
//! query: SigninLogs | project UserPrincipalName
//! entityMappings:
//!   - entityType: Account
//!     fieldMappings:
//!       - identifier: UPNSuffix
//!         columnName: UserPrincipalName
//! ```
//!
//! ```sentinel good
//! query: SigninLogs | project UserPrincipalName
//! entityMappings:
//!   - entityType: Account
//!     fieldMappings:
//!       - identifier: FullName
//!         columnName: UserPrincipalName
//! ```

use super::entity_types::entity_type;
use super::{Context, Lint};
use crate::diagnostic::Diagnostic;

pub(super) static LINT: Lint = Lint::new("weak-entity", include_str!("weak_entity.rs"), check);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for entity in &context.rule.alert.entities {
        let Some(known) = entity_type(&entity.kind.value) else { continue };
        let has = |identifier: &&str| entity.fields.iter().any(|field| field.identifier.value == **identifier);
        // An identifier that does not exist is reported by itself, and may stand for the one that is missing.
        let are_known = entity.fields.iter().all(|field| known.identifiers().any(|identifier| identifier == field.identifier.value));
        if are_known && !entity.fields.is_empty() && !known.strong.iter().any(|set| set.iter().all(&has)) {
            let sets: Vec<String> = known.strong.iter().map(|set| set.join(" with ")).collect();
            let finding = LINT.at(entity.kind.span, format!("nothing here names the {}", known.name));
            found.push(finding.with_help(format!("map {}", sets.join(" or "))));
        }
    }
}
