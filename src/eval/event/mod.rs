//! Events and the two-valued predicates of the event languages: kuery, Lucene, Sigma.
//!
//! An event is JSON with nested, dotted or mixed keys; a field has as many values as its arrays hold. What one value must satisfy is
//! `eval::matching`'s business, relations between events that of the plan operators.

pub mod batch;
mod eql;
mod fields;
pub mod lines;
mod predicate;
mod time_part;
pub(super) mod windows;

pub(super) use fields::walk;
pub use fields::{Event, Fields};
pub use predicate::Predicate;
pub use windows::with_sigma_names;

use crate::diagnostic::Diagnostic;
use crate::ir::Expr;

/// Tells whether an event satisfies a predicate; `now` (ticks) is what date math starts from.
/// Who asks about many events compiles the [`Predicate`] once instead.
///
/// # Errors
/// What [`Predicate::new`] refuses.
pub fn matches(expr: &Expr, event: &Event, now: i64) -> Result<bool, Diagnostic> {
    Ok(Predicate::new(expr, now)?.matches(event))
}
