//! Kusto, the query language of Sentinel, Defender and Log Analytics.

pub mod ast;
mod parse;
mod raise;
mod spelling;
pub mod walk;

pub use parse::{Parsed, parse};
pub use raise::raise;
