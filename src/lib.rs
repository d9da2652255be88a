//! isoglot: one rule, every tongue. Reads detection rules (Sentinel, Elastic, Sigma), checks, diffs, translates and runs them.
//!
//! Data flows one way: `source -> diagnostic -> ir -> functions, schema -> lang -> rulefile -> idiom, mapping -> eval -> solve ->
//! {check, emit} -> {diff, evidence, explain, fixtures} -> report -> cli`. A module imports only from its left (`tests/tidy.rs`).

pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
pub mod diagnostic;
pub mod diff;
pub mod emit;
pub mod eval;
pub mod evidence;
pub mod explain;
pub mod fixtures;
pub mod functions;
pub mod idiom;
pub mod ir;
pub mod lang;
pub mod mapping;
pub mod report;
pub mod rulefile;
pub mod schema;
pub mod solve;
pub mod source;
