//! What isoglot has to say about a text: diagnostics of checks and readers, and losses of translations.
//!
//! A diagnostic never stops a run. Rendering is in `report`.

mod loss;

pub use loss::{Fidelity, Loss};

use crate::source::{Fault, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How bad a finding is. Only `Error` and `Warning` make the exit status 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Probably not what the author meant.
    Warning,
    /// The rule cannot work as written.
    Error,
}

impl Severity {
    /// Its name: `error`, `warning`, `info`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// How sure the check is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A heuristic.
    Low,
    /// Right in most rules.
    Medium,
    /// Follows from the language or the engine.
    High,
}

/// Who asked: `Regular` findings are shown to everybody, `Pedantic` ones only with `--pedantic`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Persona {
    /// Everybody.
    Regular,
    /// Who wants to hear all of it.
    Pedantic,
}

/// A place with a remark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Label {
    /// Bytes of the file.
    pub span: Span,
    /// What to say there; may be empty.
    pub text: String,
}

/// One replacement of a fix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Edit {
    /// Bytes of the file that go.
    pub span: Span,
    /// What comes in their place.
    pub text: String,
}

/// A change that removes the finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Fix {
    /// What the change does, as an imperative: ``replace with `AccountUPN` ``.
    pub title: String,
    /// Non-overlapping replacements.
    pub edits: Vec<Edit>,
    /// Whether `--fix` may apply it without asking: the meaning of the rule stays, or was broken before.
    pub safe: bool,
}

/// One finding. Style (examples-to-follow §7): lowercase, no full stop, user text in backticks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Diagnostic {
    /// Stable kebab-case code, named after the bad pattern: `unknown-column`.
    pub code: &'static str,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// For whom.
    pub persona: Persona,
    /// One sentence.
    pub message: String,
    /// Where.
    pub primary: Label,
    /// Other places that matter.
    pub related: Vec<Label>,
    /// What to do, or why.
    pub help: Option<String>,
    /// How to mend it.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// Starts an error of high confidence; the rest is set with the `with_` functions.
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            confidence: Confidence::High,
            persona: Persona::Regular,
            message: message.into(),
            primary: Label { span, text: String::new() },
            related: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// Starts a warning.
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    /// Starts a remark.
    pub fn info(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Info, ..Self::error(code, span, message) }
    }

    /// Sets the text at the primary place.
    #[must_use]
    pub fn with_label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
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
        self.related.push(Label { span, text: text.into() });
        self
    }

    /// Sets the fix.
    #[must_use]
    pub fn with_fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// Sets who sees it.
    #[must_use]
    pub fn pedantic(mut self) -> Self {
        self.persona = Persona::Pedantic;
        self
    }

    /// Moves every place through `map`, for instance from a query's bytes to its file's.
    #[must_use]
    pub fn map_spans(mut self, map: impl Fn(Span) -> Span) -> Self {
        self.primary.span = map(self.primary.span);
        for label in &mut self.related {
            label.span = map(label.span);
        }
        for edit in self.fix.iter_mut().flat_map(|f| &mut f.edits) {
            edit.span = map(edit.span);
        }
        self
    }
}

impl From<Fault> for Diagnostic {
    fn from(fault: Fault) -> Self {
        Self {
            primary: Label { span: fault.span, text: fault.label },
            related: fault.related.into_iter().map(|(span, text)| Label { span, text }).collect(),
            help: fault.help,
            ..Self::error(fault.code, fault.span, fault.message)
        }
    }
}
