//! Membership of a value in a list of constants: `in`, `has_any`, `has_all`, and `==` with a text, which is a list of one.

use crate::ir::{Case, Comparison, Expr, ExprKind, Type, Value};
use crate::solve::canonical::{Canon, elements};

/// A membership test.
pub(super) struct Membership<'a> {
    /// What must be the same in both versions for the lists to be comparable.
    pub base: String,
    /// The value looked up.
    pub value: &'a Expr,
    /// Whether every element must pass, not any.
    pub all: bool,
    /// Whether it is the negated form.
    pub negated: bool,
    /// The elements.
    pub elements: Vec<Expr>,
}

impl<'a> Membership<'a> {
    /// Reads a test; `None` for any other expression, and where an element is no constant: then nothing is known of its nulls.
    pub(super) fn of(expr: &'a Expr, canon: &mut Canon) -> Option<Self> {
        let (value, test, all, case, negated, elements) = match &expr.kind {
            ExprKind::InList { test, all, case, negated, value, list } => (&**value, *test, *all, *case, *negated, elements(list)),
            ExprKind::Compare { op: op @ (Comparison::Eq | Comparison::Ne), case, left, right } if left.ty == Type::String => {
                (&**left, None, false, *case, *op == Comparison::Ne, vec![(**right).clone()])
            }
            _ => return None,
        };
        let is_text = |element: &Expr| matches!(element.kind, ExprKind::Literal(Value::String(_)));
        let is_number = |element: &Expr| matches!(element.kind, ExprKind::Literal(Value::Int(_) | Value::Long(_)));
        let known = !elements.is_empty() && (elements.iter().all(is_text) || elements.iter().all(is_number));
        let fold = if case == Case::Insensitive { "any case" } else { "case" };
        let base = format!("{test:?} {fold} {}", canon.expr(value));
        known.then_some(Self { base, value, all, negated, elements })
    }

    /// Tells whether two tests differ in nothing but their elements.
    pub(super) fn is_comparable(&self, other: &Self) -> bool {
        let same_mode = self.all == other.all || self.elements.len() == 1 || other.elements.len() == 1;
        self.base == other.base && self.negated == other.negated && same_mode
    }
}
