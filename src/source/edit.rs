//! Applies replacements to a text.

use super::Span;

/// Replaces each span of `text` by its new text. Spans that do not fit the text, or overlap an earlier one, are left out and
/// counted in the second value, so that the caller can say so.
pub fn apply<'a>(text: &str, edits: impl IntoIterator<Item = (Span, &'a str)>) -> (String, usize) {
    let mut edits: Vec<_> = edits.into_iter().collect();
    edits.sort_by_key(|(span, _)| *span);
    let mut out = String::with_capacity(text.len());
    let mut pos = 0;
    let mut refused = 0;
    for (span, new) in edits {
        match text.get(pos..span.start as usize) {
            Some(before) if text.get(span.range()).is_some() => {
                out.push_str(before);
                out.push_str(new);
                pos = span.end as usize;
            }
            _ => refused += 1,
        }
    }
    out.push_str(text.get(pos..).unwrap_or(""));
    (out, refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_apply_in_order_of_place_and_overlaps_are_counted() {
        let edits = [(Span::new(4, 5), "C"), (Span::new(0, 1), "A"), (Span::new(0, 3), "no"), (Span::at(5), "!")];
        assert_eq!(apply("a b c", edits), ("A b C!".to_owned(), 1));
        assert_eq!(apply("é", [(Span::new(1, 2), "x"), (Span::new(9, 9), "x")]), ("é".to_owned(), 2));
    }
}
