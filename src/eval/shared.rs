//! Finds the parts of a plan that have several consumers, so that they are computed once.

use crate::ir::{Expr, ExprKind, Plan};
use rustc_hash::FxHashMap;

/// Counts for each node how many others read it. Shared parts are visited once.
pub(super) fn count_parents(plan: &Plan, parents: &mut FxHashMap<*const Plan, usize>) {
    let mut open: Vec<&Plan> = vec![plan];
    while let Some(plan) = open.pop() {
        for input in children(plan) {
            let count = parents.entry(std::ptr::from_ref(input)).or_insert(0);
            *count += 1;
            if *count == 1 {
                open.push(input);
            }
        }
    }
}

/// Returns the plans that a plan reads, also inside its expressions.
fn children(plan: &Plan) -> Vec<&Plan> {
    let mut found: Vec<&Plan> = plan.op.inputs().into_iter().map(|input| &**input).collect();
    let mut exprs: Vec<&Expr> = plan.op.expressions();
    while let Some(expr) = exprs.pop() {
        if let ExprKind::InPlan { plan, .. } | ExprKind::Scalar(plan) = &expr.kind {
            found.push(plan);
        }
        exprs.extend(expr.children());
    }
    found
}
