//! Calls that are no functions: `iff`, `case`, `not`, `toscalar`, `materialize`, `column_ifexists`, `table`, watchlists.

use super::super::ast::{self, ExprKind as Syntax};
use super::binder::{Binder, Rows, column_expr};
use super::column_names::constant_text;
use super::names::find_column;
use super::scope::Bound;
use super::statements::convert;
use super::types;
use crate::diagnostic::Diagnostic;
use crate::ir::{Column, Expr, ExprKind, Op, Schema, TableSource, Type, Value};
use crate::source::Span;
use std::sync::Arc;

/// Lowers one special form.
pub(super) type Form = for<'a, 'b, 'r> fn(&'b mut Binder<'a>, &'a ast::Call, Rows<'r>, Span) -> Bound;

/// The special forms by name.
static FORMS: &[(&str, Form)] = &[
    ("iff", |binder, call, rows, span| binder.conditional(call, rows, span)),
    ("iif", |binder, call, rows, span| binder.conditional(call, rows, span)),
    ("case", |binder, call, rows, span| binder.case(call, rows, span)),
    ("not", |binder, call, rows, span| binder.negation(call, rows, span)),
    ("toscalar", |binder, call, rows, span| binder.first_cell(call, rows, span)),
    ("totable", |binder, call, rows, span| binder.pass_table(call, rows, span)),
    ("materialize", |binder, call, rows, span| binder.pass_table(call, rows, span)),
    ("view", |binder, call, rows, span| binder.pass_table(call, rows, span)),
    ("column_ifexists", |binder, call, rows, span| binder.column_if_exists(call, rows, span)),
    ("columnifexists", |binder, call, rows, span| binder.column_if_exists(call, rows, span)),
    ("column_names_of", |binder, call, rows, span| binder.column_names_of(call, rows, span)),
    ("pack_all", |binder, call, rows, span| binder.pack_all(call, rows, span)),
    ("table", |binder, call, rows, span| binder.table_call(call, rows, span)),
    ("external_table", |binder, call, rows, span| binder.table_call(call, rows, span)),
    ("materialized_view", |binder, call, rows, span| binder.table_call(call, rows, span)),
    ("_GetWatchlist", |binder, call, rows, span| binder.watchlist(call, rows, span)),
];

/// Returns the special form of that name.
pub(super) fn form(name: &str) -> Option<Form> {
    FORMS.iter().find(|(known, _)| *known == name).map(|(_, form)| *form)
}

impl<'a> Binder<'a> {
    /// Reports a special form with the wrong number of arguments.
    fn needs(&mut self, call: &ast::Call, fits: bool, takes: &str) -> bool {
        if !fits {
            let message = format!("`{}` takes {takes}, {} are given", call.name.text, call.args.len());
            self.error("wrong-arity", call.name.span, message);
        }
        fits
    }

    fn conditional(&mut self, call: &'a ast::Call, rows: Rows<'_>, span: Span) -> Bound {
        let [condition, yes, no] = call.args.as_slice() else {
            self.needs(call, false, "3 arguments");
            return Bound::Nothing;
        };
        let condition = self.condition(condition, rows);
        let (yes, no) = (self.scalar(yes, rows), self.scalar(no, rows));
        Bound::Scalar(self.branches(call, vec![(condition, yes)], no, span))
    }

    fn case(&mut self, call: &'a ast::Call, rows: Rows<'_>, span: Span) -> Bound {
        let Some((otherwise, pairs)) = call.args.split_last().filter(|(_, pairs)| pairs.len() >= 2 && pairs.len() % 2 == 0) else {
            self.needs(call, false, "conditions with their values, and a last value");
            return Bound::Nothing;
        };
        let mut arms = Vec::with_capacity(pairs.len() / 2);
        for pair in pairs.chunks(2) {
            if let [condition, value] = pair {
                arms.push((self.condition(condition, rows), self.scalar(value, rows)));
            }
        }
        let otherwise = self.scalar(otherwise, rows);
        Bound::Scalar(self.branches(call, arms, otherwise, span))
    }

