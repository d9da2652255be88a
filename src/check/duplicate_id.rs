//! Two rules with one id.
//!
//! Products tell rules apart by their ids: the second that is deployed replaces the first, or is refused. Ids are compared over all files of
//! one run and within one dialect; a rule and its translation into another dialect may share theirs.

use super::Lint;
use crate::diagnostic::Diagnostic;
use crate::ir::{Dialect, Rule};
use crate::source::Span;
use std::collections::HashMap;

pub(super) static LINT: Lint = Lint::of_reader("duplicate-id", include_str!("duplicate_id.rs")).error();

/// Where a rule says its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    dialect: Dialect,
    id: String,
    span: Span,
}

impl Identity {
    /// Reads a rule's id; letters' case makes no difference in a UUID.
    pub fn of(rule: &Rule) -> Option<Self> {
        let id = rule.meta.id.as_ref()?;
        Some(Self { dialect: rule.dialect, id: id.value.trim().to_lowercase(), span: id.span })
    }
}

/// Returns a finding for every rule whose id an earlier one has, with the number of its file. `files` are paths with their rules' ids.
pub fn duplicate_ids<'a>(files: impl IntoIterator<Item = (&'a str, &'a [Identity])>) -> Vec<(usize, Diagnostic)> {
    let mut first: HashMap<(Dialect, &str), &str> = HashMap::new();
    let mut found = Vec::new();
    for (number, (path, identities)) in files.into_iter().enumerate() {
        for identity in identities {
            let Some(earlier) = first.get(&(identity.dialect, identity.id.as_str())) else {
                first.insert((identity.dialect, &identity.id), path);
                continue;
            };
            let place = if *earlier == path { "an earlier rule of this file".to_owned() } else { format!("the rule in {earlier}") };
            let finding = LINT.at(identity.span, format!("the id is also that of {place}"));
            found.push((number, finding.with_help("give one of them a new UUID")));
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
        let identity = |(dialect, id): &(Dialect, &str)| Identity { dialect: *dialect, id: (*id).to_owned(), span: Span::new(0, 1) };
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
