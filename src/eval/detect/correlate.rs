//! Sigma correlations (Sigma specification, "Correlation rules"): counts, values and order of other rules' matches in a sliding window.
//!
//! A group fires when the condition holds over the events of the last `timespan`; it then starts anew.

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::expr::{Compiled, Frame, field_values};
use super::super::key::{Key, Keys};
use super::super::node::{Flow, Node, Row, Sink, operator};
use super::super::scope::Scope;
use super::events::{Event, EventKeys, EventTime, collect, match_columns, match_row};
use crate::ir::{Column, Correlation, Expr, Plan, Type, Value, convert};
use crate::source::Span;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::VecDeque;
use std::sync::Arc;

/// What is measured over a window.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Measure {
    Events,
    Distinct,
    Rules,
    RulesInOrder,
    Sum,
    Average,
    /// The value that so many percent of all do not exceed.
    Percentile(f64),
    /// How many percent of all values are the newest one's.
    Share,
}

static MEASURES: &[(&str, Measure)] = &[
    ("event_count", Measure::Events),
    ("value_count", Measure::Distinct),
    ("temporal", Measure::Rules),
    ("temporal_ordered", Measure::RulesInOrder),
    ("value_sum", Measure::Sum),
    ("value_avg", Measure::Average),
    ("value_median", Measure::Percentile(50.0)),
    ("value_percentile", Measure::Share),
];

/// Fields that hold an event's time, in the order in which they are asked for: Sigma names none.
const TIMES: [&str; 9] =
    ["@timestamp", "TimeGenerated", "Timestamp", "timestamp", "UtcTime", "SystemTime", "TimeCreated", "eventTime", "EventTime"];

/// A rule whose matches are correlated.
struct Source {
    node: Arc<Node>,
    keys: EventKeys,
    time: EventTime,
}

/// A compiled correlation.
struct Test {
    sources: Vec<Source>,
    measure: Measure,
    window: i64,
    condition: Option<Compiled>,
    fields: Vec<Arc<str>>,
    span: Span,
}

impl Compiler<'_> {
    pub(in super::super) fn correlate(&mut self, correlation: &Correlation, plan: &Plan) -> Result<Built, Refusal> {
        let Some((_, measure)) = MEASURES.iter().find(|(name, _)| **name == *correlation.kind) else {
            return Err(Refusal::new("unsupported-operator", plan.span, format!("the correlation `{}` is not run", correlation.kind)));
        };
        let measure = match (measure, correlation.percentile) {
            (Measure::Share, Some(percentile)) => Measure::Percentile(percentile),
            (measure, _) => *measure,
        };
        let mut sources = Vec::new();
        for (name, rule) in &correlation.rules {
            let node = self.plan(rule)?;
            let field = |key: &Arc<str>| {
                let alias = correlation.aliases.iter().find(|(alias, of, _)| alias == key && of == name);
                Expr::column(alias.map_or(key, |(_, _, field)| field), Type::Unknown, plan.span)
            };
            let fields: Vec<Expr> = correlation.keys.iter().map(field).collect();
            let keys = self.event_keys(&node, fields.iter(), true)?;
            let time = self.correlation_time(&node, plan.span)?;
            sources.push(Source { node, keys, time });
        }
        let value = std::iter::once(Column::new("value", Type::Real));
        let seen: Vec<Column> = value.chain(correlation.rules.iter().map(|(name, _)| Column::new(name, Type::Bool))).collect();
        let condition = correlation.condition.as_ref().map(|condition| self.expr(condition, &mut Scope::new(&seen))).transpose()?;
        let mut keys: Vec<Column> = correlation.keys.iter().map(|key| Column { name: Arc::clone(key), ty: Type::Unknown }).collect();
        keys.push(Column::new("value", Type::Unknown));
        let fields = correlation.fields.clone();
        let test = Test { sources, measure, window: correlation.window, condition, fields, span: plan.span };
        Ok((match_columns(keys), operator(move |context, out| test.run(context, out))))
    }

    /// The first time field that the source has: Sigma names none.
    fn correlation_time(&mut self, node: &Node, span: Span) -> Result<EventTime, Refusal> {
        self.event_time(node, &TIMES, span)
    }
}

