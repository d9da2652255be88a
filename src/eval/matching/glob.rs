//! Wildcard patterns over whole texts: `*` any run, `?` one character. Time is linear but for `?` runs, never exponential.

use crate::ir::{Case, Pattern, PatternPart, text};
use memchr::memmem::Finder;

/// A pattern ready to run.
#[derive(Debug)]
pub(crate) struct Glob {
    case: Case,
    /// What stands between the `*`s.
    segments: Vec<Segment>,
}

/// A run without `*`.
#[derive(Debug)]
enum Segment {
    Text(Box<Finder<'static>>),
    /// Characters; `None` is `?`.
    Mixed(Vec<Option<char>>),
}

impl Glob {
    /// Makes a pattern ready.
    pub(crate) fn new(pattern: &Pattern, case: Case) -> Self {
        let mut segments: Vec<Vec<Option<char>>> = vec![Vec::new()];
        for part in &pattern.parts {
            match (part, segments.last_mut()) {
                (PatternPart::Text(piece), Some(segment)) => match case {
                    Case::Sensitive => segment.extend(piece.chars().map(Some)),
                    Case::Insensitive => segment.extend(text::fold(piece).chars().map(Some)),
                },
                (PatternPart::One, Some(segment)) => segment.push(None),
                _ => segments.push(Vec::new()),
            }
        }
        let segment = |chars: Vec<Option<char>>| match chars.iter().copied().collect::<Option<String>>() {
            Some(text) => Segment::Text(Box::new(Finder::new(text.as_bytes()).into_owned())),
            None => Segment::Mixed(chars),
        };
        Self { case, segments: segments.into_iter().map(segment).collect() }
    }

    /// Tells whether the whole text matches.
    pub(crate) fn matches(&self, found: &str) -> bool {
        match self.case {
            Case::Sensitive => self.matches_folded(found),
            Case::Insensitive => self.matches_folded(&text::fold(found)),
        }
    }

    fn matches_folded(&self, found: &str) -> bool {
        let Some((first, rest)) = self.segments.split_first() else { return found.is_empty() };
        let Some(mut found) = first.strip_from(found) else { return false };
        let Some((last, middle)) = rest.split_last() else { return found.is_empty() };
        for segment in middle {
            let Some(after) = segment.skip_to(found) else { return false };
            found = after;
        }
        last.ends(found)
    }
}

impl Segment {
    /// Returns what follows the segment at the start of the text.
    fn strip_from<'a>(&self, found: &'a str) -> Option<&'a str> {
        match self {
            Self::Text(text) => found.as_bytes().starts_with(text.needle()).then(|| found.get(text.needle().len()..)).flatten(),
            Self::Mixed(wanted) => {
                let mut chars = found.chars();
                wanted.iter().all(|wanted| chars.next().is_some_and(|c| wanted.is_none_or(|w| w == c))).then_some(chars.as_str())
            }
        }
    }

    /// Returns what follows the first place where the segment stands.
    fn skip_to<'a>(&self, found: &'a str) -> Option<&'a str> {
        match self {
            Self::Text(text) => found.get(text.find(found.as_bytes())? + text.needle().len()..),
            Self::Mixed(_) => found.char_indices().find_map(|(at, _)| self.strip_from(found.get(at..)?)),
        }
    }

    /// Tells whether the text ends with the segment.
    fn ends(&self, found: &str) -> bool {
        match self {
            Self::Text(text) => found.as_bytes().ends_with(text.needle()),
            Self::Mixed(wanted) => {
                let mut chars = found.chars().rev();
                wanted.iter().rev().all(|wanted| chars.next().is_some_and(|c| wanted.is_none_or(|w| w == c)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Pattern {
        let part = |c: char| match c {
            '*' => PatternPart::Many,
            '?' => PatternPart::One,
            c => PatternPart::Text(c.to_string().into()),
        };
        Pattern { parts: text.chars().map(part).collect() }
    }

    fn check(wildcard: &str, found: &str, case: Case, expected: bool) {
        assert_eq!(Glob::new(&pattern(wildcard), case).matches(found), expected, "{wildcard} on {found}");
    }

    #[test]
    fn a_pattern_covers_the_whole_text() {
        check("abc", "abc", Case::Sensitive, true);
        check("abc", "abcd", Case::Sensitive, false);
        check("", "", Case::Sensitive, true);
        check("a*", "abc", Case::Sensitive, true);
        check("*c", "abc", Case::Sensitive, true);
        check("a*a", "a", Case::Sensitive, false);
        check("*b*", "abc", Case::Sensitive, true);
        check("**", "", Case::Sensitive, true);
    }

    #[test]
    fn a_question_mark_is_one_character() {
        check("?:\\*", "c:\\x", Case::Sensitive, true);
        check("a?c", "aéc", Case::Sensitive, true);
        check("*a?", "aab", Case::Sensitive, true);
        check("a?*b", "ab", Case::Sensitive, false);
    }

    #[test]
    fn case_counts_only_where_asked() {
        check("AB*", "abc", Case::Insensitive, true);
        check("AB*", "abc", Case::Sensitive, false);
    }

    #[test]
    fn many_stars_take_linear_time() {
        let text = "a".repeat(100_000);
        check(&"*a".repeat(50), &(text.clone() + "b"), Case::Sensitive, false);
        check(&"?*".repeat(50), &text, Case::Sensitive, true);
    }
}
