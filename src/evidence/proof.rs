//! Whether a translation, read back, says what the original says once mapped into the target's dialect.

use super::differential::NOW;
use crate::emit::Emitted;
use crate::idiom::recognise;
use crate::ir::{Dialect, Op, Plan, Rule};
use crate::mapping::{Sources, map_plan};
use crate::solve::canonical::Canon;
use crate::solve::{are_equivalent, family};
use std::sync::Arc;

/// What a proof takes for granted, for a pair of dialects.
pub(super) fn assumptions(from: Dialect, to: Dialect) -> Vec<&'static str> {
    let is_kusto = |dialect| matches!(dialect, Dialect::Sentinel | Dialect::Kql);
    let mut out = vec!["the log source files in `targets/sources/` describe both sides", "a mapped field holds one value on both sides"];
    if is_kusto(from) != is_kusto(to) {
        out.push("an empty string in a column and a missing field are the same thing");
    }
    if is_kusto(to) {
        out.push("a data set that is several tables is their union");
    }
    out
}

/// Tells whether the two are proven to match the same events.
pub(super) fn is_proven(rule: &Rule, back: &Rule, emitted: &Emitted, sources: &Sources) -> bool {
    let (from, to) = (rule.dialect, emitted.target.dialect());
    let (Some(original), Some(translation)) = (&rule.detection, &back.detection) else { return false };
    let found = recognise(&original.plan, from.time_column());
    let Some(mapped) = map_plan(&found.plan, from, to, sources).plan else { return false };
    let read = recognise(&translation.plan, to.time_column());
    same(&mapped, &read.plan, &mut Canon::default())
}

/// Tells whether two plans of one dialect put out the same events: the same operators, and filters that are proven equivalent.
fn same(mapped: &Arc<Plan>, read: &Arc<Plan>, canon: &mut Canon) -> bool {
    if canon.plan(mapped) == canon.plan(read) {
        return true;
    }
    match (&mapped.op, &read.op) {
        (Op::Filter { input: a, predicate: p }, Op::Filter { input: b, predicate: q }) => {
            same(a, b, canon) && are_equivalent(p, q, family(a), NOW)
        }
        (Op::Union { inputs: a, .. }, Op::Union { inputs: b, .. }) => {
            a.len() == b.len() && a.iter().all(|one| b.iter().any(|other| same(one, other, canon)))
        }
        (a, b) => {
            let (inputs, others) = (a.inputs(), b.inputs());
            let mut bare = b.clone();
            for (input, own) in bare.inputs_mut().into_iter().zip(&inputs) {
                *input = Arc::clone(own);
            }
            !inputs.is_empty()
                && inputs.len() == others.len()
                && canon.own(a) == canon.own(&bare)
                && inputs.into_iter().zip(others).all(|(one, other)| same(one, other, canon))
        }
    }
}
