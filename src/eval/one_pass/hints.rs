//! What an event must hold for a predicate to be true, as far as that is cheap to see.
//!
//! Hints are necessary, never sufficient: whoever has them all is a candidate and is tried in full.

use super::regex_texts;
use crate::eval::matching::number_of;
use crate::ir::{Expr, ExprKind, FieldRef, Matcher, Pattern, PatternPart, Value, text};
use std::sync::Arc;

/// Where a text stands in a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    /// At its start.
    pub(super) starts: bool,
    /// At its end.
    pub(super) ends: bool,
}

/// Something that an event holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Hint {
    /// A text, its case folded, in a value of the field, or of any field.
    Text { field: Option<Arc<str>>, text: String, place: Place },
    /// A number, also one written as text.
    Number { field: Arc<str>, key: u64 },
    /// Any value of the field.
    Present { field: Arc<str> },
}

/// Hints of which one must hold.
pub(super) type Group = Vec<Hint>;

/// Groups of one predicate at most: as many as a mask has bits.
pub(super) const MOST_GROUPS: usize = 8;

/// Returns groups of which every one must hold, the most telling first.
pub(super) fn of(expr: &Expr) -> Vec<Group> {
    let mut groups = groups(expr);
    groups.sort_by(|a, b| weight(a).total_cmp(&weight(b)));
    groups.truncate(MOST_GROUPS);
    groups
}

fn groups(expr: &Expr) -> Vec<Group> {
    match &expr.kind {
        ExprKind::And(items) => items.iter().flat_map(groups).collect(),
        ExprKind::Or(items) => either(items).into_iter().collect(),
        ExprKind::Match { field, matcher } => of_match(field, matcher).into_iter().collect(),
        ExprKind::Literal(Value::Bool(false)) => vec![Vec::new()],
        _ => Vec::new(),
    }
}

/// The best group of each alternative, together.
fn either(items: &[Expr]) -> Option<Group> {
    let best = |item: &Expr| groups(item).into_iter().min_by(|a, b| weight(a).total_cmp(&weight(b)));
    items.iter().map(best).collect::<Option<Vec<Group>>>().map(|groups| groups.concat())
}

/// How often a group lets an event pass, roughly: letters are worth more than their number.
fn weight(group: &[Hint]) -> f64 {
    let one = |hint: &Hint| match hint {
        Hint::Text { text, place, .. } => {
            let anchors = i32::from(place.starts) + i32::from(place.ends);
            0.5_f64.powi(text.len().min(16) as i32 + anchors)
        }
        Hint::Number { .. } => 0.01,
        Hint::Present { .. } => 1.0,
    };
    group.iter().map(one).sum()
}

fn of_match(field: &FieldRef, matcher: &Matcher) -> Option<Group> {
    let name = match field {
        FieldRef::Field(name) => Some(Arc::clone(name)),
        FieldRef::Any => None,
        FieldRef::Pattern(_) | FieldRef::Value(_) => return None,
    };
    let texts = match matcher {
        // Missing satisfies it.
        Matcher::IsNull => return None,
        Matcher::Equals { value: Value::String(text), .. } => vec![whole(text)],
        Matcher::Equals { value: value @ (Value::Int(_) | Value::Long(_) | Value::Real(_)), .. } => {
            return Some(vec![Hint::Number { field: name?, key: number_key(value)? }]);
        }
        Matcher::Wildcard { pattern, .. } => of_pattern(pattern).into_iter().collect(),
        Matcher::Regex { regex, .. } => {
            let free = |text| (text, Place { starts: false, ends: false });
            regex_texts::needed(regex).unwrap_or_default().into_iter().map(free).collect()
        }
        _ => Vec::new(),
    };
    // An empty text is found everywhere.
    if texts.is_empty() || texts.iter().any(|(text, _)| text.is_empty()) {
        return Some(vec![Hint::Present { field: name? }]);
    }
    let hint = |(text, place): (String, Place)| Hint::Text { field: name.clone(), text, place };
    Some(texts.into_iter().map(hint).collect())
}

fn whole(wanted: &str) -> (String, Place) {
    (text::fold(wanted).into_owned(), Place { starts: true, ends: true })
}

/// The longest text of a pattern.
fn of_pattern(pattern: &Pattern) -> Option<(String, Place)> {
    let last = pattern.parts.len().checked_sub(1)?;
    let texts = pattern.parts.iter().enumerate().filter_map(|(at, part)| match part {
        PatternPart::Text(text) => Some((text::fold(text).into_owned(), Place { starts: at == 0, ends: at == last })),
        PatternPart::Many | PatternPart::One => None,
    });
    texts.max_by_key(|(text, _)| text.len())
}

/// Returns a key that equal numbers share, also those written as texts; unequal ones may share it too.
pub(super) fn number_key(value: &Value) -> Option<u64> {
    let number = match number_of(value)? {
        Value::Int(n) => f64::from(n),
        Value::Long(n) => n as f64,
        Value::Real(n) => n,
        _ => return None,
    };
    // Zero has two signs.
    Some((number + 0.0).to_bits())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::event::batch::predicate;
    use crate::ir::Language;
    use crate::schema::Catalog;

    fn check(detection: &str, expected: &[&str]) {
        let rule = format!("detection:\n{detection}\n");
        let expr = predicate(Language::Sigma, &rule, Catalog::builtin()).unwrap();
        let show = |hint: &Hint| match hint {
            Hint::Text { field, text, place } => {
                let edge = |here: bool| if here { "|" } else { "" };
                format!("{}:{}{text}{}", field.as_deref().unwrap_or("*"), edge(place.starts), edge(place.ends))
            }
            Hint::Number { field, key } => format!("{field}={}", f64::from_bits(*key)),
            Hint::Present { field } => format!("{field}?"),
        };
        let shown: Vec<String> = of(&expr).iter().map(|group| group.iter().map(show).collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(shown, expected, "{detection}");
    }

    #[test]
    fn every_condition_of_a_conjunction_is_needed() {
        check("  a:\n    Image|endswith: '\\CMD.exe'\n    EventID: 1\n  condition: a", &["Image:\\cmd.exe|", "EventID=1"]);
    }

    #[test]
    fn one_of_the_alternatives_is_needed() {
        check("  a:\n    F|contains: [abc, def]\n  condition: a", &["F:abc F:def"]);
        check("  a:\n    - F: x\n    - G|re: '.'\n  condition: a", &["F:|x| G?"]);
    }

    #[test]
    fn what_a_missing_field_satisfies_needs_nothing() {
        check("  a:\n    F: null\n  condition: a", &[]);
        check("  a:\n    F: x\n  condition: not a", &[]);
        check("  a:\n    F: x\n  b:\n    G: y\n  condition: a or not b", &[]);
    }

    #[test]
    fn keywords_may_stand_in_any_field() {
        check("  k:\n    - Foo\n  condition: k", &["*:foo"]);
    }
}
