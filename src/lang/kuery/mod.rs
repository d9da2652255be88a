//! Kibana query language (kuery), as Kibana's own grammar has it.
//!
//! What a leaf means depends on the type of its field; `lower` asks for it and makes it explicit in the IR.

pub mod ast;
mod literal;
mod parse;
mod print;

pub use ast::Ast;
pub use parse::parse;
pub use print::print;
