//! Builds the [`OffsetMap`] of a scalar by walking its decoded and its written text in step.
//!
//! Inside one scalar, YAML and TOML only add or remove blanks, double a quote or write an escape; so the next decoded character
//! tells what the next written one must be, and no second decoder is needed.

use super::{OffsetMap, Span, Style};

/// Aligns a decoded YAML scalar with its source; `None` where the two do not belong together.
pub(super) fn yaml(source: &str, span: Span, decoded: &str, style: Style) -> Option<OffsetMap> {
    if let Some(map) = as_written(source, span, decoded, style) {
        return Some(map);
    }
    let mut walk = Walk::new(source, span);
    if matches!(style, Style::SingleQuoted | Style::DoubleQuoted) {
        walk.pos += 1;
    }
    for (offset, c) in decoded.char_indices() {
        if is_blank(c) {
            walk.take_blank(offset, c, style);
            continue;
        }
        walk.skip_blanks();
        if style == Style::DoubleQuoted {
            while walk.skip_continuation() {}
        }
        walk.mark(offset);
        match walk.peek()? {
            '\'' if style == Style::SingleQuoted && c == '\'' => walk.pos += 2,
            '\\' if style == Style::DoubleQuoted => walk.pos += escape_len(walk.rest()),
            written if written == c => walk.pos += c.len_utf8(),
            _ => return None,
        }
    }
    Some(walk.finish(decoded))
}

/// Aligns a decoded TOML string with its source.
pub(super) fn toml(source: &str, span: Span, decoded: &str, style: Style) -> Option<OffsetMap> {
    if let Some(map) = as_written(source, span, decoded, style) {
        return Some(map);
    }
    let mut walk = Walk::new(source, span);
    let escapes = matches!(style, Style::DoubleQuoted | Style::MultiLineBasic);
    match style {
        Style::SingleQuoted | Style::DoubleQuoted => walk.pos += 1,
        // "A newline immediately following the opening delimiter will be trimmed" (toml.io, Strings).
        Style::MultiLineLiteral | Style::MultiLineBasic => {
            walk.pos += 3;
            walk.skip_line_break();
        }
        _ => {}
    }
    for (offset, c) in decoded.char_indices() {
        if style == Style::MultiLineBasic {
            while walk.skip_continuation() {}
        }
        walk.mark(offset);
        match walk.peek()? {
            '\\' if escapes => walk.pos += escape_len(walk.rest()),
            '\r' if c == '\n' => walk.pos += 2,
            written if written == c => walk.pos += c.len_utf8(),
            _ => return None,
        }
    }
    Some(walk.finish(decoded))
}

/// Returns the map of a scalar without escapes and on one line, as nearly all are: what is written between its quotes is its text.
fn as_written(source: &str, span: Span, decoded: &str, style: Style) -> Option<OffsetMap> {
    let quotes = usize::from(matches!(style, Style::SingleQuoted | Style::DoubleQuoted));
    let (start, end) = (span.start as usize + quotes, (span.end as usize).checked_sub(quotes)?);
    (source.get(start..end)? == decoded).then(|| OffsetMap::shift(start, decoded.len(), end))
}

struct Walk<'a> {
    source: &'a str,
    pos: usize,
    end: usize,
    points: Vec<(usize, usize)>,
}

impl<'a> Walk<'a> {
    fn new(source: &'a str, span: Span) -> Self {
        let span = span.clamp(source);
        Self { source, pos: span.start as usize, end: span.end as usize, points: Vec::new() }
    }

    fn rest(&self) -> &'a str {
        self.source.get(self.pos..self.end).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Records that decoded `offset` is written here, unless the last break point already says so.
    fn mark(&mut self, offset: usize) {
        let known = self.points.last().is_some_and(|&(d, s)| self.pos.checked_sub(s) == Some(offset - d));
        if !known {
            self.points.push((offset, self.pos));
        }
    }

    /// Takes a decoded blank: written as itself, as `\r\n`, as an escape, or (folding) not here at all.
    fn take_blank(&mut self, offset: usize, c: char, style: Style) {
        if style == Style::DoubleQuoted && matches!(c, ' ' | '\t') {
            while self.skip_continuation() {}
        }
        self.mark(offset);
        match self.peek() {
            Some(written) if written == c => self.pos += 1,
            Some('\r') if c == '\n' && self.rest().starts_with("\r\n") => self.pos += 2,
            Some('\\') if style == Style::DoubleQuoted => self.pos += escape_len(self.rest()),
            _ => {}
        }
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.pos += rest.len() - rest.trim_start_matches(is_blank).len();
    }

    fn skip_line_break(&mut self) {
        if self.rest().starts_with("\r\n") {
            self.pos += 2;
        } else if self.rest().starts_with('\n') {
            self.pos += 1;
        }
    }

    /// Skips a backslash at the end of a line and the blanks after it.
    fn skip_continuation(&mut self) -> bool {
        let Some(after) = self.rest().strip_prefix('\\') else { return false };
        let after = after.trim_start_matches([' ', '\t']);
        if !after.starts_with(['\n', '\r']) {
            return false;
        }
        self.pos += 1;
        self.skip_blanks();
        true
    }

    fn finish(self, decoded: &str) -> OffsetMap {
        OffsetMap::from_points(&self.points, decoded.len(), self.pos)
    }
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

/// Returns the length of the escape that the text begins with; a pair of surrogates is one escape.
fn escape_len(text: &str) -> usize {
    let mut chars = text.chars().skip(1);
    match chars.next() {
        Some('x') => 4,
        Some('u') if is_high_surrogate(text) => 12,
        Some('u') => 6,
        Some('U') => 10,
        Some(c) => 1 + c.len_utf8(),
        None => 1,
    }
}

fn is_high_surrogate(text: &str) -> bool {
    text.get(2..6).and_then(|hex| u32::from_str_radix(hex, 16).ok()).is_some_and(|code| (0xD800..0xDC00).contains(&code))
}
