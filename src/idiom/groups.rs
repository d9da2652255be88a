//! Groups of which several things are tested: `stats c = count(), u = count_distinct(user) by host | where c > 0 and c <= 20 and u >= 3`.
//!
//! Each thing that is tested becomes a threshold that every group passes, with its limits beside it: Sigma alone has words for limits from
//! above and for several of them. Who writes it puts the limits back. It does not look at results that are computed of several.

use super::flat::RESULTS_ONCE;
use super::presence::{may_be_empty, only_asks_for};
use super::threshold::{Grouping, empty_not_counted, grouping};
use super::{Bounds, Flat, Reading, flattened};
use crate::diagnostic::{Fidelity, Loss};
use crate::ir::{Aggregate, Comparison, Expr, ExprKind, Named, Op, Plan, Threshold, Value};
use crate::source::Span;
use std::sync::Arc;

/// Groups and what is tested of them.
#[derive(Clone, Debug)]
pub struct Groups {
    /// The tests.
    pub tests: Tests,
    /// The time bounds that the query sets itself.
    pub bounds: Bounds,
    /// The length in ticks of the stretches of time in which is counted, where the query sets one.
    pub window: Option<i64>,
    /// What was set aside, with its place.
    pub set_aside: Vec<Loss>,
}

/// Tests of one group.
#[derive(Clone, Debug)]
pub enum Tests {
    /// One result.
    One(GroupTest),
    /// All of them hold.
    All(Vec<Tests>),
    /// One of them holds.
    Any(Vec<Tests>),
}

/// One result of a group and its limit.
#[derive(Clone, Debug)]
pub struct GroupTest {
    /// The events and keys, as a threshold that every group passes; what is measured is its one cardinality.
    pub groups: Arc<Plan>,
    /// What is measured.
    pub measure: Measure,
    /// How it compares.
    pub limit: (Comparison, f64),
}

/// What is measured of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Events.
    Events,
    /// Different values.
    Values,
    /// The sum of numbers.
    Sum,
    /// Their mean.
    Average,
}

impl GroupTest {
    /// Tells whether more events can make the test fail.
    pub fn is_from_above(&self) -> bool {
        !matches!(self.limit.0, Comparison::Ge | Comparison::Gt)
    }
}

/// How a result compares with a number.
type Limit = (Comparison, f64);

/// What stands above a summary.
struct Above<'a> {
    summary: &'a Arc<Plan>,
    /// Columns computed behind the summary, over its columns.
    computed: Vec<Named>,
    predicates: Vec<Expr>,
    set_aside: Vec<Loss>,
}

/// What tests are read with.
struct Reader<'a> {
    flat: Flat,
    aggregates: &'a [Aggregate],
    keys: Vec<Named>,
    skip_missing: bool,
    set_aside: Vec<Loss>,
    span: Span,
}

/// Recognises tested groups in a plan over events whose time is in the column `time`.
pub fn groups(plan: &Arc<Plan>, time: &str) -> Option<Groups> {
    let how = Reading { time, near: true };
    if let Op::Threshold(threshold) = &plan.op {
        return several(threshold, plan, how);
    }
    let above = above(plan)?;
    let Op::Aggregate { input, keys, aggregates, post } = &above.summary.op else { return None };
    if !post.is_empty() || above.predicates.is_empty() {
        return None;
    }
    let mut flat = flattened(input, how)?;
    // Rows that a union repeats would count twice.
    if flat.set_aside.iter().any(|loss| loss.code == RESULTS_ONCE) {
        return None;
    }
    let is_key = |expr: &Expr| expr.columns().iter().all(|name| keys.iter().any(|key| key.name == **name));
    let (of_keys, tests): (Vec<Expr>, Vec<Expr>) = above.predicates.into_iter().partition(|predicate| is_key(predicate));
    // A condition on keys holds for a group as for each of its events.
    for condition in of_keys {
        let resolved = flat.resolve(&substituted(&condition, keys));
        flat.add(resolved, how);
    }
    let Grouping { keys, window, skip_missing } = grouping(&mut flat, keys, how)?;
    flat.set_aside.extend(flat.counted_once());
    let span = above.summary.span;
    let mut reader = Reader { flat, aggregates, keys, skip_missing, set_aside: above.set_aside, span };
    let tests = reader.all(&tests)?;
    let set_aside = reader.flat.set_aside.into_iter().chain(reader.set_aside).collect();
    Some(Groups { tests, bounds: reader.flat.bounds, window, set_aside })
}

