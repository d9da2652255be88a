//! The query languages. Each folder has the same five verbs: parse, print, lower, raise, and `ast` with the types.

mod arithmetic;
pub mod eql;
pub mod esql;
pub mod kuery;
pub mod kusto;
pub mod lucene;
pub(crate) mod lucene_regex;
mod pest;
mod regex_pattern;
pub mod sigma;
