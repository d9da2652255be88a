//! Text to syntax tree, with every problem found at its place.
//!
//! A query is cut at its top-level `;` and `|` first, so one broken operator is one diagnostic and the others are still read. It resolves no names.

mod branch_operators;
mod build;
mod column_operators;
mod cut;
mod errors;
mod expected;
mod expressions;
mod graph_operators;
mod json;
mod literals;
mod operators;
mod recovery;
mod report_operators;
mod source_operators;
mod statements;

use super::ast::{Expr, ExprKind, Operator, OperatorKind, Query, Statement, StatementKind};
use crate::diagnostic::Diagnostic;
use crate::lang::pest as shared;
use crate::source::Span;
use build::{Builder, Built};
use cut::{Cut, Piece};
use pest::Parser;

/// The grammar.
#[derive(pest_derive::Parser)]
#[grammar = "../grammar/kusto_tokens.pest"]
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

/// Parses a query. Spans count bytes of `text`.
pub fn parse(text: &str) -> Parsed {
    shared::set_fuse();
    let mut cut = cut::cut(text);
    if let Some(refusal) = cut.refused.take() {
        return Parsed { query: Query::default(), diagnostics: vec![refusal] };
    }
    let mut reader = Reader { source: text, cut: &cut, parsed: Parsed::default() };
    let last = cut.statements.len().saturating_sub(1);
    for (index, pieces) in cut.statements.iter().enumerate() {
        reader.statement(pieces, index == last);
    }
    reader.parsed.diagnostics.sort_by_key(|d| d.primary.span.start);
    reader.parsed
}

/// Errors of a query whose message says what was expected; a text with more of them is no query.
const MOST_EXPLAINED: usize = 20;

/// Reads the pieces of a query one after the other.
struct Reader<'t> {
    /// The query as written.
    source: &'t str,
    cut: &'t Cut,
    parsed: Parsed,
}

impl<'t> Reader<'t> {
    fn statement(&mut self, pieces: &[Piece], last: bool) {
        let Some((head, rest)) = pieces.split_first() else { return };
        if rest.is_empty() && head.start == head.end {
            if !last {
                self.report(Diagnostic::error("empty-statement", head.separator, "there is no statement before `;`"));
            }
            return;
        }
        let mut statement = match self.head(head) {
            Ok(statement) => statement,
            Err(problem) => {
                self.report(*problem);
                let span = self.span(head);
                Statement { kind: StatementKind::Broken(span.text(self.source).to_owned()), span }
            }
        };
        for piece in rest {
            let operator = self.piece_operator(piece);
            pipe_onto(&mut statement, operator, &mut self.parsed.diagnostics);
        }
        self.parsed.query.statements.push(statement);
    }

    fn report(&mut self, problem: Diagnostic) {
        self.parsed.diagnostics.push(problem);
    }

    /// Returns where a piece stands; an empty one stands at the separator after it.
    fn span(&self, piece: &Piece) -> Span {
        match self.builder(piece).places {
            [first, .., last] => first.to(*last),
            [only] => *only,
            [] => Span::at(piece.separator.start as usize),
        }
    }

    fn builder(&self, piece: &Piece) -> Builder<'t> {
        let places = self.cut.places.get(piece.start..piece.end).unwrap_or_default();
        let terminals = self.cut.terminals.get(piece.start..piece.end).unwrap_or_default();
        Builder { source: self.source, places, terminals }
    }

    fn head(&mut self, piece: &Piece) -> Built<Statement> {
        let builder = self.builder(piece);
        let span = self.span(piece);
        if span.text(self.source).starts_with('.') {
            let place = Span { end: span.start + 1, ..span };
            return Err(Box::new(Diagnostic::error("management-command", place, "a management command is not a query")));
        }
        let mut pairs =
            Grammar::parse(Rule::statement_piece, builder.terminals).map_err(|e| self.explain(&e, piece, Rule::statement_piece))?;
        match pairs.next() {
            Some(part) => builder.statement(part),
            None => Err(build::fault(span, "there is no statement here")),
        }
    }

    /// Reads the operator of a piece; a broken one is `Unknown`.
    fn piece_operator(&mut self, piece: &Piece) -> Operator {
        match self.operator(piece) {
            Ok(operator) => operator,
            Err(problem) => {
                self.report(*problem);
                let span = self.span(piece);
                let text = span.text(self.source);
                let keyword = Span { end: span.start + operators::keyword(text).len() as u32, ..span };
                Operator { kind: OperatorKind::Unknown(text.to_owned()), params: Vec::new(), span, keyword }
            }
        }
    }

    fn operator(&mut self, piece: &Piece) -> Built<Operator> {
        let builder = self.builder(piece);
        let span = self.span(piece);
        let keyword = builder.places.first().map_or("", |place| place.text(self.source));
        let Some(rule) = operators::rule_of(keyword) else { return Err(errors::unknown_operator(span, self.source)) };
        if let Ok(mut pairs) = Grammar::parse(rule, builder.terminals)
            && let Some(part) = pairs.next()
            && part.as_span().end() == builder.terminals.len()
        {
            return builder.operator(part);
        }
        // Only the whole piece fails with the place and the words of what was expected.
        match Grammar::parse(Rule::operator_piece, builder.terminals) {
            Err(error) => Err(self.explain(&error, piece, Rule::operator_piece)),
            Ok(mut pairs) => {
                pairs.next().map_or_else(|| Err(build::fault(span, "there is no operator here")), |part| builder.operator(part))
            }
        }
    }

    /// Explains why the grammar refused a piece; reports what else is wrong in it.
    fn explain(&mut self, error: &pest::error::Error<Rule>, piece: &Piece, entry: Rule) -> Box<Diagnostic> {
        let room = MOST_EXPLAINED.saturating_sub(self.parsed.diagnostics.len());
        let refused = errors::Refused { entry, separator: piece.separator, thorough: room > 0 };
        if self.cut.unclosed.is_none() {
            self.parsed.diagnostics.extend(recovery::further(error, &self.builder(piece), &refused, room));
        }
        errors::explain(error, &self.builder(piece), self.cut.unclosed, &refused)
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
