//! Sentinel: a scheduled analytics rule around a Kusto query, or the bare query.

use super::form::{self, Mapped};
use super::timing::{self, Timing};
use super::{Refused, Target, Written, about, attack, identity, refuse, severity, shorter, slots, template};
use crate::diagnostic::{Fidelity, Loss};
use crate::idiom::{self, Bounds, Shape};
use crate::ir::{Dialect, Language, Op, Plan, Rule, RuleType};
use crate::lang::kusto;
use crate::mapping::{self, Sources};
use crate::source::Span;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, LazyLock};

const TEMPLATE: &str = include_str!("../../targets/sentinel/rule.yaml.j2");
static ENTITIES: LazyLock<Vec<EntityColumn>> = LazyLock::new(|| {
    #[derive(Deserialize)]
    struct File {
        entities: Vec<EntityColumn>,
    }
    toml::from_str::<File>(include_str!("../../targets/sentinel/entities.toml")).map(|file| file.entities).unwrap_or_default()
});

/// Sentinel's limits (`spec/sentinel-checks.md`).
const MOST_ENTITIES: usize = 10;
const MOST_DETAILS: usize = 20;
const LONGEST_DETAIL: usize = 20;
const LONGEST_NAME: usize = 256;
const LONGEST_DESCRIPTION: usize = 5000;
const LONGEST_QUERY: usize = 10_000;

/// A column that identifies an entity.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct EntityColumn {
    column: String,
    kind: String,
    identifier: String,
}

/// What the template asks for.
#[derive(Serialize)]
struct Envelope {
    origin: String,
    id: String,
    name: String,
    description: String,
    severity: &'static str,
    timing: Option<Period>,
    tactics: Vec<String>,
    techniques: Vec<String>,
    tags: Vec<String>,
    query: String,
    connectors: Vec<(String, Vec<String>)>,
    entities: Vec<EntityColumn>,
    details: Vec<String>,
    per_result: bool,
    author: Option<String>,
}

#[derive(Serialize)]
struct Period {
    frequency: String,
    period: String,
}

/// Writes a Sentinel rule file.
pub(super) fn write(rule: &Rule, sources: &Sources, losses: &mut Vec<Loss>) -> Result<Written, Refused> {
    let query = query(rule, sources, losses, true)?;
    if query.text.chars().count() > LONGEST_QUERY {
        let message = format!("the query would be longer than Sentinel's {LONGEST_QUERY} characters");
        return Err(refuse("query-too-long", Span::default(), message));
    }
    losses.extend(slots::losses(rule, Target::Sentinel));
    let columns = shown_columns(rule, &query, sources, losses);
    let (entities, details) = entities_and_details(&columns);
    let envelope = Envelope {
        origin: about::origin(rule),
        id: identity::derived(rule, Target::Sentinel).to_string(),
        name: about::name(rule, Some(LONGEST_NAME), losses),
        description: about::description(rule, Some(LONGEST_DESCRIPTION), losses),
        severity: severity::translate(&rule.meta, Target::Sentinel, losses).word,
        timing: Some(Period { frequency: timing::sentinel_words(query.timing.interval), period: timing::sentinel_words(query.period) }),
        tactics: attack::tactics(&rule.meta, attack::Vocabulary::Whole, losses).iter().map(|tactic| tactic.name.replace(' ', "")).collect(),
        techniques: attack::technique_ids(&rule.meta),
        tags: about::tags(rule),
        query: query.text.clone(),
        connectors: mapping::connectors(&form::parts(&query.plan, sources)),
        entities,
        details,
        per_result: rule.dialect == Dialect::Elastic,
        author: about::authors(rule),
    };
    let text = template::render(TEMPLATE, envelope).map_err(|error| refuse("template-failed", Span::default(), error.to_string()))?;
    Ok(Written { form: "scheduled", language: Language::Kusto, query: query.text, text })
}

