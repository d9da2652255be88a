//! A bare Kusto query file; comments at its top may say what it is.

use super::{ReadContext, ReadFile, bare};
use crate::ir::{AttackRef, Dialect, Language, Metadata};
use crate::source::{Span, Spanned, body_start};

/// Words before a colon in a top comment that say which field follows.
const KEYS: [(&str, Key); 12] = [
    ("name", Key::Name),
    ("title", Key::Name),
    ("query name", Key::Name),
    ("description", Key::Description),
    ("severity", Key::Severity),
    ("author", Key::Author),
    ("authors", Key::Author),
    ("reference", Key::Reference),
    ("references", Key::Reference),
    ("id", Key::Id),
    ("tactic", Key::Tactic),
    ("tactics", Key::Tactic),
];

#[derive(Clone, Copy)]
enum Key {
    Name,
    Description,
    Severity,
    Author,
    Reference,
    Id,
    Tactic,
}

/// Reads the file as one query.
pub(super) fn read(path: &str, text: &str, context: &ReadContext<'_>) -> ReadFile {
    let start = body_start(text);
    if text.get(start..).unwrap_or("").trim().is_empty() {
        return ReadFile::skip("the file is empty");
    }
    bare::of_query(Dialect::Kql, Language::Kusto, metadata(path, text, start), text, context)
}

/// Reads the comments before the first line of code. Without `Name:`, the first of them that reads like a heading is the name, and
/// without any the name is the file's own.
fn metadata(path: &str, text: &str, start: usize) -> Metadata {
    let mut meta = Metadata::default();
    let mut prose: Vec<Spanned<String>> = Vec::new();
    for comment in top_comments(text, start) {
        meta.attack.extend(techniques(&comment));
        let (key, value) = keyed(&comment).map_or((None, comment), |(key, value)| (Some(key), value));
        match key {
            Some(Key::Name) => meta.name = Some(value),
            Some(Key::Description) => meta.description = Some(value),
            Some(Key::Severity) => meta.severity = Some(value),
            Some(Key::Author) => meta.authors.push(value),
            Some(Key::Reference) => meta.references.push(value),
            Some(Key::Id) => meta.id = Some(value),
            Some(Key::Tactic) => meta.attack.push(AttackRef { id: value, is_tactic: true, tactic: None }),
            None if value.value.starts_with("https://") => meta.references.push(value),
            None => prose.push(value),
        }
    }
    if meta.name.is_none() && prose.first().is_some_and(|first| is_heading(&first.value)) {
        meta.name = Some(prose.remove(0));
    }
    if meta.description.is_none() {
        meta.description = joined(&prose);
    }
    let stem = path.rsplit(['/', '\\']).next().map(|name| name.rsplit_once('.').map_or(name, |(stem, _)| stem));
    let stem = stem.filter(|stem| !stem.is_empty() && *stem != "-");
    meta.name = meta.name.or_else(|| stem.map(|stem| Spanned::new(stem.to_owned(), Span::at(start))));
    meta
}

/// Returns the `//` lines at the top of the text, without slashes and blanks.
fn top_comments(text: &str, start: usize) -> Vec<Spanned<String>> {
    let mut comments = Vec::new();
    let mut pos = start;
    for line in text.get(start..).unwrap_or("").split_inclusive('\n') {
        let trimmed = line.trim();
        if let Some(comment) = trimmed.strip_prefix("//") {
            let comment = comment.trim_start_matches('/').trim();
            if let Some(at) = line.find(comment).filter(|_| !comment.is_empty()) {
                comments.push(Spanned::new(comment.to_owned(), Span::new(pos + at, pos + at + comment.len())));
            }
        } else if !trimmed.is_empty() {
            break;
        }
        pos += line.len();
    }
    comments
}

fn keyed(comment: &Spanned<String>) -> Option<(Key, Spanned<String>)> {
    let (word, rest) = comment.value.split_once(':')?;
    let key = KEYS.iter().find(|(name, _)| word.trim().eq_ignore_ascii_case(name))?.1;
    let value = rest.trim();
    let at = comment.value.len() - rest.trim_start().len();
    (!value.is_empty()).then(|| (key, Spanned::new(value.to_owned(), Span::new(at, at + value.len()).shift(comment.span.start as usize))))
}

/// Tells prose from code that was commented out.
fn is_heading(text: &str) -> bool {
    text.starts_with(char::is_alphanumeric) && !text.ends_with([';', '|', '(', ',']) && !text.starts_with("let ")
}

fn joined(prose: &[Spanned<String>]) -> Option<Spanned<String>> {
    let (first, last) = prose.first().zip(prose.last())?;
    let text: Vec<&str> = prose.iter().map(|line| line.value.as_str()).collect();
    Some(Spanned::new(text.join("\n"), first.span.to(last.span)))
}

/// Finds ATT&CK technique ids: `T1078`, `T1078.004`.
fn techniques(comment: &Spanned<String>) -> Vec<AttackRef> {
    let text = comment.value.as_str();
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.').map(|word| word.trim_matches('.'));
    let is_id = |word: &&str| {
        let digits = word.strip_prefix('T').unwrap_or("");
        let (main, sub) = digits.split_once('.').unwrap_or((digits, "000"));
        main.len() == 4 && sub.len() == 3 && main.bytes().chain(sub.bytes()).all(|b| b.is_ascii_digit())
    };
    let mut from = 0;
    let mut found = Vec::new();
    for word in words.filter(is_id) {
        let Some(at) = text.get(from..).and_then(|rest| rest.find(word)).map(|n| from + n) else { continue };
        from = at + word.len();
        let span = Span::new(at, from).shift(comment.span.start as usize);
        found.push(AttackRef { id: Spanned::new(word.to_owned(), span), is_tactic: false, tactic: None });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_at_the_top_name_the_query() {
        let text = "// T1078.004 - Cloud Accounts: odd use\n// Covers: legacy auth\n// Author: Ann\n// https://example.org/x\nT | take 1 // T1000\n";
        let meta = metadata("a/b.kql", text, 0);
        assert_eq!(meta.name.map(|n| n.value).as_deref(), Some("T1078.004 - Cloud Accounts: odd use"));
        assert_eq!(meta.description.map(|n| n.value).as_deref(), Some("Covers: legacy auth"));
        assert_eq!(meta.authors.first().map(|a| a.span.text(text)), Some("Ann"));
        assert_eq!(meta.attack.iter().map(|a| a.id.span.text(text)).collect::<Vec<_>>(), ["T1078.004"]);
        assert_eq!(meta.references.len(), 1);
        assert_eq!(metadata("a/b.kql", "T", 0).name.map(|n| n.value).as_deref(), Some("b"));
    }
}
