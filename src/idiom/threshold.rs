//! Threshold in Kusto's words: `summarize count() by keys | where count_ >= n`.

use super::elements::reads_element;
use super::presence::{is_there, may_be_empty, only_asks_for};
use super::{Flat, Reading, Recognised, Shape, flattened};
use crate::diagnostic::{Fidelity, Loss};
use crate::ir::{Aggregate, Comparison, Expr, ExprKind, Named, Op, Plan, Threshold, Value};
use crate::source::Span;
use std::sync::Arc;

/// When an event arrived, in Elastic and Sentinel.
const ARRIVAL: [&str; 2] = ["event.ingested", "_TimeReceived"];

/// Recognises a grouped count with a lower limit, optionally with distinct counts that have one too.
pub(super) fn recognise(plan: &Arc<Plan>, how: Reading<'_>) -> Option<Recognised> {
    if let Op::Threshold(threshold) = &plan.op {
        let flat = flattened(&threshold.input, how)?;
        let inner = Threshold { input: flat.plan(), ..(**threshold).clone() };
        let plan = Plan::new(Op::Threshold(Box::new(inner)), plan.schema.clone(), plan.span);
        return Some(Recognised { bounds: flat.bounds, set_aside: flat.set_aside, ..Recognised::new(plan, Shape::Threshold) });
    }
    let Above { limits, summary, set_aside, .. } = limits(plan)?;
    let Op::Aggregate { input, keys, aggregates, post } = &summary.op else { return None };
    if !post.is_empty() || limits.is_empty() {
        return None;
    }
    let mut flat = flattened(input, how)?;
    // Rows that a union repeats would count twice.
    if flat.set_aside.iter().any(|loss| loss.code == super::flat::RESULTS_ONCE) {
        return None;
    }
    flat.set_aside.extend(flat.counted_once());
    flat.set_aside.extend(set_aside);
    let mut count = 1;
    let mut cardinality = Vec::new();
    for (column, at_least) in limits {
        let aggregate = aggregates.iter().find(|aggregate| aggregate.names.first() == Some(&column))?;
        match (&*aggregate.function, aggregate.args.as_slice()) {
            ("count", []) => count = at_least.max(count),
            ("dcount" | "dcountif", [value, rest @ ..]) => {
                let value = flat.resolve(value);
                match rest.first().filter(|_| &*aggregate.function == "dcountif").map(|condition| flat.resolve(condition)) {
                    Some(condition) if !only_asks_for(&condition, &value) => return None,
                    None if may_be_empty(&value) && !is_there(&flat.predicates, &value) => {
                        if !how.near {
                            return None;
                        }
                        flat.set_aside.push(empty_not_counted(&column, aggregate.span));
                    }
                    _ => {}
                }
                cardinality.push((Named { name: column, expr: value }, at_least));
            }
            _ => return None,
        }
    }
    // Other aggregates (lists of what was seen) only show; a group's fate hangs on the limits alone.
    let Grouping { keys, window, skip_missing } = grouping(&mut flat, keys, how)?;
    let threshold = Threshold { input: flat.plan(), keys, count, cardinality, skip_missing };
    let plan = Plan::new(Op::Threshold(Box::new(threshold)), summary.schema.clone(), summary.span);
    Some(Recognised { bounds: flat.bounds, window, set_aside: flat.set_aside, ..Recognised::new(plan, Shape::Threshold) })
}

/// What groups are made by.
pub(super) struct Grouping {
    pub(super) keys: Vec<Named>,
    /// The length of the stretches of time, where those are a key.
    pub(super) window: Option<i64>,
    /// Whether no group is of events that lack a key.
    pub(super) skip_missing: bool,
}

/// Reads keys that are fields, and one that is a stretch of time.
pub(super) fn grouping(flat: &mut Flat, keys: &[Named], how: Reading<'_>) -> Option<Grouping> {
    let mut keys = keys.iter().map(|key| Named { name: key.name.clone(), expr: flat.resolve(&key.expr) }).collect::<Vec<_>>();
    let mut window = None;
    if let Some(at) = keys.iter().position(|key| bin_of(&key.expr, how).is_some()) {
        let bin = keys.remove(at);
        let length = bin_of(&bin.expr, how)?;
        let message = "groups of fixed stretches of time become a window of that length, which also sees what lies across two stretches";
        flat.set_aside.push(Loss::query("fixed-stretches", Fidelity::Wider, bin.expr.span, message));
        window = Some(length);
    }
    if keys.iter().any(|key| !is_plain(&key.expr)) {
        return None;
    }
    let skip_missing = keys.iter().all(|key| is_there(&flat.predicates, &key.expr));
    if skip_missing {
        // `skip_missing` says it.
        flat.predicates.retain(|p| !keys.iter().any(|key| only_asks_for(p, &key.expr)));
    }
    Some(Grouping { keys, window, skip_missing })
}

