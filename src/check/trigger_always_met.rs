//! A trigger that every result of the query meets: the rule fires at each run.
//!
//! `summarize` without `by` and `count` always give one row, also of no events, and `gt 0` is met by it.
//!
//! ```sentinel bad
//! query: SigninLogs | where ResultType == "50126" | summarize Failures = count()
//! triggerOperator: gt
//! triggerThreshold: 0
//! ```
//!
//! ```sentinel good
//! query: SigninLogs | where ResultType == "50126" | summarize Failures = count() | where Failures > 100
//! triggerOperator: gt
//! triggerThreshold: 0
//! ```

use super::row_count::{Rows, rows};
use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::{RuleType, Trigger, TriggerOperator as Operator};

pub(super) static LINT: Lint = Lint::new("trigger-always-met", include_str!("trigger_always_met.rs"), check).error();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let (Some(detection), Some(schedule)) = (&context.rule.detection, &context.rule.schedule) else { return };
    let Some(trigger) = schedule.trigger.as_ref().filter(|_| context.rule.rule_type == RuleType::Scheduled) else { return };
    let rows = rows(&detection.plan);
    if always(trigger, rows) {
        let finding = LINT.at(trigger.span, format!("the query gives {}: the rule fires at every run", rows.words()));
        found.push(finding.with_help("filter on the number in the row: `| where count_ > 10`"));
    }
}

fn always(trigger: &Trigger, rows: Rows) -> bool {
    let threshold = trigger.threshold;
    match trigger.operator {
        Operator::GreaterThan => rows.least > threshold,
        Operator::LessThan => rows.most.is_some_and(|most| most < threshold),
        Operator::Equal => rows.least == threshold && rows.most == Some(threshold),
        Operator::NotEqual => rows.least > threshold || rows.most.is_some_and(|most| most < threshold),
    }
}
