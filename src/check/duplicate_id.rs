//! Two rules with one id.
//!
//! Products tell rules apart by their ids: the second that is deployed replaces the first, or is refused. Ids are compared over all files of
//! one run and within one dialect; a rule and its translation into another dialect may share theirs.

use super::Lint;
use crate::diagnostic::Diagnostic;
use crate::ir::{Dialect, Rule};
use crate::source::{Span, Spanned};
use std::collections::HashMap;

pub(super) static LINT: Lint = Lint::of_reader("duplicate-id", include_str!("duplicate_id.rs")).error();

/// Where a rule says what is its own alone: its id, or its title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    dialect: Dialect,
    text: String,
    span: Span,
}

impl Identity {
    /// Reads a rule's id; letters' case makes no difference in a UUID.
    pub fn of(rule: &Rule) -> Option<Self> {
        Some(Self::new(rule.dialect, rule.meta.id.as_ref()?))
    }

    /// Reads a rule's title; a translation may have that of its original.
    pub fn title(rule: &Rule) -> Option<Self> {
        Some(Self::new(rule.dialect, rule.meta.name.as_ref()?))
    }

    fn new(dialect: Dialect, text: &Spanned<String>) -> Self {
        Self { dialect, text: text.value.trim().to_lowercase(), span: text.span }
    }
}

/// Returns a finding for every rule whose id an earlier one has, with the number of its file. `files` are paths with their rules' ids.
pub fn duplicate_ids<'a>(files: impl IntoIterator<Item = (&'a str, &'a [Identity])>) -> Vec<(usize, Diagnostic)> {
    let finding = |(number, span, place): (usize, Span, String)| {
        let finding = LINT.at(span, format!("the id is also that of {place}"));
        (number, finding.with_help("give one of them a new UUID"))
    };
    repeated(files).into_iter().map(finding).collect()
}

/// Returns where something stands that an earlier rule has too: the number of the file, the place, and words for the earlier rule.
pub(super) fn repeated<'a>(files: impl IntoIterator<Item = (&'a str, &'a [Identity])>) -> Vec<(usize, Span, String)> {
    let mut first: HashMap<(Dialect, &str), &str> = HashMap::new();
    let mut found = Vec::new();
    for (number, (path, identities)) in files.into_iter().enumerate() {
        for identity in identities {
            let Some(earlier) = first.get(&(identity.dialect, identity.text.as_str())) else {
                first.insert((identity.dialect, &identity.text), path);
                continue;
            };
            let place = if *earlier == path { "an earlier rule of this file".to_owned() } else { format!("the rule in {earlier}") };
            found.push((number, identity.span, place));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Identity, duplicate_ids};
    use crate::ir::Dialect;
    use crate::source::Span;

    fn check(files: &[(&str, &[(Dialect, &str)])], expected: &[(usize, &str)]) {
        let identity = |(dialect, id): &(Dialect, &str)| Identity { dialect: *dialect, text: (*id).to_owned(), span: Span::new(0, 1) };
        let files: Vec<(&str, Vec<Identity>)> = files.iter().map(|(path, ids)| (*path, ids.iter().map(identity).collect())).collect();
        let found = duplicate_ids(files.iter().map(|(path, ids)| (*path, ids.as_slice())));
        let found: Vec<(usize, &str)> = found.iter().map(|(file, finding)| (*file, finding.message.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn the_later_rule_is_told_of_the_earlier() {
        use Dialect::{Elastic, Sentinel};
        check(
            &[
                ("a.yaml", &[(Sentinel, "1")]),
                ("b.toml", &[(Elastic, "1")]),
                ("c.yaml", &[(Sentinel, "2"), (Sentinel, "1"), (Sentinel, "2")]),
            ],
            &[(2, "the id is also that of the rule in a.yaml"), (2, "the id is also that of an earlier rule of this file")],
        );
    }
}
