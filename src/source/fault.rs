//! What is wrong with a text before anybody can ask what it means: encodings, YAML, TOML.
//!
//! `diagnostic` stands to the right of this module and turns a [`Fault`] into a `Diagnostic`; nothing is decided here about who sees it.

use super::Span;

/// One fault of a text; always an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Stable kebab-case code: `yaml-syntax`, `duplicate-key`.
    pub code: &'static str,
    /// One sentence in the style of diagnostics.
    pub message: String,
    /// Bytes of the file.
    pub span: Span,
    /// What to say at the place; may be empty.
    pub label: String,
    /// Other places that matter.
    pub related: Vec<(Span, String)>,
    /// What to do.
    pub help: Option<String>,
}

impl Fault {
    /// Builds a fault with a code, a place and a sentence.
    pub fn new(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), span, label: String::new(), related: Vec::new(), help: None }
    }

    /// Sets the text at the place.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Sets the advice.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a second place.
    #[must_use]
    pub fn with_related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push((span, text.into()));
        self
    }

    /// Builds the fault of a key that is given twice.
    pub(super) fn duplicate_key(key: &str, second: Span, first: Span) -> Self {
        Self::new("duplicate-key", second, format!("key `{key}` is given twice"))
            .with_label("second value")
            .with_related(first, "first value")
            .with_help("readers disagree on which one counts: keep one")
    }
}
