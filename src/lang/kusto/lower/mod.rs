//! Binding and lowering: Kusto syntax to the typed IR.
//!
//! Names, types and output columns are resolved in one pass that follows the official analyser
//! (<https://github.com/microsoft/Kusto-Query-Language>, Binder) and, where it is known to differ, the engine. `let`s of scalars and
//! lambdas are put in place of their names; tables are shared. What is not known is open or `Opaque`, never guessed. Nothing is run here.

mod aggregates;
mod binder;
mod calls;
mod column_names;
mod environment;
mod expansion;
mod expressions;
mod find;
mod graph_pattern;
mod graphs;
mod joins;
mod lambdas;
mod literals;
mod names;
mod operators;
mod ordering;
mod parsing;
mod patterns;
mod plugins;
mod projection;
mod render;
mod rows;
mod scan;
mod scope;
mod search;
mod series;
mod shapes;
mod signatures;
mod sources;
mod special;
mod statements;
mod subqueries;
mod summarize;
mod tabular;
#[cfg(test)]
mod tests;
mod types;
mod unions;
mod wildcard;

pub use environment::{Environment, Parameter};

use super::ast::{ExprKind, OperatorKind, Query, StatementKind};
use crate::diagnostic::Diagnostic;
use crate::ir::Plan;
use crate::source::Span;
use binder::{Binder, Rows};
use scope::Bound;
use std::sync::Arc;

/// What a query lowers to.
#[derive(Clone, Debug)]
pub struct Lowered {
    /// The plan of the query's result; a scalar query gives one row. `None` where the text holds no query or it did not resolve.
    pub plan: Option<Arc<Plan>>,
    /// Findings in the order of the text, spans in the query text. With an error among them the plan must not be run.
    pub diagnostics: Vec<Diagnostic>,
    /// Names that `let` binds at the top, in order.
    pub lets: Vec<Let>,
}

/// A name that a query binds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Let {
    /// The name.
    pub name: Arc<str>,
    /// Where it is bound.
    pub span: Span,
}

/// Binds a query in an environment and lowers it. `text` is what `query` was parsed from.
pub fn lower(query: &Query, text: &str, environment: &Environment<'_>) -> Lowered {
    let mut binder = Binder::new(environment, text);
    let bound = binder.statements(&query.statements);
    let last = query.statements.iter().rev().find_map(|s| match &s.kind {
        StatementKind::Expression(expr) => Some(expr),
        _ => None,
    });
    let plan = match bound {
        Bound::Table(plan) => Some(plan),
        Bound::Scalar(_) => last.map(|expr| scalar_query(&mut binder, expr)),
        Bound::Nothing => None,
    };
    let mut diagnostics = binder.diagnostics;
    diagnostics.sort_by_key(|d| d.primary.span.start);
    Lowered { plan, diagnostics, lets: lets(query) }
}

/// A query that is just a value: `1 + 1` answers as `print` would.
fn scalar_query<'a>(binder: &mut Binder<'a>, expr: &'a super::ast::Expr) -> Arc<Plan> {
    if let ExprKind::Source(operator) = &expr.kind
        && matches!(operator.kind, OperatorKind::Print(_))
    {
        return binder.table(expr);
    }
    let value = binder.scalar(expr, Rows::none());
    let column = crate::ir::Column::new("print_0", value.ty);
    let columns = vec![crate::ir::Named { name: Arc::clone(&column.name), expr: value }];
    binder.plan(crate::ir::Op::Print(columns), crate::ir::Schema::closed(vec![column]), expr.span)
}

fn lets(query: &Query) -> Vec<Let> {
    let name = |name: &super::ast::Name| Let { name: Arc::from(name.text.as_str()), span: name.span };
    let bound = |statement: &super::ast::Statement| match &statement.kind {
        StatementKind::Let { name: n, .. } | StatementKind::LetFunction { name: n, .. } => Some(name(n)),
        _ => None,
    };
    query.statements.iter().filter_map(bound).collect()
}
