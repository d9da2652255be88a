//! Pieces of text that Sentinel spells in another way than the other dialects: registry hives, device paths.
//!
//! It knows no fields; letters' case does not matter, as in the paths that such pieces stand in.

use super::format::is_kusto;
use super::predicate::Direction;
use super::transform::Problem;
use crate::diagnostic::Fidelity;
use crate::ir::{Dialect, Expr, Matcher, Pattern, PatternPart, Value};
use regex::escape;
use std::sync::Arc;

/// Rewrites the texts of a matcher from one dialect's spelling to another's.
pub(super) fn respelled(matcher: &Matcher, spellings: &[(String, String)], from: Dialect, to: Dialect) -> Matcher {
    if spellings.is_empty() || is_kusto(from) == is_kusto(to) {
        return matcher.clone();
    }
    let change = |text: &str| spell(text, spellings, from);
    match matcher {
        Matcher::Equals { value: Value::String(text), case } => Matcher::Equals { value: Value::string(change(text)), case: *case },
        Matcher::Wildcard { pattern, case } => {
            let changed = |part: &PatternPart| match part {
                PatternPart::Text(text) => PatternPart::Text(Arc::from(change(text))),
                other => other.clone(),
            };
            Matcher::Wildcard { pattern: Pattern { parts: pattern.parts.iter().map(changed).collect() }, case: *case }
        }
        Matcher::Regex { regex, anchored, case } => {
            let escaped: Vec<(String, String)> = spellings.iter().map(|(a, b)| (escape(a), escape(b))).collect();
            Matcher::Regex { regex: Arc::from(spell(regex, &escaped, from)), anchored: *anchored, case: *case }
        }
        other => other.clone(),
    }
}

impl Direction<'_> {
    /// Names a piece that a condition spells as the other side does: in its own events the condition finds nothing, there it does.
    pub(super) fn as_spelled(&self, name: &str, matcher: &Matcher, mapped: Expr) -> Result<Expr, Problem> {
        let (from, source) = (self.from, &self.at.source);
        let texts: Vec<&str> = match matcher {
            Matcher::Equals { value: Value::String(text), .. } => vec![text],
            Matcher::Wildcard { pattern, .. } => pattern.parts.iter().filter_map(text_of).collect(),
            _ => Vec::new(),
        };
        let spelled = self.at.fields().filter(|field| !field.spellings.is_empty());
        let named = spelled.filter(|field| field.path(from, source).is_some_and(|path| path.text(from) == name));
        let mut spellings = named
            .filter(|field| field.path(self.to, source).is_some())
            .filter_map(|field| texts.iter().find_map(|text| foreign_piece(text, &field.spellings, from)));
        match spellings.next().filter(|_| is_kusto(from) != is_kusto(self.to)) {
            None => Ok(mapped),
            Some((theirs, own)) => {
                let message = format!("`{name}` has `{own}` where the condition says `{theirs}`: it finds what it did not find before");
                let mut problem = Problem::new("spelling-of-the-other-side", mapped.span, message);
                problem.instead = Some(Box::new((mapped, Fidelity::Wider)));
                Err(problem)
            }
        }
    }
}

fn text_of(part: &PatternPart) -> Option<&str> {
    if let PatternPart::Text(text) = part { Some(text) } else { None }
}

/// Returns the other side's piece in a text that has none of its own side's, and what its own side writes for it.
fn foreign_piece<'a>(text: &str, spellings: &'a [(String, String)], from: Dialect) -> Option<(&'a str, &'a str)> {
    let ordered = |(sentinel, other): &'a (String, String)| -> (&'a str, &'a str) {
        if is_kusto(from) { (other, sentinel) } else { (sentinel, other) }
    };
    let is_new = |(theirs, own): &(&str, &str)| replaced(own, theirs, "").is_none() && replaced(theirs, own, "").is_none();
    let found = spellings.iter().map(ordered).filter(is_new).find(|(theirs, _)| replaced(text, theirs, "").is_some());
    found.filter(|_| spell(text, spellings, from) == text)
}

/// Spells a text of one dialect as the other side does, by the first piece that it has.
pub(super) fn spell(text: &str, spellings: &[(String, String)], from: Dialect) -> String {
    for (sentinel, other) in spellings {
        let (old, new) = if is_kusto(from) { (sentinel, other) } else { (other, sentinel) };
        if let Some(changed) = replaced(text, old, new) {
            return changed;
        }
    }
    text.to_owned()
}

/// Replaces a piece wherever it stands, whatever the case of its letters (pieces are ASCII); `None` where it does not stand at all.
fn replaced(text: &str, old: &str, new: &str) -> Option<String> {
    let (lowered, old) = (text.to_ascii_lowercase(), old.to_ascii_lowercase());
    let mut out = String::new();
    let mut done = 0;
    for (at, _) in lowered.match_indices(&old) {
        out.push_str(text.get(done..at)?);
        out.push_str(new);
        done = at + old.len();
    }
    (done > 0).then(|| out + text.get(done..).unwrap_or_default())
}
