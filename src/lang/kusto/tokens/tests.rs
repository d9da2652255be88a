//! Tokens, and the grammar's names for them.

use super::terminals::{KEYWORDS, RANGES, SIGNS, keywords};
use super::{Lexer, is_number};

/// Reads a text; tokens are written `text` with a bar between them, broken ones in question marks.
fn check(text: &str, expected: &str) {
    let shown: Vec<String> = Lexer::new(text)
        .map(|token| {
            let part = &text[token.start..token.end];
            if token.terminal == super::BROKEN { format!("?{part}?") } else { part.to_owned() }
        })
        .collect();
    assert_eq!(shown.join("·"), expected, "{text}");
}

#[test]
fn strings_of_every_kind_are_one_token() {
    check(r#"a=="b c"h'd' @"e""f" ```g"h```"#, r#"a·==·"b c"·h'd'·@"e""f"·```g"h```"#);
    check("'never closed\nnext", "?'never closed?·next");
    check(r#""\d" x"#, r#"?"\d"?·x"#);
    check("~~~open", "?~~~open?");
}

#[test]
fn hyphens_belong_to_keywords_and_subtract_elsewhere() {
    check("mv-expand a-b project-awayx graph-mark-components", "mv-expand·a·-·b·project·-·awayx·graph-mark-components");
}

#[test]
fn constants_hold_anything_up_to_their_bracket() {
    check("datetime(2020-01-01 00:00) int (1) long(", "datetime(2020-01-01 00:00)·int·(·1·)·long·(");
}

#[test]
fn operators_are_read_as_far_as_they_go() {
    check("a!in~(1) b !has_cs c matches regex d ! e", "a·!in~·(·1·)·b·!has_cs·c·matches regex·d·?!?·e");
    check("1..5 1.5h 5dd 0x1F a.b", "1·..·5·1.5h·5dd·0x1F·a·.·b");
    check("#directive\nT // note\n| count", "#directive·T·// note·|·count");
}

#[test]
fn numbers_end_with_a_unit_or_nothing() {
    let numbers: Vec<&str> = ["1", "1.5e-3", "7days", "5.", "1day1", "0x", "e5"].into_iter().filter(|text| is_number(text)).collect();
    assert_eq!(numbers, ["1", "1.5e-3", "7days", "5."]);
}

/// Writes the rules of the grammar that stand for tokens.
fn grammar() -> String {
    let mut text =
        "// The tokens of Kusto by name. Written by a test from `src/lang/kusto/tokens/terminals.rs`, which says what they are.\n\n"
            .to_owned();
    let mut ranges: Vec<(&str, char, char)> = SIGNS.iter().map(|(name, terminal, _)| (*name, *terminal, *terminal)).collect();
    text.extend(ranges.iter().map(|range| rule(range.0, *range)));
    let mut all = keywords();
    for (group, words) in KEYWORDS {
        let members: Vec<(&str, char)> = all.by_ref().take(words.len()).collect();
        let range = (*group, members[0].1, members[members.len() - 1].1);
        text += &format!("\n{}", rule(&format!("{group}_token"), range));
        text.extend(members.iter().map(|(word, terminal)| rule(&format!("kw_{}", word.replace('-', "_")), (word, *terminal, *terminal))));
        ranges.push(range);
    }
    let find = |name: &str| ranges.iter().find(|range| range.0 == name).unwrap();
    text.push('\n');
    text.extend(RANGES.iter().map(|(name, first, last)| rule(name, (name, find(first).1, find(last).2))));
    text
}

fn rule(name: &str, (_, first, last): (&str, char, char)) -> String {
    let quote = |terminal: char| if terminal.is_ascii() { format!("'{terminal}'") } else { format!("'\\u{{{:x}}}'", u32::from(terminal)) };
    format!("{name} = _{{ {}..{} }}\n", quote(first), quote(last))
}

#[test]
fn the_grammar_names_every_token() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/grammar/kusto_tokens.pest");
    if std::fs::read_to_string(path).unwrap_or_default() != grammar() {
        std::fs::write(path, grammar()).unwrap();
        panic!("{path} was out of date; it is written anew: read the difference and commit it");
    }
}
