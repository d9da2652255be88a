//! Analysed text: what Elasticsearch's standard analyser makes of it
//! (<https://www.elastic.co/docs/reference/text-analysis/analysis-standard-tokenizer>, Unicode word boundaries of UAX #29).

use super::text::fold;

/// Splits a text into lower-case tokens.
pub fn tokens(text: &str) -> Vec<String> {
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
pub fn found(text: &str, wanted: &[String], phrase: bool) -> bool {
    let found = tokens(text);
    if phrase {
        return !wanted.is_empty() && found.windows(wanted.len()).any(|window| window == wanted);
    }
    found.iter().any(|token| wanted.contains(token))
}

/// Tells whether a text has all of the tokens near each other: moved to their places in the phrase, they are at most `slop` positions apart
/// (`SloppyPhraseMatcher` of Lucene; <https://www.elastic.co/docs/reference/query-languages/query-dsl/query-dsl-query-string-query>, proximity).
pub fn near(text: &str, wanted: &[String], slop: usize) -> bool {
    let found = tokens(text);
    // The place where the phrase would begin, by every place of each token. Negative places are before the text.
    let starts: Vec<Vec<isize>> = wanted
        .iter()
        .enumerate()
        .map(|(at, token)| {
            (0..).zip(&found).filter(|(_, other)| *other == token).map(|(place, _): (isize, _)| place - at as isize).collect()
        })
        .collect();
    let mut chosen = vec![0_usize; wanted.len()];
    // The smallest range that holds a start of each token: the least one moves on until one token has none left.
    while !wanted.is_empty() {
        let current: Option<Vec<isize>> = starts.iter().zip(&chosen).map(|(starts, at)| starts.get(*at).copied()).collect();
        let Some(current) = current else { return false };
        let (Some(least), Some(greatest)) = (current.iter().min(), current.iter().max()) else { return false };
        let mut places: Vec<isize> = (0..).zip(&current).map(|(at, start): (isize, _)| start + at).collect();
        places.sort_unstable();
        places.dedup();
        if greatest.abs_diff(*least) <= slop && places.len() == wanted.len() {
            return true;
        }
        let lagging = current.iter().position(|start| start == least);
        lagging.and_then(|at| chosen.get_mut(at)).into_iter().for_each(|at| *at += 1);
    }
    false
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

    #[test]
    fn words_near_each_other_may_be_moved() {
        let near = |text: &str, wanted: &str, slop| near(text, &tokens(wanted), slop);
        assert!(near("quick brown fox", "quick fox", 1) && !near("quick brown fox", "quick fox", 0));
        // A swap of neighbours is two moves.
        assert!(near("fox quick", "quick fox", 2) && !near("fox quick", "quick fox", 1));
        assert!(near("a b c d e a", "e a b", 5) && !near("a b c d e a", "e z", 9));
        // A word that is wanted twice stands twice.
        assert!(near("no x no", "no no", 1) && !near("no", "no no", 5) && !near("", "", 1));
    }
}
