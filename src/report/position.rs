//! Lines and columns. Everything before `report` counts bytes.

use serde::Serialize;

/// A place as people and editors name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Position {
    /// Bytes from the start.
    pub offset: usize,
    /// Line, from 1.
    pub line: usize,
    /// Character in the line, from 1.
    pub column: usize,
    /// UTF-16 unit in the line, from 1: what SARIF and editors count by default.
    #[serde(skip)]
    pub utf16_column: usize,
}

impl Position {
    /// Returns the position of a byte offset; offsets past the end or inside a character are moved back.
    pub fn of(text: &str, offset: u32) -> Self {
        let offset = crate::source::Span::at(offset as usize).clamp(text).start as usize;
        let before = text.get(..offset).unwrap_or(text);
        // `\r\n`, `\n` and a lone `\r` end lines, as in YAML and in the vendors' parsers.
        let mut line = 1;
        let mut start = 0;
        for (at, byte) in before.bytes().enumerate() {
            let ends = byte == b'\n' || (byte == b'\r' && text.as_bytes().get(at + 1) != Some(&b'\n'));
            if ends {
                line += 1;
                start = at + 1;
            }
        }
        let in_line = before.get(start..).unwrap_or("");
        Self { offset, line, column: in_line.chars().count() + 1, utf16_column: in_line.encode_utf16().count() + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::Position;

    fn check(text: &str, offset: u32, line: usize, column: usize) {
        let place = Position::of(text, offset);
        assert_eq!((place.line, place.column), (line, column), "{text:?} at {offset}");
    }

    #[test]
    fn lines_and_columns_count_from_one() {
        check("", 0, 1, 1);
        check("a\nbc", 3, 2, 2);
        check("a\r\nbc", 3, 2, 1);
        check("a\rbc", 2, 2, 1);
    }

    #[test]
    fn columns_count_characters_not_bytes() {
        check("äö|x", 5, 1, 4);
        assert_eq!(Position::of("😀x", 4).utf16_column, 3);
    }

    #[test]
    fn an_offset_past_the_end_is_the_end() {
        check("ab", 99, 1, 3);
        check("ä", 1, 1, 1);
    }
}
