//! Sequences and samples of events as joins on their keys, for targets that have no word for them.
//!
//! The last step keeps all of its columns; an earlier one hands on its keys and its time. A step of several runs is the nth event in
//! a row of its key. Steps for missing events and events that end a sequence have no join: they are refused.

use super::flat::filtered;
use crate::diagnostic::{Fidelity, Loss};
use crate::ir::{
    Aggregate, Arithmetic, Case, Column, Comparison, Expr, ExprKind, JoinKey, JoinKind, Named, Op, Plan, Sample, Schema, Sequence, SortKey,
    Step, Type, Value,
};
use crate::source::Span;
use std::sync::Arc;

/// Writes a sequence as joins, and names what they do otherwise.
///
/// # Errors
/// What has no join, as a loss of fidelity `refused`.
pub fn sequence(sequence: &Sequence, span: Span) -> Result<(Arc<Plan>, Vec<Loss>), Loss> {
    if let Some(step) = sequence.steps.iter().find(|step| step.missing).or(sequence.until.as_ref()) {
        let message = "a join cannot say that an event must not come in between";
        return Err(Loss::query("missing-event-not-in-target", Fidelity::Refused, step.span, message));
    }
    let together = Together { steps: &sequence.steps, time: &sequence.time, maxspan: sequence.maxspan, is_ordered: true, span };
    let strict = together.may_share_an_event();
    let (fidelity, ties) = if strict { (Fidelity::Different, "not in order") } else { (Fidelity::Wider, "in order") };
    let message =
        format!("steps are joined by their keys and times: events of one instant count as {ties}, and each last event is a result");
    Ok((together.plan(sequence.optional_keys.as_slice()), vec![Loss::query("sequence-as-join", fidelity, span, message)]))
}

/// Writes a sample as joins, and names what they do otherwise.
pub fn sample(sample: &Sample, span: Span) -> (Arc<Plan>, Vec<Loss>) {
    let together = Together { steps: &sample.steps, time: &sample.time, maxspan: sample.window, is_ordered: false, span };
    let message = "steps are joined by their keys: one event may stand for several steps";
    (together.plan(&[]), vec![Loss::query("sample-as-join", Fidelity::Wider, span, message)])
}

/// Steps that a join ties together.
struct Together<'a> {
    steps: &'a [Step],
    time: &'a Arc<str>,
    maxspan: Option<i64>,
    is_ordered: bool,
    span: Span,
}

