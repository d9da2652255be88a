//! EQL conditions: when they are true and when they are false.

use super::super::ast::{Expr, ExprKind, Lookup, Part};
use crate::ir::{self, Arithmetic, Case, Comparison, FieldRef, Matcher, Pattern, PatternPart, Type, Value};
use crate::source::Span;

/// A condition taken apart; where neither holds it is null.
pub(super) struct Truth {
    pub(super) yes: ir::Expr,
    no: ir::Expr,
}

impl Truth {
    /// A test of a field: false only where the field has a value.
    fn of_field(field: &str, yes: ir::Expr) -> Self {
        let span = yes.span;
        let exists = ir::Expr::field_matches(field, Matcher::Exists, span);
        let no = ir::Expr::all([exists, ir::Expr::negation(yes.clone(), span)], span);
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
            let (yes, no) = items.iter().map(truth).map(|truth| (truth.yes, truth.no)).unzip::<_, _, Vec<_>, Vec<_>>();
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
            let found = lookup((*test, *any_case), value, list, span);
            if *negated { found.negated() } else { found }
        }
        ExprKind::Field { .. } => match field_name(expr) {
            Some(name) => Truth {
                yes: ir::Expr::field_matches(&name, equals(Value::Bool(true), false), span),
                no: ir::Expr::field_matches(&name, equals(Value::Bool(false), false), span),
            },
            None => computed(scalar(expr)),
        },
        ExprKind::Call { name, any_case, args } => test_call(&name.value, *any_case, args, span).unwrap_or_else(|| computed(scalar(expr))),
        _ => computed(scalar(expr)),
    }
}

/// A Kusto expression of type bool; null where it is null.
fn computed(expr: ir::Expr) -> Truth {
    let span = expr.span;
    Truth { no: ir::Expr::negation(expr.clone(), span), yes: expr }
}

fn never(span: Span) -> ir::Expr {
    ir::Expr::literal(false, Type::Bool, span)
}

fn compare(op: Comparison, left: &Expr, right: &Expr, span: Span) -> Truth {
    let (field, constant, op) = match (field_name(left), literal(right), field_name(right), literal(left)) {
        (Some(field), Some(constant), ..) => (field, constant, op),
        (_, _, Some(field), Some(constant)) => (field, constant, turned(op)),
        (Some(field), _, Some(other), _) if matches!(op, Comparison::Eq | Comparison::Ne) => return fields(op, &field, &other, span),
        _ => return compare_computed(op, left, right, span),
    };
    let matches = |matcher: Matcher| ir::Expr::field_matches(&field, matcher, span);
    match (op, constant) {
        (Comparison::Eq, Value::Null) => Truth::total(matches(Matcher::Exists)).negated(),
        (Comparison::Ne, Value::Null) => Truth::total(matches(Matcher::Exists)),
        (_, Value::Null) => Truth { yes: never(span), no: never(span) },
        (Comparison::Eq, value) => Truth::of_field(&field, matches(equals(value, false))),
        (Comparison::Ne, value) => Truth::of_field(&field, matches(equals(value, false))).negated(),
        (op, value) => Truth::of_field(&field, matches(Matcher::Compare { op, value })),
    }
}

fn fields(op: Comparison, field: &str, other: &str, span: Span) -> Truth {
    let matcher = Matcher::Field { other: other.into(), test: None, case: Case::Sensitive };
    let same = ir::Expr::field_matches(field, matcher, span);
    let there = ir::Expr::field_matches(other, Matcher::Exists, span);
    let mut truth = Truth::of_field(field, same);
    truth.no = ir::Expr::all([truth.no, there], span);
    if op == Comparison::Ne { truth.negated() } else { truth }
}

fn compare_computed(op: Comparison, left: &Expr, right: &Expr, span: Span) -> Truth {
    let (inner, constant) = match (literal(left), literal(right)) {
        (Some(constant), _) => (right, constant),
        (_, Some(constant)) => (left, constant),
        _ => return computed(comparison(op, left, right, span)),
    };
    match (op, constant, is_condition(inner)) {
        (Comparison::Eq, Value::Null, true) => Truth::total(truth(inner).nullness(span)),
        (Comparison::Ne, Value::Null, true) => Truth::total(truth(inner).nullness(span)).negated(),
        (Comparison::Eq | Comparison::Ne, Value::Bool(value), true) => {
            let same = if value { truth(inner) } else { truth(inner).negated() };
            if op == Comparison::Ne { same.negated() } else { same }
        }
        (Comparison::Eq, Value::Null, false) => Truth::total(call("isnull", vec![scalar(inner)], Type::Bool, span)),
        (Comparison::Ne, Value::Null, false) => Truth::total(call("isnotnull", vec![scalar(inner)], Type::Bool, span)),
        _ => computed(comparison(op, left, right, span)),
    }
}

