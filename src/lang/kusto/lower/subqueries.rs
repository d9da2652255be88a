//! Operators with a query inside or behind them: `partition`, `fork`, `facet`, `invoke`, `reduce`, `getschema`.

use super::super::ast::{self, ExprKind as Syntax, Operator};
use super::binder::{Binder, Rows};
use super::ordering::named;
use super::projection::unparenthesised;
use super::scope::{Binding, Bound};
use crate::diagnostic::Diagnostic;
use crate::ir::{Column, Expr, Op, Plan, Schema, Type, Value};
use crate::source::Span;
use std::sync::Arc;

impl<'a> Binder<'a> {
    /// `partition by x ( … )`
    pub(super) fn partition(&mut self, input: &Arc<Plan>, by: &'a ast::Expr, body: &'a ast::Expr, span: Span) -> Arc<Plan> {
        let by = self.scalar(by, Rows::of(input));
        let each = self.plan(Op::Each, input.schema.clone(), span);
        let body = self.sub_plan(body, &each);
        let schema = body.schema.clone();
        self.plan(Op::Partition { input: Arc::clone(input), by, body }, schema, span)
    }

    /// `fork`: several results; the first is what a caller sees.
    pub(super) fn fork(&mut self, input: &Arc<Plan>, branches: &'a [(Option<ast::Name>, ast::Expr)], span: Span) -> Arc<Plan> {
        let each = self.plan(Op::Each, input.schema.clone(), span);
        let mut inputs = vec![Arc::clone(input)];
        for (_, branch) in branches {
            inputs.push(self.sub_plan(branch, &each));
        }
        self.several_results("fork", branches.len(), span);
        let schema = inputs.get(1).map_or_else(|| input.schema.clone(), |first| first.schema.clone());
        self.special("fork", inputs, Vec::new(), schema, span)
    }

    /// Says that only the first of several results goes on.
    pub(super) fn several_results(&mut self, keyword: &str, results: usize, span: Span) {
        if results > 1 {
            let message = format!("`{keyword}` puts out {results} tables; the first one is taken as the query's result");
            self.report(Diagnostic::warning("several-results", span, message));
        }
    }

    /// `facet by … with ( … )`
    pub(super) fn facet(&mut self, input: &Arc<Plan>, by: &'a [ast::Expr], with: Option<&'a ast::Expr>, span: Span) -> Arc<Plan> {
        let columns = self.column_list(by, Rows::of(input));
        let args = columns.iter().map(|(c, at)| named(format!("by:{}", c.name), super::binder::column_expr(c, *at))).collect();
        let mut inputs = vec![Arc::clone(input)];
        if let Some(with) = with {
            let each = self.plan(Op::Each, input.schema.clone(), span);
            inputs.push(self.sub_plan(with, &each));
        }
        self.several_results("facet", columns.len() + usize::from(with.is_some()), span);
        let first = columns.first().map(|(c, _)| vec![c.clone(), Column::new(format!("count_{}", c.name), Type::Long)]);
        let schema = inputs.get(1).map(|with| with.schema.clone()).or(first.map(Schema::closed)).unwrap_or_default();
        self.special("facet", inputs, args, schema, span)
    }

    /// `invoke f(…)`: the rows are the function's first argument.
    pub(super) fn invoke(&mut self, input: &Arc<Plan>, call: &'a ast::Expr, span: Span) -> Arc<Plan> {
        let syntax = match unparenthesised(call) {
            Syntax::Member { base, selector, .. } if self.is_database(base) => unparenthesised(selector),
            kind => kind,
        };
        let Syntax::Call(call) = syntax else {
            self.error("function-expected", call.span, "`invoke` takes a function call");
            return self.opaque_plan(Some(Arc::clone(input)), "function-expected", span);
        };
        if let Some(Binding::Function(lambda)) = self.scopes.find(self.place, &call.name.text).cloned() {
            let args = self.bind_arguments(&lambda, call, Some(Arc::clone(input)), Rows::none());
            return match args.map(|args| self.call_lambda(&lambda, args, span)) {
                Some(Bound::Table(plan)) => plan,
                _ => self.opaque_plan(Some(Arc::clone(input)), "unresolved", span),
            };
        }
        let name = call.name.text.as_str();
        if self.env.function(name).is_none() {
            self.unknown_function(call, Rows::none());
        }
        // A saved function that takes the rows: only its name is known, so its body cannot run.
        let text = Arc::from(span.text(self.text));
        let op = Op::Opaque { input: Some(Arc::clone(input)), text, code: "unknown-function" };
        self.plan(op, Schema::unknown(), span)
    }

    /// `reduce by`
    pub(super) fn reduce(&mut self, input: &Arc<Plan>, by: &'a ast::Expr, with: &'a [ast::Param], operator: &'a Operator) -> Arc<Plan> {
        let value = self.scalar(by, Rows::of(input));
        let mut args = vec![named("by", value)];
        let mut source = false;
        for param in operator.params.iter().chain(with) {
            let value = match self.constant_option(&param.value) {
                Some(value) => value,
                None => Value::string(self.word(&param.value)),
            };
            source |= param.name == "kind" && value.as_str() == Some("source");
            args.push(named(&param.name, Expr::literal(value, Type::Unknown, param.span)));
        }
        let mut columns = if source { input.schema.columns.clone() } else { Vec::new() };
        columns
            .extend([("Pattern", Type::String), ("Count", Type::Long), ("Representative", Type::String)].map(|(n, t)| Column::new(n, t)));
        self.special("reduce", vec![Arc::clone(input)], args, Schema::closed(columns), operator.span)
    }

    /// `getschema`: constant rows where the columns are known.
    pub(super) fn get_schema(&mut self, input: &Arc<Plan>, operator: &'a Operator) -> Arc<Plan> {
        let names = [("ColumnName", Type::String), ("ColumnOrdinal", Type::Long), ("DataType", Type::String), ("ColumnType", Type::String)];
        let schema = Schema::closed(names.map(|(name, ty)| Column::new(name, ty)).to_vec());
        if input.schema.open {
            return self.special("getschema", vec![Arc::clone(input)], Vec::new(), schema, operator.span);
        }
        let row = |(ordinal, column): (usize, &Column)| {
            let ordinal = Value::Long(i64::try_from(ordinal).unwrap_or(0));
            vec![Value::string(&column.name), ordinal, Value::string(column.ty.net_name()), Value::string(column.ty.name())]
        };
        let rows = input.schema.columns.iter().enumerate().map(row).collect();
        self.plan(Op::Literal(rows), schema, operator.span)
    }

    /// Reports a plugin that is not known.
    pub(super) fn unknown_plugin(&mut self, name: &ast::Name) {
        let mut found = Diagnostic::warning("unknown-plugin", name.span, format!("plugin `{}` is not known", name.text));
        let plugins = crate::functions::all().iter().filter(|f| f.kind == crate::functions::Kind::Plugin).flat_map(|f| f.kusto).copied();
        if let Some(near) = crate::schema::suggest(&name.text, plugins) {
            found = found.with_help(format!("did you mean `{near}`?"));
        }
        self.report(found);
    }
}
