//! JSON Lines as a table whose rows are made while they are read: a document a line, in pieces that end at line ends.
//!
//! The columns are those of a schema and those that the first piece shows. A later line with a further column, or with a value that an
//! inferred type does not cover, is refused with [`LATE`]; [`Lines::complete`] then looks at all lines. Files are opened by who calls.

mod cell;
mod document;
mod record;
mod skim;

pub(super) use cell::Cells;
pub(super) use record::{Key, Keys, fault_of, read_record, shown_raw};

use super::need::Need;
use super::table_io::{columns_of, documents, widened};
use super::{Provider, Refusal, Rows, Settings, Table, run};
use crate::ir::{Column, Op, Plan, Schema, TableSource, Type};
use crate::source::Span;
use memchr::memchr_iter;
use record::shown_types;
use rustc_hash::FxHashMap;
use std::fmt::Debug;
use std::sync::Arc;

/// The code with which a run is refused whose lines have columns or types that the first piece does not show.
pub const LATE: &str = "late-column";

/// The pieces of a source, in order.
pub type Opened<'p> = Box<dyn Iterator<Item = Result<Vec<u8>, Refusal>> + 'p>;

/// The bytes of a source, from the start as often as asked.
pub trait Pieces: Debug + Send + Sync {
    /// What messages call the source.
    fn name(&self) -> &str;

    /// Starts reading. Each piece ends at the end of a line, or of the source.
    fn open(&self) -> Result<Opened<'_>, Refusal>;
}

/// A table of JSON Lines.
#[derive(Clone, Debug)]
pub struct Lines {
    /// Where the bytes come from.
    pub(super) pieces: Arc<dyn Pieces>,
    /// The columns, those of the schema first.
    pub(super) columns: Vec<Column>,
    /// The types that the lines show of the columns that are not of the schema.
    pub(super) inferred: FxHashMap<Arc<str>, Type>,
    declared: usize,
}

impl Lines {
    /// Looks at the first piece of a source. `None` where its first line is no JSON object: the source is something else.
    ///
    /// # Errors
    /// What cannot be read.
    pub fn new(pieces: Arc<dyn Pieces>, declared: Vec<Column>) -> Result<Option<Self>, Refusal> {
        let first = pieces.open()?.next().transpose()?.unwrap_or_default();
        let mut seen = Vec::new();
        for line in lines(&first).filter(|line| !line.is_empty()).take(SAMPLE) {
            let text = String::from_utf8_lossy(line);
            match documents(&text) {
                Ok(found) if found.len() == 1 && found.iter().all(serde_json::Value::is_object) => seen.extend(found),
                _ if seen.is_empty() => return Ok(None),
                // A later line that is broken is told with its number when it is read.
                _ => {}
            }
        }
        if seen.is_empty() {
            return Ok(None);
        }
        let count = declared.len();
        let (columns, shown) = columns_of(&seen, &Schema { columns: declared, open: true });
        let further = columns.iter().skip(count).map(|column| Arc::clone(&column.name));
        Ok(Some(Self { inferred: further.zip(shown).collect(), columns, declared: count, pieces }))
    }

    /// Returns the columns.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Returns the name of the source.
    pub fn name(&self) -> &str {
        self.pieces.name()
    }

    /// Returns all lines as documents.
    ///
    /// # Errors
    /// What cannot be read, with its line.
    pub fn documents(&self) -> Result<Vec<serde_json::Value>, Refusal> {
        let mut all = Vec::new();
        let mut number = 0;
        for piece in self.pieces.open()? {
            for line in lines(&piece?) {
                number += 1;
                if !line.is_empty() {
                    all.push(serde_json::from_slice(line).map_err(|error| self.broken(number, &record::fault(&error)))?);
                }
            }
        }
        Ok(all)
    }

    /// Looks at all lines and returns the table with every column and with types that cover all values.
    ///
    /// # Errors
    /// What cannot be read, with its line.
    pub fn complete(&self) -> Result<Self, Refusal> {
        let mut columns: Vec<Column> = self.columns.iter().take(self.declared).cloned().collect();
        let mut inferred: FxHashMap<Arc<str>, Type> = FxHashMap::default();
        let mut order: Vec<Arc<str>> = Vec::new();
        let mut number = 0;
        for piece in self.pieces.open()? {
            for line in lines(&piece?) {
                number += 1;
                let add = |name: &str, ty: Type| {
                    if let Some(known) = inferred.get_mut(name) {
                        *known = widened(*known, ty);
                    } else if columns.iter().all(|column| *column.name != *name) {
                        let name: Arc<str> = Arc::from(name);
                        order.push(Arc::clone(&name));
                        inferred.insert(name, ty);
                    }
                };
                shown_types(line, add).map_err(|fault| self.broken(number, &fault))?;
            }
        }
        for name in order {
            let shown = inferred.get(&name).copied().unwrap_or_default();
            columns.push(Column { name, ty: if shown == Type::Unknown { Type::Dynamic } else { shown } });
        }
        Ok(Self { pieces: Arc::clone(&self.pieces), columns, inferred, declared: self.declared })
    }

    /// The refusal of a line that does not read.
    pub(super) fn broken(&self, line: u64, fault: &str) -> Refusal {
        Refusal::new("broken-data", Span::default(), format!("{}, line {line}: {fault}", self.name()))
    }
}

/// Reads the columns of a schema into memory.
///
/// # Errors
/// What cannot be read, with its line, and what does not fit into the memory that `settings` allow.
pub fn read(lines: &Arc<Lines>, schema: &Schema, settings: &Settings) -> Result<Table, Refusal> {
    let source = TableSource::Table(Arc::from(lines.name()));
    run(&Plan::new(Op::Scan(source), schema.clone(), Span::default()), &Only(lines), settings)
}

/// Lines as the one source there is.
struct Only<'l>(&'l Arc<Lines>);

impl Provider for Only<'_> {
    fn scan(&self, _: &TableSource, _: &Schema) -> Result<Option<Rows>, Refusal> {
        Ok(Some(Rows::Lines(Arc::clone(self.0), None)))
    }
}

/// Reads what is needed of one document; `None` where the text is not JSON.
pub(super) fn read_document(raw: &[u8], need: &Need, cells: &mut Cells) -> Option<crate::ir::Value> {
    document::read(raw, need, cells)
}

/// Lines at most that are looked at for columns.
const SAMPLE: usize = 500;

/// Returns the lines of a piece, empty ones included, without what a byte order mark is.
pub fn lines(piece: &[u8]) -> impl Iterator<Item = &[u8]> {
    let piece = piece.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(piece);
    let mut start = 0;
    let ends = memchr_iter(b'\n', piece).map(|end| end + 1).chain((!piece.ends_with(b"\n")).then_some(piece.len()));
    ends.map(move |end| {
        let line = piece.get(start..end).unwrap_or_default();
        start = end;
        line.trim_ascii()
    })
}
