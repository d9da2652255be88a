//! Rows that a query makes or names itself: `print`, `range`, `datatable`, `externaldata`, tables of other workspaces.

use super::super::ast::{self, ExprKind as Syntax};
use super::binder::{Binder, Rows};
use super::names::as_column;
use super::projection::{Projection, Style};
use super::scope::Bound;
use super::statements::{convert, declared_columns};
use super::types;
use crate::ir::{Arithmetic, Column, Expr, ExprKind, Op, Plan, Schema, TableSource, Type, Value};
use crate::source::Span;
use std::sync::Arc;

impl<'a> Binder<'a> {
    /// `print`
    pub(super) fn print(&mut self, exprs: &'a [ast::Expr], span: Span) -> Arc<Plan> {
        let mut list = Projection::default();
        for (number, expr) in exprs.iter().enumerate() {
            self.project_one(expr, Rows::none(), &mut list, Style::Print(number));
        }
        self.plan(Op::Print(list.all(span)), list.schema(false), span)
    }

    /// `range x from a to b step s`
    pub(super) fn range(
        &mut self,
        name: &'a ast::Name,
        (from, to, step): (&'a ast::Expr, &'a ast::Expr, &'a ast::Expr),
        span: Span,
    ) -> Arc<Plan> {
        let (from, to, step) = (self.scalar(from, Rows::none()), self.scalar(to, Rows::none()), self.scalar(step, Rows::none()));
        let ends = if from.ty.is_numeric() && to.ty.is_numeric() { types::widest(from.ty, to.ty) } else { from.ty };
        let ty = if ends == Type::Int && step.ty == Type::Int {
            Type::Int
        } else if [from.ty, to.ty, step.ty].contains(&Type::Dynamic) {
            ends
        } else {
            types::arithmetic(Arithmetic::Add, ends, step.ty).unwrap_or_else(|| {
                self.error("type-mismatch", span, format!("`range` is not defined for {}, {} and {}", from.ty, to.ty, step.ty));
                Type::Unknown
            })
        };
        self.plan(Op::Range { from, to, step }, Schema::closed(vec![Column::new(&name.text, ty)]), span)
    }

    /// `datatable`
    pub(super) fn data_table(&mut self, columns: &'a [ast::ColumnDeclaration], values: &'a [ast::Expr], span: Span) -> Arc<Plan> {
        let columns = self.declared(columns);
        let width = columns.len().max(1);
        if !values.len().is_multiple_of(width) {
            self.error("wrong-cell-count", span, format!("{} values do not fill rows of {} columns", values.len(), columns.len()));
        }
        let mut rows = Vec::with_capacity(values.len() / width);
        for cells in values.chunks(width) {
            let row = cells.iter().zip(&columns).map(|(cell, column)| self.cell(cell, column.ty)).collect();
            rows.push(row);
        }
        self.plan(Op::Literal(rows), Schema::closed(columns), span)
    }

    fn cell(&mut self, cell: &'a ast::Expr, ty: Type) -> Value {
        let Some((value, from)) = self.constant(cell) else {
            self.error("constant-expected", cell.span, "a cell of `datatable` must be a constant");
            return Value::Null;
        };
        let converted = if from == ty { value } else { crate::ir::convert::convert(&value, from, ty) };
        if ty == Type::String && converted.is_null() { Value::string("") } else { converted }
    }

    /// Reads column declarations; a name may stand once.
    fn declared(&mut self, columns: &'a [ast::ColumnDeclaration]) -> Vec<Column> {
        for (position, column) in columns.iter().enumerate() {
            if columns.iter().take(position).any(|c| c.name.text == column.name.text) {
                self.duplicate(&column.name.text, column.name.span);
            }
        }
        declared_columns(columns)
    }

    /// `externaldata`
    pub(super) fn external_data(
        &mut self,
        columns: &'a [ast::ColumnDeclaration],
        urls: &'a [ast::Expr],
        with: &'a [ast::Param],
        span: Span,
    ) -> Arc<Plan> {
        let columns = self.declared(columns);
        let mut sources: Vec<Arc<str>> = Vec::new();
        for url in urls {
            match self.scalar(url, Rows::none()).kind {
                ExprKind::Literal(Value::String(text)) => sources.push(text),
                _ => sources.push(Arc::from(url.span.text(self.text))),
            }
        }
        let option = |name: &str| with.iter().find(|p| p.name.eq_ignore_ascii_case(name)).map(|p| self.word(&p.value));
        let format = option("format").map(|f| f.to_ascii_lowercase());
        let format = format.or_else(|| sources.first().and_then(|url| format_of(url)));
        let skip_first = option("ignoreFirstRecord").is_some_and(|v| v.eq_ignore_ascii_case("true"));
        let source = TableSource::External { urls: sources, format: format.map(Arc::from), skip_first };
        self.plan(Op::Scan(source), Schema::closed(columns), span)
    }

    /// `workspace("w").T`, `database("d").f(…)`: tables of other places are taken by their names.
    pub(super) fn in_database(&mut self, base: &'a ast::Expr, selector: &'a ast::Expr, rows: Rows<'_>) -> Bound {
        self.database_arguments(base, rows);
        match &selector.kind {
            Syntax::Name(name) => Bound::Table(self.table_named(&name.text, name.span)),
            Syntax::Wildcard(pattern) => Bound::Table(self.wildcard_tables(pattern, selector.span)),
            Syntax::Call(call) if super::special::form(&call.name.text).is_some() => self.call(call, Rows::none(), selector.span),
            Syntax::Call(call) if self.env.function(&call.name.text).is_some() => {
                Bound::Table(self.saved_function(call, Rows::none(), selector.span))
            }
            Syntax::Call(call) => Bound::Table(self.unknown_table_function(call, selector.span)),
            _ => {
                self.error("invalid-member", selector.span, "a table name is expected after `.`");
                Bound::Nothing
            }
        }
    }

    /// Binds the arguments of `workspace(…)` and its like for their own problems.
    fn database_arguments(&mut self, base: &'a ast::Expr, rows: Rows<'_>) {
        match &base.kind {
            Syntax::Call(call) => {
                for arg in &call.args {
                    let _: Expr = self.scalar(arg, rows);
                }
            }
            Syntax::Member { base, selector, .. } => {
                self.database_arguments(base, rows);
                self.database_arguments(selector, rows);
            }
            Syntax::Paren(inner) => self.database_arguments(inner, rows),
            _ => {}
        }
    }

    /// Lowers a list of expressions that must be columns.
    pub(super) fn column_list(&mut self, exprs: &'a [ast::Expr], rows: Rows<'_>) -> Vec<(Column, Span)> {
        let mut columns = Vec::with_capacity(exprs.len());
        for expr in exprs {
            let value = self.scalar(expr, rows);
            match as_column(&convert(value, Type::Unknown)) {
                Some(column) => columns.push((column, expr.span)),
                None => self.column_expected(expr.span),
            }
        }
        columns
    }
}

/// Returns the data format that an address's ending implies.
fn format_of(url: &str) -> Option<String> {
    let path = url.split(['?', ';', '#']).next()?;
    let path = path.strip_suffix(".gz").or_else(|| path.strip_suffix(".zip")).unwrap_or(path);
    let (_, ending) = path.rsplit_once('.')?;
    let ending = ending.to_ascii_lowercase();
    ["csv", "tsv", "json", "multijson", "txt", "psv", "parquet", "avro", "orc"].contains(&ending.as_str()).then_some(ending)
}
