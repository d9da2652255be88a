//! A `search` or `find` over every table.
//!
//! It reads the whole workspace, column by column, and gives other rows whenever somebody connects a new source.
//!
//! ```kusto bad
//! search "contoso-evil.example"
//! ```
//!
//! ```kusto good
//! search in (DnsEvents, CommonSecurityLog) "contoso-evil.example"
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::lang::kusto::ast::{Expr, ExprKind, OperatorKind};
use crate::lang::kusto::walk::Node;

pub(super) static LINT: Lint = Lint::new("unscoped-search", include_str!("unscoped_search.rs"), check);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    context.walk_kusto(&mut |node| {
        let Node::Expr(Expr { kind: ExprKind::Source(operator), .. }) = node else { return };
        let (OperatorKind::Search { tables, .. } | OperatorKind::Find { tables, .. }) = &operator.kind else { return };
        if tables.is_empty() {
            let finding = LINT.at(context.place(operator.keyword), "this reads every table of the workspace");
            found.push(finding.with_help("name the tables: `in (Table1, Table2)`"));
        }
    });
}
