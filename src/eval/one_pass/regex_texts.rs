//! Texts of which one stands in everything that a regular expression matches.

use crate::ir::text;
use regex_syntax::hir::{Class, Hir, HirKind};

/// Shorter texts tell too little.
const SHORTEST: usize = 3;
/// Texts at most.
const MOST: usize = 64;

/// Returns texts, their case folded, of which one is in every match; `None` where there are none that tell something.
pub(super) fn needed(regex: &str) -> Option<Vec<String>> {
    best(&regex_syntax::parse(regex).ok()?)
}

fn best(hir: &Hir) -> Option<Vec<String>> {
    let found = match hir.kind() {
        HirKind::Literal(_) | HirKind::Class(_) => vec![of_parts(std::iter::once(hir)).pop()?],
        HirKind::Capture(capture) => best(&capture.sub)?,
        HirKind::Repetition(repetition) if repetition.min > 0 => best(&repetition.sub)?,
        HirKind::Alternation(items) => items.iter().map(best).collect::<Option<Vec<_>>>()?.concat(),
        HirKind::Concat(items) => {
            let run = of_parts(items.iter()).into_iter().max_by_key(String::len).map(|longest| vec![longest]);
            let inner = items.iter().filter_map(best);
            run.into_iter().chain(inner).max_by_key(|texts| texts.iter().map(String::len).min())?
        }
        HirKind::Repetition(_) | HirKind::Look(_) | HirKind::Empty => return None,
    };
    (found.len() <= MOST && found.iter().all(|text| text.len() >= SHORTEST)).then_some(found)
}

/// The runs of characters that are one character each once case is folded.
fn of_parts<'h>(parts: impl Iterator<Item = &'h Hir>) -> Vec<String> {
    let mut runs = vec![String::new()];
    for part in parts {
        let piece = match part.kind() {
            HirKind::Literal(literal) => std::str::from_utf8(&literal.0).ok().map(|text| text::fold(text).into_owned()),
            HirKind::Class(class) => one_letter(class).map(String::from),
            // Places have no width.
            HirKind::Look(_) => Some(String::new()),
            _ => None,
        };
        match (piece, runs.last_mut()) {
            (Some(piece), Some(run)) => run.push_str(&piece),
            _ => runs.push(String::new()),
        }
    }
    runs
}

/// `[Aa]`, as case-insensitive expressions have it.
fn one_letter(class: &Class) -> Option<char> {
    let Class::Unicode(class) = class else { return None };
    let mut letters = class.iter().take(5).flat_map(|range| (range.start()..=range.end()).take(3)).map(text::fold_char);
    let first = letters.next()?;
    letters.all(|letter| letter == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::needed;

    fn check(regex: &str, expected: &[&str]) {
        let texts: Vec<String> = expected.iter().map(ToString::to_string).collect();
        assert_eq!(needed(regex).unwrap_or_default(), texts, "{regex}");
    }

    #[test]
    fn the_longest_run_is_needed() {
        check(r"ab\d+power\.shell$", &["power.shell"]);
        check("(?i)Power.*SHELLS", &["shells"]);
    }

    #[test]
    fn each_alternative_has_its_own() {
        check("(?:curl|wget) ", &["curl", "wget"]);
        check("abc|.*", &[]);
    }

    #[test]
    fn what_may_be_missing_is_not_needed() {
        check("(?:curl)?", &[]);
        check("(?:curl)+", &["curl"]);
        check("[ab]{5}", &[]);
    }
}
