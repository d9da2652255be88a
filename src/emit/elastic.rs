//! Elastic: query, EQL, new_terms and threshold rules in the layout of elastic/detection-rules.

mod pipeline;
mod query;

use super::form::{self, Mapped};
use super::timing::{self, Timing};
use super::{NO_DATE, Refused, Target, Written, about, attack, identity, refuse, severity, slots, template};
use crate::diagnostic::{Fidelity, Loss};
use crate::idiom::Shape;
use crate::ir::{Dialect, Expr, ExprKind, FirstSeen, Language, Named, Op, Plan, Rule, TableSource, Threshold, TriggerOperator};
use crate::mapping::{self, Sources};
use crate::source::Span;
use query::Query;
use serde::Serialize;
use std::sync::Arc;

const TEMPLATE: &str = include_str!("../../targets/elastic/rule.toml.j2");

/// Kibana's limits (`spec/elastic-checks.md`).
const MOST_NEW_TERMS: usize = 3;
const MOST_THRESHOLD_FIELDS: usize = 3;
const MOST_SUPPRESSION_FIELDS: usize = 3;

/// What the template asks for.
#[derive(Serialize)]
struct Envelope {
    origin: String,
    created: String,
    updated: String,
    integrations: Vec<String>,
    authors: Vec<String>,
    description: String,
    false_positives: Vec<String>,
    from: String,
    to: Option<String>,
    index: Vec<String>,
    interval: String,
    language: &'static str,
    license: Option<String>,
    name: String,
    references: Vec<String>,
    risk_score: i64,
    id: String,
    severity: &'static str,
    tags: Vec<String>,
    r#type: &'static str,
    query: String,
    threats: Vec<attack::Threat>,
    suppress_by: Vec<String>,
    fields: Vec<String>,
    new_terms: Option<NewTerms>,
    threshold: Option<Limits>,
}

#[derive(Serialize)]
struct NewTerms {
    fields: Vec<String>,
    history: String,
}

#[derive(Serialize)]
struct Limits {
    fields: Vec<String>,
    value: u64,
    cardinality: Vec<Cardinality>,
}

#[derive(Serialize)]
struct Cardinality {
    field: String,
    value: u64,
}

/// A detection in the words of a rule type.
struct Body {
    form: &'static str,
    input: Arc<Plan>,
    lookback: i64,
    new_terms: Option<NewTerms>,
    threshold: Option<Limits>,
}

/// Writes an Elastic rule file: of the forms that can say the detection the plainest. Conditions are left out only where none can.
pub(super) fn write(rule: &Rule, sources: &Sources, losses: &mut Vec<Loss>) -> Result<Written, Refused> {
    let mut attempts = Vec::new();
    for form in [write_recognised, write_esql, write_sayable] {
        let mut named = Vec::new();
        match form(rule, sources, &mut named) {
            Ok(written) => {
                losses.extend(named);
                return Ok(written);
            }
            Err(reasons) => attempts.push(reasons),
        }
    }
    // The reason of a pipeline is what the richest form cannot say, unless that is only that it has no such operator; that of a filter what
    // is left after all forms.
    let is_pipeline = form::is_pipeline(form::plan(rule)?, rule.dialect, Dialect::Elastic);
    let is_coarse = |reasons: &Refused| reasons.iter().any(|loss| matches!(loss.code, "operator-not-mapped" | "source-not-in-target"));
    let reason = match attempts.get(1) {
        _ if !is_pipeline => 2,
        Some(reasons) if is_coarse(reasons) => 0,
        _ => 1,
    };
    Err(attempts.into_iter().nth(reason).unwrap_or_default())
}

/// A query, EQL, `new_terms` or threshold rule.
fn write_recognised(rule: &Rule, sources: &Sources, losses: &mut Vec<Loss>) -> Result<Written, Refused> {
    let mapped = form::mapped(rule, Dialect::Elastic, sources, losses)?;
    let timing = timing::of(rule, mapped.bounds, losses).within(mapped.window);
    let body = body(&mapped, timing, rule, losses)?;
    let query = written_query(&body, losses)?;
    finished(rule, sources, losses, (body, timing, query), &mapped)
}

