//! kuery literals: from their spelling to what they say, and back.

use super::ast::LiteralKind;
use crate::ir::{Pattern, PatternPart};

/// Characters that must be escaped outside quotes.
const SPECIAL: &str = "\\():<>\"*{}";

/// White space in the sense of the grammar.
pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n' | '\u{A0}')
}

/// Reads a literal in quotes, quotes included.
pub(super) fn read_quoted(raw: &str) -> LiteralKind {
    let inner = raw.strip_prefix('"').unwrap_or(raw);
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    let mut units = Units::default();
    let mut rest = inner;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or("");
        rest = match (c, after.chars().next()) {
            ('\\', Some(e)) => match white_space(e).or_else(|| matches!(e, '\\' | '"').then_some(e)) {
                Some(plain) => units.push(plain, after.get(e.len_utf8()..)),
                None => match code_unit(after) {
                    Some((unit, rest)) => units.push_unit(unit, rest),
                    None => units.push('\\', Some(after)),
                },
            },
            _ => units.push(c, Some(after)),
        };
    }
    LiteralKind::Quoted(units.take())
}

/// Reads a literal without quotes. The grammar has seen to it that every backslash begins an escape.
pub(super) fn read_unquoted(raw: &str) -> LiteralKind {
    let mut parts = Vec::new();
    let mut units = Units::default();
    let mut rest = raw;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or("");
        rest = match (c, after.chars().next()) {
            ('\\', Some(e)) => match (white_space(e), code_unit(after)) {
                (Some(plain), _) => units.push(plain, after.get(e.len_utf8()..)),
                (None, Some((unit, rest))) => units.push_unit(unit, rest),
                (None, None) => units.push(e, after.get(e.len_utf8()..)),
            },
            ('*', _) => {
                parts.push(PatternPart::Text(units.take().into()));
                parts.push(PatternPart::Many);
                after
            }
            _ => units.push(c, Some(after)),
        };
    }
    parts.push(PatternPart::Text(units.take().into()));
    trim(&mut parts);
    if let [PatternPart::Text(text)] = parts.as_slice() {
        return word(text);
    }
    parts.retain(|part| !matches!(part, PatternPart::Text(text) if text.is_empty()));
    LiteralKind::Wildcard(Pattern { parts })
}

/// A literal without quotes and wildcards.
fn word(text: &str) -> LiteralKind {
    match text {
        "null" => LiteralKind::Null,
        "true" => LiteralKind::Bool(true),
        "false" => LiteralKind::Bool(false),
        text => LiteralKind::Text(text.to_owned()),
    }
}

/// Writes a text in quotes.
pub(super) fn write_quoted(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\n' => out.push_str("\\n"),
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Writes a text without quotes.
pub(super) fn write_unquoted(text: &str, out: &mut String) {
    if text.is_empty() {
        // Only white space that the reader trims away again says "nothing" without quotes.
        out.push_str("\\u0020");
    }
    for (at, c) in text.char_indices() {
        match c {
            c if SPECIAL.contains(c) => out.extend(['\\', c]),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\n' => out.push_str("\\n"),
            // `\not` is a line break and `ot`, so a keyword is broken up by its first character's number.
            c if begins_keyword(text.get(at..).unwrap_or("")) => out.push_str(&escape_number(c)),
            c => out.push(c),
        }
    }
}

/// Writes a pattern without quotes.
pub(super) fn write_pattern(pattern: &Pattern, out: &mut String) {
    for part in &pattern.parts {
        match part {
            PatternPart::Text(text) => write_unquoted(text, out),
            // kuery has no sign for one character; `raise` reports the loss before it comes here.
            PatternPart::Many | PatternPart::One => out.push('*'),
        }
    }
}

/// Tells whether a text can stand without quotes and still be read as the same text.
pub(super) fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && !matches!(text, "null" | "true" | "false")
        && text.chars().all(|c| c.is_alphanumeric() || "._-@/$%#&+,;=?![]~".contains(c))
        && !["or", "and", "not"].iter().any(|word| text.eq_ignore_ascii_case(word))
        && !ends_in_not(text)
}

/// `knot and x` ends the literal inside the word, so such words are better quoted.
fn ends_in_not(text: &str) -> bool {
    let tail = text.len().checked_sub(3).and_then(|at| text.get(at..));
    tail.is_some_and(|tail| tail.eq_ignore_ascii_case("not"))
}

fn begins_keyword(text: &str) -> bool {
    let starts = |text: &str, word: &str| text.get(..word.len()).is_some_and(|t| t.eq_ignore_ascii_case(word));
    let space_at = |text: &str, at: usize| text.get(at..).is_none_or(|t| t.chars().next().is_none_or(is_space));
    let mut chars = text.chars();
    if chars.next().is_some_and(is_space) {
        let rest = chars.as_str();
        return (starts(rest, "or") && space_at(rest, 2)) || (starts(rest, "and") && space_at(rest, 3));
    }
    starts(text, "not") && space_at(text, 3)
}

fn escape_number(c: char) -> String {
    let mut units = [0; 2];
    c.encode_utf16(&mut units).iter().fold(String::new(), |escaped, unit| format!("{escaped}\\u{unit:04x}"))
}

fn white_space(escape: char) -> Option<char> {
    match escape {
        't' => Some('\t'),
        'r' => Some('\r'),
        'n' => Some('\n'),
        _ => None,
    }
}

/// Reads `uXXXX`; returns the UTF-16 unit and what follows.
fn code_unit(text: &str) -> Option<(u16, &str)> {
    let rest = text.strip_prefix('u')?;
    let digits = rest.get(..4).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
    Some((u16::from_str_radix(digits, 16).ok()?, rest.get(4..)?))
}

/// JavaScript's `trim`, over the whole literal: a wildcard at an end stops it.
fn trim(parts: &mut [PatternPart]) {
    let is_js_space = |c: char| (c.is_whitespace() && c != '\u{85}') || c == '\u{FEFF}';
    if let Some(PatternPart::Text(text)) = parts.first_mut() {
        *text = text.trim_start_matches(is_js_space).into();
    }
    if let Some(PatternPart::Text(text)) = parts.last_mut() {
        *text = text.trim_end_matches(is_js_space).into();
    }
}

/// Collects text whose `\uXXXX` escapes may be halves of a character; a half alone becomes U+FFFD.
#[derive(Default)]
struct Units {
    text: String,
    high: Option<u16>,
}

impl Units {
    fn push<'a>(&mut self, c: char, rest: Option<&'a str>) -> &'a str {
        self.flush();
        self.text.push(c);
        rest.unwrap_or("")
    }

    fn push_unit<'a>(&mut self, unit: u16, rest: &'a str) -> &'a str {
        let high = self.high.take();
        for decoded in char::decode_utf16(high.into_iter().chain([unit])) {
            match decoded {
                Ok(c) => self.text.push(c),
                Err(half) if (0xD800..0xDC00).contains(&half.unpaired_surrogate()) && half.unpaired_surrogate() == unit => {
                    self.high = Some(unit);
                }
                Err(_) => self.text.push(char::REPLACEMENT_CHARACTER),
            }
        }
        rest
    }

    fn flush(&mut self) {
        if self.high.take().is_some() {
            self.text.push(char::REPLACEMENT_CHARACTER);
        }
    }

    fn take(&mut self) -> String {
        self.flush();
        std::mem::take(&mut self.text)
    }
}
