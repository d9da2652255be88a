//! What is known of the world that rules query: tables and functions of a workspace, event fields, ATT&CK.
//!
//! All data is sorted text inside the binary, searched where it lies: nothing is parsed at start, only the record asked for.
//! Custom tables, functions and fields are layered on top of the built-in ones; reading them from files is not done here.

pub mod attack;
mod catalog;
mod fields;
mod records;
mod suggest;

pub use catalog::{Catalog, SavedFunction, Table};
pub use fields::{FieldKind, FieldType};
pub use suggest::suggest;
