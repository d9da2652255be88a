//! Expressions: what ES|QL's operators say as it is, what Kusto's say with its nulls spelled out.

use super::{Raiser, named};
use crate::functions;
use crate::ir::datetime::print_datetime;
use crate::ir::{Arithmetic, Case, Comparison, Expr, ExprKind, StringTest, Type, Value};
use crate::lang::esql::ast;
use crate::lang::esql::lower::{operator_of, sign_of};
use crate::lang::kuery;
use crate::source::{Span, Spanned};

/// Kusto's functions that mean the same, nulls included.
const SAME: &[(&str, &str)] = &[
    ("bin", "DATE_TRUNC"),
    ("ceiling", "CEIL"),
    ("coalesce", "COALESCE"),
    ("now", "NOW"),
    ("strlen", "LENGTH"),
    ("tobool", "TO_BOOLEAN"),
    ("todatetime", "TO_DATETIME"),
    ("todouble", "TO_DOUBLE"),
    ("tolong", "TO_LONG"),
    ("tolower", "TO_LOWER"),
    ("toreal", "TO_DOUBLE"),
    ("tostring", "TO_STRING"),
    ("toupper", "TO_UPPER"),
];

fn node(kind: ast::ExprKind, span: Span) -> ast::Expr {
    ast::Expr { kind, span }
}

fn call(name: &str, args: Vec<ast::Expr>, span: Span) -> ast::Expr {
    node(ast::ExprKind::Call { name: Spanned::new(name.to_owned(), span), args, star: false, options: Vec::new() }, span)
}

fn is_null(value: ast::Expr, negated: bool, span: Span) -> ast::Expr {
    node(ast::ExprKind::IsNull { negated, value: Box::new(value) }, span)
}

fn text(value: &str, span: Span) -> ast::Expr {
    node(ast::ExprKind::Text { value: value.to_owned(), raw: value.contains(['\\', '"']) }, span)
}

/// Tells whether a predicate asks for fields of events alone.
fn is_of_fields(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Match { .. } => true,
        ExprKind::And(items) | ExprKind::Or(items) => items.iter().all(is_of_fields),
        ExprKind::Not(inner) => is_of_fields(inner),
        _ => false,
    }
}

