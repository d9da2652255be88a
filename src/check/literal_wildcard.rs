//! A `*` at the end or the beginning of a text, where it is no wildcard.
//!
//! In Kusto only `matches regex` has patterns: `== "*.exe"` and `contains "power*"` look for the star itself, and find nothing. Rules that
//! were ported from Splunk, Lucene or Sigma often carry one. In kuery and Lucene quotes take a star's meaning away, in EQL `==` and `in` do:
//! wildcards there need `:` or `like` (<https://www.elastic.co/docs/reference/query-languages/kql>,
//! <https://www.elastic.co/docs/reference/query-languages/eql/eql-syntax>).
//!
//! ```kusto bad
//! DeviceProcessEvents | where FileName == "powershell*"
//! ```
//!
//! ```elastic bad
//! query = 'file.path: "C:\\\\Users\\\\*\\\\evil.exe*"'
//! ```
//!
//! ```elastic bad
//! type = "eql"
//! language = "eql"
//! query = 'process where process.name == "powershell*"'
//! ```
//!
//! ```kusto good
//! DeviceProcessEvents | where FileName startswith "powershell"
//! ```
//!
//! ```elastic good
//! query = 'process.name: powershell*'
//! ```

use super::conditions::Condition;
use super::{Context, Lint};
use crate::diagnostic::{Confidence, Diagnostic};
use crate::ir::{Language, Matcher};
use crate::lang::kusto::ast::{BinaryOp, Expr, ExprKind};
use crate::lang::kusto::walk::Node;

pub(super) static LINT: Lint = Lint::new("literal-wildcard", include_str!("literal_wildcard.rs"), check).confidence(Confidence::Medium);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    context.walk_kusto(&mut |node| {
        let Node::Expr(expr) = node else { return };
        let constants: Vec<&Expr> = match &expr.kind {
            ExprKind::Binary { op, right, .. } if takes_text(*op) => vec![&**right],
            ExprKind::In { list, .. } => list.iter().collect(),
            _ => return,
        };
        for constant in constants {
            if let Some(text) = constant.as_text().filter(|text| looks_like_pattern(text)) {
                found.push(
                    LINT.at(context.place(constant.span), format!("`*` is no wildcard here: `{text}` is looked for with its star"))
                        .with_help("use `startswith`, `endswith`, `contains` or `matches regex`"),
                );
            }
        }
    });
    for condition in context.conditions() {
        let Some((text, help)) = literal(condition).filter(|(text, _)| looks_like_pattern(text)) else { continue };
        let message = format!("`*` is no wildcard here: `{text}` is looked for with its star");
        found.push(LINT.at(condition.place(), message).with_help(help));
    }
}

/// Returns the text that an Elastic query takes as it is, and what to do where a pattern was meant.
fn literal<'a>(condition: &Condition<'a>) -> Option<(&'a str, &'static str)> {
    let text = match condition.matcher {
        Matcher::Text { text, phrase: true } => text,
        _ => condition.equal_text()?,
    };
    match condition.query.language {
        // A backslash before a star says that the star is meant.
        Language::Kuery | Language::Lucene if condition.written().ends_with('"') => {
            Some((text, "a star between quotes is a star: take the quotes off and escape what needs it"))
        }
        Language::Eql => Some((text, "use `:` or `like`, which have wildcards")),
        _ => None,
    }
}

/// Tells whether a text is a word with a star before or behind it. `*` alone, `*/*` and `SELECT *` are values that logs do hold.
fn looks_like_pattern(text: &str) -> bool {
    let inner = text.trim_matches('*');
    let touches = |next: Option<char>| next.is_some_and(|c| !c.is_whitespace());
    let at_either_end = text.starts_with('*') && touches(inner.chars().next()) || text.ends_with('*') && touches(inner.chars().next_back());
    at_either_end && inner.chars().filter(|c| c.is_alphanumeric()).count() > 1
}

/// Tells whether an operator compares texts, patterns and `search` (which has wildcards) apart.
fn takes_text(op: BinaryOp) -> bool {
    use BinaryOp as B;
    !matches!(
        op,
        B::Add
            | B::Subtract
            | B::Multiply
            | B::Divide
            | B::Modulo
            | B::MatchesRegex
            | B::Like
            | B::NotLike
            | B::LikeCs
            | B::NotLikeCs
            | B::Search
    )
}
