//! Expressions. Every operator of ES|QL is a row of the function table: its three truth values and its rule for several values
//! are its own.

use super::super::ast::{Expr, ExprKind, Field, Name};
use super::Lowering;
use crate::functions::esql::timespan;
use crate::ir::{self, Arithmetic, Comparison, Type, Value};
use crate::schema::{FieldKind, suggest};
use crate::source::Span;
use std::sync::Arc;

/// The static type of a field's values; text has none, since it can be null.
pub(super) fn type_of(kind: FieldKind) -> Type {
    match kind {
        FieldKind::Long => Type::Long,
        FieldKind::Double => Type::Real,
        FieldKind::Date => Type::DateTime,
        FieldKind::Boolean => Type::Bool,
        _ => Type::Unknown,
    }
}

/// The types of `value::type` and the functions that convert to them (`functions-operators/operators`, Cast).
const CASTS: &[(&str, &str)] = &[
    ("bool", "to_boolean"),
    ("boolean", "to_boolean"),
    ("date", "to_datetime"),
    ("date_nanos", "to_date_nanos"),
    ("date_period", "to_dateperiod"),
    ("datetime", "to_datetime"),
    ("double", "to_double"),
    ("float", "to_double"),
    ("geo_point", "to_geopoint"),
    ("int", "to_integer"),
    ("integer", "to_integer"),
    ("ip", "to_ip"),
    ("keyword", "to_string"),
    ("long", "to_long"),
    ("string", "to_string"),
    ("text", "to_string"),
    ("time_duration", "to_timeduration"),
    ("unsigned_long", "to_unsigned_long"),
    ("ul", "to_unsigned_long"),
    ("version", "to_version"),
];

/// Builds a call of the function table.
pub(super) fn call(function: &str, args: Vec<ir::Expr>, ty: Type, span: Span) -> ir::Expr {
    ir::Expr::new(ir::ExprKind::Call { function: function.into(), args }, ty, span)
}

impl Lowering<'_> {
    /// The name of a column: said, else the text of its value (`esql-syntax`, `commands/eval`).
    pub(super) fn field_name(&self, field: &Field) -> Arc<str> {
        field.name.as_ref().map_or_else(|| self.text_name(field), |name| Arc::from(name.text.as_str()))
    }

    fn text_name(&self, field: &Field) -> Arc<str> {
        match &field.value.kind {
            ExprKind::Name(name) => Arc::from(name.text.as_str()),
            _ => Arc::from(field.text.text(self.text)),
        }
    }

    /// What the schemas say of an event field.
    pub(super) fn field_type(&self, name: &str) -> Type {
        self.catalog.field(name).map_or(Type::Unknown, |field| type_of(field.kind))
    }

    /// A column of the rows.
    pub(super) fn column(&mut self, name: &Name) -> ir::Expr {
        let ty = match self.scope.column(&name.text) {
            Some(column) => column.ty,
            None if self.scope.open => self.field_type(&name.text),
            None => {
                let known = self.scope.columns.iter().map(|column| &*column.name).filter(|known| !known.starts_with('$'));
                let help = suggest(&name.text, known).map(|like| format!("did you mean `{like}`?"));
                let mut found =
                    crate::diagnostic::Diagnostic::error("unknown-column", name.span, format!("there is no column `{}` here", name.text));
                if let Some(help) = help {
                    found = found.with_help(help);
                }
                self.diagnostics.push(found);
                Type::Unknown
            }
        };
        ir::Expr::column(&name.text, ty, name.span)
    }

    /// Lowers an expression.
    pub(super) fn expression(&mut self, expr: &Expr) -> ir::Expr {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Name(name) => self.column(name),
            ExprKind::And(items) => ir::Expr::all(items.iter().map(|item| self.expression(item)).collect::<Vec<_>>(), span),
            ExprKind::Or(items) => ir::Expr::any(items.iter().map(|item| self.expression(item)).collect::<Vec<_>>(), span),
            ExprKind::Not(inner) => ir::Expr::negation(self.expression(inner), span),
            ExprKind::Compare { op, left, right } => {
                let args = vec![self.expression(left), self.expression(right)];
                call(sign(*op), args, Type::Bool, span)
            }
            ExprKind::In { negated, value, list } => {
                let args = std::iter::once(&**value).chain(list).map(|item| self.expression(item)).collect();
                negated_if(*negated, call("esql.in", args, Type::Bool, span))
            }
            ExprKind::Like { regex, negated, value, patterns, .. } => {
                let args = std::iter::once(&**value).chain(patterns).map(|item| self.expression(item)).collect();
                negated_if(*negated, call(if *regex { "esql.rlike" } else { "esql.like" }, args, Type::Bool, span))
            }
            ExprKind::IsNull { negated, value } => {
                let value = self.expression(value);
                negated_if(*negated, call("esql.is null", vec![value], Type::Bool, span))
            }
            ExprKind::Matches { value, query } => self.search(value, query, &[], span),
            ExprKind::Arithmetic { op, left, right } => {
                let (left, right) = (self.expression(left), self.expression(right));
                let ty = arithmetic_type(left.ty, right.ty);
                call(operator(*op), vec![left, right], ty, span)
            }
            ExprKind::Negate(inner) => self.negate(inner, span),
            ExprKind::Cast { value, ty } => match CASTS.iter().find(|(known, _)| known.eq_ignore_ascii_case(&ty.value)) {
                Some((_, function)) => {
                    let value = self.expression(value);
                    self.row_call(function, vec![value], span)
                }
                None => self.refused("unknown-type", ty.span, format!("`{}` is no type to cast to", ty.value)),
            },
            ExprKind::Call { name, args, star, options } => self.call(name, args, *star, options, span),
            _ => self.literal(expr),
        }
    }

    fn literal(&mut self, expr: &Expr) -> ir::Expr {
        let span = expr.span;
        let (value, ty) = match &expr.kind {
            ExprKind::Bool(value) => (Value::Bool(*value), Type::Bool),
            ExprKind::Integer(number) => (Value::Long(*number), Type::Long),
            ExprKind::Real(number) => (Value::Real(*number), Type::Real),
            ExprKind::Text { value, .. } => (Value::string(value), Type::Unknown),
            ExprKind::Timespan { amount, unit } => match timespan(*amount, unit) {
                Some(span @ Value::TimeSpan(_)) => (span, Type::TimeSpan),
                Some(months) => (months, Type::Unknown),
                None => return self.refused("number-too-large", span, "the time span is too long".to_owned()),
            },
            ExprKind::List(items) => {
                let values = items.iter().map(|item| self.expression(item)).filter_map(|item| match item.kind {
                    ir::ExprKind::Literal(value) => Some(value),
                    _ => None,
                });
                (Value::array(values.collect()), Type::Unknown)
            }
            ExprKind::Param(name) => {
                let message = format!("the parameter `{name}` has no value here: the query can be read, but not run");
                self.diagnostics.push(crate::diagnostic::Diagnostic::warning("parameter-without-value", span, message));
                return ir::Expr::new(
                    ir::ExprKind::Opaque { text: name.as_str().into(), code: "parameter-without-value" },
                    Type::Unknown,
                    span,
                );
            }
            _ => (Value::Null, Type::Unknown),
        };
        ir::Expr::literal(value, ty, span)
    }

    fn negate(&mut self, inner: &Expr, span: Span) -> ir::Expr {
        let operand = self.expression(inner);
        match (&operand.kind, operand.ty) {
            (ir::ExprKind::Literal(Value::Long(n)), ty) => ir::Expr::literal(n.wrapping_neg(), ty, span),
            (ir::ExprKind::Literal(Value::Real(n)), ty) => ir::Expr::literal(-n, ty, span),
            (_, ty) => call("esql.-x", vec![operand], ty, span),
        }
    }

    /// Notes an error and stands a null in its place.
    pub(super) fn refused(&mut self, code: &'static str, span: Span, message: String) -> ir::Expr {
        self.error(code, span, message);
        ir::Expr::literal(Value::Null, Type::Unknown, span)
    }
}

