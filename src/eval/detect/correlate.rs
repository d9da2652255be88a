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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Measure {
    Events,
    Distinct,
    Rules,
    RulesInOrder,
    Sum,
    Average,
    Median,
}

static MEASURES: &[(&str, Measure)] = &[
    ("event_count", Measure::Events),
    ("value_count", Measure::Distinct),
    ("temporal", Measure::Rules),
    ("temporal_ordered", Measure::RulesInOrder),
    ("value_sum", Measure::Sum),
    ("value_avg", Measure::Average),
    ("value_median", Measure::Median),
];

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
    field: Option<Arc<str>>,
}

impl Compiler<'_> {
    pub(in super::super) fn correlate(&mut self, correlation: &Correlation, plan: &Plan) -> Result<Built, Refusal> {
        let Some((_, measure)) = MEASURES.iter().find(|(name, _)| **name == *correlation.kind) else {
            return Err(Refusal::new("unsupported-operator", plan.span, format!("the correlation `{}` is not run", correlation.kind)));
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
        let value = [Column::new("value", Type::Long)];
        let condition = correlation.condition.as_ref().map(|condition| self.expr(condition, &mut Scope::new(&value))).transpose()?;
        let mut keys: Vec<Column> = correlation.keys.iter().map(|key| Column { name: Arc::clone(key), ty: Type::Unknown }).collect();
        keys.push(Column::new("value", Type::Unknown));
        let test = Test { sources, measure: *measure, window: correlation.window, condition, field: correlation.field.clone() };
        Ok((match_columns(keys), operator(move |context, out| test.run(context, out))))
    }

    /// The first time field that the source has: Sigma names none.
    fn correlation_time(&mut self, node: &Node, span: Span) -> Result<EventTime, Refusal> {
        self.event_time(node, &["@timestamp", "TimeGenerated", "Timestamp", "timestamp"], span)
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
            let (keys, time) = (event.keys.clone(), event.time);
            let window = windows.entry(keys.clone()).or_default();
            window.push_back((event, rule));
            while window.front().is_some_and(|(first, _)| time - first.time > self.window) {
                window.pop_front();
            }
            let value = self.value(window);
            if !self.fires(&value, context) {
                continue;
            }
            let row: Row = match_row(&keys, Some(value), &window.iter().map(|(event, _)| event).collect::<Vec<_>>());
            window.clear();
            if out(&row)? == Flow::Enough {
                break;
            }
        }
        Ok(())
    }

    /// Without a condition every rule must have matched.
    fn fires(&self, value: &Value, context: &Context) -> bool {
        match &self.condition {
            Some(condition) => condition.holds(&Frame { row: std::slice::from_ref(value), context }),
            None => *value == Value::Long(self.sources.len() as i64),
        }
    }

    fn value(&self, window: &VecDeque<(Event, usize)>) -> Value {
        let numbers = || -> Vec<f64> { self.field_values(window).iter().filter_map(convert::to_real).collect() };
        match self.measure {
            Measure::Events => Value::Long(window.len() as i64),
            Measure::Distinct => Value::Long(self.field_values(window).into_iter().map(Key).collect::<FxHashSet<_>>().len() as i64),
            Measure::Rules => Value::Long(window.iter().map(|(_, rule)| rule).collect::<FxHashSet<_>>().len() as i64),
            Measure::RulesInOrder => {
                let next = |reached: usize, (_, rule): &(Event, usize)| if *rule == reached { reached + 1 } else { reached };
                Value::Long(window.iter().fold(0, next) as i64)
            }
            Measure::Sum => Value::Real(numbers().iter().sum()),
            Measure::Average => {
                let numbers = numbers();
                if numbers.is_empty() { Value::Null } else { Value::Real(numbers.iter().sum::<f64>() / numbers.len() as f64) }
            }
            Measure::Median => median(numbers()),
        }
    }

    fn field_values(&self, window: &VecDeque<(Event, usize)>) -> Vec<Value> {
        let Some(field) = &self.field else { return Vec::new() };
        let document = [Column::new(super::super::DOCUMENT, Type::Dynamic)];
        window.iter().flat_map(|(event, _)| field_values(&document, std::slice::from_ref(&event.document), field)).collect()
    }
}

fn median(mut numbers: Vec<f64>) -> Value {
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    match (numbers.len() % 2, numbers.get(middle), middle.checked_sub(1).and_then(|below| numbers.get(below))) {
        (1, Some(middle), _) => Value::Real(*middle),
        (0, Some(above), Some(below)) => Value::Real(f64::midpoint(*above, *below)),
        _ => Value::Null,
    }
}
