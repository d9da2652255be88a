//! A text that is longer than its product takes.
//!
//! Sentinel: name 256, description 5000, query 10000, title and description of the alert 256 and 5000 characters
//! (Azure-Sentinel, `DetectionTemplateSchemaValidation`). Sigma: title 256, description 65535.
//!
//! ```sentinel bad
//! alertDetailsOverride:
//!   alertDisplayNameFormat: "Sign-in from a country that the user has never signed in from before, with a client that the organisation does not use, at a time of day at which the user is never active, with a password that was changed in the last hour, from an address of a hosting provider, which is suspicious"
//! ```
//!
//! ```sentinel good
//! alertDetailsOverride:
//!   alertDisplayNameFormat: Sign-in from a new country
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::Dialect;
use crate::source::Spanned;

pub(super) static LINT: Lint = Lint::new("field-too-long", include_str!("field_too_long.rs"), check).error();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let (meta, alert) = (&context.rule.meta, &context.rule.alert);
    let limits: Vec<(&str, &Option<Spanned<String>>, usize)> = match context.rule.dialect {
        Dialect::Sentinel => vec![
            ("name", &meta.name, 256),
            ("description", &meta.description, 5_000),
            ("alertDisplayNameFormat", &alert.title, 256),
            ("alertDescriptionFormat", &alert.description, 5_000),
        ],
        Dialect::Sigma => vec![("title", &meta.name, 256), ("description", &meta.description, 65_535)],
        Dialect::Elastic | Dialect::Kql => vec![],
    };
    for (name, text, limit) in limits {
        let Some(text) = text else { continue };
        let length = text.value.chars().count();
        if length > limit {
            found.push(LINT.at(text.span, format!("`{name}` has {length} characters, {limit} are taken")));
        }
    }
    if let Some(query) = context.query().filter(|_| context.is(Dialect::Sentinel)) {
        let length = query.text.chars().count();
        if length > 10_000 {
            let place = query.map.span(crate::source::Span::new(0, 1));
            found.push(LINT.at(place, format!("`query` has {length} characters, 10000 are taken")));
        }
    }
}
