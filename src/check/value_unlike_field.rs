//! A value that cannot be one of its field's type.
//!
//! A number is compared with a word, an address with what is none, a wildcard is asked of a field that is no text. Elasticsearch refuses such
//! a search, or finds nothing (<https://www.elastic.co/docs/reference/elasticsearch/mapping-reference/field-data-types>). Only fields whose
//! type is known are looked at.
//!
//! ```elastic bad
//! query = 'source.ip: "10.0.0.300"'
//! ```
//!
//! ```elastic bad
//! query = 'destination.port: 44*'
//! ```
//!
//! ```elastic good
//! query = 'source.ip: "10.0.0.0/8" and destination.port: 443'
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::{Language, Matcher, Value};
use crate::schema::FieldKind;
use std::net::IpAddr;

pub(super) static LINT: Lint = Lint::new("value-unlike-field", include_str!("value_unlike_field.rs"), check);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for condition in context.conditions() {
        let Some(kind) = condition.name().and_then(|name| context.catalog.field(name)).map(|field| field.kind) else { continue };
        if let Some(reason) = misfit(kind, condition.matcher, condition.query.language) {
            let name = condition.name().unwrap_or_default();
            found.push(LINT.at(condition.place(), format!("{reason}, and `{name}` is of type {}", kind.name())));
        }
    }
}

/// Says what about a matcher does not fit a field.
fn misfit(kind: FieldKind, matcher: &Matcher, language: Language) -> Option<String> {
    let no_text = matches!(kind, FieldKind::Ip | FieldKind::Date | FieldKind::Boolean) || kind.is_numeric();
    match matcher {
        Matcher::Wildcard { .. } if no_text => Some("a wildcard is for texts".to_owned()),
        Matcher::Regex { .. } if no_text => Some("a regular expression is for texts".to_owned()),
        Matcher::Equals { value: Value::String(text), .. } => {
            let fits = match kind {
                FieldKind::Long | FieldKind::Double => text.trim().parse::<f64>().is_ok() && language != Language::Eql,
                FieldKind::Ip => is_network(text),
                FieldKind::Boolean => matches!(&**text, "true" | "false" | ""),
                _ => true,
            };
            (!fits).then(|| format!("`{text}` is a text that is no such value"))
        }
        Matcher::Cidr(network) if kind == FieldKind::Ip => (!is_network(network)).then(|| format!("`{network}` is no network")),
        Matcher::Cidr(_) if kind.is_exact_text() => Some("a network is for addresses".to_owned()),
        _ => None,
    }
}

/// An address is a network of one (Elasticsearch, `CIDRUtils.isInRange`).
fn is_network(text: &str) -> bool {
    text.parse::<ipnet::IpNet>().is_ok() || text.parse::<IpAddr>().is_ok()
}
