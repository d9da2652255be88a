//! Two events with the same key: an inner join of two filtered sources, or a value looked up in the rows of another query, as a sample
//! or, where conditions on their times say which comes first, a sequence.
//!
//! Conditions on one of the two events move to its side. One on both that is not about time is set aside as a loss; groups that are
//! counted before they are joined are no events and are left alone.

use super::first_seen::baseline;
use super::presence::is_there;
use super::time_order::TimeOrder;
use super::{Bounds, Flat, MISSING_KEY, Reading, Recognised, Shape, flattened};
use crate::diagnostic::{Fidelity, Loss};
use crate::ir::{Expr, ExprKind, JoinKind, Named, Op, Plan, Sample, Sequence, Step};
use crate::source::Span;
use std::sync::Arc;

/// Two sides and what is known of both together.
struct Pair {
    sides: [Flat; 2],
    keys: Vec<[Expr; 2]>,
    /// Columns of the join: name, side, and name on that side.
    columns: Vec<(Arc<str>, usize, Arc<str>)>,
    /// Columns computed behind the join, over its columns.
    computed: Vec<Named>,
    times: TimeOrder,
    losses: Vec<Loss>,
    span: Span,
}

/// Recognises two events with the same key in a plan.
pub fn paired(plan: &Arc<Plan>, time: &str) -> Option<Recognised> {
    let how = Reading { time, near: true };
    let pair = pair(plan, how).or_else(|| looked_up(plan, how))?;
    let [left, right] = &pair.sides;
    let mut set_aside: Vec<Loss> = left.set_aside.iter().chain(&right.set_aside).cloned().collect();
    if left.bounds != right.bounds {
        let message = "both events are looked for over the whole look-back; the original looks for each over its own stretch of time";
        set_aside.push(Loss::query("sides-look-back-alike", Fidelity::Wider, pair.span, message));
    }
    set_aside.extend(pair.losses);
    if pair.times.is_one_sided() {
        let message = "both events lie within the span; in the original one of them may also come any time before the other";
        set_aside.push(Loss::query("span-both-ways", Fidelity::Narrower, pair.span, message));
    }
    let further = |a: Option<(i64, bool)>, b: Option<(i64, bool)>| Some(a?.max(b?));
    let bounds = Bounds { from: further(left.bounds.from, right.bounds.from), to: None };
    let step = |side: usize, flat: &Flat| Step {
        input: flat.plan(),
        by: pair.keys.iter().filter_map(|key| key.get(side).cloned()).collect(),
        runs: 1,
        missing: false,
        span: flat.scan.span,
    };
    let steps = vec![step(0, left), step(1, right)];
    // A Kusto join ties what is missing to what is missing (spec/kusto-semantics.md, "Nulls"); EQL's optional keys do too
    // (<https://www.elastic.co/docs/reference/query-languages/eql/eql-syntax>, "Optional by fields").
    let may_be_missing = |[of_left, of_right]: &[Expr; 2]| !is_there(&left.predicates, of_left) && !is_there(&right.predicates, of_right);
    let optional_keys: Vec<bool> = pair.keys.iter().map(may_be_missing).collect();
    if pair.times.first.is_none() && optional_keys.contains(&true) {
        let message = "events are tied by values that are there; the original also ties events that both lack them";
        set_aside.push(Loss::query(MISSING_KEY, Fidelity::Narrower, pair.span, message));
    }
    let op = match pair.times.first {
        Some(first) => Op::Sequence(Box::new(Sequence {
            steps: if first == 0 { steps } else { steps.into_iter().rev().collect() },
            maxspan: pair.times.within(),
            until: None,
            optional_keys,
            time: Arc::from(how.time),
        })),
        None => Op::Sample(Box::new(Sample { steps, window: pair.times.within(), time: Arc::from(how.time) })),
    };
    Some(Recognised { bounds, set_aside, ..Recognised::new(Plan::new(op, plan.schema.clone(), plan.span), Shape::Pipeline) })
}

/// One side: events, possibly reduced to some of their columns.
fn side(plan: &Arc<Plan>, how: Reading<'_>) -> Option<Flat> {
    baseline(plan, how).filter(|flat| matches!(flat.scan.op, Op::Scan(_)) && !flat.predicates.is_empty())
}

fn pair(plan: &Arc<Plan>, how: Reading<'_>) -> Option<Pair> {
    match &plan.op {
        Op::Join {
            left, right, kind: JoinKind::Inner | JoinKind::InnerUnique | JoinKind::LeftSemi | JoinKind::RightSemi, keys, ..
        } => {
            let sides = [side(left, how)?, side(right, how)?];
            let mut pair = Pair::new(sides, plan.span);
            for key in keys {
                pair.key(&plain(&key.left), &plain(&key.right))?;
            }
            for column in &left.schema.columns {
                pair.columns.push((column.name.clone(), 0, column.name.clone()));
            }
            for column in &right.schema.columns {
                let taken = left.schema.column(&column.name).is_some();
                let name = if taken { Arc::from(format!("{}1", column.name)) } else { column.name.clone() };
                pair.columns.push((name, 1, column.name.clone()));
            }
            Some(pair)
        }
        Op::Filter { input, predicate } => {
            let mut pair = pair(input, how)?;
            pair.filter(predicate, how);
            Some(pair)
        }
        Op::Extend { input, columns } | Op::Project { input, columns } => {
            let mut pair = pair(input, how)?;
            let resolved: Vec<Named> =
                columns.iter().map(|column| Named { name: column.name.clone(), expr: pair.resolve(&column.expr) }).collect();
            pair.computed.extend(resolved);
            Some(pair)
        }
        // One result for each group, or some of the columns: the same events come out.
        Op::Aggregate { input, keys, .. } | Op::Distinct { input, columns: keys } if !keys.is_empty() => pair(input, how),
        Op::Sort { input, .. } | Op::Select { input, .. } | Op::Serialize { input, .. } => pair(input, how),
        _ => None,
    }
}

