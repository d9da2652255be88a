//! Elasticsearch's piped query language (ES|QL).

pub mod ast;
mod lower;
mod parse;
mod print;
mod raise;
mod text;

pub use ast::Query;
pub use lower::{DEFAULT_LIMIT, Environment, Lowered, lower, operator_of, sign_of, with_default_limit};
pub use parse::parse;
pub use print::print;
pub use raise::raise;

#[cfg(test)]
mod tests;
