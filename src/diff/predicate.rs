//! Two versions of a condition: names what changed, and says whether the new one lets through fewer or more.
//!
//! Conjunctions and disjunctions are compared as sets of operands; what is left over on both sides is paired when it looks at
//! the same fields. Directions hold in three-valued logic (adding a conjunct is a minimum, a disjunct a maximum, negation turns
//! the order around), so that they survive being nested.

use super::lists::Membership;
use super::logic::Comparer;
use super::ranges::Range;
use super::{Direction, Kind};
use crate::ir::{Expr, ExprKind, FieldRef, Matcher, Value};
use std::collections::BTreeSet;

/// How operands are joined.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Joined {
    /// All must hold.
    All,
    /// Any must hold.
    Any,
}

impl Joined {
    /// What an operand more does.
    fn added(self) -> Direction {
        match self {
            Self::All => Direction::Narrower,
            Self::Any => Direction::Broader,
        }
    }

    fn operands(self, expr: &Expr) -> Vec<&Expr> {
        match (self, &expr.kind) {
            (Self::All, ExprKind::And(operands)) | (Self::Any, ExprKind::Or(operands)) => operands.iter().collect(),
            _ => vec![expr],
        }
    }
}

impl Comparer<'_> {
    /// Compares two lists of operands, of which all or any must hold. `negated` says whether the whole stands under a negation,
    /// which turns around what is said of each change.
    pub(super) fn operands(&mut self, old: &[&Expr], new: &[&Expr], joined: Joined, negated: bool) -> Direction {
        let (mut gone, mut come) = self.unmatched(old, new);
        let mut direction = Direction::Same;
        for (a, b) in self.pairs(&mut gone, &mut come) {
            direction = direction.and(self.predicate(a, b, negated));
        }
        let what = |expr: &Expr| match joined {
            Joined::All => condition_name(expr, negated),
            Joined::Any => alternative_name(expr),
        };
        for expr in gone {
            direction = direction.and(joined.added().flip());
            self.record_one(Kind::Removed, what(expr), expr.span, joined.added().flip().under(negated));
        }
        for expr in come {
            direction = direction.and(joined.added());
            self.record_one(Kind::Added, what(expr), expr.span, joined.added().under(negated));
        }
        direction
    }

    /// Compares two conditions.
    pub(super) fn predicate(&mut self, old: &Expr, new: &Expr, negated: bool) -> Direction {
        if self.canon.expr(old) == self.canon.expr(new) {
            return Direction::Same;
        }
        if let (ExprKind::Not(old), ExprKind::Not(new)) = (&old.kind, &new.kind) {
            return self.predicate(old, new, !negated).flip();
        }
        if let Some(joined) = self.joined(old, new) {
            return self.operands(&joined.operands(old), &joined.operands(new), joined, negated);
        }
        if let (Some(a), Some(b)) = (Membership::of(old, &mut self.canon), Membership::of(new, &mut self.canon))
            && a.is_comparable(&b)
        {
            return self.lists(&a, &b, negated);
        }
        let direction = match (Range::of(old, &mut self.canon), Range::of(new, &mut self.canon)) {
            (Some(a), Some(b)) if a.is_comparable(&b) => a.to(&b),
            _ => match self.lists_from_plans(old, new, negated) {
                Some(direction) => return direction,
                None => Direction::Unknown,
            },
        };
        self.record_changed(condition_name(old, negated), old, new, direction.under(negated));
        direction
    }

    /// Which way two conditions are taken apart: as the one that both, or the one that either, is.
    fn joined(&mut self, old: &Expr, new: &Expr) -> Option<Joined> {
        let is_and = |expr: &Expr| matches!(expr.kind, ExprKind::And(_));
        let is_or = |expr: &Expr| matches!(expr.kind, ExprKind::Or(_));
        match (is_and(old) || is_and(new), is_or(old) || is_or(new)) {
            (true, true) => {
                // `a and b` in `(a and b) or c` is one alternative; `a or b` in `(a or b) and c` one condition.
                let (and, or) = if is_and(old) { (old, new) } else { (new, old) };
                let key = self.canon.expr(and);
                let is_alternative = Joined::Any.operands(or).into_iter().any(|operand| self.canon.expr(operand) == key);
                Some(if is_alternative { Joined::Any } else { Joined::All })
            }
            (true, false) => Some(Joined::All),
            (false, true) => Some(Joined::Any),
            (false, false) => None,
        }
    }

    /// The operands that the other side has not.
    fn unmatched<'e>(&mut self, old: &[&'e Expr], new: &[&'e Expr]) -> (Vec<&'e Expr>, Vec<&'e Expr>) {
        let keys = |comparer: &mut Self, exprs: &[&Expr]| -> Vec<String> { exprs.iter().map(|expr| comparer.canon.expr(expr)).collect() };
        let (old_keys, new_keys) = (keys(self, old), keys(self, new));
        let only = |exprs: &[&'e Expr], own: &[String], other: &[String]| -> Vec<&'e Expr> {
            let other: BTreeSet<&String> = other.iter().collect();
            exprs.iter().zip(own).filter(|(_, key)| !other.contains(key)).map(|(expr, _)| *expr).collect()
        };
        (only(old, &old_keys, &new_keys), only(new, &new_keys, &old_keys))
    }

    /// Takes out operands that are versions of each other: those over the same fields, and those with an alternative in common.
    fn pairs<'e>(&mut self, gone: &mut Vec<&'e Expr>, come: &mut Vec<&'e Expr>) -> Vec<(&'e Expr, &'e Expr)> {
        let mut found = Vec::new();
        let mut left = Vec::new();
        for expr in std::mem::take(gone) {
            let fields = subject(expr);
            let same_fields = come.iter().position(|other| subject(other) == fields && !is_equality_of_fields(expr, other));
            match same_fields.or_else(|| come.iter().position(|other| self.has_common_alternative(expr, other))) {
                Some(at) => found.push((expr, come.remove(at))),
                None => left.push(expr),
            }
        }
        *gone = left;
        found
    }

    fn has_common_alternative(&mut self, old: &Expr, new: &Expr) -> bool {
        if let (ExprKind::Not(old), ExprKind::Not(new)) = (&old.kind, &new.kind) {
            return self.has_common_alternative(old, new);
        }
        let keys: BTreeSet<String> = Joined::Any.operands(old).into_iter().map(|operand| self.canon.expr(operand)).collect();
        Joined::Any.operands(new).into_iter().any(|operand| keys.contains(&self.canon.expr(operand)))
    }

    /// Compares the elements of two membership tests.
    fn lists(&mut self, old: &Membership<'_>, new: &Membership<'_>, negated: bool) -> Direction {
        let all = if old.elements.len() == 1 { new.all } else { old.all };
        let added = if all { Direction::Narrower } else { Direction::Broader }.under(old.negated);
        let olds: Vec<&Expr> = old.elements.iter().collect();
        let news: Vec<&Expr> = new.elements.iter().collect();
        let (gone, come) = self.unmatched(&olds, &news);
        let exception = if old.negated ^ negated { "exception" } else { "value" };
        let what = format!("{exception} in the list of `{}`", self.text_of(old.value, true));
        let mut direction = Direction::Same;
        for element in gone {
            direction = direction.and(added.flip());
            self.record_value(Kind::Removed, &what, element, added.flip().under(negated));
        }
        for element in come {
            direction = direction.and(added);
            self.record_value(Kind::Added, &what, element, added.under(negated));
        }
        direction
    }

    /// `x in (T | …)`: fewer rows are fewer elements. What changed is named by the comparison of the two plans.
    fn lists_from_plans(&mut self, old: &Expr, new: &Expr, negated: bool) -> Option<Direction> {
        let (
            ExprKind::InPlan { test: ta, all: aa, case: ca, negated: na, value: va, plan: pa },
            ExprKind::InPlan { test: tb, all: ab, case: cb, negated: nb, value: vb, plan: pb },
        ) = (&old.kind, &new.kind)
        else {
            return None;
        };
        if (ta, aa, ca, na) != (tb, ab, cb, nb) || self.canon.expr(va) != self.canon.expr(vb) {
            return None;
        }
        let first = self.changes.len();
        let flow = self.plans(pa, pb);
        // An empty list and nulls in it are not told apart by structure.
        let one = if *aa { Direction::Unknown } else { Direction::Narrower.under(*na).under(negated) };
        self.bend(first..self.changes.len(), one);
        Some(if *aa || !flow.keeps_rows { Direction::Unknown } else { flow.direction.under(*na) })
    }
}

