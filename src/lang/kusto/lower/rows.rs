//! Operators that keep, compute, drop or rename columns: `where`, `extend`, `project` and its family, `distinct`, `count`.

use super::super::ast::{self, ExprKind as Syntax, Order};
use super::binder::{Binder, Rows, column_expr, pass};
use super::projection::{Projected, Projection, Style};
use super::statements::convert;
use super::types;
use super::wildcard;
use crate::ir::{Column, Named, Op, Plan, Schema, Type};
use crate::source::Span;
use std::sync::Arc;

impl<'a> Binder<'a> {
    /// `where`
    pub(super) fn filter(&mut self, input: &Arc<Plan>, predicate: &'a ast::Expr, span: Span) -> Arc<Plan> {
        let predicate = self.condition(predicate, Rows::of(input));
        let predicate = if predicate.ty == Type::Dynamic { convert(predicate, Type::Bool) } else { predicate };
        self.plan(Op::Filter { input: Arc::clone(input), predicate }, input.schema.clone(), span)
    }

    /// `extend`
    pub(super) fn extend(&mut self, input: &Arc<Plan>, exprs: &'a [ast::Expr], span: Span) -> Arc<Plan> {
        let mut list = Projection::passing(&input.schema);
        self.project_all(exprs, Rows::of(input), &mut list, Style::Extend);
        let op = Op::Extend { input: Arc::clone(input), columns: list.changed() };
        self.plan(op, list.schema(input.schema.open), span)
    }

    /// `serialize`: like `extend`, and the order of rows is meant.
    pub(super) fn serialize(&mut self, input: &Arc<Plan>, exprs: &'a [ast::Expr], span: Span) -> Arc<Plan> {
        let mut list = Projection::passing(&input.schema);
        self.project_all(exprs, Rows::of(input), &mut list, Style::Extend);
        let op = Op::Serialize { input: Arc::clone(input), columns: list.changed() };
        self.plan(op, list.schema(input.schema.open), span)
    }

    /// `project`
    pub(super) fn project(&mut self, input: &Arc<Plan>, exprs: &'a [ast::Expr], span: Span) -> Arc<Plan> {
        let mut list = Projection::default();
        self.project_all(exprs, Rows::of(input), &mut list, Style::Default);
        let op = Op::Project { input: Arc::clone(input), columns: list.all(span) };
        self.plan(op, list.schema(false), span)
    }

    /// Keeps these columns of the input under their own names.
    pub(super) fn keep(&mut self, input: &Arc<Plan>, columns: Vec<Column>, span: Span) -> Arc<Plan> {
        let named = columns.iter().map(|c| pass(c, span)).collect();
        self.plan(Op::Project { input: Arc::clone(input), columns: named }, Schema::closed(columns), span)
    }

    /// `project-away`
    pub(super) fn project_away(&mut self, input: &Arc<Plan>, exprs: &'a [ast::Expr], span: Span) -> Arc<Plan> {
        let patterns = self.patterns(exprs, input);
        let gone = |c: &Column| patterns.iter().any(|p| wildcard::matches(p, &c.name));
        let columns: Vec<Column> = input.schema.columns.iter().filter(|c| !gone(c)).cloned().collect();
        if !input.schema.open {
            return self.keep(input, columns, span);
        }
        self.select(input, (patterns, Vec::new(), Vec::new(), Vec::new()), Schema { columns, open: true }, span)
    }

    /// `project-keep`
    pub(super) fn project_keep(&mut self, input: &Arc<Plan>, exprs: &'a [ast::Expr], span: Span) -> Arc<Plan> {
        let patterns = self.patterns(exprs, input);
        let kept = |c: &Column| patterns.iter().any(|p| wildcard::matches(p, &c.name));
        let mut columns: Vec<Column> = input.schema.columns.iter().filter(|c| kept(c)).cloned().collect();
        if !input.schema.open {
            return self.keep(input, columns, span);
        }
        let open = patterns.iter().any(|p| p.contains('*'));
        for name in patterns.iter().filter(|p| !p.contains('*')) {
            if !columns.iter().any(|c| c.name == *name) {
                columns.push(Column::new(name, Type::Unknown));
            }
        }
        self.select(input, (Vec::new(), patterns, Vec::new(), Vec::new()), Schema { columns, open }, span)
    }