    fn branches(&mut self, call: &ast::Call, arms: Vec<(Expr, Expr)>, otherwise: Expr, span: Span) -> Expr {
        let types = arms.iter().map(|(_, value)| value.ty).chain([otherwise.ty]);
        let Some(ty) = types::branches(types) else {
            let message = format!("the values of `{}` have no common type", call.name.text);
            self.error("type-mismatch", call.name.span, message);
            return self.opaque("type-mismatch", span);
        };
        let fitted = |value: Expr| if matches!(value.ty, Type::Int | Type::Dynamic) { convert(value, ty) } else { value };
        let arms = arms.into_iter().map(|(condition, value)| (condition, fitted(value))).collect();
        Expr::new(ExprKind::Conditional { arms, otherwise: Box::new(fitted(otherwise)) }, ty, span)
    }

    /// Lowers an expression that must be bool.
    pub(super) fn condition(&mut self, expr: &'a ast::Expr, rows: Rows<'_>) -> Expr {
        let value = self.scalar(expr, rows);
        if !types::is_condition(value.ty) {
            let problem = Diagnostic::error("type-mismatch", expr.span, format!("a condition must be bool, this is {}", value.ty));
            let is_assignment = matches!(expr.kind, ast::ExprKind::Named { .. });
            self.report(if is_assignment { problem.with_help("a comparison is `==`") } else { problem });
        }
        if types::is_condition(value.ty) {
            self.loose_condition(&value);
        }
        value
    }

    /// The engine takes dynamic conditions and `not` of numbers, the official analyser calls them errors (KS107, KS141).
    fn loose_condition(&mut self, value: &Expr) {
        if value.ty == Type::Dynamic || value.ty.is_numeric() {
            let message = format!("a condition is bool, this is {}", value.ty);
            self.report(Diagnostic::warning("condition-not-bool", value.span, message).with_help("convert it: `tobool(…)`"));
        }
    }

    fn negation(&mut self, call: &'a ast::Call, rows: Rows<'_>, span: Span) -> Bound {
        let [operand] = call.args.as_slice() else {
            self.needs(call, false, "1 argument");
            return Bound::Nothing;
        };
        let value = self.scalar(operand, rows);
        if !types::is_condition(value.ty) && !value.ty.is_numeric() {
            self.error("type-mismatch", operand.span, format!("`not` takes bool, not {}", value.ty));
        }
        self.loose_condition(&value);
        Bound::Scalar(Expr::new(ExprKind::Not(Box::new(value)), Type::Bool, span))
    }

    fn first_cell(&mut self, call: &'a ast::Call, _rows: Rows<'_>, span: Span) -> Bound {
        let [argument] = call.args.as_slice() else {
            self.needs(call, false, "1 argument");
            return Bound::Nothing;
        };
        match self.any(argument, Rows::none()) {
            Bound::Table(plan) => {
                let ty = plan.schema.columns.first().filter(|_| !plan.schema.open).map_or(Type::Unknown, |c| c.ty);
                Bound::Scalar(Expr::new(ExprKind::Scalar(plan), ty, span))
            }
            other => other,
        }
    }

    /// `materialize` and `view` change when a table is computed, not what it is.
    fn pass_table(&mut self, call: &'a ast::Call, _rows: Rows<'_>, _span: Span) -> Bound {
        let [argument] = call.args.as_slice() else {
            self.needs(call, false, "1 argument");
            return Bound::Nothing;
        };
        self.any(argument, Rows::none())
    }

    fn column_if_exists(&mut self, call: &'a ast::Call, rows: Rows<'_>, span: Span) -> Bound {
        let [name, default] = call.args.as_slice() else {
            self.needs(call, false, "2 arguments");
            return Bound::Nothing;
        };
        let default = self.scalar(default, rows);
        let known = constant_text(name).or_else(|| match self.scalar(name, Rows::none()).kind {
            ExprKind::Literal(Value::String(text)) => Some(text.to_string()),
            _ => None,
        });
        let Some(known) = known else {
            if super::signatures::is_unresolved(&self.scalar(name, Rows::none())) {
                return Bound::Scalar(Expr { ty: default.ty, ..self.opaque("unresolved", span) });
            }
            self.error("constant-expected", name.span, "the column's name must be a constant");
            return Bound::Nothing;
        };
        // What comes out has the default's type, also where the column has another (the official analyser).
        if let Some(column) = find_column(rows, &known) {
            return Bound::Scalar(convert(column_expr(column, span), default.ty));
        }
        if !rows.is_open() {
            return Bound::Scalar(default);
        }
        let ty = default.ty;
        let args = vec![Expr::literal(known.as_str(), Type::String, name.span), default];
        Bound::Scalar(Expr::new(ExprKind::Call { function: Arc::from("column_ifexists"), args }, ty, span))
    }

