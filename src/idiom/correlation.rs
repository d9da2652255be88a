//! Sigma's correlations in the words of other detections: thresholds, sequences, aggregations.
//!
//! A correlation looks at every stretch of its time span, wherever it begins; other SIEMs look at the one before each run. That is said as
//! a loss, as is what a group's time span becomes. A sequence bounds its span itself, so that a longer look-back shows all of them.

use super::expand::has_value;
use super::{Bounds, Recognised, Shape};
use crate::diagnostic::{Fidelity, Loss};
use crate::ir::{
    Aggregate, Case, Column, Comparison, Correlation, Expr, ExprKind, Matcher, Named, Op, Plan, Schema, Sequence, Step, Threshold, Type,
    UnionColumns, Value,
};
use crate::source::Span;
use std::sync::Arc;

/// The column that tells which rule a row is of.
const RULE: &str = "MatchedRule";
/// The column that a condition is about.
const VALUE: &str = "value";

/// Recognises a correlation; `None` for other plans and for correlations that no other detection says.
pub(super) fn recognise(plan: &Arc<Plan>, time: &str) -> Option<Recognised> {
    let Op::Correlate(correlation) = &plan.op else { return None };
    let (op, shape) = detection(correlation, time, plan.span)?;
    let message = "matches are correlated over the time span before each run: what lies across two of them is not seen together";
    let overlap = overlap(correlation);
    let across = (overlap == 0).then(|| Loss::query("window-before-each-run", Fidelity::Narrower, plan.span, message));
    let set_aside = across.into_iter().collect();
    let bounds = Bounds { from: Some((correlation.window.saturating_add(overlap), true)), ..Bounds::default() };
    Some(Recognised { bounds, set_aside, ..Recognised::new(Plan::new(op, Schema::unknown(), plan.span), shape) })
}

/// Returns the ticks that the windows of two runs share, so that what lies across them is seen together.
pub fn overlap(correlation: &Correlation) -> i64 {
    if &*correlation.kind == "temporal_ordered" && correlation.condition.is_none() { correlation.window } else { 0 }
}

fn detection(correlation: &Correlation, time: &str, span: Span) -> Option<(Op, Shape)> {
    let least = correlation.condition.as_ref().and_then(at_least);
    match (&*correlation.kind, correlation.rules.as_slice(), least) {
        ("event_count", [(rule, input)], Some(count)) => {
            let keys = keys(correlation, rule, span);
            let threshold = Threshold { input: Arc::clone(input), keys, count, cardinality: Vec::new(), skip_missing: true };
            Some((Op::Threshold(Box::new(threshold)), Shape::Threshold))
        }
        ("value_count", [(rule, input)], Some(count)) => {
            let [field] = correlation.fields.as_slice() else { return None };
            let counted = Named { name: Arc::clone(field), expr: Expr::column(field, Type::Unknown, span) };
            let keys = keys(correlation, rule, span);
            let threshold = Threshold { input: Arc::clone(input), keys, count: 1, cardinality: vec![(counted, count)], skip_missing: true };
            Some((Op::Threshold(Box::new(threshold)), Shape::Threshold))
        }
        ("temporal_ordered", rules, _) if correlation.condition.is_none() => {
            let steps = rules.iter().map(|(rule, input)| Step {
                input: Arc::clone(input),
                by: keys(correlation, rule, span).into_iter().map(|key| key.expr).collect(),
                runs: 1,
                missing: false,
                span,
            });
            let optional_keys = vec![false; correlation.keys.len()];
            let sequence =
                Sequence { steps: steps.collect(), maxspan: Some(correlation.window), until: None, optional_keys, time: Arc::from(time) };
            Some((Op::Sequence(Box::new(sequence)), Shape::Pipeline))
        }
        _ => Some((aggregation(correlation, span)?, Shape::Pipeline)),
    }
}

/// The keys of a rule's events: an alias is another field in each rule.
fn keys(correlation: &Correlation, rule: &str, span: Span) -> Vec<Named> {
    let key = |key: &Arc<str>| {
        let alias = correlation.aliases.iter().find(|(alias, of, _)| alias == key && **of == *rule);
        Named { name: Arc::clone(key), expr: Expr::column(alias.map_or(key, |(_, _, field)| field), Type::Unknown, span) }
    };
    correlation.keys.iter().map(key).collect()
}

/// Returns `n` of `value >= n`, where that is all that a condition says.
fn at_least(condition: &Expr) -> Option<u64> {
    let ExprKind::Compare { op, right, .. } = &condition.kind else { return None };
    let ExprKind::Literal(Value::Real(number)) = right.kind else { return None };
    let least = match op {
        Comparison::Ge => number.ceil(),
        Comparison::Gt => number.floor() + 1.0,
        _ => return None,
    };
    (1.0..1e15).contains(&least).then_some(least as u64)
}