/// A threshold of events and of values is two tests.
fn several(threshold: &Threshold, plan: &Arc<Plan>, how: Reading<'_>) -> Option<Groups> {
    let flat = flattened(&threshold.input, how)?;
    let test = |cardinality: Vec<(Named, u64)>, measure, least: u64| {
        let any = Threshold { input: flat.plan(), count: 1, cardinality, ..threshold.clone() };
        let groups = Plan::new(Op::Threshold(Box::new(any)), plan.schema.clone(), plan.span);
        Tests::One(GroupTest { groups, measure, limit: (Comparison::Ge, least as f64) })
    };
    let count = (threshold.count > 1).then(|| test(Vec::new(), Measure::Events, threshold.count));
    let values = threshold.cardinality.iter().map(|(column, least)| test(vec![(column.clone(), 1)], Measure::Values, *least));
    let tests = Tests::All(count.into_iter().chain(values).collect());
    Some(Groups { tests, bounds: flat.bounds, window: None, set_aside: flat.set_aside.clone() })
}

/// Collects the conditions above a summary, over its columns.
fn above(plan: &Arc<Plan>) -> Option<Above<'_>> {
    match &plan.op {
        Op::Aggregate { .. } => Some(Above { summary: plan, computed: Vec::new(), predicates: Vec::new(), set_aside: Vec::new() }),
        Op::Filter { input, predicate } => {
            let mut above = above(input)?;
            let resolved = substituted(predicate, &above.computed);
            above.predicates.extend(resolved.conjuncts().iter().cloned());
            Some(above)
        }
        Op::Extend { input, columns } | Op::Project { input, columns } => {
            let mut above = above(input)?;
            let resolved = columns.iter().map(|c| Named { name: c.name.clone(), expr: substituted(&c.expr, &above.computed) });
            let resolved: Vec<Named> = resolved.collect();
            above.computed.retain(|old| resolved.iter().all(|new| new.name != old.name));
            above.computed.extend(resolved);
            let message = "columns computed of a group's result are about display";
            above.set_aside.push(Loss::query("output-columns", Fidelity::Metadata, plan.span, message));
            Some(above)
        }
        Op::Limit { input, .. } => {
            let mut above = above(input)?;
            let message = "the limit on the number of results is not kept";
            above.set_aside.push(Loss::query("row-limit", Fidelity::Wider, plan.span, message));
            Some(above)
        }
        Op::Sort { input, .. } => above(input),
        Op::Select { input, rename, .. } if rename.is_empty() => above(input),
        _ => None,
    }
}

fn substituted(expr: &Expr, columns: &[Named]) -> Expr {
    if let ExprKind::Column(name) = &expr.kind
        && let Some(column) = columns.iter().rev().find(|column| column.name == *name)
    {
        return column.expr.clone();
    }
    expr.map_children(&mut |child| substituted(child, columns))
}

