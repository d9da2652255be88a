//! Alternatives that Kusto says at once: values of one field as a list, networks of one address as one call.
//!
//! It knows neither fields nor tables.

use super::facts::plain;
use crate::ir::{Expr, ExprKind, FieldRef, Matcher, Type};
use std::sync::Arc;

/// Operands at most that are compared with each other.
pub(super) const MOST_COMPARED: usize = 200;

/// Networks of one address become one call (<https://learn.microsoft.com/kusto/query/ipv4-is-in-any-range-function>).
pub(super) fn networks(operands: Vec<Expr>) -> Vec<Expr> {
    let mut out: Vec<Expr> = Vec::new();
    for operand in operands {
        let joined = network_test(&operand).is_some_and(|(function, value, network)| {
            let mut tests = out.iter_mut().filter_map(|known| network_call(known));
            let same = tests.find(|(known, args)| known.starts_with(function) && args.first().is_some_and(|own| own.kind == value.kind));
            let Some((known, args)) = same else { return false };
            *known = Arc::from(format!("{function}_is_in_any_range"));
            args.push(network.clone());
            true
        });
        if !joined {
            out.push(operand);
        }
    }
    out
}

/// Reads `ipv4_is_in_range(value, network)`, as it is or `== true`.
fn network_test(expr: &Expr) -> Option<(&'static str, &Expr, &Expr)> {
    let call = if let ExprKind::Compare { left, .. } = &expr.kind { left } else { expr };
    let ExprKind::Call { function, args } = &call.kind else { return None };
    let family = ["ipv4", "ipv6"].into_iter().find(|family| function.strip_prefix(family) == Some("_is_in_range"))?;
    let [value, network] = args.as_slice() else { return None };
    Some((family, value, network))
}

/// The call of a test of networks.
fn network_call(expr: &mut Expr) -> Option<(&mut Arc<str>, &mut Vec<Expr>)> {
    let call = match &mut expr.kind {
        ExprKind::Compare { left, .. } => &mut left.kind,
        kind => kind,
    };
    match call {
        ExprKind::Call { function, args } if function.contains("_is_in_") => Some((function, args)),
        _ => None,
    }
}

/// Gathers `f: a or f: b` into one list. The list's value is the first match, as a sign of where it came from.
pub(super) fn lists(operands: &[Expr]) -> Vec<Expr> {
    let mut out: Vec<Expr> = Vec::new();
    for operand in operands {
        let ExprKind::Match { field: FieldRef::Field(name), matcher: Matcher::Equals { value, case } } = &operand.kind else {
            out.push(operand.clone());
            continue;
        };
        let item = Expr::new(ExprKind::Literal(value.clone()), Type::Unknown, operand.span);
        let same = |earlier: &&mut Expr| match &earlier.kind {
            ExprKind::InList { value: first, case: its, .. } => {
                its == case && matches!(&first.kind, ExprKind::Match { field: FieldRef::Field(n), .. } if n == name)
            }
            _ => false,
        };
        if plain(value).is_empty() {
            out.push(operand.clone());
        } else if let Some(Expr { kind: ExprKind::InList { list, .. }, span, .. }) = out.iter_mut().find(same) {
            if list.len() > MOST_COMPARED || !list.iter().any(|known| known.kind == item.kind) {
                list.push(item);
            }
            *span = span.to(operand.span);
        } else {
            let kind = ExprKind::InList {
                test: None,
                all: false,
                case: *case,
                negated: false,
                value: Box::new(operand.clone()),
                list: vec![item],
            };
            out.push(Expr::new(kind, Type::Bool, operand.span));
        }
    }
    out.into_iter().map(single).collect()
}

/// A list of one is a plain test.
fn single(expr: Expr) -> Expr {
    match expr.kind {
        ExprKind::InList { ref list, ref value, .. } if list.len() == 1 && matches!(value.kind, ExprKind::Match { .. }) => {
            (**value).clone()
        }
        _ => expr,
    }
}
