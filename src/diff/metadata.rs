//! What a rule says around its query, field by field.

use super::{Area, Change, Kind, Side};
use crate::ir::timespan::in_units;
use crate::ir::{Form, Grouping, Rule, RuleType, TriggerOperator};
use crate::source::{Span, Spanned};
use std::fmt::Display;

/// One field of one version: its name, its text and its place. Lists give a field for each element.
struct Field {
    area: Area,
    name: String,
    side: Side,
    is_element: bool,
}

/// Compares everything but the logic.
pub(super) fn compare(old: &Rule, new: &Rule) -> Vec<Change> {
    let (olds, news) = (fields(old), fields(new));
    let mut changes = Vec::new();
    for field in &olds {
        let same = |other: &&Field| other.name == field.name && (!field.is_element || other.side.text == field.side.text);
        match news.iter().find(same) {
            Some(other) if other.side.text == field.side.text => {}
            Some(other) => changes.push(change(field, Kind::Changed, Some(&field.side), Some(&other.side))),
            None => changes.push(change(field, Kind::Removed, Some(&field.side), None)),
        }
    }
    for field in &news {
        let same = |other: &Field| other.name == field.name && (!field.is_element || other.side.text == field.side.text);
        if !olds.iter().any(same) {
            changes.push(change(field, Kind::Added, None, Some(&field.side)));
        }
    }
    changes
}

fn change(field: &Field, kind: Kind, old: Option<&Side>, new: Option<&Side>) -> Change {
    Change { area: field.area, kind, what: field.name.clone(), within: None, old: old.cloned(), new: new.cloned(), effect: None }
}

/// Collects fields.
#[derive(Default)]
struct Fields(Vec<Field>);

impl Fields {
    fn one<T: Display>(&mut self, area: Area, name: &str, value: Option<&Spanned<T>>) {
        if let Some(value) = value {
            self.add(area, name, value.value.to_string(), value.span, false);
        }
    }

    fn each<'v>(&mut self, area: Area, name: &str, values: impl IntoIterator<Item = &'v Spanned<String>>) {
        for value in values {
            self.add(area, name, value.value.clone(), value.span, true);
        }
    }

    fn ticks(&mut self, name: &str, value: Option<&Spanned<i64>>) {
        if let Some(value) = value {
            self.add(Area::Schedule, name, in_units(value.value), value.span, false);
        }
    }

    fn add(&mut self, area: Area, name: &str, text: String, span: Span, is_element: bool) {
        self.0.push(Field { area, name: name.to_owned(), side: Side { text, span }, is_element });
    }
}

fn fields(rule: &Rule) -> Vec<Field> {
    let mut out = Fields::default();
    out.add(Area::Metadata, "dialect", format!("{:?}", rule.dialect).to_lowercase(), rule.span, false);
    out.add(Area::Metadata, "rule type", kind(rule.rule_type), rule.span, false);
    metadata(rule, &mut out);
    schedule(rule, &mut out);
    alert(rule, &mut out);
    form(&rule.form, &mut out);
    for extra in &rule.extra {
        let text = extra.value.as_str().map_or_else(|| extra.value.to_string(), str::to_owned);
        // Sigma's `name` is another thing than what the rule is called.
        let is_taken = out.0.iter().any(|field| field.name == extra.path);
        let name = if is_taken { format!("`{}`", extra.path) } else { extra.path.clone() };
        out.add(Area::Metadata, &name, text, extra.span, false);
    }
    out.0
}

