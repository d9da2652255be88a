//! Going into plans to change them: every plan and expression directly inside an operator, by mutable reference.
//!
//! The order is that of [`Op::inputs`] and [`Op::expressions`].

use super::{Aggregate, Expr, ExprKind, Named, Op, Plan, Step};
use std::sync::Arc;

fn named(columns: &mut [Named]) -> impl Iterator<Item = &mut Expr> {
    columns.iter_mut().map(|column| &mut column.expr)
}

fn calls(aggregates: &mut [Aggregate]) -> impl Iterator<Item = &mut Expr> {
    aggregates.iter_mut().flat_map(|aggregate| &mut aggregate.args)
}

fn keys<'a>(steps: impl Iterator<Item = &'a mut Step>) -> Vec<&'a mut Expr> {
    steps.flat_map(|step| &mut step.by).collect()
}

impl Op {
    /// Returns every plan that feeds the operator.
    pub fn inputs_mut(&mut self) -> Vec<&mut Arc<Plan>> {
        match self {
            Self::Scan(_) | Self::Literal(_) | Self::Print(_) | Self::Range { .. } | Self::Each => Vec::new(),
            Self::Filter { input, .. }
            | Self::Extend { input, .. }
            | Self::Project { input, .. }
            | Self::Select { input, .. }
            | Self::Aggregate { input, .. }
            | Self::Distinct { input, .. }
            | Self::Expand { input, .. }
            | Self::Sort { input, .. }
            | Self::Limit { input, .. }
            | Self::Serialize { input, .. }
            | Self::Count { input }
            | Self::Parse { input, .. }
            | Self::ParseKeyValue { input, .. }
            | Self::MakeSeries { input, .. } => vec![input],
            Self::Apply { input, body, .. } | Self::Partition { input, body, .. } => vec![input, body],
            Self::Join { left, right, .. } => vec![left, right],
            Self::Union { inputs, .. } | Self::Special { inputs, .. } => inputs.iter_mut().collect(),
            Self::FirstSeen(f) => vec![&mut f.recent.input, &mut f.history.input],
            Self::Threshold(t) => vec![&mut t.input],
            Self::Sequence(s) => s.steps.iter_mut().chain(&mut s.until).map(|step| &mut step.input).collect(),
            Self::Sample(s) => s.steps.iter_mut().map(|step| &mut step.input).collect(),
            Self::Correlate(c) => c.rules.iter_mut().map(|(_, plan)| plan).collect(),
            Self::Indicators { input, indicators, .. } => vec![input, indicators],
            Self::Opaque { input, .. } => input.iter_mut().collect(),
        }
    }

    /// Returns the expressions of the operator itself.
    pub fn expressions_mut(&mut self) -> Vec<&mut Expr> {
        match self {
            Self::Filter { predicate, .. } => vec![predicate],
            Self::Print(columns)
            | Self::Extend { columns, .. }
            | Self::Project { columns, .. }
            | Self::Distinct { columns, .. }
            | Self::Serialize { columns, .. } => named(columns).collect(),
            Self::Range { from, to, step } => vec![from, to, step],
            Self::Aggregate { keys, aggregates, post, .. } => named(keys).chain(calls(aggregates)).chain(named(post)).collect(),
            Self::Join { keys, .. } => keys.iter_mut().flat_map(|key| [&mut key.left, &mut key.right]).collect(),
            Self::Expand { columns, .. } | Self::Apply { columns, .. } => columns.iter_mut().map(|column| &mut column.expr).collect(),
            Self::Sort { keys, .. } => keys.iter_mut().map(|key| &mut key.expr).collect(),
            Self::Limit { count, .. } => vec![count],
            Self::Parse { expr, .. } | Self::ParseKeyValue { expr, .. } => vec![expr],
            Self::MakeSeries { aggregates, defaults, on, from, to, step, keys, .. } => calls(aggregates)
                .chain(defaults.iter_mut().flatten())
                .chain([&mut on.expr])
                .chain(from)
                .chain(to)
                .chain([step])
                .chain(named(keys))
                .collect(),
            Self::Partition { by, .. } => vec![by],
            Self::Special { args, .. } => named(args).collect(),
            Self::FirstSeen(f) => named(&mut f.keys).chain(named(&mut f.history_keys)).collect(),
            Self::Threshold(t) => named(&mut t.keys).chain(t.cardinality.iter_mut().map(|(column, _)| &mut column.expr)).collect(),
            Self::Sequence(s) => keys(s.steps.iter_mut().chain(&mut s.until)),
            Self::Sample(s) => keys(s.steps.iter_mut()),
            Self::Correlate(c) => c.condition.iter_mut().collect(),
            Self::Scan(_)
            | Self::Literal(_)
            | Self::Each
            | Self::Select { .. }
            | Self::Union { .. }
            | Self::Count { .. }
            | Self::Indicators { .. }
            | Self::Opaque { .. } => Vec::new(),
        }
    }
}

impl Expr {
    /// Returns the plans inside, those of `in (T | …)` and `toscalar`.
    pub fn plans(&self) -> Vec<&Arc<Plan>> {
        let mut found = Vec::new();
        self.walk(&mut |part| {
            if let ExprKind::InPlan { plan, .. } | ExprKind::Scalar(plan) = &part.kind {
                found.push(plan);
            }
        });
        found
    }

    /// Returns the expression with each plan inside replaced.
    #[must_use]
    pub fn map_plans(&self, map: &mut dyn FnMut(&Arc<Plan>) -> Arc<Plan>) -> Self {
        let mut mapped = self.map_children(&mut |child| child.map_plans(map));
        if let ExprKind::InPlan { plan, .. } | ExprKind::Scalar(plan) = &mut mapped.kind {
            *plan = map(plan);
        }
        mapped
    }
}
