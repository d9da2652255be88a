//! Tables: names, pipes, sources, and which function lowers which operator.

use super::super::ast::{self, ExprKind as Syntax, Operator, OperatorKind as Kind};
use super::binder::{Binder, Rows};
use super::scope::Bound;
use crate::diagnostic::Diagnostic;
use crate::ir::{Op, Plan};
use std::sync::Arc;

impl<'a> Binder<'a> {
    /// Lowers an expression that must be a table.
    pub(super) fn table(&mut self, expr: &'a ast::Expr) -> Arc<Plan> {
        match self.tabular(expr, Rows::none()) {
            Bound::Table(plan) => plan,
            Bound::Scalar(value) => {
                // What a scalar of unknown type is, is not known: it may be a table.
                if value.ty != crate::ir::Type::Unknown {
                    self.error("table-expected", expr.span, "a value stands where a table is expected");
                }
                self.opaque_plan(None, "table-expected", expr.span)
            }
            Bound::Nothing => self.opaque_plan(None, "unresolved", expr.span),
        }
    }

    /// Lowers an expression in a place where tables are expected; a scalar stays a scalar.
    pub(super) fn tabular(&mut self, expr: &'a ast::Expr, rows: Rows<'_>) -> Bound {
        self.deeper(expr.span, |this| this.tabular_at_depth(expr, rows)).unwrap_or(Bound::Nothing)
    }

    fn tabular_at_depth(&mut self, expr: &'a ast::Expr, rows: Rows<'_>) -> Bound {
        match &expr.kind {
            Syntax::Name(name) => self.table_name(name),
            Syntax::Paren(inner) => self.tabular(inner, rows),
            Syntax::Named { value, .. } => self.tabular(value, rows),
            Syntax::Pipe { source, operators } => Bound::Table(self.pipe(source, operators)),
            Syntax::Source(operator) => Bound::Table(self.operator(None, operator)),
            Syntax::Block(statements) => self.in_scope(self.place, |this| this.statements(statements)),
            Syntax::Wildcard(pattern) => Bound::Table(self.wildcard_tables(pattern, expr.span)),
            Syntax::Call(call) => self.table_valued_call(call, expr),
            _ => self.any(expr, rows),
        }
    }

    /// A call where a table is expected: an unknown function is taken for a saved one.
    fn table_valued_call(&mut self, call: &'a ast::Call, expr: &'a ast::Expr) -> Bound {
        let name = call.name.text.as_str();
        let known = self.scopes.find(self.place, name).is_some()
            || super::special::form(name).is_some()
            || crate::functions::kusto(name).is_some()
            || self.env.function(name).is_some();
        if known { self.call(call, Rows::none(), expr.span) } else { Bound::Table(self.unknown_table_function(call, expr.span)) }
    }

    /// Lowers `source | operator | …`.
    pub(super) fn pipe(&mut self, source: &'a ast::Expr, operators: &'a [Operator]) -> Arc<Plan> {
        let input = self.table(source);
        self.operators(input, operators)
    }

    /// Lowers operators over rows.
    pub(super) fn operators(&mut self, mut input: Arc<Plan>, operators: &'a [Operator]) -> Arc<Plan> {
        for operator in operators {
            input = self.operator(Some(input), operator);
        }
        input
    }

    /// Lowers the sub-plan of `mv-apply`, `partition`, `fork`, `facet`: operators over the rows that `each` hands in.
    pub(super) fn sub_plan(&mut self, body: &'a ast::Expr, each: &Arc<Plan>) -> Arc<Plan> {
        match &body.kind {
            Syntax::Pipe { source, operators } if is_each(source) => self.operators(Arc::clone(each), operators),
            Syntax::Pipe { source, operators } => {
                let input = self.sub_plan(source, each);
                self.operators(input, operators)
            }
            Syntax::Source(operator) => self.operator(Some(Arc::clone(each)), operator),
            Syntax::Paren(inner) => self.sub_plan(inner, each),
            Syntax::Block(statements) => self.in_scope(self.place, |this| match statements.split_last() {
                Some((ast::Statement { kind: ast::StatementKind::Expression(last), .. }, lets)) => {
                    this.statements(lets);
                    this.sub_plan(last, each)
                }
                _ => Arc::clone(each),
            }),
            _ if is_each(body) => Arc::clone(each),
            _ => self.table(body),
        }
    }

    /// Lowers one operator; `input` is `None` where it begins a query.
    pub(super) fn operator(&mut self, input: Option<Arc<Plan>>, operator: &'a Operator) -> Arc<Plan> {
        let serialized = input.as_deref().is_none_or(is_serialized) || matches!(operator.kind, Kind::Serialize(_));
        let outer = std::mem::replace(&mut self.serialized, serialized);
        let plan = self.operator_over(input, operator);
        self.serialized = outer;
        plan
    }

    fn operator_over(&mut self, input: Option<Arc<Plan>>, operator: &'a Operator) -> Arc<Plan> {
        if let Some(plan) = self.source_operator(input.as_ref(), operator) {
            return plan;
        }
        let Some(input) = input else {
            let keyword = operator.keyword.text(self.text).to_owned();
            self.error("missing-input", operator.keyword, format!("`{keyword}` needs rows piped into it"));
            return self.opaque_plan(None, "missing-input", operator.span);
        };
        self.row_operator(&input, operator)
    }