fn comparison(op: Comparison, left: &Expr, right: &Expr, span: Span) -> ir::Expr {
    let (left, right) = (Box::new(scalar(left)), Box::new(scalar(right)));
    ir::Expr::new(ir::ExprKind::Compare { op, case: Case::Sensitive, left, right }, Type::Bool, span)
}

fn lookup((test, any_case): (Lookup, bool), value: &Expr, list: &[Expr], span: Span) -> Truth {
    let Some(field) = field_name(value) else { return computed_lookup((test, any_case), value, list, span) };
    let each = list.iter().map(|item| match (field_name(item), literal(item)) {
        (Some(other), _) => {
            let case = if any_case { Case::Insensitive } else { Case::Sensitive };
            ir::Expr::field_matches(&field, Matcher::Field { other: other.into(), test: None, case }, item.span)
        }
        (_, Some(value)) => ir::Expr::field_matches(&field, matcher(test, any_case, value), item.span),
        _ => computed(ir::Expr::new(opaque("in"), Type::Bool, item.span)).yes,
    });
    Truth::of_field(&field, ir::Expr::any(each.collect::<Vec<_>>(), span))
}

/// A test of a computed value.
fn computed_lookup((test, any_case): (Lookup, bool), value: &Expr, list: &[Expr], span: Span) -> Truth {
    let subject = scalar(value);
    let each = list.iter().map(|item| {
        let matcher = literal(item).map_or_else(|| equals(Value::Null, false), |value| matcher(test, any_case, value));
        ir::Expr::new(ir::ExprKind::Match { field: FieldRef::Value(Box::new(subject.clone())), matcher }, Type::Bool, item.span)
    });
    let yes = ir::Expr::any(each.collect::<Vec<_>>(), span);
    let there = call("isnotnull", vec![subject.clone()], Type::Bool, span);
    Truth { no: ir::Expr::all([there, ir::Expr::negation(yes.clone(), span)], span), yes }
}

fn matcher(test: Lookup, any_case: bool, value: Value) -> Matcher {
    let case = if any_case { Case::Insensitive } else { Case::Sensitive };
    match (test, value) {
        (Lookup::Matches | Lookup::Like, Value::String(text)) => pattern(&text, case),
        // The whole text must match (`regex` in the syntax reference).
        (Lookup::Regex, Value::String(regex)) => Matcher::Regex { regex, anchored: true, case },
        (_, value) => equals(value, any_case),
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
        return Matcher::Equals { value: Value::string(plain), case };
    }
    if !plain.is_empty() {
        parts.push(PatternPart::Text(plain.into()));
    }
    Matcher::Wildcard { pattern: Pattern { parts }, case }
}

fn equals(value: Value, any_case: bool) -> Matcher {
    Matcher::Equals { value, case: if any_case { Case::Insensitive } else { Case::Sensitive } }
}

/// Functions that ask something of one field and constants.
fn test_call(name: &str, any_case: bool, args: &[Expr], span: Span) -> Option<Truth> {
    let (subject, constants) = args.split_first()?;
    let field = field_name(subject)?;
    let texts: Option<Vec<Value>> = constants.iter().map(literal).collect();
    let texts = texts?;
    let case = if any_case { Case::Insensitive } else { Case::Sensitive };
    let around = |text: &str, before: bool, after: bool| {
        let text = Some(PatternPart::Text(text.into())).filter(|_| !text.is_empty());
        let star = |here: bool| here.then_some(PatternPart::Many);
        let parts = star(before).into_iter().chain(text).chain(star(after)).collect();
        Matcher::Wildcard { pattern: Pattern { parts }, case }
    };
    let matcher = |value: &Value| {
        let text = value.as_str()?;
        Some(match name {
            "startsWith" => around(text, false, true),
            "endsWith" => around(text, true, false),
            "stringContains" => around(text, true, true),
            "wildcard" => pattern(text, case),
            "match" | "matchLite" => Matcher::Regex { regex: text.into(), anchored: true, case },
            "cidrMatch" | "cidrmatch" => Matcher::Cidr(text.into()),
            _ => return None,
        })
    };
    let matchers: Option<Vec<Matcher>> = texts.iter().map(matcher).collect();
    let each = matchers?.into_iter().map(|matcher| ir::Expr::field_matches(&field, matcher, span)).collect::<Vec<_>>();
    Some(Truth::of_field(&field, ir::Expr::any(each, span)))
}

