//! ES|QL text to its tree: commands. Expressions are read in `parse/expressions.rs`.

mod expressions;

use super::ast::{Aggregate, Command, CommandKind, Expr, Field, Name, Order, Query, Renaming, Setting, SettingValue, Source, Stats};
use super::text;
use crate::diagnostic::Diagnostic;
use crate::lang::pest::{MAX_NESTING, span, syntax_error};
use crate::source::{Span, Spanned};
use expressions::{condition, constant, dotted, literal, name, options, value};
use pest::Parser as _;
use pest::iterators::Pair;

mod grammar {
    //! What pest makes of the grammar file.
    #[derive(pest_derive::Parser)]
    #[grammar = "grammar/esql.pest"]
    pub(in super::super) struct Grammar;
}

use grammar::{Grammar, Rule};

/// Parses a query.
///
/// # Errors
/// What is wrong first.
pub fn parse(text: &str) -> Result<Query, Diagnostic> {
    refuse_deep_nesting(text)?;
    crate::lang::pest::set_fuse();
    let pairs = Grammar::parse(Rule::query, text).map_err(|error| syntax_error(&error, text, word))?;
    let (set, piped): (Vec<_>, Vec<_>) = pairs.filter(|pair| pair.as_rule() != Rule::EOI).partition(|pair| pair.as_rule() == Rule::setting);
    let settings = set.into_iter().map(setting).collect::<Result<_, _>>()?;
    Ok(Query { settings, commands: pipeline(piped)? })
}

fn pipeline<'a>(pairs: impl IntoIterator<Item = Pair<'a, Rule>>) -> Result<Vec<Command>, Diagnostic> {
    let one = |pair: Pair<'a, Rule>| {
        let span = place(&pair);
        Ok(Command { kind: command(pair)?, span })
    };
    pairs.into_iter().map(one).collect()
}

fn setting(pair: Pair<'_, Rule>) -> Result<Setting, Diagnostic> {
    let span = place(&pair);
    let (mut key, mut value) = (None, None);
    for pair in pair.into_inner() {
        match pair.as_rule() {
            Rule::backtick | Rule::plain => key = Some(dotted([pair.clone()], place(&pair))),
            Rule::equals => {}
            Rule::options => value = Some(SettingValue::Options(options(pair)?)),
            _ => value = Some(SettingValue::Constant(constant(pair)?)),
        }
    }
    let (name, value) = key.zip(value).ok_or_else(|| incomplete(span))?;
    Ok(Setting { name, value, span })
}

/// Refuses brackets and comments nested deeper than [`MAX_NESTING`]. Brackets in texts, names and comments do not count.
fn refuse_deep_nesting(text: &str) -> Result<(), Diagnostic> {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let after =
            |open: &str, close: &str| rest.get(open.len()..).and_then(|inner| inner.find(close)).map(|n| open.len() + n + close.len());
        let step = rest.chars().next().map_or(1, char::len_utf8);
        at += match rest.as_bytes() {
            [b'"', b'"', b'"', ..] => after("\"\"\"", "\"\"\"").unwrap_or(rest.len()),
            [b'"', ..] => quoted_length(rest),
            [b'`', ..] => after("`", "`").unwrap_or(rest.len()),
            [b'/', b'/', ..] => after("//", "\n").unwrap_or(rest.len()),
            [b'/', b'*', ..] | [b'(' | b'[' | b'{', ..] => {
                depth += 1;
                if depth > MAX_NESTING {
                    let message = format!("brackets are nested more than {MAX_NESTING} deep");
                    return Err(Diagnostic::error("nested-too-deep", Span::new(at, at + 1), message));
                }
                if rest.starts_with('/') { 2 } else { 1 }
            }
            [b'*', b'/', ..] => {
                depth = depth.saturating_sub(1);
                2
            }
            [b')' | b']' | b'}', ..] => {
                depth = depth.saturating_sub(1);
                1
            }
            _ => step,
        };
    }
    Ok(())
}

