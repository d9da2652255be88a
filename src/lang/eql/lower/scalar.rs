//! EQL's values: fields, constants, functions.

use super::super::ast::{Expr, ExprKind, Part};
use super::condition::truth;
use crate::functions::{self, OF_EQL};
use crate::ir::{self, Arithmetic, Case, Matcher, Member, Type, Value};
use crate::source::Span;

/// Functions that are operators under another name.
static OPERATORS: &[(&str, Arithmetic)] = &[
    ("add", Arithmetic::Add),
    ("subtract", Arithmetic::Subtract),
    ("multiply", Arithmetic::Multiply),
    ("divide", Arithmetic::Divide),
    ("modulo", Arithmetic::Modulo),
];

/// Functions that are conditions.
const TESTS: &[&str] = &["startsWith", "endsWith", "stringContains", "wildcard", "match", "matchLite", "cidrMatch"];

/// Tells whether a function gives true or false.
pub(super) fn is_boolean_function(name: &str) -> bool {
    TESTS.contains(&canonical(name))
}

/// Spells a function's name as the reference does: shipped rules have `startswith~` and `cidrmatch` too.
pub(in crate::lang::eql) fn canonical(name: &str) -> &str {
    let plain = functions::all().iter().flat_map(|row| row.eql).copied();
    let known = plain.chain(OPERATORS.iter().map(|(name, _)| *name)).chain(TESTS.iter().copied());
    known.into_iter().find(|known| known.eq_ignore_ascii_case(name)).unwrap_or(name)
}

/// Lowers an expression to a value.
pub(super) fn scalar(expr: &Expr) -> ir::Expr {
    let span = expr.span;
    match &expr.kind {
        ExprKind::Field { path, .. } => field(path, span),
        ExprKind::Arithmetic { op, left, right } => arithmetic(*op, left, right, span),
        ExprKind::Negate(inner) if literal(expr).is_none() => {
            ir::Expr::new(ir::ExprKind::Negate(Box::new(scalar(inner))), Type::Unknown, span)
        }
        ExprKind::Call { name, any_case, args } => function((&name.value, *any_case), args, span),
        _ => match literal(expr) {
            Some(value) => {
                let ty = value.shown_type();
                ir::Expr::literal(value, ty, span)
            }
            None => truth(expr).yes,
        },
    }
}

fn arithmetic(op: Arithmetic, left: &Expr, right: &Expr, span: Span) -> ir::Expr {
    let (left, right) = (scalar(left), scalar(right));
    if op == Arithmetic::Modulo {
        // Kusto's remainder is never negative; EQL's has the sign of the dividend.
        return call("eql:modulo", vec![left, right], Type::Unknown, span);
    }
    ir::Expr::new(ir::ExprKind::Arithmetic { op, left: Box::new(left), right: Box::new(right) }, Type::Unknown, span)
}

fn function((name, any_case): (&str, bool), args: &[Expr], span: Span) -> ir::Expr {
    let name = canonical(name);
    if let (Some((_, op)), [left, right]) = (OPERATORS.iter().find(|(known, _)| *known == name), args) {
        return arithmetic(*op, left, right, span);
    }
    let called = if any_case { format!("{name}~") } else { name.to_owned() };
    let fits = |row: &functions::Function| row.signatures.iter().any(|signature| signature.assign(args.len()).is_some());
    match functions::eql(&called).filter(|row| fits(row)) {
        Some(_) => {
            let ty = if is_boolean_function(name) { Type::Bool } else { Type::Unknown };
            call(&format!("{OF_EQL}{called}"), args.iter().map(scalar).collect(), ty, span)
        }
        None if is_boolean_function(name) => truth_of_call((name, any_case), args, span),
        None => ir::Expr::new(opaque(&called), Type::Unknown, span),
    }
}

/// `match` and `wildcard` have no row: they are matchers.
fn truth_of_call((name, any_case): (&str, bool), args: &[Expr], span: Span) -> ir::Expr {
    let kind = ExprKind::Call { name: crate::source::Spanned::new(name.to_owned(), span), any_case, args: args.to_vec() };
    super::condition::test_of(&Expr { kind, span }).unwrap_or_else(|| ir::Expr::new(opaque(name), Type::Bool, span))
}

/// The value of a field; behind an index, an element and what is in it.
fn field(path: &[Part], span: Span) -> ir::Expr {
    let names = path.iter().map_while(|part| if let Part::Name { text, .. } = part { Some(text.as_str()) } else { None });
    let names: Vec<&str> = names.collect();
    let column = ir::Expr::column(names.join("."), Type::Unknown, span);
    path.iter().skip(names.len()).fold(column, |base, part| {
        let member = match part {
            Part::Name { text, .. } => Member::Name(text.as_str().into()),
            Part::Index(index) => Member::Index(Box::new(ir::Expr::literal(i64::try_from(*index).unwrap_or(i64::MAX), Type::Long, span))),
        };
        ir::Expr::new(ir::ExprKind::Member { base: Box::new(base), member }, Type::Dynamic, span)
    })
}

/// Builds a call.
pub(super) fn call(function: &str, args: Vec<ir::Expr>, ty: Type, span: Span) -> ir::Expr {
    ir::Expr::new(ir::ExprKind::Call { function: function.into(), args }, ty, span)
}

/// Builds the test that a value equals a constant.
pub(super) fn equals(value: Value, case: Case) -> Matcher {
    Matcher::Equals { value, case }
}

fn opaque(text: &str) -> ir::ExprKind {
    ir::ExprKind::Opaque { text: text.into(), code: "eql-function-not-run" }
}

/// Returns the dotted name of a field without indexes.
pub(super) fn field_name(expr: &Expr) -> Option<String> {
    let ExprKind::Field { path, .. } = &expr.kind else { return None };
    let names: Option<Vec<&str>> =
        path.iter().map(|part| if let Part::Name { text, .. } = part { Some(text.as_str()) } else { None }).collect();
    names.map(|names| names.join("."))
}

/// Returns the value of a constant.
pub(super) fn literal(expr: &Expr) -> Option<Value> {
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
