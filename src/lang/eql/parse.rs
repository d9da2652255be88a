//! EQL text to its tree.

mod calls;
mod demands;

use super::ast::{Event, Expr, ExprKind, Lookup, Part, Pipe, Query, QueryKind, Sequence, Term};
use super::text;
use crate::diagnostic::Diagnostic;
use crate::ir::{Arithmetic, Comparison, TICKS_PER_SECOND};
use crate::lang::arithmetic::Chain;
use crate::lang::pest::{refuse_deep_nesting, span, syntax_error};
use crate::source::{Span, Spanned};
use pest::Parser as _;
use pest::iterators::Pair;

mod grammar {
    //! What pest makes of the grammar file.
    #[derive(pest_derive::Parser)]
    #[grammar = "grammar/eql.pest"]
    pub(super) struct Grammar;
}

use grammar::{Grammar, Rule};

/// Signs and `not`s in a row are nodes in each other.
const MAX_PREFIXES: usize = 64;

/// Parses a query.
///
/// # Errors
/// What is wrong first.
pub fn parse(text: &str) -> Result<Query, Diagnostic> {
    refuse_deep_nesting(text, ("([", ")]"), "\"`")?;
    let pairs = Grammar::parse(Rule::query, text).map_err(|error| syntax_error(&error, text, word))?;
    let (mut kind, mut pipes) = (None, Vec::new());
    for pair in pairs {
        match pair.as_rule() {
            Rule::event => kind = Some(QueryKind::Event(event(pair)?)),
            Rule::sequence => kind = Some(QueryKind::Sequence(sequence(pair)?)),
            Rule::sample => kind = Some(QueryKind::Sample(sequence(pair)?)),
            Rule::join => kind = Some(QueryKind::Join(sequence(pair)?)),
            Rule::pipe => pipes.push(pipe(pair)?),
            _ => {}
        }
    }
    let query = kind.map(|kind| Query { kind, pipes }).ok_or_else(|| incomplete(Span::new(0, text.len())))?;
    demands::check(&query)?;
    calls::wrong(&query).map_or(Ok(query), Err)
}

/// What people call the grammar's rules.
fn word(rule: Rule) -> &'static str {
    match rule {
        Rule::or => "`or`",
        Rule::and => "`and`",
        Rule::not => "`not`",
        Rule::where_kw => "`where`",
        Rule::by => "`by`",
        Rule::with => "`with`",
        Rule::maxspan => "`maxspan`",
        Rule::runs => "`runs`",
        Rule::until | Rule::ending => "`until`",
        Rule::open => "`(`",
        Rule::close => "`)`",
        Rule::start_term | Rule::term => "`[`",
        Rule::end_term => "`]`",
        Rule::comparator => "a comparison",
        Rule::lookup | Rule::seq | Rule::any_in | Rule::exact_in | Rule::any_like | Rule::exact_like => "`:`, `in` or `like`",
        Rule::quoted | Rule::raw | Rule::patterns => "a text in double quotes",
        Rule::number => "a number",
        Rule::duration => "a duration like `5m`",
        Rule::category | Rule::event => "an event category",
        Rule::sum | Rule::test | Rule::condition | Rule::field | Rule::name | Rule::call | Rule::function => "a value",
        Rule::pipe => "`|`",
        Rule::EOI => "the end of the query",
        _ => "",
    }
}

/// For trees that the grammar does not make.
fn incomplete(span: Span) -> Diagnostic {
    Diagnostic::error("syntax-error", span, "the query is incomplete")
}

fn event(pair: Pair<'_, Rule>) -> Result<Event, Diagnostic> {
    let whole = span(pair.as_span());
    let (mut category, mut found) = (None, None);
    for pair in pair.into_inner() {
        match pair.as_rule() {
            Rule::category => {
                let name = pair.into_inner().next().filter(|inner| inner.as_rule() != Rule::any);
                category = name.map(|name| Spanned::new(text::read(name.as_str()), span(name.as_span())));
            }
            Rule::condition => found = Some(condition(pair)?),
            _ => {}
        }
    }
    Ok(Event { category, condition: found.ok_or_else(|| incomplete(whole))?, span: whole })
}

