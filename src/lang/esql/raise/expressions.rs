//! Expressions: what ES|QL's operators say as it is, what Kusto's say with its nulls spelled out.

use super::{Raiser, named};
use crate::functions;
use crate::ir::datetime::print_datetime;
use crate::ir::{Arithmetic, Case, Comparison, Expr, ExprKind, Type, Value};
use crate::lang::esql::ast;
use crate::lang::esql::lower::{operator_of, sign_of};
use crate::lang::kuery;
use crate::schema::FieldKind;
use crate::source::{Span, Spanned};

pub(super) fn node(kind: ast::ExprKind, span: Span) -> ast::Expr {
    ast::Expr { kind, span }
}

pub(super) fn call(name: &str, args: Vec<ast::Expr>, span: Span) -> ast::Expr {
    node(ast::ExprKind::Call { name: Spanned::new(name.to_owned(), span), args, star: false, options: Vec::new() }, span)
}

pub(super) fn is_null(value: ast::Expr, negated: bool, span: Span) -> ast::Expr {
    node(ast::ExprKind::IsNull { negated, value: Box::new(value) }, span)
}

pub(super) fn text(value: &str, span: Span) -> ast::Expr {
    node(ast::ExprKind::Text { value: value.to_owned(), raw: value.contains(['\\', '"']) }, span)
}

/// Ticks of a millisecond.
const TICKS_PER_MILLISECOND: i64 = 10_000;

/// Letters as `TO_LOWER` leaves them.
pub(super) fn folded_text(text: &str) -> String {
    text.to_lowercase()
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
        if is_of_fields(expr) && (self.is_searchable(expr) || !matches!(expr.kind, ExprKind::And(_))) {
            return self.search(expr);
        }
        match &expr.kind {
            ExprKind::And(items) => {
                let (fields, rest): (Vec<&Expr>, Vec<&Expr>) =
                    items.iter().partition(|item| is_of_fields(item) && self.is_searchable(item));
                let whole = (!fields.is_empty()).then(|| Expr::all(fields.into_iter().cloned(), expr.span));
                let mut said: Vec<ast::Expr> = whole.iter().map(|whole| self.search(whole)).collect();
                said.extend(rest.into_iter().map(|item| self.condition(item)));
                joined(said, ast::ExprKind::And, expr.span)
            }
            _ => self.value(expr),
        }
    }

    /// Tells whether a search says a predicate on fields as it is.
    fn is_searchable(&self, expr: &Expr) -> bool {
        let mut kept = Vec::new();
        self.on_source
            && kuery::raise(expr, self.types, &mut kept).is_ok()
            && !kept.iter().any(|loss: &crate::diagnostic::Loss| loss.fidelity.is_approximate())
    }

    /// `KQL("…")`: the predicate in the language whose meaning it has.
    fn search(&mut self, expr: &Expr) -> ast::Expr {
        if !self.is_searchable(expr)
            && let Some(said) = self.matched(expr)
        {
            return said;
        }
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
            ExprKind::Arithmetic { op: Arithmetic::Subtract, left, right } if left.ty == Type::DateTime && right.ty == Type::DateTime => {
                // A length of time is its milliseconds: ES|QL has no such values.
                let args = vec![text("milliseconds", span), self.value(right), self.value(left)];
                call("DATE_DIFF", args, span)
            }
            ExprKind::Member { base, member } => match self.piece(base, member, span) {
                Some(said) => said,
                None => self.not_said(expr, "a member of a dynamic value"),
            },
            ExprKind::InList { test: Some(test), all, case, negated, value, list } => {
                let each: Vec<ast::Expr> = list.iter().map(|item| self.test(*test, *case, false, value, item, span)).collect();
                negated_if(*negated, joined(each, if *all { ast::ExprKind::And } else { ast::ExprKind::Or }, span))
            }
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
                    args.extend([self.value(condition), self.text_or_value(value)]);
                }
                args.push(self.text_or_value(otherwise));
                call("CASE", args, span)
            }
            ExprKind::Call { function, args } => self.function(function, args, expr, span),
            _ => self.not_said(expr, "this expression"),
        }
    }

    pub(super) fn not_said(&mut self, expr: &Expr, what: &str) -> ast::Expr {
        self.refuse("expression-not-in-esql", expr.span, format!("ES|QL cannot say {what}"));
        node(ast::ExprKind::Null, expr.span)
    }

    pub(super) fn literal(&mut self, value: &Value, span: Span) -> ast::Expr {
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

    pub(super) fn folded(&mut self, expr: &Expr, case: Case) -> ast::Expr {
        match (&expr.kind, case) {
            (ExprKind::Literal(Value::String(value)), Case::Insensitive) => text(&folded_text(value), expr.span),
            (_, Case::Insensitive) => {
                let value = self.subject(expr);
                call("TO_LOWER", vec![value], expr.span)
            }
            (_, Case::Sensitive) => self.subject(expr),
        }
    }

    /// An address as the text that Kusto has for it: values of one `CASE` are of one type.
    fn text_or_value(&mut self, expr: &Expr) -> ast::Expr {
        let value = self.value(expr);
        if self.field_kind(expr) == Some(FieldKind::Ip) { call("TO_STRING", vec![value], expr.span) } else { value }
    }

    /// The type of the field that an expression is.
    pub(super) fn field_kind(&self, expr: &Expr) -> Option<FieldKind> {
        expr.bare().column_name().map(|name| (self.types)(name).kind)
    }

    /// Tells whether an expression always has a value.
    pub(super) fn has_value(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Literal(value) => !value.is_null(),
            ExprKind::Column(name) => self.never_null.contains(name),
            ExprKind::Convert(inner) => self.has_value(inner),
            _ => false,
        }
    }

    /// Gives a test of ES|QL, which is null for null, the truth that Kusto's has there.
    pub(super) fn total(&self, found: ast::Expr, of_null: bool, operands: &[&Expr], span: Span) -> ast::Expr {
        if operands.iter().all(|operand| self.has_value(operand)) {
            return found;
        }
        call("COALESCE", vec![found, node(ast::ExprKind::Bool(of_null), span)], span)
    }

    /// Kusto's `==` is false and `!=` true where one side is null; orderings are null there in both.
    fn compare(&mut self, op: Comparison, case: Case, left: &Expr, right: &Expr, span: Span) -> ast::Expr {
        let lasts = left.ty == Type::TimeSpan || right.ty == Type::TimeSpan;
        let side = |this: &mut Self, expr: &Expr| match &expr.kind {
            ExprKind::Literal(Value::TimeSpan(ticks)) if lasts => node(ast::ExprKind::Integer(ticks / TICKS_PER_MILLISECOND), expr.span),
            _ => this.folded(expr, case),
        };
        let (first, second) = (Box::new(side(self, left)), Box::new(side(self, right)));
        let found = node(ast::ExprKind::Compare { op, left: first, right: second }, span);
        match op {
            Comparison::Eq => self.total(found, false, &[left, right], span),
            Comparison::Ne => self.total(found, true, &[left, right], span),
            _ => found,
        }
    }

    /// A row of ES|QL itself: its operator, or a call of it.
    pub(super) fn own(&mut self, name: &str, args: &[Expr], span: Span) -> ast::Expr {
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

pub(super) fn joined(mut items: Vec<ast::Expr>, kind: fn(Vec<ast::Expr>) -> ast::ExprKind, span: Span) -> ast::Expr {
    match items.pop() {
        Some(only) if items.is_empty() => only,
        last => {
            items.extend(last);
            node(kind(items), span)
        }
    }
}

pub(super) fn negated_if(negated: bool, expr: ast::Expr) -> ast::Expr {
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
