//! A Sigma correlation or filter that names a rule which is not among the rules given.
//!
//! Rules are named by `id` or `name`. Names are looked for in all files of one run.

use super::Lint;
use crate::diagnostic::Diagnostic;
use crate::ir::{Dialect, Form, Rule};
use crate::rulefile;
use crate::source::Spanned;
use std::collections::HashSet;

pub(super) static LINT: Lint = Lint::of_reader("unknown-rule-reference", include_str!("unknown_rule_reference.rs"));

/// What the Sigma rules of a file are called, and which rules they name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct References {
    names: Vec<String>,
    named: Vec<Spanned<String>>,
}

impl References {
    /// Adds a rule; those of other dialects name none.
    pub fn add(&mut self, rule: &Rule) {
        if rule.dialect != Dialect::Sigma {
            return;
        }
        self.names.extend(rulefile::names(rule).map(str::to_owned));
        match &rule.form {
            Form::Correlation(form) => self.named.extend(form.rules.iter().cloned()),
            Form::Filter(rules) => self.named.extend(rules.iter().cloned()),
            _ => {}
        }
    }
}

/// Returns a finding for every name that no rule has, with the number of its file.
pub fn unknown_references<'a>(files: impl Iterator<Item = &'a References> + Clone) -> Vec<(usize, Diagnostic)> {
    let known: HashSet<&str> = files.clone().flat_map(|file| &file.names).map(String::as_str).collect();
    let mut found = Vec::new();
    for (number, file) in files.enumerate() {
        for name in file.named.iter().filter(|name| !known.contains(name.value.as_str())) {
            let message = format!("no rule among those given has the name or id `{}`", name.value);
            found.push((number, LINT.at(name.span, message)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{References, unknown_references};
    use crate::rulefile::{ReadContext, read};

    fn check(files: &[&str], expected: &[(usize, &str)]) {
        let references = |text: &&str| {
            let mut references = References::default();
            read("rule.yml", text, &ReadContext::builtin()).rules.iter().for_each(|rule| references.add(rule));
            references
        };
        let files: Vec<References> = files.iter().map(references).collect();
        let found = unknown_references(files.iter());
        let shown: Vec<(usize, &str)> = found.iter().map(|(file, finding)| (*file, finding.message.as_str())).collect();
        assert_eq!(shown, expected);
    }

    const RULE: &str = "title: A\nname: logon\nlogsource: {product: windows}\ndetection: {s: {EventID: 1}, condition: s}\n";
    const COUNT: &str = "title: B\ncorrelation: {type: event_count, rules: [logon], timespan: 1m, condition: {gt: 1}}\n";

    #[test]
    fn a_rule_may_lie_in_another_file() {
        check(&[COUNT, RULE], &[]);
        check(&[RULE, COUNT], &[]);
    }

    #[test]
    fn a_name_that_no_rule_has_is_found() {
        check(&[COUNT], &[(0, "no rule among those given has the name or id `logon`")]);
    }
}
