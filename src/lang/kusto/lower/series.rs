//! `make-series`.

use super::super::ast::{self, Operator, OperatorKind as Kind};
use super::binder::{Binder, Rows};
use super::projection::{Projected, Projection, Style};
use super::statements::convert;
use super::summarize::finish;
use crate::ir::{Expr, Named, Op, Plan, Type};
use std::sync::Arc;

impl<'a> Binder<'a> {
    /// `make-series`
    pub(super) fn make_series(&mut self, input: &Arc<Plan>, operator: &'a Operator) -> Arc<Plan> {
        let Kind::MakeSeries { aggregates, on, from, to, step, range, by } = &operator.kind else {
            return Arc::clone(input);
        };
        let rows = Rows::of(input);
        let span = operator.span;
        let mut list = Projection::default();
        self.project_all(by.as_deref().unwrap_or_default(), rows, &mut list, Style::Default);
        let keys = list.all(span);
        let ((), met) = self.collecting(|this| {
            for (aggregate, _) in aggregates {
                this.project_one(aggregate, rows, &mut list, Style::Default);
            }
        });
        let defaults = aggregates.iter().map(|(_, default)| default.as_ref().map(|d| self.scalar(d, Rows::none()))).collect();
        let outputs: Vec<Projected> = list.columns().get(keys.len()..).unwrap_or_default().to_vec();
        let plain = outputs.len() == met.len();
        let (met, post) = finish(met, &outputs, &keys, span);
        let mut axis = Projection::default();
        self.project_one(on, rows, &mut axis, Style::Default);
        let axis = axis.all(span).into_iter().next();
        let bounds = match range.as_deref() {
            Some([start, stop, step]) => (Some(start), Some(stop), Some(step)),
            _ => (from.as_ref(), to.as_ref(), step.as_ref()),
        };
        let (Some(axis), Some(step), true) = (axis, bounds.2, plain && post.is_empty()) else {
            self.error("unsupported-series", operator.keyword, "`make-series` takes plain aggregate calls, an axis and a step");
            return self.opaque_plan(Some(Arc::clone(input)), "unsupported-series", span);
        };
        let ty = axis.expr.ty;
        let (from, to) = (self.bound(bounds.0, ty), self.bound(bounds.1, ty));
        let step = self.scalar(step, Rows::none());
        self.check_axis(&axis, [from.as_ref(), to.as_ref()], &step);
        let non_empty = operator.params.iter().any(|p| p.name == "kind" && self.word(&p.value) == "nonempty");
        let schema = series_schema(&list, keys.len(), &axis);
        let op = Op::MakeSeries { input: Arc::clone(input), aggregates: met, defaults, on: axis, from, to, step, keys, non_empty };
        self.plan(op, schema, span)
    }

    /// The ends have the type of the axis, the step one that adds to it (Kusto.Language KS141, KS178).
    fn check_axis(&mut self, axis: &Named, ends: [Option<&Expr>; 2], step: &Expr) {
        let ty = axis.expr.ty;
        let known = |ty: Type| !matches!(ty, Type::Unknown | Type::Dynamic);
        if !known(ty) {
            return;
        }
        let fits = |end: Type| end == ty || end.is_numeric() && ty.is_numeric();
        for end in ends.into_iter().flatten().filter(|end| known(end.ty) && !fits(end.ty)) {
            self.error("type-mismatch", end.span, format!("the axis is {ty}, its end is {}", end.ty));
        }
        let steps = match ty {
            Type::DateTime | Type::TimeSpan => step.ty == Type::TimeSpan,
            _ => ty.is_numeric() && step.ty.is_numeric(),
        };
        if known(step.ty) && !steps {
            self.error("type-mismatch", step.span, format!("an axis of {ty} has no steps of {}", step.ty));
        }
    }

    fn bound(&mut self, expr: Option<&'a ast::Expr>, ty: Type) -> Option<Expr> {
        let value = self.scalar(expr?, Rows::none());
        Some(if ty.is_numeric() && value.ty.is_numeric() { convert(value, ty) } else { value })
    }
}

/// Keys keep their types; series and axis become arrays.
fn series_schema(list: &Projection, keys: usize, axis: &Named) -> crate::ir::Schema {
    let mut schema = list.schema(false);
    for column in schema.columns.iter_mut().skip(keys) {
        column.ty = Type::Dynamic;
    }
    schema.columns.push(crate::ir::Column { name: Arc::clone(&axis.name), ty: Type::Dynamic });
    schema.columns = super::joins::unique_names(schema.columns);
    schema
}
