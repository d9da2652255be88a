//! A query as tokens, read as the vendor's lexer reads it: what the grammar parses and what the formatter moves.
//!
//! It judges nothing: what is no token of the language is one that fits nowhere.

mod numbers;
mod strings;
mod terminals;

pub(super) use terminals::BROKEN;
use terminals::{GLUED, IN_WORD, NAME, RESERVED, TYPED};

/// A token or comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// What it is to the grammar; `COMMENT` for a comment.
    pub terminal: char,
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

/// What a comment is: no character of the grammar.
pub(super) const COMMENT: char = '#';

/// `matches regex`, which is one token, and its like.
pub(super) const MATCHES: char = '`';

/// Tells whether a word is the name of an operator's parameter.
pub(super) fn is_parameter(word: &str) -> bool {
    terminals::PARAMETERS.contains(&word)
}

/// Tells whether a word with this character is a name wherever names stand.
pub(super) fn is_plain_name(terminal: u8) -> bool {
    matches!(char::from(terminal), NAME | GLUED)
}

/// Tells whether a word that begins with digits is a number of the language: `1d` is, `1day1` is not.
pub(super) fn is_number(text: &str) -> bool {
    numbers::measure(text) == Some(text.len())
}

/// Reads tokens one after the other.
#[derive(Clone, Debug)]
pub(super) struct Lexer<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    /// Only blanks and comments came so far: lines that begin with `#` are directives, which Kusto.Language 12.4.1 ignores.
    leading: bool,
    /// No closing parenthesis comes any more.
    unclosed: bool,
}

/// Bytes of `graph-mark-components`, the longest keyword with hyphens.
const LONGEST_KEYWORD: usize = 21;

