//! A rule that takes some of its rows, whichever come first.
//!
//! `take` and `limit` without a `sort` before them, and `sample`, give other rows at every run: an alert shows ten of a hundred victims,
//! and nobody can say which ten.
//!
//! ```sentinel bad
//! query: SigninLogs | where ResultType == "50126" | take 10
//! ```
//!
//! ```sentinel good
//! query: SigninLogs | where ResultType == "50126" | top 10 by TimeGenerated desc
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::lang::kusto::ast::{ExprKind, Operator, OperatorKind};
use crate::lang::kusto::walk::Node;

pub(super) static LINT: Lint = Lint::new("arbitrary-rows", include_str!("arbitrary_rows.rs"), check);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    if !context.is_sentinel_alert() {
        return;
    }
    context.walk_kusto(&mut |node| {
        let Node::Expr(expr) = node else { return };
        let ExprKind::Pipe { operators, .. } = &expr.kind else { return };
        for (at, operator) in operators.iter().enumerate() {
            let before = operators.get(..at).unwrap_or_default();
            let arbitrary = match &operator.kind {
                OperatorKind::Take(_) => !is_sorted(before),
                OperatorKind::Sample(_) | OperatorKind::SampleDistinct { .. } => true,
                _ => false,
            };
            if arbitrary {
                let finding = LINT.at(context.place(operator.keyword), "which rows remain is left to chance");
                found.push(finding.with_help("say which: `top … by …`, or sort first"));
            }
        }
    });
}

/// Tells whether rows are in an order after these operators.
fn is_sorted(operators: &[Operator]) -> bool {
    use OperatorKind as K;
    let keeps = |kind: &K| {
        matches!(
            kind,
            K::Where(_)
                | K::Extend(_)
                | K::Project(_)
                | K::ProjectAway(_)
                | K::ProjectKeep(_)
                | K::ProjectRename(_)
                | K::ProjectReorder(_)
                | K::Parse { .. }
                | K::ParseKv { .. }
                | K::Serialize(_)
                | K::Take(_)
                | K::As(_)
                | K::MvExpand { .. }
        )
    };
    let last = operators.iter().rev().find(|operator| !keeps(&operator.kind));
    last.is_some_and(|operator| {
        matches!(operator.kind, K::Sort(_) | K::Top { .. } | K::TopHitters { .. } | K::TopNested(_) | K::Scan { .. })
    })
}
