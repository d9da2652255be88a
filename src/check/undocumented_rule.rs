//! A Sigma rule without what its readers look for: id, status, description, author, date and level.
//!
//! The specification makes them optional. Without an id no other rule can name it, without a level an alert has no weight, and the others
//! say whom to ask.
//!
//! ```sigma bad
//! level:
//! ```
//!
//! ```sigma good
//! level: medium
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::{Dialect, Metadata, RuleType};
use crate::source::Spanned;

pub(super) static LINT: Lint = Lint::new("undocumented-rule", include_str!("undocumented_rule.rs"), check).info().pedantic();

/// A field and where it is kept.
type Field = (&'static str, fn(&Metadata) -> Option<&Spanned<String>>);

const FIELDS: [Field; 6] = [
    ("id", |meta| meta.id.as_ref()),
    ("status", |meta| meta.status.as_ref()),
    ("description", |meta| meta.description.as_ref()),
    ("author", |meta| meta.authors.first()),
    ("date", |meta| meta.created.as_ref()),
    ("level", |meta| meta.severity.as_ref()),
];

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    if !context.is(Dialect::Sigma) || context.rule.rule_type == RuleType::Filter {
        return;
    }
    let is_there = |text: Option<&Spanned<String>>| text.is_some_and(|text| !text.value.trim().is_empty());
    for (name, _) in FIELDS.iter().filter(|(_, field)| !is_there(field(&context.rule.meta))) {
        found.push(LINT.at(context.head(), format!("the rule has no `{name}`")));
    }
}
