//! Lucene's regular expressions in the syntax of the `regex` crate, with all of Lucene's optional operators on
//! (elastic.co, "Regular expression syntax"; the grammar is that of `org.apache.lucene.util.automaton.RegExp`).
//!
//! They cover the whole text; `^`, `$`, `\b` and flags are no operators there, and `"…"`, `@`, `#`, `~`, `&` and `<` are. It reads; the
//! way back is `lang::lucene_regex`.

use crate::ir::Case;
use std::iter::Peekable;
use std::str::Chars;

/// Groups in each other, and repetitions of repetitions, at most.
const MOST_NESTED: usize = 64;
/// A class without members.
const NOTHING: &str = "[a&&b]";

/// The code of an expression that Elasticsearch refuses.
pub const BROKEN: &str = "broken-lucene-regex";

/// Why an expression cannot run.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// Elasticsearch refuses it, for the reason given.
    Broken(String),
    /// One of Lucene's own operators, which is not run here.
    NotRun(char),
}

impl Fault {
    /// Returns the code of the refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Broken(_) => BROKEN,
            Self::NotRun(_) => "lucene-operator-not-run",
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Broken(reason) => write!(f, "{reason}"),
            Self::NotRun(operator) => write!(f, "Lucene's operator `{operator}` is not run"),
        }
    }
}

/// Returns the same expression in the syntax of the `regex` crate, to be anchored at both ends and compiled with the case given.
///
/// # Errors
/// What Elasticsearch refuses, and Lucene's operators that cannot be run.
pub fn from_lucene(pattern: &str, case: Case) -> Result<String, Fault> {
    let mut reader =
        Reader { rest: pattern.chars().peekable(), out: String::new(), folds: case == Case::Insensitive, dots: false, depth: 0 };
    if !pattern.is_empty() {
        reader.union()?;
    }
    if reader.rest.next().is_some() {
        return broken("a `)` closes no group");
    }
    // `.` is any character, line breaks too.
    Ok(if reader.dots { format!("(?s){}", reader.out) } else { reader.out })
}

/// Returns the first character of an expression that Lucene takes for an operator of its own, outside of classes and escapes.
pub fn operator_in(pattern: &str) -> Option<char> {
    let mut in_class = false;
    let mut rest = pattern.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => drop(rest.next()),
            '[' => in_class = true,
            ']' => in_class = false,
            '"' | '#' | '@' | '&' | '~' | '<' if !in_class => return Some(c),
            _ => {}
        }
    }
    None
}

fn broken<T>(reason: impl Into<String>) -> Result<T, Fault> {
    Err(Fault::Broken(reason.into()))
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    out: String,
    folds: bool,
    /// Whether there is a `.`.
    dots: bool,
    depth: usize,
}

