//! A Sentinel rule version that is not of the form 1.2.3.
//!
//! Sentinel compares versions to offer updates of a template; what is not three numbers it cannot compare.
//!
//! ```sentinel bad
//! version: v1
//! ```
//!
//! ```sentinel good
//! version: 1.0.1
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::Dialect;

pub(super) static LINT: Lint = Lint::new("malformed-version", include_str!("malformed_version.rs"), check);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let Some(version) = context.rule.meta.version.as_ref().filter(|_| context.is(Dialect::Sentinel)) else { return };
    let numbers: Vec<&str> = version.value.trim().split('.').collect();
    let are_numbers = numbers.iter().all(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()));
    if numbers.len() != 3 || !are_numbers {
        found.push(
            LINT.at(version.span, format!("the version `{}` is not three numbers", version.value.trim())).with_help("for instance `1.0.0`"),
        );
    }
}
