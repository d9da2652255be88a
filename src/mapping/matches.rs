//! Kusto's predicates as two-valued matches, exactly: nulls, "" and case made explicit.
//!
//! Field names stay Sentinel's. Predicates that no matcher can say (arithmetic, time relative to now) stay as they are.
//! Each predicate is taken apart into when it is true and when it is false, because a null is neither
//! (`spec/kusto-semantics.md`, Nulls).

use super::logic::{and, constant, matches, not, or};
use super::operand::{FieldOperand, Operand, operand};
use super::term::term_regex;
use crate::ir::{Case, Comparison, Dialect, Expr, ExprKind, FieldRef, Matcher, Pattern, PatternPart, StringTest, Type, Value, regexes};
use crate::source::Span;
use std::sync::Arc;

/// Arms at most of a `case` that is turned into logic: each arm repeats the conditions before it.
const MAX_ARMS: usize = 16;

/// When a predicate is true, and when it is false if that is not simply its opposite.
pub(super) struct Truth {
    pub(super) yes: Expr,
    pub(super) no: Option<Expr>,
}

impl Truth {
    /// A predicate that is never null.
    fn total(yes: Expr) -> Self {
        Self { yes, no: None }
    }

    fn into_no(self) -> Expr {
        self.no.unwrap_or_else(|| not(self.yes))
    }

    fn negated(self) -> Self {
        match self.no {
            None => Self::total(not(self.yes)),
            Some(no) => Self { yes: no, no: Some(self.yes) },
        }
    }
}

/// Rewrites a filter's predicate: the result keeps the same rows.
pub(super) fn to_matches(predicate: &Expr) -> Expr {
    truth(predicate).yes
}

fn truth(expr: &Expr) -> Truth {
    let span = expr.span;
    match &expr.kind {
        ExprKind::Literal(Value::Null) => Truth { yes: constant(false, span), no: Some(constant(false, span)) },
        ExprKind::And(operands) => combine(operands, span, true),
        ExprKind::Or(operands) => combine(operands, span, false),
        ExprKind::Not(inner) => truth(inner).negated(),
        ExprKind::Convert(inner) if expr.ty == Type::Bool => truth(inner),
        ExprKind::Literal(_) | ExprKind::Match { .. } => Truth::total(expr.clone()),
        ExprKind::Compare { op, case, left, right } => compare(expr, *op, *case, left, right),
        ExprKind::Test { test, case, negated, left, right } => flip(*negated, string_test(expr, *test, *case, left, right)),
        ExprKind::InList { test, all, case, negated, value, list } => {
            flip(*negated, membership(value, list, *test, *all, *case, span).unwrap_or_else(|| scalar(&positive(expr))))
        }
        ExprKind::Between { negated, value, low, high } => flip(*negated, between(expr, value, low, high)),
        ExprKind::Conditional { arms, otherwise } if arms.len() <= MAX_ARMS => conditional(arms, otherwise, span),
        ExprKind::Call { function, args } => {
            emptiness(function, args, span).or_else(|| super::network::of_call(function, args, span)).unwrap_or_else(|| scalar(expr))
        }
        ExprKind::Column(_) | ExprKind::Member { .. } => match operand(expr) {
            Operand::Field(field) if expr.ty == Type::Bool => boolean(&field, true, span),
            _ => scalar(expr),
        },
        _ => scalar(expr),
    }
}

/// A predicate that stays Kusto's: it may be null, so its falsehood is its own negation.
fn scalar(expr: &Expr) -> Truth {
    Truth { yes: expr.clone(), no: Some(not(expr.clone())) }
}

fn flip(negated: bool, truth: Truth) -> Truth {
    if negated { truth.negated() } else { truth }
}

/// The plain form of a predicate with a `!` form.
fn positive(expr: &Expr) -> Expr {
    let mut plain = expr.clone();
    if let ExprKind::Test { negated, .. } | ExprKind::InList { negated, .. } | ExprKind::Between { negated, .. } = &mut plain.kind {
        *negated = false;
    }
    plain
}

