//! `--fix`: applies what is safe, again and again until nothing is left, and writes a file only when it changed.

use super::{Failure, input};
use crate::diagnostic::Diagnostic;
use crate::source::{edit, load};
use std::path::Path;

/// Returns the text with every safe fix applied that does not overlap an earlier one; `None` where there is none.
///
/// A fix is applied whole or not at all.
pub(super) fn mend(text: &str, findings: &[Diagnostic]) -> Option<String> {
    let mut taken: Vec<(crate::source::Span, &str)> = Vec::new();
    for fix in findings.iter().filter_map(|finding| finding.fix.as_ref()).filter(|fix| fix.safe) {
        let free = fix.edits.iter().all(|new| {
            let fits = text.get(new.span.range()).is_some();
            fits && taken.iter().all(|(old, _)| new.span.end <= old.start || old.end <= new.span.start)
                && !taken.contains(&(new.span, &new.text))
        });
        if free {
            taken.extend(fix.edits.iter().map(|edit| (edit.span, edit.text.as_str())));
        }
    }
    let (mended, _) = edit::apply(text, taken);
    (mended != text).then_some(mended)
}

/// Writes a file that was mended.
pub(super) fn write(path: &str, text: &str) -> Result<(), Failure> {
    if input::text(path)?.is_ok_and(|old| old == text) {
        return Ok(());
    }
    load::write(Path::new(path), text).map_err(|error| Failure::new(format!("cannot write {error}")))
}
