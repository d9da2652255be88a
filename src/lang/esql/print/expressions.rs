//! ES|QL's expressions to text, with brackets only where precedence asks for them.

use super::super::ast::{Expr, ExprKind};
use super::super::text;
use super::list;
use crate::ir::{Arithmetic, Comparison};

/// How closely an expression binds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Or,
    And,
    Not,
    Test,
    Sum,
    Product,
    Sign,
    Operand,
}

fn level(expr: &Expr) -> Level {
    match &expr.kind {
        ExprKind::Or(_) => Level::Or,
        ExprKind::And(_) => Level::And,
        ExprKind::Not(_) => Level::Not,
        ExprKind::Compare { .. } | ExprKind::In { .. } | ExprKind::Like { .. } | ExprKind::IsNull { .. } | ExprKind::Matches { .. } => {
            Level::Test
        }
        ExprKind::Arithmetic { op: Arithmetic::Add | Arithmetic::Subtract, .. } => Level::Sum,
        ExprKind::Arithmetic { .. } => Level::Product,
        ExprKind::Negate(_) => Level::Sign,
        _ => Level::Operand,
    }
}

/// Prints an expression.
pub(super) fn expression(expr: &Expr, out: &mut String) {
    at_least(Level::Or, expr, out);
}

/// Prints an expression where the grammar takes an operand only.
pub(super) fn operand(expr: &Expr, out: &mut String) {
    at_least(Level::Operand, expr, out);
}

fn at_least(wanted: Level, expr: &Expr, out: &mut String) {
    if level(expr) < wanted {
        out.push('(');
        plain(expr, out);
        out.push(')');
    } else {
        plain(expr, out);
    }
}

fn plain(expr: &Expr, out: &mut String) {
    match &expr.kind {
        ExprKind::And(items) => joined(items, " AND ", Level::Not, out),
        ExprKind::Or(items) => joined(items, " OR ", Level::And, out),
        ExprKind::Not(inner) => {
            out.push_str("NOT ");
            at_least(Level::Not, inner, out);
        }
        ExprKind::Compare { op, left, right } => {
            at_least(Level::Sum, left, out);
            out.extend([" ", sign(*op), " "]);
            at_least(Level::Sum, right, out);
        }
        ExprKind::In { negated, value, list: items } => {
            at_least(Level::Sum, value, out);
            out.push_str(if *negated { " NOT IN (" } else { " IN (" });
            list(items, out, expression);
            out.push(')');
        }
        ExprKind::Like { regex, negated, value, patterns, brackets } => {
            at_least(Level::Sum, value, out);
            out.push_str(if *negated { " NOT" } else { "" });
            out.push_str(if *regex { " RLIKE " } else { " LIKE " });
            out.push_str(if *brackets { "(" } else { "" });
            list(patterns, out, expression);
            out.push_str(if *brackets { ")" } else { "" });
        }
        ExprKind::IsNull { negated, value } => {
            at_least(Level::Sum, value, out);
            out.push_str(if *negated { " IS NOT NULL" } else { " IS NULL" });
        }
        ExprKind::Matches { value, query } => {
            at_least(Level::Sum, value, out);
            out.push_str(" : ");
            expression(query, out);
        }
        ExprKind::Arithmetic { op, left, right } => {
            let (first, second) = if level(expr) == Level::Sum { (Level::Sum, Level::Product) } else { (Level::Product, Level::Sign) };
            at_least(first, left, out);
            out.extend([" ", operator(*op), " "]);
            at_least(second, right, out);
        }
        ExprKind::Negate(inner) => {
            out.push('-');
            at_least(Level::Sign, inner, out);
        }
        ExprKind::Cast { value, ty } => {
            operand(value, out);
            out.push_str("::");
            out.push_str(&ty.value);
        }
        _ => simple(expr, out),
    }
}

fn joined(items: &[Expr], between: &str, wanted: Level, out: &mut String) {
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push_str(between);
        }
        at_least(wanted, item, out);
    }
}

/// Literals, names, calls.
fn simple(expr: &Expr, out: &mut String) {
    match &expr.kind {
        ExprKind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        ExprKind::Integer(number) => out.push_str(&number.to_string()),
        ExprKind::Real(number) => out.push_str(&format!("{number:?}")),
        ExprKind::Text { value, raw } => text::write(value, *raw, out),
        ExprKind::Timespan { amount, unit } => out.extend([amount.to_string().as_str(), " ", unit]),
        ExprKind::Param(name) => out.push_str(name),
        ExprKind::List(items) => {
            out.push('[');
            list(items, out, expression);
            out.push(']');
        }
        ExprKind::Name(name) => text::write_name(&name.text, name.is_pattern, out),
        ExprKind::Call { name, args, star, options } => {
            out.push_str(&name.value);
            out.push('(');
            out.push_str(if *star { "*" } else { "" });
            list(args, out, expression);
            if !options.is_empty() {
                out.push_str(if args.is_empty() { "" } else { ", " });
                entries(options, out);
            }
            out.push(')');
        }
        _ => out.push_str("null"),
    }
}

/// Prints `{"name": constant}`.
pub(super) fn entries(options: &[(String, Expr)], out: &mut String) {
    out.push('{');
    list(options, out, |(key, value), out| {
        text::write(key, false, out);
        out.push_str(": ");
        expression(value, out);
    });
    out.push('}');
}

fn sign(op: Comparison) -> &'static str {
    match op {
        Comparison::Eq => "==",
        Comparison::Ne => "!=",
        Comparison::Lt => "<",
        Comparison::Le => "<=",
        Comparison::Gt => ">",
        Comparison::Ge => ">=",
    }
}

fn operator(op: Arithmetic) -> &'static str {
    match op {
        Arithmetic::Add => "+",
        Arithmetic::Subtract => "-",
        Arithmetic::Multiply => "*",
        Arithmetic::Divide => "/",
        Arithmetic::Modulo => "%",
    }
}
