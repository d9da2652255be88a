//! `scan`: steps over sorted rows, with state.

use super::super::ast::{self, Operator, OperatorKind as Kind, ParameterType, ScanStep};
use super::binder::{Binder, Rows};
use super::ordering::named;
use super::statements::convert;
use crate::ir::{Column, Expr, Named, Op, Plan, Schema, Type, Value};
use std::sync::Arc;

impl<'a> Binder<'a> {
    /// `scan`; how its clauses become arguments is said at `Op::Special`.
    pub(super) fn scan(&mut self, input: &Arc<Plan>, operator: &'a Operator) -> Arc<Plan> {
        let Kind::Scan { order, partition, declare, steps } = &operator.kind else { return Arc::clone(input) };
        let span = operator.span;
        let input = if order.is_empty() {
            Arc::clone(input)
        } else {
            let keys = self.sort_keys(order, Rows::of(input));
            self.plan(Op::Sort { input: Arc::clone(input), keys }, input.schema.clone(), span)
        };
        let mut columns = input.schema.columns.clone();
        let mut args: Vec<Named> = Vec::new();
        let match_id = operator.params.iter().find(|p| p.name == "with_match_id").map(|p| self.word(&p.value));
        if let Some(name) = &match_id {
            args.push(named(format!("match_id:{name}"), Expr::literal(0, Type::Long, span)));
        }
        for key in partition {
            args.push(named("partition", self.scalar(key, Rows::of(&input))));
        }
        for parameter in declare {
            let ParameterType::Scalar(ty) = parameter.ty else { continue };
            let default = match &parameter.default {
                Some(default) => convert(self.scalar(default, Rows::none()), ty),
                None => Expr::literal(if ty == Type::String { Value::string("") } else { Value::Null }, ty, parameter.name.span),
            };
            args.push(named(format!("declare:{}", parameter.name.text), default));
            columns.push(Column::new(&parameter.name.text, ty));
        }
        let row = Schema { columns: columns.clone(), open: input.schema.open };
        let names = steps.iter().map(|step| Arc::from(step.name.text.as_str())).collect();
        let outer = std::mem::replace(&mut self.steps, names);
        for step in steps {
            self.scan_step(step, &row, &mut args);
        }
        self.steps = outer;
        if let Some(name) = match_id {
            columns.push(Column::new(name, Type::Long));
        }
        let schema = Schema { columns, open: input.schema.open };
        self.special("scan", vec![input], args, schema, span)
    }

    fn scan_step(&mut self, step: &'a ScanStep, row: &Schema, args: &mut Vec<Named>) {
        let rows = Rows { left: Some(row), ..Rows::none() };
        let span = step.name.span;
        args.push(named(format!("step:{}", step.name.text), self.condition(&step.condition, rows)));
        args.push(named("optional", Expr::literal(step.optional, Type::Bool, span)));
        let output = step.output.as_ref().map_or("all", |name| name.text.as_str());
        args.push(named("output", Expr::literal(output, Type::String, span)));
        for assignment in &step.assignments {
            let ast::ExprKind::Named { names, value, .. } = &assignment.kind else {
                self.error("assignment-expected", assignment.span, "a step sets declared columns: `column = value`");
                continue;
            };
            let value = self.scalar(value, rows);
            let Some(name) = names.first() else { continue };
            let Some(column) = self.column_named(name, rows) else { continue };
            args.push(named(format!("set:{}", column.name), convert(value, column.ty)));
        }
    }
}
