//! Two rules with one title.
//!
//! Whoever sees the alert cannot tell which rule fired. Titles are compared over all files of one run and within one dialect.

use super::Lint;
use super::duplicate_id::{Identity, repeated};
use crate::diagnostic::Diagnostic;

pub(super) static LINT: Lint = Lint::of_reader("duplicate-title", include_str!("duplicate_title.rs")).info().pedantic();

/// Returns a finding for every rule whose title an earlier one has, with the number of its file. `files` are paths with their rules' titles.
pub fn duplicate_titles<'a>(files: impl IntoIterator<Item = (&'a str, &'a [Identity])>) -> Vec<(usize, Diagnostic)> {
    let found = repeated(files).into_iter();
    found.map(|(number, span, place)| (number, LINT.at(span, format!("the title is also that of {place}")))).collect()
}