impl<'t> Lexer<'t> {
    /// Reads `text` from its start.
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, bytes: text.as_bytes(), at: 0, leading: true, unclosed: false }
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn rest(&self) -> &'t [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn skip_blanks(&mut self) {
        while let Some(byte) = self.byte(0) {
            self.at += match byte {
                b' ' | b'\t' | b'\n' | b'\r' | 0x0c => 1,
                0x80.. => match wide_blank(self.rest()) {
                    0 => return,
                    length => length,
                },
                _ => return,
            };
        }
    }

    /// Ends a token that is `length` bytes long.
    fn token(&mut self, terminal: char, length: usize) -> Token {
        let start = self.at;
        self.at += length;
        Token { terminal, start, end: self.at }
    }

    fn line(&mut self) -> Token {
        let rest = self.rest();
        let length = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
        self.token(COMMENT, length)
    }

    fn string(&mut self) -> Option<Token> {
        let measured = strings::measure(self.rest())?;
        Some(self.token(if measured.whole { '1' } else { BROKEN }, measured.length))
    }

    fn sign(&mut self, first: u8) -> Token {
        let second = self.byte(1);
        let (terminal, length) = match (first, second) {
            (b'=' | b'!', Some(b'=' | b'~')) => ('^', 2),
            (b'=', Some(b'>')) => ('A', 2),
            (b'<', Some(b'=' | b'>')) | (b'>', Some(b'=')) => ('_', 2),
            (b'.', Some(b'.')) => ('D', 2),
            (b')' | b',' | b';' | b'=', _) => (char::from(first), 1),
            (b'(', _) => ('I', 1),
            (b'{', _) => ('<', 1),
            (b'}', _) => ('>', 1),
            (b'|', _) => ('/', 1),
            (b']', _) => ('F', 1),
            (b'.', _) => ('G', 1),
            (b'[', _) => ('H', 1),
            (b'-', _) => ('U', 1),
            (b'+', _) => ('V', 1),
            (b'*', _) => ('W', 1),
            (b':', _) => ('X', 1),
            (b'<', _) => ('Y', 1),
            (b'>', _) => ('Z', 1),
            (b'/' | b'%', _) => ('_', 1),
            _ => (BROKEN, self.text.get(self.at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)),
        };
        self.token(terminal, length)
    }

    fn word_length(&self, from: usize) -> usize {
        let rest = self.bytes.get(self.at + from..).unwrap_or_default();
        from + rest.iter().position(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_')).unwrap_or(rest.len())
    }

    fn slice(&self, length: usize) -> &'t str {
        self.text.get(self.at..self.at + length).unwrap_or("")
    }

    /// Reads a word, with what belongs to it: the rest of a hyphenated keyword, the bracket of a constant.
    fn word(&mut self) -> Token {
        let length = self.word_length(1);
        if let Some((terminal, end)) = self.hyphenated(length) {
            return self.token(terminal, end);
        }
        let word = self.slice(length);
        match terminals::of_word(word) {
            IN_WORD if word == "in" && self.byte(length) == Some(b'~') => self.token('T', length + 1),
            TYPED => match self.close_after(length) {
                Some(end) => self.token(TYPED, end),
                None => self.token(RESERVED, length),
            },
            NAME if word == "matches" => self.matches_regex(length),
            NAME if self.at > 0 && self.bytes.get(self.at - 1) == Some(&b'*') => self.token(GLUED, length),
            terminal => self.token(terminal, length),
        }
    }

    /// Finds a keyword of several words with hyphens between them.
    fn hyphenated(&self, length: usize) -> Option<(char, usize)> {
        let (mut end, mut found) = (length, None);
        while self.byte(end) == Some(b'-') && end < LONGEST_KEYWORD {
            end = self.word_length(end + 1);
            let terminal = terminals::of_word(self.slice(end));
            found = if terminal == NAME { found } else { Some((terminal, end)) };
        }
        found
    }

    /// Finds the end of the bracket of a constant; without one, no later constant has one either.
    fn close_after(&mut self, length: usize) -> Option<usize> {
        if self.unclosed || self.byte(length) != Some(b'(') {
            return None;
        }
        let close = self.rest().iter().position(|byte| *byte == b')');
        self.unclosed = close.is_none();
        close.map(|at| at + 1)
    }

    /// `matches regex` is one operator, with one blank of any kind inside.
    fn matches_regex(&mut self, length: usize) -> Token {
        let blank = matches!(self.byte(length), Some(b' ' | b'\t' | b'\n' | b'\r'));
        let end = self.word_length(length + 1);
        let regex = self.text.get(self.at + length + 1..self.at + end) == Some("regex");
        if blank && regex { self.token(MATCHES, end) } else { self.token(NAME, length) }
    }

    /// Reads `!in`, `!has` and the like; any other `!` is broken.
    fn negated(&mut self) -> Token {
        let length = self.word_length(1);
        if self.slice(length) == "!in" && self.byte(length) == Some(b'~') {
            return self.token('T', length + 1);
        }
        match terminals::of_word(self.slice(length)) {
            NAME => self.token(BROKEN, 1),
            terminal => self.token(terminal, length),
        }
    }

    fn digits(&mut self) -> Token {
        let word = self.word_length(1);
        let is_word = self.slice(word).bytes().any(|byte| !byte.is_ascii_digit());
        match numbers::measure(self.text.get(self.at..).unwrap_or("")) {
            Some(length) => self.token('2', length),
            None if is_word => self.token(NAME, word),
            None => self.token(BROKEN, word),
        }
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        self.skip_blanks();
        let first = self.byte(0)?;
        let token = match first {
            b'h' | b'H' => self.string().unwrap_or_else(|| self.word()),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' => self.word(),
            b'0'..=b'9' => self.digits(),
            b'"' | b'\'' | b'@' | b'`' | b'~' => self.string().unwrap_or_else(|| self.sign(first)),
            b'/' if self.byte(1) == Some(b'/') => self.line(),
            b'#' if self.leading => self.line(),
            b'!' if self.byte(1).is_some_and(|byte| byte.is_ascii_lowercase()) => self.negated(),
            _ => self.sign(first),
        };
        self.leading &= token.terminal == COMMENT;
        Some(token)
    }
}

/// Length of the white space character outside ASCII that begins here, or 0 (`kusto-grammar-probes.txt`, first line).
fn wide_blank(text: &[u8]) -> usize {
    match text {
        [0xc2, 0xa0, ..] => 2,
        [0xe1, 0x9a, 0x80, ..] | [0xe1, 0xa0, 0x8e, ..] => 3,
        [0xe2, 0x80, 0x80..=0x8b | 0xaf, ..] | [0xe2, 0x81, 0x9f, ..] => 3,
        [0xe3, 0x80, 0x80, ..] | [0xef, 0xbb, 0xbf, ..] => 3,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
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
            text.extend(
                members.iter().map(|(word, terminal)| rule(&format!("kw_{}", word.replace('-', "_")), (word, *terminal, *terminal))),
            );
            ranges.push(range);
        }
        let find = |name: &str| ranges.iter().find(|range| range.0 == name).unwrap();
        text.push('\n');
        text.extend(RANGES.iter().map(|(name, first, last)| rule(name, (name, find(first).1, find(last).2))));
        text
    }

    fn rule(name: &str, (_, first, last): (&str, char, char)) -> String {
        let quote =
            |terminal: char| if terminal.is_ascii() { format!("'{terminal}'") } else { format!("'\\u{{{:x}}}'", u32::from(terminal)) };
        format!("{name} = _{{ {}..{} }}\n", quote(first), quote(last))
    }

    #[test]
    fn the_grammar_names_every_token() {
        let written = include_str!("../../../../grammar/kusto_tokens.pest");
        assert!(written == grammar(), "grammar/kusto_tokens.pest should read:\n{}", grammar());
    }
}