    fn select(&mut self, input: &Arc<Plan>, lists: Lists, schema: Schema, span: Span) -> Arc<Plan> {
        let (away, keep, rename, first) = lists;
        self.plan(Op::Select { input: Arc::clone(input), away, keep, rename, first }, schema, span)
    }

    /// Reads a list of column names and wildcard patterns; an unknown name on known columns is reported.
    fn patterns(&mut self, exprs: &'a [ast::Expr], input: &Arc<Plan>) -> Vec<Arc<str>> {
        let mut patterns = Vec::new();
        for expr in exprs {
            match super::projection::unparenthesised(expr) {
                Syntax::Wildcard(pattern) => patterns.push(Arc::from(pattern.as_str())),
                Syntax::Name(name) => patterns.extend(self.column_named(name, Rows::of(input)).map(|c| c.name)),
                _ => match super::names::as_column(&self.scalar(expr, Rows::of(input))) {
                    Some(column) => patterns.push(column.name),
                    None => self.column_expected(expr.span),
                },
            }
        }
        patterns
    }

    /// `project-rename`
    pub(super) fn project_rename(&mut self, input: &Arc<Plan>, exprs: &'a [ast::Expr], span: Span) -> Arc<Plan> {
        let mut renames: Vec<(Arc<str>, Arc<str>)> = Vec::new();
        for expr in exprs {
            let Syntax::Named { names, value, .. } = &expr.kind else {
                self.error("rename-expected", expr.span, "`project-rename` takes `new = old`");
                continue;
            };
            let Syntax::Name(old) = super::projection::unparenthesised(value) else {
                self.column_expected(value.span);
                continue;
            };
            if let (Some(column), Some(new)) = (self.column_named(old, Rows::of(input)), names.first()) {
                let taken = input.schema.column(&new.text).is_some() && *column.name != *new.text;
                if taken || renames.iter().any(|(name, _)| **name == *new.text) {
                    self.duplicate(&new.text, new.span);
                } else {
                    renames.push((Arc::from(new.text.as_str()), column.name));
                }
            }
        }
        let renamed = |c: &Column| renames.iter().find(|(_, old)| *old == c.name).map_or(&c.name, |(new, _)| new).clone();
        let columns: Vec<Column> = input.schema.columns.iter().map(|c| Column { name: renamed(c), ty: c.ty }).collect();
        if input.schema.open {
            return self.select(input, (Vec::new(), Vec::new(), renames, Vec::new()), Schema { columns, open: true }, span);
        }
        let named = input.schema.columns.iter().map(|c| Named { name: renamed(c), expr: column_expr(c, span) }).collect();
        self.plan(Op::Project { input: Arc::clone(input), columns: named }, Schema::closed(columns), span)
    }

    /// `project-reorder`
    pub(super) fn project_reorder(&mut self, input: &Arc<Plan>, orders: &'a [Order], span: Span) -> Arc<Plan> {
        let mut first: Vec<Column> = Vec::new();
        let mut names: Vec<Arc<str>> = Vec::new();
        for order in orders {
            let patterns = self.patterns(std::slice::from_ref(&order.expr), input);
            if let Some(again) = patterns.iter().find(|pattern| !pattern.contains('*') && names.contains(pattern)) {
                let message = format!("column `{again}` is placed twice");
                self.report(crate::diagnostic::Diagnostic::warning("duplicate-column", order.expr.span, message));
            }
            names.extend(patterns.iter().cloned());
            for pattern in patterns {
                let mut matching: Vec<&Column> = input.schema.columns.iter().filter(|c| wildcard::matches(&pattern, &c.name)).collect();
                wildcard::sort(&mut matching, order.direction);
                let new: Vec<Column> = matching.into_iter().filter(|c| !first.contains(c)).cloned().collect();
                first.extend(new);
            }
        }
        let rest: Vec<Column> = input.schema.columns.iter().filter(|c| !first.contains(c)).cloned().collect();
        let columns: Vec<Column> = first.into_iter().chain(rest).collect();
        if input.schema.open {
            return self.select(input, (Vec::new(), Vec::new(), Vec::new(), names), Schema { columns, open: true }, span);
        }
        self.keep(input, columns, span)
    }

