//! A query that looks further back than the rule's period.
//!
//! Sentinel runs a rule's query over `queryPeriod` only, whatever the query asks for: a `TimeGenerated > ago(14d)` under a period of one
//! day sees one day (<https://learn.microsoft.com/azure/sentinel/scheduled-rules-overview>). A baseline of two weeks is then a baseline
//! of one day, and everything looks new.
//!
//! ```sentinel bad
//! queryFrequency: 1h
//! queryPeriod: 1d
//! query: |
//!   let Lookback = 14d;
//!   SigninLogs
//!   | where TimeGenerated > ago(Lookback)
//!   | summarize count() by UserPrincipalName
//! ```
//!
//! ```sentinel good
//! queryFrequency: 1h
//! queryPeriod: 14d
//! query: |
//!   let Lookback = 14d;
//!   SigninLogs
//!   | where TimeGenerated > ago(Lookback)
//!   | summarize count() by UserPrincipalName
//! ```

use super::{Context, Lint, look_back};
use crate::diagnostic::Diagnostic;
use crate::ir::{Dialect, RuleType, timespan};

pub(super) static LINT: Lint = Lint::new("lookback-beyond-period", include_str!("lookback_beyond_period.rs"), check);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let rule = context.rule;
    let Some(detection) = rule.detection.as_ref().filter(|_| context.is(Dialect::Sentinel) && rule.rule_type == RuleType::Scheduled) else {
        return;
    };
    let Some(period) = rule.schedule.as_ref().and_then(|schedule| schedule.period.as_ref()) else { return };
    for bound in look_back::bounds(&detection.plan).into_iter().filter(|bound| bound.ticks > period.value) {
        let (asked, given) = (words(bound.ticks), words(period.value));
        let finding = LINT
            .at(context.place(bound.span), format!("the query looks back {asked}, but the rule gives it {given}"))
            .with_label(format!("{asked} back"))
            .with_related(period.span, format!("only {given} of data are there"))
            .with_help("raise `queryPeriod` (14 days at most), or ask for less");
        found.push(finding);
    }
}

/// A duration in words: `14 days`, `1 hour`, else as Kusto prints it.
fn words(ticks: i64) -> String {
    const SECOND: i64 = crate::ir::TICKS_PER_SECOND;
    for (unit, name) in [(86_400 * SECOND, "day"), (3_600 * SECOND, "hour"), (60 * SECOND, "minute"), (SECOND, "second")] {
        if ticks >= unit && ticks % unit == 0 {
            let count = ticks / unit;
            return if count == 1 { format!("1 {name}") } else { format!("{count} {name}s") };
        }
    }
    timespan::print_timespan(ticks)
}
