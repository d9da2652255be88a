//! What Sigma's lints ask of the solver, and what they look at first: a proof is asked for only where the shape of a rule promises one.

use crate::eval::matching::WildcardPattern;
use crate::ir::{Case, Expr, ExprKind, FieldRef, Matcher, Pattern, PatternPart, Type, Value};
use crate::lang::sigma::ast::{Condition, ConditionKind, Detection};
use crate::lang::sigma::{self, is_meant};
use crate::solve::{Family, beyond};
use crate::source::{Span, Spanned};

/// Conditions on fields at most, of which a proof is tried.
const MOST_LEAVES: usize = 60;
/// Pairs of leaves at most that are compared in search of a promise.
const MOST_PAIRS: usize = 2_000;

/// A selection with what it means.
#[derive(Debug)]
pub(super) struct Meaning<'d> {
    /// Its name.
    pub(super) name: &'d Spanned<String>,
    /// What its events satisfy.
    pub(super) predicate: Expr,
}

/// Selections that stand beside each other.
#[derive(Debug)]
pub(super) struct Group<'d> {
    /// Whether all must hold, or one.
    pub(super) all: bool,
    /// The selections.
    pub(super) selections: Vec<Meaning<'d>>,
}

/// Lowers one of a detection's conditions.
pub(super) fn of_condition(detection: &Detection, condition: &Condition) -> Expr {
    sigma::lower(&Detection { conditions: vec![condition.clone()], ..detection.clone() })
}

/// Tells whether all events, or none, satisfy a predicate: proven.
pub(super) fn is_always(predicate: &Expr, value: bool) -> bool {
    let constant = Expr::literal(Value::Bool(value), Type::Bool, predicate.span);
    let (narrow, wide) = if value { (&constant, predicate) } else { (predicate, &constant) };
    beyond(narrow, wide, Family::Documents, 0).is_nothing()
}

/// Tells whether every event of the first predicate is one of the second: proven, and tried only where their fields promise it.
pub(super) fn implies(narrow: &Expr, wide: &Expr) -> bool {
    let (left, right) = (leaves(narrow), leaves(wide));
    if left.len() + right.len() > MOST_LEAVES || left.len() * right.len() > MOST_PAIRS {
        return false;
    }
    let has_field = |field: &str| left.iter().any(|(other, ..)| *other == field);
    let promises = !right.is_empty()
        && right.iter().any(|(field, matcher, positive)| {
            has_field(field)
                && left.iter().any(|(other, narrower, sign)| {
                    other == field && sign == positive && (covers(matcher, narrower) || covers(narrower, matcher))
                })
        });
    promises && beyond(narrow, wide, Family::Documents, 0).is_nothing()
}

/// Tells whether one field is asked for and excluded in a way that may leave nothing, or everything.
pub(super) fn may_be_constant(predicate: &Expr) -> bool {
    let leaves = leaves(predicate);
    let (positive, negative): (Vec<_>, Vec<_>) =
        leaves.into_iter().partition(|(_, matcher, positive)| *positive && !matches!(matcher, Matcher::IsNull));
    if positive.len() + negative.len() > MOST_LEAVES || positive.len() * negative.len() > MOST_PAIRS {
        return false;
    }
    let clashes = |(field, matcher, sign): &(&str, &Matcher, bool)| {
        let is_null = *sign && matches!(matcher, Matcher::IsNull);
        positive.iter().any(|(other, wanted, _)| other == field && (is_null || covers(matcher, wanted) || covers(wanted, matcher)))
    };
    negative.iter().any(clashes)
}

/// The conditions on fields, each with whether it stands under an even number of `not`.
fn leaves(expr: &Expr) -> Vec<(&str, &Matcher, bool)> {
    let mut found = Vec::new();
    collect(expr, true, &mut found);
    found
}

fn collect<'e>(expr: &'e Expr, positive: bool, found: &mut Vec<(&'e str, &'e Matcher, bool)>) {
    match &expr.kind {
        ExprKind::And(items) | ExprKind::Or(items) => items.iter().for_each(|item| collect(item, positive, found)),
        ExprKind::Not(inner) => collect(inner, !positive, found),
        ExprKind::Match { field: FieldRef::Field(name), matcher } => found.push((name, matcher, positive)),
        _ => {}
    }
}

/// Tells whether whatever satisfies the second matcher seems to satisfy the first.
fn covers(wide: &Matcher, narrow: &Matcher) -> bool {
    if wide == narrow || matches!(wide, Matcher::Exists) {
        return true;
    }
    let sample = match narrow {
        Matcher::Equals { value: Value::String(text), .. } => text.to_string(),
        Matcher::Wildcard { pattern, .. } => sample(pattern),
        _ => return false,
    };
    match wide {
        Matcher::Equals { value: Value::String(text), .. } => text.eq_ignore_ascii_case(&sample),
        Matcher::Wildcard { pattern, .. } => WildcardPattern::new(pattern, Case::Insensitive).matches(&sample),
        _ => false,
    }
}

/// A text that a pattern matches and that few others do.
fn sample(pattern: &Pattern) -> String {
    let piece = |part: &PatternPart| match part {
        PatternPart::Text(text) => text.to_string(),
        PatternPart::Many | PatternPart::One => "\u{1}".to_owned(),
    };
    pattern.parts.iter().map(piece).collect()
}

/// Returns the selections of each chain of `and` or `or` and of each quantifier, where there are several.
pub(super) fn groups(detection: &Detection) -> Vec<Group<'_>> {
    let mut found = Vec::new();
    for condition in &detection.conditions {
        walk(condition, detection, &mut found);
    }
    found
}

fn walk<'d>(condition: &Condition, detection: &'d Detection, found: &mut Vec<Group<'d>>) {
    let meant = |names: &dyn Fn(&str) -> bool| -> Vec<Meaning<'d>> {
        let selections = detection.selections.iter().filter(|selection| names(&selection.name.value));
        selections.map(|selection| Meaning { name: &selection.name, predicate: alone(detection, &selection.name.value) }).collect()
    };
    let (all, selections) = match &condition.kind {
        ConditionKind::Selection(_) => return,
        ConditionKind::Not(inner) => return walk(inner, detection, found),
        ConditionKind::Quantified { all, pattern } => (*all, meant(&|name| is_meant(name, pattern.as_deref()))),
        ConditionKind::And(items) | ConditionKind::Or(items) => {
            items.iter().for_each(|item| walk(item, detection, found));
            let is_item = |name: &str| items.iter().any(|item| matches!(&item.kind, ConditionKind::Selection(other) if other == name));
            (matches!(condition.kind, ConditionKind::And(_)), meant(&is_item))
        }
    };
    if selections.len() > 1 {
        found.push(Group { all, selections });
    }
}

/// What a selection alone means.
fn alone(detection: &Detection, name: &str) -> Expr {
    let condition = Condition { kind: ConditionKind::Selection(name.to_owned()), span: Span::default() };
    let selections = detection.selections.iter().filter(|selection| selection.name.value == name).cloned().collect();
    sigma::lower(&Detection { selections, conditions: vec![condition], timeframe: None, span: detection.span })
}