/// The bytes of a text in quotes at the start of `rest`; a text ends with its line.
fn quoted_length(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' | '\n' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// What people call the grammar's rules.
fn word(rule: Rule) -> &'static str {
    match rule {
        Rule::or => "`OR`",
        Rule::and => "`AND`",
        Rule::not => "`NOT`",
        Rule::by => "`BY`",
        Rule::on => "`ON`",
        Rule::with => "`WITH`",
        Rule::r#as => "`AS`",
        Rule::filter => "`WHERE`",
        Rule::asc | Rule::desc => "`ASC` or `DESC`",
        Rule::nulls => "`NULLS`",
        Rule::first | Rule::last => "`FIRST` or `LAST`",
        Rule::open => "`(`",
        Rule::close => "`)`",
        Rule::comparator => "a comparison",
        Rule::lookup | Rule::null_test | Rule::matches | Rule::r#in | Rule::like | Rule::rlike | Rule::is => {
            "`IN`, `LIKE`, `RLIKE`, `IS` or `:`"
        }
        Rule::members => "a list in brackets",
        Rule::strings | Rule::raw | Rule::quoted => "a text in double quotes",
        Rule::number | Rule::signed | Rule::digits => "a number",
        Rule::name | Rule::pattern | Rule::plain => "a field",
        Rule::index => "an index",
        Rule::subquery => "a subquery in brackets",
        Rule::setting => "`SET`",
        Rule::equals => "`=`",
        Rule::sum | Rule::test | Rule::condition | Rule::field | Rule::aggregate | Rule::value => "a value",
        Rule::from | Rule::row => "`FROM` or `ROW`",
        Rule::where_command
        | Rule::eval
        | Rule::stats
        | Rule::keep
        | Rule::drop
        | Rule::rename
        | Rule::sort
        | Rule::limit
        | Rule::dissect
        | Rule::grok
        | Rule::mv_expand
        | Rule::enrich
        | Rule::lookup_join
        | Rule::completion
        | Rule::fork => "a command",
        Rule::EOI => "the end of the query",
        _ => "",
    }
}

/// For trees that the grammar does not make.
fn incomplete(span: Span) -> Diagnostic {
    Diagnostic::error("syntax-error", span, "the query is incomplete")
}

/// The place of a pair without the white space that pest leaves behind it.
fn place(pair: &Pair<'_, Rule>) -> Span {
    let start = pair.as_span().start();
    Span::new(start, start + pair.as_str().trim_end().len())
}

fn command(pair: Pair<'_, Rule>) -> Result<CommandKind, Diagnostic> {
    Ok(match pair.as_rule() {
        Rule::from => from(pair)?,
        Rule::row => CommandKind::Row(fields(first(pair)?)?),
        Rule::where_command => CommandKind::Where(condition(first(pair)?)?),
        Rule::eval => CommandKind::Eval(fields(first(pair)?)?),
        Rule::stats => CommandKind::Stats(stats(pair)?),
        Rule::keep => CommandKind::Keep(pair.into_inner().map(|pair| name(&pair)).collect()),
        Rule::drop => CommandKind::Drop(pair.into_inner().map(|pair| name(&pair)).collect()),
        Rule::rename => CommandKind::Rename(pair.into_inner().filter_map(renaming).collect()),
        Rule::sort => CommandKind::Sort(pair.into_inner().map(order).collect::<Result<_, _>>()?),
        Rule::limit => CommandKind::Limit(constant(first(pair)?)?),
        Rule::dissect => dissect(pair)?,
        Rule::grok => grok(pair)?,
        Rule::mv_expand => CommandKind::MvExpand(name(&first(pair)?)),
        Rule::enrich => enrich(pair)?,
        Rule::lookup_join => lookup_join(pair)?,
        Rule::completion => completion(pair)?,
        Rule::fork => CommandKind::Fork(pair.into_inner().map(in_brackets).collect::<Result<_, _>>()?),
        _ => {
            let mut parts = pair.into_inner().map(|inner| inner.as_str().trim().to_owned());
            CommandKind::Unread { name: parts.next().unwrap_or_default().to_ascii_uppercase(), text: parts.next().unwrap_or_default() }
        }
    })
}

