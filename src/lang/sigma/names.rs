//! Which selections a name pattern of a condition means.

/// Tells whether `1 of pattern` counts the selection; `None` stands for `them`, which leaves out names that begin with `_`
/// (<https://sigmahq.io/sigma-specification/specification/sigma-rules-specification.html#condition>).
pub fn is_meant(name: &str, pattern: Option<&str>) -> bool {
    let Some(pattern) = pattern else { return !name.starts_with('_') };
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let Some(last) = pieces.next_back() else { return rest.is_empty() };
    for piece in pieces {
        let Some((_, after)) = rest.split_once(piece) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::is_meant;

    #[test]
    fn a_star_stands_anywhere() {
        for (name, pattern, expected) in [
            ("selection_a", "selection_*", true),
            ("selection", "selection", true),
            ("selections", "selection", false),
            ("a_filter_b", "*filter*", true),
            ("aXbXa", "a*a*a", false),
            ("ab", "a*b", true),
        ] {
            assert_eq!(is_meant(name, Some(pattern)), expected, "{name} {pattern}");
        }
        assert!(!is_meant("_private", None) && is_meant("public", None));
    }
}
