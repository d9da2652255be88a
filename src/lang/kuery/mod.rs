//! Kibana query language (kuery), as Kibana's own grammar has it.
//!
//! What a leaf means depends on the type of its field; `lower` asks for it and makes it explicit in the IR.

pub mod ast;
mod date;
mod literal;
mod lower;
mod parse;
mod print;
mod raise;

pub use ast::Ast;
pub use lower::lower;
pub use parse::parse;
pub use print::print;
pub use raise::raise;
