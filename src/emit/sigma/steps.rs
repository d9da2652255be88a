//! Sequences and samples as a correlation over a rule for each step
//! (<https://github.com/SigmaHQ/sigma-specification/blob/main/specification/sigma-correlation-rules-specification.md>).

use super::{Correlation, Document, EVENTS, Inner, Test, correlation_id, field, logsource, raised, titled};
use crate::diagnostic::{Fidelity, Loss};
use crate::emit::{Refused, Target, form, identity, refuse, timing};
use crate::idiom::MISSING_KEY;
use crate::ir::{Expr, Matcher, Op, Plan, Rule, Sample, Schema, Sequence, Step};
use crate::source::Span;
use serde::Serialize;
use std::sync::Arc;
use uuid::Uuid;

/// The rule of a step behind the first.
#[derive(Serialize)]
pub(super) struct StepRule {
    title: String,
    pub(super) name: String,
    id: String,
    logsource: Vec<(&'static str, String)>,
    detection: String,
}

impl StepRule {
    pub(super) fn new(title: String, name: String, document: Document, own: &Uuid) -> Self {
        let id = Uuid::new_v5(own, name.as_bytes()).to_string();
        Self { title, name, id, logsource: document.logsource, detection: document.detection }
    }
}

/// A key that the rules call differently: its name, and each rule's field.
#[derive(Serialize)]
pub(super) struct Alias {
    name: String,
    pub(super) fields: Vec<(String, String)>,
}

/// Returns the first step's events and the correlation over all steps.
pub(super) fn of_sequence(
    sequence: &Sequence,
    window: i64,
    rule: &Rule,
    losses: &mut Vec<Loss>,
) -> Result<(Arc<Plan>, Correlation), Refused> {
    if let Some(step) = sequence.steps.iter().find(|step| step.missing).or(sequence.until.as_ref()) {
        return Err(refuse(
            "missing-event-not-in-target",
            step.span,
            "a Sigma correlation cannot say that an event must not come in between",
        ));
    }
    if sequence.optional_keys.contains(&true) {
        let message = "a Sigma correlation ties events by values that are there; the original also ties events that lack one";
        let span = sequence.steps.first().map_or_else(Span::default, |step| step.span);
        losses.push(Loss::query(MISSING_KEY, Fidelity::Narrower, span, message));
    }
    of_steps("temporal_ordered", &sequence.steps, sequence.maxspan.unwrap_or(window), rule, losses)
}

/// Returns the first step's events and the correlation over all steps, in any order.
pub(super) fn of_sample(sample: &Sample, window: i64, rule: &Rule, losses: &mut Vec<Loss>) -> Result<(Arc<Plan>, Correlation), Refused> {
    of_steps("temporal", &sample.steps, sample.window.unwrap_or(window), rule, losses)
}

/// Adds the events of further log sources to a correlation that counts; steps are a rule each.
pub(super) fn also(correlation: &mut Correlation, documents: &mut Vec<Document>, rule: &Rule, span: Span) -> Result<(), Refused> {
    let others: Vec<Document> = documents.drain(documents.len().min(1)..).collect();
    if !others.is_empty() && !correlation.steps.is_empty() {
        return Err(refuse("source-not-in-target", span, "a step of a Sigma correlation is one rule, which reads one log source"));
    }
    let own = identity::derived(rule, Target::Sigma);
    for (number, document) in others.into_iter().enumerate() {
        let name = format!("{EVENTS}_{}", number + 2);
        correlation.test.rules.push(name.clone());
        let title = titled(rule, "Events", &format!("log source {}", number + 2));
        correlation.steps.push(StepRule::new(title, name, document, &own));
    }
    Ok(())
}

fn of_steps(
    kind: &'static str,
    steps: &[Step],
    window: i64,
    rule: &Rule,
    losses: &mut Vec<Loss>,
) -> Result<(Arc<Plan>, Correlation), Refused> {
    let single: Vec<Step> = steps.iter().map(|step| of_one_source(step, losses)).collect();
    let Some((first, rest)) = single.split_first() else {
        return Err(refuse("sequence-not-in-target", Span::default(), "the sequence has no step"));
    };
    let steps = single.as_slice();
    let own = identity::derived(rule, Target::Sigma);
    let (mut kind, mut limits, mut rules) = (kind, Vec::new(), Vec::new());
    let (mut inner, mut others) = (Vec::new(), Vec::new());
    if rest.is_empty() {
        // One step of several runs is a count.
        kind = "event_count";
        limits.push(("gte", first.runs.to_string()));
        rules.push(name(0));
    } else {
        for (number, step) in steps.iter().enumerate() {
            if number > 0 {
                others.push(step_rule(step, number, rule, &own, losses)?);
            }
            if step.runs > 1 {
                let runs = runs(step, number, window, rule, &own)?;
                rules.push(runs.name.clone());
                inner.push(runs);
                let message = "the runs of a step and the whole sequence each take the span at most, together longer";
                losses.push(Loss::query("runs-counted-apart", Fidelity::Wider, step.span, message));
            } else {
                rules.push(name(number));
            }
        }
    }
    let (group_by, aliases) = keys(steps, &rules)?;
    let test = Test { kind, rules, group_by, aliases, timespan: timing::words(window), limits, field: None };
    let correlation = Correlation { id: correlation_id(rule), test, first: name(0), steps: others, inner };
    Ok((first_events(first), correlation))
}

/// A step of several runs counts its events.
fn runs(step: &Step, number: usize, window: i64, rule: &Rule, own: &Uuid) -> Result<Inner, Refused> {
    let own_name = format!("{}_runs", name(number));
    let test = Test {
        kind: "event_count",
        rules: vec![name(number)],
        group_by: step.by.iter().map(field).collect::<Result<_, _>>()?,
        aliases: Vec::new(),
        timespan: timing::words(window),
        limits: vec![("gte", step.runs.to_string())],
        field: None,
    };
    let title = titled(rule, "Sequence", &format!("runs of step {}", number + 1));
    Ok(Inner { title, id: Uuid::new_v5(own, own_name.as_bytes()).to_string(), name: own_name, test })
}

/// A step is one rule, which reads one log source: the first of several, with the others named.
fn of_one_source(step: &Step, losses: &mut Vec<Loss>) -> Step {
    let mut input = &step.input;
    let mut left_out = Vec::new();
    while let Op::Union { inputs, .. } = &input.op
        && let Some((first, others)) = inputs.split_first()
    {
        left_out.extend(others.iter().flat_map(form::log_sources));
        input = first;
    }
    if !left_out.is_empty() {
        let fidelity = if step.missing { Fidelity::Wider } else { Fidelity::Narrower };
        let message = format!("a step of a Sigma correlation reads one log source; events of {} are left out", left_out.join(", "));
        losses.push(Loss::query("several-log-sources", fidelity, step.span, message));
    }
    Step { input: Arc::clone(input), ..step.clone() }
}

fn name(number: usize) -> String {
    format!("step_{}", number + 1)
}

fn step_rule(step: &Step, number: usize, rule: &Rule, own: &Uuid, losses: &mut Vec<Loss>) -> Result<StepRule, Refused> {
    let (scan, predicate) = form::filter_over_scan(&step.input).ok_or_else(|| form::obstacle(&step.input, "a Sigma detection"))?;
    let present = keys_present(&step.by, step.span);
    let Some(predicate) = predicate.or(present.as_ref()) else {
        return Err(refuse("no-condition", step.span, "a Sigma detection needs a condition; the step takes every event"));
    };
    let document = Document { logsource: logsource(scan)?, detection: raised(predicate, losses)? };
    Ok(StepRule::new(titled(rule, "Sequence", &format!("step {}", number + 1)), name(number), document, own))
}

/// A rule that takes every event takes those that have its keys; others are in no group and tied to nothing.
pub(super) fn keys_present<'k>(keys: impl IntoIterator<Item = &'k Expr>, span: Span) -> Option<Expr> {
    let there: Vec<Expr> = keys.into_iter().filter_map(|key| Some(Expr::field_matches(field(key).ok()?, Matcher::Exists, span))).collect();
    (!there.is_empty()).then(|| Expr::all(there, span))
}