    /// Operators that may begin a query.
    fn source_operator(&mut self, input: Option<&Arc<Plan>>, operator: &'a Operator) -> Option<Arc<Plan>> {
        Some(match &operator.kind {
            Kind::Print(exprs) => self.print(exprs, operator.span),
            Kind::Range { name, from, to, step } => self.range(name, (from, to, step), operator.span),
            Kind::DataTable { columns, values } => self.data_table(columns, values, operator.span),
            Kind::ExternalData { columns, urls, with } => self.external_data(columns, urls, with, operator.span),
            Kind::Union(tables) => self.union(input, tables, operator),
            Kind::Search { tables, predicate } => self.search(input, tables, predicate, operator),
            Kind::Find { .. } => self.find(input, operator),
            Kind::Evaluate { call, schema } => self.evaluate(input, call, schema.as_ref(), operator.span),
            Kind::MacroExpand { group, alias, body } => self.macro_expand(group, alias, body, operator),
            _ => return None,
        })
    }

    /// Operators that need rows.
    fn row_operator(&mut self, input: &Arc<Plan>, operator: &'a Operator) -> Arc<Plan> {
        let span = operator.span;
        match &operator.kind {
            Kind::Where(predicate) => self.filter(input, predicate, span),
            Kind::Extend(exprs) => self.extend(input, exprs, span),
            Kind::Project(exprs) => self.project(input, exprs, span),
            Kind::ProjectAway(exprs) => self.project_away(input, exprs, span),
            Kind::ProjectKeep(exprs) => self.project_keep(input, exprs, span),
            Kind::ProjectRename(exprs) => self.project_rename(input, exprs, span),
            Kind::ProjectReorder(orders) => self.project_reorder(input, orders, span),
            Kind::ProjectByNames(exprs) => self.project_by_names(input, exprs, span),
            Kind::Summarize { aggregates, by } => self.summarize(input, aggregates, by.as_deref().unwrap_or_default(), span),
            Kind::Distinct(exprs) => self.distinct(input, exprs, span),
            Kind::Count(name) => self.count(input, name.as_ref(), span),
            Kind::Take(count) => self.take(input, count, span),
            Kind::Top { count, by } => self.top(input, count, by, span),
            Kind::TopHitters { count, of, by } => self.top_hitters(input, count, of, by.as_ref(), span),
            Kind::TopNested(clauses) => self.top_nested(input, clauses, span),
            Kind::Sort(orders) => self.sort(input, orders, span),
            Kind::Sample(count) => self.sample(input, count, span),
            Kind::SampleDistinct { count, of } => self.sample_distinct(input, count, of, span),
            Kind::Join { right, on } => self.join(input, right, on, operator),
            Kind::Lookup { right, on } => self.lookup(input, right, on, operator),
            Kind::MvExpand { columns, limit } => self.mv_expand(input, columns, limit.as_ref(), operator),
            Kind::MvApply { columns, limit, body, .. } => self.mv_apply(input, columns, limit.as_ref(), body, operator),
            Kind::Parse { filter, expr, parts } => self.parse(input, *filter, expr, parts, operator),
            Kind::ParseKv { expr, columns, with } => self.parse_key_value(input, expr, columns, with, span),
            Kind::MakeSeries { .. } => self.make_series(input, operator),
            Kind::Scan { .. } => self.scan(input, operator),
            Kind::Partition { by, body, .. } | Kind::PartitionBy { by, body, .. } => self.partition(input, by, body, span),
            Kind::Fork(branches) => self.fork(input, branches, span),
            Kind::Facet { by, with } => self.facet(input, by, with.as_deref(), span),
            Kind::Invoke(call) => self.invoke(input, call, span),
            Kind::Reduce { by, with } => self.reduce(input, by, with, operator),
            Kind::Serialize(exprs) => self.serialize(input, exprs, span),
            Kind::As(name) => self.name_rows(input, name),
            Kind::GetSchema => self.get_schema(input, operator),
            Kind::Render { chart, with } => self.render(input, chart.as_ref(), with),
            Kind::ExecuteAndCache => Arc::clone(input),
            Kind::Consume => self.passing("consume", input, span),
            Kind::AssertSchema(_) => self.passing("assert-schema", input, span),
            _ => match self.graph_operator(input, operator) {
                Some(plan) => plan,
                None => self.unsupported(Some(Arc::clone(input)), operator),
            },
        }
    }

    /// What is parsed but not understood: graph operators, `macro-expand`, unknown ones.
    fn unsupported(&mut self, input: Option<Arc<Plan>>, operator: &Operator) -> Arc<Plan> {
        let keyword = operator.keyword.text(self.text).to_owned();
        self.report(Diagnostic::warning("unsupported-operator", operator.keyword, format!("operator `{keyword}` is not understood yet")));
        let opaque = self.opaque_plan(input, "unsupported-operator", operator.span);
        Arc::new(Plan { schema: crate::ir::Schema::unknown(), ..(*opaque).clone() })
    }
}

/// Tells whether the order of the rows is meant (window-functions.md, "Serialized row set"). What is not understood may be.
fn is_serialized(plan: &Plan) -> bool {
    match &plan.op {
        Op::Sort { .. } | Op::Serialize { .. } | Op::Range { .. } | Op::Each | Op::Special { .. } | Op::Opaque { .. } => true,
        Op::Filter { input, .. }
        | Op::Extend { input, .. }
        | Op::Project { input, .. }
        | Op::Select { input, .. }
        | Op::Expand { input, .. }
        | Op::Apply { input, .. }
        | Op::Parse { input, .. }
        | Op::ParseKeyValue { input, .. }
        | Op::Limit { input, .. } => is_serialized(input),
        // A sub-plan for each key: its own order counts. One row is in order.
        Op::Partition { .. } | Op::Print(_) | Op::Count { .. } => true,
        _ => false,
    }
}

/// Tells whether an expression is the parser's stand-in for the rows of the enclosing operator.
fn is_each(expr: &ast::Expr) -> bool {
    matches!(&expr.kind, Syntax::Name(name) if name.text.is_empty())
}
