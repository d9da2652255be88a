//! TOML strings that every reader reads back as the same text, and edits that leave the rest of a file as it was.

use serde_json::Value as Json;
use std::fmt::Write;

/// Writes a text on one line, in double quotes.
pub fn string(text: &str) -> String {
    format!("\"{}\"", escaped(text, false))
}

/// Writes a text over several lines (`"""`). It ends with one line break for the reader, whether it had one or not.
pub fn multiline(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    format!("\"\"\"\n{}\n\"\"\"", escaped(text.trim_end_matches('\n'), true))
}

/// Writes a text over several lines (`"""`) that ends where the text does.
pub fn exact_multiline(text: &str) -> String {
    format!("\"\"\"\n{}\"\"\"", escaped(text, true))
}

/// Writes a text over several lines as it is (`'''`), like the queries of detection-rules; as [`multiline`] where it cannot be.
pub fn literal_multiline(text: &str) -> String {
    let plain = text.replace("\r\n", "\n");
    let plain = plain.trim_end_matches('\n');
    if plain.contains("'''") || plain.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        return multiline(text);
    }
    format!("'''\n{plain}\n'''")
}

/// Writes a key, in quotes where it is no bare one.
pub fn key(name: &str) -> String {
    let is_bare = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    if is_bare { name.to_owned() } else { string(name) }
}

/// Writes a value of JSON on one line. TOML has no null: an entry without a value is left out.
pub fn value(value: &Json) -> String {
    match value {
        Json::Null => string(""),
        Json::Bool(_) | Json::Number(_) => value.to_string(),
        Json::String(text) => string(text),
        Json::Array(items) => format!("[{}]", items.iter().map(self::value).collect::<Vec<_>>().join(", ")),
        Json::Object(members) => {
            let shown = members.iter().filter(|(_, member)| !member.is_null());
            let written: Vec<String> = shown.map(|(name, member)| format!("{} = {}", key(name), self::value(member))).collect();
            if written.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", written.join(", ")) }
        }
    }
}

fn escaped(text: &str, lines: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut quotes = 0;
    for c in text.chars() {
        // Two quotes in a row are text inside `"""`; a third would end it.
        quotes = if c == '"' { quotes + 1 } else { 0 };
        match c {
            '"' if lines && quotes % 3 != 0 => out.push('"'),
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' if lines => out.push('\n'),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Writing to a string does not fail; control characters fit four digits.
            c if c.is_control() => drop(write!(out, "\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::toml;

    fn check(written: &str, expected: &str) {
        let text = format!("k = {written}\nz = 1\n");
        let own = toml::parse(&text).unwrap_or_else(|faults| panic!("{text:?}: {faults:?}"));
        assert_eq!(own.get("k").and_then(|n| n.as_str()), Some(expected), "{text:?}");
        let other: toml_edit::DocumentMut = text.parse().unwrap_or_else(|error| panic!("{text:?}: {error}"));
        assert_eq!(other["k"].as_str(), Some(expected), "{text:?}");
    }

    #[test]
    fn strings_read_back_as_they_were_in_two_readers() {
        for text in [
            "",
            "plain",
            "say \"hi\"",
            "C:\\x",
            "a\nb",
            "tab\t",
            "bell\u{7}",
            "del\u{7f}",
            "\"\"\"\"",
            "'''",
            "é😀",
            "x\"",
            "\\",
            "a \\\n b",
        ] {
            check(&string(text), text);
            let ended = format!("{}\n", text.trim_end_matches('\n'));
            check(&multiline(text), &ended);
            check(&literal_multiline(text), &ended);
            check(&exact_multiline(text), text);
        }
        check(&literal_multiline("a\r\nb\r\n"), "a\nb\n");
    }
}
