//! Lines and columns. Everything before `report` counts bytes.

use crate::source::Span;
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
        Lines::of(text).position(offset)
    }
}

/// Where the lines of a text begin: for many positions in one text.
#[derive(Debug)]
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// Finds the lines. `\r\n`, `\n` and a lone `\r` end them, as in YAML and in the vendors' parsers.
    pub fn of(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let ends = |at: usize, byte: u8| byte == b'\n' || (byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
        let after = bytes.iter().enumerate().filter(|&(at, &byte)| ends(at, byte)).map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(after).collect() }
    }

    /// Returns the position of a byte offset; offsets past the end or inside a character are moved back.
    pub fn position(&self, offset: u32) -> Position {
        let offset = Span::at(offset as usize).clamp(self.text).start as usize;
        let line = self.starts.partition_point(|&start| start <= offset);
        let start = line.checked_sub(1).and_then(|n| self.starts.get(n)).copied().unwrap_or(0);
        let before = self.text.get(start..offset).unwrap_or("");
        Position { offset, line, column: before.chars().count() + 1, utf16_column: before.encode_utf16().count() + 1 }
    }

    /// Returns a line without its end, counted from 1; "" past the last.
    pub fn line(&self, number: usize) -> &'a str {
        let start = number.checked_sub(1).and_then(|n| self.starts.get(n)).copied().unwrap_or(self.text.len());
        let end = self.starts.get(number).copied().unwrap_or(self.text.len());
        self.text.get(start..end).unwrap_or("").trim_end_matches(['\r', '\n'])
    }

    /// Returns how many lines there are.
    pub fn count(&self) -> usize {
        self.starts.len()
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
