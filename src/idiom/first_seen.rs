//! New terms in Kusto's words: an anti-join of a recent window against a history window.

use super::presence::{is_there, only_asks_for};
use super::{Flat, Reading, Recognised, Shape, flattened};
use crate::diagnostic::{Fidelity, Loss};
use crate::ir::{Expr, ExprKind, FirstSeen, JoinKey, JoinKind, Named, Op, Plan, WindowSide};
use std::sync::Arc;

/// An anti-join with what the pipeline behind it does to the recent rows.
struct AntiJoin<'a> {
    recent: Flat,
    history: Flat,
    keys: &'a [JoinKey],
    /// Whether the sides stand swapped (`rightanti`).
    swapped: bool,
}

/// Recognises `recent | join kind=leftanti (history) on keys` and `history | join kind=rightanti (recent) on keys`, further filters
/// behind the join and a final `summarize arg_min(time, *) by keys` included.
pub(super) fn recognise(plan: &Arc<Plan>, how: Reading<'_>) -> Option<Recognised> {
    if let Op::FirstSeen(_) = plan.op {
        return Some(found(plan.clone(), None, Vec::new()));
    }
    let (plan, per_key) = match &plan.op {
        Op::Aggregate { input, keys, aggregates, post } if post.is_empty() => match aggregates.as_slice() {
            [only] if &*only.function == "arg_min" && only.args.first().is_some_and(|arg| is_column(arg, how.time)) => (input, Some(keys)),
            _ => return None,
        },
        _ => (plan, None),
    };
    let mut join = anti_join(plan, how)?;
    let (history, recent) = (join.history.bounds, join.recent.bounds);
    // Without a bound on both sides there is no baseline to speak of.
    let (history_from, history_to, recent_from) = (history.from?, history.to?, recent.from?);
    let keys = sides(&join)?;
    if per_key.is_some_and(|by| !same_names(by, &keys.0)) {
        return None;
    }
    let side = |flat: &Flat, from: (i64, bool), to: (i64, bool)| WindowSide {
        input: flat.plan(),
        from: from.0,
        from_inclusive: from.1,
        to: to.0,
        to_inclusive: to.1,
    };
    let skip_missing = keys.0.iter().all(|key| is_there(&join.recent.predicates, &key.expr));
    if skip_missing {
        // `skip_missing` says it; an old key without a value meets no new one.
        let is_said = |p: &Expr, keys: &[Named]| keys.iter().any(|key| only_asks_for(p, &key.expr));
        join.recent.predicates.retain(|p| !is_said(p, &keys.0));
        join.history.predicates.retain(|p| !is_said(p, &keys.1));
    }
    let detection = FirstSeen {
        history: side(&join.history, history_from, history_to),
        recent: side(&join.recent, recent_from, recent.to.unwrap_or((0, true))),
        keys: keys.0,
        history_keys: keys.1,
        time: Arc::from(how.time),
        explode_arrays: false,
        skip_missing,
        per_key: per_key.is_some(),
    };
    let outputs = join.recent.outputs();
    // What is only about display of the baseline's rows shows nowhere.
    let of_history = join.history.set_aside.into_iter().filter(|loss| loss.fidelity != Fidelity::Metadata);
    let set_aside = join.recent.set_aside.into_iter().chain(of_history).collect();
    Some(found(Plan::new(Op::FirstSeen(Box::new(detection)), plan.schema.clone(), plan.span), outputs, set_aside))
}

fn found(plan: Arc<Plan>, outputs: Option<Vec<Named>>, set_aside: Vec<Loss>) -> Recognised {
    Recognised { outputs, set_aside, ..Recognised::new(plan, Shape::FirstSeen) }
}

/// Finds the anti-join at the bottom of filters and computed columns, which then belong to the recent side.
fn anti_join<'a>(plan: &'a Arc<Plan>, how: Reading<'_>) -> Option<AntiJoin<'a>> {
    match &plan.op {
        Op::Join { left, right, kind, keys, lookup: false } => {
            let (recent, history, swapped) = match kind {
                JoinKind::LeftAnti => (left, right, false),
                JoinKind::RightAnti => (right, left, true),
                _ => return None,
            };
            Some(AntiJoin { recent: flattened(recent, how)?, history: baseline(history, how)?, keys, swapped })
        }
        Op::Filter { input, predicate } => {
            let mut join = anti_join(input, how)?;
            let resolved = join.recent.resolve(predicate);
            join.recent.predicates.push(resolved);
            Some(join)
        }
        Op::Sort { input, .. } | Op::Project { input, .. } | Op::Select { input, .. } => anti_join(input, how),
        _ => None,
    }
}

/// The history side: a filtered source reduced to its keys.
pub(super) fn baseline(plan: &Arc<Plan>, how: Reading<'_>) -> Option<Flat> {
    match &plan.op {
        Op::Aggregate { input, keys, .. } | Op::Distinct { input, columns: keys } if !keys.is_empty() => {
            let mut flat = flattened(input, how)?;
            let resolved: Vec<Named> = keys.iter().map(|key| Named { name: key.name.clone(), expr: flat.resolve(&key.expr) }).collect();
            flat.computed.retain(|old| resolved.iter().all(|new| new.name != old.name));
            flat.computed.extend(resolved.into_iter().filter(|c| !matches!(&c.expr.kind, ExprKind::Column(name) if *name == c.name)));
            Some(flat)
        }
        _ => flattened(plan, how),
    }
}

/// Returns the keys over the recent and over the history source.
fn sides(join: &AntiJoin<'_>) -> Option<(Vec<Named>, Vec<Named>)> {
    let mut recent = Vec::new();
    let mut history = Vec::new();
    for key in join.keys {
        let (of_recent, of_history) = if join.swapped { (&key.right, &key.left) } else { (&key.left, &key.right) };
        let name = column_name(of_recent)?;
        recent.push(Named { name: name.clone(), expr: join.recent.resolve(&plain(of_recent)) });
        history.push(Named { name, expr: join.history.resolve(&plain(of_history)) });
    }
    Some((recent, history))
}

/// A side's column as a plain column of that side.
fn plain(expr: &Expr) -> Expr {
    match &expr.kind {
        ExprKind::SideColumn { name, .. } => Expr { kind: ExprKind::Column(name.clone()), ..expr.clone() },
        _ => expr.clone(),
    }
}

fn column_name(expr: &Expr) -> Option<Arc<str>> {
    match &expr.kind {
        ExprKind::Column(name) | ExprKind::SideColumn { name, .. } => Some(name.clone()),
        _ => None,
    }
}

fn is_column(expr: &Expr, name: &str) -> bool {
    matches!(&expr.kind, ExprKind::Column(column) if **column == *name)
}

fn same_names(by: &[Named], keys: &[Named]) -> bool {
    by.len() == keys.len() && by.iter().all(|column| keys.iter().any(|key| key.name == column.name))
}
