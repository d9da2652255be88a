//! A near-real-time rule that reads several tables.
//!
//! An NRT rule sees what was ingested in one minute, of every table (<https://learn.microsoft.com/azure/sentinel/near-real-time-rules>). Logs
//! of different sources arrive with different delays: the partner of a join has often come a minute before, or comes a minute after.
//! For long Sentinel refused such rules altogether.
//!
//! Watchlists and other lists are no logs and are not counted.
//!
//! ```sentinel bad
//! kind: NRT
//! query: |
//!   SigninLogs
//!   | join kind=inner (AuditLogs | project CorrelationId, OperationName) on CorrelationId
//! ```
//!
//! ```sentinel good
//! kind: NRT
//! query: SigninLogs | where ResultType == "0"
//! ```

use super::{Context, Lint};
use crate::diagnostic::{Confidence, Diagnostic};
use crate::ir::{Op, RuleType, TableSource};
use std::collections::BTreeMap;

pub(super) static LINT: Lint =
    Lint::new("nrt-with-several-tables", include_str!("nrt_with_several_tables.rs"), check).confidence(Confidence::Medium);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    if context.rule.rule_type != RuleType::Nrt {
        return;
    }
    let mut tables = BTreeMap::new();
    context.operators(&mut |node| {
        if let Op::Scan(TableSource::Table(name)) = &node.op {
            tables.entry(name.clone()).or_insert(node.span);
        }
    });
    let mut places: Vec<_> = tables.into_iter().collect();
    places.sort_by_key(|(_, span)| span.start);
    if let [(first, first_span), (second, span), ..] = places.as_slice() {
        found.push(
            LINT.at(context.place(*span), format!("a near-real-time rule sees one minute of `{first}` and one minute of `{second}`"))
                .with_related(context.place(*first_span), "the first table")
                .with_help("make it a scheduled rule with a period that both logs arrive in"),
        );
    }
}
