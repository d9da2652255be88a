//! A pipeline of filters and computed columns as one predicate over its source's own columns.
//!
//! `extend` and `project` aliases are substituted into what follows; time bounds are set apart. Anything that makes rows out
//! of several rows ends the walk.

use super::elements::{ELEMENTS_ONCE, Expanded};
use super::window::is_filled_in;
use super::{Bounds, Reading, Recognised, Shape, parsed};
use crate::diagnostic::{Fidelity, Loss};
use crate::ir::{Case, Comparison, Expr, ExprKind, JoinKind, Named, Op, Plan, Schema, TableSource, Type, UnionColumns, Value};
use crate::source::Span;
use std::sync::Arc;

/// Operators at most below a union that is flattened: branches that share their parts would otherwise double with each union.
const MOST_OPERATORS: usize = 500;

/// The loss of an outer join's columns.
pub(super) const ENRICHMENT: &str = "enrichment";
/// The loss of a union's repeated rows.
pub(super) const RESULTS_ONCE: &str = "results-once";

/// The code of a column that only the other side of a join has: a condition on it needs the join.
const JOINED_COLUMN: &str = "join-not-in-target";

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
    /// Arrays whose elements became rows, as far as what that changes is not named yet.
    pub(super) expanded: Vec<Expanded>,
}

impl Flat {
    /// Rewrites an expression over the pipeline's output to one over the scan's columns.
    pub fn resolve(&self, expr: &Expr) -> Expr {
        if let ExprKind::Column(name) = &expr.kind
            && let Some(column) = self.computed.iter().rev().find(|column| column.name == *name)
        {
            return column.expr.clone();
        }
        listed(expr.map_children(&mut |child| self.resolve(child)))
    }

    /// Returns all conditions as one; `None` where there are none.
    fn whole(&self) -> Option<Expr> {
        match self.predicates.as_slice() {
            [] => None,
            [only] => Some(only.clone()),
            several => Some(Expr::new(ExprKind::And(several.to_vec()), Type::Bool, Span::default())),
        }
    }

    /// Tells whether the conditions are those of another source.
    fn asks_like(&self, other: &Self) -> bool {
        let (own, theirs) = (&self.predicates, &other.predicates);
        own.len() == theirs.len() && own.iter().zip(theirs).all(|(own, other)| own.is_alike(other))
    }

    /// Returns all conditions as one on rows of several tables, each of which names its own
    /// (<https://learn.microsoft.com/azure/azure-monitor/logs/log-standard-columns#type>).
    fn of_its_table(&self) -> Option<Expr> {
        let Op::Scan(TableSource::Table(name)) = &self.scan.op else { return None };
        let span = self.scan.span;
        let (left, right) = (Box::new(Expr::column("Type", Type::String, span)), Box::new(Expr::literal(&**name, Type::String, span)));
        let here = Expr::new(ExprKind::Compare { op: Comparison::Eq, case: Case::Sensitive, left, right }, Type::Bool, span);
        Some(Expr::all(std::iter::once(here).chain(self.predicates.iter().cloned()), span))
    }

