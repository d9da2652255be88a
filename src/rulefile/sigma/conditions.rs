//! Conditions of temporal correlations over rule names: `failed_logon and (new_admin or new_service)`.
//!
//! The words are those of a detection's condition; a name is true while the rule has a match in the window.

use crate::diagnostic::Diagnostic;
use crate::ir::{CorrelationForm, Expr, ExprKind, Type};
use crate::lang::sigma::ast::{Condition, ConditionKind};
use crate::lang::sigma::{condition as language, is_meant};
use crate::source::Spanned;

/// Reads the condition of a correlation.
///
/// # Errors
/// What is wrong with it: also that its type takes a number, or that a list of rules leaves out one of its names.
pub(super) fn parse(text: &Spanned<String>, form: &CorrelationForm) -> Result<Condition, Diagnostic> {
    if form.kind.value != "temporal" {
        let message = format!("a condition over rule names belongs to `temporal` correlations, not to `{}`", form.kind.value);
        return Err(Diagnostic::error("bad-correlation-condition", text.span, message));
    }
    let condition = language::parse(&text.value).map_err(|found| Diagnostic::error(found.code, text.span, found.message))?;
    let unlisted = |name: &String| form.rules.iter().all(|rule| rule.value != *name);
    match names(&condition).into_iter().find(unlisted).filter(|_| !form.rules.is_empty()) {
        Some(name) => {
            let message = format!("the condition names `{name}`, which `rules` does not list");
            Err(Diagnostic::error("bad-correlation-condition", text.span, message))
        }
        None => Ok(condition),
    }
}

/// Returns the rules that a condition names, each once.
pub(super) fn names(condition: &Condition) -> Vec<String> {
    let mut found = match &condition.kind {
        ConditionKind::And(items) | ConditionKind::Or(items) => items.iter().flat_map(names).collect(),
        ConditionKind::Not(inner) => names(inner),
        ConditionKind::Selection(name) => vec![name.clone()],
        ConditionKind::Quantified { .. } => Vec::new(),
    };
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|name| seen.insert(name.clone()));
    found
}

/// Lowers a condition to a predicate over a column of true and false for each rule.
pub(super) fn lower(condition: &Condition, rules: &[String]) -> Expr {
    let span = condition.span;
    let column = |name: &String| Expr::column(name, Type::Bool, span);
    match &condition.kind {
        ConditionKind::And(items) => Expr::all(items.iter().map(|item| lower(item, rules)), span),
        ConditionKind::Or(items) => Expr::any(items.iter().map(|item| lower(item, rules)), span),
        ConditionKind::Not(inner) => Expr::new(ExprKind::Not(Box::new(lower(inner, rules))), Type::Bool, span),
        ConditionKind::Selection(name) => column(name),
        ConditionKind::Quantified { all, pattern } => {
            let meant = rules.iter().filter(|name| is_meant(name, pattern.as_deref())).map(column);
            if *all { Expr::all(meant, span) } else { Expr::any(meant, span) }
        }
    }
}
