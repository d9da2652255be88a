//! Kusto's syntax tree: what the text says, with nothing resolved.
//!
//! Parsing keeps everything that matters for meaning; comments and white space stay in the text, which the formatter has beside the tree.
//! Synonyms are one node (`where`/`filter`, `sort`/`order`, `take`/`limit`); chains of `and`/`or` are n-ary.

mod clause;
mod expression;
mod operator;
mod statement;

pub use clause::*;
pub use expression::*;
pub use operator::*;
pub use statement::*;
