//! Lucene's words: a backslash takes the meaning from any character.

use crate::ir::{Pattern, PatternPart};

/// Characters that mean something in a word.
const SPECIAL: &str = "+-!():^[]\"{}~*?\\/&|<>= \t\r\n\u{3000}";

/// Reads a word with its wildcards.
pub(super) fn pattern(raw: &str) -> Pattern {
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        let wildcard = match c {
            '*' => PatternPart::Many,
            '?' => PatternPart::One,
            '\\' => {
                text.extend(chars.next());
                continue;
            }
            c => {
                text.push(c);
                continue;
            }
        };
        if !text.is_empty() {
            parts.push(PatternPart::Text(std::mem::take(&mut text).into()));
        }
        parts.push(wildcard);
    }
    if !text.is_empty() {
        parts.push(PatternPart::Text(text.into()));
    }
    Pattern { parts }
}

/// Takes the escapes off.
pub(super) fn unescape(raw: &str) -> String {
    let mut text = String::new();
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        text.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    text
}

/// Reads a phrase, quotes included.
pub(super) fn phrase(raw: &str) -> String {
    unescape(raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(raw))
}

/// Reads a regular expression, slashes included; only a slash needs an escape there.
pub(super) fn regex(raw: &str) -> String {
    raw.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')).unwrap_or(raw).replace("\\/", "/")
}

/// Writes a word so that it reads back as itself.
pub(super) fn write_pattern(pattern: &Pattern, out: &mut String) {
    for part in &pattern.parts {
        match part {
            PatternPart::Many => out.push('*'),
            PatternPart::One => out.push('?'),
            PatternPart::Text(text) => write_word(text, out),
        }
    }
}

/// Writes a text as a word; one that would be read as an operator gets an escape.
pub(super) fn write_word(text: &str, out: &mut String) {
    if matches!(text, "AND" | "OR" | "NOT" | "TO") {
        out.push('\\');
    }
    for c in text.chars() {
        if SPECIAL.contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
}

/// Writes a text in quotes.
pub(super) fn write_phrase(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
}
