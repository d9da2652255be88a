//! Analysed text: what Elasticsearch's standard analyser makes of it
//! (<https://www.elastic.co/docs/reference/text-analysis/analysis-standard-tokenizer>, Unicode word boundaries of UAX #29).

use crate::ir::text::fold;

/// Splits a text into lower-case tokens.
pub(super) fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut token = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let joins = token.chars().next_back().is_some_and(|before| chars.peek().is_some_and(|after| joins(before, c, *after)));
        if is_word(c) || joins {
            token.push(c);
        } else if !token.is_empty() {
            tokens.push(fold(&std::mem::take(&mut token)).into_owned());
        }
    }
    if !token.is_empty() {
        tokens.push(fold(&token).into_owned());
    }
    tokens
}

/// Tells whether a text has any of the tokens or, as a phrase, all of them in a row.
pub(super) fn found(text: &str, wanted: &[String], phrase: bool) -> bool {
    let found = tokens(text);
    if phrase {
        return !wanted.is_empty() && found.windows(wanted.len()).any(|window| window == wanted);
    }
    found.iter().any(|token| wanted.contains(token))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Punctuation that does not part a word: `dog's`, `www.example.com`, `3,14`.
fn joins(before: char, c: char, after: char) -> bool {
    let letters = before.is_alphabetic() && after.is_alphabetic();
    let digits = before.is_numeric() && after.is_numeric();
    match c {
        '.' | '\'' | '\u{2019}' => letters || digits,
        ':' | '\u{B7}' => letters,
        ',' | ';' => digits,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_taken_apart_at_word_boundaries() {
        let words = |text| tokens(text).join(" ");
        assert_eq!(
            words("The 2 QUICK Brown-Foxes jumped over the lazy dog's bone."),
            "the 2 quick brown foxes jumped over the lazy dog's bone"
        );
        assert_eq!(words("C:\\Temp\\a_b.exe 3,14"), "c temp a_b.exe 3,14");
    }

    #[test]
    fn a_phrase_needs_its_tokens_in_a_row() {
        assert!(found("a quick brown fox", &tokens("Quick Brown"), true));
        assert!(!found("a quick red brown fox", &tokens("quick brown"), true));
        assert!(found("a quick red brown fox", &tokens("brown dog"), false));
        assert!(!found("anything", &[], true));
    }
}
