//! "Did you mean": the nearest name of a closed set.
//!
//! Case, `_` and plural mistakes come first because they are the ones people make; otherwise a small edit distance decides.

/// Returns the candidate most like `name`, or nothing if none is near enough to be a likely slip.
pub fn suggest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = fold(name);
    let limit = match wanted.len() {
        0..=2 => 0,
        3..=4 => 1,
        5..=8 => 2,
        _ => 3,
    };
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let within = best.map_or(limit, |(distance, _)| distance.saturating_sub(1));
        let folded = fold(candidate);
        if folded.len().abs_diff(wanted.len()) > within || candidate == name {
            continue;
        }
        if let Some(distance) = distance(&wanted, &folded, within) {
            if distance == 0 {
                return Some(candidate);
            }
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Lower-cases and drops what people forget: underscores and hyphens.
fn fold(name: &str) -> Vec<u8> {
    name.bytes().filter(|b| *b != b'_' && *b != b'-').map(|b| b.to_ascii_lowercase()).collect()
}

/// Returns the number of insertions, deletions, substitutions and swaps of neighbours (optimal string alignment), if at most `limit`.
fn distance(a: &[u8], b: &[u8], limit: usize) -> Option<usize> {
    let mut two_back: Vec<usize> = Vec::new();
    let mut back: Vec<usize> = (0..=b.len()).collect();
    let mut last_a = None;
    for (i, &x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        let mut last_b = None;
        for (j, &y) in b.iter().enumerate() {
            let at = |list: &[usize], k: usize| list.get(k).copied().unwrap_or(usize::MAX / 2);
            let mut cost = (at(&back, j) + usize::from(x != y)).min(at(&back, j + 1) + 1).min(at(&row, j) + 1);
            if last_a == Some(y) && last_b == Some(x) {
                cost = cost.min(at(&two_back, j.wrapping_sub(1)) + 1);
            }
            row.push(cost);
            last_b = Some(y);
        }
        if row.iter().min().is_none_or(|least| *least > limit) {
            return None;
        }
        two_back = std::mem::replace(&mut back, row);
        last_a = Some(x);
    }
    back.last().copied().filter(|d| *d <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_suggested_and_far_ones_are_not() {
        let names = ["EventID", "EventTime", "Account", "AccountUPN", "Computer", "IP"];
        for (typed, expected) in [
            ("EventId", Some("EventID")),
            ("Event_ID", Some("EventID")),
            ("Acount", Some("Account")),
            ("Acocunt", Some("Account")),
            ("AccountUpn", Some("AccountUPN")),
            ("Compuetr", Some("Computer")),
            ("Kerberos", None),
            ("id", None),
            ("ip", Some("IP")),
            ("", None),
        ] {
            assert_eq!(suggest(typed, names), expected, "{typed}");
        }
    }
}
