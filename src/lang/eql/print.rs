//! EQL's tree to text; one line, a line for each term of a sequence, and for each operand of a long conjunction.

use super::ast::{Event, Expr, ExprKind, Lookup, Part, Pipe, Query, QueryKind, Sequence, Term};
use super::text;
use crate::ir::{Arithmetic, Comparison, TICKS_PER_SECOND};

/// A condition longer than this is laid out over several lines.
const LONG_LINE: usize = 100;

/// Prints a query; parsing the text gives the same tree again.
pub fn print(query: &Query) -> String {
    let mut out = String::new();
    match &query.kind {
        QueryKind::Event(one) => event(one, &mut out),
        QueryKind::Sequence(terms) => sequence("sequence", terms, &mut out),
        QueryKind::Sample(terms) => sequence("sample", terms, &mut out),
        QueryKind::Join(terms) => sequence("join", terms, &mut out),
    }
    for Pipe { name, args } in &query.pipes {
        out.push_str(" | ");
        out.push_str(&name.value);
        for (at, arg) in args.iter().enumerate() {
            out.push_str(if at == 0 { " " } else { ", " });
            expression(arg, Level::Or, &mut out);
        }
    }
    out
}

fn event(event: &Event, out: &mut String) {
    match &event.category {
        None => out.push_str("any"),
        Some(name) if is_name(&name.value) => out.push_str(&name.value),
        Some(name) => text::write(&name.value, false, out),
    }
    out.push_str(" where ");
    let mut condition = String::new();
    expression(&event.condition, Level::Or, &mut condition);
    match &event.condition.kind {
        ExprKind::And(items) if condition.len() > LONG_LINE => list(items, " and\n    ", Level::Not, out),
        _ => out.push_str(&condition),
    }
}

fn sequence(word: &str, sequence: &Sequence, out: &mut String) {
    out.push_str(word);
    keys(&sequence.by, out);
    if let Some(span) = &sequence.maxspan {
        out.push_str(" with maxspan=");
        out.push_str(&duration(span.value));
    }
    for one in &sequence.terms {
        out.push_str("\n  ");
        term(one, out);
    }
    if let Some(until) = &sequence.until {
        out.push_str("\nuntil ");
        term(until, out);
    }
}

fn term(term: &Term, out: &mut String) {
    out.push_str(if term.missing { "![" } else { "[" });
    event(&term.event, out);
    out.push(']');
    keys(&term.by, out);
    if let Some(runs) = term.runs {
        out.extend([" with runs=", &runs.to_string()]);
    }
}

fn keys(keys: &[Expr], out: &mut String) {
    for (at, key) in keys.iter().enumerate() {
        out.push_str(if at == 0 { " by " } else { ", " });
        expression(key, Level::Sum, out);
    }
}

fn duration(ticks: i64) -> String {
    let units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];
    let millis = ticks / (TICKS_PER_SECOND / 1000);
    let fits = units.iter().find(|(_, length)| millis % length == 0 && millis != 0);
    fits.map_or_else(|| "0s".to_owned(), |(unit, length)| format!("{}{unit}", millis / length))
}

/// How tightly the place binds where something is printed.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Level {
    Or,
    And,
    Not,
    Test,
    Sum,
    Product,
    Sign,
}

fn level(kind: &ExprKind) -> Level {
    match kind {
        ExprKind::Or(_) => Level::Or,
        ExprKind::And(_) => Level::And,
        ExprKind::Not(_) => Level::Not,
        ExprKind::Compare { .. } | ExprKind::Lookup { .. } => Level::Test,
        ExprKind::Arithmetic { op: Arithmetic::Add | Arithmetic::Subtract, .. } => Level::Sum,
        ExprKind::Arithmetic { .. } => Level::Product,
        _ => Level::Sign,
    }
}

fn expression(expr: &Expr, place: Level, out: &mut String) {
    let brackets = level(&expr.kind) < place;
    if brackets {
        out.push('(');
    }
    body(&expr.kind, out);
    if brackets {
        out.push(')');
    }
}

