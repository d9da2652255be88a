//! Runs a rule as its SIEM does at one instant: the window of its schedule, its trigger, the shape of its alerts.

use super::event::Event;
use super::expr::field_values;
use super::key::{Key, Keys};
use super::{DOCUMENT, Provider, Refusal, Rows, Settings, Table, Window, run};
use crate::ir::convert::{to_datetime, to_long, to_text};
use crate::ir::{
    Column, Dialect, Entity, Form, Grouping, Op, Plan, Rule, RuleType, Schema, SeverityMapping, TableSource, TriggerOperator, Type, Value,
};
use crate::source::{Span, Spanned};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// What a run of a rule gives.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The rows of its query.
    pub rows: Table,
    /// The alerts made of them.
    pub alerts: Vec<Alert>,
}

/// An alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// When the rule ran, in ticks.
    pub time: i64,
    /// Its title, templates filled in.
    pub title: String,
    /// Its description, templates filled in.
    pub description: Option<String>,
    /// Severity in the dialect's own word.
    pub severity: Option<String>,
    /// Elastic's risk score.
    pub risk_score: Option<i64>,
    /// Entities, each once.
    pub entities: Vec<AlertEntity>,
    /// Custom details: key and the values of all rows.
    pub details: Vec<(String, Vec<String>)>,
    /// The rows of the outcome that it is made of.
    pub rows: Vec<usize>,
}

/// An entity of an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertEntity {
    /// `Account`, `IP`, …
    pub kind: String,
    /// Identifier and value.
    pub fields: Vec<(String, String)>,
}

/// Sentinel makes at most 150 alerts of one run with `AlertPerResult` (learn.microsoft.com, detect-threats-custom).
const MOST_PER_RESULT: usize = 150;
/// Kibana's `max_signals` default.
const MAX_SIGNALS: usize = 100;

/// Runs a rule at `settings.now`.
///
/// # Errors
/// A coded refusal where the detection is missing or cannot be run.
pub fn run_rule(rule: &Rule, provider: &dyn Provider, settings: &Settings) -> Result<Outcome, Refusal> {
    let Some(detection) = &rule.detection else {
        let (code, why) = match rule.rule_type {
            RuleType::MachineLearning => ("machine-learning-rule", "a machine-learning rule runs a job of the vendor and has no query"),
            _ => ("query-not-understood", "the query, or a filter or exception beside it, is not understood: `isoglot check` says what"),
        };
        return Err(Refusal::new(code, Span::default(), why));
    };
    let rows = rows_in_window(rule, &detection.plan, provider, settings)?;
    let alerts = groups(rule, &rows).into_iter().map(|group| alert(rule, &rows, group, settings.now)).collect();
    Ok(Outcome { rows, alerts })
}

/// Runs a plan over the events that lie in the rule's window. New terms carry windows of their own.
pub(super) fn rows_in_window(rule: &Rule, plan: &Arc<Plan>, provider: &dyn Provider, settings: &Settings) -> Result<Table, Refusal> {
    let has_own_windows = rule.dialect == Dialect::Elastic && matches!(plan.op, Op::FirstSeen(_));
    let period = rule.period_ticks().filter(|_| !has_own_windows);
    run(plan, &Windowed { inner: provider, rule, now: settings.now, period }, settings)
}

/// Serves only the events that lie in the rule's window.
struct Windowed<'a> {
    inner: &'a dyn Provider,
    rule: &'a Rule,
    now: i64,
    period: Option<i64>,
}

impl Provider for Windowed<'_> {
    fn scan(&self, source: &TableSource, schema: &Schema) -> Result<Option<Rows>, Refusal> {
        let is_event_source = matches!(source, TableSource::Table(_) | TableSource::Index(_) | TableSource::Function { .. });
        let Some(period) = self.period.filter(|_| is_event_source && !self.holds_indicators(source)) else {
            return self.inner.scan(source, schema);
        };
        let window = Window {
            column: Arc::from(self.rule.time_field()),
            from: self.now.saturating_sub(period),
            to: self.now.saturating_sub(self.rule.until_ticks()),
        };
        let with_time = with_column(schema, &window.column);
        let rows = self.inner.scan(source, &with_time)?;
        Ok(rows.map(|rows| match rows {
            Rows::Table(table, range) => within(table, range, &window),
            Rows::Lines(lines, _) => Rows::Lines(lines, Some(window)),
            Rows::Documents(documents) => Rows::Documents(documents.within(window)),
        }))
    }
}

/// The rule's window looks at the time also where the query does not.
fn with_column(schema: &Schema, name: &str) -> Schema {
    let mut schema = schema.clone();
    if !schema.open && schema.column(name).is_none() {
        schema.columns.push(Column::new(name, Type::DateTime));
    }
    schema
}