impl Reader<'_> {
    fn union(&mut self) -> Result<(), Fault> {
        loop {
            self.concatenation()?;
            if self.rest.next_if_eq(&'|').is_none() {
                return Ok(());
            }
            self.out.push('|');
        }
    }

    /// Where an operand is due every sign but an operator's is a character, `*` and `|` too; an empty alternative is none.
    fn concatenation(&mut self) -> Result<(), Fault> {
        loop {
            self.repetition()?;
            match self.rest.peek() {
                None | Some(')' | '|') => return Ok(()),
                Some('&') => return Err(Fault::NotRun('&')),
                Some(_) => {}
            }
        }
    }

    /// A sign behind a repetition repeats that one; in Rust's syntax it would make it lazy.
    fn repetition(&mut self) -> Result<(), Fault> {
        let start = self.out.len();
        let mut is_several = self.operand()?;
        let mut times = 0;
        while let Some(sign) = self.rest.next_if(|c| matches!(c, '?' | '*' | '+' | '{')) {
            times += 1;
            if times > MOST_NESTED {
                return broken("too many repetitions of repetitions");
            }
            if is_several {
                self.out.insert_str(start, "(?:");
                self.out.push(')');
            }
            self.out.push(sign);
            if sign == '{' {
                self.count()?;
            }
            is_several = true;
        }
        Ok(())
    }

    fn count(&mut self) -> Result<(), Fault> {
        let Some(least) = self.number()? else { return broken("a number is expected behind `{`") };
        self.out.push_str(&least.to_string());
        if self.rest.next_if_eq(&',').is_some() {
            self.out.push(',');
            if let Some(most) = self.number()? {
                if most < least {
                    return broken(format!("`{{{least},{most}}}` ends before it begins"));
                }
                self.out.push_str(&most.to_string());
            }
        }
        if self.rest.next_if_eq(&'}').is_none() {
            return broken("`}` is expected");
        }
        self.out.push('}');
        Ok(())
    }

    fn number(&mut self) -> Result<Option<u32>, Fault> {
        let digits: String = std::iter::from_fn(|| self.rest.next_if(char::is_ascii_digit)).collect();
        if digits.is_empty() {
            return Ok(None);
        }
        digits.parse().map(Some).or_else(|_| broken(format!("`{digits}` is too large a number")))
    }

    /// Reads what can be repeated; tells whether that takes a group.
    fn operand(&mut self) -> Result<bool, Fault> {
        match self.next()? {
            '~' => return Err(Fault::NotRun('~')),
            '<' => return self.automaton(),
            '[' => self.class()?,
            '(' => self.group()?,
            '"' => {
                let quoted: String = std::iter::from_fn(|| self.rest.next_if(|c| *c != '"')).collect();
                if self.rest.next().is_none() {
                    return broken("a `\"` is expected");
                }
                quoted.chars().for_each(|c| self.literal(c));
                return Ok(true);
            }
            '.' => {
                self.dots = true;
                self.out.push('.');
            }
            '@' => {
                self.dots = true;
                self.out.push_str(".*");
                return Ok(true);
            }
            '#' => self.out.push_str(NOTHING),
            '\\' => match self.escaped()? {
                Escaped::Class(class) => self.out.push_str(&format!("[{class}]")),
                Escaped::Literal(c) => self.literal(c),
            },
            c => self.literal(c),
        }
        Ok(false)
    }

    fn next(&mut self) -> Result<char, Fault> {
        self.rest.next().ok_or_else(|| Fault::Broken("it ends where more is expected".to_owned()))
    }

    fn literal(&mut self, c: char) {
        if matches!(c, '\\' | '.' | '+' | '*' | '?' | '(' | ')' | '|' | '[' | ']' | '{' | '}' | '^' | '$') {
            self.out.push('\\');
        }
        self.out.push(c);
    }

    /// `<1-9>` is a range of numbers, `<name>` an automaton of a program that uses Lucene; Elasticsearch gives none.
    fn automaton(&mut self) -> Result<bool, Fault> {
        let inner: String = std::iter::from_fn(|| self.rest.next_if(|c| *c != '>')).collect();
        if self.rest.next().is_none() {
            return broken("`<` is an operator and `>` is expected");
        }
        if inner.contains('-') { Err(Fault::NotRun('<')) } else { broken(format!("`<{inner}>` names an automaton that is not there")) }
    }

    fn group(&mut self) -> Result<(), Fault> {
        self.depth += 1;
        if self.depth > MOST_NESTED {
            return broken("too many groups in each other");
        }
        self.out.push('(');
        if self.rest.peek() != Some(&')') {
            self.union()?;
        }
        if self.rest.next_if_eq(&')').is_none() {
            return broken("`)` is expected");
        }
        self.out.push(')');
        self.depth -= 1;
        Ok(())
    }

    /// What stands behind a backslash: letters but those of the classes are an error.
    fn escaped(&mut self) -> Result<Escaped, Fault> {
        Ok(match self.next()? {
            'd' => Escaped::Class("0-9"),
            'D' => Escaped::Class("^0-9"),
            's' => Escaped::Class(r" \t\n\r"),
            'S' => Escaped::Class(r"^ \t\n\r"),
            'w' => Escaped::Class("0-9A-Z_a-z"),
            'W' => Escaped::Class("^0-9A-Z_a-z"),
            c if c.is_ascii_alphabetic() => return broken(format!(r"`\{c}` is no class of characters")),
            c => Escaped::Literal(c),
        })
    }

    /// `[…]`: the first sign is a member, whatever it is. Single letters are compared as the whole expression is, ranges always with case
    /// ("Regular expression syntax", note on `case_insensitive`).
    fn class(&mut self) -> Result<(), Fault> {
        let mut class = Class::default();
        let negated = self.rest.next_if_eq(&'^').is_some();
        loop {
            match self.next()? {
                '\\' => match self.escaped()? {
                    Escaped::Class(named) => class.named.push(named),
                    // No range begins with an escaped backslash (`RegExp.matchPredefinedCharacterClass`).
                    Escaped::Literal('\\') => class.ranges.push(('\\', '\\')),
                    Escaped::Literal(c) => self.member(c, &mut class)?,
                },
                c => self.member(c, &mut class)?,
            }
            match self.rest.peek() {
                Some(']') => break,
                None => return broken("`]` is expected"),
                Some(_) => {}
            }
        }
        self.rest.next();
        let is_uneven = self.folds && class.is_uneven();
        let open = if negated { "[^" } else { "[" };
        let written = format!("{open}{}]", class.members(is_uneven));
        self.out.push_str(&if is_uneven { format!("(?-i:{written})") } else { written });
        Ok(())
    }

    fn member(&mut self, first: char, class: &mut Class) -> Result<(), Fault> {
        if self.rest.next_if_eq(&'-').is_none() {
            class.ranges.push((first, first));
            return Ok(());
        }
        self.rest.next_if_eq(&'\\');
        let last = self.next()?;
        if first > last {
            return broken(format!("the range `{first}-{last}` ends before it begins"));
        }
        class.ranges.push((first, last));
        Ok(())
    }
}