fn body(kind: &ExprKind, out: &mut String) {
    match kind {
        ExprKind::Null => out.push_str("null"),
        ExprKind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        ExprKind::Integer(n) => out.push_str(&n.to_string()),
        ExprKind::Real(n) => out.push_str(&print_real(*n)),
        ExprKind::Text { value, raw } => text::write(value, *raw, out),
        ExprKind::Field { path, optional } => field(path, *optional, out),
        ExprKind::And(items) => list(items, " and ", Level::Not, out),
        ExprKind::Or(items) => list(items, " or ", Level::And, out),
        ExprKind::Not(inner) => {
            out.push_str("not ");
            expression(inner, Level::Not, out);
        }
        ExprKind::Compare { op, left, right } => {
            expression(left, Level::Sum, out);
            out.push_str(sign(*op));
            expression(right, Level::Sum, out);
        }
        ExprKind::Lookup { test, any_case, negated, value, list: items, brackets } => {
            expression(value, Level::Sum, out);
            out.push_str(if *negated { " not" } else { "" });
            out.push_str(lookup(*test, *any_case));
            out.push_str(if *brackets { "(" } else { "" });
            list(items, ", ", Level::Or, out);
            out.push_str(if *brackets { ")" } else { "" });
        }
        ExprKind::Arithmetic { op, left, right } => {
            let here = level(kind);
            expression(left, here, out);
            out.push_str(arithmetic(*op));
            expression(right, if here == Level::Sum { Level::Product } else { Level::Sign }, out);
        }
        ExprKind::Negate(inner) => {
            out.push('-');
            expression(inner, Level::Sign, out);
        }
        ExprKind::Call { name, any_case, args } => {
            out.push_str(&name.value);
            out.push_str(if *any_case { "~(" } else { "(" });
            list(args, ", ", Level::Or, out);
            out.push(')');
        }
    }
}

fn list(items: &[Expr], between: &str, place: Level, out: &mut String) {
    for (at, item) in items.iter().enumerate() {
        out.push_str(if at == 0 { "" } else { between });
        expression(item, place, out);
    }
}

fn field(path: &[Part], optional: bool, out: &mut String) {
    out.push_str(if optional { "?" } else { "" });
    for (at, part) in path.iter().enumerate() {
        match part {
            Part::Index(index) => out.extend(["[", &index.to_string(), "]"]),
            Part::Name { text, quoted } => {
                out.push_str(if at == 0 { "" } else { "." });
                if *quoted {
                    out.extend(["`", &text.replace('`', "``"), "`"]);
                } else {
                    out.push_str(text);
                }
            }
        }
    }
}

fn sign(op: Comparison) -> &'static str {
    match op {
        Comparison::Eq => " == ",
        Comparison::Ne => " != ",
        Comparison::Lt => " < ",
        Comparison::Le => " <= ",
        Comparison::Gt => " > ",
        Comparison::Ge => " >= ",
    }
}

fn lookup(test: Lookup, any_case: bool) -> &'static str {
    match (test, any_case) {
        (Lookup::In, false) => " in ",
        (Lookup::In, true) => " in~ ",
        (Lookup::Matches, _) => " : ",
        (Lookup::Like, false) => " like ",
        (Lookup::Like, true) => " like~ ",
        (Lookup::Regex, false) => " regex ",
        (Lookup::Regex, true) => " regex~ ",
    }
}

fn arithmetic(op: Arithmetic) -> &'static str {
    match op {
        Arithmetic::Add => " + ",
        Arithmetic::Subtract => " - ",
        Arithmetic::Multiply => " * ",
        Arithmetic::Divide => " / ",
        Arithmetic::Modulo => " % ",
    }
}

/// The shortest text that reads back as the number, with a point or an exponent in it.
fn print_real(n: f64) -> String {
    format!("{n:?}")
}

/// Tells whether a name can stand without quotes.
pub(super) fn is_name(text: &str) -> bool {
    const KEYWORDS: &[&str] = &[
        "and", "any", "by", "false", "in", "join", "like", "maxspan", "not", "null", "of", "or", "regex", "sample", "sequence", "true",
        "until", "where", "with",
    ];
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '@');
    starts && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '@') && !KEYWORDS.contains(&text)
}