impl Reader<'_> {
    /// Conditions that all hold; those on one result are one test.
    fn all(&mut self, conditions: &[Expr]) -> Option<Tests> {
        let mut limits: Vec<(Arc<str>, Vec<Limit>)> = Vec::new();
        let mut tests = Vec::new();
        for condition in conditions.iter().flat_map(Expr::conjuncts) {
            match (&condition.kind, limit(condition)) {
                (_, Some((name, limit))) => match limits.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, known)) => known.push(limit),
                    None => limits.push((name, vec![limit])),
                },
                (ExprKind::Or(items), None) => {
                    let each: Option<Vec<Tests>> = items.iter().map(|item| self.all(std::slice::from_ref(item))).collect();
                    tests.push(Tests::Any(each?));
                }
                _ => return None,
            }
        }
        let ones: Option<Vec<Tests>> = limits.into_iter().map(|(name, limits)| self.test(&name, limits)).collect();
        let mut all: Vec<Tests> = ones?.into_iter().chain(tests).collect();
        if all.len() > 1 { Some(Tests::All(all)) } else { all.pop() }
    }

    /// The test of one result.
    fn test(&mut self, column: &Arc<str>, limits: Vec<Limit>) -> Option<Tests> {
        let aggregate = self.aggregates.iter().find(|aggregate| aggregate.names.first() == Some(column))?;
        let span = aggregate.span;
        let args: Vec<Expr> = aggregate.args.iter().map(|arg| self.flat.resolve(arg)).collect();
        let (measure, value, conditions) = match (&*aggregate.function, args.as_slice()) {
            ("count", []) => (Measure::Events, None, Vec::new()),
            ("countif", [condition]) => (Measure::Events, None, vec![condition.clone()]),
            ("dcount" | "dcountif", [value, rest @ ..]) => {
                let condition = rest.first().filter(|_| &*aggregate.function == "dcountif").cloned();
                let (cases, value) = cased(value);
                if condition.is_none() && cases.is_none() && may_be_empty(value) {
                    let loss = empty_not_counted(column, span);
                    self.set_aside.push(if hold(&limits, f64::MAX) { loss } else { loss.either_way() });
                }
                (Measure::Values, Some(value.clone()), condition.into_iter().chain(cases).collect())
            }
            ("sum" | "max", [value]) => match one_or_nothing(value) {
                Some(condition) if &*aggregate.function == "sum" || is_at_least_one(&limits) => (Measure::Events, None, vec![condition]),
                None if &*aggregate.function == "sum" => (Measure::Sum, Some(value.clone()), Vec::new()),
                _ => return None,
            },
            ("avg", [value]) => (Measure::Average, Some(value.clone()), Vec::new()),
            _ => return None,
        };
        let limits = if &*aggregate.function == "max" { vec![(Comparison::Ge, 1.0)] } else { limits };
        let conditions: Vec<Expr> = conditions.iter().flat_map(simplified).collect();
        let conditions: Vec<Expr> = conditions
            .into_iter()
            .filter(|condition| !self.flat.predicates.contains(condition))
            .filter(|condition| value.as_ref().is_none_or(|value| !only_asks_for(condition, value)))
            .collect();
        self.without_any(column, measure, &limits, &conditions, span)?;
        let mut flat = self.flat.clone();
        flat.predicates.extend(conditions);
        let cardinality = value.map(|expr| (Named { name: column.clone(), expr }, 1)).into_iter().collect();
        let threshold = Threshold { input: flat.plan(), keys: self.keys.clone(), count: 1, cardinality, skip_missing: self.skip_missing };
        let groups = Plan::new(Op::Threshold(Box::new(threshold)), self.flat.scan.schema.clone(), self.span);
        // pySigma takes one limit to a correlation; that a group has an event needs none.
        let mut told: Vec<_> = limits.iter().filter(|limit| measure != Measure::Events || !hold_always(**limit)).copied().collect();
        if told.is_empty() {
            told = vec![(Comparison::Ge, 1.0)];
        }
        let mut each: Vec<Tests> = told.into_iter().map(|limit| Tests::One(GroupTest { groups: groups.clone(), measure, limit })).collect();
        if each.len() > 1 { Some(Tests::All(each)) } else { each.pop() }
    }

    /// What counts nothing in a group is no group where only what is counted makes one.
    fn without_any(&mut self, column: &str, measure: Measure, limits: &[Limit], conditions: &[Expr], span: Span) -> Option<()> {
        if conditions.is_empty() || !matches!(measure, Measure::Events | Measure::Values) || !hold(limits, 0.0) {
            return Some(());
        }
        if !hold(limits, 1.0) {
            // Nothing but the absence of events.
            return None;
        }
        let message = format!("a group in which `{column}` is 0 is no longer found: nothing in it is counted");
        self.set_aside.push(Loss::query("empty-group-not-found", Fidelity::Narrower, span, message));
        Some(())
    }
}

