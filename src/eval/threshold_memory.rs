//! What a threshold rule has alerted on: events up to the last one of an alert do not count again for its group.
//!
//! Windows of two runs overlap; Kibana leaves out, for each group that alerted, the events that are not newer than the newest one of
//! the alert, so that only new events reach the threshold again (kibana, `get_threshold_bucket_filters.ts`).

use super::alert::{Outcome, event_times, rows_in_window, run_rule};
use super::{Provider, Refusal, Settings};
use crate::ir::{Case, Comparison, Dialect, Expr, Matcher, Op, Plan, Rule, Threshold, Value};
use crate::source::Span;
use std::sync::Arc;

/// The groups of one rule that alerted.
#[derive(Debug, Default)]
pub struct ThresholdMemory {
    alerted: Vec<Group>,
}

/// A group, and the time of the newest event that its alert counted.
#[derive(Debug)]
struct Group {
    keys: Vec<(Arc<str>, Value)>,
    last: i64,
}

impl ThresholdMemory {
    /// Tells whether a rule's runs depend on the ones before them.
    pub fn concerns(rule: &Rule) -> bool {
        threshold(rule).is_some()
    }

    /// Runs a rule without the events that were counted before, and remembers what it counted now.
    ///
    /// # Errors
    /// As [`run_rule`].
    pub fn run(&mut self, rule: &Rule, provider: &dyn Provider, settings: &Settings) -> Result<Outcome, Refusal> {
        let Some(test) = threshold(rule) else { return run_rule(rule, provider, settings) };
        let oldest = settings.now.saturating_sub(rule.period_ticks().unwrap_or(i64::MAX));
        self.alerted.retain(|group| group.last >= oldest);
        let time = rule.time_field();
        let fresh = self.alerted.iter().map(|group| Expr::negation(group.counted(time), test.input.span));
        let input = filtered(&test.input, Expr::all(fresh, test.input.span));
        let outcome = run_rule(&with_input(rule, test, &input), provider, settings)?;
        for row in &outcome.rows.rows {
            let keys: Vec<(Arc<str>, Value)> =
                test.keys.iter().zip(row).map(|(key, value)| (Arc::clone(&key.name), value.clone())).collect();
            let group = Group { keys, last: i64::MIN };
            let events = rows_in_window(rule, &filtered(&input, group.members()), provider, settings)?;
            let last = event_times(&events, time).into_iter().flatten().max();
            self.alerted.push(Group { last: last.unwrap_or(settings.now), ..group });
        }
        Ok(outcome)
    }
}

impl Group {
    /// The events of the group.
    fn members(&self) -> Expr {
        let equal = |(field, value): &(Arc<str>, Value)| {
            Expr::field_matches(field, Matcher::Equals { value: value.clone(), case: Case::Sensitive }, Span::default())
        };
        Expr::all(self.keys.iter().map(equal), Span::default())
    }

    /// The events of the group that an alert counted.
    fn counted(&self, time: &str) -> Expr {
        let span = Span::default();
        let not_newer = |field: &str| {
            let matcher = Matcher::Compare { op: Comparison::Le, value: Value::DateTime(self.last) };
            Expr::field_matches(field, matcher, span)
        };
        let untimed = Expr::negation(Expr::field_matches(time, Matcher::Exists, span), span);
        let fallback = Expr::all([untimed, not_newer("@timestamp")], span);
        Expr::all([self.members(), Expr::any([not_newer(time), fallback], span)], span)
    }
}

/// The threshold of an Elastic rule.
fn threshold(rule: &Rule) -> Option<&Threshold> {
    let detection = rule.detection.as_ref().filter(|_| rule.dialect == Dialect::Elastic)?;
    if let Op::Threshold(test) = &detection.plan.op { Some(test) } else { None }
}

fn filtered(input: &Arc<Plan>, predicate: Expr) -> Arc<Plan> {
    Plan::new(Op::Filter { input: Arc::clone(input), predicate }, input.schema.clone(), input.span)
}

/// The rule over other events.
fn with_input(rule: &Rule, test: &Threshold, input: &Arc<Plan>) -> Rule {
    let mut rule = rule.clone();
    if let Some(detection) = &mut rule.detection {
        let test = Threshold { input: Arc::clone(input), ..test.clone() };
        detection.plan = Plan::new(Op::Threshold(Box::new(test)), detection.plan.schema.clone(), detection.plan.span);
    }
    rule
}

#[cfg(test)]
mod tests {
    use super::ThresholdMemory;
    use crate::eval::Settings;
    use crate::eval::world::World;
    use crate::ir::{TICKS_PER_SECOND, datetime::parse_datetime};
    use crate::rulefile::{ReadContext, read};
    use serde_json::json;

    const RULE: &str = "[rule]\nname = \"n\"\ntype = \"threshold\"\nlanguage = \"kuery\"\nindex = [\"logs-*\"]\ninterval = \"5m\"\nfrom = \"now-9m\"\n\
                        query = \"kind: a\"\n[rule.threshold]\nfield = [\"user.name\"]\nvalue = 3\n";

    /// The alerts of runs at :05, :10, :15, …, over events of these minutes and users.
    fn check(events: &[(u32, &str)], expected: &[usize]) {
        let mut world = World::default();
        for (minute, user) in events {
            world.add("logs-x", json!({"@timestamp": format!("2026-01-01T10:{minute:02}:00Z"), "kind": "a", "user": {"name": user}}));
        }
        let rule = read("rule.toml", RULE, &ReadContext::builtin()).rules.remove(0);
        let morning = parse_datetime("2026-01-01T10:00:00Z").unwrap();
        let mut memory = ThresholdMemory::default();
        let at = |run: usize| Settings::at(morning + (run as i64 + 1) * 300 * TICKS_PER_SECOND);
        let alerts = (0..expected.len()).map(|run| memory.run(&rule, &world, &at(run)).unwrap().alerts.len());
        assert_eq!(alerts.collect::<Vec<_>>(), expected, "{events:?}");
    }

    #[test]
    fn events_of_an_alert_do_not_count_again() {
        check(&[(2, "u"), (3, "u"), (4, "u"), (7, "u")], &[1, 0, 0]);
    }

    #[test]
    fn new_events_reach_the_threshold_again() {
        check(&[(2, "u"), (3, "u"), (4, "u"), (6, "u"), (7, "u"), (8, "u")], &[1, 1, 0]);
    }

    #[test]
    fn another_group_counts_on_its_own() {
        check(&[(2, "u"), (3, "u"), (4, "u"), (4, "v"), (6, "v"), (7, "v")], &[1, 1, 0]);
    }
}
