//! Event query language (EQL), as Elasticsearch's grammar has it.

pub mod ast;
mod lower;
mod parse;
mod print;
mod raise;
mod text;

pub use ast::Query;
pub use lower::{lower, lower_by, lower_event};
pub use parse::parse;
pub use print::print;
pub use raise::raise;
