//! An entity mapping with a type or identifier that Sentinel does not know.
//!
//! ```sentinel bad
//! query: SigninLogs | project UserPrincipalName
//! entityMappings:
//!   - entityType: Account
//!     fieldMappings:
//!       - identifier: UserPrincipalName
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

use super::entity_types::{ENTITY_TYPES, entity_type};
use super::{Context, Lint};
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::schema::suggest;
use crate::source::Spanned;

pub(super) static LINT: Lint = Lint::new("unknown-entity", include_str!("unknown_entity.rs"), check).error();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for entity in &context.rule.alert.entities {
        let Some(known) = entity_type(&entity.kind.value) else {
            let names: Vec<&str> = ENTITY_TYPES.iter().map(|entity| entity.name).collect();
            found.push(unknown("no entity type is named", &entity.kind, &names));
            continue;
        };
        let identifiers: Vec<&str> = known.identifiers().collect();
        for field in entity.fields.iter().filter(|field| !identifiers.contains(&field.identifier.value.as_str())) {
            found.push(unknown(&format!("{} has no identifier", known.name), &field.identifier, &identifiers));
        }
    }
}

fn unknown(what: &str, name: &Spanned<String>, known: &[&str]) -> Diagnostic {
    let finding = LINT.at(name.span, format!("{what} `{}`", name.value));
    let Some(near) = suggest(&name.value, known.iter().copied()) else {
        return finding.with_help(format!("known are {}", known.join(", ")));
    };
    let same = near.eq_ignore_ascii_case(&name.value);
    let edit = Edit { span: name.span, text: near.to_owned() };
    finding.with_label(format!("did you mean `{near}`?")).with_fix(Fix {
        title: format!("replace with `{near}`"),
        edits: vec![edit],
        safe: same,
    })
}