impl Together<'_> {
    /// Tells whether two steps read one source, so that one event might be both.
    fn may_share_an_event(&self) -> bool {
        let scans: Vec<Vec<String>> = self.steps.iter().map(|step| scans(&step.input)).collect();
        let mut pairs = scans.iter().zip(scans.iter().skip(1));
        pairs.any(|(earlier, later)| earlier.iter().any(|scan| later.contains(scan)))
    }

    fn plan(&self, optional: &[bool]) -> Arc<Plan> {
        let Some((last, earlier)) = self.steps.split_last() else {
            return Plan::new(Op::Literal(Vec::new()), Schema::unknown(), self.span);
        };
        let keys = self.keys(last);
        let (mut rows, mut start) = self.last(last, &keys, optional);
        let strict = self.may_share_an_event();
        for (number, step) in earlier.iter().enumerate().rev() {
            let (stage, from, to) = self.earlier(step, number, &keys);
            let on = keys.iter().map(|key| {
                let column = Expr::column(&key.name, key.expr.ty, step.span);
                JoinKey { left: column.clone(), right: column }
            });
            let op = Op::Join { left: rows, right: stage, kind: JoinKind::Inner, keys: on.collect(), lookup: false };
            let joined = Plan::new(op, Schema::unknown(), self.span);
            rows = filtered(&joined, self.within(&from, &to, &start, strict));
            start = from;
        }
        if earlier.is_empty() { rows } else { self.nearest(&rows, &start, &keys) }
    }

    /// Names the keys after the last step's columns. Without keys every pair of events is tied: by a constant.
    fn keys(&self, last: &Step) -> Vec<Named> {
        let mut named: Vec<Named> = Vec::new();
        for (number, key) in last.by.iter().enumerate() {
            let own = key.column_name().filter(|name| !named.iter().any(|known| known.name == **name)).cloned();
            named.push(Named { name: own.unwrap_or_else(|| Arc::from(format!("Key{}", number + 1))), expr: key.clone() });
        }
        if named.is_empty() { vec![Named { name: Arc::from("AnyKey"), expr: Expr::literal(true, Type::Bool, self.span) }] } else { named }
    }

    /// The last step's events with all of their columns; the second value is the column of its first run's time.
    fn last(&self, step: &Step, keys: &[Named], optional: &[bool]) -> (Arc<Plan>, Arc<str>) {
        let is_asked = |number: usize| !optional.get(number).copied().unwrap_or_default();
        let asked = step.by.iter().enumerate().filter(|(number, _)| is_asked(*number)).map(|(_, key)| super::expand::has_value(key));
        let computed: Vec<Named> = keys.iter().filter(|key| !super::expand::is_own_name(key)).cloned().collect();
        let present = filtered(&step.input, asked.collect());
        let rows = if computed.is_empty() { present } else { extended(&present, computed, step.span) };
        if step.runs < 2 {
            return (rows, self.time.clone());
        }
        let first: Arc<str> = Arc::from("FirstRunTime");
        let rows = Self::in_a_row(&rows, keys, step, (self.time, &first));
        let reach = self.maxspan.map(|maxspan| self.near(&first, maxspan, step.span));
        (filtered(&rows, reach.into_iter().collect()), first)
    }

    /// An earlier step: its keys under the last one's names, and the columns of its first and last run's times.
    fn earlier(&self, step: &Step, number: usize, keys: &[Named]) -> (Arc<Plan>, Arc<str>, Arc<str>) {
        let to: Arc<str> = Arc::from(format!("Step{}Time", number + 1));
        let time = Named { name: to.clone(), expr: Expr::column(self.time, Type::DateTime, step.span) };
        let mut columns: Vec<Named> = keys
            .iter()
            .enumerate()
            .map(|(at, key)| Named { name: key.name.clone(), expr: step.by.get(at).unwrap_or(&key.expr).clone() })
            .collect();
        columns.push(time);
        let schema = Schema::closed(columns.iter().map(|c| Column::new(&c.name, c.expr.ty)).collect());
        let mut rows = Plan::new(Op::Project { input: step.input.clone(), columns }, schema, step.span);
        let mut from = to.clone();
        if step.runs > 1 {
            from = Arc::from(format!("Step{}Start", number + 1));
            rows = Self::in_a_row(&rows, keys, step, (&to, &from));
        }
        let name = Some(Arc::from(format!("Step{}", number + 1)));
        let named = Plan { op: rows.op.clone(), schema: rows.schema.clone(), span: rows.span, name };
        (Arc::new(named), from, to)
    }

    /// `sort by keys asc, time asc | where prev(keys, n - 1) are the same | extend first = prev(time, n - 1)`
    /// (<https://learn.microsoft.com/kusto/query/prev-function>): the shortest stretch that ends with an event of n in a row.
    fn in_a_row(rows: &Arc<Plan>, keys: &[Named], step: &Step, (time, first): (&Arc<str>, &Arc<str>)) -> Arc<Plan> {
        let span = step.span;
        let column = |name: &Arc<str>, ty| Expr::column(name, ty, span);
        let back = |value: Expr| {
            let ty = value.ty;
            let args = vec![value, Expr::literal(i64::from(step.runs) - 1, Type::Long, span)];
            Expr::new(ExprKind::Call { function: Arc::from("prev"), args }, ty, span)
        };
        let order = keys.iter().map(|key| column(&key.name, key.expr.ty)).chain([column(time, Type::DateTime)]);
        let order = order.map(|expr| SortKey { expr, descending: false, nulls_first: true }).collect();
        let sorted = Plan::new(Op::Sort { input: rows.clone(), keys: order }, rows.schema.clone(), span);
        let same = keys.iter().map(|key| compared(Comparison::Eq, back(column(&key.name, key.expr.ty)), column(&key.name, key.expr.ty)));
        let is_run: Arc<str> = Arc::from("IsRun");
        let columns = vec![
            Named { name: first.clone(), expr: back(column(time, Type::DateTime)) },
            Named { name: is_run.clone(), expr: Expr::all(same.collect::<Vec<_>>(), span) },
        ];
        filtered(&extended(&sorted, columns, span), vec![column(&is_run, Type::Bool)])
    }

    /// The order of an earlier step and the one behind it, and how far the whole may reach.
    fn within(&self, from: &Arc<str>, to: &Arc<str>, next: &Arc<str>, strict: bool) -> Vec<Expr> {
        let column = |name: &Arc<str>| Expr::column(name, Type::DateTime, self.span);
        let mut conditions = Vec::new();
        if self.is_ordered {
            conditions.push(compared(if strict { Comparison::Lt } else { Comparison::Le }, column(to), column(next)));
        }
        if let Some(maxspan) = self.maxspan {
            conditions.push(self.near(from, maxspan, self.span));
            if !self.is_ordered {
                conditions.push(compared(Comparison::Le, column(to), self.shifted(Arithmetic::Add, maxspan)));
            }
        }
        conditions
    }

    /// `start >= time - maxspan`
    fn near(&self, start: &Arc<str>, maxspan: i64, span: Span) -> Expr {
        compared(Comparison::Ge, Expr::column(start, Type::DateTime, span), self.shifted(Arithmetic::Subtract, maxspan))
    }

    fn shifted(&self, op: Arithmetic, ticks: i64) -> Expr {
        let left = Box::new(Expr::column(self.time, Type::DateTime, self.span));
        let right = Box::new(Expr::literal(Value::TimeSpan(ticks), Type::TimeSpan, self.span));
        Expr::new(ExprKind::Arithmetic { op, left, right }, Type::DateTime, self.span)
    }

    /// Of several first events for one last event the nearest: `summarize arg_max(first, *) by keys, time`.
    fn nearest(&self, rows: &Arc<Plan>, first: &Arc<str>, keys: &[Named]) -> Arc<Plan> {
        let column = |name: &Arc<str>, ty| Named { name: name.clone(), expr: Expr::column(name, ty, self.span) };
        let mut by: Vec<Named> = keys.iter().map(|key| column(&key.name, key.expr.ty)).collect();
        if self.is_ordered && !by.iter().any(|key| key.name == *self.time) {
            by.push(column(self.time, Type::DateTime));
        }
        let aggregate = Aggregate {
            names: vec![first.clone()],
            function: Arc::from("arg_max"),
            args: vec![Expr::column(first, Type::DateTime, self.span)],
            star: true,
            ty: Type::DateTime,
            span: self.span,
        };
        Plan::new(
            Op::Aggregate { input: rows.clone(), keys: by, aggregates: vec![aggregate], post: Vec::new() },
            Schema::unknown(),
            self.span,
        )
    }
}

/// What a step reads, as text that compares.
fn scans(plan: &Arc<Plan>) -> Vec<String> {
    let mut found = Vec::new();
    plan.walk(&mut |node| {
        if let Op::Scan(source) = &node.op {
            found.push(format!("{source:?}"));
        }
    });
    found
}

pub(super) fn extended(input: &Arc<Plan>, columns: Vec<Named>, span: Span) -> Arc<Plan> {
    let mut schema = input.schema.clone();
    schema.columns.extend(columns.iter().map(|column| Column::new(&column.name, column.expr.ty)));
    Plan::new(Op::Extend { input: input.clone(), columns }, schema, span)
}

fn compared(op: Comparison, left: Expr, right: Expr) -> Expr {
    let span = left.span;
    Expr::new(ExprKind::Compare { op, case: Case::Sensitive, left: Box::new(left), right: Box::new(right) }, Type::Bool, span)
}
