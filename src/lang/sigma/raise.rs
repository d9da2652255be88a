//! From the IR to a Sigma detection: selections and the condition that joins them.
//!
//! What fits into one mapping becomes one selection, alternatives become lists, what is negated becomes a filter. Sigma says case,
//! networks, expressions and fields exactly; what it cannot say is refused with its place.

mod item;

use super::ast::{Condition, ConditionKind, Detection, Item, Search, SearchKind, Selection};
use super::modifier::Modifier;
use crate::diagnostic::{Fidelity, Loss};
use crate::ir::{Expr, ExprKind, Value};
use crate::source::{Span, Spanned};

/// Raises a predicate over event fields; `losses` gets what the detection does not keep.
///
/// # Errors
/// Every part that Sigma cannot say at all, as a loss of fidelity `refused`.
pub fn raise(expr: &Expr, losses: &mut Vec<Loss>) -> Result<Detection, Vec<Loss>> {
    let mut raiser = Raiser { selections: Vec::new(), losses: Vec::new() };
    let condition = raiser.condition(expr, false);
    let (refused, kept): (Vec<_>, Vec<_>) = raiser.losses.into_iter().partition(|loss| loss.fidelity == Fidelity::Refused);
    if !refused.is_empty() {
        return Err(refused);
    }
    losses.extend(kept);
    Ok(Detection { selections: raiser.selections, conditions: vec![condition], timeframe: None, span: expr.span })
}

struct Raiser {
    selections: Vec<Selection>,
    losses: Vec<Loss>,
}

impl Raiser {
    fn refuse(&mut self, code: &'static str, span: Span, message: impl Into<String>) {
        self.losses.push(Loss::query(code, Fidelity::Refused, span, message));
    }

    /// Raises a part of the condition; what fits into a selection becomes one. `excluded` says that it stands under `not`.
    fn condition(&mut self, expr: &Expr, excluded: bool) -> Condition {
        if let Some(search) = self.search(expr) {
            return self.selection(search, excluded);
        }
        match &expr.kind {
            ExprKind::And(items) => self.conjunction(items, excluded),
            ExprKind::Or(items) => {
                let items = items.iter().map(|item| self.condition(item, excluded)).collect();
                condition(ConditionKind::Or(items))
            }
            ExprKind::Not(inner) => condition(ConditionKind::Not(Box::new(self.condition(inner, !excluded)))),
            ExprKind::Literal(Value::Bool(_)) => {
                self.refuse(
                    "constant-not-in-sigma",
                    expr.span,
                    "a Sigma condition is about fields: it cannot be always true or always false",
                );
                condition(ConditionKind::Selection(String::new()))
            }
            _ => {
                self.refuse("expression-not-in-sigma", expr.span, "Sigma compares fields with constants and computes nothing");
                condition(ConditionKind::Selection(String::new()))
            }
        }
    }

    /// The operands that fit into one mapping together make one selection; the others follow on their own.
    fn conjunction(&mut self, operands: &[Expr], excluded: bool) -> Condition {
        let mut together: Vec<Item> = Vec::new();
        let mut apart = Vec::new();
        let operands = requirements(operands);
        for operand in &operands {
            match item::of(operand, &mut self.losses) {
                Some(item) if together.iter().all(|other| key(other) != key(&item)) && item.field.is_some() => together.push(item),
                _ => apart.push(operand),
            }
        }
        let mut items = Vec::new();
        if !together.is_empty() {
            let span = together.iter().map(|item| item.key).reduce(Span::to).unwrap_or_default();
            items.push(self.selection(Search { kind: SearchKind::All(together), span }, excluded));
        }
        items.extend(apart.into_iter().map(|operand| self.condition(operand, excluded)).collect::<Vec<_>>());
        joined(items, ConditionKind::And)
    }

