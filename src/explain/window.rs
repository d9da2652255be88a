//! When a rule runs and what stretch of time it sees.

use crate::idiom::Bounds;
use crate::ir::timespan::in_units;
use crate::ir::{Dialect, ExprKind, Grouping, Op, Rule, RuleType, TriggerOperator};

/// Returns the sentences, schedule first.
pub(super) fn sentences(rule: &Rule) -> Vec<String> {
    let mut out = Vec::new();
    let period = rule.period_ticks();
    match (rule.frequency_ticks(), period) {
        (Some(frequency), Some(period)) => {
            out.push(format!("runs every {} and looks back {}", in_units(frequency), in_units(period)));
            if period < frequency {
                out.push(format!("leaves a gap: of every {} it sees the last {}", in_units(frequency), in_units(period)));
            }
        }
        (Some(frequency), None) => out.push(format!("runs every {}", in_units(frequency))),
        (None, _) => out.push(unscheduled(rule).to_owned()),
    }
    if rule.until_ticks() > 0 {
        out.push(format!("sees no event of the last {}", in_units(rule.until_ticks())));
    }
    if let Some(field) = rule.schedule.as_ref().and_then(|schedule| schedule.time_field.as_ref()) {
        out.push(format!("an event's time is its `{}`", field.value));
    }
    let bounds = bounds(rule);
    let widest = bounds.iter().map(|(_, from)| *from).max();
    for (text, from) in &bounds {
        match period {
            Some(period) if *from > period => {
                out.push(format!("`{text}` asks for {}, but the schedule shows it {} only", in_units(*from), in_units(period)));
            }
            _ => out.push(format!("`{text}` limits itself to the last {}", in_units(*from))),
        }
    }
    if widest.is_none() && period.is_none() && rule.rule_type != RuleType::Detection {
        out.push("sets no bound of its own: it sees what the search is run over".to_owned());
    }
    out.extend(trigger(rule));
    out
}

fn unscheduled(rule: &Rule) -> &'static str {
    match rule.dialect {
        Dialect::Sigma => "has no schedule: the system that runs it decides when",
        _ => "has no schedule: somebody runs it",
    }
}

/// The lower bounds on time that the query sets itself, each with its text, and how far back they reach.
fn bounds(rule: &Rule) -> Vec<(String, i64)> {
    let (Some(detection), Some(query)) = (&rule.detection, rule.queries.first()) else { return Vec::new() };
    let time = rule.dialect.time_column();
    let mut found: Vec<(String, i64)> = Vec::new();
    detection.plan.walk(&mut |node| {
        let Op::Filter { predicate, .. } = &node.op else { return };
        let conditions = match &predicate.kind {
            ExprKind::And(operands) => operands.iter().collect(),
            _ => vec![predicate],
        };
        for condition in conditions {
            let Some((from, _)) = Bounds::read(condition, time).and_then(|bounds| bounds.from) else { continue };
            let bound = (super::wording::short(condition.span.text(&query.text)), from);
            if !found.contains(&bound) {
                found.push(bound);
            }
        }
    });
    found
}

fn trigger(rule: &Rule) -> Option<String> {
    let trigger = rule.schedule.as_ref()?.trigger.as_ref()?;
    let number = match trigger.operator {
        TriggerOperator::GreaterThan => format!("more than {}", trigger.threshold),
        TriggerOperator::LessThan => format!("fewer than {}", trigger.threshold),
        TriggerOperator::Equal => format!("exactly {}", trigger.threshold),
        TriggerOperator::NotEqual => format!("any number but {}", trigger.threshold),
    };
    let each = match rule.alert.grouping.as_ref().map(|grouping| grouping.value) {
        Some(Grouping::AlertPerResult) => "each result is an alert",
        _ => "all results of a run are one alert",
    };
    Some(format!("alerts on {number} results; {each}"))
}
