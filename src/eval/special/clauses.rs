//! Named clauses of rare operators, and aggregates inside their expressions.

use super::super::Refusal;
use super::super::compile::Compiler;
use super::super::expr::Compiled;
use super::super::scope::Scope;
use super::Parts;
use crate::functions::kusto_aggregate;
use crate::ir::{Aggregate, Expr, ExprKind};
use std::sync::Arc;

impl Compiler<'_> {
    /// Compiles the first argument whose name begins with `prefix`; the rest of the name is the column's.
    pub(super) fn clause_value(&mut self, parts: &Parts<'_>, prefix: &str, scope: &mut Scope<'_>) -> Result<(Arc<str>, Compiled), Refusal> {
        for arg in parts.args {
            if let Some(name) = arg.name.strip_prefix(prefix) {
                return Ok((Arc::from(name), self.expr(&arg.expr, scope)?));
            }
        }
        Err(parts.invalid("a column is missing"))
    }
}

/// Takes the aggregates out of an expression: each becomes a column of its own, and the expression refers to those.
pub(super) fn split_aggregates(expr: &Expr, aggregates: &mut Vec<Aggregate>) -> Expr {
    match &expr.kind {
        ExprKind::Call { function, args } if kusto_aggregate(function).is_some() => {
            let name: Arc<str> = Arc::from(format!("$aggregate{}", aggregates.len()));
            aggregates.push(Aggregate {
                names: vec![Arc::clone(&name)],
                function: Arc::clone(function),
                args: args.clone(),
                star: false,
                ty: expr.ty,
                span: expr.span,
            });
            Expr::new(ExprKind::Column(name), expr.ty, expr.span)
        }
        _ => expr.map_children(&mut |child| split_aggregates(child, aggregates)),
    }
}
