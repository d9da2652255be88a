//! How operators are written: one table for the parser and the printer.

use super::ast::{BinaryOp, Direction, InOp};

const BINARY: &[(&str, BinaryOp)] = &[
    ("==", BinaryOp::Equal),
    ("!=", BinaryOp::NotEqual),
    ("=~", BinaryOp::EqualTilde),
    ("!~", BinaryOp::NotEqualTilde),
    ("has", BinaryOp::Has),
    ("contains", BinaryOp::Contains),
    ("startswith", BinaryOp::StartsWith),
    ("endswith", BinaryOp::EndsWith),
    ("<", BinaryOp::Less),
    ("<=", BinaryOp::LessEqual),
    (">", BinaryOp::Greater),
    (">=", BinaryOp::GreaterEqual),
    ("+", BinaryOp::Add),
    ("-", BinaryOp::Subtract),
    ("*", BinaryOp::Multiply),
    ("/", BinaryOp::Divide),
    ("%", BinaryOp::Modulo),
    ("matches regex", BinaryOp::MatchesRegex),
    ("!has", BinaryOp::NotHas),
    ("has_cs", BinaryOp::HasCs),
    ("!has_cs", BinaryOp::NotHasCs),
    ("hasprefix", BinaryOp::HasPrefix),
    ("!hasprefix", BinaryOp::NotHasPrefix),
    ("hasprefix_cs", BinaryOp::HasPrefixCs),
    ("!hasprefix_cs", BinaryOp::NotHasPrefixCs),
    ("hassuffix", BinaryOp::HasSuffix),
    ("!hassuffix", BinaryOp::NotHasSuffix),
    ("hassuffix_cs", BinaryOp::HasSuffixCs),
    ("!hassuffix_cs", BinaryOp::NotHasSuffixCs),
    ("!contains", BinaryOp::NotContains),
    ("contains_cs", BinaryOp::ContainsCs),
    ("!contains_cs", BinaryOp::NotContainsCs),
    ("!startswith", BinaryOp::NotStartsWith),
    ("startswith_cs", BinaryOp::StartsWithCs),
    ("!startswith_cs", BinaryOp::NotStartsWithCs),
    ("!endswith", BinaryOp::NotEndsWith),
    ("endswith_cs", BinaryOp::EndsWithCs),
    ("!endswith_cs", BinaryOp::NotEndsWithCs),
    ("like", BinaryOp::Like),
    ("notlike", BinaryOp::NotLike),
    ("likecs", BinaryOp::LikeCs),
    ("notlikecs", BinaryOp::NotLikeCs),
    (":", BinaryOp::Search),
    // Older spellings, read and never printed.
    ("<>", BinaryOp::NotEqual),
    ("notcontains", BinaryOp::NotContains),
    ("containscs", BinaryOp::ContainsCs),
    ("notcontainscs", BinaryOp::NotContainsCs),
];

const LISTS: &[(&str, InOp)] = &[
    ("in", InOp::In),
    ("!in", InOp::NotIn),
    ("in~", InOp::InTilde),
    ("!in~", InOp::NotInTilde),
    ("has_any", InOp::HasAny),
    ("has_all", InOp::HasAll),
];

const DIRECTIONS: &[(&str, Direction)] =
    &[("asc", Direction::Asc), ("desc", Direction::Desc), ("granny-asc", Direction::GrannyAsc), ("granny-desc", Direction::GrannyDesc)];

fn find<T: Copy>(table: &[(&str, T)], text: &str) -> Option<T> {
    table.iter().find(|(spelling, _)| *spelling == text).map(|(_, op)| *op)
}

fn text<T: PartialEq>(table: &[(&'static str, T)], op: &T) -> &'static str {
    table.iter().find(|(_, other)| other == op).map_or("", |(spelling, _)| spelling)
}

impl BinaryOp {
    /// Reads an operator; older spellings included.
    pub fn from_spelling(spelling: &str) -> Option<Self> {
        find(BINARY, spelling)
    }

    /// Returns the text of the operator.
    pub fn spelling(self) -> &'static str {
        text(BINARY, &self)
    }
}

impl InOp {
    /// Reads a list operator.
    pub fn from_spelling(spelling: &str) -> Option<Self> {
        find(LISTS, spelling)
    }

    /// Returns the text of the operator.
    pub fn spelling(self) -> &'static str {
        text(LISTS, &self)
    }
}

impl Direction {
    /// Reads a sort direction.
    pub fn from_spelling(spelling: &str) -> Option<Self> {
        find(DIRECTIONS, spelling)
    }

    /// Returns the text of the direction.
    pub fn spelling(self) -> &'static str {
        text(DIRECTIONS, &self)
    }
}
