//! A trigger that no result of the query can meet.
//!
//! `summarize` without `by` and `count` always give one row, also of no events: a rule that waits for zero rows of them never fires, and
//! one that waits for more than one does not either.
//!
//! ```sentinel bad
//! query: Heartbeat | where Computer == "dc01" | summarize Beats = count()
//! triggerOperator: lt
//! triggerThreshold: 1
//! ```
//!
//! ```sentinel good
//! query: Heartbeat | where Computer == "dc01"
//! triggerOperator: lt
//! triggerThreshold: 1
//! ```

use super::row_count::{Rows, rows};
use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::{RuleType, Trigger, TriggerOperator as Operator};

pub(super) static LINT: Lint = Lint::new("trigger-never-met", include_str!("trigger_never_met.rs"), check).error();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let (Some(detection), Some(schedule)) = (&context.rule.detection, &context.rule.schedule) else { return };
    let Some(trigger) = schedule.trigger.as_ref().filter(|_| context.rule.rule_type == RuleType::Scheduled) else { return };
    let rows = rows(&detection.plan);
    if never(trigger, rows) {
        let finding = LINT.at(trigger.span, format!("the query gives {}: the trigger is never met", rows.words()));
        found.push(
            finding.with_help("count rows, not a number in a row: filter on the number (`| where count_ > 10`) and trigger on `gt 0`"),
        );
    }
}

fn never(trigger: &Trigger, rows: Rows) -> bool {
    let threshold = trigger.threshold;
    match trigger.operator {
        Operator::GreaterThan => rows.most.is_some_and(|most| most <= threshold),
        Operator::LessThan => rows.least >= threshold,
        Operator::Equal => rows.least > threshold || rows.most.is_some_and(|most| most < threshold),
        Operator::NotEqual => rows.least == threshold && rows.most == Some(threshold),
    }
}
