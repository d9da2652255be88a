//! A keyword of kuery in capital letters.
//!
//! Kibana reads `AND` as it reads `and`. One spelling is easier to read, and elastic/detection-rules takes no other.
//!
//! ```elastic bad
//! query = 'process.name: a AND NOT user.name: b'
//! ```
//!
//! ```elastic good
//! query = 'process.name: a and not user.name: b'
//! ```

use super::{Context, Lint};
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::ir::{Language, Query};
use crate::lang::kuery;
use crate::lang::kuery::ast::{Ast, AstKind, Values, ValuesKind};
use crate::source::Span;

pub(super) static LINT: Lint = Lint::new("keyword-in-capitals", include_str!("keyword_in_capitals.rs"), check).info().pedantic();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    if let Some((query, ast)) = context.query().zip(context.kuery()) {
        found.extend(of_tree(query, ast));
    }
    // That of the indicators.
    for query in context.rule.queries.iter().skip(1).filter(|query| query.language == Language::Kuery) {
        found.extend(kuery::parse(&query.text).iter().flat_map(|ast| of_tree(query, ast)));
    }
}

fn of_tree(query: &Query, ast: &Ast) -> Vec<Diagnostic> {
    let mut gaps = Vec::new();
    between(ast, &mut gaps);
    gaps.into_iter().flat_map(|gap| keywords(query, gap)).collect()
}

/// Collects the places between the parts of a query: nothing but keywords, brackets and blanks is there.
fn between(ast: &Ast, gaps: &mut Vec<Span>) {
    match &ast.kind {
        AstKind::And(parts) | AstKind::Or(parts) => {
            gaps.extend(parts.windows(2).filter_map(|pair| if let [a, b] = pair { gap(a.span, b.span) } else { None }));
            parts.iter().for_each(|part| between(part, gaps));
        }
        AstKind::Not(inner) => {
            gaps.extend(gap(Span::at(ast.span.start as usize), inner.span));
            between(inner, gaps);
        }
        AstKind::Nested { query, .. } => between(query, gaps),
        AstKind::Is { values, .. } => between_values(values, gaps),
        AstKind::Everything | AstKind::FreeText(_) | AstKind::Range { .. } => {}
    }
}

fn between_values(values: &Values, gaps: &mut Vec<Span>) {
    match &values.kind {
        ValuesKind::And(items) | ValuesKind::Or(items) => {
            gaps.extend(items.windows(2).filter_map(|pair| if let [a, b] = pair { gap(a.span, b.span) } else { None }));
            items.iter().for_each(|item| between_values(item, gaps));
        }
        ValuesKind::Not(inner) => {
            gaps.extend(gap(Span::at(values.span.start as usize), inner.span));
            between_values(inner, gaps);
        }
        ValuesKind::One(_) => {}
    }
}

fn gap(before: Span, after: Span) -> Option<Span> {
    (before.end < after.start).then_some(Span { start: before.end, end: after.start })
}

/// Finds the keywords of a gap that are not in small letters.
fn keywords(query: &Query, gap: Span) -> Vec<Diagnostic> {
    let text = gap.text(&query.text);
    let mut found = Vec::new();
    for word in text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty()) {
        let small = word.to_ascii_lowercase();
        if word == small || !matches!(small.as_str(), "and" | "or" | "not") {
            continue;
        }
        let at = gap.start as usize + (word.as_ptr() as usize - text.as_ptr() as usize);
        let span = query.map.span(Span::new(at, at + word.len()));
        let fix = Fix { title: format!("write `{small}`"), edits: vec![Edit { span, text: small.clone() }], safe: true };
        found.push(LINT.at(span, format!("`{word}` is written `{small}`")).with_fix(fix));
    }
    found
}
