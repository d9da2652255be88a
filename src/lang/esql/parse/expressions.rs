//! ES|QL's expressions: flat chains of the grammar grouped by precedence.

use super::super::ast::{Expr, ExprKind, Name};
use super::super::text;
use super::grammar::Rule;
use super::{incomplete, place};
use crate::diagnostic::Diagnostic;
use crate::ir::{Arithmetic, Comparison};
use crate::lang::arithmetic::Chain;
use crate::lang::pest::span;
use crate::source::{Span, Spanned};
use pest::iterators::Pair;

/// Signs and `NOT`s in a row are nodes in each other.
const MAX_PREFIXES: usize = 64;

/// A chain of arithmetic this long is refused: it is a node in a node from the left.
const MAX_TERMS: usize = 250;

/// Reads a name; a `*` outside of backticks makes it a pattern.
pub(super) fn name(pair: &Pair<'_, Rule>) -> Name {
    dotted(pair.clone().into_inner(), place(pair))
}

/// Reads a name of these parts.
pub(super) fn dotted<'a>(parts: impl IntoIterator<Item = Pair<'a, Rule>>, span: Span) -> Name {
    let (mut name, mut is_pattern) = (String::new(), false);
    for part in parts {
        if !name.is_empty() {
            name.push('.');
        }
        if part.as_rule() == Rule::backtick {
            name.push_str(&text::read_backticks(part.as_str()));
        } else {
            is_pattern |= part.as_str().contains('*');
            name.push_str(part.as_str());
        }
    }
    Name { text: name, is_pattern, span }
}

/// Reads a condition: `AND` binds closer than `OR`.
pub(super) fn condition(pair: Pair<'_, Rule>) -> Result<Expr, Diagnostic> {
    let whole = place(&pair);
    let mut alternatives: Vec<Vec<Expr>> = vec![Vec::new()];
    let mut nots: Vec<Span> = Vec::new();
    for pair in pair.into_inner() {
        match pair.as_rule() {
            Rule::not => nots.push(span(pair.as_span())),
            Rule::or => alternatives.push(Vec::new()),
            Rule::test => {
                refuse_many(nots.len(), MAX_PREFIXES, whole)?;
                let negate = |inner: Expr, not: Span| Expr { span: not.to(inner.span), kind: ExprKind::Not(Box::new(inner)) };
                let operand = nots.drain(..).rev().fold(test(pair)?, negate);
                if let Some(group) = alternatives.last_mut() {
                    group.push(operand);
                }
            }
            _ => {}
        }
    }
    let groups = alternatives.into_iter().map(|group| joined(group, ExprKind::And, whole)).collect::<Result<_, _>>()?;
    joined(groups, ExprKind::Or, whole)
}

fn refuse_many(count: usize, most: usize, span: Span) -> Result<(), Diagnostic> {
    if count <= most {
        return Ok(());
    }
    Err(Diagnostic::error("nested-too-deep", span, format!("more than {most} operators in a row")))
}

fn joined(mut items: Vec<Expr>, kind: fn(Vec<Expr>) -> ExprKind, whole: Span) -> Result<Expr, Diagnostic> {
    match items.pop() {
        Some(only) if items.is_empty() => Ok(only),
        None => Err(incomplete(whole)),
        last => {
            items.extend(last);
            let span = items.iter().map(|item| item.span).reduce(Span::to).unwrap_or(whole);
            Ok(Expr { kind: kind(items), span })
        }
    }
}

