//! Static types of expressions and columns.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A scalar type. The names are Kusto's; event languages use the subset they have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Type {
    /// Not known: no schema said it. Never guessed; checks stay silent on it.
    #[default]
    Unknown,
    /// true, false.
    Bool,
    /// 32-bit integer.
    Int,
    /// 64-bit integer.
    Long,
    /// IEEE double.
    Real,
    /// Decimal number.
    Decimal,
    /// Point in time, 100 ns.
    DateTime,
    /// Duration, 100 ns.
    TimeSpan,
    /// UUID.
    Guid,
    /// Text; has no null in Kusto ("" instead).
    String,
    /// JSON-like value.
    Dynamic,
}

impl Type {
    /// Returns Kusto's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Long => "long",
            Self::Real => "real",
            Self::Decimal => "decimal",
            Self::DateTime => "datetime",
            Self::TimeSpan => "timespan",
            Self::Guid => "guid",
            Self::String => "string",
            Self::Dynamic => "dynamic",
        }
    }

    /// Returns the .NET type that Kusto's `getschema` prints beside its own (`getschema-operator.md`).
    pub fn net_name(self) -> &'static str {
        match self {
            Self::Bool => "System.SByte",
            Self::Int => "System.Int32",
            Self::Long => "System.Int64",
            Self::Real => "System.Double",
            Self::Decimal => "System.Data.SqlTypes.SqlDecimal",
            Self::DateTime => "System.DateTime",
            Self::TimeSpan => "System.TimeSpan",
            Self::Guid => "System.Guid",
            Self::String => "System.String",
            Self::Dynamic | Self::Unknown => "System.Object",
        }
    }

    /// Reads a Kusto type name, aliases included (`scalar-data-types/index.md`).
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "bool" | "boolean" => Self::Bool,
            "int" | "int32" => Self::Int,
            "long" | "int64" => Self::Long,
            "real" | "double" => Self::Real,
            "decimal" => Self::Decimal,
            "datetime" | "date" => Self::DateTime,
            "timespan" | "time" => Self::TimeSpan,
            "guid" | "uuid" | "uniqueid" => Self::Guid,
            "string" => Self::String,
            "dynamic" => Self::Dynamic,
            _ => return None,
        })
    }

    /// Tells whether values of the type can be added and multiplied as numbers.
    pub fn is_numeric(self) -> bool {
        matches!(self, Self::Int | Self::Long | Self::Real | Self::Decimal)
    }

    /// Tells whether it is `int` or `long`.
    pub fn is_integer(self) -> bool {
        matches!(self, Self::Int | Self::Long)
    }
}

impl std::fmt::Display for Type {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
