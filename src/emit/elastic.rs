//! Elastic: query, EQL, new_terms and threshold rules in the layout of elastic/detection-rules.

mod envelope;
mod pipeline;
mod query;

use super::form::{self, Mapped};
use super::timing::{self, Timing};
use super::{Refused, Target, Written, refuse, slots, template};
use crate::diagnostic::{Fidelity, Loss};
use crate::idiom::Shape;
use crate::ir::{Dialect, Expr, ExprKind, FirstSeen, Language, Named, Op, Plan, Rule, TableSource, Threshold, TriggerOperator};
use crate::mapping::Sources;
use crate::source::Span;
use envelope::{Cardinality, Limits, NewTerms, Parts, envelope};
use query::Query;
use std::sync::Arc;

const TEMPLATE: &str = include_str!("../../targets/elastic/rule.toml.j2");

/// Kibana's limits (`spec/elastic-checks.md`).
const MOST_NEW_TERMS: usize = 3;
const MOST_THRESHOLD_FIELDS: usize = 3;
const MOST_SUPPRESSION_FIELDS: usize = 3;

/// A detection in the words of a rule type.
struct Body {
    form: &'static str,
    input: Arc<Plan>,
    lookback: i64,
    new_terms: Option<NewTerms>,
    threshold: Option<Limits>,
}

/// A rule file with what it does not keep.
type Attempt = Result<(Written, Vec<Loss>), Refused>;

/// Writes an Elastic rule file: of the forms that can say the detection the plainest, or ES|QL where only that says all of a threshold.
/// Conditions are left out only where no form can say them.
pub(super) fn write(rule: &Rule, sources: &Sources, losses: &mut Vec<Loss>) -> Result<Written, Refused> {
    let is_exact = |(_, named): &(Written, Vec<Loss>)| !named.iter().any(|loss| loss.fidelity.is_approximate());
    let prepared = prepare(rule, sources);
    let prepared = prepared.as_ref();
    let plain = prepared.map_err(Clone::clone).and_then(|detection| detection.written(rule, sources));
    let is_enough = plain.as_ref().is_ok_and(|plain| plain.0.form != "threshold" || is_exact(plain));
    let (written, named) = if is_enough {
        plain?
    } else {
        match (plain, write_esql(rule, sources)) {
            (Ok(_), Ok(rich)) if is_exact(&rich) => rich,
            (Ok(plain), _) => plain,
            (Err(_), Ok(rich)) => rich,
            (Err(plain), Err(rich)) => {
                let sayable = prepared.map_err(Clone::clone).and_then(|detection| detection.sayable(rule, sources));
                sayable.or_else(|left| Err(reason(rule, plain, rich, left)?))?
            }
        }
    };
    losses.extend(named);
    Ok(written)
}

/// The reason why no form can say a rule. That of a pipeline is what the richest form cannot say, unless that is only that it has no such
/// operator; that of a filter what is left after all forms.
fn reason(rule: &Rule, plain: Refused, rich: Refused, left: Refused) -> Result<Refused, Refused> {
    let is_pipeline = form::is_pipeline(form::plan(rule)?, rule.dialect, Dialect::Elastic);
    let is_coarse = rich.iter().any(|loss| matches!(loss.code, "operator-not-mapped" | "source-not-in-target"));
    Ok(match (is_pipeline, is_coarse) {
        (false, _) => left,
        (true, true) => plain,
        (true, false) => rich,
    })
}

/// A detection in the words of a rule type, mapped.
struct Prepared {
    mapped: Mapped,
    timing: Timing,
    body: Body,
    losses: Vec<Loss>,
}

fn prepare(rule: &Rule, sources: &Sources) -> Result<Prepared, Refused> {
    let mut losses = Vec::new();
    let mapped = form::mapped(rule, Dialect::Elastic, sources, &mut losses)?;
    let mut timing = timing::of(rule, mapped.bounds, &mut losses).within(mapped.window);
    if let Op::FirstSeen(detection) = &mapped.plan.op {
        timing.until = timing.until.max(detection.recent.to);
    }
    let body = body(&mapped, timing, rule, &mut losses)?;
    Ok(Prepared { mapped, timing, body, losses })
}

impl Prepared {
    /// A query, EQL, `new_terms` or threshold rule.
    fn written(&self, rule: &Rule, sources: &Sources) -> Attempt {
        let mut losses = self.losses.clone();
        let query = written_query(&self.body, &mut losses)?;
        finished(rule, sources, losses, (&self.body, self.timing, query), &self.mapped)
    }

    /// A query rule without the conditions that no form can say.
    fn sayable(&self, rule: &Rule, sources: &Sources) -> Attempt {
        let mut losses = self.losses.clone();
        let obstacle = || form::obstacle(&self.body.input, "an Elastic query rule");
        let scan = query::one_scan(&self.body.input).filter(|_| self.body.form == "query").ok_or_else(obstacle)?;
        let predicate = form::filter_over_scan(&scan).and_then(|(_, predicate)| predicate).ok_or_else(obstacle)?;
        let query = query::of_sayable(&scan, predicate, &mut losses)?;
        finished(rule, sources, losses, (&self.body, self.timing, query), &self.mapped)
    }
}

/// An ES|QL rule.
fn write_esql(rule: &Rule, sources: &Sources) -> Attempt {
    let mut losses = Vec::new();
    let limit = trigger(rule)?;
    let mapped = form::pipeline(rule, Dialect::Elastic, sources, &mut losses)?;
    if limit != 1 {
        return Err(refuse("trigger-not-in-target", mapped.plan.span, format!("an ES|QL rule cannot ask for {limit} rows")));
    }
    let query = pipeline::in_esql(&mapped.plan, &mut losses)?;
    let timing = timing::of(rule, mapped.bounds, &mut losses);
    let body = Body { form: "esql", input: mapped.plan.clone(), lookback: timing.lookback, new_terms: None, threshold: None };
    finished(rule, sources, losses, (&body, timing, query), &mapped)
}

/// Puts the envelope around a query.
fn finished(
    rule: &Rule,
    sources: &Sources,
    mut losses: Vec<Loss>,
    (body, timing, query): (&Body, Timing, Query),
    mapped: &Mapped,
) -> Attempt {
    let index = index(&body.input)?;
    let index = if query.language == Language::Esql { Vec::new() } else { index };
    losses.extend(slots::losses(rule, Target::Elastic));
    let suppress_by = suppression(mapped, &mut losses);
    let envelope = envelope(rule, sources, &mut losses, Parts { body, timing, index, query: &query, suppress_by });
    let form = envelope.r#type;
    let text = template::render(TEMPLATE, envelope).map_err(|error| refuse("template-failed", Span::default(), error.to_string()))?;
    Ok((Written { form, language: query.language, query: query.text, text }, losses))
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
        (Shape::Threshold, Op::Threshold(detection)) if limit == 1 => threshold(detection, timing, mapped.plan.span, losses),
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

fn threshold(detection: &Threshold, timing: Timing, span: Span, losses: &mut Vec<Loss>) -> Result<Body, Refused> {
    let fields = fields(&detection.keys)?;
    losses.extend(form::missing_key_ignored(detection, span, "a threshold rule"));
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
