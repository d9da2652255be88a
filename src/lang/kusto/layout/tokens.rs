//! A query as tokens and bracket groups, comments among them: what layout works on.

/// What kind of text a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A word, a number, a string or a constant.
    Word,
    /// Punctuation.
    Mark,
    /// A comment to the end of its line.
    Comment,
}

/// A token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'t> {
    /// Its text.
    pub text: &'t str,
    /// What it is.
    pub kind: TokenKind,
    /// Whether white space stood before it.
    pub spaced: bool,
    /// Line ends that stood before it.
    pub lines: usize,
}

/// A token, or brackets with what is in them.
#[derive(Clone, Debug)]
pub(super) enum Node<'t> {
    /// A token.
    Token(Token<'t>),
    /// Brackets.
    Group {
        /// The opening bracket.
        open: Token<'t>,
        /// What is inside.
        inside: Vec<Node<'t>>,
        /// The closing bracket.
        close: Token<'t>,
    },
}

impl<'t> Node<'t> {
    /// Returns the first token.
    pub(super) fn first(&self) -> Token<'t> {
        match self {
            Self::Token(token) | Self::Group { open: token, .. } => *token,
        }
    }

    /// Returns the last token.
    pub(super) fn last(&self) -> Token<'t> {
        match self {
            Self::Token(token) | Self::Group { close: token, .. } => *token,
        }
    }

    /// Tells whether it is this token.
    pub(super) fn is(&self, text: &str) -> bool {
        matches!(self, Self::Token(token) if token.text == text && token.kind != TokenKind::Comment)
    }

    /// Tells whether it is a comment.
    pub(super) fn is_comment(&self) -> bool {
        matches!(self, Self::Token(token) if token.kind == TokenKind::Comment)
    }
}

/// Keywords with hyphens: one token, not a subtraction.
const HYPHENATED: &[&str] = &[
    "project-away",
    "project-keep",
    "project-rename",
    "project-reorder",
    "project-by-names",
    "project-smart",
    "mv-expand",
    "mv-apply",
    "make-series",
    "make-graph",
    "graph-match",
    "graph-shortest-paths",
    "graph-to-table",
    "graph-mark-components",
    "graph-where-nodes",
    "graph-where-edges",
    "parse-where",
    "parse-kv",
    "top-nested",
    "top-hitters",
    "sample-distinct",
    "assert-schema",
    "macro-expand",
    "granny-asc",
    "granny-desc",
    "partitioned-by",
];

/// Marks of more than one character, longest first.
const MARKS: &[&str] = &["-->", "<--", "]->", "<-[", "==", "=~", "!=", "!~", "<=", "<>", ">=", "=>", "..", "-[", "]-", "--"];

/// Constants whose brackets hold anything but a closing one.
const TYPED: &[&str] =
    &["datetime", "date", "decimal", "double", "timespan", "time", "real", "long", "int64", "int32", "int", "bool", "guid", "uuid"];

/// Reads tokens and groups. A text whose brackets do not match gives the leftover brackets as marks.
pub(super) fn read(text: &str) -> Vec<Node<'_>> {
    let mut open: Vec<(Token<'_>, Vec<Node<'_>>)> = Vec::new();
    let mut nodes = Vec::new();
    let mut lexer = Lexer { text, at: 0, leading: true };
    while let Some(token) = lexer.token() {
        match token.text {
            "(" | "[" | "{" if token.kind == TokenKind::Mark => open.push((token, std::mem::take(&mut nodes))),
            ")" | "]" | "}" if token.kind == TokenKind::Mark => match open.pop() {
                Some((start, outside)) => {
                    let inside = std::mem::replace(&mut nodes, outside);
                    nodes.push(Node::Group { open: start, inside, close: token });
                }
                None => nodes.push(Node::Token(token)),
            },
            _ => nodes.push(Node::Token(token)),
        }
    }
    while let Some((start, mut outside)) = open.pop() {
        outside.push(Node::Token(start));
        outside.append(&mut nodes);
        nodes = outside;
    }
    nodes
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    /// Only comments came so far.
    leading: bool,
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn token(&mut self) -> Option<Token<'t>> {
        let blanks = self.rest().len() - self.rest().trim_start_matches(is_blank).len();
        let before = self.rest().get(..blanks).unwrap_or("");
        let (spaced, lines) = (blanks > 0, before.matches('\n').count());
        self.at += blanks;
        let rest = self.rest();
        // Lines that begin with `#` before the query are directives, which the language ignores.
        let directive = self.leading && rest.starts_with('#');
        let (length, kind) = if directive { (line_length(rest), TokenKind::Comment) } else { measure(rest)? };
        self.leading &= kind == TokenKind::Comment;
        self.at += length;
        let text = rest.get(..length)?;
        let text = if kind == TokenKind::Comment { text.trim_end_matches(is_blank) } else { text };
        Some(Token { text, kind, spaced, lines })
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{180e}' | '\u{200b}' | '\u{feff}')
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

