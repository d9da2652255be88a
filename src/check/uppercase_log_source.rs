//! A log source in capitals.
//!
//! Category, product and service are identifiers: back ends choose tables and indices by them, letter by letter.
//!
//! ```sigma bad
//! logsource:
//!   product: Windows
//!   category: process_creation
//! ```
//!
//! ```sigma good
//! logsource:
//!   product: windows
//!   category: process_creation
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::TableSource;

pub(super) static LINT: Lint = Lint::new("uppercase-log-source", include_str!("uppercase_log_source.rs"), check);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let Some(source) = &context.rule.source else { return };
    let TableSource::LogSource { category, product, service } = &source.value else { return };
    for word in [category, product, service].into_iter().flatten().filter(|word| word.chars().any(char::is_uppercase)) {
        let finding = LINT.at(source.span, format!("`{word}` has capitals"));
        found.push(finding.with_help(format!("write `{}`", word.to_lowercase())));
    }
}
