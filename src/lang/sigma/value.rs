//! Sigma's texts: wildcards and escapes, encodings, dashes.

use super::ast::{Value, ValueKind};
use crate::ir::{Pattern, PatternPart};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Characters that Windows programs take as the dash of an option.
const DASHES: [char; 5] = ['-', '/', '\u{2013}', '\u{2014}', '\u{2015}'];

/// Reads wildcards and escapes: `\` takes the meaning from `*`, `?` and `\`, before anything else it is itself
/// (<https://sigmahq.io/sigma-specification/specification/sigma-rules-specification.html#escaping>).
pub(super) fn read(raw: &str) -> Pattern {
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => text.push(chars.next_if(|next| matches!(next, '*' | '?' | '\\')).unwrap_or('\\')),
            '*' | '?' => {
                push_text(&mut parts, &mut text);
                parts.push(if c == '*' { PatternPart::Many } else { PatternPart::One });
            }
            c => text.push(c),
        }
    }
    push_text(&mut parts, &mut text);
    Pattern { parts }
}

/// Writes a pattern so that it reads back as itself.
pub(super) fn write(pattern: &Pattern) -> String {
    let mut raw = String::new();
    for (at, part) in pattern.parts.iter().enumerate() {
        match part {
            PatternPart::Many => raw.push('*'),
            PatternPart::One => raw.push('?'),
            PatternPart::Text(text) => {
                let ends_text = !matches!(pattern.parts.get(at + 1), Some(PatternPart::Text(_)));
                let mut chars = text.chars().peekable();
                while let Some(c) = chars.next() {
                    // A lone backslash before an ordinary character needs no escape, and rules are written without.
                    let escaped = match c {
                        '*' | '?' => true,
                        '\\' => match chars.peek() {
                            Some(next) => matches!(next, '*' | '?' | '\\'),
                            None => !ends_text || at + 1 < pattern.parts.len(),
                        },
                        _ => false,
                    };
                    if escaped {
                        raw.push('\\');
                    }
                    raw.push(c);
                }
            }
        }
    }
    raw
}

fn push_text(parts: &mut Vec<PatternPart>, text: &mut String) {
    if !text.is_empty() {
        parts.push(PatternPart::Text(std::mem::take(text).into()));
    }
}

/// Returns the text of a pattern without wildcards.
pub(super) fn literal(pattern: &Pattern) -> Option<String> {
    pattern.parts.iter().map(|part| if let PatternPart::Text(text) = part { Some(&**text) } else { None }).collect()
}

impl Value {
    /// Returns a text without wildcards as it is looked for, escapes read; nothing for all other values.
    pub fn literal_text(&self) -> Option<String> {
        match &self.kind {
            ValueKind::Text(raw) => literal(&read(raw)),
            _ => None,
        }
    }

    /// Returns what a text with wildcards looks for.
    pub fn pattern(&self) -> Option<Pattern> {
        match &self.kind {
            ValueKind::Text(raw) => Some(read(raw)),
            _ => None,
        }
    }
}

/// Tells whether a value is a text without wildcards.
pub(super) fn is_literal(kind: &ValueKind) -> bool {
    match kind {
        ValueKind::Text(raw) => literal(&read(raw)).is_some(),
        ValueKind::Integer(_) | ValueKind::Real(_) => true,
        ValueKind::Bool(_) | ValueKind::Null => false,
    }
}

/// How UTF-16 is laid out.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Utf16 {
    Little,
    Big,
    /// Little endian behind a byte order mark.
    Marked,
}

/// Encodes text as UTF-16; each byte becomes the character of that number, as pySigma has it for ASCII text.
pub(super) fn utf16(bytes: &[u8], layout: Utf16) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let unit = |unit: u16| if layout == Utf16::Big { unit.to_be_bytes() } else { unit.to_le_bytes() };
    let mark: &[u8] = if layout == Utf16::Marked { &[0xFF, 0xFE] } else { &[] };
    mark.iter().copied().chain(text.encode_utf16().flat_map(unit)).collect()
}

/// Encodes bytes as Base64.
pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Encodes bytes as they look inside longer Base64 at each of the three offsets, without the characters that neighbours decide
/// (<https://sigmahq.io/sigma-specification/specification/sigma-appendix-modifiers.html>, `base64offset`).
pub(super) fn base64_offsets(bytes: &[u8]) -> [String; 3] {
    [0, 1, 2].map(|offset| {
        let padded: Vec<u8> = std::iter::repeat_n(b' ', offset).chain(bytes.iter().copied()).collect();
        let encoded = STANDARD.encode(&padded);
        let start = [0, 2, 3].get(offset).copied().unwrap_or(0);
        let cut = [0, 3, 2].get(padded.len() % 3).copied().unwrap_or(0);
        encoded.get(start..encoded.len().saturating_sub(cut)).unwrap_or("").to_owned()
    })
}

