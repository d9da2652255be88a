//! A condition on the words of a text (`process.args`) as one on the text (`process.command_line`).
//!
//! How a system splits a command line into words depends on its quotes; what that may change is named.

use super::logic::matches;
use super::split::pattern_of;
use super::transform::Problem;
use crate::diagnostic::Fidelity;
use crate::ir::{Expr, Matcher, Pattern, PatternPart};
use crate::source::Span;
use regex::escape;
use std::sync::Arc;

/// Rewrites a matcher on any word as one on the whole text.
pub(super) fn of_words(target: &str, matcher: &Matcher, span: Span) -> Result<Expr, Problem> {
    let say = |message: &str| Problem::new("words-of-text", span, message);
    let (parts, case) = pattern_of(matcher).ok_or_else(|| say(&format!("`{target}` holds the text whose words are asked for")))?;
    if let [PatternPart::Many, PatternPart::Text(text), PatternPart::Many] = parts.as_slice()
        && !text.contains([' ', '\t', '"', '\''])
    {
        let pattern = Pattern { parts: parts.clone() };
        return Ok(matches(target, Matcher::Wildcard { pattern, case }, span));
    }
    let mut regex = String::new();
    if parts.first() != Some(&PatternPart::Many) {
        regex.push_str(r#"(?:^|[\s"'])"#);
    }
    let first = usize::from(parts.first() == Some(&PatternPart::Many));
    let last = parts.len() - usize::from(parts.len() > first && parts.last() == Some(&PatternPart::Many));
    for part in parts.iter().take(last).skip(first) {
        match part {
            PatternPart::Text(text) => regex.push_str(&escape(text)),
            PatternPart::Many => regex.push_str(".*"),
            PatternPart::One => regex.push('.'),
        }
    }
    if parts.last() != Some(&PatternPart::Many) {
        regex.push_str(r#"(?:[\s"']|$)"#);
    }
    let near = matches(target, Matcher::Regex { regex: Arc::from(regex), anchored: false, case }, span);
    let mut problem = say(&format!("a word is looked for in the text of `{target}`, where quotes may split words otherwise"));
    problem.instead = Some(Box::new((near, Fidelity::Different)));
    Err(problem)
}
