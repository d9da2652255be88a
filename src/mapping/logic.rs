//! Boolean building blocks that keep expressions flat and fold constants.
//!
//! Two-valued logic only: callers use them for predicates that are never null, or where null counts as false.

use crate::ir::{Expr, ExprKind, Matcher, Type, Value};
use crate::source::Span;

/// Returns a constant truth.
pub(super) fn constant(truth: bool, span: Span) -> Expr {
    Expr::literal(truth, Type::Bool, span)
}

/// Returns the truth that an expression always has.
pub(super) fn truth_of(expr: &Expr) -> Option<bool> {
    match &expr.kind {
        ExprKind::Literal(Value::Bool(truth)) => Some(*truth),
        _ => None,
    }
}

/// Returns the conjunction.
pub(super) fn and(operands: Vec<Expr>, span: Span) -> Expr {
    combine(operands, span, true)
}

/// Returns the disjunction.
pub(super) fn or(operands: Vec<Expr>, span: Span) -> Expr {
    combine(operands, span, false)
}

/// Returns the disjunction, in which what all alternatives ask for is said once.
pub(super) fn either(alternatives: &[Expr], span: Span) -> Expr {
    let holds = |alternative: &Expr, condition: &Expr| alternative.conjuncts().iter().any(|own| own.kind == condition.kind);
    let Some((first, others)) = alternatives.split_first() else { return constant(false, span) };
    let is_common = |condition: &&Expr| others.iter().all(|other| holds(other, condition));
    let common: Vec<Expr> = first.conjuncts().iter().filter(is_common).cloned().collect();
    let mut rests: Vec<Expr> = Vec::new();
    for alternative in alternatives {
        let is_rest = |condition: &&Expr| !common.iter().any(|known| known.kind == condition.kind);
        let rest = and(alternative.conjuncts().iter().filter(is_rest).cloned().collect(), span);
        if !rests.iter().any(|known| known.kind == rest.kind) {
            rests.push(rest);
        }
    }
    and(common.into_iter().chain([or(rests, span)]).collect(), span)
}

/// `neutral` is the truth that leaves the combination as it is: true for `and`, false for `or`.
fn combine(operands: Vec<Expr>, span: Span, neutral: bool) -> Expr {
    let mut kept: Vec<Expr> = Vec::new();
    for operand in operands {
        match (truth_of(&operand), operand.kind) {
            (Some(truth), _) if truth == neutral => {}
            (Some(truth), _) => return constant(truth, span),
            (None, ExprKind::And(inner)) if neutral => kept.extend(inner),
            (None, ExprKind::Or(inner)) if !neutral => kept.extend(inner),
            (None, kind) => kept.push(Expr { kind, ty: operand.ty, span: operand.span }),
        }
    }
    match kept.len() {
        0 => constant(neutral, span),
        1 => kept.pop().unwrap_or_else(|| constant(neutral, span)),
        _ if neutral => Expr::new(ExprKind::And(kept), Type::Bool, span),
        _ => Expr::new(ExprKind::Or(kept), Type::Bool, span),
    }
}

/// Returns the negation.
pub(super) fn not(operand: Expr) -> Expr {
    let span = operand.span;
    match operand.kind {
        ExprKind::Literal(Value::Bool(truth)) => constant(!truth, span),
        ExprKind::Not(inner) => *inner,
        kind => Expr::new(ExprKind::Not(Box::new(Expr { kind, ty: operand.ty, span })), Type::Bool, span),
    }
}

/// Returns a field predicate.
pub(super) fn matches(field: &str, matcher: Matcher, span: Span) -> Expr {
    Expr::field_matches(field, matcher, span)
}
