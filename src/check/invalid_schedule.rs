//! A Sentinel schedule that Sentinel does not take.
//!
//! Frequency and period lie between 5 minutes and 14 days; the period is at least as long as the frequency, or events between two runs
//! are never seen; and a period of two days or more needs a frequency of an hour or more
//! (<https://learn.microsoft.com/azure/sentinel/scheduled-rules-overview>).
//!
//! ```sentinel bad
//! queryFrequency: 1d
//! queryPeriod: 1h
//! ```
//!
//! ```sentinel bad
//! queryFrequency: 5m
//! queryPeriod: 14d
//! ```
//!
//! ```sentinel good
//! queryFrequency: 1h
//! queryPeriod: 14d
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::{Dialect, RuleType, TICKS_PER_SECOND};

pub(super) static LINT: Lint = Lint::new("invalid-schedule", include_str!("invalid_schedule.rs"), check).error();

const MINUTE: i64 = 60 * TICKS_PER_SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let scheduled = context.is(Dialect::Sentinel) && context.rule.rule_type == RuleType::Scheduled;
    let Some(schedule) = context.rule.schedule.as_ref().filter(|_| scheduled) else { return };
    let (frequency, period) = (&schedule.frequency, &schedule.period);
    for (name, value) in [("queryFrequency", frequency), ("queryPeriod", period)] {
        if let Some(value) = value.as_ref().filter(|value| !(5 * MINUTE..=14 * DAY).contains(&value.value)) {
            found.push(LINT.at(value.span, format!("`{name}` is outside of what Sentinel takes")).with_help("from 5 minutes to 14 days"));
        }
    }
    let (Some(frequency), Some(period)) = (frequency, period) else { return };
    if period.value < frequency.value {
        let finding = LINT
            .at(period.span, "`queryPeriod` is shorter than `queryFrequency`")
            .with_label("each run sees this much")
            .with_related(frequency.span, "time between two runs")
            .with_help("events in the gap are never seen: make the period at least as long as the frequency");
        found.push(finding);
    } else if period.value >= 2 * DAY && frequency.value < HOUR {
        let finding = LINT
            .at(frequency.span, "the rule runs too often for its period")
            .with_related(period.span, "two days or more")
            .with_help("a period of two days or more needs a frequency of one hour or more");
        found.push(finding);
    }
}
