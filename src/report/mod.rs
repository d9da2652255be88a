//! Findings as text, JSON, SARIF, GitHub annotations, `JUnit`, markdown: one file a format.
//!
//! Bytes become lines and columns here and nowhere else. Nothing here writes: a renderer returns text.

#[cfg(feature = "cli")]
pub mod difference;
#[cfg(feature = "cli")]
pub mod explanation;
#[cfg(feature = "cli")]
pub mod github;
#[cfg(feature = "cli")]
pub mod json;
#[cfg(feature = "cli")]
pub mod junit;
#[cfg(feature = "cli")]
pub mod markdown;
#[cfg(feature = "cli")]
pub mod migration;
mod position;
#[cfg(feature = "cli")]
pub mod sarif;
#[cfg(feature = "cli")]
pub mod text;
#[cfg(feature = "cli")]
pub mod translation;

use crate::diagnostic::{Diagnostic, Severity};
pub use position::{Lines, Position};
use std::sync::Arc;

/// A file and what was found in it.
#[derive(Clone, Debug)]
pub struct FileReport {
    /// Its path as the user named it, with `/`.
    pub path: String,
    /// Its text; spans count its bytes.
    pub text: Arc<str>,
    /// The findings, in order of place.
    pub findings: Vec<Diagnostic>,
}

impl FileReport {
    /// Builds a report; findings are put in order of place.
    pub fn new(path: impl Into<String>, text: impl Into<Arc<str>>, mut findings: Vec<Diagnostic>) -> Self {
        findings.sort_by_key(|d| (d.primary.span, std::cmp::Reverse(d.severity)));
        Self { path: path.into(), text: text.into(), findings }
    }

    /// Tells whether something was found that makes the exit status 1.
    pub fn has_problems(&self) -> bool {
        self.findings.iter().any(|d| d.severity > Severity::Info)
    }
}
