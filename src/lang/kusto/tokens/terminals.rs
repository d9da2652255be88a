//! The alphabet of the grammar: one character for each kind of token.
//!
//! `grammar/kusto_tokens.pest` is this table in pest's words (a test compares them). The characters are chosen so that what the grammar asks
//! most often, "is this a word?", "is this an operator?", is one range of characters. They mean nothing to anybody else.

use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// What is no token of the language.
pub(in crate::lang::kusto) const BROKEN: char = '?';
/// The word before the bracket of a constant like `datetime(…)`.
pub(super) const TYPED: char = '3';
/// `in`, `has_any`, `has_all`.
pub(super) const IN_WORD: char = 'd';
/// A word without a meaning of its own.
pub(super) const NAME: char = 'n';
/// The same directly after a `*`: part of a wildcard, or a factor.
pub(super) const GLUED: char = 'o';
/// A word that the grammar has no use for and that is still no name without brackets.
pub(super) const RESERVED: char = 'r';

/// Tokens that are no keywords: the rule's name in the grammar, its character, how it is written.
pub(super) const SIGNS: &[(&str, char, &[&str])] = &[
    ("string_token", '1', &[]),
    ("number_token", '2', &[]),
    ("typed_token", TYPED, &[]),
    ("bool_token", '4', &["true", "false", "True", "False", "TRUE", "FALSE"]),
    ("close", ')', &[")"]),
    ("open_brace", '<', &["{"]),
    ("close_brace", '>', &["}"]),
    ("comma", ',', &[","]),
    ("bar", '/', &["|"]),
    ("semicolon", ';', &[";"]),
    ("assign", '=', &["="]),
    ("arrow", 'A', &["=>"]),
    ("dots", 'D', &[".."]),
    ("close_bracket", 'F', &["]"]),
    // From here to `between` stand the tokens with which an expression goes on after an operand.
    ("dot", 'G', &["."]),
    ("open_bracket", 'H', &["["]),
    ("open", 'I', &["("]),
    ("not_between", 'S', &["!between"]),
    ("in_sign", 'T', &["!in~", "!in", "in~"]),
    ("minus", 'U', &["-"]),
    ("plus", 'V', &["+"]),
    ("asterisk", 'W', &["*"]),
    ("colon", 'X', &[":"]),
    ("less", 'Y', &["<"]),
    ("greater", 'Z', &[">"]),
    ("equal", '^', &["==", "=~", "!=", "!~"]),
    ("compare", '_', &["<=", "<>", ">=", "/", "%"]),
    ("text_sign", '`', TEXT_SIGNS),
    // From here on they are words.
    ("text_word", 'a', TEXT_WORDS),
    ("and", 'b', &["and"]),
    ("or", 'c', &["or"]),
    ("in_word", IN_WORD, &["in", "has_any", "has_all"]),
    ("between", 'e', &["between"]),
    ("name_token", NAME, &[]),
    ("glued_token", GLUED, &[]),
    ("reserved_token", RESERVED, &[]),
];

const TEXT_WORDS: &[&str] = &[
    "has",
    "has_cs",
    "hasprefix",
    "hasprefix_cs",
    "hassuffix",
    "hassuffix_cs",
    "contains",
    "contains_cs",
    "containscs",
    "startswith",
    "startswith_cs",
    "endswith",
    "endswith_cs",
    "notcontains",
    "notcontainscs",
    "like",
    "likecs",
    "notlike",
    "notlikecs",
];

const TEXT_SIGNS: &[&str] = &[
    "matches regex",
    "!has",
    "!has_cs",
    "!hasprefix",
    "!hasprefix_cs",
    "!hassuffix",
    "!hassuffix_cs",
    "!contains",
    "!contains_cs",
    "!containscs",
    "!startswith",
    "!startswith_cs",
    "!endswith",
    "!endswith_cs",
];

/// Words before the bracket of a constant, which holds anything but a closing one.
const TYPED_WORDS: &[&str] =
    &["datetime", "date", "decimal", "double", "timespan", "time", "real", "long", "int64", "int32", "int", "bool", "guid", "uuid"];

/// Keywords in groups, each a range of characters of the group's name; the ranges follow one another.
pub(super) const KEYWORDS: &[(&str, &[&str])] = &[
    ("parameter_word", PARAMETERS),
    ("clause_word", WORDS),
    ("operator_word", OPERATORS),
    // A query may begin with these. Up to `word_head` a keyword is a name where a name is used, up to `stop_word` where one is declared.
    ("word_head", &["evaluate", "range"]),
    ("stop_head", &["union", "print", "search", "find", "invoke", "entity_group"]),
    ("stop_word", &["by", "of", "dynamic", "datatable", "externaldata", "external_data", "typeof"]),
    ("hyphen_head", HYPHEN_HEADS),
    ("hyphen_operator", HYPHEN_OPERATORS),
    ("hyphen_word", &["project-smart", "granny-asc", "granny-desc", "partitioned-by"]),
];

