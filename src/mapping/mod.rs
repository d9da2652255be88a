//! Log sources side by side (`targets/sources/`): maps rules and events from one dialect to another.
//!
//! What a file of `targets/sources/` may say is in [`format`]. This module knows fields, values and predicates of both sides; it
//! neither writes query text nor recognises idioms.
//!
//! The way of a plan: `plan` walks it; `read` picks the parts behind each scan by the predicate on it (`facts`); a Kusto predicate
//! becomes matches (`matches`), matches change fields and values (`predicate`, `transform`), and become Kusto again (`kusto`).

mod calls;
mod choice;
mod combining;
mod computed;
mod constant;
mod coverage;
mod derive;
mod elements;
pub mod event;
mod facts;
mod field;
pub mod format;
mod gathered;
mod guards;
mod keys;
mod kusto;
mod load;
mod log_source;
mod logic;
mod matches;
mod names;
mod network;
mod operand;
mod operators;
mod part_index;
pub mod path;
mod plan;
mod predicate;
mod printed_map;
mod read;
mod rendered;
mod rows;
mod scope;
mod specific;
mod spelling;
mod split;
mod term;
#[cfg(test)]
mod tests;
mod transform;
mod validate;
mod words;

pub use event::{map_event, map_event_to_all_names, part_of_event};
pub use load::{PartRef, Sources, builtin_files, parse};
pub use names::{connectors, field_name, integrations};
pub use plan::{Mapped, map_plan};
pub use specific::enough;
pub use split::part;
pub use term::{term_of, term_regex};