/// The events of the first step.
fn first_events(step: &Step) -> Arc<Plan> {
    with_condition(&step.input, keys_present(&step.by, step.span))
}

/// Puts a condition on events where there is none: a Sigma detection needs one.
pub(super) fn with_condition(events: &Arc<Plan>, condition: Option<Expr>) -> Arc<Plan> {
    match (form::filter_over_scan(events), condition) {
        (Some((_, None)), Some(predicate)) => {
            let span = predicate.span;
            Plan::new(Op::Filter { input: events.clone(), predicate }, Schema::unknown(), span)
        }
        _ => events.clone(),
    }
}

/// Fields that tie the steps together; those with several names get an alias, by the names of what is correlated.
fn keys(steps: &[Step], rules: &[String]) -> Result<(Vec<String>, Vec<Alias>), Refused> {
    let (mut group_by, mut aliases): (Vec<String>, Vec<Alias>) = (Vec::new(), Vec::new());
    for key in 0..steps.first().map_or(0, |step| step.by.len()) {
        let mut fields = Vec::new();
        for (step, rule) in steps.iter().zip(rules) {
            let Some(value) = step.by.get(key) else { continue };
            fields.push((rule.clone(), field(value)?));
        }
        let mut names = fields.iter().map(|(_, field)| field);
        let first = names.next().cloned().unwrap_or_default();
        if names.all(|name| *name == first) {
            group_by.push(first);
        } else {
            let name = format!("key_{}", key + 1);
            group_by.push(name.clone());
            aliases.push(Alias { name, fields });
        }
    }
    Ok((group_by, aliases))
}
