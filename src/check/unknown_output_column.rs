//! An alert field names a column that the query does not output.
//!
//! Entity mappings, custom details, dynamic properties and `{{placeholders}}` are filled from the query's result. A name that is not
//! there, or is there in other letters, leaves the field empty in every alert; Sentinel says so nowhere. Elastic's alert suppression in
//! ES|QL rules groups by columns of the result in the same way.
//!
//! Silent where the output is not known: an unknown table, or a plugin whose columns depend on the data.
//!
//! ```sentinel bad
//! query: SigninLogs | summarize count() by UserPrincipalName
//! entityMappings:
//!   - entityType: Account
//!     fieldMappings:
//!       - identifier: FullName
//!         columnName: UserPrincipalname
//! ```
//!
//! ```sentinel bad
//! query: SigninLogs | summarize count() by UserPrincipalName
//! entityMappings:
//!   - entityType: Account
//!     fieldMappings:
//!       - identifier: FullName
//!         columnName: UserPrincipalName
//! alertDetailsOverride:
//!   alertDisplayNameFormat: Sign-ins of {{UserPrincipalName}} from {{IPAddress}}
//! ```
//!
//! ```elastic bad
//! type = "esql"
//! language = "esql"
//! query = 'FROM logs-* | STATS c = COUNT(*) BY host.name | WHERE c > 10'
//! [rule.alert_suppression]
//! group_by = ["host.id"]
//! ```
//!
//! ```sentinel good
//! query: SigninLogs | summarize count() by UserPrincipalName
//! entityMappings:
//!   - entityType: Account
//!     fieldMappings:
//!       - identifier: FullName
//!         columnName: UserPrincipalName
//! alertDetailsOverride:
//!   alertDisplayNameFormat: Sign-ins of {{UserPrincipalName}}
//! ```

use super::{Context, Lint, placeholder};
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::ir::{Dialect, RuleType, Schema};
use crate::schema::suggest;
use crate::source::{Span, Spanned};

pub(super) static LINT: Lint = Lint::new("unknown-output-column", include_str!("unknown_output_column.rs"), check).error();

/// Columns that Sentinel adds to every result.
const ADDED: [&str; 1] = ["TimeGenerated"];

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let names_columns = context.is(Dialect::Sentinel) || context.rule.rule_type == RuleType::Esql;
    let Some(detection) = context.rule.detection.as_ref().filter(|_| names_columns) else { return };
    let output = &detection.plan.schema;
    if output.open {
        return;
    }
    for (what, name) in named(context) {
        if output.column(&name.value).is_none() && !ADDED.contains(&name.value.as_str()) {
            found.push(finding(what, &name, output));
        }
    }
}

/// Every place that names a column of the result.
fn named(context: &Context<'_>) -> Vec<(&'static str, Spanned<String>)> {
    let alert = &context.rule.alert;
    let mut all: Vec<(&str, Spanned<String>)> = Vec::new();
    let mappings = alert.entities.iter().flat_map(|entity| &entity.fields);
    all.extend(mappings.map(|field| ("entity mapping", field.column.clone())));
    all.extend(alert.custom_details.iter().map(|(_, column)| ("custom detail", column.clone())));
    all.extend(alert.dynamic_properties.iter().map(|(_, column)| ("dynamic property", column.clone())));
    all.extend(alert.suppression.iter().flat_map(|suppression| &suppression.fields).map(|field| ("alert suppression", field.clone())));
    all.extend(alert.severity_column.iter().map(|column| ("severity column", column.clone())));
    all.extend(alert.tactics_column.iter().map(|column| ("tactics column", column.clone())));
    for template in alert.title.iter().chain(&alert.description) {
        all.extend(placeholder::all(template, context.text).into_iter().map(|name| ("placeholder", name)));
    }
    all
}

fn finding(what: &str, name: &Spanned<String>, output: &Schema) -> Diagnostic {
    let text = &name.value;
    let finding = LINT.at(name.span, format!("{what} names `{text}`, which the query does not output"));
    let columns = || output.columns.iter().map(|column| &*column.name);
    if let Some(other_case) = columns().find(|column| column.eq_ignore_ascii_case(text)) {
        let fix = replace(name.span, other_case, true);
        return finding.with_label(format!("the query outputs `{other_case}`")).with_help("names are case-sensitive").with_fix(fix);
    }
    match suggest(text, columns()) {
        Some(near) => finding.with_label(format!("did you mean `{near}`?")).with_fix(replace(name.span, near, false)),
        None => finding.with_label("not in the output").with_help(format!("the query outputs {}", listed(columns()))),
    }
}

fn replace(span: Span, by: &str, safe: bool) -> Fix {
    Fix { title: format!("replace with `{by}`"), edits: vec![Edit { span, text: by.to_owned() }], safe }
}

/// Lists the first names.
fn listed<'a>(mut names: impl Iterator<Item = &'a str>) -> String {
    let shown: Vec<String> = names.by_ref().take(12).map(|name| format!("`{name}`")).collect();
    let more = names.count();
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{rest}", shown.join(", "))
}
