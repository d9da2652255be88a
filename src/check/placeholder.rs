//! `{{column}}` placeholders in the title and description of a Sentinel alert.

use crate::source::{Span, Spanned};

/// Returns the names in a template with their places in the file.
///
/// A template has no offset map of its own: the placeholder is looked for in the text as written, which holds it letter by letter.
pub(super) fn all(template: &Spanned<String>, file: &str) -> Vec<Spanned<String>> {
    let written = template.span.text(file);
    let start = template.span.start as usize;
    let mut searched = 0;
    let mut found = Vec::new();
    let mut rest = template.value.as_str();
    while let Some((_, after)) = rest.split_once("{{") {
        let Some((inside, following)) = after.split_once("}}") else { break };
        rest = following;
        let name = inside.trim();
        if name.is_empty() || name.contains('{') {
            continue;
        }
        let at = written.get(searched..).and_then(|text| text.find(inside)).map(|at| at + searched);
        let span = match at {
            Some(at) => {
                searched = at + inside.len();
                let blank = inside.len() - inside.trim_start().len();
                Span::new(start + at + blank, start + at + blank + name.len())
            }
            None => template.span,
        };
        found.push(Spanned::new(name.to_owned(), span));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::all;
    use crate::source::{Span, Spanned};

    fn check(file: &str, expected: &[(&str, &str)]) {
        let template = Spanned::new(file.to_owned(), Span::new(0, file.len()));
        let found = all(&template, file);
        let shown: Vec<(&str, &str)> = found.iter().map(|name| (name.value.as_str(), name.span.text(file))).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn placeholders_are_found_with_their_places() {
        check("by {{User}} from {{ IP }} as {{User}}", &[("User", "User"), ("IP", "IP"), ("User", "User")]);
        check("{{a} b {{", &[]);
        check("{{}} plain", &[]);
    }
}
