//! A literal of another type than the column it is compared with.
//!
//! The engine converts the literal to the column's type and compares then: `ResultType == 0` on a text column compares with `"0"`. That
//! works; who reads the rule believes that the column is a number, and the next comparison, `ResultType > 50000`, is then an error.
//!
//! ```kusto bad
//! SigninLogs | where ResultType == 0
//! ```
//!
//! ```kusto good
//! SigninLogs | where ResultType == "0"
//! ```

use super::{Context, Lint};
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::ir::{Expr, ExprKind, Type, Value, convert};
use crate::lang::kusto::ast::{self, LiteralKind};
use crate::lang::kusto::walk::Node;
use crate::source::Span;
use std::collections::{HashMap, HashSet};

pub(super) static LINT: Lint = Lint::new("implicit-conversion", include_str!("implicit_conversion.rs"), check).pedantic();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let (Some(detection), Some(query)) = (&context.rule.detection, context.kusto()) else { return };
    let written = written_types(query);
    let mut seen = HashSet::new();
    detection.plan.walk(&mut |node| {
        for expr in node.op.expressions() {
            expr.walk(&mut |inner| {
                for (other, literal) in compared(inner) {
                    if let Some(ty) = written.get(&literal.span).filter(|ty| is_other(**ty, literal.ty)) {
                        found.extend(seen.insert(literal.span).then(|| finding(other, literal, *ty, context)));
                    }
                }
            });
        }
    });
}

/// Returns the pairs of values that an expression tests for equality or order.
fn compared(expr: &Expr) -> Vec<(&Expr, &Expr)> {
    match &expr.kind {
        ExprKind::Compare { left, right, .. } => vec![(left, right), (right, left)],
        ExprKind::InList { test: None, value, list, .. } => list.iter().map(|item| (&**value, item)).collect(),
        _ => Vec::new(),
    }
}

/// The types of the literals as they are written: lowering has converted them already.
fn written_types(query: &ast::Query) -> HashMap<Span, Type> {
    let mut types = HashMap::new();
    query.walk(&mut |node| {
        if let Node::Expr(ast::Expr { kind: ast::ExprKind::Literal(literal), span }) = node {
            let ty = match &literal.kind {
                LiteralKind::String(_) => Type::String,
                LiteralKind::Long(_) => Type::Long,
                LiteralKind::Int(_) => Type::Int,
                LiteralKind::Real(_) => Type::Real,
                LiteralKind::Decimal(_) => Type::Decimal,
                LiteralKind::Bool(_) => Type::Bool,
                LiteralKind::TimeSpan(_) => Type::TimeSpan,
                LiteralKind::DateTime(_) => Type::DateTime,
                LiteralKind::Guid(_) => Type::Guid,
                LiteralKind::Dynamic(_) | LiteralKind::Null => return,
            };
            types.insert(*span, ty);
        }
    });
    types
}

/// Numbers are compared as numbers, whatever their types; what is not known is not judged.
fn is_other(written: Type, compared: Type) -> bool {
    let open = matches!(compared, Type::Dynamic | Type::Unknown);
    written != compared && !open && !(written.is_numeric() && compared.is_numeric())
}

fn finding(other: &Expr, literal: &Expr, written: Type, context: &Context<'_>) -> Diagnostic {
    let shown = match &literal.kind {
        ExprKind::Literal(Value::String(text)) => format!("`\"{text}\"`"),
        ExprKind::Literal(value) => format!("`{}`", convert::to_text(value, literal.ty)),
        _ => format!("null, because it is no {}", literal.ty),
    };
    let subject = context.query_text(other.span).lines().next().unwrap_or("").trim();
    let place = context.place(literal.span);
    let finding =
        LINT.at(place, format!("a {written} is compared with the {} `{subject}`", literal.ty)).with_label(format!("compares with {shown}"));
    // Only what reads the same is offered: `0` becomes `"0"`.
    let text = context.query_text(literal.span);
    let reads_the_same = matches!(&literal.kind, ExprKind::Literal(Value::String(value)) if **value == *text);
    if !reads_the_same {
        return finding;
    }
    let quoted = format!("\"{text}\"");
    finding.with_fix(Fix { title: format!("write `{quoted}`"), edits: vec![Edit { span: place, text: quoted }], safe: true })
}
