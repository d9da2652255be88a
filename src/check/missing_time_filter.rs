//! A query without a lower bound on time, where no rule around it gives one.
//!
//! A scheduled rule is given its `queryPeriod`; a hunting query or query file reads whatever the person who runs it has chosen, often
//! the whole retention.
//!
//! ```kusto bad
//! SigninLogs | where ResultType == "50126"
//! ```
//!
//! ```kusto good
//! SigninLogs | where TimeGenerated > ago(7d) | where ResultType == "50126"
//! ```

use super::{Context, Lint, look_back};
use crate::diagnostic::Diagnostic;
use crate::ir::{Op, RuleType, TableSource};

pub(super) static LINT: Lint = Lint::new("missing-time-filter", include_str!("missing_time_filter.rs"), check).info().pedantic();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let Some(detection) = &context.rule.detection else { return };
    if !matches!(context.rule.rule_type, RuleType::Hunting | RuleType::Query) || context.kusto().is_none() {
        return;
    }
    if !look_back::bounds(&detection.plan).is_empty() {
        return;
    }
    let mut first = None;
    context.operators(&mut |node| {
        if first.is_none() && matches!(&node.op, Op::Scan(TableSource::Table(_))) {
            first = Some(node.span);
        }
    });
    if let Some(table) = first {
        let finding = LINT.at(context.place(table), "the whole retention of the table is read");
        found.push(finding.with_help("begin with `| where TimeGenerated > ago(7d)`"));
    }
}
