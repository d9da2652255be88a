//! EQL conditions: when they are true and when they are false.

use super::super::ast::{Expr, ExprKind, Lookup};
use super::scalar::{call, canonical, equals, field_name, is_boolean_function, literal, scalar};
use crate::ir::{self, Case, Comparison, FieldRef, Matcher, Pattern, PatternPart, Type, Value};
use crate::lang::lucene_regex;
use crate::source::Span;

/// A condition taken apart; where neither holds it is null.
pub(super) struct Truth {
    pub(super) yes: ir::Expr,
    no: ir::Expr,
}

impl Truth {
    /// A test of a value: false only where there is one.
    fn of(subject: &Expr, yes: ir::Expr) -> Self {
        let span = yes.span;
        let no = ir::Expr::all(presence(subject).into_iter().chain([ir::Expr::negation(yes.clone(), span)]), span);
        Self { yes, no }
    }

    /// A condition that is never null.
    fn total(yes: ir::Expr) -> Self {
        let no = ir::Expr::negation(yes.clone(), yes.span);
        Self { yes, no }
    }

    fn negated(self) -> Self {
        Self { yes: self.no, no: self.yes }
    }

    fn negated_if(self, negated: bool) -> Self {
        if negated { self.negated() } else { self }
    }

    /// Returns when the condition is null.
    fn nullness(self, span: Span) -> ir::Expr {
        ir::Expr::all([ir::Expr::negation(self.yes, span), ir::Expr::negation(self.no, span)], span)
    }
}

/// Takes a condition apart.
pub(super) fn truth(expr: &Expr) -> Truth {
    let span = expr.span;
    match &expr.kind {
        ExprKind::And(items) => {
            let (yes, no) = joined(items).into_iter().map(|truth| (truth.yes, truth.no)).unzip::<_, _, Vec<_>, Vec<_>>();
            Truth { yes: ir::Expr::all(yes, span), no: ir::Expr::any(no, span) }
        }
        ExprKind::Or(items) => {
            let (yes, no) = items.iter().map(truth).map(|truth| (truth.yes, truth.no)).unzip::<_, _, Vec<_>, Vec<_>>();
            Truth { yes: ir::Expr::any(yes, span), no: ir::Expr::all(no, span) }
        }
        ExprKind::Not(inner) => truth(inner).negated(),
        ExprKind::Bool(value) => Truth::total(ir::Expr::literal(*value, Type::Bool, span)),
        ExprKind::Null => Truth { yes: never(span), no: never(span) },
        ExprKind::Compare { op, left, right } => compare(*op, left, right, span),
        ExprKind::Lookup { test, any_case, negated, value, list, .. } => {
            lookup((*test, case(*any_case)), value, list, span).negated_if(*negated)
        }
        ExprKind::Field { .. } => {
            let is = |value| matches(expr, equals(Value::Bool(value), Case::Sensitive), span);
            Truth { yes: is(true), no: is(false) }
        }
        ExprKind::Call { name, any_case, args } => {
            test_call(&name.value, case(*any_case), args, span).unwrap_or_else(|| computed(scalar(expr)))
        }
        _ => computed(scalar(expr)),
    }
}

/// Conditions that all hold. Two texts of which each begins with the other are equal, which EQL says in no other way in any case.
fn joined(items: &[Expr]) -> Vec<Truth> {
    let mut truths = Vec::new();
    let mut said = vec![false; items.len()];
    for (at, item) in items.iter().enumerate() {
        if said.get(at) == Some(&true) {
            continue;
        }
        let begins = begins_with(item);
        let is_reverse = |(_, other): &(usize, &Expr)| {
            begins.as_ref().is_some_and(|(a, b, case)| begins_with(other).is_some_and(|(c, d, own)| (a, b, case) == (&d, &c, &own)))
        };
        match (items.iter().enumerate().skip(at + 1).find(is_reverse), &item.kind) {
            (Some((reverse, _)), ExprKind::Call { any_case, args, .. }) if let [left, right] = args.as_slice() => {
                if let Some(said) = said.get_mut(reverse) {
                    *said = true;
                }
                let names = field_name(left).zip(field_name(right));
                truths.extend(names.map(|(field, other)| same_fields((left, &field), (right, &other), case(*any_case), item.span)));
            }
            _ => truths.push(truth(item)),
        }
    }
    truths
}

/// Reads `startsWith(field, other field)`, as the two names and whether case counts.
fn begins_with(expr: &Expr) -> Option<(String, String, bool)> {
    let ExprKind::Call { name, any_case, args } = &expr.kind else { return None };
    let [whole, part] = args.as_slice() else { return None };
    if canonical(&name.value) != "startsWith" {
        return None;
    }
    Some((field_name(whole)?, field_name(part)?, *any_case))
}

