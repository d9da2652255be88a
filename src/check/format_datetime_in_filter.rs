//! A filter on the text of a time.
//!
//! `format_datetime` makes a text of every row's time before it is compared; a comparison of times can use the index (Microsoft's own
//! analyzer says so as KS506).
//!
//! ```kusto bad
//! SigninLogs | where format_datetime(TimeGenerated, "HH") == "03"
//! ```
//!
//! ```kusto good
//! SigninLogs | where hourofday(TimeGenerated) == 3
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::{ExprKind, Op};

pub(super) static LINT: Lint =
    Lint::new("format-datetime-in-filter", include_str!("format_datetime_in_filter.rs"), check).info().pedantic();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    context.operators(&mut |node| {
        let Op::Filter { predicate, .. } = &node.op else { return };
        predicate.walk(&mut |inner| {
            if matches!(&inner.kind, ExprKind::Call { function, .. } if &**function == "format_datetime") {
                let finding = LINT.at(context.place(inner.span), "the time is turned into text to compare it");
                found.push(finding.with_help("compare times: `hourofday`, `dayofweek`, `startofday`, `bin`, `datetime_part`"));
            }
        });
    });
}