/// Writes the bare query.
pub(super) fn write_query(rule: &Rule, sources: &Sources, losses: &mut Vec<Loss>) -> Result<Written, Refused> {
    let query = query(rule, sources, losses, false)?;
    // A bare query needs no schedule, so it gets no default one either.
    losses.retain(|loss| loss.code != "default-schedule");
    losses.extend(slots::losses(rule, Target::Kql));
    if rule.schedule.is_some() {
        losses.push(Loss::file("schedule-not-in-target", Fidelity::Schedule, Span::default(), "a bare query has no schedule"));
    }
    let text = format!("{}\n", query.text.trim_end());
    Ok(Written { form: "query", language: Language::Kusto, query: query.text, text })
}

/// A query with what the rule around it needs to know.
struct Query {
    text: String,
    timing: Timing,
    period: i64,
    plan: Arc<Plan>,
}

fn query(rule: &Rule, sources: &Sources, losses: &mut Vec<Loss>, is_scheduled: bool) -> Result<Query, Refused> {
    if matches!(rule.dialect, Dialect::Sentinel | Dialect::Kql) {
        return as_written(rule, losses);
    }
    let mapped = form::mapped(rule, Dialect::Sentinel, sources, losses)?;
    let timing = timing::of(rule, mapped.bounds, losses);
    let (plan, timing, period) = fit(&mapped, timing, rule, losses)?;
    let plan = if mapped.shape == Shape::FirstSeen {
        plan
    } else {
        let own = if is_scheduled { beyond_schedule(mapped.bounds, rule, timing, period) } else { mapped.bounds };
        idiom::bounded(&plan, own.before_now(), Dialect::Sentinel.time_column())
    };
    if let Some(field) = rule.schedule.as_ref().and_then(|s| s.time_field.as_ref()).filter(|field| field.value != "@timestamp") {
        let message = format!("the window counts TimeGenerated, not `{}`: late events may fall out of it", field.value);
        losses.push(Loss::file("time-field-not-in-target", Fidelity::Schedule, field.span, message));
    }
    let syntax = kusto::raise(&plan)?;
    let printed = kusto::print(&syntax);
    let text = match kusto::format(&printed, &kusto::FormatOptions::default()) {
        Ok(formatted) if formatted.chars().count() <= LONGEST_QUERY => formatted,
        // Better close together than not at all.
        _ => match kusto::on_one_line(&syntax) {
            line if !is_scheduled || line.chars().count() <= LONGEST_QUERY => line,
            _ => kusto::on_one_line(&kusto::raise(&shorter::shorter(&plan))?),
        },
    };
    Ok(Query { text, timing, period, plan })
}

/// The bounds that a rule's window has and Sentinel's has not: that ends when the rule runs, and is as long as the time between runs at least.
fn beyond_schedule(bounds: Bounds, rule: &Rule, timing: Timing, period: i64) -> Bounds {
    let from = bounds.from.filter(|_| rule.schedule.is_some() && timing.lookback < period);
    let to = bounds.to.filter(|(ticks, _)| *ticks >= timing.until).or(Some((timing.until, true)));
    Bounds { from: from.map(|(_, included)| (timing.lookback, included)), to }
}

/// A Kusto query needs no translation.
fn as_written(rule: &Rule, losses: &mut Vec<Loss>) -> Result<Query, Refused> {
    let plan = form::plan(rule)?.clone();
    let bounds = idiom::recognise(&plan, rule.dialect.time_column()).bounds;
    let timing = timing::of(rule, bounds, losses);
    let (timing, period) = timing::for_sentinel(timing, idiom::furthest_look_back(&plan), rule, losses);
    let text = rule.queries.first().map(|query| query.text.to_string()).unwrap_or_default();
    Ok(Query { text, timing, period, plan })
}

