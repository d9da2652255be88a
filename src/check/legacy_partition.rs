//! A `partition` without a strategy.
//!
//! The legacy strategy takes 64 partitions at most and fails beyond; `native` and `shuffle` have no such limit
//! (<https://learn.microsoft.com/kusto/query/partition-operator>; Microsoft's own analyzer says so as KS513).
//!
//! ```kusto bad
//! SigninLogs | partition by UserPrincipalName (top 1 by TimeGenerated desc)
//! ```
//!
//! ```kusto good
//! SigninLogs | partition hint.strategy=native by UserPrincipalName (top 1 by TimeGenerated desc)
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::lang::kusto::ast::OperatorKind;
use crate::lang::kusto::walk::Node;

pub(super) static LINT: Lint = Lint::new("legacy-partition", include_str!("legacy_partition.rs"), check);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    context.walk_kusto(&mut |node| {
        let Node::Operator(operator) = node else { return };
        if matches!(operator.kind, OperatorKind::Partition { .. }) && !operator.params.iter().any(|param| param.name == "hint.strategy") {
            let finding = LINT.at(context.place(operator.keyword), "with more than 64 values of the key this fails");
            found.push(finding.with_help("add `hint.strategy=native` (or `shuffle`, where there are very many)"));
        }
    });
}
