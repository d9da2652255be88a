//! Rows for the elements of an array (`mv-expand`, `mv-apply`) as conditions on any element of an event's array.
//!
//! An event comes out as soon as one of its elements satisfies what follows. What that changes (conditions on one element are asked
//! of any, a negation is asked of all, an empty list gives no row) is named, never passed over.

use super::Reading;
use super::flat::Flat;
use crate::diagnostic::{Fidelity, Loss};
use crate::ir::{Comparison, Expand, Expr, ExprKind, Member, Named, Op, Plan, Type};
use crate::source::Span;
use std::sync::Arc;

/// The member that stands for any element, as in the paths of `targets/sources/`.
const ANY: &str = "*";

/// An array whose elements became rows.
#[derive(Clone, Debug)]
pub(super) struct Expanded {
    array: Expr,
    span: Span,
}

impl Flat {
    /// Takes a column of elements in.
    pub(super) fn expand(&mut self, columns: &[Expand], span: Span) {
        let elements: Vec<Named> = columns
            .iter()
            .map(|column| {
                let array = self.resolve(&column.expr);
                self.expanded.push(Expanded { array: array.clone(), span });
                let kind = ExprKind::Member { base: Box::new(array), member: Member::Name(Arc::from(ANY)) };
                Named { name: column.name.clone(), expr: Expr::new(kind, column.to.unwrap_or(Type::Dynamic), column.expr.span) }
            })
            .collect();
        // The elements are resolved already: their names may hide what they are made of.
        self.replace(elements);
    }

    /// Takes the sub-plan of `mv-apply` in; `None` where it makes rows out of several.
    pub(super) fn apply(mut self, body: &Plan, how: Reading<'_>) -> Option<Self> {
        match &body.op {
            Op::Each => Some(self),
            Op::Filter { input, predicate } => {
                self = self.apply(input, how)?;
                let resolved = self.resolve(predicate);
                self.add(resolved, how);
                Some(self)
            }
            Op::Extend { input, columns } | Op::Project { input, columns } => {
                self = self.apply(input, how)?;
                self.compute(columns);
                Some(self)
            }
            Op::Sort { input, .. } | Op::Select { input, .. } => self.apply(input, how),
            _ => None,
        }
    }

    /// Names what asking for any element changes.
    pub(super) fn name_elements(&mut self) {
        for Expanded { array, span } in std::mem::take(&mut self.expanded) {
            let uses: usize = self.predicates.iter().map(|predicate| conjuncts_on(predicate, &array)).sum();
            let negated = self.predicates.iter().find_map(|predicate| negated_on(predicate, &array, false));
            let mut lose = |code, fidelity, span, message: &str| self.set_aside.push(Loss::query(code, fidelity, span, message));
            lose(ELEMENTS_ONCE, Fidelity::Metadata, span, "one result for an event instead of one for each element of the array");
            if uses == 0 {
                lose("empty-list", Fidelity::Wider, span, "an event with an empty list gives no result in the original and one here");
            }
            if uses > 1 {
                let message = "the conditions on one element of the array may hold for different elements";
                lose("same-element", Fidelity::Wider, span, message);
            }
            if let Some(at) = negated {
                let message = "the negated condition on an element is asked of all elements, not of any";
                lose("negated-element", Fidelity::Narrower, at, message);
            }
        }
    }
}

/// The loss of the rows for elements.
pub(super) const ELEMENTS_ONCE: &str = "elements-once";

/// Tells whether an expression reads an element of some array.
pub(super) fn reads_element(expr: &Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |part| found |= matches!(&part.kind, ExprKind::Member { member: Member::Name(name), .. } if **name == *ANY));
    found
}

/// Tells whether an expression reads an element of an array.
fn reads(expr: &Expr, array: &Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |part| {
        found |= matches!(&part.kind, ExprKind::Member { base, member: Member::Name(name) } if **name == *ANY && base.kind == array.kind);
    });
    found
}

/// Counts the tests on an array's elements that must hold together.
fn conjuncts_on(expr: &Expr, array: &Expr) -> usize {
    match &expr.kind {
        ExprKind::And(items) => items.iter().map(|item| conjuncts_on(item, array)).sum(),
        ExprKind::Or(items) => items.iter().map(|item| conjuncts_on(item, array)).max().unwrap_or_default(),
        ExprKind::Not(inner) => conjuncts_on(inner, array),
        _ => usize::from(reads(expr, array)),
    }
}

/// Finds a test on an array's elements that asks what is not.
fn negated_on(expr: &Expr, array: &Expr, inside: bool) -> Option<Span> {
    match &expr.kind {
        ExprKind::And(items) | ExprKind::Or(items) => items.iter().find_map(|item| negated_on(item, array, inside)),
        ExprKind::Not(inner) => negated_on(inner, array, !inside),
        _ if !reads(expr, array) => None,
        ExprKind::Compare { op: Comparison::Ne, .. }
        | ExprKind::Test { negated: true, .. }
        | ExprKind::InList { negated: true, .. }
        | ExprKind::Between { negated: true, .. } => (!inside).then_some(expr.span),
        ExprKind::Call { function, .. } if matches!(&**function, "isempty" | "isnull") => (!inside).then_some(expr.span),
        _ => inside.then_some(expr.span),
    }
}