impl Raiser<'_> {
    /// A predicate that rows are kept by.
    pub(super) fn condition(&mut self, expr: &Expr) -> ast::Expr {
        if is_of_fields(expr) {
            return self.search(expr);
        }
        match &expr.kind {
            ExprKind::And(items) => {
                let (fields, rest): (Vec<&Expr>, Vec<&Expr>) = items.iter().partition(|item| is_of_fields(item));
                let whole = (!fields.is_empty()).then(|| Expr::all(fields.into_iter().cloned(), expr.span));
                let mut said: Vec<ast::Expr> = whole.iter().map(|whole| self.search(whole)).collect();
                said.extend(rest.into_iter().map(|item| self.condition(item)));
                joined(said, ast::ExprKind::And, expr.span)
            }
            _ => self.value(expr),
        }
    }

    /// `KQL("…")`: the predicate in the language whose meaning it has.
    fn search(&mut self, expr: &Expr) -> ast::Expr {
        if !self.on_source {
            self.refuse("search-behind-source", expr.span, "a search of fields stands right behind the source only");
        }
        let mut kept = Vec::new();
        match kuery::raise(expr, self.types, &mut kept) {
            Ok(query) => {
                self.losses.extend(kept);
                call("KQL", vec![text(&kuery::print(&query), expr.span)], expr.span)
            }
            Err(refused) => {
                self.losses.extend(refused);
                node(ast::ExprKind::Null, expr.span)
            }
        }
    }

    pub(super) fn value(&mut self, expr: &Expr) -> ast::Expr {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Literal(value) => self.literal(value, span),
            ExprKind::Column(name) => match self.calls.iter().find(|(hidden, _)| hidden == name) {
                Some((_, call)) => call.field.value.clone(),
                None => node(ast::ExprKind::Name(named(name)), span),
            },
            ExprKind::And(items) => joined(items.iter().map(|item| self.value(item)).collect(), ast::ExprKind::And, span),
            ExprKind::Or(items) => joined(items.iter().map(|item| self.value(item)).collect(), ast::ExprKind::Or, span),
            ExprKind::Not(inner) => node(ast::ExprKind::Not(Box::new(self.value(inner))), span),
            ExprKind::Match { .. } => self.search(expr),
            ExprKind::Convert(inner) => self.value(inner),
            ExprKind::Negate(inner) => node(ast::ExprKind::Negate(Box::new(self.value(inner))), span),
            ExprKind::Arithmetic { op, left, right } if *op != Arithmetic::Modulo => {
                let (left, right) = (Box::new(self.value(left)), Box::new(self.value(right)));
                node(ast::ExprKind::Arithmetic { op: *op, left, right }, span)
            }
            ExprKind::Compare { op, case, left, right } => self.compare(*op, *case, left, right, span),
            ExprKind::Between { negated, value, low, high } => {
                let side = |this: &mut Self, op, bound| this.compare(op, Case::Sensitive, value, bound, span);
                let both = vec![side(self, Comparison::Ge, low), side(self, Comparison::Le, high)];
                negated_if(*negated, node(ast::ExprKind::And(both), span))
            }
            ExprKind::Test { test, case, negated, left, right } => self.test(*test, *case, *negated, left, right, span),
            ExprKind::InList { test: None, all: false, case, negated, value, list } => {
                let subject = self.folded(value, *case);
                let list = list.iter().map(|item| self.folded(item, *case)).collect();
                let found = node(ast::ExprKind::In { negated: false, value: Box::new(subject), list }, span);
                negated_if(*negated, self.total(found, false, &[value], span))
            }
            ExprKind::Conditional { arms, otherwise } => {
                let mut args = Vec::new();
                for (condition, value) in arms {
                    args.extend([self.value(condition), self.value(value)]);
                }
                args.push(self.value(otherwise));
                call("CASE", args, span)
            }
            ExprKind::Call { function, args } => self.function(function, args, expr, span),
            _ => self.not_said(expr, "this expression"),
        }
    }

    fn not_said(&mut self, expr: &Expr, what: &str) -> ast::Expr {
        self.refuse("expression-not-in-esql", expr.span, format!("ES|QL cannot say {what}"));
        node(ast::ExprKind::Null, expr.span)
    }

    fn literal(&mut self, value: &Value, span: Span) -> ast::Expr {
        let kind = match value {
            Value::Null => ast::ExprKind::Null,
            Value::Bool(value) => ast::ExprKind::Bool(*value),
            Value::Int(n) => ast::ExprKind::Integer(i64::from(*n)),
            Value::Long(n) => ast::ExprKind::Integer(*n),
            Value::Real(n) => ast::ExprKind::Real(*n),
            Value::String(value) => return text(value, span),
            Value::DateTime(ticks) => return call("TO_DATETIME", vec![text(&print_datetime(*ticks), span)], span),
            Value::TimeSpan(ticks) => return timespan(*ticks, span),
            Value::Array(items) => ast::ExprKind::List(items.iter().map(|item| self.literal(item, span)).collect()),
            Value::Object(_) => match functions::esql::months_of(value) {
                Some(months) => ast::ExprKind::Timespan { amount: months, unit: "months".to_owned() },
                None => return self.not_said(&Expr::literal(Value::Null, Type::Unknown, span), "an object"),
            },
            Value::Decimal(_) | Value::Guid(_) => {
                return self.not_said(&Expr::literal(Value::Null, Type::Unknown, span), "a decimal or an id as a constant");
            }
        };
        node(kind, span)
    }

    fn folded(&mut self, expr: &Expr, case: Case) -> ast::Expr {
        match (&expr.kind, case) {
            (ExprKind::Literal(Value::String(value)), Case::Insensitive) => text(&value.to_lowercase(), expr.span),
            (_, Case::Insensitive) => {
                let value = self.value(expr);
                call("TO_LOWER", vec![value], expr.span)
            }
            (_, Case::Sensitive) => self.value(expr),
        }
    }

    /// Tells whether an expression always has a value.
    fn has_value(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Literal(value) => !value.is_null(),
            ExprKind::Column(name) => self.never_null.contains(name),
            ExprKind::Convert(inner) => self.has_value(inner),
            _ => false,
        }
    }

    /// Gives a test of ES|QL, which is null for null, the truth that Kusto's has there.
    fn total(&self, found: ast::Expr, of_null: bool, operands: &[&Expr], span: Span) -> ast::Expr {
        if operands.iter().all(|operand| self.has_value(operand)) {
            return found;
        }
        call("COALESCE", vec![found, node(ast::ExprKind::Bool(of_null), span)], span)
    }

    /// Kusto's `==` is false and `!=` true where one side is null; orderings are null there in both.
    fn compare(&mut self, op: Comparison, case: Case, left: &Expr, right: &Expr, span: Span) -> ast::Expr {
        let (first, second) = (Box::new(self.folded(left, case)), Box::new(self.folded(right, case)));
        let found = node(ast::ExprKind::Compare { op, left: first, right: second }, span);
        match op {
            Comparison::Eq => self.total(found, false, &[left, right], span),
            Comparison::Ne => self.total(found, true, &[left, right], span),
            _ => found,
        }
    }

    /// Kusto takes a missing text for "".
    fn test(&mut self, test: StringTest, case: Case, negated: bool, left: &Expr, right: &Expr, span: Span) -> ast::Expr {
        let function = match test {
            StringTest::Contains => "CONTAINS",
            StringTest::StartsWith => "STARTS_WITH",
            StringTest::EndsWith => "ENDS_WITH",
            _ => {
                return self.not_said(&Expr::literal(Value::Null, Type::Unknown, span), "a test for terms or a partial regular expression");
            }
        };
        let (subject, wanted) = (self.folded(left, case), self.folded(right, case));
        let is_empty = matches!(&right.kind, ExprKind::Literal(Value::String(text)) if text.is_empty());
        let found = call(function, vec![subject, wanted], span);
        negated_if(negated, self.total(found, is_empty, &[left, right], span))
    }

    fn function(&mut self, function: &str, args: &[Expr], expr: &Expr, span: Span) -> ast::Expr {
        if let Some(own) = function.strip_prefix("esql.") {
            return self.own(own, args, span);
        }
        let same = SAME.iter().find(|(known, _)| *known == function).map(|(_, esql)| *esql);
        match (function, args) {
            ("isnull", [value]) => is_null(self.value(value), false, span),
            ("isnotnull", [value]) => is_null(self.value(value), true, span),
            ("isempty" | "isnotempty", [value]) => {
                let filled = call("COALESCE", vec![self.value(value), text("", span)], span);
                let op = if function == "isempty" { Comparison::Eq } else { Comparison::Ne };
                node(ast::ExprKind::Compare { op, left: Box::new(filled), right: Box::new(text("", span)) }, span)
            }
            ("ago", [value]) => {
                let (left, right) = (Box::new(call("NOW", Vec::new(), span)), Box::new(self.value(value)));
                node(ast::ExprKind::Arithmetic { op: Arithmetic::Subtract, left, right }, span)
            }
            ("bin", [value, size]) if size.ty == Type::TimeSpan => {
                let args = vec![self.value(size), self.value(value)];
                call("DATE_TRUNC", args, span)
            }
            ("bin", _) => self.not_said(expr, "`bin` of numbers"),
            ("strcat", _) => {
                let filled = |this: &mut Self, arg: &Expr| {
                    let value = this.value(arg);
                    if this.has_value(arg) {
                        value
                    } else {
                        call("COALESCE", vec![call("TO_STRING", vec![value], span), text("", span)], span)
                    }
                };
                let args = args.iter().map(|arg| filled(self, arg)).collect();
                call("CONCAT", args, span)
            }
            _ if same.is_some() => {
                let args = args.iter().map(|arg| self.value(arg)).collect();
                call(same.unwrap_or_default(), args, span)
            }
            _ => match functions::by_name(function).and_then(|row| row.esql.first()) {
                Some(name) => {
                    let args = args.iter().map(|arg| self.value(arg)).collect();
                    call(&name.to_ascii_uppercase(), args, span)
                }
                None => self.not_said(expr, &format!("the function `{function}`")),
            },
        }
    }

    /// A row of ES|QL itself: its operator, or a call of it.
    fn own(&mut self, name: &str, args: &[Expr], span: Span) -> ast::Expr {
        let mut values: Vec<ast::Expr> = args.iter().map(|arg| self.value(arg)).collect();
        if let (Some(op), [left, right]) = (sign_of(name), values.as_slice()) {
            return node(ast::ExprKind::Compare { op, left: Box::new(left.clone()), right: Box::new(right.clone()) }, span);
        }
        if let (Some(op), [left, right]) = (operator_of(name), values.as_slice()) {
            return node(ast::ExprKind::Arithmetic { op, left: Box::new(left.clone()), right: Box::new(right.clone()) }, span);
        }
        if matches!(name, "in" | "like" | "rlike" | "is null" | "-x") && !values.is_empty() {
            let value = Box::new(values.remove(0));
            return node(
                match name {
                    "in" => ast::ExprKind::In { negated: false, value, list: values },
                    "is null" => ast::ExprKind::IsNull { negated: false, value },
                    "-x" => ast::ExprKind::Negate(value),
                    _ => {
                        ast::ExprKind::Like { regex: name == "rlike", negated: false, value, brackets: values.len() > 1, patterns: values }
                    }
                },
                span,
            );
        }
        call(&name.to_ascii_uppercase(), values, span)
    }
}