/// `where x in (T | … | project y)`: an event of the one with an event of the other.
fn looked_up(plan: &Arc<Plan>, how: Reading<'_>) -> Option<Pair> {
    let mut flat = flattened(plan, how)?;
    let at = flat.predicates.iter().position(|p| matches!(&p.kind, ExprKind::InPlan { test: None, negated: false, .. }))?;
    let condition = flat.predicates.remove(at);
    let ExprKind::InPlan { value, plan: rows, .. } = &condition.kind else { return None };
    let column = rows.schema.columns.first()?;
    let key = Expr::column(&column.name, column.ty, condition.span);
    if flat.predicates.is_empty() || !matches!(flat.scan.op, Op::Scan(_)) {
        return None;
    }
    let mut pair = Pair::new([flat, side(rows, how)?], condition.span);
    pair.key(value, &key)?;
    Some(pair)
}

impl Pair {
    fn new(sides: [Flat; 2], span: Span) -> Self {
        Self { sides, keys: Vec::new(), columns: Vec::new(), computed: Vec::new(), times: TimeOrder::default(), losses: Vec::new(), span }
    }

    /// Adds a pair of keys; `None` where one is no field of its event.
    fn key(&mut self, left: &Expr, right: &Expr) -> Option<()> {
        let [of_left, of_right] = &self.sides;
        let (left, left_folded) = unfolded(of_left.resolve(left));
        let (right, right_folded) = unfolded(of_right.resolve(right));
        if !is_field(&left) || !is_field(&right) {
            return None;
        }
        if left_folded || right_folded {
            let message = "the values that tie the events together are compared with case";
            self.losses.push(Loss::query("case-sensitive", Fidelity::Narrower, left.span, message));
        }
        self.keys.push([left, right]);
        Some(())
    }

    /// Rewrites an expression behind the join to one over the join's columns.
    fn resolve(&self, expr: &Expr) -> Expr {
        if let ExprKind::Column(name) = &expr.kind
            && let Some(column) = self.computed.iter().rev().find(|column| column.name == *name)
        {
            return column.expr.clone();
        }
        expr.map_children(&mut |child| self.resolve(child))
    }

    /// The sides whose columns an expression reads.
    fn reads(&self, expr: &Expr) -> [bool; 2] {
        let mut found = [false; 2];
        expr.walk(&mut |part| {
            if let ExprKind::Column(name) = &part.kind
                && let Some((_, side, _)) = self.columns.iter().find(|(known, ..)| known == name)
                && let Some(seen) = found.get_mut(*side)
            {
                *seen = true;
            }
        });
        found
    }

    /// An expression over the join's columns as one over a side's source.
    fn of_side(&self, side: usize, expr: &Expr) -> Expr {
        if let ExprKind::Column(name) = &expr.kind
            && let Some((_, _, own)) = self.columns.iter().find(|(known, at, _)| known == name && *at == side)
            && let Some(flat) = self.sides.get(side)
        {
            return flat.resolve(&Expr { kind: ExprKind::Column(own.clone()), ..expr.clone() });
        }
        expr.map_children(&mut |child| self.of_side(side, child))
    }

    fn filter(&mut self, predicate: &Expr, how: Reading<'_>) {
        if let ExprKind::And(items) = &predicate.kind {
            items.iter().for_each(|item| self.filter(item, how));
            return;
        }
        let predicate = self.resolve(predicate);
        match self.reads(&predicate) {
            [true, true] => {
                let side_of = |expr: &Expr| {
                    let read = self.reads(expr);
                    let side = usize::from(read == [false, true]);
                    let own = self.of_side(side, expr);
                    matches!(&own.kind, ExprKind::Column(name) if **name == *how.time).then_some(side)
                };
                let mut times = self.times;
                if times.read(&predicate, &side_of) {
                    self.times = times;
                } else {
                    let message = "the condition compares the two events with each other; the condition is left out";
                    self.losses.push(Loss::query("condition-across-events", Fidelity::Wider, predicate.span, message));
                }
            }
            [false, true] => self.push(1, &predicate, how),
            _ => self.push(0, &predicate, how),
        }
    }

    fn push(&mut self, side: usize, predicate: &Expr, how: Reading<'_>) {
        let own = self.of_side(side, predicate);
        if let Some(flat) = self.sides.get_mut(side) {
            flat.add(own, how);
        }
    }
}

/// A key without the change of case around it.
fn unfolded(expr: Expr) -> (Expr, bool) {
    match &expr.kind {
        ExprKind::Call { function, args } if matches!(&**function, "tolower" | "toupper") => match args.first() {
            Some(inner) => (unfolded(inner.clone()).0, true),
            None => (expr, false),
        },
        ExprKind::Convert(inner) => unfolded((**inner).clone()),
        _ => (expr, false),
    }
}

fn is_field(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Column(_) => true,
        ExprKind::Member { base, .. } => is_field(base),
        ExprKind::Call { function, args } => {
            matches!(&**function, "tostring" | "parse_json" | "todynamic") && args.first().is_some_and(is_field)
        }
        ExprKind::Convert(inner) => is_field(inner),
        _ => false,
    }
}

/// A side's column as a plain column of that side.
fn plain(expr: &Expr) -> Expr {
    match &expr.kind {
        ExprKind::SideColumn { name, .. } => Expr { kind: ExprKind::Column(name.clone()), ..expr.clone() },
        _ => expr.clone(),
    }
}
