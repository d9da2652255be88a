//! A Sigma tag of no known kind, or of the wrong form.
//!
//! Tags are `namespace.name`: `attack.t1059.001`, `cve.2024-3400`, `car.2016-04-005`, `d3fend.d3-psa`, `detection.threat-hunting`, `stp.5`,
//! `tlp.amber` (<https://sigmahq.io/sigma-specification/specification/sigma-appendix-tags.html>). Teams may have namespaces of their own, which
//! is why only pedants hear of unknown ones.
//!
//! ```sigma bad
//! tags:
//!   - attak.t1059
//! ```
//!
//! ```sigma good
//! tags:
//!   - attack.t1059
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::Dialect;
use crate::schema::suggest;

pub(super) static LINT: Lint = Lint::new("unknown-tag", include_str!("unknown_tag.rs"), check);

/// The namespaces of the specification.
const NAMESPACES: [&str; 7] = ["attack", "car", "cve", "d3fend", "detection", "stp", "tlp"];

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    if !context.is(Dialect::Sigma) {
        return;
    }
    for tag in &context.rule.meta.tags {
        let text = tag.value.trim();
        let Some((namespace, _)) = text.split_once('.').filter(|(namespace, name)| !namespace.is_empty() && !name.is_empty()) else {
            found.push(LINT.at(tag.span, format!("`{text}` is not of the form `namespace.name`")));
            continue;
        };
        if NAMESPACES.contains(&namespace) {
            continue;
        }
        let finding = LINT.at(tag.span, format!("no tags begin with `{namespace}.`"));
        found.push(match suggest(namespace, NAMESPACES) {
            Some(near) => finding.with_label(format!("did you mean `{near}`?")),
            None => finding.pedantic(),
        });
    }
}
