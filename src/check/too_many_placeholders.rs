//! An alert's title or description with more than three placeholders.
//!
//! Sentinel takes three in each and refuses the rule otherwise
//! (<https://learn.microsoft.com/azure/sentinel/customize-alert-details>).
//!
//! ```sentinel bad
//! query: SigninLogs | project UserPrincipalName, IPAddress, Location, AppDisplayName
//! alertDetailsOverride:
//!   alertDisplayNameFormat: "{{UserPrincipalName}} from {{IPAddress}} in {{Location}} to {{AppDisplayName}}"
//! ```
//!
//! ```sentinel good
//! query: SigninLogs | project UserPrincipalName, IPAddress, Location, AppDisplayName
//! alertDetailsOverride:
//!   alertDisplayNameFormat: "{{UserPrincipalName}} from {{IPAddress}} in {{Location}}"
//! ```

use super::{Context, Lint, placeholder};
use crate::diagnostic::Diagnostic;
use crate::ir::Dialect;

pub(super) static LINT: Lint = Lint::new("too-many-placeholders", include_str!("too_many_placeholders.rs"), check).error();

/// Placeholders at most in one template.
const LIMIT: usize = 3;

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let alert = &context.rule.alert;
    for template in alert.title.iter().chain(&alert.description).filter(|_| context.is(Dialect::Sentinel)) {
        let names = placeholder::all(template, context.text);
        if let Some(fourth) = names.get(LIMIT) {
            let message = format!("the template has {} placeholders, Sentinel takes {LIMIT}", names.len());
            found.push(LINT.at(fourth.span, message).with_label("the first too many"));
        }
    }
}
