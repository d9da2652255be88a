//! Problems behind the first one in a piece: a broken operator of a subquery in brackets hides no other.
//!
//! The broken part is replaced by one that always fits and the piece is read again. Only what is wrong comes out of that, never a tree.

use super::build::Builder;
use super::errors::{self, Refused};
use super::{Grammar, Rule};
use crate::diagnostic::Diagnostic;
use crate::lang::kusto::tokens::Lexer;
use crate::lang::pest as shared;
use pest::Parser;
use pest::error::Error;
use std::ops::Range;
use std::sync::LazyLock;

/// Bytes of a piece beyond which it is not read again.
const LONGEST: usize = 20_000;

/// Finds up to `most` problems behind `first`, with which the grammar refused a piece.
pub(super) fn further(first: &Error<Rule>, piece: &Builder<'_>, refused: &Refused, most: usize) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if piece.terminals.len() > LONGEST {
        return found;
    }
    let (mut terminals, mut places) = (piece.terminals.to_owned(), piece.places.to_vec());
    let mut at = shared::offset(first);
    while found.len() < most {
        let Some((broken, fits)) = broken_part(&terminals, at) else { break };
        let behind = broken.start + fits.len();
        let Some(place) = places.get(broken.start).copied() else { break };
        places.splice(broken.clone(), std::iter::repeat_n(place, fits.len()));
        terminals.replace_range(broken, fits);
        let Err(error) = Grammar::parse(refused.entry, &terminals) else { break };
        at = shared::offset(&error);
        // What is wrong before the next part is the fault of the replacement.
        if at <= behind {
            break;
        }
        let mended = Builder { source: piece.source, places: &places, terminals: &terminals };
        found.push(*errors::explain(&error, &mended, None, refused));
    }
    found
}

/// Brackets that are open, and how far what is in them is read.
struct Frame {
    /// Where the part begins that is being read: behind the bracket, a pipe or a semicolon.
    start: usize,
    /// Whether a pipe stands before it.
    piped: bool,
    /// Whether there are several parts: else the brackets may hold one expression, of which nothing can be said after its first fault.
    several: bool,
}

/// Finds the part of a subquery in brackets that stands at `at`, and the tokens that can stand for it: an operator, or a name for what
/// the subquery begins with.
fn broken_part(terminals: &str, at: usize) -> Option<(Range<usize>, &'static str)> {
    let mut frames: Vec<Frame> = Vec::new();
    for (place, terminal) in terminals.get(..at)?.char_indices() {
        let start = place + 1;
        match (terminal, frames.last_mut()) {
            ('I' | 'H' | '<', _) => frames.push(Frame { start, piped: false, several: false }),
            (')' | 'F' | '>', _) => {
                frames.pop();
            }
            ('/', Some(frame)) => *frame = Frame { start, piped: true, several: true },
            (';', Some(frame)) => *frame = Frame { start, piped: false, several: true },
            _ => {}
        }
    }
    let frame = frames.last()?;
    let (mut depth, mut end, mut several) = (0_usize, terminals.len(), frame.several);
    for (place, terminal) in terminals.get(at..)?.char_indices() {
        match terminal {
            'I' | 'H' | '<' => depth += 1,
            ')' | 'F' | '>' if depth > 0 => depth -= 1,
            ')' | 'F' | '>' | '/' | ';' if depth == 0 => {
                several |= matches!(terminal, '/' | ';');
                end = at + place;
                break;
            }
            _ => {}
        }
    }
    let [operator, name] = &*STAND_INS;
    let fits = if frame.piped { operator } else { name };
    (several && end > frame.start).then_some((frame.start..end, fits.as_str()))
}

/// An operator that always fits, and a name, as the grammar sees them.
static STAND_INS: LazyLock<[String; 2]> =
    LazyLock::new(|| ["take 1", "x"].map(|text| Lexer::new(text).map(|token| token.terminal).collect()));
