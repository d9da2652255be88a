//! ES|QL's functions on texts, in shared words.

use super::value::{called, computed};
use crate::functions::esql::{Dissection, Grok, of_replace};
use crate::ir::{Arithmetic, Expr, ExprKind, Type, Value};
use crate::source::Span;

/// Blanks at most that are written out.
const MOST_BLANKS: usize = 1_000;

/// Says a function on texts; `None` for others.
pub(super) fn reshaped(name: &str, args: &[Expr], span: Span) -> Option<Expr> {
    let text = |function: &str, args: Vec<Expr>| called(function, args, Type::String, span);
    let long = |n: i64| Expr::literal(n, Type::Long, span);
    Some(match (name, args) {
        ("substring", [text, start, rest @ ..]) => {
            let ExprKind::Literal(Value::Long(first)) = start.kind else { return None };
            let first = Expr::literal(first.checked_sub(1).filter(|n| *n >= 0)?, Type::Long, span);
            let args = [text.clone(), first].into_iter().chain(rest.iter().cloned()).collect();
            called("substring", args, Type::String, span)
        }
        ("grok", [text, key, pattern]) => {
            let (regex, group) = Grok::new(text_of(pattern)?).ok()?.extraction(text_of(key)?)?;
            extracted(text, &regex, group, span)
        }
        ("dissect", [text, key, _, pattern]) => {
            let (regex, group) = Dissection::new(text_of(pattern)?).ok()?.extraction(text_of(key)?)?;
            extracted(text, &regex, group, span)
        }
        ("replace", [text, pattern, with]) => {
            let pattern = Expr::literal(Value::string(of_replace(text_of(pattern)?).ok()?), Type::String, span);
            let with = Expr::literal(Value::string(rewrite(text_of(with)?)?), Type::String, span);
            called("replace_regex", vec![text.clone(), pattern, with], Type::String, span)
        }
        ("trim", [text]) => called("trim", vec![Expr::literal("\\s+", Type::String, span), text.clone()], Type::String, span),
        ("ltrim", [value]) => text("trim_start", vec![Expr::literal("\\s+", Type::String, span), value.clone()]),
        ("rtrim", [value]) => text("trim_end", vec![Expr::literal("\\s+", Type::String, span), value.clone()]),
        ("left", [value, length]) => text("substring", vec![value.clone(), long(0), length.clone()]),
        // The place of what is not there is 0 in one count and -1 in the other.
        ("locate", [value, wanted]) => {
            let place = called("indexof", vec![value.clone(), wanted.clone()], Type::Long, span);
            computed(Arithmetic::Add, place, long(1), Type::Long)
        }
        ("space", [count]) => {
            let ExprKind::Literal(Value::Long(count)) = count.kind else { return None };
            let count = usize::try_from(count).ok().filter(|count| *count <= MOST_BLANKS)?;
            Expr::literal(Value::string(" ".repeat(count)), Type::String, span)
        }
        _ => return None,
    })
}

fn text_of(expr: &Expr) -> Option<&str> {
    if let ExprKind::Literal(Value::String(text)) = &expr.kind { Some(text) } else { None }
}

/// What stands in the place of a match: `$1` is a group in Java, `\1` in Kusto.
fn rewrite(replacement: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = replacement.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '$' => {
                out.extend(['\\', chars.next().filter(char::is_ascii_digit)?]);
                // Java reads further digits as part of the number where there are that many groups.
                if chars.peek().is_some_and(char::is_ascii_digit) {
                    return None;
                }
            }
            '\\' => match chars.next()? {
                '\\' => out.push_str(r"\\"),
                escaped => out.push(escaped),
            },
            c => out.push(c),
        }
    }
    Some(out)
}

fn extracted(text: &Expr, regex: &str, group: usize, span: Span) -> Expr {
    let group = Expr::literal(i64::try_from(group).unwrap_or(i64::MAX), Type::Long, span);
    called("extract", vec![Expr::literal(regex, Type::String, span), group, text.clone()], Type::String, span)
}
