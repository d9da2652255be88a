//! CSV and TSV as JSON Lines: a record a line, cells as texts that the columns' types convert.
//!
//! Columns that no schema declares have the type that all of their cells show, which takes a reading of its own.

use super::{PIECE, Source, unreadable};
use crate::eval::Refusal;
use crate::eval::lines::{Opened, Pieces};
use crate::ir::{Column, Type};
use crate::source::Span;
use csv::ByteRecord;
use std::io::Read;
use std::sync::Arc;

/// The records of a source.
#[derive(Debug)]
pub(super) struct Records {
    source: Arc<Source>,
    delimiter: u8,
    /// The name and type of each cell's column.
    cells: Vec<Column>,
    has_header: bool,
}

type Reader<'s> = csv::Reader<Box<dyn Read + 's>>;

impl Records {
    /// Reads the header, if the first record is one: one of its names is declared, or none is; else cells go by position. Gives the columns
    /// that are not declared too. `None` where there are no records.
    pub(super) fn new(source: Arc<Source>, delimiter: u8, declared: &[Column]) -> Result<Option<(Self, Vec<Column>)>, Refusal> {
        let mut records = Self { source, delimiter, cells: declared.to_vec(), has_header: false };
        let mut record = ByteRecord::new();
        let mut reader = records.reader()?;
        if !records.next(&mut reader, &mut record)? {
            return Ok(None);
        }
        let names: Vec<String> =
            record.iter().map(|name| String::from_utf8_lossy(name).trim_start_matches('\u{feff}').to_owned()).collect();
        let known = |name: &str| declared.iter().find(|column| *column.name == *name);
        if !declared.is_empty() && names.iter().all(|name| known(name).is_none()) {
            drop(reader);
            return Ok(Some((records, Vec::new())));
        }
        let mut shown = vec![Shown::Nothing; names.len()];
        if names.iter().any(|name| known(name).is_none()) {
            while records.next(&mut reader, &mut record)? {
                for (shown, cell) in shown.iter_mut().zip(&record) {
                    *shown = shown.with(cell);
                }
            }
        }
        drop(reader);
        let cell = |(name, shown): (&String, &Shown)| known(name).cloned().unwrap_or_else(|| Column::new(name, shown.ty()));
        records.cells = names.iter().zip(&shown).map(cell).collect();
        records.has_header = true;
        let further = records.cells.iter().filter(|column| known(&column.name).is_none()).cloned().collect();
        Ok(Some((records, further)))
    }

    fn reader(&self) -> Result<Reader<'_>, Refusal> {
        let reader = self.source.reader().map_err(|error| unreadable(self.name(), &error))?;
        Ok(csv::ReaderBuilder::new().delimiter(self.delimiter).has_headers(false).flexible(true).from_reader(reader))
    }

    fn next(&self, reader: &mut Reader<'_>, record: &mut ByteRecord) -> Result<bool, Refusal> {
        let read = reader.read_byte_record(record);
        read.map_err(|error| Refusal::new("broken-data", Span::default(), format!("{}: not valid CSV: {error}", self.name())))
    }

    /// Writes a record as a line of JSON.
    fn write(&self, record: &ByteRecord, line: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        line.push(b'{');
        for (number, (column, cell)) in self.cells.iter().zip(record).enumerate() {
            if number > 0 {
                line.push(b',');
            }
            serde_json::to_writer(&mut *line, &*column.name)?;
            line.push(b':');
            let text = String::from_utf8_lossy(cell);
            match column.ty {
                // A line of its own only at the end.
                Type::Dynamic if serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok() => {
                    line.extend(text.bytes().filter(|byte| *byte != b'\n'));
                }
                Type::String | Type::Dynamic => serde_json::to_writer(&mut *line, &text)?,
                _ if text.is_empty() => line.extend(b"null"),
                _ => serde_json::to_writer(&mut *line, &text)?,
            }
        }
        line.extend(b"}\n");
        Ok(())
    }
}

impl Pieces for Records {
    fn name(&self) -> &str {
        self.source.name()
    }

    fn open(&self) -> Result<Opened<'_>, Refusal> {
        let mut reader = self.reader()?;
        let mut record = ByteRecord::new();
        if self.has_header {
            self.next(&mut reader, &mut record)?;
        }
        Ok(Box::new(std::iter::from_fn(move || {
            let mut piece = Vec::new();
            while piece.len() < PIECE {
                match self.next(&mut reader, &mut record) {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(refusal) => return Some(Err(refusal)),
                }
                if let Err(error) = self.write(&record, &mut piece) {
                    return Some(Err(Refusal::new("broken-data", Span::default(), format!("{}: {error}", self.name()))));
                }
            }
            (!piece.is_empty()).then_some(Ok(piece))
        })))
    }
}

/// What the cells of a column show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    /// All are empty.
    Nothing,
    Bool,
    Long,
    Real,
    DateTime,
    Text,
}

impl Shown {
    /// Returns what covers a further cell too. Numbers are what is written as one: an account `007` is a text.
    fn with(self, cell: &[u8]) -> Self {
        let Ok(text) = std::str::from_utf8(cell) else { return Self::Text };
        if text.is_empty() || self == Self::Text {
            return self;
        }
        let shown = match text {
            "true" | "false" => Self::Bool,
            _ if text.parse::<i64>().is_ok_and(|number| number.to_string() == text) => Self::Long,
            _ if is_real(text) => Self::Real,
            _ if is_time(text) => Self::DateTime,
            _ => Self::Text,
        };
        match (self, shown) {
            (Self::Nothing, shown) => shown,
            (Self::Long, Self::Real) | (Self::Real, Self::Long) => Self::Real,
            (before, shown) if before == shown => shown,
            _ => Self::Text,
        }
    }

    fn ty(self) -> Type {
        match self {
            Self::Nothing | Self::Text => Type::String,
            Self::Bool => Type::Bool,
            Self::Long => Type::Long,
            Self::Real => Type::Real,
            Self::DateTime => Type::DateTime,
        }
    }
}

fn is_real(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let leading = digits.starts_with("0.") || digits.starts_with(|c: char| ('1'..='9').contains(&c));
    leading && digits.contains('.') && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') && text.parse::<f64>().is_ok()
}

/// A day, or a point in time as ISO 8601 has it.
fn is_time(text: &str) -> bool {
    let dated =
        text.len() >= 10 && text.bytes().zip(*b"0000-00-00").all(|(b, form)| if form == b'-' { b == b'-' } else { b.is_ascii_digit() });
    let goes_on = matches!(text.as_bytes().get(10), None | Some(b'T' | b' '));
    dated && goes_on && crate::ir::datetime::parse_datetime(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::{Shown, Type};

    fn check(cells: &[&str], expected: Type) {
        assert_eq!(cells.iter().fold(Shown::Nothing, |shown, cell| shown.with(cell.as_bytes())).ty(), expected, "{cells:?}");
    }

    #[test]
    fn columns_have_the_type_that_all_cells_show() {
        check(&["1", "", "-20"], Type::Long);
        check(&["1", "2.50"], Type::Real);
        check(&["007"], Type::String);
        check(&["1", "x", "2"], Type::String);
        check(&["1.2.3"], Type::String);
        check(&["true", "false"], Type::Bool);
        check(&["2024-01-02", "2024-01-02T03:04:05Z"], Type::DateTime);
        check(&["2024-13-02"], Type::String);
        check(&["", ""], Type::String);
    }
}
