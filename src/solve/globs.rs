//! Tests on one text, and which of them imply or exclude which other.

use crate::eval::matching::{WildcardPattern, matches_value};
use crate::ir::text::{fold, test};
use crate::ir::{Case, Matcher, Pattern, PatternPart, StringTest, Value, regexes};
use regex::Regex;
use std::sync::Arc;

/// Stands for whatever a wildcard stands for: a letter without case that no rule is written with.
const LETTER: char = '\u{A015}';
/// Stands for whatever lies beyond the edge of a term.
const BREAK: char = '\u{2}';

/// A test on a text.
#[derive(Debug)]
pub(super) struct TextTest {
    kind: Kind,
    case: Case,
    /// A text that every text passing the test looks like: wildcards are replaced by [`LETTER`] or [`BREAK`].
    shape: Option<String>,
}

#[derive(Debug)]
enum Kind {
    Exact(String),
    Glob { pattern: Pattern, compiled: WildcardPattern },
    Term { test: StringTest, needle: String },
    Regex(Box<Regex>),
    Analysed(Matcher),
}

/// How two tests on one text relate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Law {
    /// Where the first holds the second holds.
    Implies,
    /// They never hold together.
    Excludes,
}

impl TextTest {
    /// Equality with a text.
    pub(super) fn exact(text: &str, case: Case) -> Self {
        Self { kind: Kind::Exact(text.to_owned()), case, shape: Some(text.to_owned()) }
    }

    /// A wildcard pattern over the whole text.
    pub(super) fn glob(pattern: &Pattern, case: Case) -> Self {
        if let Some(text) = literal(pattern) {
            return Self::exact(&text, case);
        }
        let shape = pattern.parts.iter().map(|part| match part {
            PatternPart::Text(text) => text.to_string(),
            PatternPart::Many | PatternPart::One => LETTER.to_string(),
        });
        let shape = Some(shape.collect());
        Self { kind: Kind::Glob { pattern: pattern.clone(), compiled: WildcardPattern::new(pattern, case) }, case, shape }
    }

    /// One of Kusto's string tests.
    pub(super) fn of(kind: StringTest, needle: &str, case: Case) -> Option<Self> {
        let text = || PatternPart::Text(Arc::from(needle));
        let parts = match kind {
            StringTest::Contains => vec![PatternPart::Many, text(), PatternPart::Many],
            StringTest::StartsWith => vec![text(), PatternPart::Many],
            StringTest::EndsWith => vec![PatternPart::Many, text()],
            StringTest::Regex => return Self::regex(needle, false, case),
            StringTest::Has | StringTest::HasPrefix | StringTest::HasSuffix => {
                let after = if kind == StringTest::HasPrefix { LETTER } else { BREAK };
                let before = if kind == StringTest::HasSuffix { LETTER } else { BREAK };
                let shape = Some(format!("{before}{needle}{after}"));
                return Some(Self { kind: Kind::Term { test: kind, needle: needle.to_owned() }, case, shape });
            }
        };
        Some(Self::glob(&Pattern { parts }, case))
    }

    /// A regular expression.
    pub(super) fn regex(regex: &str, anchored: bool, case: Case) -> Option<Self> {
        let whole = if anchored { format!(r"\A(?:{regex})\z") } else { regex.to_owned() };
        let built = regexes::compiled(&whole, case).ok()?;
        Some(Self { kind: Kind::Regex(Box::new(built)), case: Case::Sensitive, shape: None })
    }

    /// A matcher of analysed text.
    pub(super) fn analysed(matcher: &Matcher) -> Self {
        Self { kind: Kind::Analysed(matcher.clone()), case: Case::Insensitive, shape: None }
    }

    /// Returns the one text, up to case, that passes.
    pub(super) fn only(&self) -> Option<&str> {
        if let Kind::Exact(text) = &self.kind { Some(text) } else { None }
    }

    fn holds(&self, found: &str) -> bool {
        match &self.kind {
            Kind::Exact(text) if self.case == Case::Sensitive => text == found,
            Kind::Exact(text) => crate::ir::text::equals_folded(text, found),
            Kind::Glob { compiled, .. } => compiled.matches(found),
            Kind::Term { test: kind, needle } => test(*kind, self.case, found, needle),
            Kind::Regex(regex) => regex.is_match(found),
            Kind::Analysed(matcher) => matches_value(matcher, &Value::string(found), 0),
        }
    }

    /// Returns the law between this test and another, where there is one that can be told.
    pub(super) fn law(&self, other: &Self) -> Option<Law> {
        let shape = self.shape.as_deref()?;
        // Variants of case pass a test that does not look at case, so that a test that does look must not see any in the shape.
        let seen_alike = self.case == Case::Sensitive || other.case == Case::Insensitive || has_no_case(shape);
        if self.only().is_some() && seen_alike {
            return Some(if other.holds(shape) { Law::Implies } else { Law::Excludes });
        }
        if seen_alike && other.sees_shapes() && other.holds(shape) {
            return Some(Law::Implies);
        }
        self.parts_ways(other).then_some(Law::Excludes)
    }

    /// Tells whether passing on a shape means passing on every text of that shape: nothing in the test matches a stand-in but `*`.
    fn sees_shapes(&self) -> bool {
        match &self.kind {
            Kind::Exact(text) => !text.contains([LETTER, BREAK]),
            Kind::Glob { pattern, .. } => pattern.parts.iter().all(|part| match part {
                PatternPart::Text(text) => !text.contains([LETTER, BREAK]),
                PatternPart::Many => true,
                PatternPart::One => false,
            }),
            Kind::Term { needle, .. } => !needle.is_empty() && !needle.contains([LETTER, BREAK]),
            Kind::Regex(_) | Kind::Analysed(_) => false,
        }
    }

    /// Tells whether the two ask for different beginnings or different endings.
    fn parts_ways(&self, other: &Self) -> bool {
        let (Some((head, tail)), Some((other_head, other_tail))) = (self.ends(), other.ends()) else { return false };
        let folded = self.case == Case::Insensitive || other.case == Case::Insensitive;
        let ready = |text: &str| if folded { fold(text).into_owned() } else { text.to_owned() };
        let differs = |a: &str, b: &str, backwards: bool| {
            let (a, b) = (ready(a), ready(b));
            if backwards {
                a.chars().rev().zip(b.chars().rev()).any(|(a, b)| a != b)
            } else {
                a.chars().zip(b.chars()).any(|(a, b)| a != b)
            }
        };
        differs(head, other_head, false) || differs(tail, other_tail, true)
    }

    /// The texts that everything passing begins and ends with.
    fn ends(&self) -> Option<(&str, &str)> {
        match &self.kind {
            Kind::Exact(text) => Some((text, text)),
            Kind::Glob { pattern, .. } => Some((edge(pattern.parts.first()), edge(pattern.parts.last()))),
            _ => None,
        }
    }
}

fn edge(part: Option<&PatternPart>) -> &str {
    match part {
        Some(PatternPart::Text(text)) => text,
        _ => "",
    }
}

/// Returns the text of a pattern without wildcards.
fn literal(pattern: &Pattern) -> Option<String> {
    let piece = |part: &PatternPart| if let PatternPart::Text(text) = part { Some(text.to_string()) } else { None };
    pattern.parts.iter().map(piece).collect()
}

fn has_no_case(text: &str) -> bool {
    text.chars().all(|c| c.to_lowercase().eq(c.to_uppercase()))
}
