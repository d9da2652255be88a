//! A `union` of every table.
//!
//! It reads the whole workspace, and what it gives changes whenever somebody connects a new source.
//!
//! ```kusto bad
//! union withsource=Source * | summarize count() by Source
//! ```
//!
//! ```kusto good
//! union withsource=Source SigninLogs, AADNonInteractiveUserSignInLogs | summarize count() by Source
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::lang::kusto::ast::{ExprKind, OperatorKind};
use crate::lang::kusto::walk::Node;

pub(super) static LINT: Lint = Lint::new("wildcard-union", include_str!("wildcard_union.rs"), check).pedantic();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    context.walk_kusto(&mut |node| {
        let Node::Operator(operator) = node else { return };
        let OperatorKind::Union(tables) = &operator.kind else { return };
        for table in tables.iter().filter(|table| matches!(&table.kind, ExprKind::Wildcard(pattern) if pattern == "*")) {
            let finding = LINT.at(context.place(table.span), "this reads every table of the workspace");
            found.push(finding.with_help("name the tables, or a family of them: `union Device*`"));
        }
    });
}