/// `union of the rules | summarize value = … by keys | where condition`.
fn aggregation(correlation: &Correlation, span: Span) -> Option<Op> {
    let inputs: Vec<Arc<Plan>> = correlation.rules.iter().map(|(rule, input)| shown(correlation, rule, input, span)).collect();
    let input = if let [only] = inputs.as_slice() {
        Arc::clone(only)
    } else {
        let schema = inputs.first()?.schema.clone();
        Plan::new(Op::Union { inputs, columns: UnionColumns::Outer, source_column: None, fuzzy: false }, schema, span)
    };
    let names_rules = correlation.condition.as_ref().is_some_and(|condition| !is_about_value(condition));
    let field = || match correlation.fields.as_slice() {
        [only] => Some(number(column(&field_name(only), span), span)),
        _ => None,
    };
    let call = |name: &str, function: &str, args: Vec<Expr>, ty: Type| Aggregate {
        names: vec![Arc::from(name)],
        function: Arc::from(function),
        args,
        star: false,
        ty,
        span,
    };
    let mut condition = correlation.condition.clone();
    let aggregates = match &*correlation.kind {
        "event_count" => vec![call(VALUE, "count", Vec::new(), Type::Long)],
        "value_count" => match correlation.fields.as_slice() {
            [only] => {
                let counted = column(&field_name(only), span);
                let there = has_value(&counted);
                vec![call(VALUE, "dcountif", vec![counted, there], Type::Long)]
            }
            _ => return None,
        },
        "value_sum" => vec![call(VALUE, "sum", vec![field()?], Type::Real)],
        "value_avg" => vec![call(VALUE, "avg", vec![field()?], Type::Real)],
        "value_median" => vec![call(VALUE, "percentile", vec![field()?, real(50.0, span)], Type::Real)],
        "value_percentile" => vec![call(VALUE, "percentile", vec![field()?, real(correlation.percentile?, span)], Type::Real)],
        "temporal" if names_rules => {
            let matched = |(at, (rule, _)): (usize, &(Arc<str>, Arc<Plan>))| {
                call(&flag(at), "countif", vec![equals(column(RULE, span), &Value::string(rule), span)], Type::Long)
            };
            let counts = correlation.rules.iter().enumerate().map(matched).collect();
            let rules: Vec<&str> = correlation.rules.iter().map(|(rule, _)| &**rule).collect();
            condition = condition.map(|condition| by_counts(&condition, &rules));
            counts
        }
        "temporal" => {
            let all = Value::Real(correlation.rules.len() as f64);
            condition = condition.or_else(|| Some(equals(column(VALUE, span), &all, span)));
            vec![call(VALUE, "dcount", vec![column(RULE, span)], Type::Long)]
        }
        _ => return None,
    };
    let keys: Vec<Named> = correlation.keys.iter().map(|key| Named { name: key_name(key), expr: column(&key_name(key), span) }).collect();
    let columns = keys.iter().map(|key| Column::new(&key.name, Type::Unknown));
    let counted = aggregates.iter().flat_map(|aggregate| aggregate.names.iter().map(|name| Column::new(name, aggregate.ty)));
    let schema = Schema::closed(columns.chain(counted).collect());
    let summary = Plan::new(Op::Aggregate { input, keys, aggregates, post: Vec::new() }, schema, span);
    Some(Op::Filter { input: summary, predicate: condition? })
}

/// The rows of a rule: its keys under names of their own, the field that is counted, and which rule it is. The names are none of a
/// field's, so that they are the same whatever table a rule reads.
fn shown(correlation: &Correlation, rule: &str, input: &Arc<Plan>, span: Span) -> Arc<Plan> {
    let keys = keys(correlation, rule, span);
    // An event without one of the keys belongs to no group.
    let there = keys.iter().filter_map(|key| Some(Expr::field_matches(key.expr.column_name()?, Matcher::Exists, span)));
    let there = Expr::all(there, span);
    let with_keys = || Plan::new(Op::Filter { input: Arc::clone(input), predicate: there }, input.schema.clone(), span);
    let input = if keys.is_empty() { Arc::clone(input) } else { with_keys() };
    let keys = keys.into_iter().map(|key| Named { name: key_name(&key.name), expr: key.expr });
    let fields = correlation.fields.iter().map(|field| Named { name: field_name(field), expr: column(field, span) });
    let rule = Named { name: Arc::from(RULE), expr: Expr::literal(Value::string(rule), Type::String, span) };
    let columns: Vec<Named> = keys.chain(fields).chain(std::iter::once(rule)).collect();
    let schema = Schema::closed(columns.iter().map(|column| Column::new(&column.name, column.expr.ty)).collect());
    Plan::new(Op::Project { input, columns }, schema, span)
}

fn key_name(key: &str) -> Arc<str> {
    Arc::from(format!("Group_{}", word(key)))
}

fn field_name(field: &str) -> Arc<str> {
    Arc::from(format!("Counted_{}", word(field)))
}

fn word(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

fn flag(at: usize) -> String {
    format!("Rule{}", at + 1)
}

fn column(name: &str, span: Span) -> Expr {
    Expr::column(name, Type::Unknown, span)
}

fn real(number: f64, span: Span) -> Expr {
    Expr::literal(Value::Real(number), Type::Real, span)
}

fn number(value: Expr, span: Span) -> Expr {
    Expr::new(ExprKind::Call { function: Arc::from("todouble"), args: vec![value] }, Type::Real, span)
}

fn equals(left: Expr, right: &Value, span: Span) -> Expr {
    let right = Expr::literal(right.clone(), right.shown_type(), span);
    let kind = ExprKind::Compare { op: Comparison::Eq, case: Case::Sensitive, left: Box::new(left), right: Box::new(right) };
    Expr::new(kind, Type::Bool, span)
}

fn is_about_value(condition: &Expr) -> bool {
    let mut found = false;
    condition.walk(&mut |part| found |= matches!(&part.kind, ExprKind::Column(name) if **name == *VALUE));
    found
}

/// A rule's name in a condition becomes the question whether it has matches.
fn by_counts(condition: &Expr, rules: &[&str]) -> Expr {
    match &condition.kind {
        ExprKind::Column(name) => {
            let at = rules.iter().position(|rule| **rule == **name).unwrap_or(rules.len());
            let (left, right) = (column(&flag(at), condition.span), Expr::literal(Value::Long(0), Type::Long, condition.span));
            let kind = ExprKind::Compare { op: Comparison::Gt, case: Case::Sensitive, left: Box::new(left), right: Box::new(right) };
            Expr::new(kind, Type::Bool, condition.span)
        }
        _ => condition.map_children(&mut |child| by_counts(child, rules)),
    }
}
