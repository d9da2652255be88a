//! A placeholder in an alert's title or description whose braces do not match.
//!
//! Sentinel prints it as it stands: the analyst reads `{{SrcIpAddr}` instead of an address.
//!
//! ```sentinel bad
//! query: SigninLogs | summarize count() by UserPrincipalName
//! alertDetailsOverride:
//!   alertDisplayNameFormat: Sign-ins of {{UserPrincipalName}
//! ```
//!
//! ```sentinel good
//! query: SigninLogs | summarize count() by UserPrincipalName
//! alertDetailsOverride:
//!   alertDisplayNameFormat: Sign-ins of {{UserPrincipalName}}
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::Dialect;
use crate::source::Span;
use regex::Regex;
use std::sync::LazyLock;

pub(super) static LINT: Lint = Lint::new("malformed-placeholder", include_str!("malformed_placeholder.rs"), check);

/// Whole placeholders, and what looks like one with a brace too few.
static BRACES: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\{\{[^{}]*\}\}|\{\{?\s*\w+\s*\}?\}?").ok());

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    if !context.is(Dialect::Sentinel) {
        return;
    }
    let Some(braces) = BRACES.as_ref() else { return };
    let alert = &context.rule.alert;
    for template in alert.title.iter().chain(&alert.description) {
        let written = template.span.text(context.text);
        for hit in braces.find_iter(written).filter(|hit| !(hit.as_str().starts_with("{{") && hit.as_str().ends_with("}}"))) {
            let start = template.span.start as usize;
            let span = Span::new(start + hit.start(), start + hit.end());
            let finding = LINT.at(span, format!("`{}` is no placeholder", hit.as_str()));
            found.push(
                finding.with_label("braces do not match").with_help("a placeholder is a column's name in double braces: `{{Column}}`"),
            );
        }
    }
}
