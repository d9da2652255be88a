//! Regular expressions in Lucene's syntax, which `regex` takes (elastic.co, "Regular expression syntax").
//!
//! The expression is taken apart and written anew, so that nothing means something else there: Lucene's expressions cover the whole
//! text, know no anchors, no look-around and no classes by name, and have operators (`@`, `&`, `~`, `<`, `#`, `"`) that others have not.

use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};
use std::fmt::Write as _;

/// Characters with a meaning in Lucene.
const RESERVED: &str = r#".?+*|{}[]()"\#@&<>~^$-"#;
/// Ranges of a class that are written out at most.
const MOST_RANGES: usize = 40;
/// Classes that Lucene has by name. There they hold no letters and digits beyond ASCII.
const NAMED: &[&str] = &[r"\w", r"\W", r"\d", r"\D", r"\s", r"\S"];

/// An expression in Lucene's syntax.
#[derive(Debug, PartialEq)]
pub(in crate::lang) struct Written {
    pub(in crate::lang) text: String,
    /// Whether case counts not.
    pub(in crate::lang) any_case: bool,
    /// Whether a class holds ASCII only, where the original's holds every script.
    pub(in crate::lang) ascii: bool,
}

/// Writes an expression that covers the whole text; `None` where Lucene cannot say it.
pub(in crate::lang) fn lucene(regex: &str, anchored: bool) -> Option<Written> {
    let (regex, any_case) = regex.strip_prefix("(?i)").map_or((regex, false), |rest| (rest, true));
    let parsed = regex_syntax::Parser::new().parse(regex).ok()?;
    let mut items = match parsed.into_kind() {
        HirKind::Concat(items) => items,
        HirKind::Alternation(items) => {
            vec![Hir::capture(regex_syntax::hir::Capture { index: 0, name: None, sub: Box::new(Hir::alternation(items)) })]
        }
        HirKind::Empty => Vec::new(),
        kind => vec![rebuilt(kind)],
    };
    let mut starts = anchored;
    while items.first().is_some_and(|item| matches!(item.kind(), HirKind::Look(Look::Start))) {
        starts = true;
        items.remove(0);
    }
    let mut ends = anchored;
    while items.last().is_some_and(|item| matches!(item.kind(), HirKind::Look(Look::End))) {
        ends = true;
        items.pop();
    }
    let mut out = String::from(if starts { "" } else { ".*" });
    items.iter().try_for_each(|item| write(item, &mut out))?;
    out.push_str(if ends { "" } else { ".*" });
    Some(Written { ascii: NAMED.iter().any(|class| out.contains(class)), text: out, any_case })
}

fn rebuilt(kind: HirKind) -> Hir {
    match kind {
        HirKind::Literal(literal) => Hir::literal(literal.0),
        HirKind::Class(class) => Hir::class(class),
        HirKind::Look(look) => Hir::look(look),
        HirKind::Repetition(repetition) => Hir::repetition(repetition),
        HirKind::Capture(capture) => Hir::capture(capture),
        HirKind::Concat(items) => Hir::concat(items),
        HirKind::Alternation(items) => Hir::alternation(items),
        HirKind::Empty => Hir::empty(),
    }
}

fn write(hir: &Hir, out: &mut String) -> Option<()> {
    match hir.kind() {
        HirKind::Empty => out.push_str("()"),
        HirKind::Literal(literal) => std::str::from_utf8(&literal.0).ok()?.chars().for_each(|c| push(c, out)),
        HirKind::Class(Class::Unicode(_)) if named(hir).is_some() => out.push_str(named(hir)?),
        HirKind::Class(Class::Unicode(class)) => {
            let ranges: Vec<(char, char)> = class.ranges().iter().map(|range| (range.start(), range.end())).collect();
            write_class(&ranges, out)?;
        }
        HirKind::Class(Class::Bytes(_)) | HirKind::Look(_) => return None,
        HirKind::Repetition(repetition) => write_repetition(repetition, out)?,
        HirKind::Capture(capture) => group(&capture.sub, out)?,
        HirKind::Concat(items) => items.iter().try_for_each(|item| write(item, out))?,
        HirKind::Alternation(items) => {
            out.push('(');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { "|" });
                write(item, out)?;
            }
            out.push(')');
        }
    }
    Some(())
}

