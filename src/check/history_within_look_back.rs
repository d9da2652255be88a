//! A new-terms rule whose history is no longer than its look-back.
//!
//! Values are new where the time from `history_window_start` to `from` does not have them. If the window starts no earlier than `from` there
//! is no history: Kibana refuses to run the rule
//! (<https://www.elastic.co/docs/solutions/security/detect-and-alert/new-terms>).
//!
//! ```elastic bad
//! type = "new_terms"
//! from = "now-7d"
//! [rule.new_terms]
//! field = "new_terms_fields"
//! value = ["user.name"]
//! [[rule.new_terms.history_window_start]]
//! field = "history_window_start"
//! value = "now-7d"
//! ```
//!
//! ```elastic good
//! type = "new_terms"
//! from = "now-9m"
//! [rule.new_terms]
//! field = "new_terms_fields"
//! value = ["user.name"]
//! [[rule.new_terms.history_window_start]]
//! field = "history_window_start"
//! value = "now-7d"
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::Form;

pub(super) static LINT: Lint = Lint::new("history-within-look-back", include_str!("history_within_look_back.rs"), check).error();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let Form::NewTerms(form) = &context.rule.form else { return };
    if context.rule.period_ticks().is_none_or(|period| form.history.value > period) {
        return;
    }
    let finding = LINT.at(form.history.span, "the history starts no earlier than the look-back, so that every value is new");
    let from = context.rule.schedule.as_ref().and_then(|schedule| schedule.period.as_ref());
    let finding = from.into_iter().fold(finding, |finding, from| finding.with_related(from.span, "look-back"));
    found.push(finding.with_help("move `history_window_start` back, by days"));
}