    /// Returns the search that says the whole of an expression, if one does.
    fn search(&mut self, expr: &Expr) -> Option<Search> {
        let of = |kind| Some(Search { kind, span: expr.span });
        if let Some(keywords) = item::keywords(expr, &mut self.losses) {
            return of(keywords);
        }
        if let Some(item) = item::of(expr, &mut self.losses) {
            return of(SearchKind::All(vec![item]));
        }
        match &expr.kind {
            ExprKind::And(operands) => {
                let losses = self.losses.len();
                let operands = requirements(operands);
                let items: Option<Vec<Item>> = operands.iter().map(|operand| item::of(operand, &mut self.losses)).collect();
                let items = items.filter(|items| are_distinct(items));
                if items.is_none() {
                    self.losses.truncate(losses);
                }
                of(SearchKind::All(items?))
            }
            ExprKind::Or(operands) => {
                let losses = self.losses.len();
                let alternatives = alternatives(operands);
                // One group of all is what `item::of` has just not been able to say.
                let alternatives = if alternatives.len() == 1 { operands.clone() } else { alternatives };
                let searches: Option<Vec<Search>> = alternatives.iter().map(|operand| self.search(operand)).collect();
                if searches.is_none() {
                    self.losses.truncate(losses);
                }
                of(SearchKind::Any(searches?))
            }
            _ => None,
        }
    }

    fn selection(&mut self, search: Search, excluded: bool) -> Condition {
        let stem = if excluded { "filter" } else { "selection" };
        if let Some(same) = self.selections.iter().find(|known| known.search == search && known.name.value.starts_with(stem)) {
            return condition(ConditionKind::Selection(same.name.value.clone()));
        }
        let count = self.selections.iter().filter(|known| known.name.value.starts_with(stem)).count();
        let name = if count == 0 { stem.to_owned() } else { format!("{stem}_{}", count + 1) };
        self.selections.push(Selection { name: Spanned::new(name.clone(), Span::default()), search });
        condition(ConditionKind::Selection(name))
    }
}

/// A field with its modifiers, as an item is keyed.
type Key = (String, Vec<Spanned<Modifier>>);

/// Alternatives with one field and matcher stand together as a list of values, wherever they were in the chain.
fn alternatives(operands: &[Expr]) -> Vec<Expr> {
    by_line(operands, Expr::any)
}

/// Requirements with one field and matcher stand together as a list of which all are asked (`contains|all`).
fn requirements(operands: &[Expr]) -> Vec<Expr> {
    let joined = by_line(operands, Expr::all);
    // One group of all is what `item::of` says, or could not say.
    if joined.len() == 1 { operands.to_vec() } else { joined }
}

/// Joins the matches that differ in their value alone, each where the first of them stood.
fn by_line(operands: &[Expr], joined: impl Fn(Vec<Expr>, Span) -> Expr) -> Vec<Expr> {
    let mut groups: Vec<(Option<Key>, Vec<Expr>)> = Vec::new();
    for operand in operands {
        let is_match = matches!(operand.kind, ExprKind::Match { .. });
        let item = item::of(operand, &mut Vec::new()).filter(|item| is_match && item.field.is_some());
        let key = item.map(|item| (item.field.unwrap_or_default(), item.modifiers));
        match groups.iter_mut().find(|(known, _)| known.is_some() && *known == key) {
            Some((_, group)) => group.push(operand.clone()),
            None => groups.push((key, vec![operand.clone()])),
        }
    }
    let span = |group: &[Expr]| group.iter().map(|expr| expr.span).reduce(Span::to).unwrap_or_default();
    groups.into_iter().map(|(_, group)| joined(group.clone(), span(&group))).collect()
}

fn are_distinct(items: &[Item]) -> bool {
    items.iter().enumerate().all(|(at, item)| item.field.is_some() && items.iter().skip(at + 1).all(|other| key(other) != key(item)))
}

fn key(item: &Item) -> (Option<&str>, Vec<Modifier>) {
    (item.field.as_deref(), item.modifiers.iter().map(|modifier| modifier.value).collect())
}

fn joined(mut items: Vec<Condition>, kind: fn(Vec<Condition>) -> ConditionKind) -> Condition {
    match items.pop() {
        Some(only) if items.is_empty() => only,
        last => {
            items.extend(last);
            condition(kind(items))
        }
    }
}

fn condition(kind: ConditionKind) -> Condition {
    Condition { kind, span: Span::default() }
}
