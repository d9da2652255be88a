//! A pipeline as a list of stages from its source on, and which stages of two versions belong together.

use crate::ir::{Expr, Op, Plan};
use crate::solve::canonical::{Canon, filters};
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::sync::Arc;

/// One stage.
pub(super) struct Stage<'a> {
    /// The operator; for neighbouring filters the last of them.
    pub plan: &'a Arc<Plan>,
    /// What people call the operator.
    pub word: &'static str,
    /// The conditions, where it is a filter.
    pub conditions: Vec<&'a Expr>,
    /// The `let` that it belongs to.
    pub within: Option<Arc<str>>,
    /// Equal for stages that do the same.
    key: String,
}

/// Stages of two versions side by side.
pub(super) enum Aligned<'s, 'a> {
    /// The same in both.
    Same(&'s Stage<'a>),
    /// Two versions of one.
    Pair(&'s Stage<'a>, &'s Stage<'a>),
    /// Only in the old version.
    Removed(&'s Stage<'a>),
    /// Only in the new version.
    Added(&'s Stage<'a>),
}

/// Takes a pipeline apart, source first.
pub(super) fn stages<'a>(plan: &'a Arc<Plan>, canon: &mut Canon) -> Vec<Stage<'a>> {
    let mut found = Vec::new();
    let mut within = None;
    let mut next = Some(plan);
    while let Some(plan) = next {
        within = plan.name.clone().or(within);
        let (conditions, key) = if let Op::Filter { .. } = &plan.op {
            let (conditions, input) = filters(plan);
            next = Some(input);
            let key = canon.conditions(&conditions);
            (conditions, key)
        } else {
            next = plan.op.piped();
            (Vec::new(), canon.own(&plan.op))
        };
        found.push(Stage { plan, word: word(&plan.op), conditions, within: within.clone(), key });
    }
    found.reverse();
    found
}

/// Puts the stages of two versions side by side.
pub(super) fn align<'s, 'a>(old: &'s [Stage<'a>], new: &'s [Stage<'a>]) -> Vec<Aligned<'s, 'a>> {
    let keys = |stages: &'s [Stage<'a>]| -> Vec<&'s str> { stages.iter().map(|stage| stage.key.as_str()).collect() };
    let mut out = Vec::new();
    // Stages between two that are the same: old ones, new ones.
    let (mut gone, mut come): (Vec<&Stage<'_>>, Vec<&Stage<'_>>) = (Vec::new(), Vec::new());
    for op in capture_diff_slices(Algorithm::Myers, &keys(old), &keys(new)) {
        let (olds, news) = (old.get(op.old_range()).unwrap_or_default(), new.get(op.new_range()).unwrap_or_default());
        if let DiffOp::Equal { .. } = op {
            out.extend(by_word(&gone, &come));
            gone.clear();
            come.clear();
            out.extend(olds.iter().map(Aligned::Same));
        } else {
            gone.extend(olds);
            come.extend(news);
        }
    }
    out.extend(by_word(&gone, &come));
    out
}

/// Pairs stages of the same operator, in order.
fn by_word<'s, 'a>(gone: &[&'s Stage<'a>], come: &[&'s Stage<'a>]) -> Vec<Aligned<'s, 'a>> {
    let words = |stages: &[&Stage<'_>]| -> Vec<&'static str> { stages.iter().map(|stage| stage.word).collect() };
    let mut out = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &words(gone), &words(come)) {
        let (olds, news) = (gone.get(op.old_range()).unwrap_or_default(), come.get(op.new_range()).unwrap_or_default());
        if let DiffOp::Equal { .. } = op {
            out.extend(olds.iter().zip(news).map(|(a, b)| Aligned::Pair(a, b)));
        } else {
            out.extend(olds.iter().map(|stage| Aligned::Removed(stage)));
            out.extend(news.iter().map(|stage| Aligned::Added(stage)));
        }
    }
    out
}

/// What people call an operator.
fn word(op: &Op) -> &'static str {
    match op {
        Op::Scan(_) => "source",
        Op::Literal(_) | Op::Print(_) | Op::Range { .. } | Op::Each => "rows",
        Op::Filter { .. } => "filter",
        Op::Extend { .. } => "computed columns",
        Op::Project { .. } | Op::Select { .. } => "output columns",
        Op::Aggregate { .. } => "aggregation",
        Op::Distinct { .. } => "distinct columns",
        Op::Join { .. } => "join",
        Op::Union { .. } => "union",
        Op::Expand { .. } | Op::Apply { .. } => "expansion",
        Op::Sort { .. } => "order",
        Op::Limit { .. } => "limit",
        Op::Serialize { .. } => "row order",
        Op::Count { .. } => "count",
        Op::Parse { .. } | Op::ParseKeyValue { .. } => "parsing",
        Op::MakeSeries { .. } => "series",
        Op::Partition { .. } => "partition",
        Op::Special { .. } => "operator",
        Op::FirstSeen(_) => "new-terms test",
        Op::Threshold(_) => "threshold",
        Op::Sequence(_) => "sequence",
        Op::Sample(_) => "sample",
        Op::Correlate(_) => "correlation",
        Op::Indicators { .. } => "indicator match",
        Op::Opaque { .. } => "part that is not understood",
    }
}