fn kind(of: RuleType) -> String {
    serde_json::to_value(of).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn metadata(rule: &Rule, out: &mut Fields) {
    let meta = &rule.meta;
    let single = [
        ("id", &meta.id),
        ("name", &meta.name),
        ("description", &meta.description),
        ("severity", &meta.severity),
        ("status", &meta.status),
        ("version", &meta.version),
        ("license", &meta.license),
        ("created", &meta.created),
        ("modified", &meta.modified),
        ("investigation guide", &meta.note),
    ];
    for (name, value) in single {
        out.one(Area::Metadata, name, value.as_ref());
    }
    out.one(Area::Metadata, "risk score", meta.risk_score.as_ref());
    let lists = [
        ("author", &meta.authors),
        ("reference", &meta.references),
        ("tag", &meta.tags),
        ("false positive", &meta.false_positives),
        ("investigation field", &meta.fields),
    ];
    for (name, values) in lists {
        out.each(Area::Metadata, name, values);
    }
    for attack in &meta.attack {
        let name = if attack.is_tactic { "ATT&CK tactic" } else { "ATT&CK technique" };
        out.add(Area::Metadata, name, attack.id.value.clone(), attack.id.span, true);
    }
    for (connector, types) in &meta.connectors {
        let types: Vec<&str> = types.iter().map(|ty| ty.value.as_str()).collect();
        out.add(Area::Metadata, "data connector", format!("{} ({})", connector.value, types.join(", ")), connector.span, true);
    }
    for (relation, id) in &meta.related {
        out.add(Area::Metadata, "related rule", format!("{relation} {}", id.value), id.span, true);
    }
}

fn schedule(rule: &Rule, out: &mut Fields) {
    let Some(schedule) = &rule.schedule else { return };
    out.ticks("frequency", schedule.frequency.as_ref());
    out.ticks("look-back", schedule.period.as_ref());
    out.ticks("end of the window", schedule.until.as_ref());
    out.one(Area::Schedule, "time field", schedule.time_field.as_ref());
    out.one(Area::Schedule, "most alerts", schedule.max_alerts.as_ref());
    if let Some(trigger) = &schedule.trigger {
        let operator = match trigger.operator {
            TriggerOperator::GreaterThan => "more than",
            TriggerOperator::LessThan => "fewer than",
            TriggerOperator::Equal => "exactly",
            TriggerOperator::NotEqual => "any number but",
        };
        out.add(Area::Schedule, "trigger", format!("{operator} {} results", trigger.threshold), trigger.span, false);
    }
}

fn alert(rule: &Rule, out: &mut Fields) {
    let alert = &rule.alert;
    for entity in &alert.entities {
        let fields: Vec<String> =
            entity.fields.iter().map(|field| format!("{} = {}", field.identifier.value, field.column.value)).collect();
        out.add(Area::Alert, "entity", format!("{} ({})", entity.kind.value, fields.join(", ")), entity.kind.span, true);
    }
    let single = [
        ("alert title", &alert.title),
        ("alert description", &alert.description),
        ("severity column", &alert.severity_column),
        ("tactics column", &alert.tactics_column),
    ];
    for (name, value) in single {
        out.one(Area::Alert, name, value.as_ref());
    }
    for (name, pairs) in [("custom detail", &alert.custom_details), ("alert property", &alert.dynamic_properties)] {
        for (key, column) in pairs {
            out.add(Area::Alert, name, format!("{} = {}", key.value, column.value), key.span, true);
        }
    }
    if let Some(grouping) = &alert.grouping {
        let text = match grouping.value {
            Grouping::SingleAlert => "one alert a run",
            Grouping::AlertPerResult => "one alert a result",
        };
        out.add(Area::Alert, "grouping", text.to_owned(), grouping.span, false);
    }
    if let Some(suppression) = &alert.suppression {
        let fields: Vec<&str> = suppression.fields.iter().map(|field| field.value.as_str()).collect();
        let length = suppression.duration.map_or_else(|| "one run".to_owned(), in_units);
        out.add(Area::Alert, "suppression", format!("{length} by {}", fields.join(", ")), suppression.span, false);
    }
}

/// What the rule type adds to the query. Its meaning is in the logic; this says which field of the file changed.
fn form(form: &Form, out: &mut Fields) {
    match form {
        Form::NewTerms(form) => {
            out.each(Area::Logic, "new-terms field", &form.fields);
            out.add(Area::Logic, "new-terms history", in_units(form.history.value), form.history.span, false);
        }
        Form::Threshold(form) => {
            out.each(Area::Logic, "threshold field", &form.fields);
            out.add(Area::Logic, "threshold", form.value.value.to_string(), form.value.span, false);
            for (field, least) in &form.cardinality {
                out.add(Area::Logic, "threshold cardinality", format!("{} of {}", least.value, field.value), field.span, true);
            }
        }
        Form::ThreatMatch(form) => {
            out.each(Area::Logic, "indicator index", &form.indices);
            for entry in form.mapping.iter().flatten() {
                let op = if entry.negate { "!=" } else { "=" };
                let said = format!("{} {op} {}", entry.field.value, entry.indicator.value);
                out.add(Area::Logic, "indicator mapping", said, entry.field.span, true);
            }
        }
        Form::MachineLearning(form) => {
            out.each(Area::Logic, "machine-learning job", &form.jobs);
            out.one(Area::Logic, "anomaly threshold", form.threshold.as_ref());
        }
        Form::Correlation(form) => {
            out.one(Area::Logic, "correlation type", Some(&form.kind));
            out.each(Area::Logic, "correlated rule", &form.rules);
            out.each(Area::Logic, "correlation key", &form.keys);
            out.add(Area::Logic, "correlation timespan", in_units(form.window.value), form.window.span, false);
            for (operator, number) in &form.comparisons {
                out.add(Area::Logic, "correlation condition", format!("{} {}", operator.value, number.value), operator.span, false);
            }
            out.one(Area::Logic, "correlation condition", form.condition.as_ref());
            out.each(Area::Logic, "correlation field", &form.fields);
            out.one(Area::Logic, "correlation percentile", form.percentile.as_ref());
            let whose = if form.generate { "the correlated rules' too" } else { "the correlation's alone" };
            out.add(Area::Alert, "alerts", whose.to_owned(), form.span, false);
        }
        Form::Filter(rules) => out.each(Area::Logic, "filtered rule", rules),
        Form::Plain => {}
    }
}
