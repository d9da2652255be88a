//! A pipeline with each of its event streams flattened: what lies below the first group is one filter and the columns computed of it.
//!
//! For targets that have pipelines but no rows for elements, no parsing and no outer joins.

use super::flat::filtered;
use super::presence::{is_there, may_be_empty};
use super::threshold::empty_not_counted;
use super::{Flat, Reading, Recognised, Shape, flattened};
use crate::diagnostic::Loss;
use crate::ir::{Aggregate, Column, Expr, ExprKind, Op, Plan};
use std::sync::Arc;

/// Aggregates that take an empty text for a value.
const VALUES: &[&str] = &["dcount", "dcountif", "count_distinct", "count_distinctif", "make_set", "makeset", "make_set_if"];

/// Flattens the events below the groups of a pipeline; a plan that cannot be flattened comes back as it is.
pub fn pipeline(plan: &Arc<Plan>, time: &str) -> Recognised {
    let how = Reading { time, near: true };
    let mut found = Recognised::new(plan.clone(), Shape::Pipeline);
    found.plan = below(plan, how, &mut Vec::new(), &mut found);
    found
}

/// `read` are the columns that the operators behind the plan read.
fn below(plan: &Arc<Plan>, how: Reading<'_>, read: &mut Vec<Arc<str>>, found: &mut Recognised) -> Arc<Plan> {
    if let Some(flat) = flattened(plan, how) {
        return events(flat, found);
    }
    let mut rebuilt = (**plan).clone();
    match rebuilt.op.inputs_mut().as_mut_slice() {
        [input] => {
            found.set_aside.extend(empty_values(plan, how, read));
            plan.op.expressions().into_iter().for_each(|expr| columns_read(expr, read));
            **input = below(input, how, read, found);
        }
        // Several sources: their times differ, and so may their bounds.
        _ => return plan.clone(),
    }
    Arc::new(rebuilt)
}

/// Collects the columns that an expression reads; a text that is looked for in a list is not in its empty element.
fn columns_read(expr: &Expr, read: &mut Vec<Arc<str>>) {
    let mut all: Vec<Arc<str>> = expr.columns().into_iter().cloned().collect();
    let mut searched: Vec<Arc<str>> = Vec::new();
    expr.walk(&mut |part| {
        if let ExprKind::Test { left, .. } = &part.kind {
            searched.extend(left.bare().column_name().cloned());
        }
    });
    for name in searched {
        all.iter().position(|read| *read == name).map(|at| all.swap_remove(at));
    }
    read.extend(all);
}

/// Names the columns that count a missing value in Kusto alone, where one of them is read: `VALUES` and `COUNT_DISTINCT` leave nulls out
/// (<https://www.elastic.co/docs/reference/query-languages/esql/functions-operators/aggregation-functions>).
fn empty_values(plan: &Plan, how: Reading<'_>, read: &[Arc<str>]) -> Vec<Loss> {
    let Op::Aggregate { input, aggregates, .. } = &plan.op else { return Vec::new() };
    let Some(flat) = flattened(input, how) else { return Vec::new() };
    let loses = |call: &&Aggregate| {
        let (Some(name), Some(value)) = (call.names.first(), call.args.first()) else { return false };
        let value = flat.resolve(value);
        let conditions = || call.args.iter().skip(1).map(|condition| flat.resolve(condition)).chain(flat.predicates.clone());
        VALUES.contains(&&*call.function)
            && read.contains(name)
            && may_be_empty(&value)
            && !is_there(&conditions().collect::<Vec<_>>(), &value)
    };
    aggregates.iter().filter(loses).filter_map(|call| Some(empty_not_counted(call.names.first()?, call.span))).collect()
}

fn events(flat: Flat, found: &mut Recognised) -> Arc<Plan> {
    found.set_aside.extend(flat.counted_once());
    let plan = filtered(&flat.scan, flat.predicates);
    found.bounds = flat.bounds;
    found.set_aside.extend(flat.set_aside);
    let columns = flat.computed;
    if columns.is_empty() {
        return plan;
    }
    let mut schema = plan.schema.clone();
    schema.columns.retain(|old| columns.iter().all(|new| new.name != old.name));
    schema.columns.extend(columns.iter().map(|column| Column { name: column.name.clone(), ty: column.expr.ty }));
    let span = plan.span;
    Plan::new(Op::Extend { input: plan, columns }, schema, span)
}
