//! A `sum` of a sum or difference: one missing value takes the other with it.
//!
//! `a + b` is null where either is, and `sum` leaves nulls out: bytes that were sent are not counted where the bytes received are unknown
//! (Microsoft's own analyzer warns as KS505).
//!
//! ```kusto bad
//! CommonSecurityLog | summarize Volume = sum(SentBytes + ReceivedBytes) by SourceIP
//! ```
//!
//! ```kusto good
//! CommonSecurityLog | summarize Volume = sum(SentBytes) + sum(ReceivedBytes) by SourceIP
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::{Arithmetic, ExprKind, Op};

pub(super) static LINT: Lint = Lint::new("null-in-sum", include_str!("null_in_sum.rs"), check).pedantic();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    context.operators(&mut |node| {
        let Op::Aggregate { aggregates, .. } = &node.op else { return };
        for aggregate in aggregates.iter().filter(|aggregate| &*aggregate.function == "sum") {
            let Some(arg) = aggregate.args.first() else { continue };
            if let ExprKind::Arithmetic { op: Arithmetic::Add | Arithmetic::Subtract, left, right } = &arg.kind
                && ![left, right].iter().any(|side| matches!(side.kind, ExprKind::Literal(_)))
            {
                let finding = LINT.at(context.place(arg.span), "null where either side is, and then not counted");
                found.push(finding.with_help("sum each by itself, or put `coalesce(…, 0)` around them"));
            }
        }
    });
}
