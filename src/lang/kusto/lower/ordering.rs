//! Operators that order or pick rows: `sort`, `top`, `take`, `sample`, `top-hitters`, `top-nested`.

use super::super::ast::{self, Direction, Order, TopNested};
use super::binder::{Binder, Rows};
use super::names::as_column;
use super::projection::{Projection, Style};
use crate::ir::{Column, Expr, ExprKind, Named, Op, Plan, Schema, SortKey, Type};
use crate::source::Span;
use std::sync::Arc;

impl<'a> Binder<'a> {
    /// `sort by`
    pub(super) fn sort(&mut self, input: &Arc<Plan>, orders: &'a [Order], span: Span) -> Arc<Plan> {
        let keys = self.sort_keys(orders, Rows::of(input));
        self.plan(Op::Sort { input: Arc::clone(input), keys }, input.schema.clone(), span)
    }

    /// Lowers sort terms: descending unless said otherwise, nulls last when descending (sort-operator.md).
    pub(super) fn sort_keys(&mut self, orders: &'a [Order], rows: Rows<'_>) -> Vec<SortKey> {
        let mut keys = Vec::with_capacity(orders.len());
        for order in orders {
            let expr = self.scalar(&order.expr, rows);
            if expr.ty == Type::Dynamic {
                let found = crate::diagnostic::Diagnostic::error("dynamic-key", order.expr.span, "rows are not sorted by a dynamic value");
                self.report(found.with_help("convert it first: `tostring(…)`, `tolong(…)`"));
            }
            let descending = !matches!(order.direction, Some(Direction::Asc | Direction::GrannyAsc));
            keys.push(SortKey { expr, descending, nulls_first: order.nulls_first.unwrap_or(!descending) });
        }
        keys
    }

    /// `take`
    pub(super) fn take(&mut self, input: &Arc<Plan>, count: &'a ast::Expr, span: Span) -> Arc<Plan> {
        let count = self.integer(count);
        self.plan(Op::Limit { input: Arc::clone(input), count }, input.schema.clone(), span)
    }

    /// `top`: a sort and the first rows.
    pub(super) fn top(&mut self, input: &Arc<Plan>, count: &'a ast::Expr, by: &'a [Order], span: Span) -> Arc<Plan> {
        let sorted = self.sort(input, by, span);
        self.take(&sorted, count, span)
    }

    /// `sample`
    pub(super) fn sample(&mut self, input: &Arc<Plan>, count: &'a ast::Expr, span: Span) -> Arc<Plan> {
        let args = vec![named("count", self.integer(count))];
        self.special("sample", vec![Arc::clone(input)], args, input.schema.clone(), span)
    }

    /// `sample-distinct`
    pub(super) fn sample_distinct(&mut self, input: &Arc<Plan>, count: &'a ast::Expr, of: &'a ast::Expr, span: Span) -> Arc<Plan> {
        let rows = Rows::of(input);
        let mut list = Projection::default();
        self.project_one(of, rows, &mut list, Style::Default);
        let mut args = vec![named("count", self.integer(count))];
        args.extend(list.all(span).into_iter().map(|n| named(format!("of:{}", n.name), n.expr)));
        self.special("sample-distinct", vec![Arc::clone(input)], args, list.schema(false), span)
    }

    /// `top-hitters`
    pub(super) fn top_hitters(
        &mut self,
        input: &Arc<Plan>,
        count: &'a ast::Expr,
        of: &'a ast::Expr,
        by: Option<&'a ast::Expr>,
        span: Span,
    ) -> Arc<Plan> {
        let rows = Rows::of(input);
        let mut list = Projection::default();
        self.project_one(of, rows, &mut list, Style::Default);
        let mut args = vec![named("count", self.integer(count))];
        args.extend(list.all(span).into_iter().map(|n| named(format!("of:{}", n.name), n.expr)));
        let mut columns = list.schema(false).columns;
        let estimate = match by {
            Some(by) => {
                let value = self.scalar(by, rows);
                let name = format!("approximate_sum_{}", self.result_name(by, rows).unwrap_or_default());
                let ty = value.ty;
                args.push(named("by", value));
                Column::new(name, ty)
            }
            None => Column::new(format!("approximate_count_{}", self.result_name(of, rows).unwrap_or_default()), Type::Long),
        };
        columns.push(estimate);
        self.special("top-hitters", vec![Arc::clone(input)], args, Schema::closed(columns), span)
    }

