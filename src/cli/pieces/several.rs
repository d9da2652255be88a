//! Several files that are one table, one after the other.

use crate::eval::Refusal;
use crate::eval::lines::{Opened, Pieces};
use std::sync::Arc;

/// The files in order.
#[derive(Debug)]
pub(super) struct Several(pub Vec<Arc<dyn Pieces>>);

impl Pieces for Several {
    /// The first file's name stands for all: what is wrong with a line is told with its number from the first file on.
    fn name(&self) -> &str {
        self.0.first().map_or("", |first| first.name())
    }

    fn open(&self) -> Result<Opened<'_>, Refusal> {
        // A file is opened once those before it are read.
        let pieces = self.0.iter().flat_map(|part| match part.open() {
            Ok(pieces) => pieces,
            Err(refusal) => Box::new(std::iter::once(Err(refusal))),
        });
        Ok(Box::new(pieces.map(|piece| piece.map(ended))))
    }
}

/// The last line of a file may have no end.
fn ended(mut piece: Vec<u8>) -> Vec<u8> {
    if !piece.ends_with(b"\n") {
        piece.push(b'\n');
    }
    piece
}
