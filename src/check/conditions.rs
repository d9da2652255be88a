//! The conditions on fields that the queries of an Elastic rule state, each with its place.
//!
//! Conditions inside a nested field are left out, since their names are relative to it, and so are `filters`, which stand in no query.

use super::Context;
use crate::ir::{Dialect, Expr, ExprKind, FieldRef, Language, Matcher, Op, Plan, Query, Value};
use crate::source::Span;
use std::collections::HashMap;
use std::sync::Arc;

/// A condition on a field.
#[derive(Clone, Copy, Debug)]
pub(super) struct Condition<'a> {
    /// The field or fields.
    pub field: &'a FieldRef,
    /// What a value must satisfy.
    pub matcher: &'a Matcher,
    /// The query that it stands in.
    pub query: &'a Query,
    /// Where it stands in the query.
    pub span: Span,
}

impl<'a> Condition<'a> {
    fn of(expr: &'a Expr, query: &'a Query) -> Option<Self> {
        let ExprKind::Match { field, matcher } = &expr.kind else { return None };
        (!expr.span.is_empty()).then_some(Self { field, matcher, query, span: expr.span })
    }

    /// Returns the field's name, if it is one field.
    pub(super) fn name(&self) -> Option<&'a str> {
        if let FieldRef::Field(name) = self.field { Some(name) } else { None }
    }

    /// Returns the text that a value must be equal to.
    pub(super) fn equal_text(&self) -> Option<&'a str> {
        match self.matcher {
            Matcher::Equals { value: Value::String(text), .. } => Some(text),
            _ => None,
        }
    }

    /// Returns the condition as it is written.
    pub(super) fn written(&self) -> &'a str {
        self.span.text(&self.query.text)
    }

    /// Returns its place in the file.
    pub(super) fn place(&self) -> Span {
        self.query.map.span(self.span)
    }
}

/// Returns the queries over events of an Elastic rule with their plans: that of the rule, and that of its indicators.
pub(super) fn queries<'a>(context: &Context<'a>) -> Vec<(&'a Query, &'a Arc<Plan>)> {
    let rule = context.rule;
    let Some((detection, query)) = rule.detection.as_ref().zip(rule.queries.first()).filter(|_| context.is(Dialect::Elastic)) else {
        return Vec::new();
    };
    match (&detection.plan.op, rule.queries.get(1)) {
        (Op::Indicators { input, indicators, .. }, Some(of_indicators)) => vec![(query, input), (of_indicators, indicators)],
        _ => vec![(query, &detection.plan)],
    }
}

/// Finds every condition of the rule's queries, in no order; [`Context::conditions`] remembers them.
pub(super) fn all<'a>(context: &Context<'a>) -> Vec<Condition<'a>> {
    let mut found = Vec::new();
    for (query, plan) in queries(context) {
        let mut seen: HashMap<Span, Vec<Condition<'a>>> = HashMap::new();
        walk(plan, &mut |expr| {
            let Some(condition) = Condition::of(expr, query) else { return };
            let here = seen.entry(expr.span).or_default();
            // What is negated stands in the plan of EQL twice: when it is true, and when it is false.
            if !here.iter().any(|known| known.field == condition.field && known.matcher == condition.matcher) {
                here.push(condition);
                found.push(condition);
            }
        });
    }
    found
}

/// Conditions on one field that stand side by side.
#[derive(Debug)]
pub(super) struct Siblings<'a> {
    /// Whether one of them must hold, or all of them.
    pub any: bool,
    /// The conditions in order, at least two.
    pub conditions: Vec<Condition<'a>>,
}

/// Returns the conditions on one field between which `or` stands, and those between which `and` does.
pub(super) fn siblings<'a>(context: &Context<'a>) -> Vec<Siblings<'a>> {
    let mut found: Vec<Siblings<'a>> = Vec::new();
    for (query, plan) in queries(context) {
        let mut seen = Vec::new();
        walk(plan, &mut |expr| {
            let (any, operands) = match &expr.kind {
                ExprKind::Or(operands) => (true, operands),
                ExprKind::And(operands) => (false, operands),
                _ => return,
            };
            if seen.contains(&(any, expr.span)) {
                return;
            }
            seen.push((any, expr.span));
            let mut by_field: Vec<(&FieldRef, Vec<Condition<'a>>)> = Vec::new();
            // That a field is there is what EQL's negations ask beside their condition.
            let is_own = |condition: &Condition<'a>| query.language != Language::Eql || *condition.matcher != Matcher::Exists;
            for condition in operands.iter().filter_map(|operand| Condition::of(operand, query)).filter(is_own) {
                match by_field.iter_mut().find(|(field, _)| *field == condition.field) {
                    Some((_, list)) => list.push(condition),
                    None => by_field.push((condition.field, vec![condition])),
                }
            }
            let several = by_field.into_iter().filter(|(_, list)| list.len() > 1);
            found.extend(several.map(|(_, conditions)| Siblings { any, conditions }));
        });
    }
    found
}

/// Calls `visit` for every expression of a plan, those on the parts of nested fields excepted.
fn walk<'a>(plan: &'a Arc<Plan>, visit: &mut dyn FnMut(&'a Expr)) {
    plan.walk(&mut |node| {
        for expr in node.op.expressions() {
            walk_expr(expr, visit);
        }
    });
}

fn walk_expr<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    visit(expr);
    if !matches!(&expr.kind, ExprKind::Match { matcher: Matcher::Nested(_), .. }) {
        expr.children().into_iter().for_each(|child| walk_expr(child, visit));
    }
}
