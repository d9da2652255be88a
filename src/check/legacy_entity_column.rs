//! An alert that names its entities by `AccountCustomEntity` and the like.
//!
//! Sentinel once made entities of columns with these names. Today only `entityMappings` do
//! (<https://learn.microsoft.com/azure/sentinel/map-data-fields-to-entities>): without a mapping the column is there and the alert has no
//! entity.
//!
//! ```sentinel bad
//! query: SigninLogs | extend AccountCustomEntity = UserPrincipalName
//! ```
//!
//! ```sentinel good
//! query: SigninLogs | extend AccountCustomEntity = UserPrincipalName
//! entityMappings:
//!   - entityType: Account
//!     fieldMappings:
//!       - identifier: FullName
//!         columnName: AccountCustomEntity
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::lang::kusto::ast::ExprKind;
use crate::lang::kusto::walk::Node;

pub(super) static LINT: Lint = Lint::new("legacy-entity-column", include_str!("legacy_entity_column.rs"), check);

/// The names that once meant something, and the entity to map (Azure-Sentinel's template validation).
const LEGACY: [(&str, &str); 6] = [
    ("AccountCustomEntity", "Account"),
    ("HostCustomEntity", "Host"),
    ("IPCustomEntity", "IP"),
    ("URLCustomEntity", "URL"),
    ("ProcessCustomEntity", "Process"),
    ("FileHashCustomEntity", "FileHash"),
];

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    if !context.is_sentinel_alert() {
        return;
    }
    let mapped =
        |column: &str| context.rule.alert.entities.iter().flat_map(|entity| &entity.fields).any(|field| field.column.value == column);
    context.walk_kusto(&mut |node| {
        let Node::Expr(expr) = node else { return };
        let ExprKind::Named { names, .. } = &expr.kind else { return };
        for name in names {
            if let Some((column, entity)) = LEGACY.iter().find(|(column, _)| *column == name.text && !mapped(column)) {
                let finding = LINT.at(context.place(name.span), format!("`{column}` makes no entity any more"));
                found.push(finding.with_help(format!("add an entity mapping of type `{entity}` for it")));
            }
        }
    });
}
