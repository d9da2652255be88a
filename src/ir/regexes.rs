//! Compiled regular expressions, kept for the next time: compiling one takes a thousand times as long as trying it on a short text,
//! and evidence and checks run the same conditions again and again.
//!
//! It knows one dialect, that of the `regex` crate; the functions of the query languages translate theirs into it.

use super::Case;
use regex::{Regex, RegexBuilder};
use std::cell::RefCell;
use std::collections::HashMap;

/// Expressions at most that a thread keeps.
const MOST: usize = 512;
/// Bytes at most of a compiled expression that is kept, so that a thread keeps some 100 MB at the very worst.
const SIZE: usize = 200 << 10;

thread_local! {
    static KEPT: RefCell<HashMap<Case, HashMap<String, Regex>>> = RefCell::default();
}

/// Compiles a regular expression, or takes the one compiled before.
///
/// # Errors
/// The expression is broken, or too large for the `regex` crate.
pub fn compiled(pattern: &str, case: Case) -> Result<Regex, regex::Error> {
    let known = KEPT.with_borrow(|kept| kept.get(&case)?.get(pattern).cloned());
    if let Some(regex) = known {
        return Ok(regex);
    }
    let builder = || {
        let mut builder = RegexBuilder::new(pattern);
        builder.case_insensitive(case == Case::Insensitive);
        builder
    };
    match builder().size_limit(SIZE).build() {
        Err(regex::Error::CompiledTooBig(_)) => builder().build(),
        built => {
            let regex = built?;
            KEPT.with_borrow_mut(|kept| {
                let kept = kept.entry(case).or_default();
                if kept.len() >= MOST {
                    kept.clear();
                }
                kept.insert(pattern.to_owned(), regex.clone());
            });
            Ok(regex)
        }
    }
}

/// Tells whether an expression finds something in an empty text; a broken one does not. Most are seen to need a character, which takes
/// no compiling.
pub fn matches_empty(pattern: &str) -> bool {
    match regex_syntax::parse(pattern) {
        Ok(hir) if hir.properties().minimum_len() != Some(0) => false,
        _ => compiled(pattern, Case::Sensitive).is_ok_and(|regex| regex.is_match("")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, case: Case, text: &str, expected: bool) {
        for _ in 0..2 {
            assert_eq!(compiled(pattern, case).unwrap().is_match(text), expected, "{pattern} on {text}");
        }
    }

    #[test]
    fn an_expression_is_kept_with_its_case() {
        check("^whoami$", Case::Sensitive, "WHOAMI", false);
        check("^whoami$", Case::Insensitive, "WHOAMI", true);
        check("^whoami$", Case::Sensitive, "whoami", true);
    }

    #[test]
    fn large_expressions_compile_too() {
        check(r"^\w{60}$", Case::Sensitive, &"a".repeat(60), true);
    }

    #[test]
    fn an_empty_text_passes_what_needs_no_character() {
        for (pattern, expected) in [("a*", true), ("^$", true), (r"\b", false), ("a|", true), ("a+", false), (r"x{2}", false), ("(", false)]
        {
            assert_eq!(matches_empty(pattern), expected, "{pattern}");
        }
    }

    #[test]
    fn broken_expressions_are_errors_each_time() {
        assert!(compiled("(", Case::Sensitive).is_err());
        assert!(compiled("(", Case::Sensitive).is_err());
    }
}
