//! Calls: which function a name means, special forms, and the table's functions.

use super::super::ast;
use super::binder::{Binder, Rows};
use super::scope::{Binding, Bound};
use super::special;
use crate::diagnostic::Diagnostic;
use crate::functions::{self, Argument};
use crate::ir::{Expr, ExprKind, Op, Plan, Schema, TableSource};
use crate::schema::suggest;
use crate::source::Span;
use std::sync::Arc;

impl<'a> Binder<'a> {
    /// Lowers a call: functions of the query first, then special forms, saved functions, and the function table.
    pub(super) fn call(&mut self, call: &'a ast::Call, rows: Rows<'_>, span: Span) -> Bound {
        let name = call.name.text.as_str();
        match self.scopes.find(self.place, name).cloned() {
            Some(Binding::Function(lambda)) => {
                let args = self.bind_arguments(&lambda, call, None, rows);
                return args.map_or(Bound::Nothing, |args| self.call_lambda(&lambda, args, span));
            }
            Some(Binding::Pattern(pattern)) => return self.pattern_case(&pattern, call, None, span),
            Some(Binding::Broken) => return Bound::Nothing,
            _ => {}
        }
        if let Some(bound) = self.pattern_call(call, span) {
            return bound;
        }
        if self.aggregates.is_some()
            && let Some(row) = functions::kusto_aggregate(name)
        {
            return Bound::Scalar(self.aggregate_call(row, call, rows, span));
        }
        if let Some(form) = special::form(name) {
            return form(self, call, rows, span);
        }
        if let Some(row) = functions::kusto(name) {
            return Bound::Scalar(self.function_call(row, call, rows, span));
        }
        if self.env.function(name).is_some() || self.env.functions.contains_key(name) {
            return Bound::Table(self.saved_function(call, rows, span));
        }
        if functions::kusto_aggregate(name).is_some() {
            let message = format!("aggregate `{name}` is not allowed here");
            self.report(Diagnostic::error("misplaced-aggregate", call.name.span, message).with_help("aggregates stand in `summarize`"));
            return Bound::Nothing;
        }
        self.unknown_function(call, rows);
        Bound::Scalar(self.opaque("unknown-function", span))
    }

    /// Reports an unknown function once, and its arguments' own problems.
    pub(super) fn unknown_function(&mut self, call: &'a ast::Call, rows: Rows<'_>) {
        let name = call.name.text.as_str();
        if !name.is_empty() && self.unknown.insert(format!("{name}()")) {
            let mut found = Diagnostic::warning("unknown-function", call.name.span, format!("function `{name}` is not known"));
            let visible = self.scopes.visible(self.place);
            let local = visible.iter().filter(|(_, binding)| matches!(binding, Binding::Function(_))).map(|(n, _)| *n);
            let builtin = functions::all().iter().flat_map(|f| f.kusto).copied();
            let near = suggest(name, local.chain(builtin)).or_else(|| suggest(name, self.env.catalog.function_names()));
            if let Some(near) = near {
                found = found.with_help(format!("did you mean `{near}`?"));
            }
            self.report(found);
        }
        for arg in &call.args {
            if !matches!(arg.kind, ast::ExprKind::Wildcard(_)) {
                self.any(arg, rows);
            }
        }
    }

    /// Makes the scan of a saved function: its rows come from the fixture.
    pub(super) fn saved_function(&mut self, call: &'a ast::Call, rows: Rows<'_>, span: Span) -> Arc<Plan> {
        let name = call.name.text.as_str();
        let known = self.env.catalog.function(name);
        let parameters = known.map(|f| f.parameters).unwrap_or_default();
        if call.args.len() > parameters.len() && !self.env.functions.contains_key(name) {
            let takes = if parameters.is_empty() { "no arguments".to_owned() } else { format!("at most {} arguments", parameters.len()) };
            self.error("wrong-arity", call.name.span, format!("function `{name}` takes {takes}, {} are given", call.args.len()));
        }
        let mut args = Vec::new();
        for arg in &call.args {
            if let Bound::Scalar(value) = self.any(arg, rows) {
                args.push(value);
            }
        }
        let schema = self.env.function(name).unwrap_or_else(Schema::unknown);
        self.plan(Op::Scan(TableSource::Function { name: Arc::from(name), args }), schema, span)
    }

    /// Makes the scan of a function that nobody knows.
    pub(super) fn unknown_table_function(&mut self, call: &'a ast::Call, span: Span) -> Arc<Plan> {
        self.unknown_function(call, Rows::none());
        let args = Vec::new();
        self.plan(Op::Scan(TableSource::Function { name: Arc::from(call.name.text.as_str()), args }), Schema::unknown(), span)
    }

    /// Lowers a call of a row in the function table.
    pub(super) fn function_call(&mut self, row: &'static functions::Function, call: &'a ast::Call, rows: Rows<'_>, span: Span) -> Expr {
        let mut args = Vec::with_capacity(call.args.len());
        for arg in &call.args {
            if let ast::ExprKind::Wildcard(_) = &arg.kind {
                self.check_star(row, arg.span);
                // `pack_dictionary(*)` and its like: every column.
                args.extend(rows.left.iter().flat_map(|s| &s.columns).map(|c| super::binder::column_expr(c, arg.span)));
            } else {
                args.push(self.scalar(arg, rows));
            }
        }
        self.check_shapes(row, &call.name, &args, rows);
        self.function_of(row, &call.name, args, span)
    }

    /// Reports a `*` among the arguments of a function that takes none.
    pub(super) fn check_star(&mut self, row: &functions::Function, span: Span) {
        let takes = |param: &functions::Param| matches!(param.argument, Argument::StarAllowed | Argument::StarOnly);
        if !row.signatures.iter().any(|signature| signature.params.iter().any(takes)) {
            self.error("star-not-allowed", span, format!("`{}` takes no `*`", row.name()));
        }
    }

    /// Makes a call of a row over lowered arguments: checks them and types the result.
    pub(super) fn function_of(&mut self, row: &'static functions::Function, name: &ast::Name, args: Vec<Expr>, span: Span) -> Expr {
        if row.kind == functions::Kind::Window && !self.serialized {
            let message = format!("`{}` needs rows in an order", name.text);
            self.report(Diagnostic::error("not-serialized", name.span, message).with_help("put `sort by …` or `serialize` before it"));
        }
        let ty = self.check_arguments(row, name, &args);
        let args = super::signatures::as_text(row, args);
        if super::signatures::is_identity(row, &args, ty)
            && let [only] = args.as_slice()
        {
            return Expr { span, ..only.clone() };
        }
        Expr::new(ExprKind::Call { function: Arc::from(row.name()), args }, ty, span)
    }
}
