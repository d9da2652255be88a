//! A regular expression that does not compile.
//!
//! Kusto takes the syntax of the Rust `regex` crate (<https://learn.microsoft.com/kusto/query/regex>): no look-around, no
//! back-references. EQL, Lucene and ES|QL take Lucene's (<https://www.elastic.co/docs/reference/query-languages/query-dsl/regexp-syntax>):
//! no `\b`, no look-around, and `<`, `"`, `@`, `#`, `&` and `~` are operators. The query fails when it runs, not when it is saved.
//!
//! ```kusto bad
//! SecurityEvent | where CommandLine matches regex @"powershell(?!\.exe)"
//! ```
//!
//! ```kusto good
//! SecurityEvent | where CommandLine matches regex @"powershell(\.exe)?"
//! ```
//!
//! ```elastic bad
//! type = "eql"
//! language = "eql"
//! query = '''process where process.command_line regex~ """.*\bwhoami\b.*"""'''
//! ```
//!
//! ```elastic good
//! type = "eql"
//! language = "eql"
//! query = '''process where process.command_line regex~ """(.*[^a-z])?whoami([^a-z].*)?"""'''
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::functions::lucene_regex::{BROKEN, Fault, from_lucene};
use crate::ir::{Case, Expr, ExprKind, Matcher, StringTest, Value};
use std::collections::HashSet;

pub(super) static LINT: Lint = Lint::new("invalid-regex", include_str!("invalid_regex.rs"), check).error();

/// Functions that take a regular expression, and as which argument.
const TAKERS: [(&str, usize); 9] = [
    ("extract", 0),
    ("extract_all", 0),
    ("replace_regex", 1),
    ("replace", 0),
    ("trim", 0),
    ("trim_start", 0),
    ("trim_end", 0),
    ("has_any_regex", 1),
    ("matches_regex", 1),
];

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    // A `let` that is used twice is one mistake.
    let mut seen = HashSet::new();
    context.expressions(&mut |expr| {
        let (reason, place) = match lucene_fault(expr) {
            Some(reason) => (Some(reason), expr),
            None => match regex_of(expr) {
                Some((text, place)) => (fault(text), place),
                None => return,
            },
        };
        if let Some(reason) = reason.filter(|_| seen.insert(place.span)) {
            found.push(LINT.at(context.place(place.span), format!("the regular expression does not compile: {reason}")));
        }
    });
}

/// Says why an expression in Lucene's syntax is none: a test by it was not lowered, or it is an operand of `RLIKE`.
fn lucene_fault(expr: &Expr) -> Option<String> {
    let fault = |pattern: &str| match from_lucene(pattern, Case::Sensitive) {
        Err(Fault::Broken(reason)) => Some(reason),
        _ => None,
    };
    match &expr.kind {
        ExprKind::Opaque { text, code: BROKEN } => fault(text),
        ExprKind::Call { function, args } if &**function == "esql.rlike" => args.iter().skip(1).find_map(|arg| match &arg.kind {
            ExprKind::Literal(Value::String(pattern)) => fault(pattern),
            _ => None,
        }),
        _ => None,
    }
}

/// Returns a constant regular expression and the expression that holds it.
fn regex_of(expr: &Expr) -> Option<(&str, &Expr)> {
    let pattern = match &expr.kind {
        ExprKind::Test { test: StringTest::Regex, right, .. } => right,
        ExprKind::Match { matcher: Matcher::Regex { regex, .. }, .. } => return Some((regex, expr)),
        ExprKind::Call { function, args } => {
            let (_, at) = TAKERS.iter().find(|(name, _)| *name == &**function)?;
            args.get(*at)?
        }
        _ => return None,
    };
    match &pattern.kind {
        ExprKind::Literal(Value::String(text)) => Some((text, pattern)),
        _ => None,
    }
}

/// Says why a text is no regular expression, in one line. One that is only too large to run is not judged here.
fn fault(text: &str) -> Option<String> {
    let error = regex_syntax::parse(text).err()?;
    // The crate draws a picture; the reason is its last line.
    Some(error.to_string().lines().last().unwrap_or("").trim_start_matches("error: ").to_owned())
}
