//! What changed between two versions of a rule, in meaning.
//!
//! Metadata is compared field by field. The logic of rules on single events is compared by `solve`, with events that show the verdict;
//! that of longer pipelines by structure, with `solve` for the conditions at one place. What both versions do on test cases is handed
//! in as observations.

mod detection;
mod direction;
mod events;
mod flow;
mod lists;
mod logic;
mod metadata;
mod predicate;
mod ranges;
mod record;
mod stages;
#[cfg(test)]
mod tests;
mod verdict;

use crate::ir::Rule;
use crate::source::Span;
pub use direction::Direction;
pub use events::Witnesses;
use serde::Serialize;
pub use verdict::{Observation, Verdict};

/// The part of a rule that a change is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Area {
    /// What it detects.
    Logic,
    /// When it runs.
    Schedule,
    /// What its alerts look like.
    Alert,
    /// Who, what, why.
    Metadata,
}

/// What kind of change it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Only the new version has it.
    Added,
    /// Only the old version has it.
    Removed,
    /// Both have it, with different content.
    Changed,
}

/// A text of one version and where it stands in its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// The source text, or the value in the rule's own words.
    pub text: String,
    /// Bytes of the file.
    pub span: Span,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where in the rule.
    pub area: Area,
    /// What kind.
    pub kind: Kind,
    /// What it is that changed: `severity`, `condition`, `value in the list of ResultType`.
    pub what: String,
    /// The part of the query it stands in (`let admins`, `right side of the join`), unless it is the main pipeline.
    pub within: Option<String>,
    /// The old version's text.
    pub old: Option<Side>,
    /// The new version's text.
    pub new: Option<Side>,
    /// What the change alone does to the events that the rule fires on, where that is certain.
    pub effect: Option<Direction>,
}

/// All that changed between two versions of a rule.
#[derive(Clone, Debug)]
pub struct Diff {
    /// What happened to the events that the rule fires on.
    pub verdict: Verdict,
    /// The changes: logic first.
    pub changes: Vec<Change>,
    /// Events that show the verdict.
    pub witnesses: Witnesses,
    /// What both versions did on test cases.
    pub observations: Vec<Observation>,
}

impl Change {
    /// Says the change in one sentence without its texts: `condition added in let admins`.
    pub fn title(&self) -> String {
        let kind = match self.kind {
            Kind::Added => "added",
            Kind::Removed => "removed",
            Kind::Changed => "changed",
        };
        let within = self.within.as_ref().map_or_else(String::new, |within| format!(" in {within}"));
        format!("{} {kind}{within}", self.what)
    }
}

impl Diff {
    /// Tells whether the two versions differ in anything, their behaviour on test cases included.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.observations.iter().all(|observation| !observation.differs())
    }
}

/// Compares two versions of a rule.
pub fn diff(old: &Rule, new: &Rule) -> Diff {
    let logic::Compared { verdict, witnesses, mut changes } = logic::compare(old, new);
    changes.extend(metadata::compare(old, new));
    changes.sort_by_key(|change| change.area);
    Diff { verdict, changes, witnesses, observations: Vec::new() }
}
