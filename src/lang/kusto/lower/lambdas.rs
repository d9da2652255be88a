//! Calls of functions that the query defines: the body is bound again with the arguments in place of the parameters.

use super::super::ast::{self, ExprKind as Syntax, ParameterType};
use super::binder::{Binder, Rows};
use super::scope::{Bound, Lambda};
use super::statements::{convert, declared_columns};
use crate::ir::Plan;
use crate::source::Span;
use std::rc::Rc;
use std::sync::Arc;

impl<'a> Binder<'a> {
    /// Lowers the arguments of a call in the order of the parameters; `piped` is the first one for `invoke`.
    pub(super) fn bind_arguments(
        &mut self,
        lambda: &Lambda<'a>,
        call: &'a ast::Call,
        piped: Option<Arc<Plan>>,
        rows: Rows<'_>,
    ) -> Option<Vec<Bound>> {
        let mut slots: Vec<Option<Bound>> = vec![None; lambda.parameters.len()];
        let mut next = 0;
        let given = call.args.len() + usize::from(piped.is_some());
        if let Some(plan) = piped {
            if let Some(slot) = slots.first_mut() {
                *slot = Some(Bound::Table(plan));
            }
            next = 1;
        }
        for arg in &call.args {
            let position = if let Syntax::Named { names, .. } = &arg.kind {
                names.first().and_then(|n| lambda.parameters.iter().position(|p| p.name.text == n.text))
            } else {
                // A positional argument goes to the first parameter that is not given by name before it.
                while slots.get(next).is_some_and(Option::is_some) {
                    next += 1;
                }
                next += 1;
                Some(next - 1)
            };
            let Some(parameter) = position.and_then(|p| lambda.parameters.get(p)) else {
                self.lambda_arity(lambda, call, given);
                return None;
            };
            let bound = self.argument(parameter, arg, rows);
            if let Some(slot) = position.and_then(|p| slots.get_mut(p)) {
                *slot = Some(bound);
            }
        }
        let mut bounds = Vec::with_capacity(slots.len());
        for (slot, parameter) in slots.into_iter().zip(lambda.parameters) {
            match (slot, &parameter.default) {
                (Some(bound), _) => bounds.push(bound),
                (None, Some(default)) => bounds.push(self.argument(parameter, default, Rows::none())),
                (None, None) => {
                    self.lambda_arity(lambda, call, given);
                    return None;
                }
            }
        }
        Some(bounds)
    }

    fn lambda_arity(&mut self, lambda: &Lambda<'a>, call: &ast::Call, given: usize) {
        let most = lambda.parameters.len();
        let least = lambda.parameters.iter().filter(|p| p.default.is_none()).count();
        let takes = if least == most { most.to_string() } else { format!("{least} to {most}") };
        let message = format!("`{}` takes {takes} arguments, {given} are given", call.name.text);
        self.error("wrong-arity", call.name.span, message);
    }

    /// Lowers an argument to what its parameter takes.
    pub(super) fn argument(&mut self, parameter: &ast::Parameter, arg: &'a ast::Expr, rows: Rows<'_>) -> Bound {
        let arg = match &arg.kind {
            Syntax::Named { value, .. } => value,
            _ => arg,
        };
        match &parameter.ty {
            ParameterType::Scalar(ty) => Bound::Scalar(convert(self.scalar(arg, rows), *ty)),
            ParameterType::AnyTable => self.tabular(arg, Rows::none()),
            ParameterType::Table(columns) => {
                let bound = self.tabular(arg, Rows::none());
                if let Bound::Table(plan) = &bound {
                    self.check_columns(plan, columns, arg.span);
                }
                bound
            }
        }
    }

    /// A table argument must have the columns that the parameter declares.
    fn check_columns(&mut self, plan: &Plan, columns: &[ast::ColumnDeclaration], span: Span) {
        if plan.schema.open {
            return;
        }
        for column in declared_columns(columns) {
            if plan.schema.column(&column.name).is_none() {
                self.error("missing-column", span, format!("the table has no column `{}`, which the function needs", column.name));
            }
        }
    }

    /// Binds the body of a function with its arguments.
    pub(super) fn call_lambda(&mut self, lambda: &Rc<Lambda<'a>>, args: Vec<Bound>, span: Span) -> Bound {
        if let Some(cached) = lambda.cached.get() {
            return cached.clone();
        }
        if !self.may_call(span) {
            return Bound::Nothing;
        }
        let bound = self.deeper(span, |this| {
            this.in_scope(lambda.place, |this| {
                for (parameter, arg) in lambda.parameters.iter().zip(args) {
                    this.bind_bound(&parameter.name.text, arg);
                }
                let last = std::mem::replace(&mut this.next_column, 1);
                let bound = this.statements(lambda.body);
                this.next_column = last;
                bound
            })
        });
        let bound = bound.unwrap_or(Bound::Nothing);
        if lambda.parameters.is_empty() {
            let _ = lambda.cached.set(bound.clone());
        }
        bound
    }
}
