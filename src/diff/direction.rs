//! Whether something lets through fewer or more than before.

use serde::Serialize;

/// How the new version relates to the old one, for every event and in three-valued logic: `Narrower` is never truer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// They say the same.
    Same,
    /// The new one lets through what the old one lets through or less.
    Narrower,
    /// The new one lets through what the old one lets through or more.
    Broader,
    /// Structure does not say.
    Unknown,
}

impl Direction {
    /// Returns the relation of two changes together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Same, other) | (other, Self::Same) => other,
            (a, b) if a == b => a,
            _ => Self::Unknown,
        }
    }

    /// Returns the relation of the negations: negation turns the order of the three truth values around.
    #[must_use]
    pub fn flip(self) -> Self {
        match self {
            Self::Narrower => Self::Broader,
            Self::Broader => Self::Narrower,
            same => same,
        }
    }

    /// Returns the relation turned around where `negated`.
    #[must_use]
    pub fn under(self, negated: bool) -> Self {
        if negated { self.flip() } else { self }
    }
}