/// Names of operators' parameters.
pub(super) const PARAMETERS: &[&str] = &[
    "kind",
    "isfuzzy",
    "withsource",
    "with_source",
    "bagexpansion",
    "with_itemindex",
    "with_match_id",
    "with_step_name",
    "expandoutput",
    "decodeblocks",
    "cycles",
    "output",
    "flags",
    "bin_legacy",
    "with_component_id",
    "with_node_id",
    "datascope",
    "__crossCluster",
    "__crossDB",
    "__id",
    "__isFuzzy",
    "__noWithSource",
    "__packedColumn",
    "__sourceColumnIndex",
];

const WORDS: &[&str] = &[
    "hint",
    "on",
    "with",
    "to",
    "from",
    "step",
    "asc",
    "desc",
    "nulls",
    "first",
    "last",
    "bin",
    "default",
    "id",
    "others",
    "optional",
    "declare",
    "query_parameters",
    "pattern",
    "restrict",
    "access",
    "alias",
    "database",
    "let",
    "set",
    "view",
    "null",
    "pack",
    "__projectAway",
    "__contextual_datatable",
];

const OPERATORS: &[&str] = &[
    "where",
    "filter",
    "extend",
    "project",
    "summarize",
    "join",
    "lookup",
    "sort",
    "order",
    "take",
    "limit",
    "distinct",
    "top",
    "count",
    "sample",
    "mvexpand",
    "mvapply",
    "parse",
    "render",
    "serialize",
    "as",
    "fork",
    "facet",
    "partition",
    "__partitionby",
    "reduce",
    "scan",
    "getschema",
    "consume",
    "__executeAndCache",
];

const HYPHEN_HEADS: &[&str] = &[
    "make-graph",
    "graph-match",
    "graph-shortest-paths",
    "graph-to-table",
    "graph-mark-components",
    "graph-where-nodes",
    "graph-where-edges",
    "mv-expand",
    "mv-apply",
    "macro-expand",
];

const HYPHEN_OPERATORS: &[&str] = &[
    "project-away",
    "project-keep",
    "project-rename",
    "project-reorder",
    "project-by-names",
    "make-series",
    "parse-where",
    "parse-kv",
    "top-nested",
    "top-hitters",
    "sample-distinct",
    "assert-schema",
];

#[cfg(test)]
/// Ranges that the grammar asks for: a name, the first and the last of its tokens.
pub(super) const RANGES: &[(&str, &str, &str)] = &[
    // With these an expression goes on after an operand; those among them that take another operand.
    ("operator_token", "dot", "between"),
    ("infix_token", "minus", "or"),
    // Names where they are used, and where they are declared.
    ("word_token", "text_word", "word_head"),
    ("any_word_token", "text_word", "stop_word"),
    ("head_token", "word_head", "stop_head"),
];

/// The first keyword's character; every keyword has two bytes.
const FIRST_KEYWORD: u32 = 0x100;

/// Returns each keyword with its character, in order.
pub(super) fn keywords() -> impl Iterator<Item = (&'static str, char)> {
    let words = KEYWORDS.iter().flat_map(|(_, words)| words.iter().copied());
    words.zip(FIRST_KEYWORD..).filter_map(|(word, code)| Some((word, char::from_u32(code)?)))
}

/// Returns the character of a word or of an operator that begins with a word; `NAME` for all others.
pub(super) fn of_word(word: &str) -> char {
    static WORDS: LazyLock<FxHashMap<&str, char>> = LazyLock::new(|| {
        let reserved = crate::lang::kusto::names::all_reserved().map(|word| (word, RESERVED));
        let signs = SIGNS.iter().flat_map(|(_, terminal, words)| words.iter().map(|word| (*word, *terminal)));
        reserved.chain(TYPED_WORDS.iter().map(|word| (*word, TYPED))).chain(signs).chain(keywords()).collect()
    });
    // Most names have a capital first, keywords never but `True` and the like.
    let may_be = word.bytes().next().is_some_and(|first| !first.is_ascii_uppercase() || matches!(first, b'T' | b'F'));
    if may_be { WORDS.get(word).copied().unwrap_or(NAME) } else { NAME }
}
