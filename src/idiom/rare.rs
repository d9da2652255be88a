//! Groups that are rare: `summarize c = count() by keys | where c <= 3`.
//!
//! Only Sigma's correlations have a word for that. The limit is taken out and every group let through, so that what is left is a
//! threshold like any other; who writes it puts the limit back.

use crate::ir::{Comparison, Expr, ExprKind, Op, Plan, Value};
use std::sync::Arc;

/// An upper limit of a group's count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// At most so many.
    AtMost(u64),
    /// Exactly so many.
    Exactly(u64),
}

/// Returns the plan with its one upper limit replaced by one that every group satisfies, and the limit.
pub fn rare(plan: &Arc<Plan>) -> Option<(Arc<Plan>, Limit)> {
    let mut found = None;
    let relaxed = relaxed(plan, &mut found)?;
    Some((relaxed, found?))
}

fn relaxed(plan: &Arc<Plan>, found: &mut Option<Limit>) -> Option<Arc<Plan>> {
    let op = match &plan.op {
        Op::Aggregate { .. } => return Some(Arc::clone(plan)),
        Op::Filter { input, predicate } => Op::Filter { input: relaxed(input, found)?, predicate: without_limit(predicate, found)? },
        Op::Sort { .. } | Op::Select { .. } | Op::Extend { .. } | Op::Project { .. } => {
            let mut op = plan.op.clone();
            for input in op.inputs_mut() {
                *input = relaxed(input, found)?;
            }
            op
        }
        _ => return None,
    };
    Some(Arc::new(Plan { op, ..(**plan).clone() }))
}

/// Puts `c >= 1` in the place of an upper limit; a second one has no place.
fn without_limit(predicate: &Expr, found: &mut Option<Limit>) -> Option<Expr> {
    if let ExprKind::And(operands) = &predicate.kind {
        let each: Option<Vec<Expr>> = operands.iter().map(|operand| without_limit(operand, found)).collect();
        return Some(Expr::all(each?, predicate.span));
    }
    let Some((limit, relaxed)) = upper(predicate) else { return Some(predicate.clone()) };
    found.replace(limit).is_none().then_some(relaxed)
}

fn upper(condition: &Expr) -> Option<(Limit, Expr)> {
    let ExprKind::Compare { op, left, right, case } = &condition.kind else { return None };
    let mut literal = &**right;
    while let ExprKind::Convert(inner) = &literal.kind {
        literal = inner;
    }
    let (ExprKind::Column(_), ExprKind::Literal(Value::Long(number))) = (&left.kind, &literal.kind) else { return None };
    let number = u64::try_from(*number).ok().filter(|number| *number > 0)?;
    let limit = match op {
        Comparison::Le => Limit::AtMost(number),
        Comparison::Lt => Limit::AtMost(number.checked_sub(1).filter(|most| *most > 0)?),
        Comparison::Eq => Limit::Exactly(number),
        _ => return None,
    };
    let one = Expr { kind: ExprKind::Literal(Value::Long(1)), ..literal.clone() };
    let kind = ExprKind::Compare { op: Comparison::Ge, case: *case, left: left.clone(), right: Box::new(one) };
    Some((limit, Expr { kind, ..condition.clone() }))
}
