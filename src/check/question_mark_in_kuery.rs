//! A `?` inside a word of a kuery query, where it is no wildcard.
//!
//! kuery has one wildcard, `*`; a `?` stands for itself (<https://www.elastic.co/docs/reference/query-languages/kql>). EQL and Lucene
//! have both, and a pattern that was copied from there finds nothing. Question marks of URLs are left alone.
//!
//! ```elastic bad
//! query = 'file.name: host?.exe'
//! ```
//!
//! ```elastic good
//! query = 'file.name: host*.exe or url.original: *login.php?id=*'
//! ```

use super::{Context, Lint};
use crate::diagnostic::{Confidence, Diagnostic};
use crate::ir::{Language, Matcher, PatternPart};

pub(super) static LINT: Lint =
    Lint::new("question-mark-in-kuery", include_str!("question_mark_in_kuery.rs"), check).confidence(Confidence::Medium);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for condition in context.conditions().iter().filter(|condition| condition.query.language == Language::Kuery) {
        let of_url =
            condition.name().is_some_and(|name| ["url", "query", "uri", "request", "referrer"].iter().any(|word| name.contains(word)));
        let is_meant = match condition.matcher {
            Matcher::Wildcard { pattern, .. } => {
                pattern.parts.iter().any(|part| matches!(part, PatternPart::Text(text) if is_wildcard(text)))
            }
            _ => condition.equal_text().is_some_and(is_wildcard),
        };
        if is_meant && !of_url {
            let finding = LINT.at(condition.place(), "`?` is no wildcard in kuery: it is looked for as it is");
            found.push(finding.with_help("use `*`, or a rule in EQL, where `?` stands for one character"));
        }
    }
}

/// Tells whether a `?` stands where a letter could: not before a parameter (`?id=`), not at the end of a sentence.
fn is_wildcard(text: &str) -> bool {
    let beside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '\\' | '_' | '-' | '?' | ':' | '/'));
    !text.contains("://")
        && text.match_indices('?').any(|(at, _)| {
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            let after = text.get(at + 1..).unwrap_or("");
            beside(before) && beside(after.chars().next()) && !after.contains('=')
        })
}
