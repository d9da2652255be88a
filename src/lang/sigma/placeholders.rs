//! `expand`: `%name%` in a value stands for the values of a list that the user keeps
//! (<https://sigmahq.io/sigma-specification/specification/sigma-appendix-modifiers.html>, `expand`).
//!
//! A name without a list stays: `lower` makes it something that every command refuses by code.

use super::ast::{Detection, Item, Search, SearchKind, Value, ValueKind};
use super::modifier::Modifier;

/// Values of one item at most: two long lists in one text are their product.
const MOST: usize = 10_000;

/// Puts the values of lists in the place of their names; values may hold wildcards.
pub fn expand(detection: &mut Detection, list: &dyn Fn(&str) -> Option<Vec<String>>) {
    detection.selections.iter_mut().for_each(|selection| search(&mut selection.search, list));
}

fn search(tree: &mut Search, list: &dyn Fn(&str) -> Option<Vec<String>>) {
    match &mut tree.kind {
        SearchKind::All(items) => items.iter_mut().for_each(|one| item(one, list)),
        SearchKind::Any(searches) => searches.iter_mut().for_each(|one| search(one, list)),
        SearchKind::Keyword(_) => {}
    }
}

fn item(item: &mut Item, list: &dyn Fn(&str) -> Option<Vec<String>>) {
    if !item.modifiers.iter().any(|modifier| modifier.value == Modifier::Expand) {
        return;
    }
    let expanded: Vec<Value> = item.values.iter().flat_map(|value| values(value, list)).take(MOST + 1).collect();
    if expanded.len() <= MOST {
        item.is_list |= expanded.len() != 1;
        item.values = expanded;
    }
}

/// Returns what a value stands for; itself where a name has no list.
fn values(value: &Value, list: &dyn Fn(&str) -> Option<Vec<String>>) -> Vec<Value> {
    let ValueKind::Text(raw) = &value.kind else { return vec![value.clone()] };
    let mut texts = vec![String::new()];
    let mut rest = raw.as_str();
    while let Some((before, name, after)) = placeholder(rest) {
        let Some(known) = list(name) else { return vec![value.clone()] };
        let count = texts.len().saturating_mul(known.len());
        if count > MOST {
            return vec![value.clone()];
        }
        texts = texts.iter().flat_map(|text| known.iter().map(move |one| format!("{text}{before}{one}"))).collect();
        rest = after;
    }
    texts.into_iter().map(|text| Value { kind: ValueKind::Text(text + rest), span: value.span }).collect()
}

/// Finds the first `%name%`: what stands before it, the name, what stands behind.
pub(super) fn placeholder(raw: &str) -> Option<(&str, &str, &str)> {
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    raw.match_indices('%').find_map(|(at, _)| {
        let (before, behind) = (raw.get(..at)?, raw.get(at + 1..)?);
        let (name, after) = behind.split_once('%')?;
        is_name(name).then_some((before, name, after))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    fn check(raw: &str, expected: &[&str]) {
        let list = |name: &str| match name {
            "admins" => Some(vec!["root".to_owned(), "*-adm".to_owned()]),
            "none" => Some(Vec::new()),
            _ => None,
        };
        let value = Value { kind: ValueKind::Text(raw.to_owned()), span: Span::default() };
        let texts: Vec<String> = values(&value, &list)
            .into_iter()
            .filter_map(|value| if let ValueKind::Text(text) = value.kind { Some(text) } else { None })
            .collect();
        assert_eq!(texts, expected, "{raw}");
    }

    #[test]
    fn names_become_the_values_of_their_lists() {
        check("%admins%", &["root", "*-adm"]);
        check("x\\%admins%@%admins%", &["x\\root@root", "x\\root@*-adm", "x\\*-adm@root", "x\\*-adm@*-adm"]);
        check("%none%", &[]);
    }

    #[test]
    fn what_has_no_list_stays() {
        check("%unknown%", &["%unknown%"]);
        check("100 % of %", &["100 % of %"]);
        check("%TEMP %admins%", &["%TEMP root", "%TEMP *-adm"]);
    }
}
