//! How large a plan is once all that it uses several times stands in each of its places: tables and values of `let`, computed columns.
//!
//! A query of forty short lines, each of which uses the one before it twice, has no end then. Whoever unfolds a plan asks here first.

use crate::ir::{Expr, ExprKind, Named, Op, Plan};
use rustc_hash::FxHashMap;
use std::rc::Rc;
use std::sync::Arc;

/// Parts at most that a plan gains when it is unfolded.
const MOST_GAINED: usize = 100_000;

/// What is known of a plan.
#[derive(Clone, Default)]
struct Size {
    /// Operators and parts of expressions, once unfolded.
    parts: usize,
    /// Parts of each computed column.
    columns: Rc<FxHashMap<Arc<str>, usize>>,
}

/// Returns the number of operators and of parts of expressions that an unfolded plan has; it does not unfold it.
pub fn unfolded(plan: &Arc<Plan>) -> usize {
    let mut sizes: FxHashMap<*const Plan, Size> = FxHashMap::default();
    // Inputs come before their consumer.
    plan.walk(&mut |node| {
        let size = size(node, &sizes);
        sizes.insert(Arc::as_ptr(node), size);
    });
    sizes.get(&Arc::as_ptr(plan)).map_or(0, |size| size.parts)
}

/// Tells whether a plan cannot be unfolded: it would become much larger than it is written.
pub fn is_endless(plan: &Arc<Plan>) -> bool {
    let mut written = 0;
    plan.walk(&mut |node| {
        written += 1;
        node.op.expressions().into_iter().for_each(|expr| expr.walk(&mut |_| written += 1));
    });
    unfolded(plan).saturating_sub(written) > MOST_GAINED
}

fn size(node: &Plan, known: &FxHashMap<*const Plan, Size>) -> Size {
    let inputs: Vec<&Size> = node.op.inputs().into_iter().filter_map(|input| known.get(&Arc::as_ptr(input))).collect();
    let mut columns = match inputs.as_slice() {
        [] => Rc::default(),
        [input] => Rc::clone(&input.columns),
        inputs => Rc::new(merged(inputs)),
    };
    let parts_of = |expr: &Expr| parts(expr, &columns, known);
    let own = node.op.expressions().into_iter().fold(1, |sum: usize, expr| sum.saturating_add(parts_of(expr)));
    let computed = |named: &[Named]| named.iter().map(|column| (column.name.clone(), parts_of(&column.expr))).collect::<Vec<_>>();
    match &node.op {
        Op::Extend { columns: named, .. } => {
            let computed = computed(named);
            Rc::make_mut(&mut columns).extend(computed);
        }
        Op::Project { columns: named, .. } => columns = Rc::new(computed(named).into_iter().collect()),
        _ => {}
    }
    Size { parts: inputs.iter().fold(own, |sum, input| sum.saturating_add(input.parts)), columns }
}

fn merged(inputs: &[&Size]) -> FxHashMap<Arc<str>, usize> {
    let mut all: FxHashMap<Arc<str>, usize> = FxHashMap::default();
    for (name, parts) in inputs.iter().flat_map(|input| input.columns.iter()) {
        let most = all.entry(name.clone()).or_default();
        *most = (*most).max(*parts);
    }
    all
}

fn parts(expr: &Expr, columns: &FxHashMap<Arc<str>, usize>, known: &FxHashMap<*const Plan, Size>) -> usize {
    let mut parts = 0_usize;
    expr.walk(&mut |inner| {
        let own = match &inner.kind {
            ExprKind::Column(name) => columns.get(name).copied().unwrap_or(1),
            ExprKind::InPlan { plan, .. } | ExprKind::Scalar(plan) => known.get(&Arc::as_ptr(plan)).map_or(1, |size| size.parts),
            _ => 1,
        };
        parts = parts.saturating_add(own);
    });
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rulefile::{ReadContext, read};

    fn check(query: &str, expected: bool) {
        let rule = read("rule.kql", query, &ReadContext::builtin()).rules.remove(0);
        let plan = &rule.detection.unwrap().plan;
        assert_eq!(is_endless(plan), expected, "{}", unfolded(plan));
    }

    #[test]
    fn what_is_used_twice_by_each_of_many_grows_without_end() {
        let lets: String = (1..40).map(|n| format!("let t{n} = union t{}, t{};\n", n - 1, n - 1)).collect();
        check(&format!("let t0 = SigninLogs | take 1;\n{lets}t39"), true);
        let columns: String = (1..40).map(|n| format!("| extend c{n} = strcat(c{}, c{})\n", n - 1, n - 1)).collect();
        check(&format!("SigninLogs\n| extend c0 = UserId\n{columns}| where c39 == ''"), true);
        check("let t = SigninLogs | extend c = strcat(UserId, UserId); union t, t | where c == ''", false);
    }
}
