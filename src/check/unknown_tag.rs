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
//! ```sigma bad
//! tags:
//!   - cve.CVE-2024-3400
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
use crate::source::Spanned;

pub(super) static LINT: Lint = Lint::new("unknown-tag", include_str!("unknown_tag.rs"), check);

/// The namespaces of the specification.
const NAMESPACES: [&str; 7] = ["attack", "car", "cve", "d3fend", "detection", "stp", "tlp"];

/// The forms of the names in a namespace, `#` for digits; those of `attack` are looked at by lints of their own.
const FORMS: [(&str, &[&str]); 6] = [
    ("car", &["####-##-###"]),
    ("cve", &["####-####", "####-#####", "####-######", "####-#######"]),
    ("d3fend", &["d3-…", "d3f-…", "model", "harden", "detect", "isolate", "deceive", "evict", "restore"]),
    ("detection", &["dfir", "emerging-threats", "threat-hunting"]),
    ("stp", &["#", "#a", "#u", "#k"]),
    // `white` is what version 1 of the protocol called `clear`.
    ("tlp", &["red", "amber", "amber-strict", "green", "clear", "white"]),
];

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    if !context.is(Dialect::Sigma) {
        return;
    }
    for tag in &context.rule.meta.tags {
        let text = tag.value.trim();
        let Some((namespace, name)) = text.split_once('.').filter(|(namespace, name)| !namespace.is_empty() && !name.is_empty()) else {
            found.push(LINT.at(tag.span, format!("`{text}` is not of the form `namespace.name`")));
            continue;
        };
        if NAMESPACES.contains(&namespace) {
            found.extend(of_form(tag, namespace, name));
            continue;
        }
        let finding = LINT.at(tag.span, format!("no tags begin with `{namespace}.`"));
        found.push(match suggest(namespace, NAMESPACES) {
            Some(near) => finding.with_label(format!("did you mean `{near}`?")),
            None => finding.pedantic(),
        });
    }
}

/// Compares a name with the forms of its namespace.
fn of_form(tag: &Spanned<String>, namespace: &str, name: &str) -> Option<Diagnostic> {
    let forms = FORMS.iter().find(|(known, _)| *known == namespace).map_or(&[][..], |(_, forms)| forms);
    if !forms.is_empty() && !forms.iter().any(|form| has_form(name, form)) {
        let finding = LINT.at(tag.span, format!("`{namespace}` has no tag `{name}`"));
        return Some(finding.with_help(format!("its tags are {}", forms.join(", "))));
    }
    // Artefacts of D3FEND are written with capitals.
    let is_plain = |c: char| c.is_ascii_digit() || matches!(c, '-' | '_' | '.') || c.is_ascii_lowercase() || namespace == "d3fend";
    (!name.chars().all(is_plain)).then(|| LINT.at(tag.span, format!("`{name}` has characters other than a to z, digits, `-`, `_` and `.`")))
}

fn has_form(name: &str, form: &str) -> bool {
    match form.strip_suffix('…') {
        Some(start) => name.len() > start.len() && name.starts_with(start),
        None => name.len() == form.len() && name.chars().zip(form.chars()).all(|(c, of)| c == of || (of == '#' && c.is_ascii_digit())),
    }
}
