//! A query that leaves its workspace by `cluster()` or `database()`.
//!
//! In Sentinel a query reaches other workspaces by `workspace()`, and Azure Data Explorer by `adx()`; `cluster()` and `database()` belong to
//! Data Explorer itself, and what lies behind them is known to nobody who reads the rule.
//!
//! ```kusto bad
//! cluster("help").database("Logs").SigninLogs | take 10
//! ```
//!
//! ```kusto good
//! workspace("contoso-prod").SigninLogs | take 10
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;

pub(super) static LINT: Lint = Lint::new("cross-cluster", include_str!("cross_cluster.rs"), check).info().pedantic();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    context.kusto_calls(&mut |call, span| {
        if matches!(call.name.text.as_str(), "cluster" | "database") {
            found.push(LINT.at(context.place(span), "what lies behind this is not known here"));
        }
    });
}