    /// `project-by-names`: names and patterns as strings or dynamic arrays; names that do not exist are left out.
    pub(super) fn project_by_names(&mut self, input: &Arc<Plan>, exprs: &'a [ast::Expr], span: Span) -> Arc<Plan> {
        let mut columns: Vec<Column> = Vec::new();
        for expr in exprs {
            let value = self.scalar(expr, Rows::none());
            let unresolved = super::signatures::is_unresolved(&value);
            let crate::ir::ExprKind::Literal(value) = value.kind else {
                if unresolved {
                    return self.opaque_plan(Some(Arc::clone(input)), "unresolved", span);
                }
                self.error("constant-expected", expr.span, "`project-by-names` takes constant names");
                continue;
            };
            let patterns: Vec<Arc<str>> = match &value {
                crate::ir::Value::String(text) => vec![Arc::clone(text)],
                crate::ir::Value::Array(items) => items.iter().filter_map(|v| v.as_str().map(Arc::from)).collect(),
                _ => Vec::new(),
            };
            for pattern in patterns {
                let matching = input.schema.columns.iter().filter(|c| wildcard::matches(&pattern, &c.name));
                let new: Vec<Column> = matching.filter(|c| !columns.contains(c)).cloned().collect();
                columns.extend(new);
            }
        }
        self.keep(input, columns, span)
    }

    /// `distinct`
    pub(super) fn distinct(&mut self, input: &Arc<Plan>, exprs: &'a [ast::Expr], span: Span) -> Arc<Plan> {
        if let [ast::Expr { kind: Syntax::Wildcard(star), .. }] = exprs
            && star == "*"
        {
            for column in input.schema.columns.iter().filter(|c| c.ty == Type::Dynamic).take(1) {
                let message = format!("`distinct *` is not defined for dynamic column `{}`", column.name);
                self.error("dynamic-key", span, message);
            }
            let op = Op::Distinct { input: Arc::clone(input), columns: Vec::new() };
            return self.plan(op, input.schema.clone(), span);
        }
        let mut list = Projection::default();
        self.project_all(exprs, Rows::of(input), &mut list, Style::Default);
        self.check_keys(&list, exprs, span);
        let op = Op::Distinct { input: Arc::clone(input), columns: list.all(span) };
        self.plan(op, list.schema(false), span)
    }

    /// Keys of `summarize` and `distinct` may not be dynamic.
    pub(super) fn check_keys(&mut self, list: &Projection, exprs: &[ast::Expr], span: Span) {
        if let Some(Projected { name, .. }) = list.columns().iter().find(|c| c.ty == Type::Dynamic) {
            let place = exprs.first().map_or(span, |first| exprs.last().map_or(first.span, |last| first.span.to(last.span)));
            let found = format!("`{name}` is dynamic, which is not allowed as a key");
            let found = crate::diagnostic::Diagnostic::error("dynamic-key", place, found);
            self.report(found.with_help(format!("convert it: `tostring({name})`")));
        }
    }

    /// `count`
    pub(super) fn count(&mut self, input: &Arc<Plan>, name: Option<&ast::Name>, span: Span) -> Arc<Plan> {
        let column = Column::new(name.map_or("Count", |n| n.text.as_str()), Type::Long);
        self.plan(Op::Count { input: Arc::clone(input) }, Schema::closed(vec![column]), span)
    }

    /// `as`: later parts of the query may use the rows by this name.
    pub(super) fn name_rows(&mut self, input: &Arc<Plan>, name: &ast::Name) -> Arc<Plan> {
        let named = self.label(input, &name.text);
        self.bind_bound(&name.text, super::scope::Bound::Table(Arc::clone(&named)));
        named
    }

    /// Checks an expression that must be an integer.
    pub(super) fn integer(&mut self, expr: &'a ast::Expr) -> crate::ir::Expr {
        let value = self.scalar(expr, Rows::none());
        if !value.ty.is_integer() && !matches!(value.ty, Type::Unknown | Type::Dynamic) && !types::promoted(value.ty).is_integer() {
            self.error("integer-expected", expr.span, format!("an integer is expected here, not {}", value.ty));
        }
        value
    }
}

/// Columns away, to keep, renamed and first, as `Op::Select` has them.
type Lists = (Vec<Arc<str>>, Vec<Arc<str>>, Vec<(Arc<str>, Arc<str>)>, Vec<Arc<str>>);