/// More patterns than this are one regular expression instead.
const MAX_VARIANTS: usize = 125;

/// A text whose dashes before words (`\B[-/]\b` in pySigma) may be any dash.
pub(super) enum Dashed {
    /// One pattern for each way to write it.
    Patterns(Vec<Pattern>),
    /// A regular expression over the whole text, where there would be too many patterns.
    Regex(String),
}

/// Varies the dashes of a pattern.
pub(super) fn vary_dashes(pattern: &Pattern) -> Dashed {
    let pieces = pieces(pattern);
    let dashes = pieces.iter().filter(|piece| piece.is_none()).count();
    let count = u32::try_from(dashes).ok().and_then(|dashes| DASHES.len().checked_pow(dashes));
    if count.is_none_or(|count| count > MAX_VARIANTS) {
        return Dashed::Regex(pieces.iter().map(|piece| regex_piece(piece.as_ref())).collect());
    }
    let mut variants = vec![Pattern::default()];
    for piece in &pieces {
        variants = if let Some(part) = piece {
            variants.into_iter().map(|variant| with(variant, part)).collect()
        } else {
            let each = |variant: Pattern| DASHES.map(|dash| with(variant.clone(), &PatternPart::Text(dash.to_string().into())));
            variants.into_iter().flat_map(each).collect()
        };
    }
    Dashed::Patterns(variants)
}

/// Takes a pattern apart at its dashes, which are `None`.
fn pieces(pattern: &Pattern) -> Vec<Option<PatternPart>> {
    let mut pieces = Vec::new();
    for part in &pattern.parts {
        let PatternPart::Text(text) = part else {
            pieces.push(Some(part.clone()));
            continue;
        };
        let mut plain = String::new();
        let mut before = None;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            if matches!(c, '-' | '/') && !before.is_some_and(is_word) && chars.peek().copied().is_some_and(is_word) {
                pieces.push(Some(PatternPart::Text(std::mem::take(&mut plain).into())));
                pieces.push(None);
            } else {
                plain.push(c);
            }
            before = Some(c);
        }
        pieces.push(Some(PatternPart::Text(plain.into())));
    }
    pieces
}

/// Adds a part; texts that meet become one.
fn with(mut pattern: Pattern, part: &PatternPart) -> Pattern {
    match (pattern.parts.last_mut(), part) {
        (_, PatternPart::Text(more)) if more.is_empty() => {}
        (Some(PatternPart::Text(text)), PatternPart::Text(more)) => *text = format!("{text}{more}").into(),
        _ => pattern.parts.push(part.clone()),
    }
    pattern
}

fn regex_piece(piece: Option<&PatternPart>) -> String {
    match piece {
        Some(PatternPart::Text(text)) => regex::escape(text),
        Some(PatternPart::Many) => "(?s:.*)".to_owned(),
        Some(PatternPart::One) => "(?s:.)".to_owned(),
        None => format!("[{}]", DASHES.iter().collect::<String>()),
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backslash_escapes_only_wildcards_and_itself() {
        let text = |t: &str| PatternPart::Text(t.into());
        for (raw, parts) in [
            (r"\cmd.exe", vec![text(r"\cmd.exe")]),
            (r"a\*b", vec![text("a*b")]),
            (r"a\\*b", vec![text(r"a\"), PatternPart::Many, text("b")]),
            (r"a\\\*b", vec![text(r"a\*b")]),
            (r"\\\\host", vec![text(r"\\host")]),
            (r"\\host", vec![text(r"\host")]),
            (r"C:\Temp\", vec![text(r"C:\Temp\")]),
            ("?a*", vec![PatternPart::One, text("a"), PatternPart::Many]),
            ("", vec![]),
        ] {
            let pattern = read(raw);
            assert_eq!(pattern.parts, parts, "{raw}");
            assert_eq!(read(&write(&pattern)), pattern, "{raw}");
        }
    }

    #[test]
    fn base64_is_found_at_every_offset() {
        assert_eq!(base64_offsets(b"foobar"), ["Zm9vYmFy", "Zvb2Jhc", "mb29iYX"]);
        assert_eq!(base64(&utf16(b"ab", Utf16::Little)), "YQBiAA==");
    }

    #[test]
    fn dashes_before_words_vary() {
        let count = |raw| match vary_dashes(&read(raw)) {
            Dashed::Patterns(patterns) => patterns.len(),
            Dashed::Regex(_) => 0,
        };
        assert_eq!(count("-f"), 5);
        assert_eq!(count("a-f"), 1);
        assert_eq!(count(" -a *-b"), 25);
        assert_eq!(count("-a -b -c -d -e -f"), 0);
    }
}
