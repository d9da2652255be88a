//! Regular expressions of the modifier `re`: PCRE (sigma-modifiers-specification, "Regular expression modifiers") to the syntax of the
//! `regex` crate and back.
//!
//! It mends what both syntaxes accept and read in different ways, and braces. What only PCRE has (look-around, back references) stays as
//! it is and is refused where it would run.

use regex_syntax::ast::{self, Ast};
use std::iter::Peekable;
use std::str::Chars;

/// Returns the same expression in the syntax of the `regex` crate.
pub(super) fn from_pcre(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\\' => escape(&mut rest, &mut out),
            '[' => class(&mut rest, &mut out),
            '{' => brace(&mut rest, &mut out),
            c => out.push(c),
        }
    }
    out
}

/// An escaped sign is itself; in Rust's syntax `\<` and `\>` are boundaries of words, and so is `\b{…}`.
fn escape(rest: &mut Peekable<Chars<'_>>, out: &mut String) {
    match rest.next() {
        Some(sign @ ('<' | '>')) => out.push(sign),
        Some('b') if rest.peek() == Some(&'{') => out.push_str(r"(?:\b)"),
        Some(c) => out.extend(['\\', c]),
        None => out.push('\\'),
    }
}

/// A class: brackets, `&&`, `--` and `~~` are members there, where Rust's syntax nests and combines classes.
fn class(rest: &mut Peekable<Chars<'_>>, out: &mut String) {
    out.push('[');
    out.extend(rest.next_if_eq(&'^'));
    if rest.next_if_eq(&']').is_some() {
        out.push_str(r"\]");
    }
    while let Some(c) = rest.next() {
        match c {
            ']' => {
                out.push(']');
                return;
            }
            '\\' => escape(rest, out),
            // `[:alpha:]`
            '[' if rest.peek() == Some(&':') && rest.clone().skip(1).find(|c| !c.is_ascii_lowercase() && *c != '^') == Some(':') => {
                out.push('[');
                out.extend(rest.by_ref().take_while(|c| *c != ']'));
                out.push(']');
            }
            '[' => out.push_str(r"\["),
            '&' | '~' | '-' if rest.peek() == Some(&c) => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
}

/// A brace that begins no repetition is itself.
fn brace(rest: &mut Peekable<Chars<'_>>, out: &mut String) {
    let inner: String = rest.clone().take_while(|c| *c != '}').take(24).collect();
    let is_closed = rest.clone().nth(inner.chars().count()) == Some('}');
    let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    let (least, most) = inner.split_once(',').map_or((inner.as_str(), None), |(least, most)| (least, Some(most)));
    let counts = is_closed && is_number(least) && most.is_none_or(is_number) && (!least.is_empty() || most.is_some_and(|m| !m.is_empty()));
    match (counts, least) {
        (false, _) => out.push_str(r"\{"),
        // At least none (`{,3}`: PCRE2 10.43, Python).
        (true, "") => out.push_str("{0"),
        (true, _) => out.push('{'),
    }
}

/// Tells whether an expression means the same in PCRE: it combines no classes and has no boundaries that PCRE writes otherwise.
pub(super) fn is_pcre(regex: &str) -> bool {
    struct Finder;
    impl ast::Visitor for Finder {
        type Output = ();
        type Err = ();
        fn finish(self) -> Result<(), ()> {
            Ok(())
        }
        fn visit_pre(&mut self, node: &Ast) -> Result<(), ()> {
            use ast::AssertionKind::{EndLine, EndText, NotWordBoundary, StartLine, StartText, WordBoundary};
            match node {
                Ast::Assertion(place) => match place.kind {
                    StartLine | EndLine | StartText | EndText | WordBoundary | NotWordBoundary => Ok(()),
                    _ => Err(()),
                },
                _ => Ok(()),
            }
        }
        fn visit_class_set_item_pre(&mut self, item: &ast::ClassSetItem) -> Result<(), ()> {
            if matches!(item, ast::ClassSetItem::Bracketed(_)) { Err(()) } else { Ok(()) }
        }
        fn visit_class_set_binary_op_pre(&mut self, _: &ast::ClassSetBinaryOp) -> Result<(), ()> {
            Err(())
        }
    }
    // What cannot be read (look-around of a Sigma rule) is no expression of Rust's own.
    ast::parse::Parser::new().parse(regex).map_or(true, |parsed| ast::visit(&parsed, Finder).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, expected: &str) {
        assert_eq!(from_pcre(pattern), expected, "{pattern}");
        assert_eq!(from_pcre(expected), expected, "{pattern}, read again");
        assert!(is_pcre(expected), "{pattern}");
    }

    #[test]
    fn escaped_signs_are_themselves() {
        check(r"\<script\>", "<script>");
        check(r"[\<a]\\<", r"[<a]\\<");
        check(r"\d+\.exe\b", r"\d+\.exe\b");
    }

    #[test]
    fn members_of_classes_combine_nothing() {
        check("[[a&&b--c]+", r"[\[a\&&b\--c]+");
        check("[]a][^]b]", r"[\]a][^\]b]");
        check("[[:alpha:]_]", "[[:alpha:]_]");
    }

    #[test]
    fn braces_that_count_nothing_are_themselves() {
        check("${env:x}{2}", r"$\{env:x}{2}");
        check("a{2,}b{,3}c{1,2}", "a{2,}b{0,3}c{1,2}");
        check("a{x{", r"a\{x\{");
    }

    #[test]
    fn what_only_rust_has_is_no_pcre() {
        for regex in ["[a&&b]", "[a[bc]]", r"\<a", r"\b{start}a", "[a--b]"] {
            assert!(!is_pcre(regex), "{regex}");
        }
        assert!(is_pcre(r"(?i)^a\b[^\w]$"));
    }
}