fn combine(operands: &[Expr], span: Span, all: bool) -> Truth {
    let join = |list, all| if all { and(list, span) } else { or(list, span) };
    let truths: Vec<Truth> = operands.iter().map(truth).collect();
    let no = truths.iter().any(|t| t.no.is_some()).then(|| {
        let false_sides = truths.iter().map(|t| t.no.clone().unwrap_or_else(|| not(t.yes.clone()))).collect();
        join(false_sides, !all)
    });
    Truth { yes: join(truths.into_iter().map(|t| t.yes).collect(), all), no }
}

fn conditional(arms: &[(Expr, Expr)], otherwise: &Expr, span: Span) -> Truth {
    let mut earlier: Vec<Expr> = Vec::new();
    let (mut yes, mut no) = (Vec::new(), Vec::new());
    for (condition, value) in arms {
        let holds = truth(condition).yes;
        let value = truth(value);
        let here = |outcome: Expr| and(earlier.iter().cloned().chain([holds.clone(), outcome]).collect(), span);
        yes.push(here(value.yes.clone()));
        no.push(here(value.into_no()));
        earlier.push(not(holds));
    }
    let last = truth(otherwise);
    let here = |outcome: Expr| and(earlier.iter().cloned().chain([outcome]).collect(), span);
    yes.push(here(last.yes.clone()));
    no.push(here(last.into_no()));
    Truth { yes: or(yes, span), no: Some(or(no, span)) }
}

fn compare(expr: &Expr, op: Comparison, case: Case, left: &Expr, right: &Expr) -> Truth {
    let span = expr.span;
    if let Some(pushed) = push_into_arms(expr, left) {
        return truth(&pushed);
    }
    match (operand(left), operand(right)) {
        // `f(x) == false`: against a constant never null.
        (Operand::Other, Operand::Constant(Value::Bool(wanted)))
            if left.ty == Type::Bool && matches!(op, Comparison::Eq | Comparison::Ne) =>
        {
            let (truth, negated) = (truth(left), op == Comparison::Ne);
            Some(flip(negated, Truth::total(if wanted { truth.yes } else { truth.into_no() })))
        }
        (Operand::Field(field), Operand::Constant(value)) => compare_constant(&field, op, case, &value, span),
        (Operand::Constant(value), Operand::Field(field)) => compare_constant(&field, op.mirrored(), case, &value, span),
        (Operand::Field(a), Operand::Field(b)) if matches!(op, Comparison::Eq | Comparison::Ne) => {
            same_value(&a, &b, case, span).map(|same| flip(op == Comparison::Ne, same))
        }
        _ => None,
    }
    .unwrap_or_else(|| scalar(expr))
}

/// `iff(c, a, b) == x` is `iff(c, a == x, b == x)`.
fn push_into_arms(expr: &Expr, left: &Expr) -> Option<Expr> {
    let ExprKind::Conditional { arms, otherwise } = &left.kind else { return None };
    let ExprKind::Compare { op, case, right, .. } = &expr.kind else { return None };
    if arms.len() > MAX_ARMS || !matches!(operand(right), Operand::Constant(_)) {
        return None;
    }
    let compared = |value: &Expr| {
        let kind = ExprKind::Compare { op: *op, case: *case, left: Box::new(value.clone()), right: right.clone() };
        // A constant arm decides at once; whether it holds is the evaluator's to say, so only equal texts are decided here.
        match (operand(value), operand(right), op) {
            (Operand::Constant(Value::String(a)), Operand::Constant(Value::String(b)), Comparison::Eq | Comparison::Ne) => {
                let same = if *case == Case::Insensitive { crate::ir::text::equals_folded(&a, &b) } else { a == b };
                constant(same == (*op == Comparison::Eq), expr.span)
            }
            _ => Expr::new(kind, Type::Bool, expr.span),
        }
    };
    let arms = arms.iter().map(|(condition, value)| (condition.clone(), compared(value))).collect();
    Some(Expr::new(ExprKind::Conditional { arms, otherwise: Box::new(compared(otherwise)) }, Type::Bool, expr.span))
}

