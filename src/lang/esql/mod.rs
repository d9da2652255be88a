//! Elasticsearch's piped query language (ES|QL).

pub mod ast;
mod parse;
mod print;
mod text;

pub use ast::Query;
pub use parse::parse;
pub use print::print;

#[cfg(test)]
mod tests;
