//! What a translation could not keep (design §4).

use crate::source::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What kind of difference a loss makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Fidelity {
    /// The target has no slot for a piece of metadata.
    Metadata,
    /// It runs at other times or over another window.
    Schedule,
    /// It fires on fewer events.
    Narrower,
    /// It fires on more events.
    Wider,
    /// It fires on other events.
    Different,
    /// It cannot be said at all: the translation is refused.
    Refused,
}

impl Fidelity {
    /// Tells whether the detection itself changes, which makes a translation approximate.
    pub fn is_approximate(self) -> bool {
        matches!(self, Self::Narrower | Self::Wider | Self::Different)
    }
}

/// One thing that a translation does not keep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Loss {
    /// Stable kebab-case code: `field-not-in-target`.
    pub code: &'static str,
    /// One sentence in the style of diagnostics.
    pub message: String,
    /// What kind of difference it makes.
    pub fidelity: Fidelity,
    /// Bytes of the original query (`in_query`) or of the original file.
    pub span: Span,
    /// Whether `span` counts in the query text; the rule's offset map then leads to the file.
    pub in_query: bool,
}

impl Loss {
    /// Names a loss at a place of the query.
    pub fn query(code: &'static str, fidelity: Fidelity, span: Span, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), fidelity, span, in_query: true }
    }

    /// Names a loss at a place of the rule file (metadata, schedule).
    pub fn file(code: &'static str, fidelity: Fidelity, span: Span, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), fidelity, span, in_query: false }
    }

    /// The same loss where more events may mean fewer results: a limit from above.
    #[must_use]
    pub fn either_way(mut self) -> Self {
        if matches!(self.fidelity, Fidelity::Wider | Fidelity::Narrower) {
            self.fidelity = Fidelity::Different;
        }
        self
    }
}
