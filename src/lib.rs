//! isoglot: one rule, every tongue. Reads detection rules (Sentinel, Elastic, Sigma), checks, diffs, translates and runs them.
//!
//! Data flows one way: `source -> diagnostic -> ir -> functions, schema -> lang -> rulefile -> idiom, mapping -> eval -> solve ->
//! {check, emit} -> {diff, evidence, explain, fixtures} -> report -> cli`. A module imports only from its left (`tests/tidy.rs`).
//!
//! | you have | you want | you call |
//! |---|---|---|
//! | a rule file | its rules and what is wrong with its form | [`rulefile::read`] |
//! | a query | its syntax tree, its plan, its canonical text | [`lang`], a module a language: [`lang::kusto`] is the largest |
//! | a rule | its problems | [`check`] |
//! | a rule | the same in another dialect, with every loss | [`emit`] |
//! | a plan and events | the rows that come out | [`eval`] |
//! | two rules | what changed in meaning | [`diff`] |
//!
//! Everything but `cli` and the loader in [`source`] is pure: text in, values out, and bad input is a [`diagnostic::Diagnostic`].
//!
//! ```
//! use isoglot::rulefile::{self, ReadContext};
//!
//! let text = "name: Many failures\nseverity: High\nquery: |\n  SigninLogs | where ResultType != 0 | count\n";
//! let file = rulefile::read("rule.yaml", text, &ReadContext::builtin());
//! let queries: Vec<&str> = file.rules.iter().flat_map(|rule| &rule.queries).map(|query| query.text.trim_end()).collect();
//! assert_eq!(queries, ["SigninLogs | where ResultType != 0 | count"]);
//! ```

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
