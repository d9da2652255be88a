//! What can be proven of the conditions of Elastic rules.

use super::Context;
use super::conditions;
use crate::ir::{Expr, ExprKind, FieldRef, Language, Op, Type};
use crate::solve;
use crate::source::Span;
use std::collections::HashSet;

/// Returns the places of conditions in the file that no event satisfies; where it cannot be decided there is none.
pub(super) fn unsatisfiable(context: &Context<'_>) -> Vec<Span> {
    let mut found = Vec::new();
    for (query, plan) in conditions::queries(context) {
        // The rows of ES|QL are not events.
        if query.language == Language::Esql {
            continue;
        }
        let mut seen: Vec<Span> = Vec::new();
        plan.walk(&mut |node| {
            let Op::Filter { input, predicate } = &node.op else { return };
            if seen.contains(&predicate.span) || predicate.span.is_empty() {
                return;
            }
            seen.push(predicate.span);
            let Some(entangled) = entangled(predicate) else { return };
            let nothing = Expr::literal(false, Type::Bool, predicate.span);
            if solve::implies(&entangled, &nothing, solve::family(input), 0) {
                found.push(query.map.span(predicate.span));
            }
        });
    }
    found
}

/// Returns the demands that speak of a field of which another one speaks too: only they can contradict each other.
fn entangled(predicate: &Expr) -> Option<Expr> {
    let ExprKind::And(demands) = &predicate.kind else { return None };
    let fields: Vec<HashSet<&str>> = demands.iter().map(fields).collect();
    let shares = |at: usize| {
        let others = fields.iter().enumerate().filter(|(other, _)| *other != at);
        fields.get(at).is_some_and(|own| others.into_iter().any(|(_, other)| !own.is_disjoint(other)))
    };
    let kept: Vec<Expr> = demands.iter().enumerate().filter(|(at, _)| shares(*at)).map(|(_, demand)| demand.clone()).collect();
    (!kept.is_empty()).then(|| Expr::all(kept, predicate.span))
}

fn fields(expr: &Expr) -> HashSet<&str> {
    let mut found = HashSet::new();
    expr.walk(&mut |inner| match &inner.kind {
        ExprKind::Match { field: FieldRef::Field(name), .. } | ExprKind::Column(name) => drop(found.insert(&**name)),
        _ => {}
    });
    found
}
