//! A parameter of a function that its body never uses.
//!
//! Whoever calls it believes that the argument matters: a time window or threshold that is handed over and has no effect.
//!
//! ```kusto bad
//! let Failures = (window: timespan) { SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0" };
//! Failures(7d) | summarize count() by UserPrincipalName
//! ```
//!
//! ```kusto good
//! let Failures = (window: timespan) { SigninLogs | where TimeGenerated > ago(window) and ResultType != "0" };
//! Failures(7d) | summarize count() by UserPrincipalName
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::lang::kusto::ast::{Expr, ExprKind, StatementKind};
use crate::lang::kusto::walk::Node;
use std::collections::HashSet;

pub(super) static LINT: Lint = Lint::new("unused-parameter", include_str!("unused_parameter.rs"), check);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    context.walk_kusto(&mut |node| {
        let Node::Statement(statement) = node else { return };
        let StatementKind::LetFunction { function, .. } = &statement.kind else { return };
        let mut used = HashSet::new();
        for statement in &function.body {
            Node::Statement(statement).walk(&mut |inner| {
                if let Node::Expr(Expr { kind: ExprKind::Name(name), .. }) = inner {
                    used.insert(name.text.as_str());
                }
            });
        }
        for parameter in function.parameters.iter().filter(|parameter| !used.contains(parameter.name.text.as_str())) {
            let name = &parameter.name;
            let finding = LINT.at(context.place(name.span), format!("`{}` is never used in the function", name.text));
            found.push(finding.with_help("use it, or take it out of the function and its calls"));
        }
    });
}
