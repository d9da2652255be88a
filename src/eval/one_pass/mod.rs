//! Many predicates on many events in one pass.
//!
//! Most rules cannot match most events, and a text that a rule needs shows it: `hints` derives from each predicate what an event must hold,
//! `index` finds the texts of all predicates in an event at once, and only predicates that have all they need are run. The answer is that
//! of running each; `tests/one_pass.rs` compares the two. Log sources, time and rules are for who calls.

mod hints;
mod index;
mod record;
mod regex_texts;

pub use index::Scratch;
pub use record::{Reader, Record};

use super::event::Predicate;
use crate::diagnostic::Diagnostic;
use crate::ir::Expr;
use index::Index;
use record::Names;
use std::sync::Arc;

/// Predicates ready to be tried on events.
#[derive(Debug)]
pub struct OnePass {
    predicates: Vec<Option<Predicate>>,
    index: Index,
    names: Arc<Names>,
}

impl OnePass {
    /// Makes predicates ready; `now` (ticks) is what date math starts from. Those that cannot run are given back with their position and
    /// match nothing.
    pub fn new(predicates: &[Expr], now: i64) -> (Self, Vec<(usize, Diagnostic)>) {
        let mut names = Names::default();
        let mut refused = Vec::new();
        let mut ready = Vec::new();
        let mut index = index::Builder::default();
        for (position, expr) in predicates.iter().enumerate() {
            match Predicate::new(expr, now) {
                Ok(predicate) => {
                    names.add_all(expr);
                    index.add(position, hints::of(expr), &names);
                    ready.push(Some(predicate));
                }
                Err(diagnostic) => {
                    refused.push((position, diagnostic));
                    ready.push(None);
                }
            }
        }
        let index = index.finish(ready.len(), names.len());
        (Self { predicates: ready, index, names: Arc::new(names) }, refused)
    }

    /// Returns a reader of events that keeps what the predicates look at.
    pub fn reader(&self) -> Reader {
        Reader::new(Arc::clone(&self.names))
    }

    /// Returns the memory that a thread needs to try events.
    pub fn scratch(&self) -> Scratch {
        self.index.scratch()
    }

    /// Returns the positions of the predicates that an event satisfies, in order.
    pub fn matching(&self, event: &Record, scratch: &mut Scratch) -> Vec<usize> {
        let holds = |position: &usize| self.predicates.get(*position).and_then(Option::as_ref).is_some_and(|p| p.matches(event));
        let mut found: Vec<usize> = self.index.candidates(event, scratch).filter(holds).collect();
        found.sort_unstable();
        found
    }
}