fn hold(limits: &[Limit], value: f64) -> bool {
    limits.iter().all(|(op, limit)| match op {
        Comparison::Eq => (value - limit).abs() < f64::EPSILON,
        Comparison::Ne => (value - limit).abs() >= f64::EPSILON,
        Comparison::Lt => value < *limit,
        Comparison::Le => value <= *limit,
        Comparison::Gt => value > *limit,
        Comparison::Ge => value >= *limit,
    })
}

/// Tells whether a limit holds for every number of events but none.
fn hold_always((op, limit): Limit) -> bool {
    match op {
        Comparison::Ge => limit <= 1.0,
        Comparison::Gt | Comparison::Ne => limit <= 0.0,
        _ => false,
    }
}

/// Tells whether limits of what is 0 or 1 ask for 1.
fn is_at_least_one(limits: &[Limit]) -> bool {
    hold(limits, 1.0) && !hold(limits, 0.0)
}

/// A column compared with a number.
fn limit(condition: &Expr) -> Option<(Arc<str>, (Comparison, f64))> {
    let ExprKind::Compare { op, left, right, .. } = &condition.kind else { return None };
    let (left, right) = (converted(left), converted(right));
    match (&left.kind, &right.kind) {
        (ExprKind::Column(name), ExprKind::Literal(value)) => Some((name.clone(), (*op, number(value)?))),
        (ExprKind::Literal(value), ExprKind::Column(name)) => Some((name.clone(), (op.mirrored(), number(value)?))),
        _ => None,
    }
}

fn converted(expr: &Expr) -> &Expr {
    if let ExprKind::Convert(inner) = &expr.kind { converted(inner) } else { expr }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(number) => Some(f64::from(*number)),
        Value::Long(number) => Some(*number as f64).filter(|real| real.abs() < 1e15),
        Value::Real(number) => Some(*number).filter(|real| real.is_finite()),
        _ => None,
    }
}

/// `case(condition, value, null)`: the condition, and the value.
fn cased(value: &Expr) -> (Option<Expr>, &Expr) {
    match &converted(value).kind {
        ExprKind::Conditional { arms, otherwise } if is_nothing(otherwise) => match arms.as_slice() {
            [(condition, inner)] => (Some(condition.clone()), inner),
            _ => (None, value),
        },
        ExprKind::Call { function, args } if &**function == "tostring" => match args.first().map(cased) {
            Some((Some(condition), inner)) => (Some(condition), inner),
            _ => (None, value),
        },
        _ => (None, value),
    }
}

fn is_nothing(expr: &Expr) -> bool {
    match &converted(expr).kind {
        ExprKind::Literal(Value::String(text)) => text.is_empty(),
        ExprKind::Literal(value) => value.is_null(),
        _ => false,
    }
}

/// `case(condition, 1, 0)`, also with null for 0.
fn one_or_nothing(value: &Expr) -> Option<Expr> {
    let ExprKind::Conditional { arms, otherwise } = &converted(value).kind else { return None };
    let is = |expr: &Expr, wanted: f64| matches!(&converted(expr).kind, ExprKind::Literal(value) if number(value) == Some(wanted));
    match arms.as_slice() {
        [(condition, one)] if is(one, 1.0) && (is_nothing(otherwise) || is(otherwise, 0.0)) => Some(condition.clone()),
        _ => None,
    }
}

/// The conjuncts of a condition; one that asks whether there is a case's value is the case's condition too.
fn simplified(condition: &Expr) -> Vec<Expr> {
    let each = |condition: &Expr| {
        if let ExprKind::Call { function, args } = &condition.kind
            && matches!(&**function, "isnotempty" | "isnotnull")
            && let Some((Some(case), value)) = args.first().map(cased)
        {
            let there = Expr { kind: ExprKind::Call { function: function.clone(), args: vec![value.clone()] }, ..condition.clone() };
            let there = Some(there).filter(|_| !matches!(converted(value).kind, ExprKind::Literal(_)));
            return simplified(&case).into_iter().chain(there).collect();
        }
        vec![condition.clone()]
    };
    condition.conjuncts().iter().flat_map(each).collect()
}
