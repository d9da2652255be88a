//! A rule that sorts its result.
//!
//! Nobody reads the rows of an alert rule in order: the engine sorts them all for nothing.
//!
//! ```sentinel bad
//! query: SigninLogs | where ResultType == "50126" | sort by TimeGenerated desc
//! ```
//!
//! ```sentinel good
//! query: SigninLogs | where ResultType == "50126" | top 10 by TimeGenerated desc
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::lang::kusto::ast::{ExprKind, OperatorKind, StatementKind};

pub(super) static LINT: Lint = Lint::new("useless-sort", include_str!("useless_sort.rs"), check).info().pedantic();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let Some(query) = context.kusto().filter(|_| context.is_sentinel_alert()) else { return };
    let Some(StatementKind::Expression(last)) = query.statements.last().map(|statement| &statement.kind) else { return };
    let ExprKind::Pipe { operators, .. } = &last.kind else { return };
    if let Some(operator) = operators.last().filter(|operator| matches!(operator.kind, OperatorKind::Sort(_))) {
        found.push(LINT.at(context.place(operator.span), "the order of an alert rule's rows means nothing"));
    }
}