fn joined(mut items: Vec<ast::Expr>, kind: fn(Vec<ast::Expr>) -> ast::ExprKind, span: Span) -> ast::Expr {
    match items.pop() {
        Some(only) if items.is_empty() => only,
        last => {
            items.extend(last);
            node(kind(items), span)
        }
    }
}

fn negated_if(negated: bool, expr: ast::Expr) -> ast::Expr {
    let span = expr.span;
    if negated { node(ast::ExprKind::Not(Box::new(expr)), span) } else { expr }
}

/// The longest unit that leaves no rest.
fn timespan(ticks: i64, span: Span) -> ast::Expr {
    const UNITS: [(i64, &str); 5] =
        [(864_000_000_000, "days"), (36_000_000_000, "hours"), (600_000_000, "minutes"), (10_000_000, "seconds"), (10_000, "milliseconds")];
    let (size, unit) = UNITS.into_iter().find(|(size, _)| ticks % size == 0).unwrap_or((10_000, "milliseconds"));
    let (amount, negative) = ((ticks / size).saturating_abs(), ticks < 0);
    let unit = if amount == 1 { unit.trim_end_matches('s') } else { unit };
    let span_of = node(ast::ExprKind::Timespan { amount, unit: unit.to_owned() }, span);
    if negative { node(ast::ExprKind::Negate(Box::new(span_of)), span) } else { span_of }
}
