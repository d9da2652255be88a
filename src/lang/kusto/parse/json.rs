//! `dynamic(…)`, read from its tokens: the grammar only knows where it ends.

use super::build::{Builder, Built, Part, fault};
use super::literals::{joined_strings, number, typed};
use crate::diagnostic::Diagnostic;
use crate::lang::kusto::ast::{Json, Literal, LiteralKind};
use crate::source::Span;

impl<'t> Builder<'t> {
    /// Builds a `dynamic(…)` constant.
    pub(super) fn dynamic(&self, part: &Part<'t>) -> Built<Literal> {
        let place = part.as_span();
        let terminals = self.terminals.get(..place.end()).unwrap_or_default();
        Reader { source: self.source, places: self.places, terminals, at: place.start() }.constant()
    }
}

/// Reads JSON token by token.
struct Reader<'t> {
    source: &'t str,
    places: &'t [Span],
    terminals: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn place(&self) -> Span {
        self.places.get(self.at).copied().unwrap_or_default()
    }

    /// Returns the next token, or "" behind the last.
    fn peek(&self) -> &'t str {
        if self.at < self.terminals.len() { self.place().text(self.source) } else { "" }
    }

    /// Returns what the next token is to the grammar.
    fn terminal(&self) -> Option<char> {
        self.terminals.get(self.at..).and_then(|rest| rest.chars().next())
    }

    /// Takes the next token.
    fn next(&mut self) -> &'t str {
        let text = self.peek();
        self.at += self.terminal().map_or(1, char::len_utf8);
        text
    }

    /// Takes the next token if it is this one.
    fn skip(&mut self, sign: &str) -> bool {
        let found = self.peek() == sign;
        if found {
            self.next();
        }
        found
    }

    /// Takes the next token, which must be this one.
    fn expect(&mut self, sign: &str) -> Built<()> {
        if self.skip(sign) { Ok(()) } else { Err(self.expected(&format!("`{sign}`"))) }
    }

    /// Says what should stand here.
    fn expected(&self, what: &str) -> Box<Diagnostic> {
        match self.peek() {
            "" => fault(Span::at(self.since(self.place()).end as usize), format!("expected {what} here")),
            found => fault(self.place(), format!("expected {what}, found `{found}`")),
        }
    }

    /// Reads `dynamic(…)`.
    fn constant(&mut self) -> Built<Literal> {
        self.expect("dynamic")?;
        self.expect("(")?;
        let value = self.value()?;
        self.expect(")")?;
        let mut raw = "dynamic(".to_owned();
        write_json(&value, &mut raw);
        raw.push(')');
        raw.shrink_to_fit();
        Ok(Literal { kind: LiteralKind::Dynamic(value), raw })
    }

    fn value(&mut self) -> Built<Json> {
        let start = self.place();
        if self.skip("[") {
            let items = self.list("]", Self::value)?;
            return Ok(Json::Array(items, self.since(start)));
        }
        if self.skip("{") {
            let members = self.list("}", Self::member)?;
            return Ok(Json::Object(members, self.since(start)));
        }
        if self.skip("null") {
            return Ok(Json::Null);
        }
        let literal = self.scalar()?;
        Ok(Json::Scalar(Box::new(literal), self.since(start)))
    }

    /// Returns the place from `start` to the token that was read last.
    fn since(&self, start: Span) -> Span {
        self.at.checked_sub(1).and_then(|last| self.places.get(last)).map_or(start, |last| start.to(*last))
    }

    /// Reads what stands between brackets, with commas.
    fn list<T>(&mut self, close: &str, item: fn(&mut Self) -> Built<T>) -> Built<Vec<T>> {
        let mut items = Vec::new();
        if self.skip(close) {
            return Ok(items);
        }
        // Most lists in lists are short, and an empty `Vec` would grow to four items at once.
        items.reserve_exact(1);
        loop {
            items.push(item(self)?);
            if self.skip(close) {
                return Ok(items);
            }
            if !self.skip(",") {
                return Err(self.expected(&format!("`,` or `{close}`")));
            }
        }
    }

    fn member(&mut self) -> Built<(String, Json)> {
        let Some(LiteralKind::String(key)) = self.strings().map(|literal| literal.kind) else {
            return Err(self.expected("a name in quotes"));
        };
        self.expect(":")?;
        Ok((key, self.value()?))
    }

    /// Reads adjacent strings, which are one.
    fn strings(&mut self) -> Option<Literal> {
        let mut tokens = Vec::with_capacity(1);
        while self.terminal() == Some('1') {
            tokens.push(self.next());
        }
        (!tokens.is_empty()).then(|| joined_strings(tokens.into_iter()))
    }

    /// Reads a constant; the characters are those of `tokens/terminals.rs`.
    fn scalar(&mut self) -> Built<Literal> {
        if let Some(text) = self.strings() {
            return Ok(text);
        }
        if self.peek() == "dynamic" {
            return self.constant();
        }
        let sign = if matches!(self.terminal(), Some('U' | 'V')) { self.next() } else { "" };
        let kind: fn(&str) -> LiteralKind = match self.terminal() {
            Some('2') => number,
            Some('3') if sign.is_empty() => typed,
            Some('4') if sign.is_empty() => |raw| LiteralKind::Bool(Some(raw.eq_ignore_ascii_case("true"))),
            _ => return Err(self.expected("a JSON value")),
        };
        let raw = format!("{sign}{}", self.next());
        Ok(Literal { kind: kind(&raw), raw })
    }
}

/// Writes JSON with one spacing: two texts of the same value are the same literal.
fn write_json(json: &Json, out: &mut String) {
    let list = |out: &mut String, index: usize| out.push_str(if index > 0 { ", " } else { "" });
    match json {
        Json::Null => out.push_str("null"),
        Json::Scalar(literal, _) => out.push_str(&literal.raw),
        Json::Array(items, _) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                list(out, index);
                write_json(item, out);
            }
            out.push(']');
        }
        Json::Object(members, _) => {
            out.push('{');
            for (index, (key, value)) in members.iter().enumerate() {
                list(out, index);
                out.push('"');
                out.extend(key.chars().map(quoted_char));
                out.push_str("\": ");
                write_json(value, out);
            }
            out.push('}');
        }
    }
}

fn quoted_char(c: char) -> String {
    match c {
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\\' | '"' => format!("\\{c}"),
        _ => c.to_string(),
    }
}
