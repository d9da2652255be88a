//! kuery's tree to text: one line, brackets only where the tree needs them.

use super::ast::{Ast, AstKind, Literal, LiteralKind, Values, ValuesKind};
use super::literal::{write_pattern, write_quoted, write_unquoted};
use crate::ir::Comparison;

/// Prints a query; parsing the text gives the same tree again.
pub fn print(ast: &Ast) -> String {
    let mut out = String::new();
    write(ast, Level::Or, &mut out);
    out
}

/// How tightly the place binds where something is printed.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Level {
    Or,
    And,
    Not,
}

fn write(ast: &Ast, level: Level, out: &mut String) {
    match &ast.kind {
        // Inside another query "everything" needs words.
        AstKind::Everything if level == Level::Or && out.is_empty() => {}
        AstKind::Everything => out.push_str("*:*"),
        AstKind::Or(items) => bracketed(level > Level::Or, out, |out| chain(items, " or ", out, |item, out| write(item, Level::And, out))),
        AstKind::And(items) => {
            bracketed(level > Level::And, out, |out| chain(items, " and ", out, |item, out| write(item, Level::Not, out)));
        }
        AstKind::Not(inner) => {
            // `not not a` is a syntax error in Kibana.
            let is_not = matches!(inner.kind, AstKind::Not(_));
            out.push_str("not ");
            bracketed(is_not, out, |out| write(inner, if is_not { Level::Or } else { Level::Not }, out));
        }
        AstKind::Is { field, values } => {
            write_literal(field, out);
            out.push(':');
            write_values(values, true, out);
        }
        AstKind::FreeText(literal) => write_literal(literal, out),
        AstKind::Range { field, op, value } => {
            write_literal(field, out);
            out.push_str(sign(*op));
            write_literal(value, out);
        }
        AstKind::Nested { path, query } => {
            write_literal(path, out);
            out.push_str(":{ ");
            write(query, Level::Or, out);
            out.push_str(" }");
        }
    }
}

fn write_values(values: &Values, needs_brackets: bool, out: &mut String) {
    match &values.kind {
        ValuesKind::One(literal) => write_literal(literal, out),
        ValuesKind::Or(items) => bracketed(needs_brackets, out, |out| chain(items, " or ", out, write_values_in)),
        ValuesKind::And(items) => bracketed(needs_brackets, out, |out| {
            chain(items, " and ", out, |item, out| write_values(item, !matches!(item.kind, ValuesKind::Not(_)), out));
        }),
        ValuesKind::Not(inner) => bracketed(needs_brackets, out, |out| {
            out.push_str("not ");
            write_values(inner, true, out);
        }),
    }
}

/// An alternative of an `or` list needs brackets only when it is an `or` itself.
fn write_values_in(values: &Values, out: &mut String) {
    write_values(values, matches!(values.kind, ValuesKind::Or(_)), out);
}

fn write_literal(literal: &Literal, out: &mut String) {
    match &literal.kind {
        LiteralKind::Quoted(text) => write_quoted(text, out),
        LiteralKind::Text(text) => write_unquoted(text, out),
        LiteralKind::Wildcard(pattern) => write_pattern(pattern, out),
        LiteralKind::Null => out.push_str("null"),
        LiteralKind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
    }
}

fn bracketed(brackets: bool, out: &mut String, body: impl FnOnce(&mut String)) {
    if brackets {
        out.push('(');
    }
    body(out);
    if brackets {
        out.push(')');
    }
}

fn chain<T>(items: &[T], word: &str, out: &mut String, mut item: impl FnMut(&T, &mut String)) {
    for (at, part) in items.iter().enumerate() {
        if at > 0 {
            out.push_str(word);
        }
        item(part, out);
    }
}

fn sign(op: Comparison) -> &'static str {
    match op {
        Comparison::Lt => " < ",
        Comparison::Le => " <= ",
        Comparison::Gt => " > ",
        Comparison::Ge | Comparison::Eq | Comparison::Ne => " >= ",
    }
}