    /// `column_names_of(T)`: a constant where the columns are known.
    fn column_names_of(&mut self, call: &'a ast::Call, _rows: Rows<'_>, span: Span) -> Bound {
        let [table] = call.args.as_slice() else {
            self.needs(call, false, "1 argument");
            return Bound::Nothing;
        };
        let plan = self.table(table);
        if plan.schema.open {
            return Bound::Scalar(Expr { ty: Type::Dynamic, ..self.opaque("unresolved", span) });
        }
        let names = plan.schema.columns.iter().map(|c| Value::string(&c.name)).collect();
        Bound::Scalar(Expr::literal(Value::array(names), Type::Dynamic, span))
    }

    /// `pack_all()`: a bag of every column; spelled out where the columns are known.
    fn pack_all(&mut self, call: &'a ast::Call, rows: Rows<'_>, span: Span) -> Bound {
        let ignore_empty = match call.args.first() {
            Some(arg) => matches!(self.scalar(arg, Rows::none()).kind, ExprKind::Literal(Value::Bool(true))),
            None => false,
        };
        let all: &[Column] = rows.left.map_or(&[], |s| &s.columns);
        let dynamic = |name: &str, args: Vec<Expr>| Expr::new(ExprKind::Call { function: Arc::from(name), args }, Type::Dynamic, span);
        if rows.is_open() {
            let flag = Expr::literal(ignore_empty, Type::Bool, span);
            let args = std::iter::once(flag).chain(all.iter().map(|c| column_expr(c, span))).collect();
            return Bound::Scalar(dynamic("pack_all", args));
        }
        let pair = |c: &Column| vec![Expr::literal(&*c.name, Type::String, span), column_expr(c, span)];
        if !ignore_empty {
            return Bound::Scalar(dynamic("bag_pack", all.iter().flat_map(pair).collect()));
        }
        let empty = || Expr::literal(Value::object(Vec::new()), Type::Dynamic, span);
        let filled = |c: &Column| {
            Expr::new(ExprKind::Call { function: Arc::from("isnotempty"), args: vec![column_expr(c, span)] }, Type::Bool, span)
        };
        let part = |c: &Column| {
            let arms = vec![(filled(c), dynamic("bag_pack", pair(c)))];
            Expr::new(ExprKind::Conditional { arms, otherwise: Box::new(empty()) }, Type::Dynamic, span)
        };
        Bound::Scalar(dynamic("bag_merge", std::iter::once(empty()).chain(all.iter().map(part)).collect()))
    }

    fn table_call(&mut self, call: &'a ast::Call, _rows: Rows<'_>, span: Span) -> Bound {
        let Some(argument) = call.args.first() else {
            self.needs(call, false, "1 argument");
            return Bound::Nothing;
        };
        let name = constant_text(argument).or_else(|| match self.scalar(argument, Rows::none()).kind {
            ExprKind::Literal(Value::String(text)) => Some(text.to_string()),
            _ => None,
        });
        let Some(name) = name else {
            return Bound::Table(self.opaque_plan(None, "computed-table-name", span));
        };
        Bound::Table(self.table_named(&name, argument.span))
    }

    fn watchlist(&mut self, call: &'a ast::Call, rows: Rows<'_>, span: Span) -> Bound {
        let alias = call.args.first().map(|arg| match &arg.kind {
            Syntax::Named { value, .. } => value,
            _ => arg,
        });
        let alias = match alias {
            Some(arg) => match self.scalar(arg, rows).kind {
                ExprKind::Literal(Value::String(text)) => text,
                _ => Arc::from(arg.span.text(self.text)),
            },
            None => Arc::from(""),
        };
        let schema = self.env.watchlists.get(&alias).cloned().unwrap_or_else(Schema::unknown);
        Bound::Table(self.plan(Op::Scan(TableSource::Watchlist(alias)), schema, span))
    }
}
