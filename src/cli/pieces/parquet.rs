//! Parquet as JSON Lines, a row a line. Only with the feature `parquet`, whose crate is large.

use super::{PIECE, Source};
use crate::eval::Refusal;
use crate::eval::lines::{Opened, Pieces};
use crate::source::Span;
use parquet::file::serialized_reader::SerializedFileReader;
use parquet::record::reader::RowIter;
use std::fs::File;
use std::sync::Arc;

/// The rows of a file; standard input has none, since Parquet is read from its end.
#[derive(Debug)]
pub(super) struct Rows(pub Arc<Source>);

impl Rows {
    fn rows(&self) -> Result<RowIter<'static>, Refusal> {
        let file = File::open(&self.0.path).map_err(|error| super::unreadable(self.name(), &error))?;
        Ok(SerializedFileReader::new(file).map_err(|error| self.broken(&error))?.into_iter())
    }

    fn broken(&self, error: &dyn std::fmt::Display) -> Refusal {
        Refusal::new("broken-data", Span::default(), format!("{}: not valid Parquet: {error}", self.name()))
    }
}

impl Pieces for Rows {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn open(&self) -> Result<Opened<'_>, Refusal> {
        let mut rows = self.rows()?;
        Ok(Box::new(std::iter::from_fn(move || {
            let mut piece = Vec::new();
            while piece.len() < PIECE {
                match rows.next() {
                    Some(Ok(row)) => piece.extend(format!("{}\n", row.to_json_value()).into_bytes()),
                    Some(Err(error)) => return Some(Err(self.broken(&error))),
                    None => break,
                }
            }
            (!piece.is_empty()).then_some(Ok(piece))
        })))
    }
}
