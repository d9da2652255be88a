//! Decides how two predicates on single events relate, and finds the events that tell them apart.
//!
//! Every condition on a field (a *leaf*) becomes a Boolean variable, or two where Kusto's null is a third truth value. Two searches
//! share the variables: one knows of each field only values that were tried (`values`), so that what it finds is an event, which the
//! evaluator confirms before anyone sees it; the other knows only laws between conditions (`laws`), so that where it finds nothing
//! there is nothing. What neither decides is unknown. It neither reads languages nor knows rules.

pub mod canonical;
mod cells;
mod clauses;
mod coverage;
mod encoding;
mod formula;
mod globs;
mod laws;
mod leaf;
mod probe;
mod regex_sample;
mod relation;
mod samples;
mod search;
#[cfg(test)]
mod tests;
mod values;

pub use coverage::covered;
pub use leaf::Family;
pub use relation::{Finding, Relation, are_equivalent, family, implies, relate};
pub use samples::samples;
