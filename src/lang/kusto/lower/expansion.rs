//! `mv-expand` and `mv-apply`.

use super::super::ast::{self, ExpandColumn, Operator};
use super::binder::{Binder, Rows};
use super::names::as_column;
use super::projection::{Projected, Projection};
use crate::diagnostic::Diagnostic;
use crate::ir::{Column, Expand, ExprKind, Op, Plan, Schema, Type, Value};
use std::sync::Arc;

/// The parts that both operators share.
struct Expansion {
    columns: Vec<Expand>,
    index: Option<Arc<str>>,
    limit: Option<u64>,
    schema: Schema,
}

impl<'a> Binder<'a> {
    /// `mv-expand`
    pub(super) fn mv_expand(
        &mut self,
        input: &Arc<Plan>,
        columns: &'a [ExpandColumn],
        limit: Option<&'a ast::Expr>,
        operator: &'a Operator,
    ) -> Arc<Plan> {
        let Expansion { columns, index, limit, schema } = self.expansion(input, columns, limit, operator);
        // The legacy spelling stops at 128 elements (mv-expand-operator.md).
        let legacy = operator.keyword.text(self.text).eq_ignore_ascii_case("mvexpand");
        let limit = limit.or(legacy.then_some(128));
        let bag = |name: &str| operator.params.iter().find(|p| p.name == name).map(|p| self.word(&p.value));
        let bag_as_array = bag("kind").or_else(|| bag("bagexpansion")).as_deref() == Some("array");
        let op = Op::Expand { input: Arc::clone(input), columns, index, bag_as_array, limit };
        self.plan(op, schema, operator.span)
    }

    /// `mv-apply`
    pub(super) fn mv_apply(
        &mut self,
        input: &Arc<Plan>,
        columns: &'a [ExpandColumn],
        limit: Option<&'a ast::Expr>,
        body: &'a ast::Expr,
        operator: &'a Operator,
    ) -> Arc<Plan> {
        let renamed = |name: &str| {
            columns.iter().any(|c| matches!(&c.expr.kind, ast::ExprKind::Named { names, .. } if names.iter().any(|n| n.text == name)))
        };
        let Expansion { columns: expands, index, limit, schema } = self.expansion(input, columns, limit, operator);
        let each = self.plan(Op::Each, schema.clone(), operator.span);
        let body = self.sub_plan(body, &each);
        // Every column of the row goes in front of what the sub-query puts out, but those that are expanded in place: `x`, not `x = x`.
        let in_place = |name: &Arc<str>| expands.iter().any(|e| e.name == *name && !renamed(name)) || index.as_ref() == Some(name);
        let kept = input.schema.columns.iter().filter(|c| !in_place(&c.name));
        let mut out: Vec<Column> = kept.cloned().collect();
        for column in &body.schema.columns {
            match out.iter_mut().find(|c| c.name == column.name) {
                Some(same) => same.ty = column.ty,
                None => out.push(column.clone()),
            }
        }
        let schema = Schema { columns: out, open: input.schema.open || body.schema.open };
        let op = Op::Apply { input: Arc::clone(input), columns: expands, index, limit, body };
        self.plan(op, schema, operator.span)
    }

    fn expansion(
        &mut self,
        input: &Arc<Plan>,
        columns: &'a [ExpandColumn],
        limit: Option<&'a ast::Expr>,
        operator: &'a Operator,
    ) -> Expansion {
        let rows = Rows::of(input);
        let mut list = Projection::passing(&input.schema);
        let mut expands = Vec::with_capacity(columns.len());
        for column in columns {
            let (declared, value) = match &column.expr.kind {
                ast::ExprKind::Named { names, value, .. } => (names.first(), &**value),
                _ => (None, &column.expr),
            };
            let expr = self.scalar(value, rows);
            if !matches!(expr.ty, Type::Dynamic | Type::Unknown) {
                let message = format!("only dynamic values are expanded, this is {}", expr.ty);
                self.report(Diagnostic::error("type-mismatch", value.span, message).with_help("convert it first: `todynamic(…)`"));
            }
            let name = match declared {
                Some(name) => name.text.clone(),
                None => self.result_name(value, rows).filter(|n| !n.is_empty()).unwrap_or_else(|| self.default_name(Some(rows))),
            };
            let ty = column.to.unwrap_or(expr.ty);
            let projected = Projected::computed(&name, ty, expr.clone());
            if declared.is_some() || as_column(&expr).is_some() {
                if !list.declare(projected, true) {
                    self.duplicate(&name, column.expr.span);
                }
            } else {
                list.add(projected, None, true);
            }
            expands.push(Expand { name: Arc::from(name), expr, to: column.to });
        }
        let index: Option<Arc<str>> = operator.params.iter().find(|p| p.name == "with_itemindex").map(|p| Arc::from(self.word(&p.value)));
        if let Some(index) = &index {
            let zero = crate::ir::Expr::literal(0, Type::Long, operator.span);
            list.add(Projected::computed(index, Type::Long, zero), None, false);
        }
        let limit = limit.map(|limit| self.integer(limit)).and_then(|limit| match limit.kind {
            ExprKind::Literal(Value::Long(n)) => u64::try_from(n).ok(),
            ExprKind::Literal(Value::Int(n)) => u64::try_from(n).ok(),
            _ => None,
        });
        Expansion { columns: expands, index, limit, schema: list.schema(input.schema.open) }
    }
}
