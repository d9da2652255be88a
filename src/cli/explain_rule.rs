//! `isoglot explain RULE`: what a rule does, stage by stage.

use super::terminal::{self, Terminal};
use super::translate::{self, RuleFile};
use super::{Failure, Status};
use crate::emit::{Emitted, Target};
use crate::evidence::Level;
use crate::explain::{self, Explanation};
use crate::ir::{Dialect, Rule};
use crate::mapping::Sources;
use crate::report;
use crate::rulefile::ReadContext;
use clap::ValueEnum;
use std::path::Path;

/// How an explanation is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For the terminal
    Text,
    /// One JSON object a rule
    Json,
    /// A page
    Markdown,
}

/// Tells whether an argument means a rule file, not a check code.
pub(super) fn is_path(argument: &str) -> bool {
    argument == super::input::STDIN || argument.contains(['/', '\\', '.']) || Path::new(argument).exists()
}

/// Explains the rules of a file.
pub(super) fn run(path: &str, format: Format, terminal: Terminal) -> Result<Status, Failure> {
    if Path::new(path).is_dir() {
        return Err(Failure::new(format!("`{path}` is a folder")).with_help("explain takes one rule file"));
    }
    let context = super::workspace::context()?;
    let file = translate::read(path, &context)?;
    if let Some(reason) = file.skipped {
        return Err(Failure::new(format!("`{path}` is no rule: {reason}")));
    }
    if file.rules.is_empty() {
        terminal::note(&report::text::render(&file.report, terminal.colors_errors()));
        return Ok(Status::Findings);
    }
    for (number, rule) in file.rules.iter().enumerate() {
        let explanation = explained(&file, rule, &context);
        let page = match format {
            Format::Text => report::explanation::text(&explanation),
            Format::Markdown => report::explanation::markdown(&explanation),
            Format::Json => {
                let json = serde_json::to_string(&explanation);
                format!("{}\n", json.map_err(|error| Failure::new(format!("cannot write JSON: {error}")))?)
            }
        };
        let between = if number > 0 && format != Format::Json { "\n" } else { "" };
        terminal::print(&format!("{between}{page}"))?;
    }
    let is_understood = file.rules.iter().all(|rule| rule.detection.is_some());
    if !is_understood {
        terminal::note(&report::text::render(&file.report, terminal.colors_errors()));
    }
    Ok(Status::found(!is_understood && file.report.has_problems()))
}

fn explained(file: &RuleFile, rule: &Rule, context: &ReadContext<'_>) -> Explanation {
    let sources = Sources::builtin();
    let emitted: Vec<Emitted> = Target::ALL
        .into_iter()
        .filter(|target| is_elsewhere(rule.dialect, *target))
        .map(|target| translate::translate(rule, &file.text, target, sources, context, &[], Level::Proven).emitted)
        .collect();
    explain::explain(rule, &emitted)
}

/// A rule file and a bare query of one language are no news to each other.
fn is_elsewhere(from: Dialect, target: Target) -> bool {
    from != target.dialect() && !(from == Dialect::Sentinel && target == Target::Kql)
}