/// Functions with a Kusto counterpart that means the same.
static FUNCTIONS: &[(&str, &str, Type)] = &[
    ("length", "strlen", Type::Long),
    ("string", "tostring", Type::String),
    ("concat", "strcat", Type::String),
    ("number", "toreal", Type::Real),
];

static OPERATORS: &[(&str, Arithmetic)] = &[
    ("add", Arithmetic::Add),
    ("subtract", Arithmetic::Subtract),
    ("multiply", Arithmetic::Multiply),
    ("divide", Arithmetic::Divide),
    ("modulo", Arithmetic::Modulo),
];

/// Lowers an expression to a value.
pub(super) fn scalar(expr: &Expr) -> ir::Expr {
    let span = expr.span;
    let arithmetic = |op: Arithmetic, left: &Expr, right: &Expr| {
        let kind = ir::ExprKind::Arithmetic { op, left: Box::new(scalar(left)), right: Box::new(scalar(right)) };
        ir::Expr::new(kind, Type::Unknown, span)
    };
    match &expr.kind {
        ExprKind::Field { .. } => match field_name(expr) {
            Some(name) => ir::Expr::column(name, Type::Unknown, span),
            None => ir::Expr::new(opaque("index"), Type::Unknown, span),
        },
        ExprKind::Arithmetic { op, left, right } => arithmetic(*op, left, right),
        ExprKind::Negate(inner) => ir::Expr::new(ir::ExprKind::Negate(Box::new(scalar(inner))), Type::Unknown, span),
        ExprKind::Call { name, args, .. } => {
            let operator = OPERATORS.iter().find(|(known, _)| *known == name.value);
            let function = FUNCTIONS.iter().find(|(known, ..)| *known == name.value);
            match (operator, function, args.as_slice()) {
                (Some((_, op)), _, [left, right]) => arithmetic(*op, left, right),
                (_, Some((_, kusto, ty)), args) if name.value != "number" || args.len() == 1 => {
                    call(kusto, args.iter().map(scalar).collect(), *ty, span)
                }
                _ => ir::Expr::new(opaque(&name.value), Type::Unknown, span),
            }
        }
        _ => match literal(expr) {
            Some(value) => {
                let ty = match value {
                    Value::Long(_) => Type::Long,
                    Value::Real(_) => Type::Real,
                    Value::Bool(_) => Type::Bool,
                    Value::String(_) => Type::String,
                    _ => Type::Unknown,
                };
                ir::Expr::literal(value, ty, span)
            }
            None => truth(expr).yes,
        },
    }
}

fn call(function: &str, args: Vec<ir::Expr>, ty: Type, span: Span) -> ir::Expr {
    ir::Expr::new(ir::ExprKind::Call { function: function.into(), args }, ty, span)
}

fn opaque(text: &str) -> ir::ExprKind {
    ir::ExprKind::Opaque { text: text.into(), code: "eql-function-not-run" }
}

fn is_condition(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::And(_) | ExprKind::Or(_) | ExprKind::Not(_) | ExprKind::Compare { .. } | ExprKind::Lookup { .. })
}

/// The dotted name of a field without indexes.
fn field_name(expr: &Expr) -> Option<String> {
    let ExprKind::Field { path, .. } = &expr.kind else { return None };
    let names: Option<Vec<&str>> =
        path.iter().map(|part| if let Part::Name { text, .. } = part { Some(text.as_str()) } else { None }).collect();
    names.map(|names| names.join("."))
}

fn literal(expr: &Expr) -> Option<Value> {
    match &expr.kind {
        ExprKind::Null => Some(Value::Null),
        ExprKind::Bool(value) => Some(Value::Bool(*value)),
        ExprKind::Integer(n) => Some(Value::Long(*n)),
        ExprKind::Real(n) => Some(Value::Real(*n)),
        ExprKind::Text { value, .. } => Some(Value::string(value)),
        ExprKind::Negate(inner) => match literal(inner)? {
            Value::Long(n) => n.checked_neg().map(Value::Long),
            Value::Real(n) => Some(Value::Real(-n)),
            _ => None,
        },
        _ => None,
    }
}

fn turned(op: Comparison) -> Comparison {
    match op {
        Comparison::Lt => Comparison::Gt,
        Comparison::Le => Comparison::Ge,
        Comparison::Gt => Comparison::Lt,
        Comparison::Ge => Comparison::Le,
        same => same,
    }
}
