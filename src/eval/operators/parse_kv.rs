//! `parse-kv`: columns from `key=value` pairs (`parse-kv-operator`). The first pair of a key counts (k2s/1203).

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::expr::{Frame, settle, text_of};
use super::super::node::{Row, Sink, operator};
use super::super::scope::Scope;
use super::{put, set};
use crate::ir::{Column, Expr, Plan, Type, Value, convert};
use crate::source::Span;
use regex::Regex;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// How pairs are found.
enum Pairs {
    Delimited(Delimiters),
    /// Two groups: key and value.
    Regex(Regex),
}

/// The marks of delimited pairs.
struct Delimiters {
    pair: String,
    between: String,
    quote: Option<(char, char)>,
    escape: Option<char>,
    greedy: bool,
}

impl Compiler<'_> {
    pub(in super::super) fn parse_key_value(
        &mut self,
        input: &Arc<Plan>,
        expr: &Expr,
        wanted: &[Column],
        options: &[(Arc<str>, Value)],
    ) -> Result<Built, Refusal> {
        let input = self.plan(input)?;
        let text = self.expr(expr, &mut Scope::new(&input.columns))?;
        let pairs = Pairs::new(options, expr.span)?;
        let mut columns = input.columns.to_vec();
        let filled: Vec<(Arc<str>, usize, Type)> =
            wanted.iter().map(|column| (Arc::clone(&column.name), put(&mut columns, &column.name, column.ty), column.ty)).collect();
        let width = columns.len();
        let run = move |context: &Context, out: &mut Sink<'_>| {
            let mut scratch: Row = Vec::with_capacity(width);
            input.run(context, &mut |row| {
                let value = text.get(&Frame { row, context });
                let found = pairs.read(&text_of(&value, text.ty));
                scratch.clear();
                scratch.extend_from_slice(row);
                scratch.resize(width, Value::Null);
                for (name, slot, ty) in &filled {
                    let value = found.get(&**name).map_or(Value::Null, |text| convert::convert(&Value::string(text), Type::String, *ty));
                    set(&mut scratch, *slot, settle(value, *ty));
                }
                out(&scratch)
            })
        };
        Ok((columns, operator(run)))
    }
}

impl Pairs {
    fn new(options: &[(Arc<str>, Value)], span: Span) -> Result<Self, Refusal> {
        let option = |name: &str| options.iter().find(|(key, _)| &**key == name).map(|(_, value)| value);
        let text = |name: &str| option(name).and_then(Value::as_str);
        if let Some(pattern) = text("regex") {
            let built = Regex::new(pattern).map(Self::Regex);
            return built.map_err(|_| Refusal::new("invalid-regex", span, format!("`{pattern}` is not a regular expression")));
        }
        let quote = text("quote").and_then(|quote| {
            let mut marks = quote.chars();
            let open = marks.next()?;
            Some((open, marks.next().unwrap_or(open)))
        });
        Ok(Self::Delimited(Delimiters {
            pair: text("pair_delimiter").unwrap_or(" ").to_owned(),
            between: text("kv_delimiter").unwrap_or("=").to_owned(),
            quote,
            escape: text("escape").and_then(|escape| escape.chars().next()),
            greedy: matches!(option("greedy"), Some(Value::Bool(true))),
        }))
    }

    fn read(&self, text: &str) -> FxHashMap<String, String> {
        let mut found = FxHashMap::default();
        match self {
            Self::Regex(regex) => {
                for captures in regex.captures_iter(text) {
                    let group = |number| captures.get(number).map_or("", |group| group.as_str()).to_owned();
                    found.entry(group(1)).or_insert_with(|| group(2));
                }
            }
            Self::Delimited(delimiters) => {
                let mut rest = text;
                while !rest.is_empty() {
                    rest = delimiters.pair_from(rest, &mut found);
                }
            }
        }
        found
    }
}

impl Delimiters {
    /// Reads a pair off the text and returns what is left.
    fn pair_from<'t>(&self, text: &'t str, found: &mut FxHashMap<String, String>) -> &'t str {
        let (key, rest, ended) = self.token(text, &[&self.between, &self.pair]);
        if ended != Some(0) {
            return rest;
        }
        let (value, rest) = if self.greedy {
            self.greedy_value(rest)
        } else {
            let (value, rest, _) = self.token(rest, &[&self.pair]);
            (value, rest)
        };
        found.entry(key).or_insert(value);
        rest
    }

    /// A greedy value ends before the last pair delimiter that stands before the next key (`greedy=true`).
    fn greedy_value<'t>(&self, text: &'t str) -> (String, &'t str) {
        let Some(next) = text.find(&self.between) else { return (text.trim().to_owned(), "") };
        let before = text.get(..next).unwrap_or_default();
        match before.rfind(&self.pair) {
            Some(end) => {
                let value = before.get(..end).unwrap_or_default().trim().to_owned();
                (value, text.get(end + self.pair.len()..).unwrap_or_default())
            }
            None => (text.trim().to_owned(), ""),
        }
    }

    /// Reads up to one of the delimiters and says which. Quoted text may hold delimiters; its quotes go.
    fn token<'t>(&self, text: &'t str, ends: &[&str]) -> (String, &'t str, Option<usize>) {
        let trimmed = text.trim_start();
        if let Some((open, close)) = self.quote
            && trimmed.starts_with(open)
            && let Some((quoted, rest)) = self.quoted(trimmed.get(open.len_utf8()..).unwrap_or_default(), close)
        {
            let (_, rest, ended) = split(rest, ends);
            return (quoted, rest, ended);
        }
        let (token, rest, ended) = split(text, ends);
        (token.trim().to_owned(), rest, ended)
    }

    fn quoted<'t>(&self, text: &'t str, close: char) -> Option<(String, &'t str)> {
        let mut out = String::new();
        let mut chars = text.char_indices();
        while let Some((at, c)) = chars.next() {
            if Some(c) == self.escape {
                out.extend(chars.next().map(|(_, escaped)| escaped));
            } else if c == close {
                return Some((out, text.get(at + c.len_utf8()..).unwrap_or_default()));
            } else {
                out.push(c);
            }
        }
        None
    }
}

/// Splits at the delimiter that comes first.
fn split<'t>(text: &'t str, ends: &[&str]) -> (&'t str, &'t str, Option<usize>) {
    let found =
        ends.iter().enumerate().filter(|(_, end)| !end.is_empty()).filter_map(|(which, end)| Some((text.find(end)?, which, end.len())));
    match found.min() {
        Some((at, which, len)) => (text.get(..at).unwrap_or_default(), text.get(at + len..).unwrap_or_default(), Some(which)),
        None => (text, "", None),
    }
}