impl Test {
    fn run(&self, context: &Context, out: &mut Sink<'_>) -> Result<(), Refusal> {
        let mut events: Vec<(Event, usize)> = Vec::new();
        for (rule, source) in self.sources.iter().enumerate() {
            let found = collect(&source.node, &source.keys, &source.time, true, context)?;
            events.extend(found.into_iter().map(|event| (event, rule)));
        }
        events.sort_by_key(|(event, rule)| (event.time, event.ordinal, *rule));
        let mut windows: FxHashMap<Keys, VecDeque<(Event, usize)>> = FxHashMap::default();
        for (event, rule) in events {
            context.tick(self.span)?;
            let (keys, time) = (event.keys.clone(), event.time);
            let window = windows.entry(keys.clone()).or_default();
            window.push_back((event, rule));
            while window.front().is_some_and(|(first, _)| time - first.time > self.window) {
                window.pop_front();
            }
            let value = self.value(window);
            if !self.fires(&value, window, context) {
                continue;
            }
            let row: Row = match_row(&keys, Some(value), &window.iter().map(|(event, _)| event).collect::<Vec<_>>());
            // What is rare is so among all that was seen; a count starts anew.
            if self.measure != Measure::Share {
                window.clear();
            }
            if out(&row)? == Flow::Enough {
                break;
            }
        }
        Ok(())
    }

    /// Without a condition every rule must have matched.
    fn fires(&self, value: &Value, window: &VecDeque<(Event, usize)>, context: &Context) -> bool {
        match &self.condition {
            Some(condition) => {
                let matched = |rule: usize| Value::Bool(window.iter().any(|(_, of)| *of == rule));
                let real = convert::to_real(value).map_or(Value::Null, Value::Real);
                let seen: Vec<Value> = std::iter::once(real).chain((0..self.sources.len()).map(matched)).collect();
                condition.holds(&Frame { row: &seen, context })
            }
            None => *value == Value::Long(self.sources.len() as i64),
        }
    }

    fn value(&self, window: &VecDeque<(Event, usize)>) -> Value {
        let numbers = || -> Vec<f64> { self.field_values(window).iter().filter_map(convert::to_real).collect() };
        match self.measure {
            Measure::Events => Value::Long(window.len() as i64),
            Measure::Distinct => Value::Long(self.values_of_each(window).into_iter().flatten().collect::<FxHashSet<_>>().len() as i64),
            Measure::Rules => Value::Long(window.iter().map(|(_, rule)| rule).collect::<FxHashSet<_>>().len() as i64),
            Measure::RulesInOrder => {
                let next = |reached: usize, (_, rule): &(Event, usize)| if *rule == reached { reached + 1 } else { reached };
                Value::Long(window.iter().fold(0, next) as i64)
            }
            Measure::Sum => Value::Real(numbers().iter().sum()),
            Measure::Percentile(percent) => percentile(numbers(), percent),
            Measure::Share => share(&self.values_of_each(window)),
            Measure::Average => {
                let numbers = numbers();
                if numbers.is_empty() { Value::Null } else { Value::Real(numbers.iter().sum::<f64>() / numbers.len() as f64) }
            }
        }
    }

    /// The numbers that are summed: one field's values over all events.
    fn field_values(&self, window: &VecDeque<(Event, usize)>) -> Vec<Value> {
        let Some(field) = self.fields.first() else { return Vec::new() };
        window.iter().flat_map(|(event, _)| values(event, field)).collect()
    }

    /// The values of each event; those of several fields count together (Sigma specification, "Value Count": they are linked by AND).
    fn values_of_each(&self, window: &VecDeque<(Event, usize)>) -> Vec<Vec<Keys>> {
        let together = |event: &Event| match self.fields.as_slice() {
            [only] => values(event, only).into_iter().map(|value| vec![Key(value)]).collect(),
            several => {
                let keys: Keys = several.iter().filter_map(|field| values(event, field).into_iter().next()).map(Key).collect();
                if keys.len() == several.len() && !several.is_empty() { vec![keys] } else { Vec::new() }
            }
        };
        window.iter().map(|(event, _)| together(event)).collect()
    }
}

fn values(event: &Event, field: &str) -> Vec<Value> {
    let document = [Column::new(super::super::DOCUMENT, Type::Dynamic)];
    field_values(&document, std::slice::from_ref(&event.document), field)
}

/// Linear between the two nearest ranks, as Kusto's `percentile` and most languages have it.
fn percentile(mut numbers: Vec<f64>, percent: f64) -> Value {
    numbers.sort_by(f64::total_cmp);
    let place = percent.clamp(0.0, 100.0) / 100.0 * numbers.len().saturating_sub(1) as f64;
    match (numbers.get(place.floor() as usize), numbers.get(place.ceil() as usize)) {
        (Some(below), Some(above)) => Value::Real(below + (above - below) * place.fract()),
        _ => Value::Null,
    }
}

/// The share of the newest event's rarest value among the values of all, in percent.
fn share(values: &[Vec<Keys>]) -> Value {
    let all = values.iter().flatten().count();
    let newest = values.last().into_iter().flatten();
    let rarest = newest.map(|value| values.iter().flatten().filter(|other| *other == value).count()).min();
    rarest.map_or(Value::Null, |count| Value::Real(count as f64 / all as f64 * 100.0))
}
