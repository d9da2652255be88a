//! A reference, tag, tactic or field that a rule lists twice.
//!
//! ```sigma bad
//! tags:
//!   - attack.execution
//!   - attack.t1059.001
//!   - attack.execution
//! ```
//!
//! ```elastic bad
//! [rule.alert_suppression]
//! group_by = ["host.id", "user.name", "host.id"]
//! ```
//!
//! ```sigma good
//! tags:
//!   - attack.execution
//!   - attack.t1059.001
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::{Dialect, Form, RuleType};
use crate::source::Spanned;
use std::collections::HashMap;

pub(super) static LINT: Lint = Lint::new("duplicate-entry", include_str!("duplicate_entry.rs"), check);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let meta = &context.rule.meta;
    let lists = [("reference", &meta.references), ("tag", &meta.tags), ("field", &meta.fields), ("false positive", &meta.false_positives)];
    for (what, list) in lists {
        report(what, list, found);
    }
    // Elastic's rules have a table for each tactic, with its techniques.
    let has_tables = context.is(Dialect::Elastic) && context.rule.rule_type != RuleType::Hunting;
    report("tactic", meta.attack.iter().filter(|r| has_tables && r.is_tactic).map(|r| &r.id), found);
    match &context.rule.form {
        Form::NewTerms(form) => report("field", &form.fields, found),
        Form::Threshold(form) => report("field", &form.fields, found),
        _ => {}
    }
    report("field", context.rule.alert.suppression.iter().flat_map(|suppression| &suppression.fields), found);
}

fn report<'a>(what: &str, list: impl IntoIterator<Item = &'a Spanned<String>>, found: &mut Vec<Diagnostic>) {
    let mut first = HashMap::new();
    for entry in list {
        let earlier = *first.entry(entry.value.trim()).or_insert(entry.span);
        if earlier != entry.span {
            found.push(LINT.at(entry.span, format!("the {what} stands twice")).with_related(earlier, "first here"));
        }
    }
}
