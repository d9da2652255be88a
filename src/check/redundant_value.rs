//! A value that another value of its list covers.
//!
//! Whatever holds `\\powershell.exe` also holds `powershell`: with both in one `contains` list the longer one changes nothing, with `all` the
//! shorter one. Either a value was meant otherwise, or it can go. Texts are compared as the language compares them, in Sigma without regard
//! to case. In Elastic's languages alternatives on one field are a list, whether or not the field is written once.
//!
//! ```sigma bad
//! detection:
//!   selection:
//!     CommandLine|contains:
//!       - 'mimikatz'
//!       - 'mimikatz.exe'
//!   condition: selection
//! ```
//!
//! ```sigma bad
//! detection:
//!   selection:
//!     Image:
//!       - 'C:\temp\a.exe'
//!       - 'c:\Temp\A.exe'
//!   condition: selection
//! ```
//!
//! ```elastic bad
//! query = 'process.name: (power* or powershell.exe)'
//! ```
//!
//! ```elastic bad
//! type = "eql"
//! language = "eql"
//! query = 'process where process.name : "cmd.exe" or process.name : ("nc*", "CMD.EXE")'
//! ```
//!
//! ```sigma good
//! detection:
//!   selection:
//!     CommandLine|contains:
//!       - 'mimikatz'
//!       - 'sekurlsa'
//!   condition: selection
//! ```
//!
//! ```elastic good
//! query = 'process.name: (power*.exe or powershell)'
//! ```

use super::conditions::{self, Condition, Siblings};
use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::Matcher;
use crate::lang::sigma::ast::{Item, Value};
use crate::lang::sigma::modifier::Modifier;
use crate::solve;
use crate::source::Span;
use std::collections::BTreeMap;

pub(super) static LINT: Lint = Lint::new("redundant-value", include_str!("redundant_value.rs"), check);

/// Values of longer lists are not compared with each other: lists of that length are generated.
const MOST: usize = 2_000;

/// Of more values that one covers, the one is reported.
const SHOWN: usize = 3;

/// Tells whether every event that has the first text has the second one too.
type Implies = fn(&str, &str) -> bool;

/// A value of a list, ready to be compared with all others of it.
struct Text {
    folded: String,
    /// A bit for each byte in it, of 64 classes.
    bytes: u64,
    span: Span,
}

impl Text {
    fn new(value: &Value) -> Option<Self> {
        let folded = value.literal_text()?.to_lowercase();
        let bytes = folded.bytes().fold(0, |bits, byte| bits | 1 << (byte % 64));
        Some(Self { folded, bytes, span: value.span })
    }

    /// Tells whether the relation holds, under each of which the other text stands in this one: nearly always a look at the bytes tells.
    fn implies(&self, other: &Self, relation: Implies) -> bool {
        other.bytes & !self.bytes == 0 && relation(&self.folded, &other.folded)
    }
}

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    context.sigma_items(&mut |item| {
        let Some((implies, all)) = relation(item) else { return };
        if !(2..=MOST).contains(&item.values.len()) {
            return;
        }
        let Some(texts) = item.values.iter().map(Text::new).collect::<Option<Vec<Text>>>() else { return };
        let mut covered: BTreeMap<usize, Vec<Span>> = BTreeMap::new();
        for (at, text) in texts.iter().enumerate() {
            // In a list of alternatives the narrower value goes, in a list of demands the wider one; of two equal ones the later.
            let covers = |other: &Text| if all { other.implies(text, implies) } else { text.implies(other, implies) };
            let cover = texts
                .iter()
                .enumerate()
                .position(|(other_at, other)| other_at != at && covers(other) && (other.folded != text.folded || other_at < at));
            if let Some(cover) = cover {
                covered.entry(cover).or_default().push(text.span);
            }
        }
        for (cover, spans) in covered {
            let Some(place) = texts.get(cover) else { continue };
            report(place.span, spans, found);
        }
    });
    for siblings in conditions::siblings(context) {
        of_siblings(&siblings, found);
    }
}

/// Looks at conditions on one field, as Elastic's languages have them. Two that must both hold may look at two values of the field, so
/// that only equal ones are redundant there. Equal values of one list are the business of `duplicate-list-value`.
fn of_siblings(siblings: &Siblings<'_>, found: &mut Vec<Diagnostic>) {
    let conditions = &siblings.conditions;
    let matchers: Vec<&Matcher> = conditions.iter().map(|condition| condition.matcher).collect();
    let mut covered: BTreeMap<usize, Vec<Span>> = BTreeMap::new();
    for (narrow, wide) in solve::covered(&matchers) {
        let (Some(one), Some(other)) = (conditions.get(narrow), conditions.get(wide)) else { continue };
        // Of two that say the same the later one is covered.
        let are_equal = solve::covered(&[one.matcher, other.matcher]) == [(1, 0)];
        if (siblings.any || are_equal) && !(are_equal && stand_in_one_list(one, other)) {
            covered.entry(wide).or_default().push(one.place());
        }
    }
    for (wide, spans) in covered {
        if let Some(cover) = conditions.get(wide) {
            report(cover.place(), spans, found);
        }
    }
}

/// Tells whether two conditions are values behind the same mention of their field.
fn stand_in_one_list(one: &Condition<'_>, other: &Condition<'_>) -> bool {
    let whole = one.span.to(other.span).text(&one.query.text);
    one.name().is_some_and(|name| !whole.contains(name))
}

/// Reports values that another one covers.
fn report(place: Span, spans: Vec<Span>, found: &mut Vec<Diagnostic>) {
    if spans.len() > SHOWN {
        let finding = LINT.at(place, format!("this covers {} other values of the list", spans.len()));
        let finding = spans.iter().take(SHOWN).fold(finding, |finding, span| finding.with_related(*span, "covered"));
        found.push(finding.with_help("remove them, or make this value narrower"));
        return;
    }
    for span in spans {
        let finding = LINT.at(span, "another value of the list covers this one").with_related(place, "this one");
        found.push(finding.with_help("remove it, or say what was meant"));
    }
}

/// Returns how the values of an item relate and whether all of them must hold; nothing where modifiers change the values.
fn relation(item: &Item) -> Option<(Implies, bool)> {
    let mut implies: Implies = |one, other| one == other;
    let mut all = false;
    for modifier in &item.modifiers {
        match modifier.value {
            Modifier::Contains => implies = |one, other| one.contains(other),
            Modifier::StartsWith => implies = |one, other| one.starts_with(other),
            Modifier::EndsWith => implies = |one, other| one.ends_with(other),
            Modifier::All => all = true,
            _ => return None,
        }
    }
    // Two different values that one field must both equal are no redundancy: the field may hold several.
    item.field.is_some().then_some((implies, all))
}