/// An ES|QL rule.
fn write_esql(rule: &Rule, sources: &Sources, losses: &mut Vec<Loss>) -> Result<Written, Refused> {
    let limit = trigger(rule)?;
    let mapped = form::pipeline(rule, Dialect::Elastic, sources, losses)?;
    if limit != 1 {
        return Err(refuse("trigger-not-in-target", mapped.plan.span, format!("an ES|QL rule cannot ask for {limit} rows")));
    }
    let query = pipeline::in_esql(&mapped.plan, losses)?;
    let timing = timing::of(rule, mapped.bounds, losses);
    let body = Body { form: "esql", input: mapped.plan.clone(), lookback: timing.lookback, new_terms: None, threshold: None };
    finished(rule, sources, losses, (body, timing, query), &mapped)
}

/// A query rule without the conditions that no form can say.
fn write_sayable(rule: &Rule, sources: &Sources, losses: &mut Vec<Loss>) -> Result<Written, Refused> {
    let mapped = form::mapped(rule, Dialect::Elastic, sources, losses)?;
    let timing = timing::of(rule, mapped.bounds, losses).within(mapped.window);
    let body = body(&mapped, timing, rule, losses)?;
    let scan = query::one_scan(&body.input).ok_or_else(|| form::obstacle(&body.input, "an Elastic query rule"))?;
    let (_, Some(predicate)) = form::filter_over_scan(&scan).ok_or_else(|| form::obstacle(&scan, "an Elastic query rule"))? else {
        return Err(form::obstacle(&scan, "an Elastic query rule"));
    };
    if body.form != "query" {
        return Err(form::obstacle(&scan, "an Elastic query rule"));
    }
    let query = query::of_sayable(&scan, predicate, losses)?;
    finished(rule, sources, losses, (body, timing, query), &mapped)
}

/// Puts the envelope around a query.
fn finished(
    rule: &Rule,
    sources: &Sources,
    losses: &mut Vec<Loss>,
    (body, timing, query): (Body, Timing, Query),
    mapped: &Mapped,
) -> Result<Written, Refused> {
    let index = index(&body.input)?;
    let index = if query.language == Language::Esql { Vec::new() } else { index };
    losses.extend(slots::losses(rule, Target::Elastic));
    let suppress_by = suppression(mapped, losses);
    let envelope = envelope(rule, sources, losses, Parts { body, timing, index, query: &query, suppress_by });
    let form = envelope.r#type;
    let text = template::render(TEMPLATE, envelope).map_err(|error| refuse("template-failed", Span::default(), error.to_string()))?;
    Ok(Written { form, language: query.language, query: query.text, text })
}

fn written_query(body: &Body, losses: &mut Vec<Loss>) -> Result<Query, Refused> {
    if body.form == "eql" {
        return query::in_eql(&body.input, losses);
    }
    let input = query::one_scan(&body.input).ok_or_else(|| form::obstacle(&body.input, "an Elastic query rule"))?;
    let predicate = form::filter_over_scan(&input).and_then(|(_, predicate)| predicate);
    if body.form == "query" { query::of_filter(&input, predicate, losses) } else { query::in_kuery(predicate, losses) }
}

fn body(mapped: &Mapped, timing: Timing, rule: &Rule, losses: &mut Vec<Loss>) -> Result<Body, Refused> {
    let limit = trigger(rule)?;
    match (&mapped.shape, &mapped.plan.op) {
        (Shape::FirstSeen, Op::FirstSeen(detection)) if limit == 1 => new_terms(detection, mapped.plan.span, losses),
        (Shape::Threshold, Op::Threshold(detection)) if limit == 1 => threshold(detection, timing, mapped.plan.span),
        (Shape::Filter, _) if limit == 1 => {
            Ok(Body { form: "query", input: mapped.plan.clone(), lookback: timing.lookback, new_terms: None, threshold: None })
        }
        // More than n results of a plain filter: a threshold without groups.
        (Shape::Filter, _) if mapped.grouping.is_empty() => Ok(Body {
            form: "threshold",
            input: mapped.plan.clone(),
            lookback: timing.lookback,
            new_terms: None,
            threshold: Some(Limits { fields: Vec::new(), value: limit, cardinality: Vec::new() }),
        }),
        (Shape::Pipeline, Op::Sequence(_) | Op::Sample(_)) if limit == 1 => {
            Ok(Body { form: "eql", input: mapped.plan.clone(), lookback: timing.lookback, new_terms: None, threshold: None })
        }
        (Shape::Pipeline, _) => Err(form::obstacle(&mapped.plan, "an Elastic query rule")),
        _ => Err(refuse("trigger-not-in-target", mapped.plan.span, format!("an Elastic rule cannot ask for {limit} groups of results"))),
    }
}