/// The fields that a condition looks at, and whether it is negated.
fn subject(expr: &Expr) -> (bool, BTreeSet<String>) {
    let (negated, inner) = match &expr.kind {
        ExprKind::Not(inner) => (true, &**inner),
        _ => (false, expr),
    };
    let mut fields = BTreeSet::new();
    inner.walk(&mut |part| match &part.kind {
        ExprKind::Column(name) | ExprKind::Match { field: FieldRef::Field(name), .. } => {
            fields.insert(name.to_string());
        }
        _ => {}
    });
    (negated, fields)
}

/// Two values that one field must be equal to are two values, not versions of one.
fn is_equality_of_fields(old: &Expr, new: &Expr) -> bool {
    let is_equality =
        |expr: &Expr| matches!(&expr.kind, ExprKind::Match { matcher: Matcher::Equals { .. } | Matcher::Wildcard { .. }, .. });
    is_equality(old) && is_equality(new)
}

fn condition_name(expr: &Expr, negated: bool) -> String {
    match &expr.kind {
        ExprKind::Not(_) if !negated => "exclusion".to_owned(),
        _ => "condition".to_owned(),
    }
}

fn alternative_name(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Match {
            field: FieldRef::Field(field),
            matcher: Matcher::Equals { value: Value::String(_), .. } | Matcher::Wildcard { .. },
        } => {
            format!("value of `{field}`")
        }
        _ => "alternative".to_owned(),
    }
}
