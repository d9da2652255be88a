//! Conditions put together: lists out of alternatives, tests, negations.

use super::super::ast::{Expr, ExprKind, Lookup};
use super::value::call;
use super::{node, text};
use crate::ir::{Case, Comparison, Pattern, PatternPart, StringTest};
use crate::lang::lucene_regex::literal;
use std::net::IpAddr;

/// Builds a comparison.
pub(super) fn compare(op: Comparison, left: Expr, right: Expr) -> Expr {
    node(ExprKind::Compare { op, left: Box::new(left), right: Box::new(right) })
}

/// Builds the comparison with null.
pub(super) fn with_null(subject: Expr, op: Comparison) -> Expr {
    compare(op, subject, node(ExprKind::Null))
}

/// Builds a lookup of one item.
pub(super) fn lookup((test, any_case): (Lookup, bool), subject: Expr, item: Expr) -> Expr {
    let brackets = test == Lookup::In;
    node(ExprKind::Lookup { test, any_case, negated: false, value: Box::new(subject), list: vec![item], brackets })
}

/// `like` has no escape: a star that stands for itself needs a regular expression.
pub(super) fn wildcard(pattern: &Pattern, case: Case, subject: Expr) -> Expr {
    let is_literal = |part: &PatternPart| matches!(part, PatternPart::Text(text) if text.contains(['*', '?']));
    if pattern.parts.iter().any(is_literal) {
        let part = |part: &PatternPart| match part {
            PatternPart::Text(text) => literal(text),
            PatternPart::Many => ".*".to_owned(),
            PatternPart::One => ".".to_owned(),
        };
        let written: String = pattern.parts.iter().map(part).collect();
        return lookup((Lookup::Regex, case == Case::Insensitive), subject, text(written));
    }
    let part = |part: &PatternPart| match part {
        PatternPart::Text(text) => text.to_string(),
        PatternPart::Many => "*".to_owned(),
        PatternPart::One => "?".to_owned(),
    };
    let written: String = pattern.parts.iter().map(part).collect();
    let any_case = case == Case::Insensitive;
    lookup((if any_case { Lookup::Matches } else { Lookup::Like }, any_case), subject, text(written))
}

/// No operator compares two fields (eql-syntax, "Limitations"), functions do: texts that begin with each other are equal.
pub(super) fn fields(left: Expr, right: Expr, test: Option<StringTest>, case: Case) -> Expr {
    let any_case = case == Case::Insensitive;
    let begins = |whole: &Expr, part: &Expr| call("startsWith", any_case, vec![whole.clone(), part.clone()]);
    match test {
        None => all(vec![begins(&left, &right), begins(&right, &left)]),
        Some(StringTest::StartsWith) => begins(&left, &right),
        Some(StringTest::EndsWith) => call("endsWith", any_case, vec![left, right]),
        Some(_) => call("stringContains", any_case, vec![left, right]),
    }
}

/// A network of one address needs its length here.
pub(super) fn network_of(network: &str) -> String {
    match network.parse::<IpAddr>() {
        Ok(IpAddr::V4(_)) => format!("{network}/32"),
        Ok(IpAddr::V6(_)) => format!("{network}/128"),
        Err(_) => network.to_owned(),
    }
}

/// Builds a conjunction; one operand alone is itself.
pub(super) fn all(items: Vec<Expr>) -> Expr {
    let mut kept: Vec<Expr> = Vec::new();
    for item in items {
        if kept.last_mut().is_none_or(|last| !merge_absent(last, &item)) {
            kept.push(item);
        }
    }
    joined(kept, ExprKind::And)
}

/// Makes `(a == null or not a : "x") and (a == null or not a : "y")` one test of a list.
fn merge_absent(into: &mut Expr, item: &Expr) -> bool {
    let (ExprKind::Or(first), ExprKind::Or(second)) = (&mut into.kind, &item.kind) else { return false };
    let ([absent, negation], [same, other]) = (first.as_mut_slice(), second.as_slice()) else { return false };
    if absent != same || !matches!(absent.kind, ExprKind::Compare { op: Comparison::Eq, .. }) {
        return false;
    }
    match (&mut negation.kind, &other.kind) {
        (ExprKind::Not(inner), ExprKind::Not(more)) => merge(inner, more),
        _ => false,
    }
}

