//! Regular expressions in Lucene's syntax, from the syntax of `regex` (elastic.co, "Regular expression syntax").
//!
//! The expression is taken apart and written anew, so that nothing means something else there: Lucene's expressions cover the whole
//! text, know no anchors, no look-around and no classes of other scripts, and have operators (`@`, `&`, `~`, `<`, `#`, `"`) that others
//! have not. The way in is `functions::lucene_regex`.

use crate::functions::lucene_regex::from_lucene;
use crate::ir::{Case, ExprKind, FieldRef, Matcher};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look, Repetition};
use std::fmt::Write as _;
use std::sync::LazyLock;

/// Characters with a meaning in Lucene.
const RESERVED: &str = r#".?+*|{}[]()"\#@&<>~^$-"#;
/// What `\s` stands for in Lucene.
const BLANKS: [char; 4] = ['\t', '\n', '\r', ' '];
/// Ranges of a class that are written out at most.
const MOST_RANGES: usize = 40;
/// Classes that Lucene has by name, over all scripts. There they hold no letters, digits and blanks beyond ASCII.
static NAMED: LazyLock<Vec<(&str, ClassUnicode)>> = LazyLock::new(|| {
    let class = |name| match regex_syntax::parse(name).ok()?.into_kind() {
        HirKind::Class(Class::Unicode(class)) => Some((name, class)),
        _ => None,
    };
    [r"\w", r"\W", r"\d", r"\D", r"\s", r"\S"].into_iter().filter_map(class).collect()
});

/// A test of a field by an expression in Lucene's syntax, which covers the whole value.
pub(crate) fn matching(field: FieldRef, pattern: &str, case: Case) -> ExprKind {
    match from_lucene(pattern, case) {
        Ok(regex) => ExprKind::Match { field, matcher: Matcher::Regex { regex: regex.into(), anchored: true, case } },
        Err(fault) => ExprKind::Opaque { text: pattern.into(), code: fault.code() },
    }
}

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
pub(in crate::lang) fn into_lucene(regex: &str, anchored: bool, case: Case) -> Option<Written> {
    // What Lucene reads as it stands stays as it was written.
    let as_it_is = respelled(regex.strip_prefix("(?s)").unwrap_or(regex));
    if anchored && from_lucene(&as_it_is, case).as_deref() == Ok(regex) {
        return Some(Written { text: as_it_is, any_case: case == Case::Insensitive, ascii: false });
    }
    let (body, folds) = match regex.strip_prefix("(?i)") {
        Some(rest) => (rest, true),
        None => (regex, case == Case::Insensitive),
    };
    let parsed = |folds| ParserBuilder::new().case_insensitive(folds).build().parse(body).ok();
    if !folds {
        return whole(parsed(false)?, anchored, Letters::Cased);
    }
    // Read with case, letters stay as they are written; that is the same where no part says otherwise for itself.
    let plain = Some(parsed(false)?).filter(|hir| !has_own_flags(body) && is_even(hir));
    match plain {
        Some(plain) => whole(plain, anchored, Letters::Folded),
        None => whole(parsed(true)?, anchored, Letters::Unfolded).or_else(|| whole(parsed(true)?, anchored, Letters::Cased)),
    }
}

/// Writes what has another spelling in Lucene: its operators as characters, its class of blanks.
fn respelled(regex: &str) -> String {
    let regex = regex.replace(r"[ \t\n\r]", r"\s").replace(r"[^ \t\n\r]", r"\S");
    let (mut out, mut in_class) = (String::with_capacity(regex.len()), false);
    let mut rest = regex.chars();
    while let Some(c) = rest.next() {
        in_class = (in_class || c == '[') && c != ']';
        if !in_class && matches!(c, '"' | '#' | '@' | '&' | '~' | '<' | '>') {
            out.push('\\');
        }
        out.push(c);
        if c == '\\' {
            out.extend(rest.next());
        }
    }
    out
}

/// Tells whether a group sets the flag for case.
fn has_own_flags(regex: &str) -> bool {
    regex.match_indices("(?").any(|(at, _)| {
        let flags = regex.get(at + 2..).unwrap_or_default();
        flags.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').any(|c| c == 'i')
    })
}

/// Tells whether each class has its letters in both cases, and no letter is one that Lucene does not fold.
fn is_even(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => {
            let mut folded = class.clone();
            folded.case_fold_simple();
            ('A'..='Z').chain('a'..='z').all(|letter| holds(class, letter) == holds(&folded, letter))
        }
        HirKind::Literal(literal) => literal.0.is_ascii(),
        HirKind::Repetition(repetition) => is_even(&repetition.sub),
        HirKind::Capture(capture) => is_even(&capture.sub),
        HirKind::Concat(items) | HirKind::Alternation(items) => items.iter().all(is_even),
        HirKind::Class(Class::Bytes(_)) | HirKind::Look(_) | HirKind::Empty => true,
    }
}

fn holds(class: &ClassUnicode, c: char) -> bool {
    class.ranges().iter().any(|range| (range.start()..=range.end()).contains(&c))
}

