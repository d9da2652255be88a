//! Leads from a byte of a decoded scalar to the byte of the file it came from.
//!
//! Never compute `span.start + offset`: block scalars are indented, quoted ones escaped, line breaks folded.

use super::Span;
use schemars::JsonSchema;
use serde::Serialize;
use std::slice;
use std::sync::Arc;

/// Break points of a piecewise shift: from decoded byte `points[i].0` on, a file byte is `points[i].1 + (offset - points[i].0)`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OffsetMap {
    points: Points,
    decoded_len: u32,
    source_end: u32,
}

/// Ascending break points. Nearly every scalar has one alone, which needs no memory of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(into = "Vec<(u32, u32)>")]
#[schemars(with = "Vec<(u32, u32)>")]
enum Points {
    One((u32, u32)),
    Several(Arc<[(u32, u32)]>),
}

impl Points {
    fn as_slice(&self) -> &[(u32, u32)] {
        match self {
            Self::One(point) => slice::from_ref(point),
            Self::Several(points) => points,
        }
    }
}

impl From<Points> for Vec<(u32, u32)> {
    fn from(points: Points) -> Self {
        points.as_slice().to_vec()
    }
}

impl OffsetMap {
    /// Builds the map of a text that is the file itself, from `start` on.
    pub fn identity(start: usize, len: usize) -> Self {
        Self::shift(start, len, start + len)
    }

    /// Builds the map of a text of `len` bytes that is written as it is from `start` on, in a scalar that ends at `source_end`.
    pub fn shift(start: usize, len: usize, source_end: usize) -> Self {
        Self { points: Points::One((0, clip(start))), decoded_len: clip(len), source_end: clip(source_end) }
    }

    /// Builds a map from ascending break points, the decoded length and the file offset of the end.
    pub fn from_points(points: &[(usize, usize)], decoded_len: usize, source_end: usize) -> Self {
        let clipped = |&(decoded, source): &(usize, usize)| (clip(decoded), clip(source));
        let points = match points {
            [point] => Points::One(clipped(point)),
            points => Points::Several(points.iter().map(clipped).collect()),
        };
        Self { points, decoded_len: clip(decoded_len), source_end: clip(source_end) }
    }

    /// Returns the file offset of a decoded offset; the end of the scalar for offsets at or past its end.
    pub fn to_source(&self, offset: usize) -> usize {
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        if offset >= self.decoded_len {
            return self.source_end as usize;
        }
        let points = self.points.as_slice();
        let after = points.partition_point(|p| p.0 <= offset);
        match after.checked_sub(1).and_then(|i| points.get(i)) {
            Some(&(decoded, source)) => (source + (offset - decoded)) as usize,
            None => self.source_end as usize,
        }
    }

    /// Maps a span of the decoded text; an end maps through its last byte, so that it never runs over indentation.
    pub fn span(&self, span: Span) -> Span {
        let start = self.to_source(span.start as usize);
        let last = || (self.to_source(span.end as usize - 1) + 1).min((self.source_end as usize).max(start));
        let end = if span.is_empty() { start } else { last() };
        Span::new(start, end)
    }
}

fn clip(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
