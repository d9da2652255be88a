//! `matches regex` with a text that has no pattern.
//!
//! A regular expression is searched anywhere in the text and minds letters' case: without a pattern it is `contains_cs`, which costs less.
//!
//! ```kusto bad
//! SigninLogs | where UserAgent matches regex "python"
//! ```
//!
//! ```kusto good
//! SigninLogs | where UserAgent contains_cs "python"
//! ```

use super::{Context, Lint};
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::lang::kusto::ast::{BinaryOp, Expr, ExprKind};
use crate::lang::kusto::walk::Node;

pub(super) static LINT: Lint = Lint::new("regex-without-pattern", include_str!("regex_without_pattern.rs"), check).info().pedantic();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    context.walk_kusto(&mut |node| {
        let Node::Expr(Expr { kind: ExprKind::Binary { op: BinaryOp::MatchesRegex, op_span, right, .. }, .. }) = node else { return };
        if right.as_text().is_some_and(|text| !text.is_empty() && regex::escape(text) == text) {
            let span = context.place(*op_span);
            let fix =
                Fix { title: "write `contains_cs`".to_owned(), edits: vec![Edit { span, text: "contains_cs".to_owned() }], safe: true };
            found.push(LINT.at(context.place(right.span), "a regular expression without a pattern").with_fix(fix));
        }
    });
}
