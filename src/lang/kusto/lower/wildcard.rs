//! Name patterns with `*`, and the orders of `project-reorder`.

use super::super::ast::Direction;
use crate::ir::Column;
use std::cmp::Ordering;

/// Tells whether a name matches a pattern; names are case-sensitive.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    true
}

/// Sorts columns by name as `project-reorder … asc` says.
pub(super) fn sort(columns: &mut [&Column], direction: Option<Direction>) {
    match direction {
        None => {}
        Some(Direction::Asc) => columns.sort_by_key(|c| c.name.to_lowercase()),
        Some(Direction::Desc) => columns.sort_by_key(|c| std::cmp::Reverse(c.name.to_lowercase())),
        Some(Direction::GrannyAsc) => columns.sort_by(|a, b| granny(&a.name, &b.name)),
        Some(Direction::GrannyDesc) => columns.sort_by(|a, b| granny(&b.name, &a.name)),
    }
}

/// Compares with runs of digits as numbers: `a5` before `a10`.
fn granny(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    while !a.is_empty() && !b.is_empty() {
        let (x, rest_a) = run(a);
        let (y, rest_b) = run(b);
        let order = match (x.parse::<u128>(), y.parse::<u128>()) {
            (Ok(x), Ok(y)) => x.cmp(&y),
            _ => x.to_lowercase().cmp(&y.to_lowercase()),
        };
        if order != Ordering::Equal {
            return order;
        }
        (a, b) = (rest_a, rest_b);
    }
    a.len().cmp(&b.len())
}

/// Splits off the run of digits or of other characters at the start.
fn run(text: &str) -> (&str, &str) {
    let digits = text.starts_with(|c: char| c.is_ascii_digit());
    let end = text.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_names() {
        for (pattern, name, expected) in [
            ("*", "abc", true),
            ("a*", "abc", true),
            ("*c", "abc", true),
            ("a*c", "abc", true),
            ("a*b", "abc", false),
            ("abc", "abc", true),
            ("ab", "abc", false),
            ("A*", "abc", false),
            ("a*bc*", "abc", true),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn granny_order_compares_numbers() {
        assert_eq!(granny("a5", "a10"), Ordering::Less);
        assert_eq!(granny("a10", "a10b"), Ordering::Less);
    }
}