fn test(pair: Pair<'_, Rule>) -> Result<Expr, Diagnostic> {
    let whole = place(&pair);
    let (mut left, mut op) = (None, Comparison::Eq);
    for pair in pair.into_inner() {
        match (pair.as_rule(), left.take()) {
            (Rule::sum, None) => left = Some(sum(pair)?),
            (Rule::sum, Some(first)) => {
                let kind = ExprKind::Compare { op, left: Box::new(first), right: Box::new(sum(pair)?) };
                left = Some(Expr { kind, span: whole });
            }
            (Rule::comparator, first) => {
                op = comparison(pair.as_str());
                left = first;
            }
            (Rule::lookup | Rule::null_test | Rule::matches, Some(value)) => left = Some(Expr { kind: tested(pair, value)?, span: whole }),
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

/// Reads what stands behind a value: `IN (…)`, `LIKE "…"`, `IS NULL`, `: "…"`.
fn tested(pair: Pair<'_, Rule>, value: Expr) -> Result<ExprKind, Diagnostic> {
    let (whole, rule, value) = (place(&pair), pair.as_rule(), Box::new(value));
    let (mut negated, mut regex, mut list, mut brackets, mut is_in) = (false, false, Vec::new(), false, false);
    for pair in pair.into_inner() {
        match pair.as_rule() {
            Rule::not => negated = true,
            Rule::rlike => regex = true,
            Rule::r#in => is_in = true,
            Rule::members | Rule::strings => {
                for pair in pair.into_inner() {
                    match pair.as_rule() {
                        Rule::open => brackets = true,
                        Rule::close => {}
                        Rule::condition => list.push(condition(pair)?),
                        _ => list.push(literal(&pair)?),
                    }
                }
            }
            Rule::null if rule == Rule::null_test => {}
            Rule::is | Rule::like => {}
            _ => list.push(constant(pair)?),
        }
    }
    Ok(match rule {
        Rule::null_test => ExprKind::IsNull { negated, value },
        Rule::matches => ExprKind::Matches { value, query: Box::new(list.pop().ok_or_else(|| incomplete(whole))?) },
        _ if is_in => ExprKind::In { negated, value, list },
        _ => ExprKind::Like { regex, negated, value, patterns: list, brackets },
    })
}

/// Groups a flat chain: `* / %` bind closer than `+ -`, both from the left.
fn sum(pair: Pair<'_, Rule>) -> Result<Expr, Diagnostic> {
    let whole = place(&pair);
    let mut chain = Chain::new(arithmetic);
    let (mut signs, mut terms) = (Vec::new(), 0);
    for pair in pair.into_inner() {
        let sign = match pair.as_rule() {
            Rule::plus => Arithmetic::Add,
            Rule::minus => Arithmetic::Subtract,
            Rule::times => Arithmetic::Multiply,
            Rule::divide => Arithmetic::Divide,
            Rule::modulo => Arithmetic::Modulo,
            _ => {
                terms += 1;
                refuse_many(terms, MAX_TERMS, whole)?;
                refuse_many(signs.len(), MAX_PREFIXES, whole)?;
                let negate = |inner: Expr, minus: Span| Expr { span: minus.to(inner.span), kind: ExprKind::Negate(Box::new(inner)) };
                chain.operand(signs.drain(..).rev().fold(value(pair)?, negate));
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

/// Reads an operand with its casts.
pub(super) fn value(pair: Pair<'_, Rule>) -> Result<Expr, Diagnostic> {
    let whole = place(&pair);
    let mut found = None;
    let mut casts = 0;
    for pair in pair.into_inner() {
        match (pair.as_rule(), found.take()) {
            (Rule::cast, Some(value)) => {
                casts += 1;
                refuse_many(casts, MAX_PREFIXES, whole)?;
                let span = whole.to(place(&pair));
                let ty = pair.into_inner().next().map(|ty| Spanned::new(ty.as_str().to_owned(), place(&ty))).unwrap_or_default();
                found = Some(Expr { kind: ExprKind::Cast { value: Box::new(value), ty }, span });
            }
            (Rule::open | Rule::close, known) => found = known,
            (_, _) => found = Some(primary(pair)?),
        }
    }
    found.ok_or_else(|| incomplete(whole))
}

fn primary(pair: Pair<'_, Rule>) -> Result<Expr, Diagnostic> {
    let span = place(&pair);
    let kind = match pair.as_rule() {
        Rule::condition => return condition(pair),
        Rule::call => call(pair)?,
        Rule::name => ExprKind::Name(name(&pair)),
        _ => return constant(pair),
    };
    Ok(Expr { kind, span })
}

/// Reads a constant.
pub(super) fn constant(pair: Pair<'_, Rule>) -> Result<Expr, Diagnostic> {
    let span = place(&pair);
    let kind = match pair.as_rule() {
        Rule::timespan => {
            let mut parts = pair.into_inner();
            let (amount, unit) = (parts.next(), parts.next());
            let amount = amount.and_then(|amount| amount.as_str().parse().ok()).ok_or_else(|| too_large(span))?;
            ExprKind::Timespan { amount, unit: unit.map(|unit| unit.as_str().to_owned()).unwrap_or_default() }
        }
        Rule::list => ExprKind::List(pair.into_inner().map(constant).collect::<Result<_, _>>()?),
        Rule::signed => {
            let mut negative = false;
            let mut number = None;
            for pair in pair.into_inner() {
                match pair.as_rule() {
                    Rule::minus => negative = true,
                    Rule::number => number = Some(literal(&pair)?),
                    _ => {}
                }
            }
            let number = number.ok_or_else(|| incomplete(span))?;
            if !negative {
                return Ok(number);
            }
            ExprKind::Negate(Box::new(number))
        }
        _ => return literal(&pair),
    };
    Ok(Expr { kind, span })
}

fn too_large(span: Span) -> Diagnostic {
    Diagnostic::error("number-too-large", span, "the number is too large")
}

/// Reads a literal of one token. Whole numbers beyond 64 bits become doubles, as `LogicalPlanBuilder` of Elasticsearch reads them.
pub(super) fn literal(pair: &Pair<'_, Rule>) -> Result<Expr, Diagnostic> {
    let span = place(pair);
    let raw = pair.as_str();
    let kind = match pair.as_rule() {
        Rule::null => ExprKind::Null,
        Rule::boolean => ExprKind::Bool(raw.eq_ignore_ascii_case("true")),
        Rule::param => ExprKind::Param(raw.to_owned()),
        Rule::number => match raw.parse().ok().filter(|_| raw.bytes().all(|b| b.is_ascii_digit())) {
            Some(integer) => ExprKind::Integer(integer),
            None => ExprKind::Real(raw.parse().ok().filter(|n: &f64| n.is_finite()).ok_or_else(|| too_large(span))?),
        },
        rule => ExprKind::Text { value: text::read(raw), raw: rule == Rule::raw },
    };
    Ok(Expr { kind, span })
}

fn call(pair: Pair<'_, Rule>) -> Result<ExprKind, Diagnostic> {
    let (mut called, mut args, mut star, mut with) = (Spanned::default(), Vec::new(), false, Vec::new());
    for pair in pair.into_inner() {
        match pair.as_rule() {
            Rule::function => called = Spanned::new(pair.as_str().to_owned(), span(pair.as_span())),
            Rule::star => star = true,
            Rule::condition => args.push(condition(pair)?),
            Rule::options => with = options(pair)?,
            _ => {}
        }
    }
    Ok(ExprKind::Call { name: called, args, star, options: with })
}

/// Reads `{"name": constant}`.
pub(super) fn options(pair: Pair<'_, Rule>) -> Result<Vec<(String, Expr)>, Diagnostic> {
    let mut options = Vec::new();
    for entry in pair.into_inner().filter(|inner| inner.as_rule() == Rule::entry) {
        let mut parts = entry.into_inner();
        if let (Some(key), Some(value)) = (parts.next(), parts.next()) {
            options.push((text::read(key.as_str()), constant(value)?));
        }
    }
    Ok(options)
}
