//! A Sigma value that another value of its list covers.
//!
//! Whatever holds `\\powershell.exe` also holds `powershell`: with both in one `contains` list the longer one changes nothing, with `all` the
//! shorter one. Either a value was meant otherwise, or it can go. Texts are compared as Sigma compares them, without regard to case.
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
//! ```sigma good
//! detection:
//!   selection:
//!     CommandLine|contains:
//!       - 'mimikatz'
//!       - 'sekurlsa'
//!   condition: selection
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::lang::sigma::ast::Item;
use crate::lang::sigma::modifier::Modifier;
use crate::source::Span;
use std::collections::BTreeMap;

pub(super) static LINT: Lint = Lint::new("redundant-value", include_str!("redundant_value.rs"), check);

/// Values of longer lists are not compared with each other: lists of that length are generated.
const MOST: usize = 2_000;

/// Of more values that one covers, the one is reported.
const SHOWN: usize = 3;

/// Tells whether every event that has the first text has the second one too.
type Implies = fn(&str, &str) -> bool;

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    context.sigma_items(&mut |item| {
        let Some((implies, all)) = relation(item) else { return };
        let texts: Option<Vec<(String, Span)>> =
            item.values.iter().map(|value| Some((value.literal_text()?.to_lowercase(), value.span))).collect();
        let Some(texts) = texts.filter(|texts| texts.len() <= MOST) else { return };
        let mut covered: BTreeMap<usize, Vec<Span>> = BTreeMap::new();
        for (at, (text, span)) in texts.iter().enumerate() {
            // In a list of alternatives the narrower value goes, in a list of demands the wider one; of two equal ones the later.
            let covers = |other: &str| if all { implies(other, text) } else { implies(text, other) };
            let cover = texts
                .iter()
                .enumerate()
                .position(|(other_at, (other, _))| other_at != at && covers(other) && (other != text || other_at < at));
            if let Some(cover) = cover {
                covered.entry(cover).or_default().push(*span);
            }
        }
        for (cover, spans) in covered {
            let Some((_, place)) = texts.get(cover) else { continue };
            if spans.len() > SHOWN {
                let finding = LINT.at(*place, format!("this covers {} other values of the list", spans.len()));
                let finding = spans.iter().take(SHOWN).fold(finding, |finding, span| finding.with_related(*span, "covered"));
                found.push(finding.with_help("remove them, or make this value narrower"));
                continue;
            }
            for span in spans {
                let finding = LINT.at(span, "another value of the list covers this one").with_related(*place, "this one");
                found.push(finding.with_help("remove it, or say what was meant"));
            }
        }
    });
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
