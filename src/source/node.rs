//! The positioned tree that YAML and TOML files are read into.
//!
//! Scalars are raw text first and typed later: `1.10` stays `1.10`, `no` stays `no`. The tree says how a value was written and
//! where; what it means is the reader's business.

use super::{OffsetMap, Span, Spanned};
use serde_json::Value as Json;

/// A value of a YAML or TOML file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// Where it is written, quotes included; of a block scalar the text below its `|`, of a block collection the first child to the last.
    pub span: Span,
    /// YAML tag as written out: `tag:yaml.org,2002:str`.
    pub tag: Option<String>,
    /// YAML anchor, without `&`.
    pub anchor: Option<String>,
    /// Where the alias stands that this node is a copy for; all other positions are those of the anchored text.
    pub alias: Option<Span>,
    /// Comments of the whole document, in order; on the root node only.
    pub comments: Vec<Comment>,
}

/// The forms of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text, number, truth value, date, null.
    Scalar(Scalar),
    /// Keys and values in the order of the file.
    Mapping(Vec<Entry>),
    /// Values in order.
    Sequence(Vec<Node>),
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key; nearly always a scalar.
    pub key: Node,
    /// The value.
    pub value: Node,
}

/// A decoded scalar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The text after unescaping, unfolding and un-indenting.
    pub value: String,
    /// How it was written.
    pub style: Style,
    /// Leads from bytes of `value` to bytes of the file.
    pub map: OffsetMap,
}

/// How a scalar was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// Without quotes: numbers, dates and truth values look like this.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// YAML `|`
    Literal,
    /// YAML `>`
    Folded,
    /// TOML `'''…'''`
    MultiLineLiteral,
    /// TOML `"""…"""`
    MultiLineBasic,
}

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The text after `#`, as written.
    pub text: String,
    /// Where it stands, `#` included.
    pub span: Span,
}

impl Node {
    /// Builds a node without tag, anchor and comments.
    pub fn new(kind: Kind, span: Span) -> Self {
        Self { kind, span, tag: None, anchor: None, alias: None, comments: Vec::new() }
    }

    /// Returns the scalar, if it is one.
    pub fn scalar(&self) -> Option<&Scalar> {
        match &self.kind {
            Kind::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// Returns the decoded text of a scalar.
    pub fn as_str(&self) -> Option<&str> {
        self.scalar().map(|s| s.value.as_str())
    }

    /// Returns the decoded text of a scalar with its place.
    pub fn spanned(&self) -> Option<Spanned<String>> {
        self.as_str().map(|text| Spanned::new(text.to_owned(), self.span))
    }

    /// Returns the entries of a mapping; none for everything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.kind {
            Kind::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// Returns the elements of a sequence; none for everything else.
    pub fn items(&self) -> &[Self] {
        match &self.kind {
            Kind::Sequence(items) => items,
            _ => &[],
        }
    }

    /// Returns the entry with that key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|e| e.key.as_str() == Some(key))
    }

    /// Returns the value under that key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|e| &e.value)
    }

    /// Tells whether it is a mapping.
    pub fn is_mapping(&self) -> bool {
        matches!(self.kind, Kind::Mapping(_))
    }

    /// Tells whether it is a plain scalar that YAML reads as null: nothing, `~`, `null`.
    pub fn is_null(&self) -> bool {
        self.scalar().is_some_and(|s| s.style == Style::Plain && matches!(s.value.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// Converts to JSON, typed by the file format only where nothing is lost by it: `1.10` and `007` stay text.
    pub fn to_json(&self) -> Json {
        match &self.kind {
            Kind::Scalar(scalar) if self.tag.is_none() && scalar.style == Style::Plain => plain(&scalar.value),
            Kind::Scalar(scalar) => Json::String(scalar.value.clone()),
            Kind::Sequence(items) => Json::Array(items.iter().map(Self::to_json).collect()),
            Kind::Mapping(entries) => {
                let member = |e: &Entry| (e.key.as_str().map_or_else(|| e.key.to_json().to_string(), str::to_owned), e.value.to_json());
                Json::Object(entries.iter().map(member).collect())
            }
        }
    }
}

/// Types a plain scalar by YAML 1.2's core schema (10.3.2), which TOML's numbers and truth values agree with.
fn plain(text: &str) -> Json {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Json::Null,
        "true" | "True" | "TRUE" => return Json::Bool(true),
        "false" | "False" | "FALSE" => return Json::Bool(false),
        _ => {}
    }
    let number: Option<serde_json::Number> = text.parse().ok();
    match number.map(|n| (n.to_string(), n)) {
        Some((canonical, number)) if canonical == text => Json::Number(number),
        _ => Json::String(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_are_typed_only_where_nothing_is_lost() {
        for (text, json) in [
            ("12", "12"),
            ("-1", "-1"),
            ("1.5", "1.5"),
            ("1.10", "\"1.10\""),
            ("007", "\"007\""),
            ("true", "true"),
            ("no", "\"no\""),
            ("~", "null"),
            ("2024-01-01", "\"2024-01-01\""),
            ("nan", "\"nan\""),
        ] {
            assert_eq!(plain(text).to_string(), json, "{text}");
        }
    }
}
