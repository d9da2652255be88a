//! An Elastic rule that looks at the time of events only, so that events which come in late are never seen.
//!
//! With `timestamp_override = "event.ingested"` the time at which an event came in counts
//! (<https://www.elastic.co/docs/solutions/security/detect-and-alert/create-detection-rule>, "Timestamp override"). Sequences are ordered by
//! the time of their events and stay as they are.
//!
//! ```elastic bad
//! query = 'process.name: "nc"'
//! ```
//!
//! ```elastic good
//! query = 'process.name: "nc"'
//! timestamp_override = "event.ingested"
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::{Dialect, Op, RuleType};

pub(super) static LINT: Lint = Lint::new("late-events-missed", include_str!("late_events_missed.rs"), check).info().pedantic();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let rule = context.rule;
    let looks_at_events = matches!(rule.rule_type, RuleType::Query | RuleType::Eql | RuleType::Threshold | RuleType::NewTerms);
    let is_ordered = rule.detection.as_ref().is_some_and(|detection| matches!(detection.plan.op, Op::Sequence(_) | Op::Sample(_)));
    let has_override = rule.schedule.as_ref().is_some_and(|schedule| schedule.time_field.is_some());
    if context.is(Dialect::Elastic) && looks_at_events && !is_ordered && !has_override {
        let finding = LINT.at(context.head(), "events that come in later than the look-back are never seen");
        found.push(finding.with_help("add `timestamp_override = \"event.ingested\"`"));
    }
}
