//! More fields than Kibana groups by.
//!
//! New terms and alert suppression take up to three fields, a threshold up to five (three before 9.2)
//! (<https://www.elastic.co/docs/solutions/security/detect-and-alert/new-terms>,
//! <https://www.elastic.co/docs/solutions/security/detect-and-alert/alert-suppression>).
//!
//! ```elastic bad
//! [rule.alert_suppression]
//! group_by = ["host.id", "user.name", "process.name", "file.path"]
//! missing_fields_strategy = "suppress"
//! ```
//!
//! ```elastic good
//! [rule.alert_suppression]
//! group_by = ["host.id", "user.name", "process.name"]
//! missing_fields_strategy = "suppress"
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::Form;
use crate::source::Spanned;

pub(super) static LINT: Lint = Lint::new("too-many-group-fields", include_str!("too_many_group_fields.rs"), check).error();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let mut limit = |what: &str, fields: &[Spanned<String>], most: usize| {
        if let Some(first) = fields.get(most) {
            found.push(LINT.at(first.span, format!("{what} takes {most} fields at most, and has {}", fields.len())));
        }
    };
    match &context.rule.form {
        Form::NewTerms(form) => limit("a new-terms rule", &form.fields, 3),
        Form::Threshold(form) => limit("a threshold", &form.fields, 5),
        _ => {}
    }
    if let Some(suppression) = &context.rule.alert.suppression {
        limit("alert suppression", &suppression.fields, 3);
    }
}
