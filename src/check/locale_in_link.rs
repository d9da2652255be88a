//! A link to Microsoft's documentation in one language.
//!
//! Without the locale the page opens in the reader's own (Azure-Sentinel's validation refuses such links).
//!
//! ```sentinel bad
//! description: See https://learn.microsoft.com/en-us/azure/sentinel/near-real-time-rules
//! ```
//!
//! ```sentinel good
//! description: See https://learn.microsoft.com/azure/sentinel/near-real-time-rules
//! ```

use super::{Context, Lint};
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::ir::Dialect;
use crate::source::Span;

pub(super) static LINT: Lint = Lint::new("locale-in-link", include_str!("locale_in_link.rs"), check).info().pedantic();

/// The hosts whose pages exist in every language.
const HOSTS: [&str; 3] = ["learn.microsoft.com/", "docs.microsoft.com/", "azure.microsoft.com/"];

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    // The house style of Azure-Sentinel, and of nobody else.
    if !context.is(Dialect::Sentinel) {
        return;
    }
    let rule = context.rule.span;
    let text = rule.text(context.text);
    for host in HOSTS {
        for (at, _) in text.match_indices(host) {
            let start = at + host.len();
            if let Some(length) = text.get(start..).and_then(locale) {
                let span = Span::new(rule.start as usize + start, rule.start as usize + start + length);
                let fix = Fix { title: "leave the locale out".to_owned(), edits: vec![Edit { span, text: String::new() }], safe: true };
                found.push(LINT.at(span, "the link opens in one language").with_fix(fix));
            }
        }
    }
}

/// Returns how long `en-us/` at the beginning is.
fn locale(path: &str) -> Option<usize> {
    let (first, _) = path.split_once('/')?;
    let (language, country) = first.split_once('-')?;
    let is_code = |code: &str| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_alphabetic());
    (is_code(language) && is_code(country)).then_some(first.len() + 1)
}
