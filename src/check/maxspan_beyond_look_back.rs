//! An EQL sequence that may take longer than its rule looks back.
//!
//! A run sees the events of its look-back only. A sequence that takes longer than that is never seen whole, whatever `maxspan` allows
//! (<https://www.elastic.co/docs/solutions/security/detect-and-alert/eql>).
//!
//! ```elastic bad
//! type = "eql"
//! language = "eql"
//! from = "now-9m"
//! query = 'sequence by host.id with maxspan=1h [process where true] [network where true]'
//! ```
//!
//! ```elastic good
//! type = "eql"
//! language = "eql"
//! from = "now-9m"
//! query = 'sequence by host.id with maxspan=1m [process where true] [network where true]'
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::{Dialect, RuleType};
use crate::lang::eql::ast::QueryKind;
use crate::source::{Span, Spanned};

pub(super) static LINT: Lint = Lint::new("maxspan-beyond-look-back", include_str!("maxspan_beyond_look_back.rs"), check);

/// The most time that a sequence may take, with its place in the file.
pub(super) enum MaxSpan {
    /// As it says.
    Said(Spanned<i64>),
    /// It does not say: as long as it likes. The place of the sequence.
    Unsaid(Span),
}

/// Returns how long the sequence of a scheduled EQL rule may take.
pub(super) fn of_rule(context: &Context<'_>) -> Option<MaxSpan> {
    if !context.is(Dialect::Elastic) || context.rule.rule_type != RuleType::Eql {
        return None;
    }
    let QueryKind::Sequence(sequence) = &context.eql()?.kind else { return None };
    Some(match &sequence.maxspan {
        Some(said) => MaxSpan::Said(Spanned::new(said.value, context.place(said.span))),
        None => MaxSpan::Unsaid(context.place(Span::new(sequence.span.start as usize, sequence.span.start as usize + "sequence".len()))),
    })
}

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let (Some(MaxSpan::Said(most)), Some(period)) = (of_rule(context), context.rule.period_ticks()) else { return };
    if most.value > period {
        let finding = LINT.at(most.span, "the sequence may take longer than the rule looks back");
        let from = context.rule.schedule.as_ref().and_then(|schedule| schedule.period.as_ref());
        let finding = from.into_iter().fold(finding, |finding, from| finding.with_related(from.span, "look-back"));
        found.push(finding.with_help("move `from` back by at least `maxspan` and the time between two runs"));
    }
}