/// What becomes of letters.
#[derive(Clone, Copy, PartialEq)]
enum Letters {
    /// Lucene compares them with case.
    Cased,
    /// Lucene folds those of ASCII, outside ranges.
    Folded,
    /// Lucene folds them too, and the expression was read so: where both cases are meant there is a class of both.
    Unfolded,
}

fn whole(parsed: Hir, anchored: bool, letters: Letters) -> Option<Written> {
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
    let mut writer = Writer { out: String::from(if starts { "" } else { ".*" }), letters, ascii: false };
    items.iter().try_for_each(|item| writer.write(item))?;
    writer.out.push_str(if ends { "" } else { ".*" });
    Some(Written { text: writer.out, any_case: letters != Letters::Cased, ascii: writer.ascii })
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

struct Writer {
    out: String,
    letters: Letters,
    ascii: bool,
}

impl Writer {
    fn write(&mut self, hir: &Hir) -> Option<()> {
        match hir.kind() {
            HirKind::Empty => self.out.push_str("()"),
            HirKind::Literal(literal) => {
                let text = std::str::from_utf8(&literal.0).ok()?;
                if self.letters == Letters::Unfolded && text.contains(|c: char| c.is_ascii_alphabetic()) {
                    return None;
                }
                text.chars().for_each(|c| push(c, &mut self.out));
            }
            HirKind::Class(Class::Unicode(class)) => match (named(class), folded_letter(class)) {
                (Some(name), _) => {
                    self.ascii = true;
                    self.out.push_str(name);
                }
                (None, Some(letter)) if self.letters != Letters::Cased => self.out.push(letter),
                _ => self.class(class)?,
            },
            HirKind::Class(Class::Bytes(_)) | HirKind::Look(_) => return None,
            HirKind::Repetition(repetition) => self.repetition(repetition)?,
            HirKind::Capture(capture) => self.group(&capture.sub)?,
            HirKind::Concat(items) => items.iter().try_for_each(|item| self.write(item))?,
            HirKind::Alternation(items) => {
                self.out.push('(');
                for (at, item) in items.iter().enumerate() {
                    self.out.push_str(if at == 0 { "" } else { "|" });
                    self.write(item)?;
                }
                self.out.push(')');
            }
        }
        Some(())
    }

    fn group(&mut self, inner: &Hir) -> Option<()> {
        if matches!(inner.kind(), HirKind::Alternation(_) | HirKind::Empty) {
            return self.write(inner);
        }
        self.out.push('(');
        self.write(inner)?;
        self.out.push(')');
        Some(())
    }

    fn repetition(&mut self, repetition: &Repetition) -> Option<()> {
        match repetition.sub.kind() {
            HirKind::Class(_) | HirKind::Capture(_) | HirKind::Alternation(_) => self.write(&repetition.sub)?,
            HirKind::Literal(literal) if std::str::from_utf8(&literal.0).is_ok_and(|text| text.chars().count() == 1) => {
                self.write(&repetition.sub)?;
            }
            _ => self.group(&repetition.sub)?,
        }
        match (repetition.min, repetition.max) {
            (0, None) => self.out.push('*'),
            (1, None) => self.out.push('+'),
            (0, Some(1)) => self.out.push('?'),
            (min, None) => write!(self.out, "{{{min},}}").ok()?,
            (min, Some(max)) if min == max => write!(self.out, "{{{min}}}").ok()?,
            (min, Some(max)) => write!(self.out, "{{{min},{max}}}").ok()?,
        }
        Some(())
    }

    fn class(&mut self, class: &ClassUnicode) -> Option<()> {
        let is_negated = holds(class, '\0') && holds(class, char::MAX);
        let mut written = class.clone();
        if is_negated {
            written.negate();
        }
        let names = self.taken_out(&mut written);
        match written.ranges() {
            // Lucene's own class of blanks.
            ranges if ranges.iter().flat_map(|range| range.start()..=range.end()).eq(BLANKS) => {
                self.out.push_str(if is_negated { r"\S" } else { r"\s" });
            }
            // Lucene's `.` takes every character.
            [] if is_negated && names.is_empty() => self.out.push('.'),
            [] if names.is_empty() => self.out.push('#'),
            ranges if ranges.len() > MOST_RANGES => return None,
            ranges => {
                self.out.push_str(if is_negated { "[^" } else { "[" });
                self.out.push_str(&names);
                ranges.iter().for_each(|range| self.range(*range, &written));
                self.out.push(']');
            }
        }
        Some(())
    }

    /// Takes the classes that have a name out of a larger one, and returns their names.
    fn taken_out(&mut self, class: &mut ClassUnicode) -> String {
        let mut names = String::new();
        for (name, known) in NAMED.iter() {
            let mut left = known.clone();
            left.difference(class);
            if left.ranges().is_empty() {
                class.difference(known);
                names.push_str(name);
                self.ascii = true;
            }
        }
        names
    }

    /// One letter of a range keeps its case, one alone does not where case counts not.
    fn range(&mut self, range: ClassUnicodeRange, class: &ClassUnicode) {
        let (first, last) = (range.start(), range.end());
        let other = if first.is_ascii_lowercase() { first.to_ascii_uppercase() } else { first.to_ascii_lowercase() };
        push(first, &mut self.out);
        if first != last || (self.letters != Letters::Cased && !holds(class, other)) {
            self.out.push('-');
            push(last, &mut self.out);
        }
    }
}

/// The name of a class over all scripts.
fn named(class: &ClassUnicode) -> Option<&'static str> {
    NAMED.iter().find(|(_, known)| known == class).map(|(name, _)| *name)
}

