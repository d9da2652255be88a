//! A pipeline of filters and computed columns as one predicate over its source's own columns.
//!
//! `extend` and `project` aliases are substituted into what follows; time bounds are set apart. Anything that makes rows out
//! of several rows ends the walk.

use super::{Bounds, Recognised, Shape};
use crate::diagnostic::{Fidelity, Loss};
use crate::ir::{Expr, ExprKind, Named, Op, Plan, Type};
use crate::source::Span;
use std::sync::Arc;

/// Operators at most below a union that is flattened: branches that share their parts would otherwise double with each union.
const MOST_OPERATORS: usize = 500;

/// The loss of a union's repeated rows.
pub(super) const RESULTS_ONCE: &str = "results-once";

/// A pipeline over one source, flattened.
#[derive(Clone, Debug)]
pub struct Flat {
    /// The scan, or a union of scans.
    pub scan: Arc<Plan>,
    /// Conditions that all hold, over the scan's columns, in order.
    pub predicates: Vec<Expr>,
    /// Time bounds found among the conditions.
    pub bounds: Bounds,
    /// Columns that were computed or renamed: name and value over the scan's columns.
    pub computed: Vec<Named>,
    /// The columns left by a `project`, in order; `None` for all.
    pub kept: Option<Vec<Arc<str>>>,
    /// What was set aside.
    pub set_aside: Vec<Loss>,
}

impl Flat {
    /// Rewrites an expression over the pipeline's output to one over the scan's columns.
    pub fn resolve(&self, expr: &Expr) -> Expr {
        if let ExprKind::Column(name) = &expr.kind
            && let Some(column) = self.computed.iter().rev().find(|column| column.name == *name)
        {
            return column.expr.clone();
        }
        expr.map_children(&mut |child| self.resolve(child))
    }

    /// Returns all conditions as one; `None` where there are none.
    fn whole(&self) -> Option<Expr> {
        match self.predicates.as_slice() {
            [] => None,
            [only] => Some(only.clone()),
            several => Some(Expr::new(ExprKind::And(several.to_vec()), Type::Bool, Span::default())),
        }
    }

    /// Returns the source with the conditions on it, without the time bounds.
    pub fn plan(&self) -> Arc<Plan> {
        filtered(&self.scan, self.predicates.clone())
    }

    /// Returns the output columns over the scan's columns; `None` for all of them as they are.
    pub fn outputs(&self) -> Option<Vec<Named>> {
        let kept = self.kept.as_ref()?;
        let column = |name: &Arc<str>| {
            let ty = self.scan.schema.column(name).map_or(Type::Unknown, |column| column.ty);
            Named { name: name.clone(), expr: self.resolve(&Expr::column(name, ty, Span::default())) }
        };
        Some(kept.iter().map(column).collect())
    }
}

/// Returns `input` with the conditions on it; the input itself where there are none.
pub(super) fn filtered(input: &Arc<Plan>, mut predicates: Vec<Expr>) -> Arc<Plan> {
    let predicate = match predicates.len() {
        0 => return input.clone(),
        1 => predicates.remove(0),
        _ => {
            let span = predicates.iter().map(|p| p.span).reduce(Span::to).unwrap_or_default();
            Expr::new(ExprKind::And(predicates), Type::Bool, span)
        }
    };
    let span = predicate.span;
    Plan::new(Op::Filter { input: input.clone(), predicate }, input.schema.clone(), span)
}

/// Flattens a pipeline; `None` where an operator combines rows or reads a second table.
pub fn flatten(plan: &Arc<Plan>, time: &str) -> Option<Flat> {
    match &plan.op {
        Op::Scan(_) => Some(source(plan)),
        Op::Union { inputs, .. } if inputs.iter().all(|input| matches!(input.op, Op::Scan(_))) => Some(source(plan)),
        Op::Union { inputs, source_column: None, .. } => one_source(plan, inputs, time),
        Op::Filter { input, predicate } => {
            let mut flat = flatten(input, time)?;
            let resolved = flat.resolve(predicate);
            flat.add(resolved, time);
            Some(flat)
        }
        Op::Extend { input, columns } => {
            let mut flat = flatten(input, time)?;
            flat.compute(columns);
            if let Some(kept) = &mut flat.kept {
                kept.extend(columns.iter().map(|column| column.name.clone()));
            }
            Some(flat)
        }
        Op::Project { input, columns } => {
            let mut flat = flatten(input, time)?;
            flat.compute(columns);
            flat.kept = Some(columns.iter().map(|column| column.name.clone()).collect());
            Some(flat)
        }
        Op::Select { input, rename, .. } if rename.is_empty() => {
            let mut flat = flatten(input, time)?;
            flat.set_aside("output-columns", plan.span, "the order and choice of columns is about display");
            Some(flat)
        }
        Op::Sort { input, .. } => {
            let mut flat = flatten(input, time)?;
            flat.set_aside("row-order", plan.span, "the order of results is about display");
            Some(flat)
        }
        Op::Serialize { input, columns } if columns.is_empty() => flatten(input, time),
        Op::Limit { input, .. } => {
            let mut flat = flatten(input, time)?;
            flat.set_aside.push(Loss::query("row-limit", Fidelity::Wider, plan.span, "the limit on the number of results is not kept"));
            Some(flat)
        }
        Op::Special { name, inputs, .. } if &**name == "render" => {
            let mut flat = flatten(inputs.first()?, time)?;
            flat.set_aside("chart", plan.span, "the chart is about display");
            Some(flat)
        }
        _ => None,
    }
}

