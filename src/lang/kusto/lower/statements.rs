//! Statements: `let`, functions, options, and the query itself.

use super::super::ast::{self, ParameterType, Statement, StatementKind};
use super::binder::{Binder, Rows, parameter_kind};
use super::literals;
use super::scope::{Binding, Bound, Lambda};
use crate::ir::{Column, Expr, ExprKind, Op, Schema, TableSource, Type};
use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

impl<'a> Binder<'a> {
    /// Lowers statements in the current scope and returns what the last expression is.
    pub(super) fn statements(&mut self, statements: &'a [Statement]) -> Bound {
        let mut result = Bound::Nothing;
        for statement in statements {
            if let StatementKind::Expression(expr) = &statement.kind {
                result = self.any(expr, Rows::none());
            } else {
                self.statement(statement);
            }
        }
        result
    }

    fn statement(&mut self, statement: &'a Statement) {
        match &statement.kind {
            StatementKind::Let { name, value } => self.let_value(name, value),
            StatementKind::LetFunction { name, function } => self.let_function(name, function),
            StatementKind::DeclareParameters(parameters) => {
                for parameter in parameters {
                    self.query_parameter(parameter);
                }
            }
            StatementKind::DeclarePattern { name, cases, .. } => self.declare_pattern(name, cases),
            // Options change limits and hints, not what a query means; `restrict` takes names away, which only rejects more; an alias
            // names a database, and tables of all databases are taken by their names.
            StatementKind::Alias { .. }
            | StatementKind::Set { .. }
            | StatementKind::Restrict(_)
            | StatementKind::Expression(_)
            | StatementKind::Broken(_) => {}
        }
    }

    fn let_value(&mut self, name: &'a ast::Name, value: &'a ast::Expr) {
        self.check_declared(name);
        if let Some(entities) = self.entities(value) {
            self.bind(&name.text, Binding::Entities(entities));
            return;
        }
        let bound = match &value.kind {
            ast::ExprKind::Name(source) if self.is_table_name(&source.text) => self.tabular(value, Rows::none()),
            _ => self.any(value, Rows::none()),
        };
        let bound = match bound {
            Bound::Table(plan) => Bound::Table(self.renamed(&plan, Some(&name.text))),
            other => other,
        };
        self.bind_bound(&name.text, bound);
    }

    fn let_function(&mut self, name: &'a ast::Name, function: &'a ast::Function) {
        self.check_declared(name);
        let lambda = Rc::new(Lambda {
            parameters: &function.parameters,
            body: &function.body,
            view: function.view,
            place: self.place,
            cached: OnceCell::new(),
        });
        if lambda.parameters.is_empty() {
            self.call_lambda(&lambda, Vec::new(), function.span);
        } else {
            self.check_body(&lambda);
        }
        self.bind(&name.text, Binding::Function(lambda));
    }

    /// A name may be bound once a scope (Kusto.Language KS201).
    fn check_declared(&mut self, name: &ast::Name) {
        if self.scopes.is_bound_here(self.place, &name.text) {
            self.error("duplicate-name", name.span, format!("`{}` is declared twice", name.text));
        }
    }

    /// Binds the body of a function with parameters once where it is defined, so that a function nobody calls is checked too.
    fn check_body(&mut self, lambda: &Rc<Lambda<'a>>) {
        let span = lambda.body.first().map(|s| s.span).unwrap_or_default();
        let _ = self.deeper(span, |this| {
            this.in_scope(lambda.place, |this| {
                for parameter in lambda.parameters {
                    let bound = this.placeholder(parameter);
                    this.bind_bound(&parameter.name.text, bound);
                }
                let last = std::mem::replace(&mut this.next_column, 1);
                this.statements(lambda.body);
                this.next_column = last;
            });
        });
    }

    /// Returns what a parameter stands for while nobody calls the function.
    fn placeholder(&mut self, parameter: &ast::Parameter) -> Bound {
        let name = &parameter.name;
        let columns = match &parameter.ty {
            ParameterType::Scalar(ty) => return Bound::Scalar(Expr::new(parameter_kind(&name.text), *ty, name.span)),
            ParameterType::AnyTable => None,
            ParameterType::Table(columns) => Some(declared_columns(columns)),
        };
        let schema = columns.map_or_else(Schema::unknown, Schema::closed);
        Bound::Table(self.plan(Op::Scan(TableSource::Table(Arc::from(name.text.as_str()))), schema, name.span))
    }

    fn query_parameter(&mut self, parameter: &'a ast::Parameter) {
        if self.env.parameters.iter().any(|given| *given.name == *parameter.name.text && given.value.is_some()) {
            return;
        }
        let bound = match (&parameter.ty, &parameter.default) {
            (ParameterType::Scalar(ty), Some(default)) => {
                let value = self.scalar(default, Rows::none());
                Bound::Scalar(convert(value, *ty))
            }
            _ => self.placeholder(parameter),
        };
        self.bind_bound(&parameter.name.text, bound);
    }

    /// Lowers `datatable` cells and other constants.
    pub(super) fn constant(&mut self, expr: &'a ast::Expr) -> Option<(crate::ir::Value, Type)> {
        match &expr.kind {
            ast::ExprKind::Literal(literal) => Some(literals::literal(literal)),
            ast::ExprKind::Paren(inner) => self.constant(inner),
            ast::ExprKind::Unary { minus, operand } => {
                let (value, ty) = self.constant(operand)?;
                Some((if *minus { negate(&value)? } else { value }, ty))
            }
            _ => match self.scalar(expr, Rows::none()) {
                Expr { kind: ExprKind::Literal(value), ty, .. } => Some((value, ty)),
                _ => None,
            },
        }
    }
}

/// Returns the columns of `(a: string, b: long)`.
pub(super) fn declared_columns(columns: &[ast::ColumnDeclaration]) -> Vec<Column> {
    columns.iter().map(|c| Column::new(&c.name.text, c.ty)).collect()
}

/// Converts an expression to a type where its own differs.
pub(super) fn convert(expr: Expr, ty: Type) -> Expr {
    if expr.ty == ty || ty == Type::Unknown {
        return expr;
    }
    if let ExprKind::Literal(value) = &expr.kind {
        let converted = crate::ir::convert::convert(value, expr.ty, ty);
        if !converted.is_null() || value.is_null() {
            return Expr::new(ExprKind::Literal(converted), ty, expr.span);
        }
    }
    let span = expr.span;
    Expr::new(ExprKind::Convert(Box::new(expr)), ty, span)
}

/// Returns the negative of a constant number or timespan.
pub(super) fn negate(value: &crate::ir::Value) -> Option<crate::ir::Value> {
    use crate::ir::Value;
    Some(match *value {
        Value::Int(n) => Value::Int(n.wrapping_neg()),
        Value::Long(n) => Value::Long(n.wrapping_neg()),
        Value::Real(n) => Value::Real(-n),
        Value::Decimal(n) => Value::Decimal(-n),
        Value::TimeSpan(n) => Value::TimeSpan(n.wrapping_neg()),
        Value::Null => Value::Null,
        _ => return None,
    })
}