fn sequence(pair: Pair<'_, Rule>) -> Result<Sequence, Diagnostic> {
    let mut sequence = Sequence { by: Vec::new(), maxspan: None, terms: Vec::new(), until: None, span: span(pair.as_span()) };
    for pair in pair.into_inner() {
        match pair.as_rule() {
            Rule::keys => sequence.by = sums(pair)?,
            Rule::span => {
                sequence.maxspan =
                    pair.into_inner().find(|inner| inner.as_rule() == Rule::duration).map(|pair| duration(&pair)).transpose()?;
            }
            Rule::term => sequence.terms.push(term(pair)?),
            Rule::ending => {
                sequence.until = pair.into_inner().find(|inner| inner.as_rule() == Rule::term).map(term).transpose()?.map(Box::new);
            }
            _ => {}
        }
    }
    Ok(sequence)
}

fn term(pair: Pair<'_, Rule>) -> Result<Term, Diagnostic> {
    let whole = span(pair.as_span());
    let (mut missing, mut found, mut by, mut runs) = (false, None, Vec::new(), None);
    for pair in pair.into_inner() {
        match pair.as_rule() {
            Rule::missing => missing = true,
            Rule::event => found = Some(event(pair)?),
            Rule::keys => by = sums(pair)?,
            Rule::repeat => runs = Some(repeat(&pair)?),
            _ => {}
        }
    }
    Ok(Term { missing, event: found.ok_or_else(|| incomplete(whole))?, by, runs, span: whole })
}

fn repeat(pair: &Pair<'_, Rule>) -> Result<u32, Diagnostic> {
    let number = pair.clone().into_inner().find(|inner| inner.as_rule() == Rule::number);
    // Elasticsearch allows up to 100 (`EqlParser`, "A positive maximum number of repetitions").
    let runs = number.and_then(|number| number.as_str().parse().ok()).filter(|runs| (1..=100).contains(runs));
    runs.ok_or_else(|| Diagnostic::error("bad-runs", span(pair.as_span()), "`runs` is a whole number from 1 to 100"))
}

fn duration(pair: &Pair<'_, Rule>) -> Result<Spanned<i64>, Diagnostic> {
    let place = span(pair.as_span());
    let unit_at = pair.as_str().find(|c: char| c.is_ascii_alphabetic()).unwrap_or(pair.as_str().len());
    let (number, unit) = pair.as_str().split_at_checked(unit_at).unwrap_or((pair.as_str(), ""));
    // `LogicalPlanBuilder.visitSequenceParams` of Elasticsearch.
    if unit.is_empty() {
        let message = format!("`{number}` has no unit");
        return Err(Diagnostic::error("bad-maxspan", place, message).with_help(format!("write `{number}s`, or `ms`, `m`, `h`, `d`")));
    }
    if number.bytes().all(|digit| digit == b'0') {
        return Err(Diagnostic::error("bad-maxspan", place, "a span is longer than nothing"));
    }
    let ticks = match unit {
        "ms" => TICKS_PER_SECOND / 1000,
        "m" => 60 * TICKS_PER_SECOND,
        "h" => 3600 * TICKS_PER_SECOND,
        "d" => 86_400 * TICKS_PER_SECOND,
        _ => TICKS_PER_SECOND,
    };
    let total = number.parse::<i64>().ok().and_then(|number| number.checked_mul(ticks));
    total.map(|ticks| Spanned::new(ticks, place)).ok_or_else(|| Diagnostic::error("number-too-large", place, "the duration is too long"))
}

fn pipe(pair: Pair<'_, Rule>) -> Result<Pipe, Diagnostic> {
    let mut pipe = Pipe { name: Spanned::new(String::new(), span(pair.as_span())), args: Vec::new() };
    for pair in pair.into_inner() {
        match pair.as_rule() {
            Rule::name => pipe.name = Spanned::new(pair.as_str().to_owned(), span(pair.as_span())),
            Rule::condition => pipe.args.push(condition(pair)?),
            _ => {}
        }
    }
    Ok(pipe)
}

