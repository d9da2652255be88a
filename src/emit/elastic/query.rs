//! The query of an Elastic rule: kuery where it says all, else EQL where that says more.

use super::super::Refused;
use crate::diagnostic::Loss;
use crate::ir::{Expr, Language, Plan};
use crate::lang::{eql, kuery};
use crate::schema::{Catalog, FieldType};

/// A query with its language.
pub(super) struct Query {
    pub(super) language: Language,
    pub(super) text: String,
}

fn types(name: &str) -> FieldType {
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
