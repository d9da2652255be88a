//! Where rows come from: tables, watchlists, functions, external data, literal rows.

use super::expression::call;
use super::{Raiser, identifier, literal, name_expr, node};
use crate::ir::{Named, Op, Plan, TableSource, Type, UnionColumns, Value};
use crate::lang::kusto::ast::{self, ColumnDeclaration, Operator, OperatorKind, Param};
use crate::source::Span;
use std::sync::Arc;

impl Raiser {
    /// Raises a plan that has no piped input.
    pub(super) fn source(&mut self, plan: &Plan) -> ast::Expr {
        match &plan.op {
            Op::Scan(source) => self.scan(source, plan),
            Op::Literal(rows) => datatable(plan, rows),
            Op::Print(columns) => {
                let columns = columns.iter().map(|column| self.named(column)).collect();
                head(OperatorKind::Print(columns), Vec::new())
            }
            Op::Range { from, to, step } => {
                let name = identifier(plan.schema.columns.first().map_or("Value", |column| &column.name));
                let (from, to, step) = (self.scalar(from), self.scalar(to), self.scalar(step));
                head(OperatorKind::Range { name, from, to, step }, Vec::new())
            }
            Op::Union { inputs, columns, source_column, fuzzy } => self.union(inputs, *columns, source_column.as_deref(), *fuzzy),
            // The rows of an enclosing operator stand unsaid at the head of its sub-query.
            Op::Each => name_expr(""),
            Op::FirstSeen(_) | Op::Threshold(_) | Op::Sequence(_) | Op::Sample(_) | Op::Correlate(_) => {
                self.refuse("detection-not-expanded", plan.span, "this kind of detection has no Kusto form")
            }
            _ => self.refuse("operator-not-raised", plan.span, "this operator has no Kusto form yet"),
        }
    }

    fn scan(&mut self, source: &TableSource, plan: &Plan) -> ast::Expr {
        match source {
            TableSource::Table(name) => name_expr(name),
            TableSource::Watchlist(alias) => call("_GetWatchlist", vec![text(alias)]),
            TableSource::Function { name, args } => {
                let args = args.iter().map(|arg| self.scalar(arg)).collect();
                call(name, args)
            }
            TableSource::External { urls, format, skip_first } => {
                let mut with = Vec::new();
                if let Some(format) = format {
                    with.push(param("format", text(format)));
                }
                if *skip_first {
                    with.push(param("ignoreFirstRecord", node(literal(&Value::Bool(true), Type::Bool))));
                }
                let urls = urls.iter().map(|url| text(url)).collect();
                head(OperatorKind::ExternalData { columns: declarations(plan), urls, with }, Vec::new())
            }
            TableSource::Index(_) | TableSource::LogSource { .. } => {
                self.refuse("source-not-mapped", plan.span, "this log source has no Kusto table")
            }
        }
    }

    fn union(&mut self, inputs: &[Arc<Plan>], columns: UnionColumns, source_column: Option<&str>, fuzzy: bool) -> ast::Expr {
        let mut params = Vec::new();
        if columns == UnionColumns::Inner {
            params.push(param("kind", name_expr("inner")));
        }
        if let Some(column) = source_column {
            params.push(param("withsource", name_expr(column)));
        }
        if fuzzy {
            params.push(param("isfuzzy", node(literal(&Value::Bool(true), Type::Bool))));
        }
        let tables = inputs.iter().map(|input| self.operand(input)).collect();
        head(OperatorKind::Union(tables), params)
    }

    /// Raises a plan where the syntax wants a table name or parentheses.
    pub(super) fn operand(&mut self, plan: &Arc<Plan>) -> ast::Expr {
        let raised = self.tabular(plan);
        match raised.kind {
            ast::ExprKind::Name(_) | ast::ExprKind::Call(_) => raised,
            _ => node(ast::ExprKind::Paren(Box::new(raised))),
        }
    }

    /// Raises a column with its name; a plain column of that name stands alone.
    pub(super) fn named(&mut self, column: &Named) -> ast::Expr {
        let value = self.scalar(&column.expr);
        if matches!(&value.kind, ast::ExprKind::Name(name) if *name.text == *column.name) {
            return value;
        }
        node(ast::ExprKind::Named { names: vec![identifier(&column.name)], tuple: false, value: Box::new(value) })
    }
}

fn datatable(plan: &Plan, rows: &[Vec<Value>]) -> ast::Expr {
    let types: Vec<Type> = plan.schema.columns.iter().map(|column| column.ty).collect();
    let cells = rows.iter().flat_map(|row| row.iter().zip(&types)).map(|(value, ty)| node(literal(value, *ty))).collect();
    head(OperatorKind::DataTable { columns: declarations(plan), values: cells }, Vec::new())
}

fn declarations(plan: &Plan) -> Vec<ColumnDeclaration> {
    plan.schema.columns.iter().map(|column| ColumnDeclaration { name: identifier(&column.name), ty: column.ty }).collect()
}

fn text(value: &str) -> ast::Expr {
    node(literal(&Value::string(value), Type::String))
}

/// Builds `name=value` for an operator.
pub(super) fn param(name: &str, value: ast::Expr) -> Param {
    Param { name: name.to_owned(), value, span: Span::default() }
}

/// Builds an operator.
pub(super) fn operator(kind: OperatorKind, params: Vec<Param>) -> Operator {
    Operator { kind, params, span: Span::default(), keyword: Span::default() }
}

/// Builds an operator at the head of a query.
fn head(kind: OperatorKind, params: Vec<Param>) -> ast::Expr {
    node(ast::ExprKind::Source(Box::new(operator(kind, params))))
}