/// An expression of type bool; null where it is null.
fn computed(expr: ir::Expr) -> Truth {
    let span = expr.span;
    Truth { no: ir::Expr::negation(expr.clone(), span), yes: expr }
}

fn never(span: Span) -> ir::Expr {
    ir::Expr::literal(false, Type::Bool, span)
}

fn case(any_case: bool) -> Case {
    if any_case { Case::Insensitive } else { Case::Sensitive }
}

/// Returns the test that a value is there; `None` for constants, which are.
fn presence(expr: &Expr) -> Option<ir::Expr> {
    match (field_name(expr), literal(expr)) {
        (Some(field), _) => Some(ir::Expr::field_matches(field, Matcher::Exists, expr.span)),
        (None, Some(Value::Null)) => Some(never(expr.span)),
        (None, Some(_)) => None,
        (None, None) => Some(call("isnotnull", vec![scalar(expr)], Type::Bool, expr.span)),
    }
}

/// A matcher on a field, or on what is computed.
fn matches(subject: &Expr, matcher: Matcher, span: Span) -> ir::Expr {
    ir::Expr::new(ir::ExprKind::Match { field: reference(subject), matcher }, Type::Bool, span)
}

fn reference(subject: &Expr) -> FieldRef {
    field_name(subject).map_or_else(|| FieldRef::Value(Box::new(scalar(subject))), |name| FieldRef::Field(name.into()))
}

/// Lucene's expressions, over the whole text (`regex` in the syntax reference, which names "Regular expression syntax").
fn regex_matches(subject: &Expr, regex: &str, case: Case, span: Span) -> ir::Expr {
    ir::Expr::new(lucene_regex::matching(reference(subject), regex, case), Type::Bool, span)
}

fn compare(op: Comparison, left: &Expr, right: &Expr, span: Span) -> Truth {
    let (subject, constant, facing) = match (literal(left), literal(right)) {
        (_, Some(constant)) => (left, constant, op),
        (Some(constant), _) => (right, constant, op.mirrored()),
        _ => return pair(op, left, right, span),
    };
    match (facing, constant) {
        (Comparison::Eq, Value::Null) => is_null(subject, span),
        (Comparison::Ne, Value::Null) => is_null(subject, span).negated(),
        (_, Value::Null) => Truth { yes: never(span), no: never(span) },
        (Comparison::Eq | Comparison::Ne, Value::Bool(value)) if is_condition(subject) => {
            truth(subject).negated_if(value == (op == Comparison::Ne))
        }
        _ if field_name(subject).is_none() => compared((op, Case::Sensitive), left, right, span),
        (Comparison::Eq, value) => Truth::of(subject, matches(subject, equals(value, Case::Sensitive), span)),
        (Comparison::Ne, value) => Truth::of(subject, matches(subject, equals(value, Case::Sensitive), span)).negated(),
        (op, value) => Truth::of(subject, matches(subject, Matcher::Compare { op, value }, span)),
    }
}

fn is_null(subject: &Expr, span: Span) -> Truth {
    if is_condition(subject) {
        return Truth::total(truth(subject).nullness(span));
    }
    presence(subject).map_or_else(|| Truth::total(never(span)), |there| Truth::total(there).negated())
}

/// Two values of the event. Elasticsearch tells upper from lower case here; Endgame did not (eql/064, eql/167 are its verdicts).
fn pair(op: Comparison, left: &Expr, right: &Expr, span: Span) -> Truth {
    match (field_name(left), field_name(right), op) {
        (Some(field), Some(other), Comparison::Eq | Comparison::Ne) => {
            same_fields((left, &field), (right, &other), Case::Sensitive, span).negated_if(op == Comparison::Ne)
        }
        _ => compared((op, Case::Sensitive), left, right, span),
    }
}

fn same_fields((left, field): (&Expr, &str), (right, other): (&Expr, &str), case: Case, span: Span) -> Truth {
    let matcher = Matcher::Field { other: other.into(), test: None, case };
    let mut truth = Truth::of(left, ir::Expr::field_matches(field, matcher, span));
    truth.no = ir::Expr::all([truth.no].into_iter().chain(presence(right)), span);
    truth
}

