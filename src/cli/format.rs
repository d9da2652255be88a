//! `--format` of findings: one row a format.

use super::Failure;
use super::terminal::{self, Terminal};
use crate::check;
use crate::report::{self, FileReport};
use clap::ValueEnum;

/// How findings are reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people, on standard error
    Text,
    /// One JSON document
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// Annotations of a GitHub workflow
    Github,
    /// `JUnit` XML
    Junit,
    /// A table for a pull request
    Markdown,
}

impl Format {
    /// Prints findings: text to standard error, all else to standard output.
    pub(super) fn print(self, reports: &[FileReport], terminal: Terminal) -> Result<(), Failure> {
        let document = match self {
            Self::Text => {
                for report in reports {
                    terminal::note(&report::text::render(report, terminal.colors_errors()));
                }
                return Ok(());
            }
            Self::Json => report::json::render(reports),
            Self::Sarif => report::sarif::render(reports, |code| check::lint(code).map(check::Lint::docs)),
            Self::Github => report::github::render(reports),
            Self::Junit => report::junit::render(reports),
            Self::Markdown => report::markdown::render(reports),
        };
        terminal::print(&document)
    }
}