/// The ASCII letter that a class holds in both cases, and nothing else.
fn folded_letter(class: &ClassUnicode) -> Option<char> {
    let letter = class.ranges().iter().map(ClassUnicodeRange::start).find(char::is_ascii_lowercase)?;
    let mut folded = ClassUnicode::new([ClassUnicodeRange::new(letter, letter)]);
    folded.case_fold_simple();
    (folded == *class).then_some(letter)
}

/// Writes a text as the expression that it alone satisfies.
pub(in crate::lang) fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| push(c, &mut out));
    out
}

fn push(c: char, out: &mut String) {
    if RESERVED.contains(c) {
        out.push('\\');
    }
    out.push(c);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(regex: &str, anchored: bool, expected: Option<&str>) {
        let written = into_lucene(regex, anchored, Case::Sensitive);
        let shown = written.map(|written| format!("{}{}", if written.any_case { "~" } else { "" }, written.text));
        assert_eq!(shown.as_deref(), expected, "{regex}");
    }

    #[test]
    fn expressions_cover_the_whole_text() {
        check("abc", false, Some(".*abc.*"));
        check("^abc", false, Some("abc.*"));
        check("^abc$", false, Some("abc"));
        check("a|b", false, Some(".*[a-b].*"));
        check("ab|cd", false, Some(".*(ab|cd).*"));
        check("ab|cd", true, Some("ab|cd"));
    }

    #[test]
    fn what_lucene_would_take_for_an_operator_is_escaped() {
        check(r"a@b&~c<1>#", true, Some(r"a\@b\&\~c\<1\>\#"));
        check(r"[^\\/]+\.exe", true, Some(r"[^\\/]+\.exe"));
        check(r"\d{2,3}x{4}", true, Some(r"\d{2,3}x{4}"));
        check(r"[\w-]x[^\s,]", true, Some(r"[\w\-]x[^\s,]"));
        check(r"[0-9]{2,3}x{4}(?:ab)*", true, Some(r"[0-9]{2,3}x{4}(ab)*"));
    }

    #[test]
    fn what_lucene_reads_as_it_stands_stays() {
        check("[b-ca](x|y)+", true, Some("[b-ca](x|y)+"));
        check("(?s)a.*[zy]", true, Some("a.*[zy]"));
        check(r"(W|R)[ \t\n\r]<[@<]", true, Some(r"(W|R)\s\<[@<]"));
    }

    #[test]
    fn a_dot_takes_line_breaks_only_where_it_did() {
        check("(?s)a.c", true, Some("a.c"));
        check("a.c", true, Some("a[^\n]c"));
        check(r"(?-u:\s)x[^ \t\n\r]", true, None);
        check(r"[ \t\n\r]x[^ \t\n\r]", true, Some(r"\sx\S"));
    }

    #[test]
    fn letters_of_any_case_stay_so() {
        check("(?i)Abc", true, Some("~Abc"));
        check("(?i)X[a-f]", true, Some("~x[A-Fa-f]"));
        check("(?i)x[^A]", true, Some("~x[^Aa]"));
        check("(?i)x(?-i:[a-f])", true, Some("~x[a-f]"));
        check("(?i)x(?-i:[a])", true, Some("[Xx]a"));
        check("a(?i:b)", true, Some("a[Bb]"));
        check("(?i)é", true, Some("~[Éé]"));
    }

    #[test]
    fn only_classes_of_every_script_lose_some() {
        let ascii = |regex| into_lucene(regex, true, Case::Sensitive).unwrap().ascii;
        assert!(ascii(r"\w+"));
        assert!(!ascii(r"C:\\windows"));
        assert!(!ascii("[0-9A-Z_a-z]"));
    }

    #[test]
    fn boundaries_and_inner_anchors_have_no_form() {
        check(r"\bcmd\b", false, None);
        check(r"^a|b$", false, None);
        check(r"a(?=b)", false, None);
    }

    #[test]
    fn what_is_written_is_read_as_it_was() {
        for regex in ["a[^\n]c", r"x{2,}[a-f]@<", "(?s)a.*b", r"(ab|c)+?d", r"[\-\]\[^]", "a&&b~c"] {
            let written = into_lucene(regex, true, Case::Sensitive).unwrap().text;
            let read = from_lucene(&written, Case::Sensitive).unwrap();
            assert_eq!(into_lucene(&read, true, Case::Sensitive).unwrap().text, written, "{regex}");
        }
    }
}
