//! A date that is no date, or not in the form of its dialect.
//!
//! Sigma writes `2026-05-01`, elastic/detection-rules `2026/05/01`.
//!
//! ```sigma bad
//! date: 01.05.2026
//! ```
//!
//! ```sigma good
//! date: 2026-05-01
//! ```

use super::{Context, Lint};
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::ir::{Dialect, datetime};
use crate::source::Spanned;

pub(super) static LINT: Lint = Lint::new("malformed-date", include_str!("malformed_date.rs"), check);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let separator = match context.rule.dialect {
        Dialect::Sigma => '-',
        Dialect::Elastic => '/',
        Dialect::Sentinel | Dialect::Kql => return,
    };
    let meta = &context.rule.meta;
    for date in meta.created.iter().chain(&meta.modified) {
        // Kibana's export has points in time, which are right there.
        if day(date).is_some() && (date.value.contains(separator) || date.value.contains('T')) {
            continue;
        }
        let example = format!("2026{separator}05{separator}01");
        let finding = LINT.at(date.span, format!("`{}` is no date of the form `{example}`", date.value.trim()));
        found.push(match day(date) {
            Some((year, month, day)) => {
                let text = format!("{year:04}{separator}{month:02}{separator}{day:02}");
                finding.with_fix(Fix {
                    title: format!("replace with `{text}`"),
                    edits: vec![Edit { span: date.span, text: requoted(context, date, text) }],
                    safe: false,
                })
            }
            None => finding,
        });
    }
    if let (Some(created), Some(modified)) = (&meta.created, &meta.modified)
        && let (Some(first), Some(second)) = (day(created), day(modified))
        && second < first
    {
        found.push(LINT.at(modified.span, "the rule was modified before it was created").with_related(created.span, "created"));
    }
}

/// Keeps the quotes that the date was written in.
fn requoted(context: &Context<'_>, date: &Spanned<String>, text: String) -> String {
    match date.span.text(context.text).chars().next() {
        Some(quote @ ('"' | '\'')) => format!("{quote}{text}{quote}"),
        _ => text,
    }
}

/// Reads year, month and day in that order, apart by `-` or `/`; a time may follow.
fn day(date: &Spanned<String>) -> Option<(i64, i64, i64)> {
    let text = date.value.trim().split(['T', ' ']).next()?;
    let numbers: Option<Vec<i64>> = text.split(['-', '/']).map(|part| part.parse().ok()).collect();
    let [year, month, day] = numbers?[..] else { return None };
    let is_real = (1900..3000).contains(&year) && (1..=12).contains(&month) && (1..=datetime::days_in_month(year, month)).contains(&day);
    is_real.then_some((year, month, day))
}
