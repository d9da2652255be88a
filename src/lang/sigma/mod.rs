//! Sigma: detections as positioned YAML nodes, the condition language, correlations and filters.
//!
//! The rest of a rule file (title, log source, tags) is `rulefile`'s; a log source is no part of a detection.

pub mod ast;
pub mod condition;
mod lower;
pub mod modifier;
mod names;
mod parse;
mod pcre;
mod placeholders;
mod print;
mod raise;

mod value;

use crate::ir::Comparison;

pub use ast::Detection;
pub use lower::lower;
pub use names::is_meant;
pub use parse::{parse, parse_filter};
pub use placeholders::expand;
pub use print::print;
pub use raise::raise;

/// How the condition of a correlation compares (Sigma correlation rules specification, "Condition").
pub const COMPARISONS: [(&str, Comparison); 6] = [
    ("gt", Comparison::Gt),
    ("gte", Comparison::Ge),
    ("lt", Comparison::Lt),
    ("lte", Comparison::Le),
    ("eq", Comparison::Eq),
    ("neq", Comparison::Ne),
];
