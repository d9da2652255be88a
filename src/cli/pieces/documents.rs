//! JSON that is not a document a line, an array of documents or documents over several lines, as JSON Lines.
//!
//! It finds where documents end and judges nothing: a broken one is a broken line.

use super::{PIECE, Source, unreadable};
use crate::eval::Refusal;
use crate::eval::lines::{Opened, Pieces};
use std::io::Read;
use std::sync::Arc;

/// The documents of a source.
#[derive(Debug)]
pub(super) struct Documents(pub Arc<Source>);

impl Pieces for Documents {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn open(&self) -> Result<Opened<'_>, Refusal> {
        let reader = self.0.reader().map_err(|error| unreadable(self.name(), &error))?;
        Ok(Box::new(Splitter { name: self.name(), reader, split: Split::default(), done: false }))
    }
}

struct Splitter<'s> {
    name: &'s str,
    reader: Box<dyn Read + 's>,
    split: Split,
    done: bool,
}

impl Iterator for Splitter<'_> {
    type Item = Result<Vec<u8>, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut chunk = Vec::new();
        while !self.done {
            chunk.clear();
            let read = (&mut self.reader).take(PIECE as u64).read_to_end(&mut chunk);
            self.done = !matches!(read, Ok(1..));
            if let Err(error) = read {
                return Some(Err(unreadable(self.name, &error)));
            }
            self.split.read(&chunk);
            if let Some(lines) = self.split.lines() {
                return Some(Ok(lines));
            }
        }
        let rest = std::mem::take(&mut self.split.open);
        (!rest.is_empty()).then_some(Ok(rest))
    }
}

/// How far a text is read.
#[derive(Debug, Default)]
struct Split {
    /// Lines that are whole, then the one that is not.
    open: Vec<u8>,
    /// Where the line begins that is not whole.
    start: usize,
    /// Brackets that are open in a document.
    depth: usize,
    in_text: bool,
    escaped: bool,
}

impl Split {
    fn read(&mut self, text: &[u8]) {
        for &byte in text {
            if self.in_text {
                self.in_text = byte != b'"' || self.escaped;
                self.escaped = byte == b'\\' && !self.escaped;
                self.open.push(byte);
                continue;
            }
            match byte {
                // The array around the documents, what separates them, and the mark at the start of a file.
                b'[' | b']' | b',' | b' ' | b'\t' | b'\r' | b'\n' | 0xEF | 0xBB | 0xBF if self.depth == 0 => {
                    self.end();
                    continue;
                }
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                b'"' => self.in_text = true,
                _ => {}
            }
            // Outside of texts the end of a line is a blank.
            self.open.push(if byte == b'\n' { b' ' } else { byte });
            if byte == b'}' && self.depth == 0 {
                self.end();
            }
        }
    }

    /// Ends the document.
    fn end(&mut self) {
        if self.open.len() > self.start {
            self.open.push(b'\n');
            self.start = self.open.len();
        }
    }

    /// Takes the lines that are whole.
    fn lines(&mut self) -> Option<Vec<u8>> {
        let rest = self.open.split_off(self.start);
        self.start = 0;
        let lines = std::mem::replace(&mut self.open, rest);
        (!lines.is_empty()).then_some(lines)
    }
}

#[cfg(test)]
mod tests {
    use super::Split;

    fn check(text: &str, expected: &str) {
        for chunk in [1, 3, 1000] {
            let (mut split, mut lines) = (Split::default(), Vec::new());
            for part in text.as_bytes().chunks(chunk) {
                split.read(part);
                lines.extend(split.lines().unwrap_or_default());
            }
            lines.append(&mut split.open);
            assert_eq!(String::from_utf8(lines).unwrap(), expected, "{text} in pieces of {chunk}");
        }
    }

    #[test]
    fn each_document_is_a_line() {
        check("[{\"a\":1},\n {\"b\":[2,{}]}]", "{\"a\":1}\n{\"b\":[2,{}]}\n");
        check("{\n \"a\": \"]}\\\"\\\\\"\n}\n{}", "{  \"a\": \"]}\\\"\\\\\" }\n{}\n");
        check("\u{feff}[]", "");
        check("[1,{\"a\":", "1\n{\"a\":");
    }
}
