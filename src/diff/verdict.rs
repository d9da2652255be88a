//! The verdict on two versions of a rule, and what test cases add to it.

use super::{Diff, Direction};
use serde::Serialize;
use serde_json::Value as Json;

/// How the events that the new version fires on relate to those of the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The same events.
    Equivalent,
    /// Fewer.
    Narrower,
    /// More.
    Broader,
    /// Some of the old ones, and others.
    Overlapping,
    /// None of the old ones.
    Disjoint,
    /// Not decided.
    Unknown,
}

/// What both versions did on one test case.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// The case's name.
    pub case: String,
    /// Whether the old version fired; `None` where it cannot be run.
    pub old: Option<bool>,
    /// Whether the new version fired.
    pub new: Option<bool>,
    /// The events of the case.
    pub events: Vec<Json>,
}

impl Observation {
    /// Tells whether one version fired and the other did not.
    pub fn differs(&self) -> bool {
        matches!((self.old, self.new), (Some(old), Some(new)) if old != new)
    }

    fn is(&self, old: bool, new: bool) -> bool {
        (self.old, self.new) == (Some(old), Some(new))
    }
}

impl From<Direction> for Verdict {
    fn from(direction: Direction) -> Self {
        match direction {
            Direction::Same => Self::Equivalent,
            Direction::Narrower => Self::Narrower,
            Direction::Broader => Self::Broader,
            Direction::Unknown => Self::Unknown,
        }
    }
}

impl Verdict {
    /// Takes in what the schedule and trigger do besides.
    pub(super) fn scheduled(self, schedule: Direction) -> Self {
        match (self, schedule) {
            (verdict, Direction::Same) => verdict,
            (Self::Equivalent, schedule) => schedule.into(),
            (Self::Narrower, Direction::Narrower) => Self::Narrower,
            (Self::Broader, Direction::Broader) => Self::Broader,
            _ => Self::Unknown,
        }
    }
}

impl Diff {
    /// Takes in what both versions did on test cases. A case can contradict the verdict, which is then `unknown`, and three kinds of
    /// cases together prove that the versions overlap.
    #[must_use]
    pub fn observed(mut self, observations: Vec<Observation>) -> Self {
        let seen = |old, new| observations.iter().any(|observation| observation.is(old, new));
        let (only_old, only_new, both) = (seen(true, false), seen(false, true), seen(true, true));
        self.verdict = match self.verdict {
            Verdict::Equivalent if only_old || only_new => Verdict::Unknown,
            Verdict::Narrower if only_new => Verdict::Unknown,
            Verdict::Broader if only_old => Verdict::Unknown,
            Verdict::Unknown if only_old && only_new && both => Verdict::Overlapping,
            verdict => verdict,
        };
        self.observations = observations;
        self
    }

    /// Returns an event that makes only the old (`true`) or only the new version fire: one that was found, else that of a test case.
    pub fn witness(&self, of_old: bool) -> Option<&Json> {
        let found = if of_old { &self.witnesses.only_old } else { &self.witnesses.only_new };
        if found.is_some() {
            return found.as_ref();
        }
        let mut only = self.observations.iter().filter(|observation| observation.is(of_old, !of_old));
        only.find_map(|observation| observation.events.first().filter(|_| observation.events.len() == 1))
    }
}
