//! `all`, `any` and `map` over the edges or inner nodes of a graph's path (`all-graph-function`, `map-graph-function`).

use super::super::Refusal;
use super::super::compile::Compiler;
use super::super::scope::Scope;
use super::call::refused;
use super::{Compiled, Frame};
use crate::ir::{Column, Expr, ExprKind, Type, Value};
use std::sync::Arc;

impl Compiler<'_> {
    /// The path is an array of bags; the expression sees the members of each as columns.
    pub(super) fn over_path(&mut self, function: &str, args: &[Expr], expr: &Expr, scope: &mut Scope<'_>) -> Result<Compiled, Refusal> {
        let [path, value] = args else { return Err(refused(function, "takes a path and an expression", expr.span)) };
        let path = self.expr(path, scope)?;
        let mut columns: Vec<Column> = Vec::new();
        value.walk(&mut |e| {
            if let ExprKind::Column(name) = &e.kind
                && !columns.iter().any(|c| c.name == *name)
            {
                columns.push(Column { name: Arc::clone(name), ty: e.ty });
            }
        });
        let value = self.expr(value, &mut Scope::new(&columns))?;
        let function = function.to_owned();
        let ty = if function == "map" { Type::Dynamic } else { Type::Bool };
        Ok(Compiled::computed(ty, move |frame| {
            let path = path.get(frame);
            let Value::Array(elements) = &*path else { return Value::Null };
            let mut values = elements.iter().map(|element| {
                let row: Vec<Value> = columns.iter().map(|c| element.member(&c.name).cloned().unwrap_or_default()).collect();
                value.value(&Frame { row: &row, context: frame.context })
            });
            match function.as_str() {
                "map" => Value::array(values.collect()),
                "all" => Value::Bool(values.all(|value| value == Value::Bool(true))),
                _ => Value::Bool(values.any(|value| value == Value::Bool(true))),
            }
        }))
    }
}