fn negated_if(negated: bool, expr: ir::Expr) -> ir::Expr {
    let span = expr.span;
    if negated { ir::Expr::negation(expr, span) } else { expr }
}

fn arithmetic_type(left: Type, right: Type) -> Type {
    match (left, right) {
        (Type::DateTime, _) | (_, Type::DateTime) => Type::DateTime,
        (Type::TimeSpan, Type::TimeSpan) => Type::TimeSpan,
        (Type::Long, Type::Long) => Type::Long,
        (Type::Real, Type::Real | Type::Long) | (Type::Long, Type::Real) => Type::Real,
        _ => Type::Unknown,
    }
}

/// Comparisons and their rows.
const SIGNS: &[(Comparison, &str)] = &[
    (Comparison::Eq, "esql.=="),
    (Comparison::Ne, "esql.!="),
    (Comparison::Lt, "esql.<"),
    (Comparison::Le, "esql.<="),
    (Comparison::Gt, "esql.>"),
    (Comparison::Ge, "esql.>="),
];

/// Arithmetic operators and their rows.
const OPERATORS: &[(Arithmetic, &str)] = &[
    (Arithmetic::Add, "esql.+"),
    (Arithmetic::Subtract, "esql.-"),
    (Arithmetic::Multiply, "esql.*"),
    (Arithmetic::Divide, "esql./"),
    (Arithmetic::Modulo, "esql.%"),
];

fn sign(op: Comparison) -> &'static str {
    SIGNS.iter().find(|(known, _)| *known == op).map_or("", |(_, row)| row)
}

fn operator(op: Arithmetic) -> &'static str {
    OPERATORS.iter().find(|(known, _)| *known == op).map_or("", |(_, row)| row)
}

/// Returns the comparison of a row's name without its `esql.`.
pub fn sign_of(name: &str) -> Option<Comparison> {
    SIGNS.iter().find(|(_, row)| row.strip_prefix("esql.") == Some(name)).map(|(op, _)| *op)
}

/// Returns the arithmetic operator of a row's name without its `esql.`.
pub fn operator_of(name: &str) -> Option<Arithmetic> {
    OPERATORS.iter().find(|(_, row)| row.strip_prefix("esql.") == Some(name)).map(|(op, _)| *op)
}
