//! A character outside of ASCII in a Sentinel rule.
//!
//! A dash or quote that a word processor made curly does not compare equal to the one in the log, and Azure-Sentinel's validation refuses
//! the file.
//!
//! ```sentinel bad
//! description: Finds sign-ins – all of them
//! ```
//!
//! ```sentinel good
//! description: Finds sign-ins - all of them
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::Dialect;
use crate::source::Span;

pub(super) static LINT: Lint = Lint::new("non-ascii-character", include_str!("non_ascii_character.rs"), check).info().pedantic();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    if !context.is(Dialect::Sentinel) {
        return;
    }
    let rule = context.rule.span;
    let text = rule.text(context.text);
    if let Some((at, character)) = text.char_indices().find(|(_, character)| !character.is_ascii()) {
        let start = rule.start as usize + at;
        let span = Span::new(start, start + character.len_utf8());
        found.push(LINT.at(span, format!("`{character}` (U+{:04X}) is no ASCII character", u32::from(character))));
    }
}
