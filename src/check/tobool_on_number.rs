//! `tobool` of a number.
//!
//! Every number but 0 is true: a comparison says what is meant (Microsoft's own analyzer warns as KS504).
//!
//! ```kusto bad
//! SecurityEvent | where tobool(EventID)
//! ```
//!
//! ```kusto good
//! SecurityEvent | where EventID != 0
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::{ExprKind, Type};

pub(super) static LINT: Lint = Lint::new("tobool-on-number", include_str!("tobool_on_number.rs"), check);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    context.expressions(&mut |expr| {
        let ExprKind::Call { function, args } = &expr.kind else { return };
        let is_number = |ty| matches!(ty, Type::Int | Type::Long | Type::Real | Type::Decimal);
        if &**function == "tobool" && args.first().is_some_and(|arg| is_number(arg.ty)) {
            found.push(LINT.at(context.place(expr.span), "every number but 0 is true").with_help("compare the number instead"));
        }
    });
}