enum Escaped {
    /// What stands between the brackets.
    Class(&'static str),
    Literal(char),
}

#[derive(Default)]
struct Class {
    named: Vec<&'static str>,
    ranges: Vec<(char, char)>,
}

impl Class {
    /// Tells whether a range holds a letter that the class has not in its other case.
    fn is_uneven(&self) -> bool {
        let holds = |c: char| self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&c));
        let turned = |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
        let letters = || ('A'..='Z').chain('a'..='z');
        self.ranges
            .iter()
            .filter(|(first, last)| first != last)
            .any(|(first, last)| letters().any(|c| (*first..=*last).contains(&c) && !holds(turned(c))))
    }

    fn members(&self, both_cases: bool) -> String {
        let mut out = String::new();
        for (first, last) in &self.ranges {
            member(*first, &mut out);
            if first != last {
                out.push('-');
                member(*last, &mut out);
            } else if both_cases && first.is_ascii_alphabetic() {
                out.push(if first.is_ascii_lowercase() { first.to_ascii_uppercase() } else { first.to_ascii_lowercase() });
            }
        }
        for named in &self.named {
            out.push_str(&if named.starts_with('^') { format!("[{named}]") } else { (*named).to_owned() });
        }
        out
    }
}

fn member(c: char, out: &mut String) {
    if matches!(c, '\\' | ']' | '[' | '^' | '-' | '&' | '~') {
        out.push('\\');
    }
    out.push(c);
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex::RegexBuilder;

    fn check(pattern: &str, expected: &str) {
        let read = from_lucene(pattern, Case::Sensitive).unwrap_or_else(|fault| format!("{}: {fault}", fault.code()));
        assert_eq!(read, expected, "{pattern}");
    }

    fn finds(pattern: &str, case: Case, text: &str) -> bool {
        let whole = format!("^(?:{})$", from_lucene(pattern, case).unwrap());
        RegexBuilder::new(&whole).case_insensitive(case == Case::Insensitive).build().unwrap().is_match(text)
    }

    #[test]
    fn anchors_and_flags_are_characters() {
        check("^a$", r"\^a\$");
        check("(?i)x", r"(\?i)x");
        check("*a|+b", r"\*a|\+b");
        check(r"\<a\>", "<a>");
    }

    #[test]
    fn operators_of_lucene_run_or_are_named() {
        check(r#""a.b"c"#, r"a\.bc");
        check(r#""ab"+"#, "(?:ab)+");
        check("a@", "(?s)a.*");
        check("#|a", "[a&&b]|a");
        check("a&b", "lucene-operator-not-run: Lucene's operator `&` is not run");
        check("a~b", "lucene-operator-not-run: Lucene's operator `~` is not run");
        check("x<1-9>", "lucene-operator-not-run: Lucene's operator `<` is not run");
    }

    #[test]
    fn operators_are_seen_outside_of_classes_and_escapes() {
        for (pattern, expected) in [("a&b", Some('&')), (r"a\&b[&@]", None), (r"[\]]@", Some('@')), ("a>b|c", None)] {
            assert_eq!(operator_in(pattern), expected, "{pattern}");
        }
    }

    #[test]
    fn what_elasticsearch_refuses_is_broken() {
        check("<script>", "broken-lucene-regex: `<script>` names an automaton that is not there");
        check(r"\bcmd", r"broken-lucene-regex: `\b` is no class of characters");
        check("(a|)", "broken-lucene-regex: `)` is expected");
        check("a)", "broken-lucene-regex: a `)` closes no group");
        check("a|", "broken-lucene-regex: it ends where more is expected");
        check("[a-]", "broken-lucene-regex: the range `a-]` ends before it begins");
        check("a{x}", "broken-lucene-regex: a number is expected behind `{`");
        check("a{3,2}", "broken-lucene-regex: `{3,2}` ends before it begins");
        check(&"(".repeat(100), "broken-lucene-regex: too many groups in each other");
        check(&format!("a{}", "+".repeat(100)), "broken-lucene-regex: too many repetitions of repetitions");
    }

    #[test]
    fn a_question_mark_behind_a_repetition_is_no_laziness() {
        check("a+?b", "(?:a+)?b");
        assert!(finds("a+?b", Case::Sensitive, "b"));
        assert!(finds("a.c", Case::Sensitive, "a\nc"));
    }

    #[test]
    fn classes_hold_ascii() {
        check(r"\d+[\w-]", r"[0-9]+[\-0-9A-Z_a-z]");
        check("[]a[&&b^]", r"[\]a\[\&\&b\^]");
        check(r"[^\D]", "[^[^0-9]]");
        check(r"[_\\-]+", r"[_\\\-]+");
        assert!(!finds(r"\d", Case::Sensitive, "٣"));
    }

    #[test]
    fn ranges_keep_their_case() {
        for (pattern, text, expected) in
            [("x[a-c]", "XB", false), ("x[a-c]", "Xb", true), ("[abc]", "B", true), ("[a-cX]", "x", true), ("[A-Za-z]x", "bX", true)]
        {
            assert_eq!(finds(pattern, Case::Insensitive, text), expected, "{pattern} on {text}");
        }
    }
}