/// Kusto's `==` is false beside null and its `!=` true, where EQL has null; orderings are null in both.
fn compared((op, case): (Comparison, Case), left: &Expr, right: &Expr, span: Span) -> Truth {
    let kind = ir::ExprKind::Compare { op, case, left: Box::new(scalar(left)), right: Box::new(scalar(right)) };
    let holds = ir::Expr::new(kind, Type::Bool, span);
    let fails = ir::Expr::negation(holds.clone(), span);
    let there = presence(left).into_iter().chain(presence(right));
    match op {
        Comparison::Eq => Truth { yes: holds, no: ir::Expr::all(there.chain([fails]), span) },
        Comparison::Ne => Truth { yes: ir::Expr::all(there.chain([holds]), span), no: fails },
        _ => Truth { yes: holds, no: fails },
    }
}

fn lookup((test, case): (Lookup, Case), value: &Expr, list: &[Expr], span: Span) -> Truth {
    let each = list.iter().map(|item| match (literal(item), field_name(value), field_name(item)) {
        (Some(Value::Bool(wanted)), ..) if is_condition(value) => truth(value).negated_if(!wanted),
        (Some(Value::String(regex)), ..) if test == Lookup::Regex => Truth::of(value, regex_matches(value, &regex, case, item.span)),
        (Some(constant), ..) => Truth::of(value, matches(value, matcher(test, case, constant), item.span)),
        (None, Some(field), Some(other)) => same_fields((value, &field), (item, &other), case, item.span),
        _ => compared((Comparison::Eq, case), value, item, item.span),
    });
    let (yes, no) = each.map(|truth| (truth.yes, truth.no)).unzip::<_, _, Vec<_>, Vec<_>>();
    let yes = ir::Expr::any(yes, span);
    if list.iter().all(|item| literal(item).is_some()) && !is_condition(value) {
        return Truth::of(value, yes);
    }
    Truth { yes, no: ir::Expr::all(no, span) }
}

fn matcher(test: Lookup, case: Case, value: Value) -> Matcher {
    match (test, value) {
        (Lookup::Matches | Lookup::Like, Value::String(text)) => pattern(&text, case),
        (_, value) => equals(value, case),
    }
}

/// `*` and `?`; there is no escape.
fn pattern(text: &str, case: Case) -> Matcher {
    let mut parts = Vec::new();
    let mut plain = String::new();
    for c in text.chars() {
        if !matches!(c, '*' | '?') {
            plain.push(c);
            continue;
        }
        if !plain.is_empty() {
            parts.push(PatternPart::Text(std::mem::take(&mut plain).into()));
        }
        parts.push(if c == '*' { PatternPart::Many } else { PatternPart::One });
    }
    if parts.is_empty() {
        return equals(Value::string(plain), case);
    }
    if !plain.is_empty() {
        parts.push(PatternPart::Text(plain.into()));
    }
    Matcher::Wildcard { pattern: Pattern { parts }, case }
}

/// Functions that ask something of one value and constants.
fn test_call(name: &str, case: Case, args: &[Expr], span: Span) -> Option<Truth> {
    let (subject, constants) = args.split_first()?;
    literal(subject).is_none().then_some(())?;
    let around = |text: &str, before: bool, after: bool| {
        let text = Some(PatternPart::Text(text.into())).filter(|_| !text.is_empty());
        let star = |here: bool| here.then_some(PatternPart::Many);
        let parts = star(before).into_iter().chain(text).chain(star(after)).collect();
        Matcher::Wildcard { pattern: Pattern { parts }, case }
    };
    let test = |constant: &Expr| {
        let value = literal(constant)?;
        let text = value.as_str()?;
        let matcher = match canonical(name) {
            "startsWith" => around(text, false, true),
            "endsWith" => around(text, true, false),
            "stringContains" => around(text, true, true),
            "wildcard" => pattern(text, case),
            "match" | "matchLite" => return Some(regex_matches(subject, text, case, span)),
            "cidrMatch" => Matcher::Cidr(text.into()),
            _ => return None,
        };
        Some(matches(subject, matcher, span))
    };
    let each: Vec<ir::Expr> = constants.iter().map(test).collect::<Option<_>>()?;
    Some(Truth::of(subject, ir::Expr::any(each, span)))
}

/// Lowers a call that is a matcher; `None` where it is none.
pub(super) fn test_of(call: &Expr) -> Option<ir::Expr> {
    let ExprKind::Call { name, any_case, args } = &call.kind else { return None };
    test_call(&name.value, case(*any_case), args, call.span).map(|truth| truth.yes)
}

fn is_condition(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::And(_) | ExprKind::Or(_) | ExprKind::Not(_) | ExprKind::Compare { .. } | ExprKind::Lookup { .. } => true,
        ExprKind::Call { name, .. } => is_boolean_function(&name.value),
        _ => false,
    }
}