    /// `top-nested`
    pub(super) fn top_nested(&mut self, input: &Arc<Plan>, clauses: &'a [TopNested], span: Span) -> Arc<Plan> {
        let rows = Rows::of(input);
        let mut args = Vec::new();
        let mut columns: Vec<Column> = Vec::new();
        for clause in clauses {
            if let Some(count) = &clause.count {
                args.push(named("count", self.integer(count)));
            }
            let of = self.scalar(&clause.of, rows);
            let name = unique(&columns, &self.result_name(&clause.of, rows).unwrap_or_default());
            columns.push(Column::new(&name, of.ty));
            args.push(named(format!("of:{name}"), of));
            if let Some(others) = &clause.others {
                args.push(named("others", self.scalar(others, Rows::none())));
            }
            let by = self.nested_by(&clause.by, rows);
            let declared = match &clause.by.kind {
                ast::ExprKind::Named { names, .. } => names.first().map(|n| n.text.clone()),
                _ => None,
            };
            let by_name = unique(&columns, &declared.unwrap_or_else(|| format!("aggregated_{name}")));
            columns.push(Column::new(&by_name, by.ty));
            args.push(named(format!("by:{by_name}"), by));
            let descending = clause.direction != Some(Direction::Asc);
            args.push(named("descending", Expr::literal(descending, Type::Bool, span)));
        }
        self.special("top-nested", vec![Arc::clone(input)], args, Schema::closed(columns), span)
    }

    /// Lowers the `by` of a clause: its aggregates are put back as calls.
    fn nested_by(&mut self, by: &'a ast::Expr, rows: Rows<'_>) -> Expr {
        let (value, aggregates) = self.collecting(|this| this.scalar(by, rows));
        let call = |name: &str| {
            let met = aggregates.iter().find(|a| a.names.iter().any(|n| **n == *name))?;
            Some(Expr::new(ExprKind::Call { function: Arc::clone(&met.function), args: met.args.clone() }, met.ty, met.span))
        };
        restore(&value, &call)
    }

    /// Makes a rare operator's node.
    pub(super) fn special(&mut self, name: &str, inputs: Vec<Arc<Plan>>, args: Vec<Named>, schema: Schema, span: Span) -> Arc<Plan> {
        self.plan(Op::Special { name: Arc::from(name), inputs, args }, schema, span)
    }

    /// Makes an operator that changes no rows.
    pub(super) fn passing(&mut self, name: &str, input: &Arc<Plan>, span: Span) -> Arc<Plan> {
        self.special(name, vec![Arc::clone(input)], Vec::new(), input.schema.clone(), span)
    }
}

/// Puts calls in place of aggregates' placeholders.
fn restore(expr: &Expr, call: &dyn Fn(&str) -> Option<Expr>) -> Expr {
    match as_column(expr).and_then(|column| call(&column.name)) {
        Some(restored) => restored,
        None => expr.map_children(&mut |child| restore(child, call)),
    }
}

/// Pairs an argument with its name.
pub(super) fn named(name: impl AsRef<str>, expr: Expr) -> Named {
    Named { name: Arc::from(name.as_ref()), expr }
}

/// Returns the name, or the first free `name1`.
fn unique(columns: &[Column], name: &str) -> String {
    let taken = |candidate: &str| columns.iter().any(|c| *c.name == *candidate);
    if !taken(name) {
        return name.to_owned();
    }
    (1..u32::MAX).map(|n| format!("{name}{n}")).find(|candidate| !taken(candidate)).unwrap_or_default()
}
