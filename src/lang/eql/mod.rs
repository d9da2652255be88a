//! Event query language (EQL), as Elasticsearch's grammar has it.

pub mod ast;
mod parse;
mod print;
mod text;

pub use ast::Query;
pub use parse::parse;
pub use print::print;
