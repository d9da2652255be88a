//! kuery text to its tree.

use super::ast::{Ast, AstKind, Literal, LiteralKind, Values, ValuesKind};
use super::literal::{read_quoted, read_unquoted};
use crate::diagnostic::Diagnostic;
use crate::ir::Comparison;
use crate::lang::pest::{refuse_deep_nesting, span, syntax_error};
use crate::source::Span;
use pest::Parser as _;
use pest::iterators::{Pair, Pairs};

mod grammar {
    //! What pest makes of the grammar file.
    #[derive(pest_derive::Parser)]
    #[grammar = "grammar/kuery.pest"]
    pub(super) struct Grammar;
}

use grammar::{Grammar, Rule};

/// Parses a query.
pub fn parse(text: &str) -> Result<Ast, Diagnostic> {
    refuse_deep_nesting(text, ("({", ")}"), "\"")?;
    let mut pairs = Grammar::parse(Rule::query, text).map_err(|error| explain(syntax_error(&error, text, word)))?;
    match pairs.next().filter(|pair| pair.as_rule() == Rule::expression) {
        Some(pair) => Ok(expression(pair)),
        None => Ok(Ast { kind: AstKind::Everything, span: Span::new(0, text.len()) }),
    }
}

/// What people call the grammar's rules.
fn word(rule: Rule) -> &'static str {
    match rule {
        Rule::or => "`or`",
        Rule::and => "`and`",
        Rule::not => "`not`",
        Rule::colon => "`:`",
        Rule::at_most | Rule::at_least | Rule::less | Rule::greater => "a comparison",
        Rule::open => "`(`",
        Rule::close => "`)`",
        Rule::open_path => "`{`",
        Rule::end_path => "`}`",
        Rule::quoted | Rule::unquoted => "a value",
        Rule::EOI => "the end of the query",
        _ => "",
    }
}

fn explain(diagnostic: Diagnostic) -> Diagnostic {
    if diagnostic.message.ends_with("found `\\\\`") {
        return diagnostic.with_help("a backslash outside quotes must be escaped: `\\\\`");
    }
    diagnostic
}

/// One step of a flat chain: what joins it to the step before, whether `not` stands there, and the operand.
struct Link<T> {
    is_or: bool,
    not: Option<Span>,
    operand: T,
}

fn expression(pair: Pair<'_, Rule>) -> Ast {
    let links = links(pair.into_inner(), |pair| match pair.as_rule() {
        Rule::clause => Some(clause(pair)),
        Rule::expression => Some(expression(pair)),
        _ => None,
    });
    let negate = |not: Span, ast: Ast| Ast { span: not.to(ast.span), kind: AstKind::Not(Box::new(ast)) };
    let join = |kind: fn(Vec<Ast>) -> AstKind, items: Vec<Ast>| {
        let span = spanned(items.iter().map(|item| item.span));
        Ast { kind: kind(items), span }
    };
    grouped(links, negate, |items| join(AstKind::And, items), |items| join(AstKind::Or, items))
}

fn values(pair: Pair<'_, Rule>) -> Values {
    let links = links(pair.into_inner(), |pair| match pair.as_rule() {
        Rule::values => Some(values(pair)),
        Rule::quoted | Rule::unquoted => Some(one(&pair)),
        _ => None,
    });
    let negate = |not: Span, values: Values| Values { span: not.to(values.span), kind: ValuesKind::Not(Box::new(values)) };
    let join = |kind: fn(Vec<Values>) -> ValuesKind, items: Vec<Values>| {
        let span = spanned(items.iter().map(|item| item.span));
        Values { kind: kind(items), span }
    };
    grouped(links, negate, |items| join(ValuesKind::And, items), |items| join(ValuesKind::Or, items))
}

fn one(pair: &Pair<'_, Rule>) -> Values {
    let literal = literal(pair);
    Values { span: literal.span, kind: ValuesKind::One(literal) }
}

