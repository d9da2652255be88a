//! Sigma correlations (Sigma specification, "Correlation rules"): counts, values and order of other rules' matches in a sliding window.
//!
//! A group fires when the condition holds over the events of the last `timespan`; it then starts anew. A count that more events could
//! bring over a limit is looked at when the time span is over: the specification speaks of the count "within the given time frame", and
//! backends count over all of it before they compare.

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::expr::{Compiled, Frame, field_values};
use super::super::key::{Key, Keys};
use super::super::node::{Flow, Node, Row, Sink, operator};
use super::super::scope::Scope;
use super::events::{Event, EventKeys, EventTime, collect, match_columns, match_row};
use super::window::{Seen, Window};
use crate::ir::{Column, Comparison, Correlation, Expr, ExprKind, Plan, Type, Value, convert};
use crate::source::Span;
use rustc_hash::FxHashMap;
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
    /// Whether more events can make the condition false.
    from_above: bool,
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
        let counts = matches!(measure, Measure::Events | Measure::Distinct | Measure::Sum);
        let from_above = counts && correlation.condition.as_ref().is_some_and(is_from_above);
        let test = Test { sources, measure, window: correlation.window, condition, from_above, fields, span: plan.span };
        Ok((match_columns(keys), operator(move |context, out| test.run(context, out))))
    }

    /// The first time field that the source has: Sigma names none. What a correlation found is at its last event.
    fn correlation_time(&mut self, node: &Node, span: Span) -> Result<EventTime, Refusal> {
        let is_match = ["events", "ordinals", "end"].iter().all(|column| node.position(column).is_some());
        self.event_time(node, if is_match { &["end"] } else { &TIMES }, span)
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
        let mut windows: FxHashMap<Keys, Window> = FxHashMap::default();
        let mut order: Vec<Keys> = Vec::new();
        for (event, rule) in events {
            context.tick(self.span)?;
            let keys = event.keys.clone();
            let window = windows.entry(keys.clone()).or_insert_with(|| {
                order.push(keys.clone());
                Window::default()
            });
            if self.from_above && window.is_over(event.time, self.window) && self.tested(&keys, window, context, out)? == Flow::Enough {
                return Ok(());
            }
            window.push(self.seen(event, rule), self.window);
            if !self.from_above && self.tested(&keys, window, context, out)? == Flow::Enough {
                return Ok(());
            }
        }
        for keys in order.iter().filter(|_| self.from_above) {
            let Some(window) = windows.get_mut(keys) else { continue };
            if self.tested(keys, window, context, out)? == Flow::Enough {
                break;
            }
        }
        Ok(())
    }

    /// Looks at a window; the group starts anew where it fires, and where its time span is over.
    fn tested(&self, keys: &Keys, window: &mut Window, context: &Context, out: &mut Sink<'_>) -> Result<Flow, Refusal> {
        let value = self.value(window);
        let fires = self.fires(&value, window, context);
        let row: Option<Row> =
            fires.then(|| match_row(keys, Some(value), &window.events.iter().map(|seen| &seen.event).collect::<Vec<_>>()));
        // What is rare is so among all that was seen; a count starts anew.
        if self.from_above || fires && self.measure != Measure::Share {
            window.clear();
        }
        row.map_or(Ok(Flow::More), |row| out(&row))
    }

    /// Takes out of an event what is measured.
    fn seen(&self, event: Event, rule: usize) -> Seen {
        let (mut counted, mut numbers) = (Vec::new(), Vec::new());
        match self.measure {
            Measure::Distinct | Measure::Share => counted = self.counted(&event),
            Measure::Sum | Measure::Average | Measure::Percentile(_) => {
                let field = self.fields.first();
                numbers.extend(field.iter().flat_map(|field| values(&event, field)).filter_map(|value| convert::to_real(&value)));
            }
            Measure::Events | Measure::Rules | Measure::RulesInOrder => {}
        }
        Seen { event, rule, values: counted, numbers }
    }

    /// The values that are counted; those of several fields count together (Sigma specification, "Value Count": they are linked by AND).
    fn counted(&self, event: &Event) -> Vec<Keys> {
        match self.fields.as_slice() {
            [only] => values(event, only).into_iter().map(|value| vec![Key(value)]).collect(),
            several => {
                let keys: Keys = several.iter().filter_map(|field| values(event, field).into_iter().next()).map(Key).collect();
                if keys.len() == several.len() && !several.is_empty() { vec![keys] } else { Vec::new() }
            }
        }
    }

    /// Without a condition every rule must have matched.
    fn fires(&self, value: &Value, window: &Window, context: &Context) -> bool {
        match &self.condition {
            Some(condition) => {
                let real = convert::to_real(value).map_or(Value::Null, Value::Real);
                let matched = (0..self.sources.len()).map(|rule| Value::Bool(window.has(rule)));
                let seen: Vec<Value> = std::iter::once(real).chain(matched).collect();
                condition.holds(&Frame { row: &seen, context })
            }
            None => *value == Value::Long(self.sources.len() as i64),
        }
    }

    fn value(&self, window: &Window) -> Value {
        match self.measure {
            Measure::Events => Value::Long(window.events.len() as i64),
            Measure::Distinct => Value::Long(window.distinct() as i64),
            Measure::Rules => Value::Long(window.rules() as i64),
            Measure::RulesInOrder => {
                let next = |reached: usize, seen: &Seen| if seen.rule == reached { reached + 1 } else { reached };
                Value::Long(window.events.iter().fold(0, next) as i64)
            }
            Measure::Sum => Value::Real(window.numbers().sum()),
            Measure::Percentile(percent) => percentile(window.numbers().collect(), percent),
            Measure::Share => window.share().map_or(Value::Null, Value::Real),
            Measure::Average => {
                let (sum, count) = window.numbers().fold((0.0, 0), |(sum, count), number| (sum + number, count + 1));
                if count == 0 { Value::Null } else { Value::Real(sum / f64::from(count)) }
            }
        }
    }
}

/// Tells whether a condition on a count has a limit from above.
fn is_from_above(condition: &Expr) -> bool {
    let mut found = false;
    condition.walk(&mut |part| {
        if let ExprKind::Compare { op, .. } = &part.kind {
            found |= !matches!(op, Comparison::Ge | Comparison::Gt);
        }
    });
    found
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
