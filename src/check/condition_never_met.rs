//! A query of an Elastic rule that no event can satisfy.
//!
//! Two of its conditions contradict each other, or one of them cannot hold at all. That there is no such event is proven; where it cannot be
//! decided the check is silent.
//!
//! ```elastic bad
//! query = 'event.type: start and process.name: (a or b) and not process.name: (a or b)'
//! ```
//!
//! ```elastic bad
//! type = "eql"
//! language = "eql"
//! query = 'process where process.name : "a*" and not process.name : ("a*", "b*")'
//! ```
//!
//! ```elastic good
//! query = 'event.type: start and process.name: (a or b) and not process.name: b and my.range: ("0.0.0.0/0" or "::/0")'
//! ```

use super::conditions;
use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::{Expr, ExprKind, FieldRef, Language, Op, Type};
use crate::solve;
use crate::source::Span;
use std::collections::HashSet;

pub(super) static LINT: Lint = Lint::new("condition-never-met", include_str!("condition_never_met.rs"), check).error();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
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
            if solve::relate(&entangled, &nothing, solve::family(input), 0).only_old.is_nothing() {
                found.push(LINT.at(query.map.span(predicate.span), "no event can satisfy this condition"));
            }
        });
    }
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
