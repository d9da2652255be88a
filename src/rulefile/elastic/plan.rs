//! The plan of an Elastic rule: its query over its indices, and the rule type's own operator around it.
//!
//! What each type does at run time: `spec/kuery-semantics.md` §3, from Kibana's detection engine.

use super::super::{ReadContext, detection, filters};
use crate::diagnostic::Diagnostic;
use crate::ir::{
    Detection, Expr, FirstSeen, Form, IndicatorPair, Language, Named, NewTermsForm, Op, Plan, Rule, Schema, TableSource, ThreatEntry,
    ThreatMatchForm, Threshold, ThresholdForm, Type, WindowSide,
};
use crate::source::{Span, Spanned};
use serde_json::Value as Json;
use std::sync::Arc;

/// Sets the rule's detection; returns what is wrong with its queries. `category` is the field that EQL's categories are values of,
/// where the rule says so, `exceptions` are filters that stand in the file besides the rule's own.
pub(super) fn detect(rule: &mut Rule, category: Option<&str>, exceptions: &[Spanned<Json>], context: &ReadContext<'_>) -> Vec<Diagnostic> {
    let Some(query) = rule.queries.first() else { return Vec::new() };
    let source = rule.source.as_ref().map(|s| &s.value);
    let (found, mut diagnostics) = match category.filter(|_| query.language == Language::Eql) {
        Some(category) => detection::of_eql_by(query, source, category),
        None => detection::of_query(query, source, context),
    };
    let Some(found) = found else { return diagnostics };
    let Some(plan) = filtered(found.plan, rule.filters.iter().chain(exceptions), context, &mut diagnostics) else { return diagnostics };
    let time: Arc<str> = rule.time_field().into();
    let plan = match &rule.form {
        Form::NewTerms(form) => Some(first_seen(&plan, form, (rule.period_ticks().unwrap_or_default(), rule.until_ticks()), time)),
        Form::Threshold(form) => Some(threshold(plan, form)),
        Form::ThreatMatch(form) => indicators(plan, form, rule, context, &mut diagnostics),
        _ => Some(plan),
    };
    rule.detection = plan.map(|plan| Detection { plan, lets: found.lets });
    diagnostics
}

/// Adds the filters to the events; a filter that is not understood leaves no plan, since it would fire on more than the rule.
fn filtered<'a>(
    plan: Arc<Plan>,
    dsl: impl IntoIterator<Item = &'a Spanned<Json>>,
    context: &ReadContext<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Arc<Plan>> {
    let mut predicates = Vec::new();
    for filter in dsl {
        match filters::read(&filter.value, context) {
            Ok(predicate) => predicates.extend(predicate),
            Err(clause) => {
                let message = format!("the filter clause `{clause}` is kept as it is: it is not read yet");
                diagnostics.push(Diagnostic::info("filter-not-read", filter.span, message));
                return None;
            }
        }
    }
    if predicates.is_empty() {
        return Some(plan);
    }
    Some(narrowed(&plan, &Expr::all(predicates, plan.span)))
}

/// Narrows every source of a plan: Elasticsearch filters documents before the query sees them, so that the steps of a sequence and the rows
/// of ES|QL are made of what is left (elastic.co, EQL search API and ES|QL query API, `filter`).
fn narrowed(plan: &Arc<Plan>, condition: &Expr) -> Arc<Plan> {
    let filter = |input: &Arc<Plan>, predicate| Plan::new(Op::Filter { input: input.clone(), predicate }, plan.schema.clone(), plan.span);
    match &plan.op {
        Op::Scan(_) => filter(plan, condition.clone()),
        Op::Filter { input, predicate } if matches!(input.op, Op::Scan(_)) => {
            filter(input, Expr::all([predicate.clone(), condition.clone()], plan.span))
        }
        op => {
            let mut op = op.clone();
            // What is looked up is no event.
            let all = if matches!(op, Op::Join { .. }) { 1 } else { usize::MAX };
            op.inputs_mut().into_iter().take(all).for_each(|input| *input = narrowed(input, condition));
            Plan::new(op, plan.schema.clone(), plan.span)
        }
    }
}

/// `new_terms`: a value seen in `[history, from]` is old, also at exactly `from`; arrays count element by element; events without one of
/// the fields are left out; the alert is the oldest event of a combination.
fn first_seen(plan: &Arc<Plan>, form: &NewTermsForm, (period, until): (i64, i64), time: Arc<str>) -> Arc<Plan> {
    let keys: Vec<Named> = form.fields.iter().map(column).collect();
    let detection = FirstSeen {
        history_keys: keys.clone(),
        keys,
        history: WindowSide { input: plan.clone(), from: form.history.value, to: period, from_inclusive: true, to_inclusive: true },
        recent: WindowSide { input: plan.clone(), from: period, to: until, from_inclusive: false, to_inclusive: true },
        time,
        explode_arrays: true,
        skip_missing: true,
        per_key: true,
    };
    Plan::new(Op::FirstSeen(Box::new(detection)), Schema::unknown(), plan.span)
}

fn threshold(plan: Arc<Plan>, form: &ThresholdForm) -> Arc<Plan> {
    let at_least = |n: &Spanned<i64>| u64::try_from(n.value).unwrap_or_default();
    let span = plan.span;
    let detection = Threshold {
        input: plan,
        keys: form.fields.iter().map(column).collect(),
        count: at_least(&form.value),
        cardinality: form.cardinality.iter().map(|(field, value)| (column(field), at_least(value))).collect(),
        skip_missing: true,
    };
    Plan::new(Op::Threshold(Box::new(detection)), Schema::unknown(), span)
}

fn indicators(
    plan: Arc<Plan>,
    form: &ThreatMatchForm,
    rule: &Rule,
    context: &ReadContext<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Arc<Plan>> {
    let source = TableSource::Index(form.indices.iter().map(|i| Arc::from(i.value.as_str())).collect());
    let (found, problems) = detection::of_query(rule.queries.get(1)?, Some(&source), context);
    diagnostics.extend(problems);
    let indicators = filtered(found?.plan, &form.filters, context, diagnostics)?;
    let pair = |entry: &ThreatEntry| IndicatorPair {
        field: Arc::from(entry.field.value.as_str()),
        indicator: Arc::from(entry.indicator.value.as_str()),
        negate: entry.negate,
    };
    let mapping = form.mapping.iter().map(|all| all.iter().map(pair).collect()).collect();
    let span = plan.span;
    Some(Plan::new(Op::Indicators { input: plan, indicators, mapping }, Schema::unknown(), span))
}

/// Builds the reference to a field that stands outside the query text, which therefore has no place in it.
fn column(field: &Spanned<String>) -> Named {
    Named { name: Arc::from(field.value.as_str()), expr: Expr::column(&field.value, Type::Unknown, Span::default()) }
}
