//! A near-real-time rule with a schedule.
//!
//! Sentinel runs NRT rules every minute over the last minute; `queryFrequency`, `queryPeriod`, `triggerOperator` and `triggerThreshold`
//! mean nothing there and are refused (<https://learn.microsoft.com/azure/sentinel/near-real-time-rules>).
//!
//! ```sentinel bad
//! kind: NRT
//! queryFrequency: 5m
//! queryPeriod: 5m
//! ```
//!
//! ```sentinel good
//! kind: Scheduled
//! queryFrequency: 5m
//! queryPeriod: 5m
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::{Dialect, RuleType};
use crate::source::Span;

pub(super) static LINT: Lint = Lint::new("nrt-with-schedule", include_str!("nrt_with_schedule.rs"), check);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    if !context.is(Dialect::Sentinel) || context.rule.rule_type != RuleType::Nrt {
        return;
    }
    let Some(schedule) = &context.rule.schedule else { return };
    let frequency = schedule.frequency.as_ref().map(|f| f.span);
    let period = schedule.period.as_ref().map(|p| p.span);
    let trigger = schedule.trigger.as_ref().map(|t| t.span);
    let first = frequency.or(period).or(trigger);
    if let Some(first) = first.filter(|span| *span != Span::default()) {
        found.push(LINT.at(first, "a near-real-time rule has no schedule").with_help("remove queryFrequency, queryPeriod and trigger*"));
    }
}
