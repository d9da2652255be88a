//! An EQL sequence that two runs of its rule may share, so that neither sees the whole of it.
//!
//! Every sequence is seen whole by some run only where the look-back is at least `maxspan` and the time between two runs together.
//!
//! ```elastic bad
//! type = "eql"
//! language = "eql"
//! from = "now-9m"
//! interval = "5m"
//! query = 'sequence by host.id with maxspan=8m [process where true] [network where true]'
//! ```
//!
//! ```elastic good
//! type = "eql"
//! language = "eql"
//! from = "now-14m"
//! interval = "5m"
//! query = 'sequence by host.id with maxspan=8m [process where true] [network where true]'
//! ```

use super::maxspan_beyond_look_back::{MaxSpan, of_rule};
use super::{Context, Lint};
use crate::diagnostic::Diagnostic;

pub(super) static LINT: Lint = Lint::new("maxspan-across-runs", include_str!("maxspan_across_runs.rs"), check).pedantic();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let rule = context.rule;
    let (Some(MaxSpan::Said(most)), Some(period), Some(frequency)) = (of_rule(context), rule.period_ticks(), rule.frequency_ticks()) else {
        return;
    };
    if most.value <= period && most.value.saturating_add(frequency) > period {
        let finding = LINT.at(most.span, "a sequence this long may fall between two runs of the rule");
        found.push(finding.with_help("move `from` back by at least `maxspan` and `interval` together"));
    }
}
