//! References between Sigma rules: correlations get the plans of the rules they name, filters narrow the rules they name.

use super::{conditions, names};
use crate::diagnostic::Diagnostic;
use crate::ir::{
    Case, Comparison, Correlation, CorrelationForm, Detection, Expr, ExprKind, Form, Op, Plan, Rule, Schema, TableSource, Type,
};
use crate::lang::sigma::COMPARISONS;
use crate::source::Spanned;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Resolves the references in a set of rules. Gives the references that lead nowhere in it, each with the index of its rule.
/// Doing it twice changes nothing, so that a file can be linked when it is read and again with the rest of the set.
pub fn link(rules: &mut [&mut Rule]) -> Vec<(usize, Diagnostic)> {
    narrow(rules);
    forget(rules);
    silence(rules);
    // A correlation may stand on another one: each round resolves one more level.
    for _ in 0..rules.len() {
        let resolved: Vec<(usize, Arc<Plan>)> = (0..rules.len()).filter_map(|at| Some((at, correlate(rules, at)?))).collect();
        if resolved.is_empty() {
            break;
        }
        for (at, plan) in resolved {
            if let Some(rule) = rules.get_mut(at) {
                rule.detection = Some(Detection { plan, lets: Vec::new() });
            }
        }
    }
    unresolved(rules)
}

/// Drops the plans of correlations whose rules are all here: a filter may have narrowed those since.
fn forget(rules: &mut [&mut Rule]) {
    let is_here = |(at, rule): (usize, &&mut Rule)| matches!(&rule.form, Form::Correlation(form) if form.rules.iter().all(|r| find(rules, &r.value, at).is_some()));
    let stale: Vec<bool> = rules.iter().enumerate().map(is_here).collect();
    for (rule, _) in rules.iter_mut().zip(stale).filter(|(_, stale)| *stale) {
        rule.detection = None;
    }
}

/// Finds the rule of a name, as seen from the rule at `from`. Names are meant to be unique; where two rules have one, that of the same
/// file is meant, whose rules stand next to each other.
fn find<'a>(rules: &'a [&mut Rule], name: &str, from: usize) -> Option<&'a Rule> {
    let named = rules.iter().enumerate().filter(|(_, rule)| names(rule).any(|n| n == name));
    named.min_by_key(|(at, _)| at.abs_diff(from)).map(|(_, rule)| &**rule)
}

/// Marks the rules that correlations name and none lets alert by themselves too: `generate` is false where it is not said (Sigma
/// correlation rules specification, "Generate").
fn silence(rules: &mut [&mut Rule]) {
    let named = |generate: bool| -> BTreeSet<String> {
        let forms = rules.iter().filter_map(|rule| if let Form::Correlation(form) = &rule.form { Some(form) } else { None });
        forms.filter(|form| form.generate == generate).flat_map(|form| form.rules.iter().map(|name| name.value.clone())).collect()
    };
    let (silent, loud) = (named(false), named(true));
    for rule in rules.iter_mut() {
        let is_in = |set: &BTreeSet<String>| names(rule).any(|name| set.contains(name));
        rule.correlated_only = is_in(&silent) && !is_in(&loud);
    }
}

/// Builds the plan of a correlation whose rules all have theirs.
fn correlate(rules: &[&mut Rule], at: usize) -> Option<Arc<Plan>> {
    let rule = rules.get(at)?;
    let (Form::Correlation(form), None) = (&rule.form, &rule.detection) else { return None };
    let written = form.condition.as_ref().map(|text| conditions::parse(text, form)).transpose().ok()?;
    let names: Vec<String> = match &written {
        // Without a list the condition names the rules.
        Some(condition) if form.rules.is_empty() => conditions::names(condition),
        _ => form.rules.iter().map(|name| name.value.clone()).collect(),
    };
    let named = names.iter().map(|name| {
        let plan = find(rules, name, at)?.detection.as_ref()?.plan.clone();
        Some((Arc::from(name.as_str()), plan))
    });
    let text = |s: &Spanned<String>| Arc::from(s.value.as_str());
    let correlation = Correlation {
        kind: text(&form.kind),
        rules: named.collect::<Option<_>>()?,
        keys: form.keys.iter().map(text).collect(),
        window: form.window.value,
        condition: written.map_or_else(|| condition(form), |written| Some(conditions::lower(&written, &names))),
        fields: form.fields.iter().map(text).collect(),
        percentile: form.percentile.as_ref().map(|percentile| percentile.value),
        aliases: form.aliases.iter().map(|(alias, rule, field)| (text(alias), text(rule), text(field))).collect(),
    };
    Some(Plan::new(Op::Correlate(Box::new(correlation)), Schema::unknown(), form.span))
}