fn clause(pair: Pair<'_, Rule>) -> Ast {
    let whole = span(pair.as_span());
    let mut field = None;
    let mut op = None;
    for pair in pair.into_inner() {
        let rule = pair.as_rule();
        let Some(name) = field.take() else {
            field = Some(literal(&pair));
            continue;
        };
        let kind = match (rule, op) {
            (Rule::nested, _) => nested(name, pair),
            (Rule::values, _) => AstKind::Is { field: name, values: values(pair) },
            (Rule::quoted | Rule::unquoted, Some(op)) => AstKind::Range { field: name, op, value: literal(&pair) },
            (Rule::quoted | Rule::unquoted, None) => AstKind::Is { field: name, values: one(&pair) },
            _ => {
                op = op.or(comparison(rule));
                field = Some(name);
                continue;
            }
        };
        return Ast { kind, span: whole };
    }
    let literal = field.unwrap_or(Literal { kind: LiteralKind::Null, span: whole });
    Ast { span: literal.span, kind: AstKind::FreeText(literal) }
}

fn nested(path: Literal, pair: Pair<'_, Rule>) -> AstKind {
    let span = span(pair.as_span());
    let query = pair.into_inner().find(|inner| inner.as_rule() == Rule::expression).map(expression);
    AstKind::Nested { path, query: Box::new(query.unwrap_or(Ast { kind: AstKind::Everything, span })) }
}

fn comparison(rule: Rule) -> Option<Comparison> {
    match rule {
        Rule::at_most => Some(Comparison::Le),
        Rule::at_least => Some(Comparison::Ge),
        Rule::less => Some(Comparison::Lt),
        Rule::greater => Some(Comparison::Gt),
        _ => None,
    }
}

/// Reads a literal; its span leaves out the white space that belongs to an unquoted literal but not to its value.
fn literal(pair: &Pair<'_, Rule>) -> Literal {
    let place = span(pair.as_span());
    if pair.as_rule() == Rule::quoted {
        return Literal { kind: read_quoted(pair.as_str()), span: place };
    }
    let trimmed = pair.as_str().trim_end().len();
    let end = place.start as usize + trimmed;
    Literal { kind: read_unquoted(pair.as_str()), span: Span::new(place.start as usize, end) }
}

fn links<T>(pairs: Pairs<'_, Rule>, mut operand: impl FnMut(Pair<'_, Rule>) -> Option<T>) -> Vec<Link<T>> {
    let mut links = Vec::new();
    let (mut is_or, mut not) = (true, None);
    for pair in pairs {
        match pair.as_rule() {
            Rule::or => is_or = true,
            Rule::and => is_or = false,
            Rule::not => not = Some(span(pair.as_span())),
            _ => links.extend(operand(pair).map(|operand| Link { is_or, not: not.take(), operand })),
        }
    }
    links
}

/// Groups a flat chain: `and` binds closer than `or`; a chain of one is the one.
fn grouped<T>(links: Vec<Link<T>>, negate: impl Fn(Span, T) -> T, and: impl Fn(Vec<T>) -> T, or: impl Fn(Vec<T>) -> T) -> T {
    let mut alternatives: Vec<Vec<T>> = Vec::new();
    for link in links {
        let item = match link.not {
            Some(not) => negate(not, link.operand),
            None => link.operand,
        };
        match alternatives.last_mut() {
            Some(group) if !link.is_or => group.push(item),
            _ => alternatives.push(vec![item]),
        }
    }
    let single = |mut items: Vec<T>, join: &dyn Fn(Vec<T>) -> T| match items.pop() {
        Some(only) if items.is_empty() => only,
        last => {
            items.extend(last);
            join(items)
        }
    };
    let groups = alternatives.into_iter().map(|group| single(group, &and)).collect();
    single(groups, &or)
}

fn spanned(spans: impl Iterator<Item = Span>) -> Span {
    spans.reduce(Span::to).unwrap_or_default()
}
