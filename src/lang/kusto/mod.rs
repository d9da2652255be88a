//! Kusto, the query language of Sentinel, Defender and Log Analytics.

pub mod ast;
mod raise;

pub use raise::raise;
