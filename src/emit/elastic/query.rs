//! The query of an Elastic rule: kuery where it says all, else EQL where that says more.

use super::super::{Refused, form};
use crate::diagnostic::Loss;
use crate::ir::{Expr, Language, Op, Plan, Schema, TableSource};
use crate::lang::{eql, kuery};
use crate::schema::{Catalog, FieldType};
use std::sync::Arc;

/// A query with its language.
pub(super) struct Query {
    pub(super) language: Language,
    pub(super) text: String,
}

pub(super) fn types(name: &str) -> FieldType {
    Catalog::builtin().field(name).unwrap_or_default()
}

/// Writes kuery, the one language of thresholds and new terms.
pub(super) fn in_kuery(predicate: Option<&Expr>, losses: &mut Vec<Loss>) -> Result<Query, Refused> {
    let text = match predicate {
        Some(predicate) => kuery::print(&kuery::raise(predicate, &types, losses)?),
        None => "*:*".to_owned(),
    };
    Ok(Query { language: Language::Kuery, text })
}

/// Writes EQL: events, or sequences of them.
pub(super) fn in_eql(plan: &Plan, losses: &mut Vec<Loss>) -> Result<Query, Refused> {
    let query = eql::raise(plan, &types, losses)?;
    Ok(Query { language: Language::Eql, text: eql::print(&query) })
}

/// Writes the form of a filter that keeps most; kuery where both keep as much. `plan` is the filter over its scan.
pub(super) fn of_filter(plan: &Plan, predicate: Option<&Expr>, losses: &mut Vec<Loss>) -> Result<Query, Refused> {
    let differences = |losses: &[Loss]| losses.iter().filter(|loss| loss.fidelity.is_approximate()).count();
    let (mut of_kuery, mut of_eql) = (Vec::new(), Vec::new());
    let kuery = in_kuery(predicate, &mut of_kuery);
    if kuery.is_ok() && differences(&of_kuery) == 0 {
        losses.extend(of_kuery);
        return kuery;
    }
    match in_eql(plan, &mut of_eql) {
        Ok(eql) if kuery.is_err() || differences(&of_eql) < differences(&of_kuery) => {
            losses.extend(of_eql);
            Ok(eql)
        }
        _ => {
            losses.extend(of_kuery);
            kuery
        }
    }
}

/// Returns a source as one scan with the conditions on it: a union of filtered indices is one list of indices, since every condition
/// names its data set; `None` where other operators stand in it.
pub(super) fn one_scan(plan: &Arc<Plan>) -> Option<Arc<Plan>> {
    let Op::Union { inputs, source_column: None, .. } = &plan.op else {
        return form::filter_over_scan(plan).filter(|(scan, _)| matches!(scan.op, Op::Scan(_))).map(|_| plan.clone());
    };
    let mut patterns: Vec<Arc<str>> = Vec::new();
    let mut either = Vec::new();
    for input in inputs {
        let input = one_scan(input)?;
        let (scan, predicate) = form::filter_over_scan(&input)?;
        let (Op::Scan(TableSource::Index(names)), Some(predicate)) = (&scan.op, predicate) else { return None };
        patterns.extend(names.iter().filter(|name| !patterns.contains(name)).cloned().collect::<Vec<_>>());
        if !either.contains(predicate) {
            either.push(predicate.clone());
        }
    }
    let scan = Plan::new(Op::Scan(TableSource::Index(patterns)), Schema::unknown(), plan.span);
    Some(Plan::new(Op::Filter { input: scan, predicate: Expr::any(either, plan.span) }, Schema::unknown(), plan.span))
}

/// Writes a filter without the conditions that neither kuery nor EQL can say, each named as what leaving it out changes; a filter that
/// would ask nothing more of the events stays refused.
pub(super) fn of_sayable(plan: &Arc<Plan>, predicate: &Expr, losses: &mut Vec<Loss>) -> Result<Query, Refused> {
    let says = |condition: &Expr| of_filter(&with(plan, condition), Some(condition), &mut Vec::new()).map(|_| ());
    let (kept, dropped) = form::sayable(predicate, &says)?;
    losses.extend(dropped);
    of_filter(&with(plan, &kept), Some(&kept), losses)
}

/// The same source with another condition on it.
fn with(plan: &Arc<Plan>, predicate: &Expr) -> Arc<Plan> {
    let input = form::filter_over_scan(plan).map_or_else(|| plan.clone(), |(scan, _)| scan.clone());
    Plan::new(Op::Filter { input, predicate: predicate.clone() }, Schema::unknown(), plan.span)
}