/// The name of a class over all scripts.
fn named(class: &Hir) -> Option<&'static str> {
    NAMED.iter().copied().find(|name| regex_syntax::parse(name).is_ok_and(|known| known == *class))
}

fn group(inner: &Hir, out: &mut String) -> Option<()> {
    if matches!(inner.kind(), HirKind::Alternation(_)) {
        return write(inner, out);
    }
    out.push('(');
    write(inner, out)?;
    out.push(')');
    Some(())
}

fn write_repetition(repetition: &Repetition, out: &mut String) -> Option<()> {
    match repetition.sub.kind() {
        HirKind::Class(_) | HirKind::Capture(_) | HirKind::Alternation(_) => write(&repetition.sub, out)?,
        HirKind::Literal(literal) if std::str::from_utf8(&literal.0).is_ok_and(|text| text.chars().count() == 1) => {
            write(&repetition.sub, out)?;
        }
        _ => group(&repetition.sub, out)?,
    }
    match (repetition.min, repetition.max) {
        (0, None) => out.push('*'),
        (1, None) => out.push('+'),
        (0, Some(1)) => out.push('?'),
        (min, None) => write!(out, "{{{min},}}").ok()?,
        (min, Some(max)) if min == max => write!(out, "{{{min}}}").ok()?,
        (min, Some(max)) => write!(out, "{{{min},{max}}}").ok()?,
    }
    Some(())
}

fn write_class(ranges: &[(char, char)], out: &mut String) -> Option<()> {
    match ranges {
        // `.`, with or without line breaks: Lucene's takes every character.
        [('\0', '\t'), ('\u{b}', char::MAX)] | [('\0', char::MAX)] => {
            out.push('.');
            return Some(());
        }
        [] => return None,
        _ if ranges.len() > MOST_RANGES => return None,
        _ => {}
    }
    let is_negated = ranges.first().is_some_and(|(first, _)| *first == '\0') && ranges.last().is_some_and(|(_, last)| *last == char::MAX);
    out.push_str(if is_negated { "[^" } else { "[" });
    let written: Vec<(char, char)> = if is_negated { gaps(ranges)? } else { ranges.to_vec() };
    for (first, last) in written {
        push(first, out);
        if first != last {
            out.push('-');
            push(last, out);
        }
    }
    out.push(']');
    Some(())
}

/// What lies between ranges that begin with the first character and end with the last.
fn gaps(ranges: &[(char, char)]) -> Option<Vec<(char, char)>> {
    let between = |pair: &[(char, char)]| {
        let (before, after) = (pair.first()?.1, pair.get(1)?.0);
        Some((char::from_u32(u32::from(before) + 1)?, char::from_u32(u32::from(after) - 1)?))
    };
    ranges.windows(2).map(between).collect()
}

fn push(c: char, out: &mut String) {
    if RESERVED.contains(c) {
        out.push('\\');
    }
    out.push(c);
}

#[cfg(test)]
mod tests {
    use super::lucene;

    fn check(regex: &str, anchored: bool, expected: Option<&str>) {
        assert_eq!(lucene(regex, anchored).map(|written| written.text).as_deref(), expected, "{regex}");
    }

    #[test]
    fn expressions_cover_the_whole_text() {
        check("abc", false, Some(".*abc.*"));
        check("^abc", false, Some("abc.*"));
        check("^abc$", false, Some("abc"));
        check("a|b", false, Some(".*[a-b].*"));
        check("ab|cd", false, Some(".*(ab|cd).*"));
        check("ab|cd", true, Some("(ab|cd)"));
        check("(?i)abc", true, Some("abc"));
    }

    #[test]
    fn what_lucene_would_take_for_an_operator_is_escaped() {
        check(r"a@b&~c<1>#", true, Some(r"a\@b\&\~c\<1\>\#"));
        check(r"[^\\/]+\.exe", true, Some(r"[^/\\]+\.exe"));
        check(r"\d{2,3}x{4}", true, Some(r"\d{2,3}x{4}"));
        check(r"[\w-]x", true, None);
        check(r"[0-9]{2,3}x{4}(?:ab)*", true, Some(r"[0-9]{2,3}x{4}(ab)*"));
    }

    #[test]
    fn boundaries_and_inner_anchors_have_no_form() {
        check(r"\bcmd\b", false, None);
        check(r"^a|b$", false, None);
        check(r"a(?=b)", false, None);
    }
}
