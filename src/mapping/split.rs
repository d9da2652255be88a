//! A text that one dialect holds whole and another in two fields around its last separator: a path and its file name, a registry
//! key and its value, a domain and its user.
//!
//! It knows texts and patterns only; which fields they belong to is `predicate`'s.

use super::facts::plain;
use super::format::End;
use super::transform::merged;
use crate::ir::{Case, Matcher, Pattern, PatternPart, Value};
use regex::escape;
use std::sync::Arc;

/// A condition on each half; `None` where the half may be anything.
pub(super) struct Halves {
    /// On the text before the last separator.
    pub(super) head: Option<Matcher>,
    /// On the text behind it.
    pub(super) tail: Option<Matcher>,
}

/// Returns a matcher on texts as a pattern.
pub(super) fn pattern_of(matcher: &Matcher) -> Option<(Vec<PatternPart>, Case)> {
    match matcher {
        Matcher::Equals { value, case } => Some((vec![PatternPart::Text(Arc::from(plain(value)))], *case)),
        Matcher::Wildcard { pattern, case } => Some((pattern.parts.clone(), *case)),
        _ => None,
    }
}

/// Returns the alternatives under which a whole text matches, as conditions on its halves; `None` where patterns cannot say it.
///
/// The last separator of the text is either the last one that the pattern spells, or lies in a wildcard behind that.
pub(super) fn halves(matcher: &Matcher, separator: &str) -> Option<Vec<Halves>> {
    let (parts, case) = pattern_of(matcher)?;
    let mut found = Vec::new();
    let mut push = |head: Vec<PatternPart>, tail: Vec<PatternPart>| {
        found.push(Halves { head: of_pattern(merged(head), case), tail: of_pattern(merged(tail), case) });
    };
    for (index, part) in parts.iter().enumerate().rev() {
        let before = || parts.iter().take(index).cloned();
        let after = || parts.iter().skip(index + 1).cloned();
        match part {
            PatternPart::Text(text) => {
                if let Some((head, tail)) = text.rsplit_once(separator) {
                    let piece = |text: &str| (!text.is_empty()).then(|| PatternPart::Text(Arc::from(text)));
                    push(before().chain(piece(head)).collect(), piece(tail).into_iter().chain(after()).collect());
                    break;
                }
            }
            PatternPart::Many => {
                push(before().chain([PatternPart::Many]).collect(), std::iter::once(PatternPart::Many).chain(after()).collect());
            }
            PatternPart::One if separator.chars().count() == 1 => push(before().collect(), after().collect()),
            PatternPart::One => return None,
        }
    }
    Some(found)
}

/// Returns the matcher of a pattern; `None` for one that everything matches.
fn of_pattern(parts: Vec<PatternPart>, case: Case) -> Option<Matcher> {
    match parts.as_slice() {
        [PatternPart::Many] => None,
        [] => Some(Matcher::Equals { value: Value::string(""), case }),
        [PatternPart::Text(text)] => Some(Matcher::Equals { value: Value::string(text), case }),
        _ => Some(Matcher::Wildcard { pattern: Pattern { parts }, case }),
    }
}

/// Returns the conditions on a whole text, of which one must hold, under which its head or tail satisfies a matcher.
pub(super) fn whole_of(matcher: &Matcher, separator: &str, end: End) -> Option<Vec<Matcher>> {
    if let (Matcher::Exists | Matcher::IsNull, End::Suffix) = (matcher, end) {
        let regex = Arc::from(suffix(separator, *matcher == Matcher::Exists));
        return Some(vec![Matcher::Regex { regex, anchored: false, case: Case::Sensitive }]);
    }
    if matches!(matcher, Matcher::Exists | Matcher::IsNull) {
        return Some(vec![matcher.clone()]);
    }
    let (parts, case) = pattern_of(matcher)?;
    let spells = |part: &PatternPart| matches!(part, PatternPart::Text(text) if text.contains(separator));
    let is_last = matches!(end, End::Tail | End::Suffix);
    if is_last && parts.iter().any(spells) {
        // What stands behind the last separator holds none.
        return Some(Vec::new());
    }
    let wildcard = |parts: Vec<PatternPart>| Some(vec![Matcher::Wildcard { pattern: Pattern { parts: merged(parts) }, case }]);
    let regex = |regex: String| Some(vec![Matcher::Regex { regex: Arc::from(regex), anchored: false, case }]);
    let not_separator = if end == End::Suffix { no_part_of_path(separator) } else { format!("[^{}]", escape(separator)) };
    match (is_last, parts.as_slice()) {
        (true, [PatternPart::Text(text)]) => wildcard(vec![PatternPart::Many, PatternPart::Text(Arc::from(format!("{separator}{text}")))]),
        (true, [PatternPart::Many, PatternPart::Text(_)]) if end == End::Tail => wildcard(parts),
        (true, [PatternPart::Many, rest @ ..]) if end == End::Tail => regex(format!("{}$", body(rest, &not_separator))),
        (true, _) => regex(format!("{}{}$", escape(separator), body(&parts, &not_separator))),
        (_, [PatternPart::Many, rest @ ..]) => regex(format!("{}{}{not_separator}*$", body(rest, "."), escape(separator))),
        _ => regex(format!("^{}{}{not_separator}*$", body(&parts, "."), escape(separator))),
    }
}

