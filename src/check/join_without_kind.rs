//! A `join` that does not say which kind.
//!
//! The default is `innerunique`, which keeps one arbitrary left row for each key: not the inner join that most readers expect
//! (<https://learn.microsoft.com/kusto/query/join-operator>; Microsoft's own analyzer warns as KS508). The fix writes the default down.
//!
//! ```kusto bad
//! SigninLogs | join (AuditLogs | project CorrelationId, OperationName) on CorrelationId
//! ```
//!
//! ```kusto good
//! SigninLogs | join kind=inner (AuditLogs | project CorrelationId, OperationName) on CorrelationId
//! ```

use super::{Context, Lint};
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::lang::kusto::ast::OperatorKind;
use crate::lang::kusto::walk::Node;
use crate::source::Span;

pub(super) static LINT: Lint = Lint::new("join-without-kind", include_str!("join_without_kind.rs"), check).pedantic();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    context.walk_kusto(&mut |node| {
        let Node::Operator(operator) = node else { return };
        if !matches!(operator.kind, OperatorKind::Join { .. }) || operator.params.iter().any(|param| param.name == "kind") {
            return;
        }
        let place = context.place(operator.keyword);
        let edit = Edit { span: Span { start: place.end, end: place.end }, text: " kind=innerunique".to_owned() };
        let finding = LINT
            .at(place, "without a kind one arbitrary left row is kept for each key")
            .with_help("say `kind=inner` or `kind=innerunique`");
        found.push(finding.with_fix(Fix { title: "write the default down".to_owned(), edits: vec![edit], safe: true }));
    });
}
