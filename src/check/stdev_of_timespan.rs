//! The standard deviation of durations.
//!
//! `stdev` of a timespan is a number of ticks, not a timespan: it is compared with the wrong unit (Microsoft's own analyzer says so as
//! KS509).
//!
//! ```kusto bad
//! Heartbeat | extend Gap = now() - TimeGenerated | summarize Spread = stdev(Gap) by Computer
//! ```
//!
//! ```kusto good
//! Heartbeat | extend Gap = now() - TimeGenerated | summarize Spread = totimespan(stdev(Gap)) by Computer
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::{ExprKind, Op, Type};

pub(super) static LINT: Lint = Lint::new("stdev-of-timespan", include_str!("stdev_of_timespan.rs"), check).info();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    context.operators(&mut |node| {
        let Op::Aggregate { aggregates, post, .. } = &node.op else { return };
        // `totimespan(stdev(x))` is an expression over the aggregate's column.
        let mut converted = Vec::new();
        for column in post {
            column.expr.walk(&mut |inner| {
                if let ExprKind::Call { function, args } = &inner.kind
                    && &**function == "totimespan"
                {
                    converted.extend(args.iter().map(|arg| arg.span));
                }
            });
        }
        for aggregate in aggregates.iter().filter(|aggregate| aggregate.function.starts_with("stdev")) {
            if aggregate.args.first().is_some_and(|arg| arg.ty == Type::TimeSpan) && !converted.contains(&aggregate.span) {
                let finding = LINT.at(context.place(aggregate.span), "this is a number of ticks (100 ns), not a timespan");
                found.push(finding.with_help("put `totimespan(…)` around it"));
            }
        }
    });
}