    /// Returns the loss of rows that count in groups, where events come out once.
    pub(super) fn counted_once(&self) -> Option<Loss> {
        let rows = self.set_aside.iter().find(|loss| [RESULTS_ONCE, ELEMENTS_ONCE, ENRICHMENT].contains(&loss.code))?;
        let message = "an event counts once in its group, however many rows the original makes of it";
        Some(Loss::query("events-counted-once", Fidelity::Narrower, rows.span, message))
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
pub(super) fn flattened(plan: &Arc<Plan>, how: Reading<'_>) -> Option<Flat> {
    let mut flat = walked(plan, how)?;
    flat.name_elements();
    Some(flat)
}

fn walked(plan: &Arc<Plan>, how: Reading<'_>) -> Option<Flat> {
    match &plan.op {
        Op::Scan(_) => Some(source(plan)),
        Op::Union { inputs, .. } if inputs.iter().all(|input| matches!(input.op, Op::Scan(_))) => Some(source(plan)),
        Op::Union { inputs, source_column: None, .. } => one_source(plan, inputs, how),
        Op::Filter { input, predicate } => {
            let mut flat = walked(input, how)?;
            let resolved = flat.resolve(predicate);
            flat.add(resolved, how);
            Some(flat)
        }
        Op::Extend { input, columns } => {
            let mut flat = walked(input, how)?;
            flat.compute(columns);
            if let Some(kept) = &mut flat.kept {
                kept.extend(columns.iter().map(|column| column.name.clone()));
            }
            Some(flat)
        }
        Op::Project { input, columns } => {
            let mut flat = walked(input, how)?;
            flat.compute(columns);
            flat.kept = Some(columns.iter().map(|column| column.name.clone()).collect());
            Some(flat)
        }
        Op::Select { input, rename, .. } if rename.is_empty() => {
            let mut flat = walked(input, how)?;
            flat.set_aside("output-columns", plan.span, "the order and choice of columns is about display");
            Some(flat)
        }
        Op::Sort { input, .. } => {
            let mut flat = walked(input, how)?;
            flat.set_aside("row-order", plan.span, "the order of results is about display");
            Some(flat)
        }
        Op::Serialize { input, columns } if columns.is_empty() => walked(input, how),
        Op::Limit { input, .. } => {
            let mut flat = walked(input, how)?;
            flat.set_aside.push(Loss::query("row-limit", Fidelity::Wider, plan.span, "the limit on the number of results is not kept"));
            Some(flat)
        }
        Op::Special { name, inputs, .. } if &**name == "render" => {
            let mut flat = walked(inputs.first()?, how)?;
            flat.set_aside("chart", plan.span, "the chart is about display");
            Some(flat)
        }
        Op::Expand { input, columns, index: None, bag_as_array: false, .. } if how.near => {
            let mut flat = walked(input, how)?;
            flat.expand(columns, plan.span);
            Some(flat)
        }
        Op::Apply { input, columns, body, index: None, .. } if how.near => {
            let mut flat = walked(input, how)?;
            flat.expand(columns, plan.span);
            flat.apply(body, how)
        }
        Op::Parse { input, expr, mode, flags, parts, filter } if how.near => {
            let mut flat = walked(input, how)?;
            let parsed = parsed::columns(&flat.resolve(expr), *mode, flags, parts, plan.span)?;
            if *filter {
                flat.add(parsed.matches, how);
            }
            flat.replace(parsed.columns);
            Some(flat)
        }
        Op::Join { left, kind: JoinKind::LeftOuter, .. } if how.near => {
            let mut flat = walked(left, how)?;
            flat.enrich(plan, left);
            Some(flat)
        }
        _ => None,
    }
}

fn source(plan: &Arc<Plan>) -> Flat {
    Flat {
        scan: plan.clone(),
        predicates: Vec::new(),
        bounds: Bounds::default(),
        computed: Vec::new(),
        kept: None,
        set_aside: Vec::new(),
        expanded: Vec::new(),
    }
}

impl Flat {
    pub(super) fn add(&mut self, predicate: Expr, how: Reading<'_>) {
        if let ExprKind::And(operands) = predicate.kind {
            for operand in operands {
                self.add(operand, how);
            }
        } else if let Some(bounds) = Bounds::read(&predicate, how.time) {
            self.bounds = self.bounds.and(bounds);
        } else if how.near && is_filled_in(&predicate, how.time) {
            let message = "the stretch of time is filled in by hand in the original; the rule's look-back takes its place";
            self.set_aside.push(Loss::query("time-filled-in", Fidelity::Schedule, predicate.span, message));
        } else {
            self.predicates.push(predicate);
        }
    }

    /// Takes computed columns in; all of them see the columns before.
    pub(super) fn compute(&mut self, columns: &[Named]) {
        let resolved = columns.iter().map(|column| Named { name: column.name.clone(), expr: self.resolve(&column.expr) }).collect();
        self.replace(resolved);
    }

    /// Takes columns in that are said in the scan's columns already.
    pub(super) fn replace(&mut self, resolved: Vec<Named>) {
        self.computed.retain(|old| resolved.iter().all(|new| new.name != old.name));
        // A column that stands for itself needs no entry.
        self.computed.extend(resolved.into_iter().filter(|c| !matches!(&c.expr.kind, ExprKind::Column(name) if *name == c.name)));
    }

    /// An outer join adds columns to every row and takes none away: it decides nothing as long as nobody tests them.
    fn enrich(&mut self, join: &Plan, left: &Plan) {
        let added = join.schema.columns.iter().filter(|column| left.schema.column(&column.name).is_none());
        let foreign = added.map(|column| {
            let kind = ExprKind::Opaque { text: column.name.clone(), code: JOINED_COLUMN };
            Named { name: column.name.clone(), expr: Expr::new(kind, column.ty, join.span) }
        });
        let foreign = foreign.collect();
        self.replace(foreign);
        self.set_aside(ENRICHMENT, join.span, "the columns that an outer join adds to each result are not kept");
    }

    fn set_aside(&mut self, code: &'static str, span: Span, message: &str) {
        self.set_aside.push(Loss::query(code, Fidelity::Metadata, span, message));
    }
}

/// A value looked up in rows that the query itself writes is looked up in a list.
fn listed(expr: Expr) -> Expr {
    let ExprKind::InPlan { test, all, case, negated, value, plan } = &expr.kind else { return expr };
    let Some(list) = first_column(plan) else { return expr };
    let ty = plan.schema.columns.first().map_or(Type::Unknown, |column| column.ty);
    let list = list.into_iter().map(|item| Expr::literal(item, ty, expr.span)).collect();
    let kind = ExprKind::InList { test: *test, all: *all, case: *case, negated: *negated, value: value.clone(), list };
    Expr { kind, ..expr }
}

/// The values of the first column of rows in the query.
fn first_column(plan: &Plan) -> Option<Vec<Value>> {
    match &plan.op {
        Op::Literal(rows) => rows.iter().map(|row| row.first().cloned()).collect(),
        Op::Project { input, columns } | Op::Distinct { input, columns } if columns.len() == 1 => {
            let ExprKind::Column(name) = &columns.first()?.expr.kind else { return None };
            (input.schema.columns.first()?.name == *name).then(|| first_column(input)).flatten()
        }
        _ => None,
    }
}

/// Tells whether a plan has no more operators than are left, each counted as often as it is used.
fn fits(plan: &Plan, left: &mut usize) -> bool {
    let Some(rest) = left.checked_sub(1) else { return false };
    *left = rest;
    plan.op.inputs().into_iter().all(|input| fits(input, left))
}

/// A union of filters over one source is their alternative; of an event that several of them take, one result remains. Over several
/// tables it is, for translation, a filter over all of them.
fn one_source(plan: &Plan, inputs: &[Arc<Plan>], how: Reading<'_>) -> Option<Flat> {
    let mut left = MOST_OPERATORS;
    if !inputs.iter().all(|input| fits(input, &mut left)) {
        return None;
    }
    let branches = inputs.iter().map(|input| flattened(input, how)).collect::<Option<Vec<Flat>>>()?;
    let first = branches.first()?;
    let columns_of =
        |branch: &Flat| branch.bounds == first.bounds && branch.kept == first.kept && all_alike(&branch.computed, &first.computed);
    if !branches.iter().all(columns_of) {
        return None;
    }
    let mut whole = first.clone();
    whole.set_aside.extend(branches.iter().skip(1).flat_map(|branch| branch.set_aside.clone()));
    let one_scan = branches.iter().all(|branch| branch.scan.op == first.scan.op);
    if !one_scan && !how.near {
        return None;
    }
    let either: Option<Vec<Expr>> = if one_scan {
        whole.set_aside(RESULTS_ONCE, plan.span, "an event that several branches of the union take is one result");
        branches.iter().map(Flat::whole).collect()
    } else {
        let scans = branches.iter().map(|branch| branch.scan.clone()).collect();
        let op = Op::Union { inputs: scans, columns: UnionColumns::Outer, source_column: None, fuzzy: false };
        whole.scan = Plan::new(op, Schema::unknown(), plan.span);
        if branches.iter().all(|branch| branch.asks_like(first)) {
            return Some(whole);
        }
        branches.iter().map(Flat::of_its_table).collect()
    };
    whole.predicates = vec![Expr::new(ExprKind::Or(either?), Type::Bool, plan.span)];
    Some(whole)
}

/// Tells whether columns are computed alike.
fn all_alike(columns: &[Named], others: &[Named]) -> bool {
    columns.len() == others.len() && columns.iter().zip(others).all(|(a, b)| a.name == b.name && a.expr.is_alike(&b.expr))
}

/// Recognises a detection of single events, with a final grouping that only decides the number of rows.
pub(super) fn recognise(plan: &Arc<Plan>, how: Reading<'_>) -> Option<Recognised> {
    let (flat, grouping) = match grouped(plan, how) {
        Some((flat, grouping)) => (flat, Some(grouping)),
        None => (flattened(plan, how)?, None),
    };
    let found = Recognised::new(flat.plan(), Shape::Filter);
    Some(Recognised { bounds: flat.bounds, outputs: flat.outputs(), grouping, set_aside: flat.set_aside, ..found })
}

/// `… | summarize … by keys` or `… | distinct keys` at the end, possibly with display operators behind it: a group comes out as
/// soon as one event goes in, so the same events fire.
fn grouped(plan: &Arc<Plan>, how: Reading<'_>) -> Option<(Flat, Vec<Named>)> {
    match &plan.op {
        Op::Aggregate { input, keys, .. } if !keys.is_empty() => {
            let flat = flattened(input, how)?;
            let resolved = keys.iter().map(|key| Named { name: key.name.clone(), expr: flat.resolve(&key.expr) }).collect();
            Some((flat, resolved))
        }
        Op::Distinct { input, columns } => {
            let flat = flattened(input, how)?;
            let resolved = columns.iter().map(|key| Named { name: key.name.clone(), expr: flat.resolve(&key.expr) }).collect();
            Some((flat, resolved))
        }
        Op::Extend { input, .. } | Op::Project { input, .. } | Op::Select { input, .. } => grouped(input, how),
        Op::Sort { input, .. } => {
            let (mut flat, keys) = grouped(input, how)?;
            flat.set_aside("row-order", plan.span, "the order of results is about display");
            Some((flat, keys))
        }
        _ => None,
    }
}
