//! Files and standard input as pieces that end at line ends, unpacked while they are read; what is no JSON Lines becomes such on the way.

mod documents;
#[cfg(feature = "parquet")]
mod parquet;
mod records;
mod several;

use super::{Failure, input};
use crate::eval::Refusal;
use crate::eval::lines::{Lines, Opened, Pieces};
use crate::eval::table_io::Format;
use crate::ir::Column;
use crate::source::Span;
use flate2::read::MultiGzDecoder;
use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::path::Path;
use std::sync::Arc;

/// The first bytes of gzip.
pub(super) const GZIP: [u8; 2] = [0x1F, 0x8B];
/// Bytes of a piece, about.
const PIECE: usize = 2 << 20;
/// Bytes of a line at most.
const LONGEST_LINE: usize = 256 << 20;

/// Bytes from which the form of a file is guessed.
const START: u64 = 4096;

/// The table that files of one name are, in order, read while a query scans it. `None` where one has no rows, or is in no form that can be
/// read in pieces: who reads it as a whole says what is wrong.
pub(super) fn table(paths: &[&str], declared: &[Column]) -> Result<Option<Lines>, Failure> {
    let mut parts: Vec<Arc<dyn Pieces>> = Vec::new();
    let mut columns = declared.to_vec();
    for path in paths {
        let Some((part, further)) = part(path, &columns)? else { return Ok(None) };
        columns.extend(further);
        parts.push(part);
    }
    let pieces = match (parts.len(), parts.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            parts.extend(last);
            Arc::new(several::Several(parts))
        }
    };
    Lines::new(pieces, columns).map_err(|refusal| Failure::new(refusal.message))
}

/// A file as lines, and the columns that its form tells beyond those that are declared.
type Part = (Arc<dyn Pieces>, Vec<Column>);

fn part(path: &str, declared: &[Column]) -> Result<Option<Part>, Failure> {
    let source = Arc::new(Source::open(path)?);
    let mut start = Vec::new();
    let read = source.reader().and_then(|reader| reader.take(START).read_to_end(&mut start));
    read.map_err(|error| input::unreadable(path, &error))?;
    if start.starts_with(b"PAR1") {
        return parquet_part(path, source);
    }
    let start = String::from_utf8_lossy(&start);
    // What is no UTF-8 is told by who reads the whole.
    if start.contains('\0') || start.starts_with('\u{fffd}') {
        return Ok(None);
    }
    let broken = |refusal: Refusal| Failure::new(format!("cannot read `{path}`: {}", refusal.message));
    let delimiter = match Format::detect(path, start.trim_start_matches('\u{feff}')) {
        Format::Csv => b',',
        Format::Tsv => b'\t',
        Format::Json => {
            let is_lines = Lines::new(Arc::clone(&source) as Arc<dyn Pieces>, Vec::new()).map_err(broken)?.is_some();
            let whole: Arc<dyn Pieces> = if is_lines { source } else { Arc::new(documents::Documents(source)) };
            return Ok(Some((whole, Vec::new())));
        }
    };
    let records = records::Records::new(source, delimiter, declared).map_err(broken)?;
    Ok(records.map(|(records, further)| (Arc::new(records) as Arc<dyn Pieces>, further)))
}

#[cfg(feature = "parquet")]
#[expect(clippy::unnecessary_wraps, reason = "without the feature it fails")]
fn parquet_part(_: &str, source: Arc<Source>) -> Result<Option<Part>, Failure> {
    Ok(Some((Arc::new(parquet::Rows(source)), Vec::new())))
}

#[cfg(not(feature = "parquet"))]
fn parquet_part(path: &str, _: Arc<Source>) -> Result<Option<Part>, Failure> {
    let help = "build isoglot with `--features parquet`, or write the rows as NDJSON or CSV";
    Err(Failure::new(format!("cannot read `{path}`: this isoglot is built without Parquet")).with_help(help))
}

/// Where bytes come from.
#[derive(Debug)]
enum Origin {
    /// A file, which can be read again.
    File,
    /// Standard input or a pipe, which cannot and is held.
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
        let origin = if path == input::STDIN || !Path::new(path).is_file() {
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
