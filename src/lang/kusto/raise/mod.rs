//! Raises a plan to a Kusto syntax tree. What Kusto's syntax has no word for comes back as a refusal with its span.
//!
//! It writes what the plan says and nothing else: no clean-up, no field mapping, no idioms (`idiom::expand` goes first).

mod expression;
mod literal;
mod operator;
mod source;

use super::ast::{self, Name, Query, Statement, StatementKind};
use crate::diagnostic::{Fidelity, Loss};
use crate::ir::Plan;
use crate::source::Span;
use std::sync::Arc;

pub(crate) use literal::literal;

/// Raises a plan to a query: one `let` for each part that carries a name or is used more than once, then the pipeline.
///
/// # Errors
/// Every construct that Kusto cannot say, as a loss of fidelity `refused`.
pub fn raise(plan: &Arc<Plan>) -> Result<Query, Vec<Loss>> {
    let mut raiser = Raiser::default();
    let body = raiser.tabular(plan);
    if !raiser.refusals.is_empty() {
        return Err(raiser.refusals);
    }
    let mut statements = raiser.lets;
    statements.push(Statement { kind: StatementKind::Expression(body), span: Span::default() });
    Ok(Query { statements })
}

/// Collects what a query consists of while the plan is walked.
#[derive(Default)]
struct Raiser {
    /// `let` statements in order of need.
    lets: Vec<Statement>,
    /// Plans that already have a `let`, by address.
    bound: Vec<(*const Plan, String)>,
    /// What could not be said.
    refusals: Vec<Loss>,
}

impl Raiser {
    /// Raises a plan to a tabular expression; a named part becomes a `let` and a reference to it.
    fn tabular(&mut self, plan: &Arc<Plan>) -> ast::Expr {
        let Some(name) = plan.name.clone() else { return self.pipeline(plan) };
        let address = Arc::as_ptr(plan);
        if let Some((_, bound)) = self.bound.iter().find(|(known, _)| *known == address) {
            return name_expr(bound);
        }
        let name = self.free_name(&name);
        let value = self.pipeline(plan);
        self.lets.push(Statement { kind: StatementKind::Let { name: identifier(&name), value }, span: Span::default() });
        self.bound.push((address, name.clone()));
        name_expr(&name)
    }

    /// Returns the wished name, or the first free one with a number behind it.
    fn free_name(&self, wish: &str) -> String {
        let taken = |name: &str| self.bound.iter().any(|(_, bound)| bound == name);
        if !taken(wish) {
            return wish.to_owned();
        }
        // One more number than there are names: one of them is free.
        (1..=self.bound.len() + 1).map(|n| format!("{wish}{n}")).find(|name| !taken(name)).unwrap_or_default()
    }

    /// Notes a construct that Kusto cannot say and stands an empty expression in its place.
    fn refuse(&mut self, code: &'static str, span: Span, message: impl Into<String>) -> ast::Expr {
        self.refusals.push(Loss::query(code, Fidelity::Refused, span, message));
        name_expr("")
    }
}

/// Builds a syntax node without a place.
fn node(kind: ast::ExprKind) -> ast::Expr {
    ast::Expr { kind, span: Span::default() }
}

/// Builds a name, quoted where Kusto's identifier rule asks for it (`entity-names.md`).
fn identifier(text: &str) -> Name {
    let mut chars = text.chars();
    let plain = chars.next().is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '_' | '$'))
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !RESERVED.contains(&text);
    Name { text: text.to_owned(), quoted: !plain, span: Span::default() }
}

/// Words that cannot stand as a bare name where an expression is expected.
const RESERVED: &[&str] = &[
    "and",
    "or",
    "not",
    "in",
    "has",
    "contains",
    "startswith",
    "endswith",
    "between",
    "by",
    "on",
    "true",
    "false",
    "null",
    "let",
    "set",
    "where",
    "project",
    "extend",
    "with",
    "of",
    "to",
    "from",
    "step",
    "kind",
    "matches",
    "has_any",
    "has_all",
    "typeof",
    "dynamic",
    "datatable",
    "print",
    "union",
    "search",
    "find",
    "range",
    "externaldata",
    "evaluate",
    "datetime",
    "timespan",
    "time",
    "date",
    "guid",
    "long",
    "int",
    "real",
    "double",
    "decimal",
    "string",
    "bool",
    "boolean",
    "summarize",
    "join",
    "sort",
    "order",
    "take",
    "limit",
    "top",
    "count",
    "distinct",
    "parse",
    "render",
    "asc",
    "desc",
];

fn name_expr(text: &str) -> ast::Expr {
    node(ast::ExprKind::Name(identifier(text)))
}
