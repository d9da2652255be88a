//! Case folding and Kusto's string tests: terms, prefixes, suffixes, substrings.
//!
//! Regular expressions are compiled by who runs them.

use super::{Case, StringTest};
use std::borrow::Cow;

/// Folds a character's case, Unicode simple folding (k2s/0803).
pub fn fold_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    // Dashes, quotes and their like (General Punctuation) have no case, nor has what is no letter, which looking up both mappings would
    // find in ten times the time.
    if matches!(c, '\u{2010}'..='\u{205F}') || !c.is_alphabetic() {
        return c;
    }
    let upper = single(c.to_uppercase()).unwrap_or(c);
    single(upper.to_lowercase()).unwrap_or(upper)
}

fn single(mut chars: impl Iterator<Item = char>) -> Option<char> {
    let first = chars.next()?;
    chars.next().is_none().then_some(first)
}

/// Folds the case of a text.
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return if text.bytes().any(|b| b.is_ascii_uppercase()) { Cow::Owned(text.to_ascii_lowercase()) } else { Cow::Borrowed(text) };
    }
    let mut folded = text.to_ascii_lowercase();
    if folded.chars().all(|c| fold_char(c) == c) {
        return if folded == text { Cow::Borrowed(text) } else { Cow::Owned(folded) };
    }
    folded.clear();
    folded.extend(text.chars().map(fold_char));
    Cow::Owned(folded)
}

/// Tells whether two texts are the same but for case.
pub fn equals_folded(a: &str, b: &str) -> bool {
    if a.is_ascii() && b.is_ascii() { a.eq_ignore_ascii_case(b) } else { a.chars().map(fold_char).eq(b.chars().map(fold_char)) }
}

/// Tells whether a character belongs to a term: letters and digits of any script, not `_` (dkt/has_list-020).
pub fn is_term_char(c: char) -> bool {
    c.is_alphanumeric()
}

/// Runs a string test other than `Regex`, which never holds here.
pub fn test(test: StringTest, case: Case, text: &str, needle: &str) -> bool {
    match case {
        Case::Sensitive => test_exact(test, text, needle),
        Case::Insensitive => test_exact(test, &fold(text), &fold(needle)),
    }
}

/// Runs a string test on texts whose case is settled already.
pub fn test_exact(test: StringTest, text: &str, needle: &str) -> bool {
    match test {
        StringTest::Contains => text.contains(needle),
        StringTest::StartsWith => text.starts_with(needle),
        StringTest::EndsWith => text.ends_with(needle),
        StringTest::Has => has_bounded(text, needle, true, true),
        StringTest::HasPrefix => has_bounded(text, needle, true, false),
        StringTest::HasSuffix => has_bounded(text, needle, false, true),
        StringTest::Regex => false,
    }
}

/// Finds the needle where its edges, if they are term characters, are also edges of a term of the text (dkt/has_list).
fn has_bounded(text: &str, needle: &str, left: bool, right: bool) -> bool {
    let (Some(first), Some(last)) = (needle.chars().next(), needle.chars().next_back()) else { return true };
    let (left, right) = (left && is_term_char(first), right && is_term_char(last));
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find(needle)) {
        let start = from + found;
        let end = start + needle.len();
        let before = text.get(..start).and_then(|t| t.chars().next_back());
        let after = text.get(end..).and_then(|t| t.chars().next());
        let continues = left && before.is_some_and(is_term_char) || right && after.is_some_and(is_term_char);
        if !continues {
            return true;
        }
        from = start + first.len_utf8();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, kind: StringTest, needle: &str, expected: bool) {
        assert_eq!(test(kind, Case::Insensitive, text, needle), expected, "{text:?} {kind:?} {needle:?}");
    }

    #[test]
    fn terms_end_at_everything_but_letters_and_digits() {
        check("a_b", StringTest::Has, "A", true);
        check("ERROR", StringTest::Has, "err", false);
        check("éa", StringTest::Has, "a", false);
        check("x a-b y", StringTest::Has, "a-b", true);
        check("x a_b y", StringTest::Has, "a-b", false);
        check("xa b", StringTest::Has, "a ", false);
        check("anything", StringTest::Has, "", true);
        check("aab ab", StringTest::Has, "ab", true);
    }

    #[test]
    fn prefixes_and_suffixes_are_of_any_term() {
        check("one powershell.exe", StringTest::HasPrefix, "power", true);
        check("one powershell.exe", StringTest::HasPrefix, "shell", false);
        check("one powershell.exe", StringTest::HasSuffix, "shell", true);
    }

    #[test]
    fn folding_is_unicode() {
        check("MÜLLER", StringTest::Contains, "müll", true);
        assert!(equals_folded("ΣΑΣ", "σας"));
        assert_eq!(fold("CMD.EXE –Enc"), "cmd.exe –enc");
        assert_eq!(fold("ΣΑΣ X"), "σασ x");
    }
}
