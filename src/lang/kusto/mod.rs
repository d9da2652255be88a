//! Kusto, the query language of Sentinel, Defender and Log Analytics.

pub mod ast;
pub mod lower;
mod parse;
mod raise;
mod spelling;
pub mod walk;

pub use lower::{Environment, Lowered, lower};
pub use parse::{Parsed, parse};
pub use raise::raise;