/// Returns how many results make an alert.
fn trigger(rule: &Rule) -> Result<u64, Refused> {
    let Some(trigger) = rule.schedule.as_ref().and_then(|s| s.trigger.as_ref()) else { return Ok(1) };
    let threshold = u64::try_from(trigger.threshold).unwrap_or(0);
    match trigger.operator {
        TriggerOperator::GreaterThan => Ok(threshold + 1),
        TriggerOperator::NotEqual if threshold == 0 => Ok(1),
        _ => {
            let message = "an Elastic rule fires on the presence of results, not on their absence or exact number";
            Err(vec![Loss::file("trigger-not-in-target", Fidelity::Refused, trigger.span, message)])
        }
    }
}

fn new_terms(detection: &FirstSeen, span: Span, losses: &mut Vec<Loss>) -> Result<Body, Refused> {
    let fields = fields(&detection.keys)?;
    if fields.is_empty() || fields.len() > MOST_NEW_TERMS {
        let message = format!("a new_terms rule takes one to {MOST_NEW_TERMS} fields, not {}", fields.len());
        return Err(refuse("too-many-new-terms", span, message));
    }
    if predicate(&detection.history.input) != predicate(&detection.recent.input) {
        let message =
            "the history of a new_terms rule counts the events that match its one query; the original's history has conditions of its own";
        losses.push(Loss::query("history-predicate-not-in-target", Fidelity::Different, detection.history.input.span, message));
    }
    if detection.history.to != detection.recent.from {
        let message = "the history of a new_terms rule reaches up to the recent window; the original leaves a gap or overlaps";
        losses.push(Loss::query("history-window-not-in-target", Fidelity::Different, detection.history.input.span, message));
    }
    if !detection.skip_missing {
        let message = "a new_terms rule ignores events without one of the fields; the original counts a missing value as a value";
        losses.push(Loss::query("missing-term-ignored", Fidelity::Narrower, span, message));
    }
    if !detection.per_key {
        let message = "one alert for each new combination of terms instead of a row for each event";
        losses.push(Loss::query("alert-per-term", Fidelity::Metadata, span, message));
    }
    let history = format!("now-{}", timing::words(detection.history.from));
    Ok(Body {
        form: "new_terms",
        input: detection.recent.input.clone(),
        lookback: detection.recent.from,
        new_terms: Some(NewTerms { fields, history }),
        threshold: None,
    })
}

/// The conditions of a side, whatever place they were read from.
fn predicate(plan: &Arc<Plan>) -> Option<String> {
    form::filter_over_scan(plan)
        .and_then(|(_, predicate)| predicate)
        .map(|predicate| query::in_kuery(Some(predicate), &mut Vec::new()).map(|query| query.text).unwrap_or_default())
}

fn threshold(detection: &Threshold, timing: Timing, span: Span) -> Result<Body, Refused> {
    let fields = fields(&detection.keys)?;
    if fields.len() > MOST_THRESHOLD_FIELDS || detection.cardinality.len() > 1 {
        return Err(refuse("threshold-too-wide", span, "an Elastic threshold takes three fields and one distinct count at most"));
    }
    let cardinality = detection
        .cardinality
        .iter()
        .map(|(column, value)| Ok(Cardinality { field: field(&column.expr)?, value: *value }))
        .collect::<Result<_, Refused>>()?;
    Ok(Body {
        form: "threshold",
        input: detection.input.clone(),
        lookback: timing.lookback,
        new_terms: None,
        threshold: Some(Limits { fields, value: detection.count, cardinality }),
    })
}

fn fields(keys: &[Named]) -> Result<Vec<String>, Refused> {
    keys.iter().map(|key| field(&key.expr)).collect()
}

fn field(expr: &Expr) -> Result<String, Refused> {
    match &expr.kind {
        ExprKind::Column(name) => Ok(name.to_string()),
        ExprKind::Convert(inner) => field(inner),
        _ => Err(refuse("computed-key", expr.span, "an Elastic rule groups by fields, not by computed values")),
    }
}

