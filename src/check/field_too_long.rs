//! A text that is longer than its product takes.
//!
//! Sentinel: name 256, description 5000, query 10000, title and description of the alert 256 and 5000 characters
//! (Azure-Sentinel, `DetectionTemplateSchemaValidation`). Sigma: title, name
//! and taxonomy 256, description 65535.
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
use crate::source::{Span, Spanned};

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
    let mut measure = |name: &str, text: &str, span: Span, limit: usize| {
        let length = text.chars().count();
        if length > limit {
            found.push(LINT.at(span, format!("`{name}` has {length} characters, {limit} are taken")));
        }
    };
    for (name, text, limit) in limits {
        text.iter().for_each(|text| measure(name, &text.value, text.span, limit));
    }
    for extra in ["name", "taxonomy"].iter().filter(|_| context.is(Dialect::Sigma)).filter_map(|name| context.extra(name)) {
        measure(&extra.path, extra.value.as_str().unwrap_or(""), extra.span, 256);
    }
    if let Some(query) = context.query().filter(|_| context.is(Dialect::Sentinel)) {
        let length = query.text.chars().count();
        if length > 10_000 {
            let place = query.map.span(Span::new(0, 1));
            found.push(LINT.at(place, format!("`query` has {length} characters, 10000 are taken")));
        }
    }
}
