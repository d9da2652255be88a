//! More entity mappings, identifiers or custom details than Sentinel takes.
//!
//! Ten entity mappings, three identifiers in each, twenty custom details (Azure-Sentinel, `DetectionTemplateSchemaValidation`).
//! An identifier stands only once in a mapping.
//!
//! ```sentinel bad
//! query: SigninLogs | project UserPrincipalName
//! entityMappings:
//!   - entityType: Account
//!     fieldMappings:
//!       - identifier: FullName
//!         columnName: UserPrincipalName
//!       - identifier: FullName
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

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;

pub(super) static LINT: Lint = Lint::new("too-many-entities", include_str!("too_many_entities.rs"), check).error();

const ENTITIES: usize = 10;
const IDENTIFIERS: usize = 3;
const DETAILS: usize = 20;

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let alert = &context.rule.alert;
    if let Some(entity) = alert.entities.get(ENTITIES) {
        found.push(LINT.at(entity.kind.span, format!("the rule maps {} entities, Sentinel takes {ENTITIES}", alert.entities.len())));
    }
    for entity in &alert.entities {
        if let Some(field) = entity.fields.get(IDENTIFIERS) {
            let message = format!("the mapping has {} identifiers, Sentinel takes {IDENTIFIERS}", entity.fields.len());
            found.push(LINT.at(field.identifier.span, message));
        }
        for (position, field) in entity.fields.iter().enumerate() {
            let earlier = entity.fields.iter().take(position).find(|other| other.identifier.value == field.identifier.value);
            if let Some(earlier) = earlier {
                let finding = LINT.at(field.identifier.span, format!("`{}` stands twice in the mapping", field.identifier.value));
                found.push(finding.with_related(earlier.identifier.span, "first here"));
            }
        }
    }
    if let Some((key, _)) = alert.custom_details.get(DETAILS) {
        found.push(LINT.at(key.span, format!("the rule has {} custom details, Sentinel takes {DETAILS}", alert.custom_details.len())));
    }
}
