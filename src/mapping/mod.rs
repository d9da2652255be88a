//! Log sources side by side (`targets/sources/`): maps rules and events from one dialect to another.
//!
//! What a file of `targets/sources/` may say is in [`format`]. This module knows fields, values and predicates of both sides; it
//! neither writes query text nor recognises idioms.

pub mod event;
pub mod format;
mod load;
mod names;
pub mod path;
mod validate;

pub use event::{implied, map_event, part_of_event};
pub use load::{PartRef, Sources, builtin_files, parse};
pub use names::{field_name, integrations};
