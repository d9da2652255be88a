//! Lucene query strings, as Elasticsearch's `query_string` reads them.

pub mod ast;
mod lower;
mod parse;
mod print;
mod raise;
mod text;

#[cfg(test)]
mod tests;

pub use ast::Query;
pub use lower::lower;
pub use parse::parse;
pub use print::print;
pub use raise::raise;
