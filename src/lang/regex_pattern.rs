//! Regular expressions that say no more than a wildcard pattern, for languages without regular expressions.

use crate::ir::{Pattern, PatternPart, StringTest, text::is_term_char};

/// How the boundary of a term is written by who lowers Kusto's `has` for languages without terms.
const BEFORE_TERM: &str = r"(?:^|[\W_])";
const AFTER_TERM: &str = r"(?:[\W_]|$)";

/// A wildcard pattern in place of a regular expression.
#[derive(Debug, PartialEq)]
pub(crate) struct Nearest {
    /// The pattern, over the whole text.
    pub(crate) pattern: Pattern,
    /// Whether it matches more than the expression: the boundaries of a term are lost.
    pub(crate) wider: bool,
    /// Whether it matches across the ends of lines where the expression's `.` does not.
    pub(crate) crosses_lines: bool,
}

/// Returns the expression that finds a term test's needle (`mapping::term_regex` writes the same for predicates on fields).
pub(crate) fn escaped_term(test: StringTest, needle: &str) -> String {
    let starts = matches!(test, StringTest::Has | StringTest::HasPrefix) && needle.chars().next().is_some_and(is_term_char);
    let ends = matches!(test, StringTest::Has | StringTest::HasSuffix) && needle.chars().next_back().is_some_and(is_term_char);
    format!("{}{}{}", if starts { BEFORE_TERM } else { "" }, regex::escape(needle), if ends { AFTER_TERM } else { "" })
}

/// Returns the expression between the boundaries of a term: whether one stands before it, itself, whether one stands behind it.
pub(crate) fn term_body(regex: &str) -> Option<(bool, &str, bool)> {
    let (rest, starts) = regex.strip_prefix(BEFORE_TERM).map_or((regex, false), |rest| (rest, true));
    let (body, ends) = rest.strip_suffix(AFTER_TERM).map_or((rest, false), |body| (body, true));
    (starts || ends).then_some((starts, body, ends))
}

/// Returns the pattern that a regular expression of literals, `.`, `.*`, anchors and term boundaries stands for.
pub(crate) fn nearest(regex: &str, anchored: bool) -> Option<Nearest> {
    let mut rest = regex;
    let mut parts = Vec::new();
    let mut wider = false;
    let mut takes_line_breaks = false;
    for (flags, all) in [("(?s)", true), ("(?i)", false), ("(?is)", true), ("(?si)", true)] {
        if let Some(after) = rest.strip_prefix(flags) {
            (rest, takes_line_breaks) = (after, takes_line_breaks || all);
        }
    }
    if let Some(after) = rest.strip_prefix(BEFORE_TERM) {
        (rest, wider) = (after, true);
        parts.push(PatternPart::Many);
    } else if let Some(after) = rest.strip_prefix('^').or_else(|| rest.strip_prefix(r"\A")) {
        rest = after;
    } else if !anchored {
        parts.push(PatternPart::Many);
    }
    let mut open_end = !anchored;
    if let Some(before) = rest.strip_suffix(AFTER_TERM) {
        (rest, wider) = (before, true);
    } else if let Some(before) = rest.strip_suffix('$').filter(|before| !before.ends_with('\\')).or_else(|| rest.strip_suffix(r"\z")) {
        (rest, open_end) = (before, false);
    }
    let has_dot = body(rest, &mut parts)?;
    if open_end && parts.last() != Some(&PatternPart::Many) {
        parts.push(PatternPart::Many);
    }
    Some(Nearest { pattern: Pattern { parts }, wider, crosses_lines: has_dot && !takes_line_breaks })
}

/// Adds what stands between the anchors; tells whether there is a `.`.
fn body(regex: &str, parts: &mut Vec<PatternPart>) -> Option<bool> {
    let mut text = String::new();
    let mut has_dot = false;
    let mut chars = regex.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => text.push(chars.next().filter(|c| !c.is_alphanumeric())?),
            '.' => {
                has_dot = true;
                push_text(&mut text, parts);
                let repeat = chars.next_if(|next| matches!(next, '*' | '+'));
                parts.extend((repeat != Some('*')).then_some(PatternPart::One));
                parts.extend(repeat.map(|_| PatternPart::Many));
            }
            '^' | '$' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' => return None,
            c => {
                // A repeated character is more than a pattern can say.
                if chars.peek().is_some_and(|next| matches!(next, '*' | '+' | '?' | '{')) {
                    return None;
                }
                text.push(c);
            }
        }
    }
    push_text(&mut text, parts);
    Some(has_dot)
}

fn push_text(text: &mut String, parts: &mut Vec<PatternPart>) {
    if !text.is_empty() {
        parts.push(PatternPart::Text(std::mem::take(text).into()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(regex: &str, anchored: bool, expected: &str) {
        let shown = nearest(regex, anchored).map(|nearest| {
            let part = |part: &PatternPart| match part {
                PatternPart::Text(text) => text.to_string(),
                PatternPart::Many => "*".to_owned(),
                PatternPart::One => "?".to_owned(),
            };
            let marks = [(nearest.wider, " wider"), (nearest.crosses_lines, " lines")];
            let marks = marks.iter().filter(|(is_so, _)| *is_so).map(|(_, mark)| *mark).collect::<String>();
            nearest.pattern.parts.iter().map(part).collect::<String>() + &marks
        });
        assert_eq!(shown.as_deref().unwrap_or("none"), expected, "{regex}");
    }

    #[test]
    fn plain_expressions_are_patterns() {
        check("abc", false, "*abc*");
        check(r"(?s)^a\.b.*c$", false, "a.b*c");
        check("(?s)a.c", true, "a?c");
        check("(?is)a.+", true, "a?*");
    }

    #[test]
    fn a_dot_ends_with_its_line() {
        check("a.*c", false, "*a*c* lines");
        check("(?i)a.c", true, "a?c lines");
    }

    #[test]
    fn terms_lose_their_boundaries() {
        check(r"(?:^|[\W_])portal(?:[\W_]|$)", false, "*portal* wider");
    }

    #[test]
    fn what_a_pattern_cannot_say_stays_unsaid() {
        for regex in ["a|b", "[ab]", "a+", r"\d", "(a)", "ab?"] {
            check(regex, false, "none");
        }
    }
}