/// Alternatives over one value become one list.
pub(super) fn any(items: Vec<Expr>) -> Expr {
    let mut groups: Vec<Expr> = Vec::new();
    for item in items {
        if let Some(last) = groups.last_mut()
            && merge(last, &item)
        {
            continue;
        }
        groups.push(item);
    }
    joined(groups, ExprKind::Or)
}

fn joined(items: Vec<Expr>, kind: fn(Vec<Expr>) -> ExprKind) -> Expr {
    let is_and = matches!(kind(Vec::new()), ExprKind::And(_));
    let mut flat = Vec::new();
    for item in items {
        match item.kind {
            ExprKind::And(inner) if is_and => flat.extend(inner),
            ExprKind::Or(inner) if !is_and => flat.extend(inner),
            _ => flat.push(item),
        }
    }
    match (flat.pop(), flat.is_empty()) {
        (Some(only), true) => only,
        (Some(last), false) => {
            flat.push(last);
            node(kind(flat))
        }
        (None, _) => node(ExprKind::Bool(is_and)),
    }
}

/// Adds an alternative to the one before where both ask the same of the same value.
fn merge(into: &mut Expr, item: &Expr) -> bool {
    if let ExprKind::Compare { op: Comparison::Eq, left, right } = &into.kind
        && is_listed(&right.kind)
    {
        let list = vec![(**right).clone()];
        let first = ExprKind::Lookup { test: Lookup::In, any_case: false, negated: false, value: left.clone(), list, brackets: true };
        let mut candidate = node(first);
        if merge(&mut candidate, item) {
            *into = candidate;
            return true;
        }
        return false;
    }
    match (&mut into.kind, &item.kind) {
        (
            ExprKind::Lookup { test, any_case, negated: false, value, list, brackets },
            ExprKind::Lookup { test: other, any_case: same, negated: false, value: subject, list: more, .. },
        ) if test == other && any_case == same && value == subject => {
            list.extend(more.iter().cloned());
            *brackets = true;
            true
        }
        (
            ExprKind::Lookup { test: Lookup::In, any_case: false, negated: false, value, list, .. },
            ExprKind::Compare { op: Comparison::Eq, left, right },
        ) if value == left && is_listed(&right.kind) => {
            list.push((**right).clone());
            true
        }
        // A text without wildcards is `like` itself alone.
        (
            ExprKind::Lookup { test: Lookup::Like, any_case: false, negated: false, value, list, brackets },
            ExprKind::Compare { op: Comparison::Eq, left, right },
        ) if value == left && is_plain(&right.kind) => {
            list.push((**right).clone());
            *brackets = true;
            true
        }
        (
            ExprKind::Lookup { test: test @ Lookup::In, any_case: false, negated: false, value, list, .. },
            ExprKind::Lookup { test: Lookup::Like, any_case: false, negated: false, value: subject, list: more, .. },
        ) if value == subject && list.iter().all(|item| is_plain(&item.kind)) => {
            *test = Lookup::Like;
            list.extend(more.iter().cloned());
            true
        }
        (ExprKind::Call { name, args, .. }, ExprKind::Call { name: other, args: more, .. })
            if name.value == "cidrMatch" && other.value == "cidrMatch" && args.first() == more.first() =>
        {
            args.extend(more.iter().skip(1).cloned());
            true
        }
        _ => false,
    }
}

fn is_listed(kind: &ExprKind) -> bool {
    matches!(kind, ExprKind::Integer(_) | ExprKind::Real(_) | ExprKind::Text { .. })
}

fn is_plain(kind: &ExprKind) -> bool {
    matches!(kind, ExprKind::Text { value, .. } if !value.contains(['*', '?']))
}

/// The negation where the value is there.
pub(super) fn negated(expr: Expr) -> Expr {
    match expr.kind {
        ExprKind::Compare { op: Comparison::Eq, left, right } => compare(Comparison::Ne, *left, *right),
        ExprKind::Lookup { test: Lookup::In, any_case, negated, value, list, brackets } => {
            node(ExprKind::Lookup { test: Lookup::In, any_case, negated: !negated, value, list, brackets })
        }
        ExprKind::Bool(value) => node(ExprKind::Bool(!value)),
        _ => node(ExprKind::Not(Box::new(expr))),
    }
}