fn compare_constant(field: &FieldOperand, op: Comparison, case: Case, value: &Value, span: Span) -> Option<Truth> {
    if matches!(value, Value::Null | Value::Array(_) | Value::Object(_)) {
        return None;
    }
    let ordered = |op| matches(&name(field), Matcher::Compare { op, value: value.clone() }, span);
    Some(match op {
        Comparison::Eq => equals(field, value, case, span),
        Comparison::Ne => equals(field, value, case, span).negated(),
        Comparison::Lt => Truth { yes: ordered(Comparison::Lt), no: Some(ordered(Comparison::Ge)) },
        Comparison::Le => Truth { yes: ordered(Comparison::Le), no: Some(ordered(Comparison::Gt)) },
        Comparison::Gt => Truth { yes: ordered(Comparison::Gt), no: Some(ordered(Comparison::Le)) },
        Comparison::Ge => Truth { yes: ordered(Comparison::Ge), no: Some(ordered(Comparison::Lt)) },
    })
}

pub(super) fn name(field: &FieldOperand) -> String {
    field.path.text(Dialect::Sentinel)
}

fn exists(field: &FieldOperand, span: Span) -> Expr {
    matches(&name(field), Matcher::Exists, span)
}

fn is(field: &FieldOperand, value: Value, case: Case, span: Span) -> Expr {
    matches(&name(field), Matcher::Equals { value, case }, span)
}

/// `==`: never null against a constant. A text column is never null, it holds "".
fn equals(field: &FieldOperand, value: &Value, case: Case, span: Span) -> Truth {
    if let Value::String(text) = value {
        if text.is_empty() {
            return Truth::total(empty(field, span));
        }
        if field.fold.is_some_and(|fold| !fold.leaves(text)) {
            return Truth::total(constant(false, span));
        }
    }
    let case = if field.fold.is_some() { Case::Insensitive } else { case };
    Truth::total(is(field, value.clone(), case, span))
}

/// A missing field or an empty text: one thing in Kusto, two in events.
fn empty(field: &FieldOperand, span: Span) -> Expr {
    let missing = not(exists(field, span));
    if is_text(field) { or(vec![missing, is(field, Value::string(""), Case::Sensitive, span)], span) } else { missing }
}

fn is_text(field: &FieldOperand) -> bool {
    matches!(field.ty, Type::String | Type::Dynamic | Type::Unknown)
}

fn boolean(field: &FieldOperand, wanted: bool, span: Span) -> Truth {
    let value = |truth| is(field, Value::Bool(truth), Case::Sensitive, span);
    Truth { yes: value(wanted), no: Some(value(!wanted)) }
}

/// `a == b` of two columns: two empty texts are equal.
fn same_value(a: &FieldOperand, b: &FieldOperand, case: Case, span: Span) -> Option<Truth> {
    let case = if a.fold.is_some() && a.fold == b.fold { Case::Insensitive } else { case };
    if a.fold != b.fold || !is_text(a) || !is_text(b) {
        return None;
    }
    let other: Arc<str> = Arc::from(name(b));
    let same = matches(&name(a), Matcher::Field { other, test: None, case }, span);
    let neither = and(vec![not(exists(a, span)), not(exists(b, span))], span);
    let either = or(vec![exists(a, span), exists(b, span)], span);
    Some(Truth { yes: or(vec![same.clone(), neither], span), no: Some(and(vec![not(same), either], span)) })
}

fn string_test(expr: &Expr, test: StringTest, case: Case, left: &Expr, right: &Expr) -> Truth {
    match (operand(left), operand(right)) {
        (Operand::Field(field), Operand::Constant(Value::String(needle))) => test_constant(&field, test, case, &needle, expr.span),
        _ => None,
    }
    .unwrap_or_else(|| scalar(&positive(expr)))
}

fn test_constant(field: &FieldOperand, test: StringTest, case: Case, needle: &str, span: Span) -> Option<Truth> {
    if !is_text(field) {
        return None;
    }
    if needle.is_empty() {
        return Some(Truth::total(constant(true, span)));
    }
    // `tolower(x) contains_cs "Abc"` never holds; with a lower-case needle it is `x contains "abc"`.
    let case = match (field.fold, test) {
        (Some(_), StringTest::Regex) => return None,
        (Some(fold), _) if case == Case::Sensitive && !fold.leaves(needle) => return Some(Truth::total(constant(false, span))),
        (Some(_), _) => Case::Insensitive,
        (None, _) => case,
    };
    let text = || PatternPart::Text(Arc::from(needle));
    let wildcard = |parts| Matcher::Wildcard { pattern: Pattern { parts }, case };
    let matcher = match test {
        StringTest::Contains => wildcard(vec![PatternPart::Many, text(), PatternPart::Many]),
        StringTest::StartsWith => wildcard(vec![text(), PatternPart::Many]),
        StringTest::EndsWith => wildcard(vec![PatternPart::Many, text()]),
        StringTest::Has | StringTest::HasPrefix | StringTest::HasSuffix => {
            Matcher::Regex { regex: Arc::from(term_regex(test, needle)), anchored: false, case }
        }
        StringTest::Regex => return regex_test(field, needle, span),
    };
    Some(Truth::total(matches(&name(field), matcher, span)))
}