/// The indices that a plan reads.
fn index(plan: &Arc<Plan>) -> Result<Vec<String>, Refused> {
    let mut found: Vec<String> = Vec::new();
    let mut unknown = None;
    plan.walk(&mut |node| match &node.op {
        Op::Scan(TableSource::Index(patterns)) => {
            for pattern in patterns.iter().map(ToString::to_string) {
                if !found.contains(&pattern) {
                    found.push(pattern);
                }
            }
        }
        Op::Scan(_) => unknown = Some(node.span),
        _ => {}
    });
    match unknown {
        Some(span) => Err(refuse("source-not-in-target", span, "no Elastic index is known for this source")),
        None => Ok(found),
    }
}

/// One alert a group: the keys of the original's final grouping, where Kibana takes them.
fn suppression(mapped: &Mapped, losses: &mut Vec<Loss>) -> Vec<String> {
    let names: Vec<String> = mapped.grouping.iter().map(|key| key.name.to_string()).collect();
    if names.len() <= MOST_SUPPRESSION_FIELDS {
        return names;
    }
    let span = mapped.grouping.first().map_or_else(Span::default, |key| key.expr.span);
    let message = format!("results are grouped by {} columns; Kibana groups alerts by {MOST_SUPPRESSION_FIELDS} at most", names.len());
    losses.push(Loss::query("group-keys-not-in-target", Fidelity::Metadata, span, message));
    Vec::new()
}

/// What the envelope takes from the translation.
struct Parts<'a> {
    body: Body,
    timing: Timing,
    index: Vec<String>,
    query: &'a Query,
    suppress_by: Vec<String>,
}

fn envelope(rule: &Rule, sources: &Sources, losses: &mut Vec<Loss>, parts: Parts<'_>) -> Envelope {
    let meta = &rule.meta;
    let severity = severity::translate(meta, Target::Elastic, losses);
    let all = |texts: &[crate::source::Spanned<String>]| texts.iter().map(|text| text.value.clone()).collect::<Vec<_>>();
    let date = |text: &Option<crate::source::Spanned<String>>| text.as_ref().map(|date| date.value.replace('-', "/"));
    let created = date(&meta.created).unwrap_or_else(|| NO_DATE.to_owned());
    Envelope {
        origin: about::origin(rule),
        updated: date(&meta.modified).unwrap_or_else(|| created.clone()),
        created,
        integrations: mapping::integrations(&form::plan(rule).map(|plan| form::parts(plan, sources)).unwrap_or_default()),
        authors: all(&meta.authors),
        description: about::description(rule, None, losses),
        false_positives: all(&meta.false_positives),
        from: format!("now-{}", timing::words(parts.body.lookback)),
        to: (parts.timing.until > 0 && matches!(parts.body.form, "query" | "eql" | "esql"))
            .then(|| format!("now-{}", timing::words(parts.timing.until))),
        index: parts.index,
        interval: timing::words(parts.timing.interval),
        language: language(parts.query),
        license: meta.license.as_ref().map(|license| license.value.clone()),
        name: about::name(rule, None, losses),
        references: all(&meta.references),
        risk_score: severity.risk_score,
        id: identity::derived(rule, Target::Elastic).to_string(),
        severity: severity.word,
        tags: about::tags(rule),
        r#type: if parts.query.language == Language::Kuery { parts.body.form } else { language(parts.query) },
        query: parts.query.text.clone(),
        threats: attack::threats(meta, losses),
        suppress_by: parts.suppress_by,
        fields: investigation_fields(rule, sources),
        new_terms: parts.body.new_terms,
        threshold: parts.body.threshold,
    }
}

/// What Kibana calls a query's language; rules of EQL and ES|QL are types of their own.
fn language(query: &Query) -> &'static str {
    match query.language {
        Language::Eql => "eql",
        Language::Esql => "esql",
        _ => "kuery",
    }
}

/// The fields an analyst wants to see: those of entities, custom details and Sigma's `fields`.
fn investigation_fields(rule: &Rule, sources: &Sources) -> Vec<String> {
    let entities = rule.alert.entities.iter().flat_map(|entity| &entity.fields).map(|field| &field.column);
    let details = rule.alert.custom_details.iter().map(|(_, column)| column);
    form::shown_fields(rule, entities.chain(details).chain(&rule.meta.fields), Dialect::Elastic, sources).0
}