fn line_length(rest: &str) -> usize {
    rest.find(['\n', '\r']).unwrap_or(rest.len())
}

/// Measures the token at the start of a text.
fn measure(rest: &str) -> Option<(usize, TokenKind)> {
    let first = rest.chars().next()?;
    if rest.starts_with("//") {
        return Some((line_length(rest), TokenKind::Comment));
    }
    if let Some(length) = string_length(rest) {
        return Some((length, TokenKind::Word));
    }
    if is_word(first) {
        return Some((word_length(rest), TokenKind::Word));
    }
    if first == '!' && rest.chars().nth(1).is_some_and(|c| c.is_ascii_alphabetic()) {
        let word = 1 + rest.get(1..).map_or(0, word_length);
        return Some((word, TokenKind::Word));
    }
    let mark = MARKS.iter().find(|mark| rest.starts_with(**mark) && !mark.starts_with(']') && !mark.ends_with('['));
    Some((mark.map_or(first.len_utf8(), |mark| mark.len()), TokenKind::Mark))
}

fn word_length(rest: &str) -> usize {
    let word = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
    let text = rest.get(..word).unwrap_or("");
    let after = rest.get(word..).unwrap_or("");
    if after.starts_with('-') {
        let boundary = |length: usize| !rest.get(length..).is_some_and(|rest| rest.starts_with(is_word));
        return HYPHENATED
            .iter()
            .map(|keyword| (keyword, keyword.len()))
            .filter(|(k, n)| rest.starts_with(**k) && boundary(*n))
            .map(|(_, n)| n)
            .max()
            .unwrap_or(word);
    }
    if text == "in" && after.starts_with('~') {
        return word + 1;
    }
    if after.starts_with('(') && TYPED.contains(&text) {
        return after.find(')').map_or(word, |close| word + close + 1);
    }
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return number_length(rest, word);
    }
    word
}

/// `1.5e-3`, `1.5h`: a number goes on over its point and its exponent's sign.
fn number_length(rest: &str, word: usize) -> usize {
    let mut length = word;
    let tail = |from: usize| rest.get(from..).unwrap_or("");
    if tail(length).starts_with('.') && !tail(length).starts_with("..") {
        length += 1;
        length += tail(length).find(|c| !is_word(c)).unwrap_or(tail(length).len());
    }
    let exponent = rest.get(..length).is_some_and(|text| text.ends_with(['e', 'E']) && !text.starts_with("0x"));
    if exponent && tail(length).starts_with(['+', '-']) {
        length += 1;
        length += tail(length).find(|c: char| !c.is_ascii_digit()).unwrap_or(tail(length).len());
    }
    length
}

/// Measures a string of any kind, as the vendor's lexer does.
fn string_length(rest: &str) -> Option<usize> {
    let prefix = usize::from(rest.starts_with(['h', 'H']));
    let body = rest.get(prefix..)?;
    for fence in ["```", "~~~"] {
        if let Some(inner) = body.strip_prefix(fence) {
            return Some(prefix + 3 + inner.find(fence).map_or(inner.len(), |end| end + 3));
        }
    }
    let verbatim = body.starts_with('@');
    let quote = body.get(usize::from(verbatim)..)?.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let start = prefix + usize::from(verbatim) + 1;
    let mut chars = rest.get(start..)?.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if !verbatim => {
                chars.next();
            }
            _ if c == quote && !(verbatim && chars.next_if(|(_, next)| *next == quote).is_some()) => {
                return Some(start + at + c.len_utf8());
            }
            '\n' | '\r' => return Some(start + at),
            _ => {}
        }
    }
    Some(rest.len())
}