impl Windowed<'_> {
    /// Indicators are older than the events that they are found in: `threat_query` says how old (elastic.co, indicator match rules).
    fn holds_indicators(&self, source: &TableSource) -> bool {
        let (Form::ThreatMatch(form), TableSource::Index(patterns)) = (&self.rule.form, source) else { return false };
        patterns.iter().map(|pattern| &**pattern).eq(form.indices.iter().map(|index| index.value.as_str()))
    }
}

/// Keeps the rows from `now - period` to `now`, or to where the rule says, both included (Kibana: `gte`/`lte`, `spec/kuery-semantics.md` §4). Rows without
/// a time are not events and stay.
fn within(table: Arc<Table>, range: Range<usize>, window: &Window) -> Rows {
    let times = event_times(&table, &window.column);
    let inside = |row: &usize| window.holds(times.get(*row).copied().flatten());
    let kept: Vec<usize> = range.filter(inside).collect();
    match (kept.first(), kept.last()) {
        (Some(first), Some(last)) if last - first + 1 == kept.len() => Rows::Table(table, *first..last + 1),
        (None, _) | (_, None) => Rows::Table(table, 0..0),
        _ => {
            let rows = kept.iter().filter_map(|row| table.rows.get(*row)).cloned().collect();
            Table { columns: table.columns.clone(), rows }.into()
        }
    }
}

/// The time of each row, from its column or from the event behind it. Elastic falls back to `@timestamp` where an event has no value
/// in the rule's own time field (`spec/kuery-semantics.md` §4).
pub(super) fn event_times(table: &Table, time: &str) -> Vec<Option<i64>> {
    if let Some(column) = table.position(time) {
        return table.rows.iter().map(|row| row.get(column).and_then(to_datetime)).collect();
    }
    let Some(document) = table.position(DOCUMENT) else { return vec![None; table.rows.len()] };
    let of_event = |event: &Event| [time, "@timestamp"].iter().find_map(|field| event.values(field).first().and_then(to_datetime));
    table.rows.iter().map(|row| of_event(&Event::from_value(row.get(document)?))).collect()
}

/// Sorts rows into alerts: the row numbers of each.
fn groups(rule: &Rule, rows: &Table) -> Vec<Vec<usize>> {
    let all: Vec<usize> = (0..rows.rows.len()).collect();
    match rule.dialect {
        Dialect::Sentinel if !triggers(rule, all.len()) => Vec::new(),
        Dialect::Sentinel => match rule.alert.grouping.as_ref().map(|grouping| grouping.value) {
            Some(Grouping::AlertPerResult) => all.into_iter().take(MOST_PER_RESULT).map(|row| vec![row]).collect(),
            _ => vec![all],
        },
        Dialect::Elastic => {
            let most = rule.schedule.as_ref().and_then(|s| s.max_alerts.as_ref()).map(|n| usize::try_from(n.value).unwrap_or(0));
            suppressed(rule, rows, all).into_iter().take(most.unwrap_or(MAX_SIGNALS)).collect()
        }
        Dialect::Kql | Dialect::Sigma => all.into_iter().map(|row| vec![row]).collect(),
    }
}

/// Hunting queries have no trigger: any row is a find.
fn triggers(rule: &Rule, count: usize) -> bool {
    let Some(trigger) = rule.schedule.as_ref().and_then(|schedule| schedule.trigger.as_ref()) else { return count > 0 };
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    match trigger.operator {
        TriggerOperator::GreaterThan => count > trigger.threshold,
        TriggerOperator::LessThan => count < trigger.threshold,
        TriggerOperator::Equal => count == trigger.threshold,
        TriggerOperator::NotEqual => count != trigger.threshold,
    }
}

/// Elastic's alert suppression within one run: rows with the same values of the fields make one alert (elastic.co, alert-suppression).
fn suppressed(rule: &Rule, rows: &Table, all: Vec<usize>) -> Vec<Vec<usize>> {
    let Some(suppression) = rule.alert.suppression.as_ref().filter(|suppression| !suppression.fields.is_empty()) else {
        return all.into_iter().map(|row| vec![row]).collect();
    };
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut known: HashMap<Keys, usize> = HashMap::new();
    for row in all {
        let values: Keys = suppression.fields.iter().map(|field| Key(field_of(rows, row, &field.value))).collect();
        let apart = suppression.missing_apart && values.iter().any(|value| value.0.is_null());
        let group = if apart { groups.len() } else { *known.entry(values).or_insert(groups.len()) };
        match groups.get_mut(group) {
            Some(members) => members.push(row),
            None => groups.push(vec![row]),
        }
    }
    groups
}

/// The value of a field of a row: of its column, else of the event that it is.
pub(super) fn field_of(rows: &Table, row: usize, name: &str) -> Value {
    Value::of_field(rows.rows.get(row).map_or_else(Vec::new, |cells| field_values(&rows.columns, cells, name)))
}

