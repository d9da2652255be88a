//! Formatting: the author's words and comments in a canonical layout.

use super::layout::{FormatOptions, layout};
use super::tokens::{COMMENT, Lexer};
use super::{parse, print};
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// Lays a query out anew. Words, comments and the syntax tree stay; a query with errors is refused with them.
pub fn format(text: &str, options: &FormatOptions) -> Result<String, Vec<Diagnostic>> {
    let before = parse(text);
    if !before.diagnostics.is_empty() {
        return Err(before.diagnostics);
    }
    let formatted = layout(text, options);
    let after = parse(&formatted);
    // The printed trees are equal exactly when the trees are, apart from places.
    let same_tree = after.diagnostics.is_empty() && print::on_one_line(&before.query) == print::on_one_line(&after.query);
    if !same_tree || !comments(text).eq(comments(&formatted)) {
        let whole = Span::new(0, text.len());
        return Err(vec![Diagnostic::error("format-changes-query", whole, "formatting would change the query, so it is left alone")]);
    }
    Ok(formatted)
}

/// Returns the comments of a query in order.
fn comments(text: &str) -> impl Iterator<Item = &str> {
    Lexer::new(text).filter(|token| token.terminal == COMMENT).filter_map(|token| text.get(token.start..token.end)).map(str::trim_end)
}
