//! A risk score that belongs to another severity.
//!
//! Kibana suggests 21 for low, 47 for medium, 73 for high and 99 for critical, and draws the borders at 0–21, 22–47, 48–73 and 74–100
//! (<https://www.elastic.co/docs/solutions/security/detect-and-alert/create-detection-rule>). Where severity and score tell different
//! stories, lists sorted by one contradict those sorted by the other.
//!
//! ```elastic bad
//! severity = "low"
//! risk_score = 90
//! ```
//!
//! ```elastic good
//! severity = "high"
//! risk_score = 73
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::Dialect;

pub(super) static LINT: Lint = Lint::new("risk-unlike-severity", include_str!("risk_unlike_severity.rs"), check);

const BANDS: [(&str, std::ops::RangeInclusive<i64>); 4] = [("low", 0..=21), ("medium", 22..=47), ("high", 48..=73), ("critical", 74..=100)];

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let meta = &context.rule.meta;
    let Some((severity, score)) = meta.severity.as_ref().zip(meta.risk_score.as_ref()).filter(|_| context.is(Dialect::Elastic)) else {
        return;
    };
    let Some((_, band)) = BANDS.iter().find(|(name, _)| *name == severity.value) else { return };
    let other = BANDS.iter().find(|(_, band)| band.contains(&score.value)).filter(|(name, _)| *name != severity.value);
    if let Some((name, _)) = other {
        let finding = LINT.at(score.span, format!("a risk score of {} belongs to severity `{name}`", score.value));
        let finding = finding.with_related(severity.span, "severity");
        found.push(finding.with_help(format!("`{}` is {} to {}", severity.value, band.start(), band.end())));
    }
}
