//! An Elastic rule that sees less time than there is between its runs.
//!
//! Events in the gap are never seen. A run sees what lies between `from` and `to`; `from` is `now-6m` and `interval` 5 minutes where the file does not say otherwise
//! (<https://www.elastic.co/docs/solutions/security/detect-and-alert>).
//!
//! ```elastic bad
//! from = "now-9m"
//! interval = "1h"
//! ```
//!
//! ```elastic bad
//! from = "now-9m"
//! to = "now-5m"
//! interval = "5m"
//! ```
//!
//! ```elastic good
//! from = "now-9m"
//! interval = "5m"
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::{Dialect, RuleType};

pub(super) static LINT: Lint = Lint::new("gap-between-runs", include_str!("gap_between_runs.rs"), check);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let rule = context.rule;
    if !context.is(Dialect::Elastic) || matches!(rule.rule_type, RuleType::Hunting | RuleType::MachineLearning) {
        return;
    }
    let (Some(frequency), Some(period), Some(schedule)) = (rule.frequency_ticks(), rule.period_ticks(), &rule.schedule) else { return };
    let written = schedule.frequency.as_ref().or(schedule.period.as_ref());
    if let Some(written) = written.filter(|_| period - rule.until_ticks() < frequency) {
        let finding = LINT.at(written.span, "the rule sees less time than there is between its runs");
        let finding = match &schedule.period {
            Some(from) if from.span != written.span => finding.with_related(from.span, "look-back"),
            _ => finding,
        };
        found.push(finding.with_help("events in the gap are never seen: move `from` back, or run more often"));
    }
}
