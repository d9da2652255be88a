//! The runs of a rule over a stretch of time: when it runs, and which alerts of later runs are no news.
//!
//! One run is `alert`'s business. Nothing is read or printed here.

use super::alert::{Alert, Outcome, field_of};
use super::{DOCUMENT, ORDINAL};
use crate::ir::{Dialect, Form, Rule, RuleType, Value};
use std::collections::HashMap;

/// Returns the instants at which a rule runs: from `from`, every frequency, not after `to`. What nobody schedules runs once, at `to`.
pub fn instants(rule: &Rule, from: i64, to: i64) -> impl Iterator<Item = i64> + use<> {
    let step = rule.frequency_ticks().filter(|step| *step > 0);
    let mut next = Some(if step.is_some() { from } else { to });
    std::iter::from_fn(move || {
        let now = next.filter(|now| *now <= to)?;
        next = step.and_then(|step| now.checked_add(step));
        Some(now)
    })
}

/// Returns how many instants [`instants`] gives.
pub fn count(rule: &Rule, from: i64, to: i64) -> u64 {
    let length = to.saturating_sub(from);
    match rule.frequency_ticks().filter(|step| *step > 0) {
        Some(step) if length >= 0 => length.unsigned_abs() / step.unsigned_abs() + 1,
        Some(_) => 0,
        None => 1,
    }
}

/// What earlier runs of one rule alerted on.
#[derive(Debug, Default)]
pub struct Memory {
    /// Rows that are in an alert, and the last run that saw them.
    seen: HashMap<String, i64>,
    /// Until when alerts are suppressed, by the values of the suppression fields.
    silent: HashMap<String, i64>,
}

impl Memory {
    /// Takes in the outcome of a run and returns the alerts that are new.
    ///
    /// Kibana makes one alert of an event, however many runs see it, and folds alerts with the values of an earlier one into that for
    /// the duration of the suppression (elastic.co, alert-suppression). Sentinel stops a rule for its suppression duration and
    /// otherwise alerts at every run (learn.microsoft.com, detect-threats-custom).
    pub fn news(&mut self, rule: &Rule, outcome: &Outcome) -> Vec<Alert> {
        outcome.alerts.iter().filter(|alert| self.is_news(rule, outcome, alert)).cloned().collect()
    }

    fn is_news(&mut self, rule: &Rule, outcome: &Outcome, alert: &Alert) -> bool {
        if rule.dialect == Dialect::Elastic {
            let keys: Vec<String> = alert.rows.iter().filter_map(|row| identity(rule, outcome, *row)).collect();
            let known = keys.iter().filter(|key| self.seen.contains_key(*key)).count();
            let is_known = !keys.is_empty() && known == keys.len();
            self.seen.extend(keys.into_iter().map(|key| (key, alert.time)));
            if is_known {
                return false;
            }
        }
        let Some(suppression) = &rule.alert.suppression else { return true };
        let Some(duration) = suppression.duration else { return true };
        let first = alert.rows.first().copied().unwrap_or_default();
        // A threshold's alerts are suppressed by the fields that it groups by (elastic.co, alert-suppression, "threshold").
        let fields = match &rule.form {
            Form::Threshold(form) if suppression.fields.is_empty() => &form.fields,
            _ => &suppression.fields,
        };
        let values: Vec<Value> = fields.iter().map(|field| field_of(&outcome.rows, first, &field.value)).collect();
        if suppression.missing_apart && values.iter().any(Value::is_null) {
            return true;
        }
        let key = format!("{values:?}");
        if self.silent.get(&key).is_some_and(|until| alert.time <= *until) {
            // Alerts of one run are made together: only later runs are silent.
            return self.silent.get(&key).is_some_and(|until| *until == alert.time.saturating_add(duration));
        }
        self.silent.insert(key, alert.time.saturating_add(duration));
        true
    }
}

/// What makes a row the same in two runs: the event that it is, else its values. Rows of aggregates are new in every run: a threshold
/// counts new events only, and the alert of an ES|QL row without an `_id` has an id of its run (kibana, `esql/utils/generate_alert_id.ts`).
fn identity(rule: &Rule, outcome: &Outcome, row: usize) -> Option<String> {
    let values = outcome.rows.rows.get(row)?;
    let cell = |column: Option<usize>| column.and_then(|column| values.get(column)).filter(|value| !value.is_null());
    let event = outcome.rows.position(ORDINAL).filter(|_| outcome.rows.position(DOCUMENT).is_some());
    if let Some(ordinal) = cell(event) {
        return Some(format!("event {ordinal:?}"));
    }
    match rule.rule_type {
        RuleType::Threshold => None,
        RuleType::Esql => {
            let (id, index) = (cell(outcome.rows.position("_id"))?, cell(outcome.rows.position("_index")));
            Some(format!("event {id:?} of {index:?}"))
        }
        _ => Some(format!("{values:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Memory, count, instants};
    use crate::eval::Table;
    use crate::eval::alert::{Alert, Outcome};
    use crate::ir::{Column, Rule, TICKS_PER_SECOND, Type, Value};
    use crate::rulefile::{self, ReadContext};

    fn rule(text: &str) -> Rule {
        rulefile::read("rule.toml", text, &ReadContext::builtin()).rules.remove(0)
    }

    const ELASTIC: &str = "[rule]\nname = \"x\"\ntype = \"query\"\nlanguage = \"kuery\"\ninterval = \"5m\"\nquery = \"a:1\"\n";

    fn outcome(time: i64, events: &[i64]) -> Outcome {
        let columns = vec![Column::new(super::DOCUMENT, Type::Dynamic), Column::new(super::ORDINAL, Type::Long)];
        let rows = Table { columns, rows: events.iter().map(|event| vec![Value::Null, Value::Long(*event)]).collect() };
        let alert = |row| Alert {
            time,
            title: String::new(),
            description: None,
            severity: None,
            risk_score: None,
            entities: Vec::new(),
            details: Vec::new(),
            rows: vec![row],
        };
        Outcome { alerts: (0..events.len()).map(alert).collect(), rows }
    }

    #[test]
    fn a_rule_runs_at_its_frequency_within_the_stretch() {
        let minute = 60 * TICKS_PER_SECOND;
        let rule = rule(ELASTIC);
        assert_eq!(instants(&rule, 0, 12 * minute).collect::<Vec<_>>(), [0, 5 * minute, 10 * minute]);
        assert_eq!(count(&rule, 0, 12 * minute), 3);
        assert_eq!(count(&rule, minute, 0), 0);
    }

    #[test]
    fn an_event_that_two_runs_see_is_one_alert() {
        let rule = rule(ELASTIC);
        let mut memory = Memory::default();
        assert_eq!(memory.news(&rule, &outcome(0, &[1, 2])).len(), 2);
        assert_eq!(memory.news(&rule, &outcome(5, &[2, 3])).len(), 1);
    }
}
