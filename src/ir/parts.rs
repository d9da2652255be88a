//! The plans and expressions that stand directly inside an operator: one table, read by reference and by mutable reference.

use super::{Aggregate, Expr, ExprKind, Named, Op, Plan, Step};
use std::sync::Arc;

/// Writes the two listings of an operator's parts for one kind of reference.
macro_rules! parts {
    ($inputs:ident, $expressions:ident, $iter:ident $(, $mutable:tt)?) => {
        impl Op {
            /// Returns every plan that feeds the operator; sub-plans inside its expressions are not among them.
            pub fn $inputs(&$($mutable)? self) -> Vec<&$($mutable)? Arc<Plan>> {
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
                    Self::Union { inputs, .. } | Self::Special { inputs, .. } => inputs.$iter().collect(),
                    Self::FirstSeen(f) => vec![&$($mutable)? f.recent.input, &$($mutable)? f.history.input],
                    Self::Threshold(t) => vec![&$($mutable)? t.input],
                    Self::Sequence(s) => {
                        s.steps.$iter().chain(&$($mutable)? s.until).map(|step| &$($mutable)? step.input).collect()
                    }
                    Self::Sample(s) => s.steps.$iter().map(|step| &$($mutable)? step.input).collect(),
                    Self::Correlate(c) => c.rules.$iter().map(|(_, plan)| plan).collect(),
                    Self::Indicators { input, indicators, .. } => vec![input, indicators],
                    Self::Opaque { input, .. } => input.$iter().collect(),
                }
            }

            /// Returns the expressions of the operator itself, not those of its inputs.
            pub fn $expressions(&$($mutable)? self) -> Vec<&$($mutable)? Expr> {
                fn named(columns: &$($mutable)? [Named]) -> impl Iterator<Item = &$($mutable)? Expr> {
                    columns.$iter().map(|column| &$($mutable)? column.expr)
                }
                fn calls(aggregates: &$($mutable)? [Aggregate]) -> impl Iterator<Item = &$($mutable)? Expr> {
                    aggregates.$iter().flat_map(|aggregate| &$($mutable)? aggregate.args)
                }
                fn by<'a>(steps: impl Iterator<Item = &'a $($mutable)? Step>) -> Vec<&'a $($mutable)? Expr> {
                    steps.flat_map(|step| &$($mutable)? step.by).collect()
                }
                match self {
                    Self::Filter { predicate, .. } => vec![predicate],
                    Self::Print(columns)
                    | Self::Extend { columns, .. }
                    | Self::Project { columns, .. }
                    | Self::Distinct { columns, .. }
                    | Self::Serialize { columns, .. } => named(columns).collect(),
                    Self::Range { from, to, step } => vec![from, to, step],
                    Self::Aggregate { keys, aggregates, post, .. } => {
                        named(keys).chain(calls(aggregates)).chain(named(post)).collect()
                    }
                    Self::Join { keys, .. } => {
                        keys.$iter().flat_map(|key| [&$($mutable)? key.left, &$($mutable)? key.right]).collect()
                    }
                    Self::Expand { columns, .. } | Self::Apply { columns, .. } => {
                        columns.$iter().map(|column| &$($mutable)? column.expr).collect()
                    }
                    Self::Sort { keys, .. } => keys.$iter().map(|key| &$($mutable)? key.expr).collect(),
                    Self::Limit { count, .. } => vec![count],
                    Self::Parse { expr, .. } | Self::ParseKeyValue { expr, .. } => vec![expr],
                    Self::MakeSeries { aggregates, defaults, on, from, to, step, keys, .. } => calls(aggregates)
                        .chain(defaults.$iter().flatten())
                        .chain([&$($mutable)? on.expr])
                        .chain(from)
                        .chain(to)
                        .chain([step])
                        .chain(named(keys))
                        .collect(),
                    Self::Partition { by, .. } => vec![by],
                    Self::Special { args, .. } => named(args).collect(),
                    Self::FirstSeen(f) => named(&$($mutable)? f.keys).chain(named(&$($mutable)? f.history_keys)).collect(),
                    Self::Threshold(t) => named(&$($mutable)? t.keys)
                        .chain(t.cardinality.$iter().map(|(column, _)| &$($mutable)? column.expr))
                        .collect(),
                    Self::Sequence(s) => by(s.steps.$iter().chain(&$($mutable)? s.until)),
                    Self::Sample(s) => by(s.steps.$iter()),
                    Self::Correlate(c) => c.condition.$iter().collect(),
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
    };
}

parts!(inputs, expressions, iter);
parts!(inputs_mut, expressions_mut, iter_mut, mut);

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