fn source(plan: &Arc<Plan>) -> Flat {
    Flat { scan: plan.clone(), predicates: Vec::new(), bounds: Bounds::default(), computed: Vec::new(), kept: None, set_aside: Vec::new() }
}

impl Flat {
    fn add(&mut self, predicate: Expr, time: &str) {
        if let ExprKind::And(operands) = predicate.kind {
            for operand in operands {
                self.add(operand, time);
            }
        } else if let Some(bounds) = Bounds::read(&predicate, time) {
            self.bounds = self.bounds.and(bounds);
        } else {
            self.predicates.push(predicate);
        }
    }

    /// Takes computed columns in; all of them see the columns before.
    fn compute(&mut self, columns: &[Named]) {
        let resolved: Vec<Named> =
            columns.iter().map(|column| Named { name: column.name.clone(), expr: self.resolve(&column.expr) }).collect();
        self.computed.retain(|old| resolved.iter().all(|new| new.name != old.name));
        // A column that stands for itself needs no entry.
        self.computed.extend(resolved.into_iter().filter(|c| !matches!(&c.expr.kind, ExprKind::Column(name) if *name == c.name)));
    }

    fn set_aside(&mut self, code: &'static str, span: Span, message: &str) {
        self.set_aside.push(Loss::query(code, Fidelity::Metadata, span, message));
    }
}

/// Tells whether a plan has no more operators than are left, each counted as often as it is used.
fn fits(plan: &Plan, left: &mut usize) -> bool {
    let Some(rest) = left.checked_sub(1) else { return false };
    *left = rest;
    plan.op.inputs().into_iter().all(|input| fits(input, left))
}

/// A union of filters over one source is their alternative; of an event that several of them take, one result remains.
fn one_source(plan: &Plan, inputs: &[Arc<Plan>], time: &str) -> Option<Flat> {
    let mut left = MOST_OPERATORS;
    if !inputs.iter().all(|input| fits(input, &mut left)) {
        return None;
    }
    let mut branches = inputs.iter().map(|input| flatten(input, time)).collect::<Option<Vec<Flat>>>()?.into_iter();
    let mut first = branches.next()?;
    let mut either = vec![first.whole()?];
    for branch in branches {
        let same = branch.scan.op == first.scan.op && branch.bounds == first.bounds && branch.computed == first.computed;
        if !same || branch.kept != first.kept {
            return None;
        }
        either.push(branch.whole()?);
        first.set_aside.extend(branch.set_aside);
    }
    first.predicates = vec![Expr::new(ExprKind::Or(either), Type::Bool, plan.span)];
    first.set_aside(RESULTS_ONCE, plan.span, "an event that several branches of the union take is one result");
    Some(first)
}

/// Recognises a detection of single events, with a final grouping that only decides the number of rows.
pub(super) fn recognise(plan: &Arc<Plan>, time: &str) -> Option<Recognised> {
    let (flat, grouping) = match grouped(plan, time) {
        Some((flat, grouping)) => (flat, Some(grouping)),
        None => (flatten(plan, time)?, None),
    };
    Some(Recognised {
        plan: flat.plan(),
        shape: Shape::Filter,
        bounds: flat.bounds,
        window: None,
        outputs: flat.outputs(),
        grouping,
        set_aside: flat.set_aside,
    })
}

/// `… | summarize … by keys` or `… | distinct keys` at the end, possibly with display operators behind it: a group comes out as
/// soon as one event goes in, so the same events fire.
fn grouped(plan: &Arc<Plan>, time: &str) -> Option<(Flat, Vec<Named>)> {
    match &plan.op {
        Op::Aggregate { input, keys, .. } if !keys.is_empty() => {
            let flat = flatten(input, time)?;
            let resolved = keys.iter().map(|key| Named { name: key.name.clone(), expr: flat.resolve(&key.expr) }).collect();
            Some((flat, resolved))
        }
        Op::Distinct { input, columns } => {
            let flat = flatten(input, time)?;
            let resolved = columns.iter().map(|key| Named { name: key.name.clone(), expr: flat.resolve(&key.expr) }).collect();
            Some((flat, resolved))
        }
        Op::Extend { input, .. } | Op::Project { input, .. } | Op::Select { input, .. } => grouped(input, time),
        Op::Sort { input, .. } => {
            let (mut flat, keys) = grouped(input, time)?;
            flat.set_aside("row-order", plan.span, "the order of results is about display");
            Some((flat, keys))
        }
        _ => None,
    }
}
