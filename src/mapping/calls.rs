//! Functions from one language to another, where the two mean the same of a value that is there.
//!
//! What a missing value gives differs (EQL: null), and is asked for beside the call by the reader that made it.

use super::transform::Problem;
use crate::functions::by_name;
use crate::ir::{Expr, ExprKind};
use std::sync::Arc;

/// EQL's functions and Kusto's.
static COUNTERPARTS: &[(&str, &str)] = &[("eql:length", "strlen"), ("eql:string", "tostring"), ("eql:concat", "strcat")];

/// Names a call as Kusto does; its arguments are mapped already.
pub(super) fn in_kusto(expr: Expr) -> Result<Expr, Problem> {
    let ExprKind::Call { function, args } = expr.kind else { return Ok(expr) };
    let function = match COUNTERPARTS.iter().find(|(own, _)| *own == &*function) {
        Some((_, counterpart)) => Arc::from(*counterpart),
        None if by_name(&function).is_some_and(|row| row.kusto.is_empty()) => {
            let name = function.split_once(':').map_or(&*function, |(_, name)| name);
            return Err(Problem::new("function-not-in-target", expr.span, format!("`{name}` has no counterpart that means the same")));
        }
        None => function,
    };
    Ok(Expr { kind: ExprKind::Call { function, args }, ..expr })
}