fn condition(pair: Pair<'_, Rule>) -> Result<Expr, Diagnostic> {
    let whole = span(pair.as_span());
    let mut alternatives: Vec<Vec<Expr>> = Vec::new();
    let mut nots: Vec<Span> = Vec::new();
    let mut joins = false;
    for pair in pair.into_inner() {
        match pair.as_rule() {
            Rule::or => joins = false,
            Rule::and => joins = true,
            Rule::not => nots.push(span(pair.as_span())),
            Rule::test => {
                let operand = test(pair)?;
                refuse_prefixes(nots.len(), whole)?;
                let negate = |inner: Expr, not: Span| Expr { span: not.to(inner.span), kind: ExprKind::Not(Box::new(inner)) };
                let item = nots.drain(..).rev().fold(operand, negate);
                match alternatives.last_mut() {
                    Some(group) if joins => group.push(item),
                    _ => alternatives.push(vec![item]),
                }
            }
            _ => {}
        }
    }
    let groups = alternatives.into_iter().map(|group| joined(group, ExprKind::And)).collect();
    Ok(joined(groups, ExprKind::Or))
}

fn refuse_prefixes(count: usize, span: Span) -> Result<(), Diagnostic> {
    if count <= MAX_PREFIXES {
        return Ok(());
    }
    Err(Diagnostic::error("nested-too-deep", span, format!("more than {MAX_PREFIXES} signs in a row")))
}

fn joined(mut items: Vec<Expr>, kind: fn(Vec<Expr>) -> ExprKind) -> Expr {
    match items.pop() {
        Some(only) if items.is_empty() => only,
        last => {
            items.extend(last);
            let span = items.iter().map(|item| item.span).reduce(Span::to).unwrap_or_default();
            Expr { kind: kind(items), span }
        }
    }
}

fn test(pair: Pair<'_, Rule>) -> Result<Expr, Diagnostic> {
    let whole = span(pair.as_span());
    let (mut left, mut op) = (None, Comparison::Eq);
    for pair in pair.into_inner() {
        match (pair.as_rule(), left.take()) {
            (Rule::sum, None) => left = Some(sum(pair)?),
            (Rule::sum, Some(first)) => {
                let kind = ExprKind::Compare { op, left: Box::new(first), right: Box::new(sum(pair)?) };
                left = Some(Expr { kind, span: whole });
            }
            (Rule::lookup, Some(value)) => left = Some(Expr { kind: lookup(pair, value)?, span: whole }),
            (Rule::comparator, first) => {
                op = comparison(pair.as_str());
                left = first;
            }
            (_, first) => left = first,
        }
    }
    left.ok_or_else(|| incomplete(whole))
}

fn comparison(sign: &str) -> Comparison {
    match sign {
        "!=" => Comparison::Ne,
        "<" => Comparison::Lt,
        "<=" => Comparison::Le,
        ">" => Comparison::Gt,
        ">=" => Comparison::Ge,
        _ => Comparison::Eq,
    }
}

fn lookup(pair: Pair<'_, Rule>, value: Expr) -> Result<ExprKind, Diagnostic> {
    let (mut test, mut any_case, mut negated, mut brackets, mut list) = (Lookup::In, false, false, false, Vec::new());
    for pair in pair.into_inner() {
        match pair.as_rule() {
            Rule::not => negated = true,
            Rule::any_in => any_case = true,
            Rule::seq => (test, any_case) = (Lookup::Matches, true),
            Rule::exact_like => test = Lookup::Like,
            Rule::any_like => (test, any_case) = (Lookup::Like, true),
            Rule::exact_regex => test = Lookup::Regex,
            Rule::any_regex => (test, any_case) = (Lookup::Regex, true),
            Rule::members | Rule::patterns => {
                for pair in pair.into_inner() {
                    match pair.as_rule() {
                        Rule::open => brackets = true,
                        Rule::condition => list.push(condition(pair)?),
                        Rule::close => {}
                        _ => list.push(primary(pair)?),
                    }
                }
            }
            _ => {}
        }
    }
    Ok(ExprKind::Lookup { test, any_case, negated, value: Box::new(value), list, brackets })
}

fn sums(pair: Pair<'_, Rule>) -> Result<Vec<Expr>, Diagnostic> {
    pair.into_inner().filter(|inner| inner.as_rule() == Rule::sum).map(sum).collect()
}

