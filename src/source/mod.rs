//! Bytes to positioned trees: decoding, YAML and TOML nodes, offset maps, and the only loader that touches files.
//!
//! It knows nothing of rules or queries.

mod align;
mod decode;
pub mod edit;
mod fault;
#[cfg(feature = "cli")]
pub mod load;
mod node;
mod offset_map;
pub mod quoted;
mod span;
pub mod toml;
pub mod toml_write;
pub mod yaml;
pub mod yaml_write;

pub use decode::{MAX_FILE_BYTES, body_start, decode, decode_data};
pub use fault::Fault;
pub use node::{Comment, Entry, Kind, Node, Scalar, Style};
pub use offset_map::OffsetMap;
pub use span::{Span, Spanned};
