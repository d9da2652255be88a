//! A `\*` in a Windows path: it looks for a star, which no path holds.
//!
//! A backslash takes the meaning from a wildcard: `C:\Users\*\AppData` looks for a folder of the name `*`. Write `\\*` for a backslash with a
//! wildcard after it
//! (<https://sigmahq.io/sigma-specification/specification/sigma-rules-specification.html#escaping>).
//!
//! ```sigma bad
//! detection:
//!   selection:
//!     TargetFilename: 'C:\Users\*\AppData\evil.exe'
//!   condition: selection
//! ```
//!
//! ```sigma good
//! detection:
//!   selection:
//!     TargetFilename: 'C:\Users\\*\AppData\evil.exe'
//!   condition: selection
//! ```

use super::{Context, Lint};
use crate::diagnostic::{Confidence, Diagnostic};
use crate::ir::PatternPart;
use crate::lang::sigma::modifier::Modifier;

pub(super) static LINT: Lint = Lint::new("escaped-wildcard", include_str!("escaped_wildcard.rs"), check).confidence(Confidence::Medium);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    context.sigma_items(&mut |item| {
        if item.modifiers.iter().any(|modifier| modifier.value == Modifier::Regex) {
            return;
        }
        for value in &item.values {
            let Some(pattern) = value.pattern() else { continue };
            let holds = |what: &[&str]| {
                let is_there = |text: &str| what.iter().any(|piece| text.contains(piece));
                pattern.parts.iter().any(|part| matches!(part, PatternPart::Text(text) if is_there(text)))
            };
            // A command line may hold a star; the name of a folder cannot.
            if holds(&["*\\"]) {
                let finding = LINT.at(value.span, "`\\*` looks for a star, not for anything");
                found.push(finding.with_help("write `\\\\*` for a backslash and a wildcard"));
            } else if holds(&["*", "?"]) {
                found.push(LINT.at(value.span, "an escaped wildcard stands for itself").pedantic());
            }
        }
    });
}
