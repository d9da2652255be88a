//! How a command ends. Problems in rules are no failures: they are findings.

use std::io;

/// The end of a command that could run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Nothing to report: exit status 0.
    Clean,
    /// Problems, failed tests, losses, differences: exit status 1.
    Findings,
}

impl Status {
    /// Returns `Findings` where something was found.
    pub fn found(something: bool) -> Self {
        if something { Self::Findings } else { Self::Clean }
    }
}

/// Why a command could not run.
#[derive(Debug, PartialEq, Eq)]
pub enum Failure {
    /// Bad flags, unreadable files, bad configuration: exit status 2.
    Stopped {
        /// One sentence, in the style of diagnostics.
        message: String,
        /// What to do about it.
        help: Option<String>,
    },
    /// The reader of the output went away (`isoglot … | head`), which is no fault.
    ClosedOutput,
}

impl Failure {
    /// Builds a failure from a sentence.
    pub fn new(message: impl Into<String>) -> Self {
        Self::Stopped { message: message.into(), help: None }
    }

    /// Adds advice.
    #[must_use]
    pub fn with_help(self, advice: impl Into<String>) -> Self {
        match self {
            Self::Stopped { message, .. } => Self::Stopped { message, help: Some(advice.into()) },
            Self::ClosedOutput => Self::ClosedOutput,
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ClosedOutput,
            _ => Self::new(format!("cannot write the output: {error}")),
        }
    }
}
