//! A comparison of `tolower(x)` or `toupper(x)`.
//!
//! `=~` and `in~` compare without regard to case by themselves, and an index can help them
//! (<https://learn.microsoft.com/kusto/query/best-practices>). The fix is offered, not made: for a handful of letters outside of ASCII the
//! two foldings differ.
//!
//! ```kusto bad
//! SigninLogs | where tolower(UserPrincipalName) == "admin@contoso.com"
//! ```
//!
//! ```kusto good
//! SigninLogs | where UserPrincipalName =~ "admin@contoso.com"
//! ```

use super::{Context, Lint, folded};
use crate::diagnostic::{Diagnostic, Edit, Fix};

pub(super) static LINT: Lint = Lint::new("case-folded-comparison", include_str!("case_folded_comparison.rs"), check).info().pedantic();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for comparison in folded::comparisons(context) {
        // What never matches is the business of `unmatchable-case`.
        if !comparison.texts.iter().all(|(text, _)| comparison.can_equal(text)) {
            continue;
        }
        let (place, twin) = comparison.operator;
        let edits = vec![
            Edit { span: context.place(comparison.call), text: context.query_text(comparison.argument).to_owned() },
            Edit { span: context.place(place), text: twin.to_owned() },
        ];
        let finding = LINT.at(context.place(comparison.call), format!("`{twin}` compares without regard to case by itself"));
        found.push(finding.with_fix(Fix { title: format!("use `{twin}`"), edits, safe: false }));
    }
}
