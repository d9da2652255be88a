//! Kusto's term tests (`has`, `hasprefix`, `hassuffix`) as regular expressions for the languages that have no terms.
//!
//! A term is a maximal run of alphanumeric characters, `_` being a boundary (`spec/kusto-semantics.md`, `dkt/has_list`).

use crate::ir::{StringTest, text::is_term_char};
use regex::escape;

const BEFORE: &str = r"(?:^|[\W_])";
const AFTER: &str = r"(?:[\W_]|$)";

/// Returns the regular expression that finds a term test's needle.
pub fn term_regex(test: StringTest, needle: &str) -> String {
    let starts = matches!(test, StringTest::Has | StringTest::HasPrefix) && needle.chars().next().is_some_and(is_term_char);
    let ends = matches!(test, StringTest::Has | StringTest::HasSuffix) && needle.chars().next_back().is_some_and(is_term_char);
    format!("{}{}{}", if starts { BEFORE } else { "" }, escape(needle), if ends { AFTER } else { "" })
}

/// Returns the term test that a regular expression of [`term_regex`] stands for, so that emitters can choose a nearer form.
pub fn term_of(regex: &str) -> Option<(StringTest, String)> {
    let (rest, starts) = regex.strip_prefix(BEFORE).map_or((regex, false), |rest| (rest, true));
    let (body, ends) = rest.strip_suffix(AFTER).map_or((rest, false), |body| (body, true));
    let test = match (starts, ends) {
        (true, true) => StringTest::Has,
        (true, false) => StringTest::HasPrefix,
        (false, true) => StringTest::HasSuffix,
        (false, false) => return None,
    };
    let needle = unescape(body)?;
    (term_regex(test, &needle) == regex).then_some((test, needle))
}

/// Undoes `regex::escape`; `None` where a character still has a meaning.
fn unescape(body: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = body.chars();
    while let Some(c) = chars.next() {
        out.push(if c == '\\' { chars.next()? } else { c });
    }
    (escape(&out) == body).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::{term_of, term_regex};
    use crate::ir::StringTest;

    #[test]
    fn a_term_regex_leads_back_to_its_test() {
        for (test, needle) in
            [(StringTest::Has, "Portal"), (StringTest::HasPrefix, "a.b"), (StringTest::HasSuffix, "x)y"), (StringTest::Has, "a b")]
        {
            assert_eq!(term_of(&term_regex(test, needle)), Some((test, needle.to_owned())));
        }
        assert_eq!(term_of("Portal"), None);
        assert_eq!(term_of(r"(?:^|[\W_])a.*b(?:[\W_]|$)"), None);
    }
}