fn condition(form: &CorrelationForm) -> Option<Expr> {
    let compare = |(name, number): &(Spanned<String>, Spanned<f64>)| {
        let known = COMPARISONS.iter().find(|(word, _)| *word == name.value);
        let op = known.map_or(Comparison::Eq, |(_, op)| *op);
        let span = name.span.to(number.span);
        let left = Box::new(Expr::column("value", Type::Real, name.span));
        let right = Box::new(Expr::literal(number.value, Type::Real, number.span));
        Expr::new(ExprKind::Compare { op, case: Case::Sensitive, left, right }, Type::Bool, span)
    };
    (!form.comparisons.is_empty()).then(|| Expr::all(form.comparisons.iter().map(compare), form.span))
}

/// Adds every filter's predicate, once, to the rules that it names or else to those of its log source.
fn narrow(rules: &mut [&mut Rule]) {
    let filters: Vec<(Vec<String>, Option<TableSource>, Expr)> = rules
        .iter()
        .filter_map(|rule| {
            let Form::Filter(targets) = &rule.form else { return None };
            let Op::Filter { predicate, .. } = &rule.detection.as_ref()?.plan.op else { return None };
            let source = rule.source.as_ref().map(|s| s.value.clone());
            Some((targets.iter().map(|t| t.value.clone()).collect(), source, predicate.clone()))
        })
        .collect();
    for rule in rules.iter_mut().filter(|rule| matches!(rule.form, Form::Plain)) {
        let own: Vec<String> = names(rule).map(str::to_owned).collect();
        let source = rule.source.as_ref().map(|s| s.value.clone());
        let applies = |targets: &[String], of: &Option<TableSource>| match targets {
            [] => *of == source,
            named => named.iter().any(|t| own.contains(t)),
        };
        for (_, _, added) in filters.iter().filter(|(targets, of, _)| applies(targets, of)) {
            let Some(detection) = &mut rule.detection else { continue };
            if let Op::Filter { input, predicate } = &detection.plan.op
                && !holds(predicate, added)
            {
                let predicate = Expr::all([predicate.clone(), added.clone()], predicate.span);
                detection.plan =
                    Plan::new(Op::Filter { input: input.clone(), predicate }, detection.plan.schema.clone(), detection.plan.span);
            }
        }
    }
}

fn holds(predicate: &Expr, added: &Expr) -> bool {
    let operands = |e: &Expr| match &e.kind {
        ExprKind::And(items) => items.clone(),
        _ => vec![e.clone()],
    };
    let present = operands(predicate);
    operands(added).iter().all(|item| present.contains(item))
}

fn unresolved(rules: &[&mut Rule]) -> Vec<(usize, Diagnostic)> {
    let mut found = Vec::new();
    for (at, rule) in rules.iter().enumerate() {
        let (targets, condition) = match &rule.form {
            Form::Correlation(form) => (form.rules.as_slice(), form.condition.as_ref()),
            Form::Filter(targets) => (targets.as_slice(), None),
            _ => continue,
        };
        for target in targets.iter().filter(|t| find(rules, &t.value, at).is_none()) {
            let message = format!("no rule with the name or id `{}` is in the set of rules given", target.value);
            found.push((at, Diagnostic::warning("unknown-rule-reference", target.span, message)));
        }
        if let (Some(condition), Form::Correlation(form)) = (condition, &rule.form)
            && let Err(diagnostic) = conditions::parse(condition, form)
        {
            found.push((at, diagnostic));
        }
    }
    found
}
