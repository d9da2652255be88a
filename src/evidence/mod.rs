//! Evidence for a translation: parsed back, run on the same events, shown different where it is.
//!
//! The emitted text is read with isoglot's own reader, and original and translation run on the same events, the translation on
//! those mapped by `targets/sources/`. A claim that the evidence contradicts is never made.

mod events;
mod verdicts;

pub use events::translated;
pub use verdicts::{Comparison, compare};

use crate::diagnostic::{Fidelity, Loss, Severity};
use crate::emit::{Emitted, Status};
use crate::ir::Rule;
use crate::rulefile::{self, ReadContext};
use crate::source::Span;
use serde::Serialize;

/// How far a translation is backed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The emitted text reads back without an error.
    Parsed,
    /// And gives the original's verdicts on events.
    Tested,
    /// And is proven equal for all events.
    Proven,
}

/// Reads an emitted rule back; a translation that does not read is withdrawn and becomes a refusal, since nothing that the target
/// rejects may be written.
pub fn read_back(emitted: &mut Emitted, context: &ReadContext<'_>) -> Vec<Rule> {
    let Some(text) = &emitted.text else { return Vec::new() };
    let name = format!("translated.{}", emitted.target.extension());
    let dialect = Some(emitted.target.dialect());
    let file = rulefile::read(&name, text, &ReadContext { dialect, ..*context });
    let error = file.diagnostics.iter().find(|found| found.severity == Severity::Error);
    if let Some(error) = error {
        let message = format!("the translation does not read back: {} (a defect of isoglot)", error.message);
        withdraw(emitted, "translation-does-not-read", message);
        return Vec::new();
    }
    file.rules
}

/// Turns a translation into a refusal.
pub fn withdraw(emitted: &mut Emitted, code: &'static str, message: String) {
    emitted.status = Status::Refused;
    emitted.losses.insert(0, Loss::query(code, Fidelity::Refused, Span::default(), message));
    emitted.text = None;
    emitted.query = None;
    emitted.language = None;
}
