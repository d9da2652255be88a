//! Which conditions on one field cover which others: whatever value satisfies the narrow one satisfies the wide one too.

use super::globs::{Law, TextTest};
use crate::ir::{Matcher, Value};

/// Longer lists are made by machines, and not compared.
const MOST: usize = 500;

/// Returns pairs of a covered condition and one that covers it, by their places: the first cover of each. Of two conditions that say the
/// same the later is the covered one.
pub fn covered(matchers: &[&Matcher]) -> Vec<(usize, usize)> {
    if matchers.len() > MOST {
        return Vec::new();
    }
    let tests: Vec<Option<TextTest>> = matchers.iter().map(|matcher| test(matcher)).collect();
    let implies = |narrow: usize, wide: usize| match (tests.get(narrow), tests.get(wide)) {
        (Some(Some(narrow)), Some(Some(wide))) => narrow.law(wide) == Some(Law::Implies),
        _ => matchers.get(narrow) == matchers.get(wide),
    };
    let covers = |narrow: usize, wide: usize| narrow != wide && implies(narrow, wide) && (narrow > wide || !implies(wide, narrow));
    (0..matchers.len()).filter_map(|narrow| Some((narrow, (0..matchers.len()).find(|wide| covers(narrow, *wide))?))).collect()
}

fn test(matcher: &Matcher) -> Option<TextTest> {
    match matcher {
        Matcher::Equals { value: Value::String(text), case } => Some(TextTest::exact(text, *case)),
        Matcher::Wildcard { pattern, case } => Some(TextTest::glob(pattern, *case)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{Case, Pattern, PatternPart};

    fn check(texts: &[&str], expected: &[(usize, usize)]) {
        let part = |text: &str| if text == "*" { PatternPart::Many } else { PatternPart::Text(text.into()) };
        let pattern = |text: &str| Pattern {
            parts: text
                .split_inclusive('*')
                .flat_map(|p| {
                    p.strip_suffix('*')
                        .map_or_else(|| vec![part(p)], |t| if t.is_empty() { vec![part("*")] } else { vec![part(t), part("*")] })
                })
                .collect(),
        };
        let matchers: Vec<Matcher> = texts.iter().map(|text| Matcher::Wildcard { pattern: pattern(text), case: Case::Sensitive }).collect();
        assert_eq!(covered(&matchers.iter().collect::<Vec<_>>()), expected, "{texts:?}");
    }

    #[test]
    fn the_narrower_of_two_patterns_is_covered() {
        check(&["abc", "a*"], &[(0, 1)]);
        check(&["a*", "*b*", "ab*"], &[(2, 0)]);
        check(&["a*", "b*"], &[]);
    }

    #[test]
    fn of_equal_ones_the_later_is_covered() {
        check(&["abc", "x", "abc"], &[(2, 0)]);
        check(&["*a*", "*a*"], &[(1, 0)]);
    }
}
