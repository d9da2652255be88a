//! Lucene query strings to their tree.

use super::ast::{Clause, Conjunction, Prefix, Query, Value};
use super::text;
use crate::diagnostic::Diagnostic;
use crate::lang::pest::{refuse_deep_nesting, span, syntax_error};
use crate::source::{Span, Spanned};
use pest::Parser as _;
use pest::iterators::Pair;

mod grammar {
    //! What pest makes of the grammar file.
    #[derive(pest_derive::Parser)]
    #[grammar = "grammar/lucene.pest"]
    pub(super) struct Grammar;
}

use grammar::{Grammar, Rule};

/// Parses a query; nothing at all is a query without clauses.
///
/// # Errors
/// What is wrong first.
pub fn parse(text: &str) -> Result<Query, Diagnostic> {
    refuse_deep_nesting(text, ("(", ")"), "\"")?;
    let pairs = Grammar::parse(Rule::query, text).map_err(|error| syntax_error(&error, text, word))?;
    let found = pairs.into_iter().find(|pair| pair.as_rule() == Rule::clauses).map(clauses);
    let query = found.unwrap_or_else(|| Query { clauses: Vec::new(), span: Span::new(0, text.len()) });
    misplaced_tilde(&query).map_or(Ok(query), Err)
}

/// A `~` belongs to a word or a phrase (`Term` and `Clause` of `QueryParser.jj`).
fn misplaced_tilde(query: &Query) -> Option<Diagnostic> {
    query.clauses.iter().find_map(|clause| match &clause.value {
        Value::Group(_) | Value::Range { .. } if clause.fuzzy.is_some() => {
            Some(Diagnostic::error("syntax-error", clause.span, "a `~` follows a word or a phrase, not a range or a group"))
        }
        Value::Group(inner) => misplaced_tilde(inner),
        _ => None,
    })
}

/// What people call the grammar's rules.
fn word(rule: Rule) -> &'static str {
    match rule {
        Rule::and => "`AND`",
        Rule::or => "`OR`",
        Rule::not => "`NOT`",
        Rule::term | Rule::clause | Rule::named | Rule::field => "a word",
        Rule::phrase => "a phrase",
        Rule::to => "`TO`",
        Rule::to_in | Rule::to_ex => "`]` or `}`",
        Rule::bound => "an end of the range",
        Rule::close => "`)`",
        Rule::EOI => "the end of the query",
        _ => "",
    }
}

fn clauses(pair: Pair<'_, Rule>) -> Query {
    let mut query = Query { clauses: Vec::new(), span: span(pair.as_span()) };
    let (mut conjunction, mut prefix) = (None, None);
    for pair in pair.into_inner() {
        match pair.as_rule() {
            Rule::and => conjunction = Some(Conjunction::And),
            Rule::or => conjunction = Some(Conjunction::Or),
            Rule::not => prefix = Some(Prefix::Not),
            Rule::must => prefix = Some(Prefix::Must),
            Rule::must_not => prefix = Some(Prefix::MustNot),
            Rule::clause => {
                let read = clause(pair);
                query.clauses.push(Clause { conjunction: conjunction.take(), prefix: prefix.take(), ..read });
            }
            _ => {}
        }
    }
    query
}

fn clause(pair: Pair<'_, Rule>) -> Clause {
    let whole = span(pair.as_span());
    let mut clause =
        Clause { conjunction: None, prefix: None, field: None, value: Value::Phrase(String::new()), fuzzy: None, boost: None, span: whole };
    for pair in pair.into_inner() {
        match pair.as_rule() {
            Rule::named => {
                for pair in pair.into_inner() {
                    if pair.as_rule() == Rule::field {
                        clause.field = Some(Spanned::new(text::pattern(pair.as_str()), span(pair.as_span())));
                    } else {
                        clause.value = value(pair);
                    }
                }
            }
            Rule::fuzzy => clause.fuzzy = Some(pair.into_inner().next().map(|number| number.as_str().to_owned())),
            Rule::boost => clause.boost = pair.into_inner().next().map(|number| number.as_str().to_owned()),
            _ => clause.value = value(pair),
        }
    }
    clause
}

fn value(pair: Pair<'_, Rule>) -> Value {
    let raw = pair.as_str();
    match pair.as_rule() {
        Rule::phrase => Value::Phrase(text::phrase(raw)),
        Rule::regex => Value::Regex(text::regex(raw)),
        Rule::group => Value::Group(pair.into_inner().find(|inner| inner.as_rule() == Rule::clauses).map(clauses).unwrap_or_default()),
        Rule::range => range(pair),
        Rule::compared => {
            let bound = pair.clone().into_inner().next().map(|inner| bound(&inner)).unwrap_or_default();
            let inclusive = raw.get(1..2) == Some("=");
            let end = bound.map(|bound| (bound, inclusive));
            if raw.starts_with('>') { Value::Range { from: end, to: None } } else { Value::Range { from: None, to: end } }
        }
        _ => Value::Term(text::pattern(raw)),
    }
}

fn range(pair: Pair<'_, Rule>) -> Value {
    let (mut ends, mut from_inclusive, mut to_inclusive) = (Vec::new(), true, true);
    for pair in pair.into_inner() {
        match pair.as_rule() {
            Rule::from_ex => from_inclusive = false,
            Rule::to_ex => to_inclusive = false,
            Rule::bound => ends.push(bound(&pair)),
            _ => {}
        }
    }
    let mut ends = ends.into_iter();
    let from = ends.next().flatten().map(|bound| (bound, from_inclusive));
    Value::Range { from, to: ends.next().flatten().map(|bound| (bound, to_inclusive)) }
}

/// Reads an end of a range; `*` is open.
fn bound(pair: &Pair<'_, Rule>) -> Option<String> {
    let raw = pair.as_str();
    let text = if raw.starts_with('"') { text::phrase(raw) } else { text::unescape(raw) };
    (raw != "*").then_some(text)
}