/// A missing text counts as "", which some expressions match.
fn regex_test(field: &FieldOperand, regex: &str, span: Span) -> Option<Truth> {
    let matches_empty = regexes::compiled(regex, Case::Sensitive).ok()?.is_match("");
    let found = matches(&name(field), Matcher::Regex { regex: Arc::from(regex), anchored: false, case: Case::Sensitive }, span);
    Some(Truth::total(if matches_empty { or(vec![found, not(exists(field, span))], span) } else { found }))
}

fn membership(value: &Expr, list: &[Expr], test: Option<StringTest>, all: bool, case: Case, span: Span) -> Option<Truth> {
    let Operand::Field(field) = operand(value) else { return None };
    let mut elements = Vec::new();
    for element in list {
        let Operand::Constant(value) = operand(element) else { return None };
        match value {
            Value::Array(items) => elements.extend(items.iter().map(|item| (item.clone(), element.span))),
            other => elements.push((other, element.span)),
        }
    }
    let mut truths = Vec::new();
    for (value, at) in elements {
        let truth = match (test, &value) {
            (None, _) => compare_constant(&field, Comparison::Eq, case, &value, at)?,
            (Some(test), Value::String(needle)) => test_constant(&field, test, case, needle, at)?,
            (Some(_), _) => return None,
        };
        truths.push(truth.yes);
    }
    Some(Truth::total(if all { and(truths, span) } else { or(truths, span) }))
}

fn between(expr: &Expr, value: &Expr, low: &Expr, high: &Expr) -> Truth {
    let (Operand::Field(field), Operand::Constant(low), Operand::Constant(high)) = (operand(value), operand(low), operand(high)) else {
        return scalar(&positive(expr));
    };
    // A timespan as the right end is a length (between-operator.md).
    if matches!(high, Value::TimeSpan(_)) || low.is_null() || high.is_null() {
        return scalar(&positive(expr));
    }
    let bound = |op, value: &Value| matches(&name(&field), Matcher::Compare { op, value: value.clone() }, expr.span);
    Truth {
        yes: and(vec![bound(Comparison::Ge, &low), bound(Comparison::Le, &high)], expr.span),
        no: Some(or(vec![bound(Comparison::Lt, &low), bound(Comparison::Gt, &high)], expr.span)),
    }
}

/// `isempty`, `isnotempty`, `isnull`, `isnotnull`, and `tobool(x)` as a condition.
fn emptiness(function: &str, args: &[Expr], span: Span) -> Option<Truth> {
    let [only] = args else { return None };
    let Operand::Field(field) = operand(only) else { return None };
    let never_null = field.ty == Type::String;
    Some(match function {
        "isempty" => Truth::total(empty(&field, span)),
        "isnotempty" => Truth::total(not_empty(&field, span)),
        "isnull" if never_null => Truth::total(constant(false, span)),
        "isnotnull" if never_null => Truth::total(constant(true, span)),
        "isnull" => Truth::total(not(exists(&field, span))),
        "isnotnull" => Truth::total(exists(&field, span)),
        "tobool" => boolean(&field, true, span),
        _ => return None,
    })
}

fn not_empty(field: &FieldOperand, span: Span) -> Expr {
    let there = exists(field, span);
    if is_text(field) { and(vec![there, not(is(field, Value::string(""), Case::Sensitive, span))], span) } else { there }
}

/// Tells whether an expression reads one of these names, computed by an earlier operator.
pub(super) fn reads_any(expr: &Expr, is_computed: &dyn Fn(&str) -> bool) -> bool {
    let mut found = false;
    expr.walk(&mut |e| {
        found |= match &e.kind {
            ExprKind::Column(name) => is_computed(name),
            ExprKind::Match { field: FieldRef::Field(name), .. } => is_computed(name),
            _ => false,
        };
    });
    found
}
