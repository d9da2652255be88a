//! Pieces of text that Sentinel spells in another way than the other dialects: registry hives, device paths.
//!
//! It knows no fields; letters' case does not matter, as in the paths that such pieces stand in.

use super::format::is_kusto;
use crate::ir::{Dialect, Matcher, Pattern, PatternPart, Value};
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
