//! What could have stood where a piece broke off: each kind of token is tried there.

use super::build::Builder;
use super::errors::Refused;
use super::{Grammar, Rule};
use crate::lang::kusto::tokens::Lexer;
use crate::lang::pest as shared;
use pest::Parser;

/// Tokens that are tried, by a word of the language that reads as one of them, and what they are called.
const CANDIDATES: &[(&str, &str)] =
    &[(",", "`,`"), (")", "`)`"), ("]", "`]`"), ("}", "`}`"), ("|", "`|`"), ("..", "`..`"), ("=>", "`=>`"), (";", "`;`"), ("{", "`{`")];

/// Tokens that are tried where no operator can stand: an operand can begin with most of them.
const OPENINGS: &[(&str, &str)] =
    &[("=", "`=`"), ("(", "`(`"), ("[", "`[`"), ("'text'", "a text in quotes"), ("1", "a number"), ("*", "`*`"), (":", "`:`")];

/// Keywords that are tried where no name can stand.
const KEYWORDS: &[(&str, &str)] = &[
    ("by", "`by`"),
    ("on", "`on`"),
    ("of", "`of`"),
    ("with", "`with`"),
    ("as", "`as`"),
    ("to", "`to`"),
    ("from", "`from`"),
    ("step", "`step`"),
    ("asc", "`asc`"),
    ("desc", "`desc`"),
    ("default", "`default`"),
    ("first", "`first`"),
    ("last", "`last`"),
    ("typeof(string)", "`typeof(…)`"),
    ("where", "`where`"),
];

/// Tokens before the broken one, beyond which nothing is tried.
const LONGEST: usize = 2_000;
/// More than this is no help.
const MOST: usize = 5;

/// Says in words what could stand at `at`, counted in what the grammar parsed; `None` where that is not known.
pub(super) fn what(piece: &Builder<'_>, at: usize, refused: &Refused) -> Option<String> {
    let before = piece.terminals.get(..at).filter(|_| refused.thorough && at <= LONGEST)?;
    let takes = |text: &str| fits(before, text, refused.entry);
    let (name, number) = (takes("x"), takes("1"));
    // Where a name can stand, so can any word: `and` is an operator elsewhere only.
    let operator = !name && takes("and");
    let mut words: Vec<&str> = match (name, number) {
        (true, true) => vec!["an expression"],
        (true, false) => vec!["a name"],
        _ if operator => vec!["an operator"],
        _ => Vec::new(),
    };
    let openings = OPENINGS.iter().filter(|_| !(operator || (name && number)));
    let keywords = KEYWORDS.iter().filter(|_| !name);
    let candidates = CANDIDATES.iter().chain(openings).chain(keywords);
    words.extend(candidates.filter(|(word, _)| takes(word)).map(|(_, called)| called));
    words.truncate(MOST);
    match words.split_last()? {
        (last, []) => Some((*last).to_owned()),
        (last, rest) => Some(format!("{} or {last}", rest.join(", "))),
    }
}

/// Tells whether a piece is whole with `text` after it.
pub(super) fn completes(piece: &Builder<'_>, text: &str, refused: &Refused) -> bool {
    Grammar::parse(refused.entry, &with(piece.terminals, text)).is_ok()
}

/// Puts the tokens of `text` after others.
fn with(before: &str, text: &str) -> String {
    let mut tried = before.to_owned();
    tried.extend(Lexer::new(text).map(|token| token.terminal));
    tried
}

/// Tells whether the grammar goes on past the first token of `text` after `before`.
fn fits(before: &str, text: &str, entry: Rule) -> bool {
    Grammar::parse(entry, &with(before, text)).map_err(|error| shared::offset(&error)).map_or_else(|at| at > before.len(), |_| true)
}
