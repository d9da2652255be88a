//! `parse` and `parse-where`: the pattern becomes one regular expression over the whole text (`parse-operator`).
//!
//! Simple and relaxed patterns take the shortest text for a column, regex patterns the longest (emu/parse-operator-04). A
//! number column takes digits only, so that `*` may follow it.

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::expr::{Frame, settle, text_of};
use super::super::node::{Flow, Row, Sink, operator};
use super::super::scope::Scope;
use super::{put, set};
use crate::ir::{Column, Expr, ParseMode, ParsePart, Plan, Type, Value, convert};
use regex::{Captures, Regex};
use std::fmt::Write;
use std::sync::Arc;

/// How texts are taken apart.
pub(in super::super) struct Pattern<'p> {
    /// The kind.
    pub(in super::super) mode: ParseMode,
    /// `flags=`
    pub(in super::super) flags: &'p str,
    /// The pieces.
    pub(in super::super) parts: &'p [ParsePart],
    /// `parse-where`
    pub(in super::super) filter: bool,
}

impl Compiler<'_> {
    pub(in super::super) fn parse(&mut self, input: &Arc<Plan>, expr: &Expr, pattern: &Pattern<'_>) -> Result<Built, Refusal> {
        let input = self.plan(input)?;
        let text = self.expr(expr, &mut Scope::new(&input.columns))?;
        let regex = Regex::new(&pattern.regex())
            .map_err(|_| Refusal::new("invalid-regex", expr.span, "the pattern of `parse` is not a regular expression"))?;
        let mut columns = input.columns.to_vec();
        let filled: Vec<(usize, Type)> = pattern.columns().map(|column| (put(&mut columns, &column.name, column.ty), column.ty)).collect();
        let (width, strict, filter) = (columns.len(), pattern.mode != ParseMode::Relaxed, pattern.filter);
        let run = move |context: &Context, out: &mut Sink<'_>| {
            let mut scratch: Row = Vec::with_capacity(width);
            input.run(context, &mut |row| {
                let value = text.get(&Frame { row, context });
                let found = regex.captures(&text_of(&value, text.ty)).and_then(|captures| read(&captures, &filled, strict));
                if found.is_none() && filter {
                    return Ok(Flow::More);
                }
                scratch.clear();
                scratch.extend_from_slice(row);
                scratch.resize(width, Value::Null);
                let mut values = found.into_iter().flatten();
                for (slot, ty) in &filled {
                    set(&mut scratch, *slot, settle(values.next().unwrap_or_default(), *ty));
                }
                out(&scratch)
            })
        };
        Ok((columns, operator(run)))
    }
}

impl Pattern<'_> {
    fn columns(&self) -> impl Iterator<Item = &Column> {
        self.parts.iter().filter_map(|part| match part {
            ParsePart::Column(column) => Some(column),
            _ => None,
        })
    }

    fn regex(&self) -> String {
        let is_regex = self.mode == ParseMode::Regex;
        let mut out = if is_regex { format!("^(?{}:", self.flags) } else { "(?s)^(?:".to_owned() };
        let mut column_number = 0;
        for (position, part) in self.parts.iter().enumerate() {
            match part {
                ParsePart::Skip => out.push_str(".*?"),
                ParsePart::Text(text) if is_regex => out.push_str(text),
                ParsePart::Text(text) => out.push_str(&regex::escape(text)),
                ParsePart::Column(column) => {
                    let before_text = matches!(self.parts.get(position + 1), Some(ParsePart::Text(_)) | None);
                    let _ = write!(out, "(?P<isoglot{column_number}>{})", self.column_regex(column.ty, before_text));
                    column_number += 1;
                }
            }
        }
        out.push_str(")$");
        out
    }

    fn column_regex(&self, ty: Type, before_text: bool) -> &'static str {
        match (self.mode, ty) {
            (ParseMode::Relaxed, _) if before_text => ".*?",
            (_, Type::Int | Type::Long) => r"\s*[-+]?(?:0[xX][0-9a-fA-F]+|[0-9]+)\s*",
            (_, Type::Real | Type::Decimal) => r"\s*[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\s*",
            (ParseMode::Regex, _) => ".*",
            _ => ".*?",
        }
    }
}

/// Converts what was captured; with `strict` a piece that does not convert spoils the row.
fn read(captures: &Captures<'_>, filled: &[(usize, Type)], strict: bool) -> Option<Vec<Value>> {
    let piece = |(number, (_, ty)): (usize, &(usize, Type))| {
        let text = captures.name(&format!("isoglot{number}")).map_or("", |found| found.as_str());
        let value = convert::convert(&Value::string(text), Type::String, *ty);
        (!strict || !value.is_null()).then_some(value)
    };
    filled.iter().enumerate().map(piece).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(mode: ParseMode, parts: &[&str], text: &str, expected: Option<&[&str]>) {
        let part = |part: &&str| match part.strip_prefix('$') {
            Some(name) => {
                let (name, ty) = name.split_once(':').unwrap_or((name, "string"));
                ParsePart::Column(Column::new(name, Type::from_name(ty).unwrap_or_default()))
            }
            None if *part == "*" => ParsePart::Skip,
            None => ParsePart::Text(Arc::from(*part)),
        };
        let parts: Vec<ParsePart> = parts.iter().map(part).collect();
        let pattern = Pattern { mode, flags: "", parts: &parts, filter: false };
        let filled: Vec<(usize, Type)> = pattern.columns().map(|column| (0, column.ty)).collect();
        let regex = Regex::new(&pattern.regex()).expect("a regex");
        let found = regex.captures(text).and_then(|captures| read(&captures, &filled, mode != ParseMode::Relaxed));
        let found = found.map(|values| values.iter().map(|value| convert::to_text(value, Type::Unknown)).collect::<Vec<_>>());
        assert_eq!(found, expected.map(|texts| texts.iter().map(|&t| t.to_owned()).collect()), "{text}");
    }

    #[test]
    fn simple_patterns_take_the_shortest_text() {
        check(ParseMode::Simple, &["$l", "###", "$r"], "a###b###c", Some(&["a", "b###c"]));
        check(ParseMode::Simple, &["*", "n=", "$n:long", "*", "m=", "$m"], "xx n=27, m=z", Some(&["27", "z"]));
        check(ParseMode::Simple, &["n=", "$n:long"], "n=x", None);
    }

    #[test]
    fn relaxed_patterns_leave_null_what_does_not_convert() {
        check(ParseMode::Relaxed, &["n=", "$n:long", ";", "$t"], "n=x;y", Some(&["", "y"]));
    }

    #[test]
    fn regex_patterns_take_the_longest_text() {
        check(ParseMode::Regex, &["*", "a=", "$a", ",", "*"], "a=1,2,3", Some(&["1,2"]));
    }
}
