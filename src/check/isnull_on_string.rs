//! `isnull` or `isnotnull` of a text.
//!
//! A text in Kusto is never null: a missing one is empty. `isnull` of it is always false and `isnotnull` always true, so the condition
//! does nothing (<https://learn.microsoft.com/kusto/query/scalar-data-types/null-values>; Microsoft's own analyzer warns as KS501 and
//! KS502). The fix changes what the rule finds, which is why it is only offered.
//!
//! ```kusto bad
//! SigninLogs | where isnotnull(UserPrincipalName)
//! ```
//!
//! ```kusto good
//! SigninLogs | where isnotempty(UserPrincipalName) and isnotnull(DeviceDetail)
//! ```

use super::{Context, Lint};
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::ir::{ExprKind, Type};
use crate::source::Span;

pub(super) static LINT: Lint = Lint::new("isnull-on-string", include_str!("isnull_on_string.rs"), check);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    context.expressions(&mut |expr| {
        let ExprKind::Call { function, args } = &expr.kind else { return };
        let (always, instead) = match &**function {
            "isnull" => ("false", "isempty"),
            "isnotnull" => ("true", "isnotempty"),
            _ => return,
        };
        if args.first().is_none_or(|arg| arg.ty != Type::String) {
            return;
        }
        let written = context.query_text(expr.span).split('(').next().unwrap_or("").trim_end();
        let name = Span { start: expr.span.start, end: expr.span.start + written.len() as u32 };
        let edit = Edit { span: context.place(name), text: instead.to_owned() };
        let finding = LINT
            .at(context.place(expr.span), format!("a text is never null: this is always {always}"))
            .with_help(format!("ask `{instead}`"));
        found.push(finding.with_fix(Fix { title: format!("write `{instead}`"), edits: vec![edit], safe: false }));
    });
}
