//! Files and standard input as pieces that end at line ends, unpacked while they are read.

use super::{Failure, input};
use crate::eval::Refusal;
use crate::eval::lines::{Opened, Pieces};
use crate::source::Span;
use flate2::read::MultiGzDecoder;
use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::sync::Arc;

/// The first bytes of gzip.
pub(super) const GZIP: [u8; 2] = [0x1F, 0x8B];
/// Bytes of a piece, about.
const PIECE: usize = 2 << 20;
/// Bytes of a line at most.
const LONGEST_LINE: usize = 256 << 20;

/// Where bytes come from.
#[derive(Debug)]
enum Origin {
    /// A file, which can be read again.
    File,
    /// Standard input, which cannot and is held.
    Held(Arc<Vec<u8>>),
}

/// The bytes of a path.
#[derive(Debug)]
pub(super) struct Source {
    path: String,
    origin: Origin,
    packed: bool,
}

impl Source {
    /// Looks at what a path leads to; `-` is standard input, read to its end.
    pub(super) fn open(path: &str) -> Result<Self, Failure> {
        let mut start = Vec::new();
        let origin = if path == input::STDIN {
            let held = input::bytes(path)?;
            start.extend(held.iter().take(GZIP.len()));
            Origin::Held(Arc::new(held))
        } else {
            let file = File::open(path).map_err(|error| input::unreadable(path, &error))?;
            file.take(GZIP.len() as u64).read_to_end(&mut start).map_err(|error| input::unreadable(path, &error))?;
            Origin::File
        };
        Ok(Self { path: path.to_owned(), origin, packed: start == GZIP })
    }

    /// Returns all bytes, unpacked.
    pub(super) fn bytes(&self) -> Result<Vec<u8>, Failure> {
        let mut all = Vec::new();
        let read = self.reader().and_then(|mut reader| reader.read_to_end(&mut all));
        let what = if self.packed { "unpack" } else { "read" };
        read.map_err(|error| Failure::new(format!("cannot {what} `{}`: {error}", self.path)))?;
        Ok(all)
    }

    fn reader(&self) -> std::io::Result<Box<dyn Read + '_>> {
        let raw: Box<dyn Read + '_> = match &self.origin {
            Origin::File => Box::new(File::open(&self.path)?),
            Origin::Held(bytes) => Box::new(Cursor::new(bytes.as_slice())),
        };
        Ok(if self.packed { Box::new(MultiGzDecoder::new(BufReader::with_capacity(PIECE / 8, raw))) } else { raw })
    }
}

impl Pieces for Source {
    fn name(&self) -> &str {
        if self.path == input::STDIN { "standard input" } else { &self.path }
    }

    fn open(&self) -> Result<Opened<'_>, Refusal> {
        let reader = self.reader().map_err(|error| unreadable(self.name(), &error))?;
        Ok(Box::new(Cutter { name: self.name(), reader, rest: Vec::new(), done: false }))
    }
}

fn unreadable(name: &str, error: &std::io::Error) -> Refusal {
    Refusal::new("unreadable-data", Span::default(), format!("cannot read {name}: {error}"))
}

/// Cuts what a reader gives at line ends.
struct Cutter<'s> {
    name: &'s str,
    reader: Box<dyn Read + 's>,
    /// The beginning of a line whose end is not read yet.
    rest: Vec<u8>,
    done: bool,
}

impl Cutter<'_> {
    /// Reads until there is a whole line, or the end.
    fn piece(&mut self) -> Result<Option<Vec<u8>>, Refusal> {
        let mut piece = std::mem::take(&mut self.rest);
        while !self.done {
            let before = piece.len();
            piece.reserve(PIECE);
            let read = (&mut self.reader).take(PIECE as u64).read_to_end(&mut piece).map_err(|error| unreadable(self.name, &error))?;
            self.done = read == 0;
            if let Some(end) = memchr::memrchr(b'\n', piece.get(before..).unwrap_or_default()) {
                self.rest = piece.split_off(before + end + 1);
                return Ok(Some(piece));
            }
            if piece.len() > LONGEST_LINE {
                let message = format!("{} has a line longer than {} MiB", self.name, LONGEST_LINE >> 20);
                return Err(Refusal::new("line-too-long", Span::default(), message));
            }
        }
        Ok((!piece.is_empty()).then_some(piece))
    }
}

impl Iterator for Cutter<'_> {
    type Item = Result<Vec<u8>, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        let piece = self.piece();
        // What could not be read ends the source.
        self.done |= piece.is_err();
        piece.transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, chunk: usize, expected: &[&str]) {
        /// Gives few bytes at a time.
        struct Slow<'t>(&'t [u8], usize);
        impl Read for Slow<'_> {
            fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
                let count = self.1.min(into.len());
                self.0.take(count as u64).read(into).inspect(|read| self.0 = &self.0[*read..])
            }
        }
        let cutter = Cutter { name: "x", reader: Box::new(Slow(text.as_bytes(), chunk)), rest: Vec::new(), done: false };
        let pieces: Vec<String> = cutter.map(|piece| String::from_utf8(piece.unwrap()).unwrap()).collect();
        assert_eq!(pieces, expected, "{text:?}");
    }

    #[test]
    fn pieces_end_at_line_ends() {
        check("a\nb\nc", 2, &["a\nb\n", "c"]);
        check("a\nb\n", 100, &["a\nb\n"]);
        check("abc", 1, &["abc"]);
        check("", 1, &[]);
    }
}
