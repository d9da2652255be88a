//! A variable with the name of a column: the column wins.
//!
//! Inside of the query the name means the column, and a comparison of the two compares the column with itself: it is always true
//! (Microsoft's own analyzer warns as KS510).
//!
//! ```kusto bad
//! let UserPrincipalName = "admin@contoso.com";
//! SigninLogs | where UserPrincipalName == UserPrincipalName
//! ```
//!
//! ```kusto good
//! let Admin = "admin@contoso.com";
//! SigninLogs | where UserPrincipalName == Admin
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::functions;
use crate::ir;
use crate::lang::kusto::ast::{Expr, ExprKind, StatementKind};
use crate::source::Span;
use std::collections::HashMap;

pub(super) static LINT: Lint = Lint::new("hidden-variable", include_str!("hidden_variable.rs"), check);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let Some(query) = context.kusto() else { return };
    let mut variables: HashMap<&str, Span> = HashMap::new();
    for statement in &query.statements {
        if let StatementKind::Let { name, value } = &statement.kind
            && is_scalar(value)
        {
            variables.insert(&name.text, name.span);
        }
    }
    if variables.is_empty() {
        return;
    }
    context.expressions(&mut |expr| {
        let ir::ExprKind::Column(name) = &expr.kind else { return };
        if context.query_text(expr.span) == &**name
            && let Some(variable) = variables.remove(&**name)
        {
            found.push(
                LINT.at(context.place(expr.span), format!("`{name}` is the column here, not the variable"))
                    .with_related(context.place(variable), "the variable that it hides")
                    .with_help("give the variable another name"),
            );
        }
    });
}

/// Tells whether a `let` certainly binds a single value: a bare name may be a table.
fn is_scalar(value: &Expr) -> bool {
    match &value.unwrapped().kind {
        ExprKind::Literal(_) | ExprKind::Unary { .. } | ExprKind::Binary { .. } | ExprKind::And(_) | ExprKind::Or(_) => true,
        ExprKind::Call(call) => functions::kusto(&call.name.text).is_some(),
        _ => false,
    }
}
