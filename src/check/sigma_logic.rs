//! What Sigma's lints ask of the solver, and what they look at first: a proof is asked for only where the shape of a rule promises one.

use crate::eval::matching::WildcardPattern;
use crate::ir::{Case, Expr, ExprKind, FieldRef, Matcher, Pattern, PatternPart, Type, Value};
use crate::lang::sigma::ast::{Condition, ConditionKind, Detection};
use crate::lang::sigma::{self, is_meant};
use crate::solve::{self, Family};
use crate::source::{Span, Spanned};

/// Conditions on fields at most, of which a proof is tried.
const MOST_LEAVES: usize = 60;
/// Pairs of leaves at most that are compared in search of a promise.
const MOST_PAIRS: usize = 2_000;
/// Levels of both predicates at most: there are as many ways down both as there are ways to mix their levels.
const MOST_DEPTH: usize = 16;

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
    match detection.conditions.as_slice() {
        [_] => sigma::lower(detection),
        _ => sigma::lower(&Detection { conditions: vec![condition.clone()], ..detection.clone() }),
    }
}

/// Tells whether all events, or none, satisfy a predicate: proven.
pub(super) fn is_always(predicate: &Expr, value: bool) -> bool {
    let constant = Expr::literal(Value::Bool(value), Type::Bool, predicate.span);
    let (narrow, wide) = if value { (&constant, predicate) } else { (predicate, &constant) };
    solve::implies(narrow, wide, Family::Documents, 0)
}

/// Tells whether every event of the first predicate is one of the second: proven, and tried only where their shapes promise it.
pub(super) fn implies(narrow: &Expr, wide: &Expr) -> bool {
    is_small(narrow, wide) && promises(narrow, wide) && solve::implies(narrow, wide, Family::Documents, 0)
}

/// Tells whether the shape of a predicate promises that all events satisfy it, or none.
pub(super) fn may_be_constant(predicate: &Expr, value: bool) -> bool {
    is_small(predicate, predicate) && promises_constant(predicate, value)
}

fn is_small(one: &Expr, other: &Expr) -> bool {
    let ((leaves, depth), (other_leaves, other_depth)) = (size(one), size(other));
    leaves + other_leaves <= MOST_LEAVES && leaves * other_leaves <= MOST_PAIRS && depth + other_depth <= MOST_DEPTH
}

/// Tells whether the conditions of the first predicate, one by one, seem to satisfy the second.
fn promises(narrow: &Expr, wide: &Expr) -> bool {
    match (&narrow.kind, &wide.kind) {
        (ExprKind::Literal(Value::Bool(false)), _) | (_, ExprKind::Literal(Value::Bool(true))) => true,
        (_, ExprKind::And(items)) => items.iter().all(|item| promises(narrow, item)),
        (ExprKind::Or(items), _) => items.iter().all(|item| promises(item, wide)),
        (_, ExprKind::Or(items)) if items.iter().any(|item| promises(narrow, item)) => true,
        (ExprKind::And(items), _) => items.iter().any(|item| promises(item, wide)),
        (ExprKind::Not(narrow), ExprKind::Not(wide)) => promises(wide, narrow),
        (ExprKind::Match { field, matcher }, ExprKind::Match { field: other, matcher: wide }) => field == other && covers(wide, matcher),
        // Whatever has a value is not null.
        (ExprKind::Match { .. }, ExprKind::Not(inner)) => excludes(narrow, inner),
        _ => false,
    }
}

/// Tells whether two conditions on a field cannot both hold: one asks for a value, the other for none.
fn excludes(one: &Expr, other: &Expr) -> bool {
    match (&one.kind, &other.kind) {
        (ExprKind::Match { field: FieldRef::Field(one), matcher }, ExprKind::Match { field: FieldRef::Field(other), matcher: second }) => {
            one == other && matches!(matcher, Matcher::IsNull) != matches!(second, Matcher::IsNull)
        }
        _ => false,
    }
}

fn promises_constant(predicate: &Expr, value: bool) -> bool {
    match (&predicate.kind, value) {
        (ExprKind::Not(inner), _) => promises_constant(inner, !value),
        // An empty list of values is a finding of its own.
        (ExprKind::And(items) | ExprKind::Or(items), _) if items.is_empty() => false,
        (ExprKind::And(items), true) | (ExprKind::Or(items), false) => items.iter().all(|item| promises_constant(item, value)),
        (ExprKind::And(items), false) => items.iter().any(|item| promises_constant(item, false)) || clash(items, false),
        (ExprKind::Or(items), true) => items.iter().any(|item| promises_constant(item, true)) || clash(items, true),
        _ => false,
    }
}

/// Tells whether one of several operands is what another one is not: of alternatives nothing is left out, of demands nothing is left.
fn clash(items: &[Expr], any: bool) -> bool {
    items.iter().enumerate().any(|(at, item)| {
        let mut others = items.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, other)| other);
        match &item.kind {
            ExprKind::Not(inner) if any => others.any(|other| promises(inner, other)),
            ExprKind::Not(inner) => others.any(|other| promises(other, inner)),
            _ if any => false,
            _ => others.any(|other| excludes(item, other) || is_excluded(other, item)),
        }
    })
}

/// Tells whether a conjunction or alternatives cannot hold beside a condition.
fn is_excluded(predicate: &Expr, beside: &Expr) -> bool {
    match &predicate.kind {
        ExprKind::And(items) => items.iter().any(|item| is_excluded(item, beside)),
        ExprKind::Or(items) => !items.is_empty() && items.iter().all(|item| is_excluded(item, beside)),
        _ => excludes(predicate, beside),
    }
}

/// Counts the conditions on fields and the levels of a predicate.
fn size(expr: &Expr) -> (usize, usize) {
    match &expr.kind {
        ExprKind::And(items) | ExprKind::Or(items) => {
            let joined = |(leaves, depth): (usize, usize), (more, deeper): (usize, usize)| (leaves + more, depth.max(deeper + 1));
            items.iter().map(size).fold((0, 1), joined)
        }
        ExprKind::Not(inner) => {
            let (leaves, depth) = size(inner);
            (leaves, depth + 1)
        }
        ExprKind::Match { .. } => (1, 1),
        _ => (0, 1),
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
