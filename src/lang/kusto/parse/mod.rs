//! Text to syntax tree, with every problem found at its place.
//!
//! A query is cut at its top-level `;` and `|` first, so one broken operator is one diagnostic and the others are still read. It resolves no names.

mod branch_operators;
mod build;
mod column_operators;
mod errors;
mod expressions;
mod graph_operators;
mod literals;

mod operators;
mod report_operators;
mod scan;
mod source_operators;
mod statements;

use super::ast::{Expr, ExprKind, Operator, OperatorKind, Query, Statement, StatementKind};
use crate::diagnostic::Diagnostic;
use crate::lang::pest as shared;
use crate::source::Span;
use build::{Builder, Built};
use pest::Parser;

/// The grammar.
#[derive(pest_derive::Parser)]
#[grammar = "../grammar/kusto.pest"]
struct Grammar;

/// A query as far as it could be read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// The tree; what did not parse is `Broken` or `Unknown` in it.
    pub query: Query,
    /// Problems in order of place; one of severity error means that the query is not valid Kusto.
    pub diagnostics: Vec<Diagnostic>,
}

/// Tells whether a word that begins with digits is a number of the language: `1d` is, `1day1` is not.
pub(super) fn is_number(text: &str) -> bool {
    Grammar::parse(Rule::number, text).is_ok()
}

/// Parses a query. Spans count bytes of `text`.
pub fn parse(text: &str) -> Parsed {
    shared::set_fuse();
    let limit = shared::MAX_NESTING;
    let scan = scan::scan(text, limit);
    if let Some(at) = scan.too_deep {
        let message = format!("brackets are nested more than {limit} deep");
        return Parsed { query: Query::default(), diagnostics: vec![Diagnostic::error("nested-too-deep", Span::new(at, at + 1), message)] };
    }
    let mut reader = Reader { source: text, text: &scan.masked, unclosed: scan.unclosed, parsed: Parsed::default() };
    let last = scan.statements.len().saturating_sub(1);
    for (index, cut) in scan.statements.iter().enumerate() {
        reader.statement(cut, index == last);
    }
    reader.parsed.diagnostics.sort_by_key(|d| d.primary.span.start);
    reader.parsed
}

/// Reads the pieces of a query one after the other.
struct Reader<'t> {
    /// The query as written.
    source: &'t str,
    /// The same with comments and white space as blanks.
    text: &'t str,
    /// The innermost bracket that is never closed.
    unclosed: Option<usize>,
    parsed: Parsed,
}

impl<'t> Reader<'t> {
    fn statement(&mut self, cut: &scan::Cut, last: bool) {
        let Some((head, rest)) = cut.pieces.split_first() else { return };
        let blank = |piece: &Span| piece.text(self.text).trim_matches(' ').is_empty();
        if rest.is_empty() && blank(head) {
            if !last {
                let place = Span::new(head.end as usize, head.end as usize + usize::from(cut.ended));
                self.report(Diagnostic::error("empty-statement", place, "there is no statement before `;`"));
            }
            return;
        }
        let mut statement = match self.head(*head) {
            Ok(statement) => statement,
            Err(problem) => {
                self.report(*problem);
                Statement { kind: StatementKind::Broken(head.text(self.text).trim_matches(' ').to_owned()), span: *head }
            }
        };
        for piece in rest {
            let operator = self.piece_operator(*piece);
            pipe_onto(&mut statement, operator, &mut self.parsed.diagnostics);
        }
        self.parsed.query.statements.push(statement);
    }

    fn report(&mut self, problem: Diagnostic) {
        self.parsed.diagnostics.push(problem);
    }

    fn head(&self, piece: Span) -> Built<Statement> {
        let (start, text) = self.trimmed(piece);
        if text.starts_with('.') {
            let message = "a management command is not a query";
            return Err(Box::new(Diagnostic::error("management-command", Span::new(start, start + 1), message)));
        }
        let builder = Builder { text, base: start };
        let mut pairs = Grammar::parse(Rule::statement_piece, text).map_err(|e| self.explain(&e, text, start))?;
        match pairs.next() {
            Some(part) => builder.statement(part),
            None => Err(build::fault(piece, "there is no statement here")),
        }
    }

    /// Reads the operator of a piece; a broken one is `Unknown`.
    fn piece_operator(&mut self, piece: Span) -> Operator {
        match self.operator(piece) {
            Ok(operator) => operator,
            Err(problem) => {
                self.report(*problem);
                let (start, text) = self.trimmed(piece);
                let span = Span::new(start, start + text.len());
                let keyword = Span::new(start, start + operators::keyword(text).len());
                Operator { kind: OperatorKind::Unknown(text.to_owned()), params: Vec::new(), span, keyword }
            }
        }
    }

    fn operator(&self, piece: Span) -> Built<Operator> {
        let (start, text) = self.trimmed(piece);
        let keyword = operators::keyword(text);
        let Some(rule) = operators::rule_of(keyword) else { return Err(errors::unknown_operator(keyword, text, start)) };
        let builder = Builder { text, base: start };
        if let Ok(mut pairs) = Grammar::parse(rule, text)
            && let Some(part) = pairs.next()
            && part.as_span().end() == text.len()
        {
            return builder.operator(part);
        }
        // Only the whole piece fails with the place and the words of what was expected.
        match Grammar::parse(Rule::operator_piece, text) {
            Err(error) => Err(self.explain(&error, text, start)),
            Ok(mut pairs) => {
                pairs.next().map_or_else(|| Err(build::fault(piece, "there is no operator here")), |part| builder.operator(part))
            }
        }
    }

    fn explain(&self, error: &pest::error::Error<Rule>, text: &str, base: usize) -> Box<Diagnostic> {
        errors::explain(error, &errors::Piece { text, base, source: self.source, unclosed: self.unclosed })
    }

    /// Returns a piece without the blanks around it, and where it begins.
    fn trimmed(&self, piece: Span) -> (usize, &'t str) {
        let text = piece.text(self.text);
        let kept = text.trim_start_matches(' ');
        (piece.start as usize + text.len() - kept.len(), kept.trim_end_matches(' '))
    }
}

/// Puts an operator at the end of a statement's query.
fn pipe_onto(statement: &mut Statement, operator: Operator, diagnostics: &mut Vec<Diagnostic>) {
    statement.span = statement.span.to(operator.span);
    match &mut statement.kind {
        StatementKind::Let { value, .. } | StatementKind::Expression(value) => {
            let empty = Expr { kind: ExprKind::Wildcard(String::new()), span: value.span };
            *value = operators::piped(std::mem::replace(value, empty), operator);
        }
        StatementKind::Broken(_) => {}
        _ => {
            let place = operator.keyword;
            diagnostics.push(Diagnostic::error("syntax-error", place, "a pipe cannot follow this statement"));
        }
    }
}