/// Groups a flat chain: `* / %` bind closer than `+ -`, both from the left.
fn sum(pair: Pair<'_, Rule>) -> Result<Expr, Diagnostic> {
    let whole = span(pair.as_span());
    let mut chain = Chain::new(arithmetic);
    let mut signs = Vec::new();
    for pair in pair.into_inner() {
        let sign = match pair.as_rule() {
            Rule::plus => Arithmetic::Add,
            Rule::minus => Arithmetic::Subtract,
            Rule::times => Arithmetic::Multiply,
            Rule::divide => Arithmetic::Divide,
            Rule::modulo => Arithmetic::Modulo,
            Rule::open | Rule::close => continue,
            _ => {
                refuse_prefixes(signs.len(), whole)?;
                let negate = |inner: Expr, minus: Span| Expr { span: minus.to(inner.span), kind: ExprKind::Negate(Box::new(inner)) };
                chain.operand(signs.drain(..).rev().fold(primary(pair)?, negate));
                continue;
            }
        };
        // A plus sign says nothing.
        if !chain.takes(sign) {
            signs.extend((sign == Arithmetic::Subtract).then(|| span(pair.as_span())));
        }
    }
    chain.finish().ok_or_else(|| incomplete(whole))
}

fn arithmetic(op: Arithmetic, left: Expr, right: Expr) -> Expr {
    Expr { span: left.span.to(right.span), kind: ExprKind::Arithmetic { op, left: Box::new(left), right: Box::new(right) } }
}

fn primary(pair: Pair<'_, Rule>) -> Result<Expr, Diagnostic> {
    let place = span(pair.as_span());
    let kind = match pair.as_rule() {
        Rule::condition => return condition(pair),
        Rule::call => call(pair)?,
        Rule::field => field(pair)?,
        _ => return literal(&pair),
    };
    Ok(Expr { kind, span: place })
}

fn literal(pair: &Pair<'_, Rule>) -> Result<Expr, Diagnostic> {
    let place = span(pair.as_span());
    let raw = pair.as_str();
    let too_large = || Diagnostic::error("number-too-large", place, format!("`{raw}` is too large"));
    let kind = match pair.as_rule() {
        Rule::null => ExprKind::Null,
        Rule::boolean => ExprKind::Bool(raw == "true"),
        Rule::number if raw.bytes().all(|b| b.is_ascii_digit()) => ExprKind::Integer(raw.parse().map_err(|_| too_large())?),
        Rule::number => ExprKind::Real(raw.parse().ok().filter(|n: &f64| n.is_finite()).ok_or_else(too_large)?),
        rule => ExprKind::Text { value: text::read(raw), raw: rule == Rule::raw },
    };
    Ok(Expr { kind, span: place })
}

fn call(pair: Pair<'_, Rule>) -> Result<ExprKind, Diagnostic> {
    let mut name = Spanned::default();
    let mut args = Vec::new();
    for pair in pair.into_inner() {
        match pair.as_rule() {
            Rule::function => name = Spanned::new(pair.as_str().to_owned(), span(pair.as_span())),
            Rule::condition => args.push(condition(pair)?),
            _ => {}
        }
    }
    let any_case = name.value.ends_with('~');
    name.value = name.value.trim_end_matches('~').to_owned();
    Ok(ExprKind::Call { name, any_case, args })
}

fn field(pair: Pair<'_, Rule>) -> Result<ExprKind, Diagnostic> {
    let (mut path, mut optional) = (Vec::new(), false);
    for pair in pair.into_inner() {
        let raw = pair.as_str();
        match pair.as_rule() {
            Rule::optional => optional = true,
            Rule::name | Rule::step => path.push(Part::Name { text: raw.to_owned(), quoted: false }),
            Rule::backtick => path.push(Part::Name { text: text::read_backticks(raw), quoted: true }),
            Rule::index => {
                let digits = raw.trim_matches(|c: char| !c.is_ascii_digit());
                let index =
                    digits.parse().map_err(|_| Diagnostic::error("bad-index", span(pair.as_span()), "an index is a whole number"))?;
                path.push(Part::Index(index));
            }
            _ => {}
        }
    }
    Ok(ExprKind::Field { path, optional })
}
