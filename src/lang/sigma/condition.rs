//! Sigma's condition language: text to tree and back.

use super::ast::{Condition, ConditionKind};
use crate::diagnostic::Diagnostic;
use crate::lang::pest::{refuse_deep_nesting, span, syntax_error};
use crate::source::Span;
use pest::Parser as _;
use pest::iterators::Pair;

mod grammar {
    //! What pest makes of the grammar file.
    #[derive(pest_derive::Parser)]
    #[grammar = "grammar/sigma.pest"]
    pub(super) struct Grammar;
}

use grammar::{Grammar, Rule};

/// `not not not …`: each is a node, and nodes are walked by recursion.
const MAX_NOTS: usize = 64;

/// Parses a condition; places count bytes of `text`.
///
/// # Errors
/// What is wrong first.
pub fn parse(text: &str) -> Result<Condition, Diagnostic> {
    if let Some(pipe) = text.find('|') {
        let message = "aggregations after `|` are no part of Sigma any more";
        let place = Span::new(pipe, text.len());
        return Err(Diagnostic::error("deprecated-aggregation", place, message).with_help("write a correlation rule"));
    }
    refuse_deep_nesting(text, ("(", ")"), "")?;
    let mut pairs = Grammar::parse(Rule::condition, text).map_err(|error| syntax_error(&error, text, word))?;
    let parsed = pairs.next().and_then(expression);
    parsed.ok_or_else(|| Diagnostic::error("nested-too-deep", Span::new(0, text.len()), format!("more than {MAX_NOTS} `not` in a row")))
}

/// Prints a condition; parsing the text gives the same tree again.
pub fn print(condition: &Condition) -> String {
    match &condition.kind {
        ConditionKind::And(items) => items.iter().map(|item| operand(item, is_chain)).collect::<Vec<_>>().join(" and "),
        ConditionKind::Or(items) => {
            items.iter().map(|item| operand(item, |c| matches!(c.kind, ConditionKind::Or(_)))).collect::<Vec<_>>().join(" or ")
        }
        ConditionKind::Not(inner) => format!("not {}", operand(inner, is_chain)),
        ConditionKind::Selection(name) => name.clone(),
        ConditionKind::Quantified { all, pattern } => {
            format!("{} of {}", if *all { "all" } else { "1" }, pattern.as_deref().unwrap_or("them"))
        }
    }
}

fn operand(condition: &Condition, needs_brackets: fn(&Condition) -> bool) -> String {
    if needs_brackets(condition) { format!("({})", print(condition)) } else { print(condition) }
}

fn is_chain(condition: &Condition) -> bool {
    matches!(condition.kind, ConditionKind::And(_) | ConditionKind::Or(_))
}

/// What people call the grammar's rules.
fn word(rule: Rule) -> &'static str {
    match rule {
        Rule::or => "`or`",
        Rule::and => "`and`",
        Rule::not => "`not`",
        Rule::of => "`of`",
        Rule::them => "`them`",
        Rule::open => "`(`",
        Rule::close => "`)`",
        Rule::selection => "a selection",
        Rule::pattern => "a name pattern",
        Rule::quantified | Rule::any_of | Rule::all_of => "`1 of`",
        Rule::EOI => "the end of the condition",
        _ => "",
    }
}

fn expression(pair: Pair<'_, Rule>) -> Option<Condition> {
    let mut alternatives: Vec<Vec<Condition>> = Vec::new();
    let mut nots: Vec<Span> = Vec::new();
    let mut joins = false;
    for pair in pair.into_inner() {
        let place = span(pair.as_span());
        let operand = match pair.as_rule() {
            Rule::or | Rule::and => {
                joins = pair.as_rule() == Rule::and;
                continue;
            }
            Rule::not => {
                nots.push(place);
                continue;
            }
            Rule::expression => expression(pair)?,
            Rule::quantified => quantified(pair),
            Rule::selection => Condition { kind: ConditionKind::Selection(pair.as_str().to_owned()), span: place },
            _ => continue,
        };
        if nots.len() > MAX_NOTS {
            return None;
        }
        let negate = |inner: Condition, not: Span| Condition { span: not.to(inner.span), kind: ConditionKind::Not(Box::new(inner)) };
        let item = nots.drain(..).rev().fold(operand, negate);
        match alternatives.last_mut() {
            Some(group) if joins => group.push(item),
            _ => alternatives.push(vec![item]),
        }
    }
    let groups = alternatives.into_iter().map(|group| joined(group, ConditionKind::And)).collect();
    Some(joined(groups, ConditionKind::Or))
}

fn joined(mut items: Vec<Condition>, kind: fn(Vec<Condition>) -> ConditionKind) -> Condition {
    match items.pop() {
        Some(only) if items.is_empty() => only,
        last => {
            items.extend(last);
            let span = items.iter().map(|item| item.span).reduce(Span::to).unwrap_or_default();
            Condition { kind: kind(items), span }
        }
    }
}

fn quantified(pair: Pair<'_, Rule>) -> Condition {
    let place = span(pair.as_span());
    let (mut all, mut pattern) = (false, None);
    for pair in pair.into_inner() {
        match pair.as_rule() {
            Rule::all_of => all = true,
            Rule::pattern => pattern = Some(pair.as_str().to_owned()),
            _ => {}
        }
    }
    Condition { kind: ConditionKind::Quantified { all, pattern }, span: place }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        match parse(text) {
            Ok(condition) => {
                let printed = print(&condition);
                assert_eq!(printed, expected);
                assert_eq!(parse(&printed).map(|again| print(&again)), Ok(printed), "{text}");
            }
            Err(e) => assert_eq!(format!("{} at {}", e.message, e.primary.span.start), expected),
        }
    }

    #[test]
    fn not_binds_closer_than_and_and_that_closer_than_or() {
        check("a or b and not c", "a or b and not c");
        check("(a or b) and c", "(a or b) and c");
        check("((a)) AND (b and c)", "a and (b and c)");
        check("not not (a or b)", "not not (a or b)");
    }

    #[test]
    fn quantifiers_name_selections_by_pattern() {
        check("1 of sel_* and not any of filter*", "1 of sel_* and not 1 of filter*");
        check("all of them", "all of them");
        check("all of themes", "all of themes");
    }

    #[test]
    fn words_inside_names_are_no_keywords() {
        check("not_admin or android and 1_of-2", "not_admin or android and 1_of-2");
    }

    #[test]
    fn errors_say_where() {
        check("a and", "expected `not`, `(`, a selection or `1 of`, found the end of the query at 5");
        check("a | count() > 5", "aggregations after `|` are no part of Sigma any more at 2");
    }
}
