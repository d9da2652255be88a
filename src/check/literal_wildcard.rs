//! A `*` at the end or the beginning of a text, where it is no wildcard.
//!
//! In Kusto only `matches regex` has patterns: `== "*.exe"` and `contains "power*"` look for the star itself, and find nothing. Rules that
//! were ported from Splunk, Lucene or Sigma often carry one.
//!
//! ```kusto bad
//! DeviceProcessEvents | where FileName == "powershell*"
//! ```
//!
//! ```kusto good
//! DeviceProcessEvents | where FileName startswith "powershell"
//! ```

use super::{Context, Lint};
use crate::diagnostic::{Confidence, Diagnostic};
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
