//! A character in a regular expression of EQL or ES|QL that Lucene takes for one of its own operators.
//!
//! Unlike elsewhere, `&` asks that both sides match, `~` that what follows does not, `@` is any text, `#` nothing at all, `<` begins a
//! range of numbers and `"` quotes; each is itself behind a backslash or in brackets
//! (<https://www.elastic.co/docs/reference/query-languages/query-dsl/regexp-syntax>, "Optional operators").
//!
//! ```elastic bad
//! type = "eql"
//! language = "eql"
//! query = '''process where process.command_line regex """.*bash -i >& /dev/tcp/.*"""'''
//! ```
//!
//! ```elastic good
//! type = "eql"
//! language = "eql"
//! query = '''process where process.command_line regex """.*bash -i >\& /dev/tcp/.*"""'''
//! ```

use super::{Context, Lint};
use crate::diagnostic::{Confidence, Diagnostic};
use crate::functions::lucene_regex::operator_in;
use crate::ir::{ExprKind, Value};
use crate::lang::eql::ast::{ExprKind as Eql, Lookup};
use crate::source::Span;

pub(super) static LINT: Lint =
    Lint::new("lucene-operator-in-regex", include_str!("lucene_operator_in_regex.rs"), check).confidence(Confidence::Medium);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let mut report = |pattern: &str, span: Span| {
        if let Some(operator) = operator_in(pattern) {
            let message = format!("`{operator}` is an operator of Lucene's regular expressions");
            found.push(LINT.at(context.place(span), message).with_help(format!("write `\\{operator}` for the character")));
        }
    };
    if let Some(query) = context.eql() {
        query.walk(&mut |expr| {
            let Eql::Lookup { test: Lookup::Regex, list, .. } = &expr.kind else { return };
            for item in list {
                if let Eql::Text { value, .. } = &item.kind {
                    report(value, item.span);
                }
            }
        });
    }
    context.expressions(&mut |expr| {
        let ExprKind::Call { function, args } = &expr.kind else { return };
        for arg in args.iter().skip(1).filter(|_| &**function == "esql.rlike") {
            if let ExprKind::Literal(Value::String(pattern)) = &arg.kind {
                report(pattern, arg.span);
            }
        }
    });
}
