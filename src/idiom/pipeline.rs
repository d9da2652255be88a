//! A pipeline with each of its event streams flattened: what lies below the first group is one filter and the columns computed of it.
//!
//! For targets that have pipelines but no rows for elements, no parsing and no outer joins.

use super::elements::ELEMENTS_ONCE;
use super::flat::{ENRICHMENT, RESULTS_ONCE, filtered};
use super::{Bounds, Flat, Reading, Recognised, Shape, flattened};
use crate::diagnostic::{Fidelity, Loss};
use crate::ir::{Column, Op, Plan};
use std::sync::Arc;

/// Flattens the events below the groups of a pipeline; a plan that cannot be flattened comes back as it is.
pub fn pipeline(plan: &Arc<Plan>, time: &str) -> Recognised {
    let how = Reading { time, near: true };
    let mut found = Recognised {
        plan: plan.clone(),
        shape: Shape::Pipeline,
        bounds: Bounds::default(),
        window: None,
        outputs: None,
        grouping: None,
        set_aside: Vec::new(),
    };
    found.plan = below(plan, how, &mut found);
    found
}

fn below(plan: &Arc<Plan>, how: Reading<'_>, found: &mut Recognised) -> Arc<Plan> {
    if let Some(flat) = flattened(plan, how) {
        return events(flat, found);
    }
    let mut rebuilt = (**plan).clone();
    match rebuilt.op.inputs_mut().as_mut_slice() {
        [input] => **input = below(input, how, found),
        // Several sources: their times differ, and so may their bounds.
        _ => return plan.clone(),
    }
    Arc::new(rebuilt)
}

fn events(flat: Flat, found: &mut Recognised) -> Arc<Plan> {
    for loss in &flat.set_aside {
        if [RESULTS_ONCE, ELEMENTS_ONCE, ENRICHMENT].contains(&loss.code) {
            let message = "an event counts once in its group, however many rows the original makes of it";
            found.set_aside.push(Loss::query("events-counted-once", Fidelity::Narrower, loss.span, message));
        }
    }
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
