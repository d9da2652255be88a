//! Types of event fields, as Elasticsearch maps them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a field is indexed (<https://www.elastic.co/docs/reference/elasticsearch/mapping-reference/field-data-types>).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// Exact text; what an unknown field is taken for.
    #[default]
    Keyword,
    /// Exact text, made for wildcard search.
    Wildcard,
    /// One value for the whole index.
    ConstantKeyword,
    /// Analysed text.
    Text,
    /// Analysed text without scores.
    MatchOnlyText,
    /// IPv4 or IPv6 address.
    Ip,
    /// Point in time.
    Date,
    /// 64-bit integer; the smaller integers too.
    Long,
    /// Floating point.
    Double,
    /// true, false.
    Boolean,
    /// A whole object as keywords.
    Flattened,
    /// Fields below.
    Object,
    /// Objects kept apart.
    Nested,
    /// Latitude and longitude.
    GeoPoint,
    /// Bytes.
    Binary,
}

/// Type of an event field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct FieldType {
    /// How it is indexed.
    pub kind: FieldKind,
    /// Whether ECS says that it holds a list; any field may.
    pub array: bool,
}

impl FieldKind {
    /// Returns the mapping type's name; [`FieldType::from_name`] reads it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Keyword => "keyword",
            Self::Wildcard => "wildcard",
            Self::ConstantKeyword => "constant_keyword",
            Self::Text => "text",
            Self::MatchOnlyText => "match_only_text",
            Self::Ip => "ip",
            Self::Date => "date",
            Self::Long => "long",
            Self::Double => "double",
            Self::Boolean => "boolean",
            Self::Flattened => "flattened",
            Self::Object => "object",
            Self::Nested => "nested",
            Self::GeoPoint => "geo_point",
            Self::Binary => "binary",
        }
    }

    /// Tells whether values compare as numbers.
    pub fn is_numeric(self) -> bool {
        matches!(self, Self::Long | Self::Double)
    }

    /// Tells whether values are matched as whole text.
    pub fn is_exact_text(self) -> bool {
        matches!(self, Self::Keyword | Self::Wildcard | Self::ConstantKeyword | Self::Flattened)
    }

    /// Tells whether text is split into tokens before it is searched.
    pub fn is_analysed(self) -> bool {
        matches!(self, Self::Text | Self::MatchOnlyText)
    }
}

impl FieldType {
    /// Builds the type of a field that is no array.
    pub fn new(kind: FieldKind) -> Self {
        Self { kind, array: false }
    }

    /// Reads a mapping type name, `[]` at its end marking an array.
    pub fn from_name(name: &str) -> Option<Self> {
        let (name, array) = name.strip_suffix("[]").map_or((name, false), |rest| (rest, true));
        let kind = match name {
            "keyword" | "alias" | "version" | "array" => FieldKind::Keyword,
            "wildcard" => FieldKind::Wildcard,
            "constant_keyword" => FieldKind::ConstantKeyword,
            "text" => FieldKind::Text,
            "match_only_text" => FieldKind::MatchOnlyText,
            "ip" => FieldKind::Ip,
            "date" | "date_nanos" => FieldKind::Date,
            "long" | "integer" | "short" | "byte" | "unsigned_long" => FieldKind::Long,
            "double" | "float" | "half_float" | "scaled_float" | "number" => FieldKind::Double,
            "boolean" => FieldKind::Boolean,
            "flattened" => FieldKind::Flattened,
            "object" => FieldKind::Object,
            "nested" => FieldKind::Nested,
            "geo_point" => FieldKind::GeoPoint,
            "binary" => FieldKind::Binary,
            _ => return None,
        };
        Some(Self { kind, array: array || name == "array" })
    }
}
