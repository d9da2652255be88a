//! Texts that a regular expression matches.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Alternatives tried at most.
const MOST: usize = 8;

/// Returns some texts that match, by the shortest way through each alternative.
pub(super) fn samples(regex: &str) -> Vec<String> {
    let Ok(parsed) = regex_syntax::parse(regex) else { return Vec::new() };
    let mut texts = ways(&parsed);
    texts.truncate(MOST);
    texts
}

fn ways(hir: &Hir) -> Vec<String> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => vec![String::new()],
        HirKind::Literal(literal) => vec![String::from_utf8_lossy(&literal.0).into_owned()],
        HirKind::Class(class) => vec![member(class)],
        HirKind::Repetition(repetition) => {
            let times = repetition.min.min(64) as usize;
            ways(&repetition.sub).into_iter().map(|way| way.repeat(times)).take(if times == 0 { 1 } else { MOST }).collect()
        }
        HirKind::Capture(capture) => ways(&capture.sub),
        HirKind::Alternation(alternatives) => alternatives.iter().flat_map(ways).take(MOST).collect(),
        HirKind::Concat(parts) => parts.iter().fold(vec![String::new()], |before, part| {
            let next = ways(part);
            // The first way through every part, then each other way of one part.
            let longest = before.len().max(next.len()).min(MOST);
            let pick = |list: &[String], at: usize| list.get(at).or_else(|| list.first()).cloned().unwrap_or_default();
            (0..longest).map(|at| pick(&before, at) + &pick(&next, at)).collect()
        }),
    }
}

/// A character of a class: a letter or digit if it has one.
fn member(class: &Class) -> String {
    let of_ranges = |ranges: &[(char, char)]| {
        let plain = "a0z_ .".chars().find(|c| ranges.iter().any(|(from, to)| (*from..=*to).contains(c)));
        plain
            .or_else(|| ranges.iter().find_map(|(from, _)| from.is_alphanumeric().then_some(*from)))
            .or_else(|| ranges.first().map(|r| r.0))
    };
    let found = match class {
        Class::Unicode(class) => of_ranges(&class.ranges().iter().map(|range| (range.start(), range.end())).collect::<Vec<_>>()),
        Class::Bytes(class) => {
            of_ranges(&class.ranges().iter().map(|range| (char::from(range.start()), char::from(range.end()))).collect::<Vec<_>>())
        }
    };
    found.map(String::from).unwrap_or_default()
}