/// Fits the detection's own windows to the schedule that Sentinel allows, and writes it in relational operators.
fn fit(mapped: &Mapped, timing: Timing, rule: &Rule, losses: &mut Vec<Loss>) -> Result<(Arc<Plan>, Timing, i64), Refused> {
    match (&mapped.shape, &mapped.plan.op) {
        (Shape::FirstSeen, Op::FirstSeen(detection)) => {
            let mut detection = (**detection).clone();
            detection.time = Arc::from(Dialect::Sentinel.time_column());
            let recent = Timing { lookback: detection.recent.from, ..timing };
            let (timing, period) = timing::for_sentinel(recent, Some(detection.history.from), rule, losses);
            detection.history.from = detection.history.from.min(period);
            if timing.lookback != detection.recent.from {
                detection.recent.from = timing.lookback;
                detection.history.to = timing.lookback;
            }
            let plan = Plan::new(Op::FirstSeen(Box::new(detection)), mapped.plan.schema.clone(), mapped.plan.span);
            Ok((idiom::expand(&plan), timing, period))
        }
        (Shape::Filter | Shape::Threshold, _) => {
            let (timing, period) = timing::for_sentinel(timing, None, rule, losses);
            Ok((idiom::expand(&mapped.plan), timing, period))
        }
        (Shape::Pipeline, Op::Filter { .. }) if rule.rule_type == RuleType::Correlation => {
            let (timing, period) = timing::for_sentinel(timing, None, rule, losses);
            Ok((Arc::clone(&mapped.plan), timing, period))
        }
        (Shape::Pipeline, Op::Sequence(sequence)) => {
            let (plan, differences) = idiom::joined::sequence(sequence, mapped.plan.span).map_err(|refusal| vec![refusal])?;
            losses.extend(differences);
            let (timing, period) = timing::for_sentinel(timing, None, rule, losses);
            Ok((plan, timing, period))
        }
        (Shape::Pipeline, Op::Sample(sample)) => {
            let (plan, differences) = idiom::joined::sample(sample, mapped.plan.span);
            losses.extend(differences);
            let (timing, period) = timing::for_sentinel(timing, None, rule, losses);
            Ok((plan, timing, period))
        }
        (Shape::Pipeline, _) => {
            let (timing, period) = timing::for_sentinel(timing, idiom::furthest_look_back(&mapped.plan), rule, losses);
            Ok((mapped.plan.clone(), timing, period))
        }
        _ => Err(form::obstacle(&mapped.plan, "Sentinel's Kusto from this dialect")),
    }
}

/// Returns the columns an analyst is to see: the detection's keys and the investigation fields that the table has.
fn shown_columns(rule: &Rule, query: &Query, sources: &Sources, losses: &mut Vec<Loss>) -> Vec<String> {
    let mut columns: Vec<String> = Vec::new();
    let shows_keys = matches!(rule.rule_type, RuleType::NewTerms | RuleType::Threshold | RuleType::Correlation);
    if shows_keys {
        query.plan.walk(&mut |node| {
            if let Op::Aggregate { keys, .. } = &node.op {
                columns.extend(keys.iter().map(|key| key.name.to_string()));
            }
        });
    }
    let (fields, left_out) = form::shown_fields(rule, rule.meta.fields.iter(), Dialect::Sentinel, sources);
    // A threshold's rows hold its keys and counts only.
    if !matches!(rule.rule_type, RuleType::Threshold | RuleType::Correlation) {
        columns.extend(fields.into_iter().filter(|field| is_identifier(field)));
    }
    if let Some(first) = left_out.first() {
        let names: Vec<&str> = left_out.iter().map(|field| field.value.as_str()).collect();
        let message = format!("investigation fields without a column in the target: `{}`", names.join("`, `"));
        losses.push(Loss::file("investigation-field-not-in-target", Fidelity::Metadata, first.span, message));
    }
    columns.dedup();
    columns
}

fn is_identifier(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Sorts columns into entities and custom details, within Sentinel's limits.
fn entities_and_details(columns: &[String]) -> (Vec<EntityColumn>, Vec<String>) {
    let mut entities: Vec<EntityColumn> = Vec::new();
    let mut details: Vec<String> = Vec::new();
    for column in columns {
        let known = ENTITIES.iter().find(|entity| entity.column == *column);
        match known {
            Some(entity) if entities.iter().any(|e| (&e.kind, &e.identifier) == (&entity.kind, &entity.identifier)) => {}
            Some(entity) if entities.len() < MOST_ENTITIES => entities.push(entity.clone()),
            _ if details.len() < MOST_DETAILS && column.len() <= LONGEST_DETAIL && !details.contains(column) => {
                details.push(column.clone());
            }
            _ => {}
        }
    }
    (entities, details)
}
