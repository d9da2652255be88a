//! A custom detail whose key Sentinel does not take.
//!
//! A key has at most 20 characters, begins with a letter and holds letters, digits and `_` only.
//!
//! ```sentinel bad
//! query: SigninLogs | project UserPrincipalName
//! customDetails:
//!   user-name: UserPrincipalName
//! ```
//!
//! ```sentinel good
//! query: SigninLogs | project UserPrincipalName
//! customDetails:
//!   UserName: UserPrincipalName
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::Dialect;

pub(super) static LINT: Lint = Lint::new("malformed-custom-detail", include_str!("malformed_custom_detail.rs"), check).error();

const LENGTH: usize = 20;

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (key, _) in context.rule.alert.custom_details.iter().filter(|_| context.is(Dialect::Sentinel)) {
        let text = key.value.as_str();
        let begins = text.starts_with(|c: char| c.is_ascii_alphabetic());
        if !begins || !text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            found.push(
                LINT.at(key.span, format!("`{text}` is no key of a custom detail")).with_help("letters, digits and `_`, a letter first"),
            );
        } else if text.len() > LENGTH {
            found.push(LINT.at(key.span, format!("the key `{text}` has {} characters, {LENGTH} are taken", text.len())));
        }
    }
}
