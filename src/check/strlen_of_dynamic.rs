//! The length of a dynamic value's text.
//!
//! `strlen` of a dynamic value writes the whole bag or array as text to count its characters (Microsoft's own analyzer says so as KS516).
//! For the number of elements there is `array_length`.
//!
//! ```kusto bad
//! SigninLogs | where strlen(DeviceDetail) > 2
//! ```
//!
//! ```kusto good
//! SigninLogs | where isnotempty(DeviceDetail)
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::{Expr, ExprKind, Type};

pub(super) static LINT: Lint = Lint::new("strlen-of-dynamic", include_str!("strlen_of_dynamic.rs"), check).info().pedantic();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    context.expressions(&mut |expr| {
        let ExprKind::Call { function, args } = &expr.kind else { return };
        if &**function == "strlen" && args.first().is_some_and(|arg| given(arg).ty == Type::Dynamic) {
            let finding = LINT.at(context.place(expr.span), "the whole value is written as text to count its characters");
            found.push(finding.with_help("ask `isempty`, `array_length` or `bag_keys`"));
        }
    });
}

/// What the author wrote, without the conversion that the language adds.
fn given(arg: &Expr) -> &Expr {
    match &arg.kind {
        ExprKind::Convert(inner) => inner,
        _ => arg,
    }
}