/// Writes a pattern as a regular expression, in which `any` is what a wildcard takes.
fn body(parts: &[PatternPart], any: &str) -> String {
    let piece = |part: &PatternPart| match part {
        PatternPart::Text(text) => escape(text),
        PatternPart::Many => format!("{any}*"),
        PatternPart::One => any.to_owned(),
    };
    parts.iter().map(piece).collect()
}

/// A character behind the last separator of a path's last part.
fn no_part_of_path(separator: &str) -> String {
    format!(r"[^{}\\/]", escape(separator))
}

/// Returns the regular expression for paths with a suffix, which is its first group, or for those without one.
pub(super) fn suffix(separator: &str, is_there: bool) -> String {
    let rest = no_part_of_path(separator);
    if is_there { format!("{}({rest}*)$", escape(separator)) } else { format!(r"(?:^|[\\/]){rest}*$") }
}

/// Returns one side of a text's separator; `None` where the text has none and the side needs one.
pub fn part(text: &str, separator: &str, end: End) -> Option<String> {
    let (head, tail) = match end {
        End::Suffix => text.rsplit_once(separator).filter(|(_, tail)| !tail.contains(['/', '\\']))?,
        End::First | End::Last => text.split_once(separator).or((end == End::First).then_some((text, "")))?,
        End::Head | End::Tail => text.rsplit_once(separator)?,
    };
    Some(if matches!(end, End::First | End::Head) { head } else { tail }.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Halves, halves, whole_of};
    use crate::ir::{Case, Matcher, Pattern, PatternPart};
    use crate::mapping::format::End;
    use std::sync::Arc;

    fn matcher(text: &str) -> Matcher {
        let mut parts = Vec::new();
        for (n, piece) in text.split('*').enumerate() {
            if n > 0 {
                parts.push(PatternPart::Many);
            }
            if !piece.is_empty() {
                parts.push(PatternPart::Text(Arc::from(piece)));
            }
        }
        Matcher::Wildcard { pattern: Pattern { parts }, case: Case::Insensitive }
    }

    fn show(matcher: &Matcher) -> String {
        match matcher {
            Matcher::Equals { value, .. } => format!("={}", value.as_str().unwrap_or_default()),
            Matcher::Wildcard { pattern, .. } => {
                let piece = |part: &PatternPart| match part {
                    PatternPart::Text(text) => text.to_string(),
                    _ => "*".to_owned(),
                };
                pattern.parts.iter().map(piece).collect()
            }
            Matcher::Regex { regex, .. } => format!("/{regex}/"),
            other => format!("{other:?}"),
        }
    }

    fn check_halves(text: &str, expected: &[(&str, &str)]) {
        let side = |half: &Option<Matcher>| half.as_ref().map_or("any".to_owned(), show);
        let found = halves(&matcher(text), "\\").unwrap();
        let found: Vec<(String, String)> = found.iter().map(|Halves { head, tail }| (side(head), side(tail))).collect();
        let expected: Vec<(String, String)> = expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_path_falls_apart_at_every_place_where_its_last_separator_can_be() {
        check_halves(r"a\b\c", &[(r"=a\b", "=c")]);
        check_halves(r"*\Run\Foo", &[(r"*\Run", "=Foo")]);
        check_halves(r"*\Run*", &[(r"*\Run*", "any"), ("any", "Run*")]);
        check_halves(r"*\Run\*", &[(r"*\Run\*", "any"), (r"*\Run", "any")]);
        check_halves("*foo", &[("any", "*foo")]);
        check_halves("*foo*", &[("*foo*", "any"), ("any", "*foo*")]);
    }

    fn check_whole(text: &str, end: End, expected: &[&str]) {
        let found: Vec<String> = whole_of(&matcher(text), "\\", end).unwrap().iter().map(show).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_half_is_looked_for_where_it_stands_in_the_whole() {
        check_whole("cmd.exe", End::Tail, &[r"*\cmd.exe"]);
        check_whole("*.exe", End::Tail, &["*.exe"]);
        check_whole("cmd*", End::Tail, &[r"/\\cmd[^\\]*$/"]);
        check_whole("*cmd*", End::Tail, &[r"/cmd[^\\]*$/"]);
        check_whole(r"a\b", End::Tail, &[]);
        check_whole(r"C:\Windows", End::Head, &[r"/^C:\\Windows\\[^\\]*$/"]);
        check_whole(r"*\Temp*", End::Head, &[r"/\\Temp.*\\[^\\]*$/"]);
    }

    #[test]
    fn a_suffix_may_be_missing() {
        let found = |matcher: &Matcher| whole_of(matcher, ".", End::Suffix).unwrap().iter().map(show).collect::<Vec<_>>();
        assert_eq!(found(&Matcher::Exists), [r"/\.([^\.\\/]*)$/"]);
        assert_eq!(found(&Matcher::IsNull), [r"/(?:^|[\\/])[^\.\\/]*$/"]);
        assert_eq!(found(&matcher("exe")), ["*.exe"]);
        assert_eq!(found(&matcher("do*")), [r"/\.do[^\.\\/]*$/"]);
        assert_eq!(super::part("/etc/cron.d/job", ".", End::Suffix), None);
        assert_eq!(super::part(r"C:\a.b\c.EXE", ".", End::Suffix).as_deref(), Some("EXE"));
    }
}
