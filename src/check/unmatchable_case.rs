//! A comparison with a text in letters that the other side cannot have.
//!
//! `tolower(x)` has no capitals and `toupper(x)` no small letters: compared with regard to case, `tolower(x) == "Admin"` is never true
//! and the rule never fires.
//!
//! ```kusto bad
//! SigninLogs | where tolower(UserPrincipalName) == "Admin@contoso.com"
//! ```
//!
//! ```kusto bad
//! AuditLogs | where toupper(OperationName) in ("Add user", "DELETE USER")
//! ```
//!
//! ```kusto good
//! SigninLogs | where UserPrincipalName =~ "Admin@contoso.com"
//! ```

use super::{Context, Lint, folded};
use crate::diagnostic::Diagnostic;

pub(super) static LINT: Lint = Lint::new("unmatchable-case", include_str!("unmatchable_case.rs"), check).error();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for comparison in folded::comparisons(context) {
        for (text, span) in comparison.texts.iter().filter(|(text, _)| !comparison.can_equal(text)) {
            let (letters, function) = (comparison.letters_lost(), comparison.function);
            found.push(
                LINT.at(context.place(*span), format!("`{function}` leaves no {letters}: nothing matches `{text}`"))
                    .with_related(context.place(comparison.call), format!("no {letters} come out of this"))
                    .with_help("compare without regard to case (`=~`, `in~`), or write the text in the letters that come out"),
            );
        }
    }
}
