//! `contains` with what may be a whole term.
//!
//! `contains` reads every character of every row; `has` uses the index of terms (Microsoft's own analyzer says so as KS500). They differ:
//! `has` does not find the text inside of a longer word, which is why nothing is changed for you.
//!
//! ```kusto bad
//! SigninLogs | where UserAgent contains "python"
//! ```
//!
//! ```kusto good
//! SigninLogs | where UserAgent has "python"
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::lang::kusto::ast::{BinaryOp, Expr, ExprKind};
use crate::lang::kusto::walk::Node;

pub(super) static LINT: Lint = Lint::new("contains-with-term", include_str!("contains_with_term.rs"), check).info().pedantic();

/// Terms shorter than this are not in the index (<https://learn.microsoft.com/kusto/query/datatypes-string-operators>).
const INDEXED: usize = 3;

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    context.walk_kusto(&mut |node| {
        let Node::Expr(Expr { kind: ExprKind::Binary { op: BinaryOp::Contains | BinaryOp::ContainsCs, op_span, right, .. }, .. }) = node
        else {
            return;
        };
        if right.as_text().is_some_and(|text| text.len() >= INDEXED && text.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
            let finding = LINT.at(context.place(*op_span), "no index helps `contains`");
            found.push(finding.with_help("use `has` where the text is a word by itself"));
        }
    });
}
