//! A window that begins in the future.
//!
//! `ago(-1d)` is tomorrow: no event is younger, and the rule never fires.
//!
//! ```kusto bad
//! SigninLogs | where TimeGenerated > ago(-1d)
//! ```
//!
//! ```kusto good
//! SigninLogs | where TimeGenerated > ago(1d)
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::lang::kusto::ast::{Expr, ExprKind, Literal, LiteralKind};

pub(super) static LINT: Lint = Lint::new("future-window", include_str!("future_window.rs"), check);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    context.kusto_calls(&mut |call, span| {
        if call.name.text == "ago" && call.args.first().is_some_and(is_negative) {
            found.push(
                LINT.at(context.place(span), "this point lies in the future").with_help("`ago` counts backwards: leave out the minus"),
            );
        }
    });
}

fn is_negative(expr: &Expr) -> bool {
    match &expr.unwrapped().kind {
        ExprKind::Unary { minus: true, operand } => !is_negative(operand),
        ExprKind::Literal(Literal { kind: LiteralKind::TimeSpan(Some(ticks)), .. }) => *ticks < 0,
        _ => false,
    }
}