fn alert(rule: &Rule, rows: &Table, group: Vec<usize>, now: i64) -> Alert {
    let first = group.first().copied();
    let filled = |template: &str| first.and_then(|row| fill(template, rows, row));
    let name = rule.meta.name.as_ref().map_or("", |name| name.value.as_str());
    let titled = |title: &Spanned<String>| match rule.dialect {
        // `rule_name_override` is the name of a field.
        Dialect::Elastic => first.map(|row| to_text(&field_of(rows, row, &title.value), Type::Dynamic)).filter(|title| !title.is_empty()),
        _ => filled(&title.value),
    };
    let title = rule.alert.title.as_ref().and_then(titled).unwrap_or_else(|| name.to_owned());
    let own_description = rule.meta.description.as_ref().map(|text| text.value.clone());
    let description = rule.alert.description.as_ref().and_then(|text| filled(&text.value)).or(own_description);
    let column = rule.alert.severity_column.as_ref();
    let severity = column.and_then(|column| first.and_then(|row| text_of(rows, row, &column.value)));
    let severity = severity.or_else(|| first.and_then(|row| mapped_severity(rule, rows, row)));
    let risk = rule.alert.risk_field.as_ref().zip(first).and_then(|(field, row)| to_long(&field_of(rows, row, &field.value)));
    let risk_score = risk.or_else(|| rule.meta.risk_score.as_ref().map(|score| score.value));
    let severity = severity.or_else(|| rule.meta.severity.as_ref().map(|severity| severity.value.clone()));
    let mut entities: Vec<AlertEntity> = Vec::new();
    for (row, mapping) in group.iter().flat_map(|row| rule.alert.entities.iter().map(move |mapping| (*row, mapping))) {
        if let Some(found) = entity(mapping, rows, row).filter(|found| !entities.contains(found)) {
            entities.push(found);
        }
    }
    let details = rule.alert.custom_details.iter();
    let details = details.map(|(key, column)| (key.value.clone(), values(rows, &group, &column.value))).collect();
    Alert { time: now, title, description, severity, risk_score, entities, details, rows: group }
}

/// Of several mappings that hold the worst counts (Kibana, `buildSeverityFromMapping`).
fn mapped_severity(rule: &Rule, rows: &Table, row: usize) -> Option<String> {
    const RANKS: [&str; 4] = ["low", "medium", "high", "critical"];
    let holds = |mapping: &&SeverityMapping| {
        let value = field_of(rows, row, &mapping.field.value);
        let is_it = |value: &Value| to_text(value, Type::Dynamic) == mapping.value.value;
        if let Value::Array(items) = &value { items.iter().any(is_it) } else { !value.is_null() && is_it(&value) }
    };
    let rank = |mapping: &&SeverityMapping| RANKS.iter().position(|rank| *rank == mapping.severity.value);
    rule.alert.severity_mapping.iter().filter(holds).max_by_key(rank).map(|mapping| mapping.severity.value.clone())
}

/// Fills `{{Column}}` placeholders; `None` where one names a column that is not there, as Sentinel then falls back to the rule's
/// own text (learn.microsoft.com, customize-alert-details).
fn fill(template: &str, rows: &Table, row: usize) -> Option<String> {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, behind) = after.split_once("}}")?;
        out.push_str(before);
        out.push_str(&text_of(rows, row, name.trim())?);
        rest = behind;
    }
    out.push_str(rest);
    Some(out)
}

fn entity(mapping: &Entity, rows: &Table, row: usize) -> Option<AlertEntity> {
    let field = |field: &crate::ir::EntityField| {
        let value = text_of(rows, row, &field.column.value).filter(|value| !value.is_empty())?;
        Some((field.identifier.value.clone(), value))
    };
    let fields: Vec<(String, String)> = mapping.fields.iter().filter_map(field).collect();
    (!fields.is_empty()).then(|| AlertEntity { kind: mapping.kind.value.clone(), fields })
}

/// The distinct values of a column over a group of rows.
fn values(rows: &Table, group: &[usize], column: &str) -> Vec<String> {
    let mut out = Vec::new();
    for value in group.iter().filter_map(|row| text_of(rows, *row, column)) {
        if !out.contains(&value) {
            out.push(value);
        }
    }
    out
}

fn text_of(rows: &Table, row: usize, column: &str) -> Option<String> {
    cell(rows, row, column).map(|(value, column)| to_text(&value, column.ty))
}

fn cell<'a>(rows: &'a Table, row: usize, name: &str) -> Option<(Value, &'a Column)> {
    let index = rows.position(name)?;
    Some((rows.rows.get(row)?.get(index)?.clone(), rows.columns.get(index)?))
}
