//! Kusto, the query language of Sentinel, Defender and Log Analytics.

pub mod ast;

mod format;
mod keywords;
mod layout;
pub mod lower;
mod names;
mod parse;
mod print;
mod raise;
mod spelling;
mod tokens;
pub mod walk;

pub use format::format;
pub use layout::FormatOptions;
pub use lower::{Environment, Lowered, lower};
pub use parse::{Parsed, parse};
pub use print::print;
pub use raise::raise;
