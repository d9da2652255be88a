//! Bytes to positioned trees: decoding, YAML and TOML nodes, offset maps, and the only loader that touches files.
//!
//! It knows nothing of rules or queries.

mod offset_map;
mod span;

pub use offset_map::OffsetMap;
pub use span::{Span, Spanned};