/// The loss of the value that Kusto makes of what is missing: its texts are empty, not null, and `dcount` counts them
/// (<https://learn.microsoft.com/kusto/query/scalar-data-types/null-values>).
pub(super) fn empty_not_counted(column: &str, span: Span) -> Loss {
    let message = format!("`{column}` no longer counts what is missing as one value more");
    Loss::query("empty-value-not-counted", Fidelity::Narrower, span, message)
}

/// A column and the least value it must have.
type Limit = (Arc<str>, u64);

/// What stands above a summary.
struct Above<'a> {
    limits: Vec<Limit>,
    summary: &'a Arc<Plan>,
    /// Columns computed behind the summary: a limit on one of them is no limit of the summary.
    computed: Vec<Arc<str>>,
    set_aside: Vec<Loss>,
}

impl Above<'_> {
    fn shown_only(mut self, columns: &[Named], span: Span) -> Self {
        let computed = columns.iter().filter(|column| !is_same_column(column));
        self.computed.extend(computed.map(|column| column.name.clone()));
        let message = "columns computed of a group's result are about display";
        self.set_aside.push(Loss::query("output-columns", Fidelity::Metadata, span, message));
        self
    }
}

/// Collects lower limits (`where c > 10`) above a summary: column and least value.
fn limits(plan: &Arc<Plan>) -> Option<Above<'_>> {
    match &plan.op {
        Op::Aggregate { .. } => Some(Above { limits: Vec::new(), summary: plan, computed: Vec::new(), set_aside: Vec::new() }),
        Op::Filter { input, predicate } => {
            let mut above = limits(input)?;
            for condition in predicate.conjuncts() {
                let limit = limit(condition)?;
                if above.computed.contains(&limit.0) {
                    return None;
                }
                above.limits.push(limit);
            }
            Some(above)
        }
        Op::Sort { input, .. } => limits(input),
        Op::Select { input, rename, .. } if rename.is_empty() => limits(input),
        Op::Extend { input, columns } => Some(limits(input)?.shown_only(columns, plan.span)),
        Op::Project { input, columns } if columns.iter().all(is_same_column) => limits(input),
        Op::Project { input, columns } => Some(limits(input)?.shown_only(columns, plan.span)),
        _ => None,
    }
}

fn is_same_column(column: &Named) -> bool {
    matches!(&column.expr.kind, ExprKind::Column(name) if *name == column.name)
}

fn limit(condition: &Expr) -> Option<Limit> {
    let ExprKind::Compare { op, left, right, .. } = &condition.kind else { return None };
    let ExprKind::Column(name) = &left.kind else { return None };
    let mut right = &**right;
    while let ExprKind::Convert(inner) = &right.kind {
        right = inner;
    }
    let least = match (&right.kind, op) {
        (ExprKind::Literal(Value::Long(n)), Comparison::Ge) => *n,
        (ExprKind::Literal(Value::Long(n)), Comparison::Gt) => n.checked_add(1)?,
        _ => return None,
    };
    Some((name.clone(), u64::try_from(least).ok()?))
}

/// Returns the length of the stretches in `bin(TimeGenerated, 1h)`. The time of arrival is near that of the event.
fn bin_of(expr: &Expr, how: Reading<'_>) -> Option<i64> {
    let ExprKind::Call { function, args } = &expr.kind else { return None };
    let [on, length] = args.as_slice() else { return None };
    let is_time = matches!(&on.kind, ExprKind::Column(name) if **name == *how.time || how.near && ARRIVAL.contains(&&**name));
    match &length.kind {
        ExprKind::Literal(Value::TimeSpan(ticks)) if &**function == "bin" && is_time && *ticks > 0 => Some(*ticks),
        _ => None,
    }
}

/// A key that is a field, not a computation (a time bin makes several groups of one key).
fn is_plain(expr: &Expr) -> bool {
    match &expr.kind {
        _ if reads_element(expr) => false,
        ExprKind::Column(_) => true,
        ExprKind::Member { base, .. } | ExprKind::Convert(base) => is_plain(base),
        ExprKind::Call { function, args } => &**function == "tostring" && args.first().is_some_and(is_plain),
        _ => false,
    }
}

/// Returns the aggregate of a `count()` column.
pub fn count_column(name: &str) -> Aggregate {
    Aggregate {
        names: vec![Arc::from(name)],
        function: Arc::from("count"),
        args: Vec::new(),
        star: false,
        ty: crate::ir::Type::Long,
        span: crate::source::Span::default(),
    }
}
