//! What the entries of a log source file say of dialects: who holds a value how.

use super::format::{Field, Part, Side, is_kusto};
use crate::ir::Dialect;

impl Field {
    /// Tells whether a part has the field.
    pub fn is_in(&self, part: &Part) -> bool {
        self.parts.is_empty() || self.parts.contains(&part.id)
    }

    /// Tells whether a dialect holds the second of each pair of `values`: Elastic, or Sigma where the entry has no Elastic side.
    pub fn is_second(&self, dialect: Dialect) -> bool {
        if self.elastic.is_some() { dialect == Dialect::Elastic } else { dialect == Dialect::Sigma }
    }

    /// Tells whether a dialect holds the whole of which the others hold a part.
    pub fn is_whole(&self, dialect: Dialect) -> bool {
        match self.whole {
            None => dialect != Dialect::Elastic,
            Some(Side::Sentinel) => is_kusto(dialect),
            Some(Side::Elastic) => dialect == Dialect::Elastic,
            Some(Side::Sigma) => dialect == Dialect::Sigma,
        }
    }

    /// Tells whether two dialects hold the value alike, so that it can be computed with.
    pub fn is_same(&self, from: Dialect, to: Dialect) -> bool {
        let changed = !self.values.is_empty() || self.factor.is_some() || self.lower || self.array || self.words || self.printed_map;
        let parted = self.part_of.is_some() && self.is_whole(from) != self.is_whole(to);
        let respelled = !self.spellings.is_empty() && is_kusto(from) != is_kusto(to)
            || self.dword && (from == Dialect::Sigma) != (to == Dialect::Sigma);
        !(parted || respelled || changed && self.is_second(from) != self.is_second(to))
    }
}

impl Part {
    /// Tells whether rules and events of a dialect are mapped by it.
    pub fn is_read_by(&self, dialect: Dialect) -> bool {
        if dialect == Dialect::Elastic { self.elastic } else { !self.elastic_only && self.record_of.is_none() }
    }
}