fn first(pair: Pair<'_, Rule>) -> Result<Pair<'_, Rule>, Diagnostic> {
    let whole = place(&pair);
    pair.into_inner().next().ok_or_else(|| incomplete(whole))
}

fn source(pair: &Pair<'_, Rule>) -> Spanned<String> {
    Spanned::new(text::read(pair.as_str()), span(pair.as_span()))
}

fn from(pair: Pair<'_, Rule>) -> Result<CommandKind, Diagnostic> {
    let (mut sources, mut metadata) = (Vec::new(), Vec::new());
    for pair in pair.into_inner() {
        match pair.as_rule() {
            Rule::metadata => metadata = pair.into_inner().map(|pair| name(&pair)).collect(),
            Rule::subquery => sources.push(Source::Subquery(in_brackets(pair)?)),
            _ => sources.push(Source::Index(source(&pair))),
        }
    }
    Ok(CommandKind::From { sources, metadata })
}

/// The commands of a subquery or a branch.
fn in_brackets(pair: Pair<'_, Rule>) -> Result<Vec<Command>, Diagnostic> {
    pipeline(pair.into_inner().filter(|pair| !matches!(pair.as_rule(), Rule::open | Rule::close)))
}

fn fields(pair: Pair<'_, Rule>) -> Result<Vec<Field>, Diagnostic> {
    pair.into_inner().filter(|inner| inner.as_rule() == Rule::field).map(field).collect()
}

fn field(pair: Pair<'_, Rule>) -> Result<Field, Diagnostic> {
    aggregate(pair).map(|aggregate| aggregate.field)
}

fn aggregate(pair: Pair<'_, Rule>) -> Result<Aggregate, Diagnostic> {
    let whole = place(&pair);
    let (mut named, mut found, mut filter, mut text) = (None, None, None, whole);
    for pair in pair.into_inner() {
        match pair.as_rule() {
            Rule::name => named = Some(name(&pair)),
            Rule::condition if found.is_none() => {
                text = Span::new(pair.as_span().start(), whole.range().end);
                found = Some(condition(pair)?);
            }
            Rule::condition => filter = Some(condition(pair)?),
            _ => {}
        }
    }
    Ok(Aggregate { field: Field { name: named, value: found.ok_or_else(|| incomplete(whole))?, text }, filter })
}

fn stats(pair: Pair<'_, Rule>) -> Result<Stats, Diagnostic> {
    let inline = pair.as_str().get(..6).is_some_and(|word| word.eq_ignore_ascii_case("inline"));
    let whole = place(&pair);
    let (mut aggregates, mut by) = (Vec::new(), Vec::new());
    for pair in pair.into_inner() {
        match pair.as_rule() {
            Rule::aggregate => aggregates.push(aggregate(pair)?),
            Rule::grouping => by = fields(pair)?,
            _ => {}
        }
    }
    if aggregates.is_empty() && by.is_empty() {
        // "At least one aggregation or grouping expression required" (`LogicalPlanBuilder.visitStatsCommand`).
        return Err(Diagnostic::error("syntax-error", whole, "`STATS` has neither an aggregate nor a grouping"));
    }
    Ok(Stats { inline, aggregates, by })
}

fn renaming(pair: Pair<'_, Rule>) -> Option<Renaming> {
    let mut inner = pair.into_inner();
    let (left, between, right) = (inner.next()?, inner.next()?, inner.next()?);
    let (left, right) = (name(&left), name(&right));
    Some(if between.as_rule() == Rule::r#as { Renaming { old: left, new: right } } else { Renaming { old: right, new: left } })
}

fn order(pair: Pair<'_, Rule>) -> Result<Order, Diagnostic> {
    let whole = place(&pair);
    let (mut found, mut descending, mut nulls_first) = (None, false, None);
    for pair in pair.into_inner() {
        match pair.as_rule() {
            Rule::condition => found = Some(condition(pair)?),
            Rule::desc => descending = true,
            Rule::first => nulls_first = Some(true),
            Rule::last => nulls_first = Some(false),
            _ => {}
        }
    }
    Ok(Order { value: found.ok_or_else(|| incomplete(whole))?, descending, nulls_first })
}

fn dissect(pair: Pair<'_, Rule>) -> Result<CommandKind, Diagnostic> {
    let whole = place(&pair);
    let (mut input, mut pattern, mut options) = (None, None, Vec::new());
    for pair in pair.into_inner() {
        match pair.as_rule() {
            Rule::value => input = Some(value(pair)?),
            Rule::option => {
                let mut inner = pair.into_inner();
                if let (Some(left), Some(right)) = (inner.next(), inner.next()) {
                    options.push((name(&left), constant(right)?));
                }
            }
            _ => pattern = Some(literal(&pair)?),
        }
    }
    let (Some(input), Some(pattern)) = (input, pattern) else { return Err(incomplete(whole)) };
    Ok(CommandKind::Dissect { input, pattern, options })
}

fn grok(pair: Pair<'_, Rule>) -> Result<CommandKind, Diagnostic> {
    let whole = place(&pair);
    let (mut input, mut patterns) = (None, Vec::new());
    for pair in pair.into_inner() {
        match pair.as_rule() {
            Rule::value => input = Some(value(pair)?),
            _ => patterns.push(literal(&pair)?),
        }
    }
    Ok(CommandKind::Grok { input: input.ok_or_else(|| incomplete(whole))?, patterns })
}

fn enrich(pair: Pair<'_, Rule>) -> Result<CommandKind, Diagnostic> {
    let whole = place(&pair);
    let (mut policy, mut on, mut with) = (None, None, Vec::new());
    for pair in pair.into_inner() {
        match pair.as_rule() {
            Rule::index | Rule::quoted | Rule::raw => policy = Some(source(&pair)),
            Rule::pattern => on = Some(name(&pair)),
            Rule::enriched => {
                let mut names: Vec<Name> = pair.into_inner().filter(|inner| inner.as_rule() == Rule::pattern).map(|p| name(&p)).collect();
                let old = names.pop().ok_or_else(|| incomplete(whole))?;
                with.push((names.pop(), old));
            }
            _ => {}
        }
    }
    Ok(CommandKind::Enrich { policy: policy.ok_or_else(|| incomplete(whole))?, on, with })
}

fn lookup_join(pair: Pair<'_, Rule>) -> Result<CommandKind, Diagnostic> {
    let whole = place(&pair);
    let (mut index, mut on) = (None, Vec::new());
    for pair in pair.into_inner() {
        match pair.as_rule() {
            Rule::index | Rule::quoted | Rule::raw => index = Some(source(&pair)),
            Rule::condition => on.push(condition(pair)?),
            _ => {}
        }
    }
    Ok(CommandKind::LookupJoin { index: index.ok_or_else(|| incomplete(whole))?, on })
}

fn completion(pair: Pair<'_, Rule>) -> Result<CommandKind, Diagnostic> {
    let whole = place(&pair);
    let (mut target, mut prompt, mut with) = (None, None::<Expr>, None);
    for pair in pair.into_inner() {
        match pair.as_rule() {
            Rule::name => target = Some(name(&pair)),
            Rule::value => prompt = Some(value(pair)?),
            Rule::options => with = Some(options(pair)?),
            _ => {}
        }
    }
    Ok(CommandKind::Completion { target, prompt: prompt.ok_or_else(|| incomplete(whole))?, options: with })
}
