//! From query texts to the plan of a rule's detection.
//!
//! A language plugs in with one line in [`reader`]. What a language does not read yet gives no detection and a note that says so.

use super::ReadContext;
use crate::diagnostic::{Diagnostic, Severity};
use crate::ir::{Detection, Expr, Language, Op, Plan, Query, Schema, TableSource};
use crate::lang::{eql, esql, kuery, kusto, lucene, sigma};
use crate::source::{Span, Spanned};
use std::sync::Arc;

/// What a language made of a query; places count bytes of the query text.
#[derive(Default)]
struct Outcome {
    plan: Option<Arc<Plan>>,
    lets: Vec<Spanned<Arc<str>>>,
    diagnostics: Vec<Diagnostic>,
}

type Reader = fn(&Query, Option<&TableSource>, &ReadContext<'_>) -> Outcome;

/// Returns how a language is read.
fn reader(language: Language) -> Option<Reader> {
    match language {
        Language::Kusto => Some(kusto),
        Language::Kuery => Some(kuery),
        Language::Lucene => Some(lucene),
        Language::Eql => Some(eql),
        Language::Esql => Some(esql),
        Language::Sigma => None,
    }
}

/// Parses and lowers a query over a source; diagnostics have places in the file.
pub(super) fn of_query(query: &Query, source: Option<&TableSource>, context: &ReadContext<'_>) -> (Option<Detection>, Vec<Diagnostic>) {
    let Some(read) = reader(query.language) else {
        let message = format!("{} queries are kept as text: they are not read yet", name(query.language));
        return (None, vec![Diagnostic::info("language-not-read", query.map.span(Span::new(0, query.text.len())), message)]);
    };
    placed(query, read(query, source, context))
}

fn placed(query: &Query, outcome: Outcome) -> (Option<Detection>, Vec<Diagnostic>) {
    let diagnostics = outcome.diagnostics.into_iter().map(|d| d.map_spans(|span| query.map.span(span))).collect();
    (outcome.plan.map(|plan| Detection { plan, lets: outcome.lets }), diagnostics)
}

/// Builds the plan of an event language: the events of a source that satisfy a predicate.
fn events(source: Option<&TableSource>, predicate: Expr) -> Arc<Plan> {
    let span = predicate.span;
    let source = source.cloned().unwrap_or_else(|| TableSource::Index(Vec::new()));
    let scan = Plan::new(Op::Scan(source), Schema::unknown(), span);
    Plan::new(Op::Filter { input: scan, predicate }, Schema::unknown(), span)
}

/// A query with an error has no plan: what is left of it would detect something else.
fn kusto(query: &Query, _source: Option<&TableSource>, context: &ReadContext<'_>) -> Outcome {
    let parsed = kusto::parse(&query.text);
    if has_error(&parsed.diagnostics) {
        return Outcome { diagnostics: parsed.diagnostics, ..Outcome::default() };
    }
    let lowered = kusto::lower(&parsed.query, &query.text, &kusto::Environment::new(context.catalog));
    let plan = lowered.plan.filter(|_| !has_error(&lowered.diagnostics));
    let diagnostics = parsed.diagnostics.into_iter().chain(lowered.diagnostics).collect();
    Outcome { plan, lets: lowered.lets.into_iter().map(|l| Spanned::new(l.name, l.span)).collect(), diagnostics }
}

fn has_error(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|d| d.severity == Severity::Error)
}

fn kuery(query: &Query, source: Option<&TableSource>, context: &ReadContext<'_>) -> Outcome {
    match kuery::parse(&query.text) {
        Ok(ast) => {
            let types = |field: &str| context.catalog.field(field).unwrap_or_default();
            Outcome { plan: Some(events(source, kuery::lower(&ast, &types))), ..Outcome::default() }
        }
        Err(diagnostic) => Outcome { diagnostics: vec![diagnostic], ..Outcome::default() },
    }
}

fn lucene(query: &Query, source: Option<&TableSource>, context: &ReadContext<'_>) -> Outcome {
    match lucene::parse(&query.text) {
        Ok(ast) => {
            let types = |field: &str| context.catalog.field(field).unwrap_or_default();
            Outcome { plan: Some(events(source, lucene::lower(&ast, &types))), ..Outcome::default() }
        }
        Err(diagnostic) => Outcome { diagnostics: vec![diagnostic], ..Outcome::default() },
    }
}

fn eql(query: &Query, source: Option<&TableSource>, _context: &ReadContext<'_>) -> Outcome {
    eql_by(query, source, None)
}

/// Reads EQL whose categories are values of another field, if one is named.
fn eql_by(query: &Query, source: Option<&TableSource>, category: Option<&str>) -> Outcome {
    let anywhere = TableSource::Index(Vec::new());
    let source = source.unwrap_or(&anywhere);
    let lower = |ast: &eql::Query| category.map_or_else(|| eql::lower(ast, source), |category| eql::lower_by(ast, source, category));
    match eql::parse(&query.text) {
        Ok(ast) => Outcome { plan: Some(lower(&ast)), ..Outcome::default() },
        Err(diagnostic) => Outcome { diagnostics: vec![diagnostic], ..Outcome::default() },
    }
}

/// An ES|QL query names its indices itself.
fn esql(query: &Query, _source: Option<&TableSource>, context: &ReadContext<'_>) -> Outcome {
    match esql::parse(&query.text) {
        Ok(ast) => {
            let lowered = esql::lower(&ast, &query.text, esql::Environment { catalog: context.catalog });
            Outcome { plan: lowered.plan, diagnostics: lowered.diagnostics, ..Outcome::default() }
        }
        Err(diagnostic) => Outcome { diagnostics: vec![diagnostic], ..Outcome::default() },
    }
}

/// As [`of_query`], for EQL whose rule names the field of its categories.
pub(super) fn of_eql_by(query: &Query, source: Option<&TableSource>, category: &str) -> (Option<Detection>, Vec<Diagnostic>) {
    placed(query, eql_by(query, source, Some(category)))
}

/// Lowers a Sigma detection over its log source; places are places of the file.
pub(super) fn of_sigma(detection: &sigma::Detection, source: Option<&Spanned<TableSource>>) -> Detection {
    let anything = TableSource::LogSource { category: None, product: None, service: None };
    let source = source.map_or(&anything, |s| &s.value);
    Detection { plan: events(Some(source), sigma::lower(detection)), lets: Vec::new() }
}

/// Returns the name that people know a language by.
fn name(language: Language) -> &'static str {
    match language {
        Language::Kusto => "Kusto",
        Language::Kuery => "kuery",
        Language::Lucene => "Lucene",
        Language::Eql => "EQL",
        Language::Esql => "ES|QL",
        Language::Sigma => "Sigma",
    }
}
