//! One look over the text before the grammar sees it: blanks out comments, cuts at top-level `;` and `|`, measures nesting.
//!
//! It follows the vendor's lexer in what is a string and what a comment, and does not judge anything else.

use crate::source::Span;

/// What one look over a query found.
#[derive(Debug)]
pub(super) struct Scan {
    /// The text with comments and all white space outside strings as blanks; every offset is the original's.
    pub masked: String,
    /// The statements.
    pub statements: Vec<Cut>,
    /// Where brackets were nested deeper than allowed.
    pub too_deep: Option<usize>,
    /// The innermost bracket that is never closed.
    pub unclosed: Option<usize>,
}

/// A statement cut at its top-level pipes.
#[derive(Debug)]
pub(super) struct Cut {
    /// The pieces in order; the first is the statement's head.
    pub pieces: Vec<Span>,
    /// Whether a `;` followed.
    pub ended: bool,
}

/// Looks over `text`; brackets may nest `limit` deep.
pub(super) fn scan(text: &str, limit: usize) -> Scan {
    let mut scanner = Scanner { bytes: text.as_bytes(), masked: text.as_bytes().to_vec(), at: 0 };
    scanner.directives();
    let mut statements = Vec::new();
    let (mut pieces, mut start, mut open, mut too_deep) = (Vec::new(), 0, Vec::new(), None);
    while let Some(byte) = scanner.byte(0) {
        let here = scanner.at;
        match byte {
            b'(' | b'[' | b'{' => {
                open.push(here);
                if open.len() > limit {
                    too_deep = too_deep.or(Some(here));
                }
                scanner.at += 1;
            }
            b')' | b']' | b'}' => {
                open.pop();
                scanner.at += 1;
            }
            b'|' | b';' if open.is_empty() => {
                pieces.push(Span::new(start, here));
                start = here + 1;
                scanner.at = start;
                if byte == b';' {
                    statements.push(Cut { pieces: std::mem::take(&mut pieces), ended: true });
                }
            }
            _ => scanner.step(byte),
        }
    }
    pieces.push(Span::new(start, scanner.bytes.len()));
    statements.push(Cut { pieces, ended: false });
    // INVARIANT: only whole characters were overwritten, each byte by a blank, so this is still UTF-8.
    let masked = String::from_utf8(scanner.masked).unwrap_or_default();
    Scan { masked, statements, too_deep, unclosed: open.pop() }
}

/// A place in the text being scanned.
struct Scanner<'t> {
    bytes: &'t [u8],
    masked: Vec<u8>,
    at: usize,
}

impl Scanner<'_> {
    fn byte(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn starts(&self, with: &[u8]) -> bool {
        self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(with))
    }

    /// Passes over what is neither a bracket nor a separator.
    fn step(&mut self, byte: u8) {
        match byte {
            b'\t' | b'\n' | b'\r' | 0x0c => self.blank(1),
            b'/' if self.byte(1) == Some(b'/') => self.comment(),
            b'"' | b'\'' => self.quoted(byte),
            b'@' if matches!(self.byte(1), Some(b'"' | b'\'')) => self.verbatim(),
            b'`' if self.starts(b"```") => self.multi_line(b"```"),
            b'~' if self.starts(b"~~~") => self.multi_line(b"~~~"),
            0x80.. => match self.wide_blank() {
                0 => self.at += 1,
                length => self.blank(length),
            },
            _ => self.at += 1,
        }
    }

    /// Blanks out lines that begin with `#` before the query: directives, which Kusto.Language 12.4.1 ignores.
    fn directives(&mut self) {
        while let Some(byte) = self.byte(0) {
            match byte {
                b'#' => self.comment(),
                b'/' if self.byte(1) == Some(b'/') => self.comment(),
                b' ' | b'\t' | b'\n' | b'\r' => self.blank(1),
                _ => return,
            }
        }
    }

    fn blank(&mut self, length: usize) {
        if let Some(bytes) = self.masked.get_mut(self.at..self.at + length) {
            bytes.fill(b' ');
        }
        self.at += length;
    }

    fn comment(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(rest.len());
        self.blank(length);
    }

    /// A string ends at its quote or, broken, at the end of the line.
    fn quoted(&mut self, quote: u8) {
        self.at += 1;
        while let Some(byte) = self.byte(0) {
            match byte {
                // INVARIANT: the line end stays in the text, or the grammar would take the string as whole.
                b'\n' | b'\r' => {
                    self.at += 1;
                    return;
                }
                b'\\' if !matches!(self.byte(1), None | Some(b'\n' | b'\r')) => self.at += 2,
                _ => self.at += 1,
            }
            if byte == quote {
                return;
            }
        }
    }

    fn verbatim(&mut self) {
        let quote = self.byte(1);
        self.at += 2;
        while let Some(byte) = self.byte(0) {
            self.at += 1;
            if matches!(byte, b'\n' | b'\r') {
                return;
            }
            if Some(byte) == quote {
                if self.byte(0) != quote {
                    return;
                }
                self.at += 1;
            }
        }
    }

    fn multi_line(&mut self, fence: &[u8]) {
        self.at += fence.len();
        while self.at < self.bytes.len() && !self.starts(fence) {
            self.at += 1;
        }
        self.at = (self.at + fence.len()).min(self.bytes.len());
    }

    /// Length of the white space character outside ASCII that begins here, or 0 (`kusto-grammar-probes.txt`, first line).
    fn wide_blank(&self) -> usize {
        match (self.byte(0), self.byte(1), self.byte(2)) {
            (Some(0xc2), Some(0xa0), _) => 2,
            (Some(0xe1), Some(0x9a), Some(0x80)) | (Some(0xe1), Some(0xa0), Some(0x8e)) => 3,
            (Some(0xe2), Some(0x80), Some(0x80..=0x8b | 0xaf)) | (Some(0xe2), Some(0x81), Some(0x9f)) => 3,
            (Some(0xe3), Some(0x80), Some(0x80)) | (Some(0xef), Some(0xbb), Some(0xbf)) => 3,
            _ => 0,
        }
    }
}
