//! Sigma's field modifiers
//! (<https://sigmahq.io/sigma-specification/specification/sigma-appendix-modifiers.html>).

use crate::ir::Comparison;

/// A modifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Modifier {
    /// The value may stand anywhere in the field.
    Contains,
    /// The field begins with the value.
    StartsWith,
    /// The field ends with the value.
    EndsWith,
    /// Every value of the list must hold, not one.
    All,
    /// One value of the list must hold: the default, said aloud.
    Any,
    /// The value is a regular expression, found anywhere in the field.
    Regex,
    /// Regular expression flag: case does not count.
    IgnoreCase,
    /// Regular expression flag: `^` and `$` match at lines.
    MultiLine,
    /// Regular expression flag: `.` matches line breaks.
    DotAll,
    /// Case counts.
    Cased,
    /// The value is an IP network.
    Cidr,
    /// The value is encoded before it is compared.
    Base64,
    /// As `Base64`, at each of the three places that it may have inside a longer text.
    Base64Offset,
    /// UTF-16, little endian: `wide`, `utf16le`.
    Utf16Le,
    /// UTF-16, big endian.
    Utf16Be,
    /// UTF-16, little endian with a byte order mark.
    Utf16,
    /// A dash before a word stands for every character that Windows takes as one.
    WinDash,
    /// The value is the name of another field.
    FieldRef,
    /// Whether the field is there.
    Exists,
    /// `%name%` in the value stands for a list from outside.
    Expand,
    /// `gt`, `gte`, `lt`, `lte`
    Compare(Comparison),
    /// The field is not the value.
    NotEqual,
    /// A part of a point in time.
    Time(TimePart),
}

/// Parts of a point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TimePart {
    /// 0 to 59.
    Minute,
    /// 0 to 23.
    Hour,
    /// Of the month.
    Day,
    /// Of the year, as ISO 8601 counts.
    Week,
    /// 1 to 12.
    Month,
    /// Four digits.
    Year,
}

/// Every spelling; the first of a modifier is the one that is printed.
static NAMES: &[(&str, Modifier)] = &[
    ("contains", Modifier::Contains),
    ("startswith", Modifier::StartsWith),
    ("endswith", Modifier::EndsWith),
    ("all", Modifier::All),
    ("any", Modifier::Any),
    ("re", Modifier::Regex),
    ("i", Modifier::IgnoreCase),
    ("ignorecase", Modifier::IgnoreCase),
    ("m", Modifier::MultiLine),
    ("multiline", Modifier::MultiLine),
    ("s", Modifier::DotAll),
    ("dotall", Modifier::DotAll),
    ("cased", Modifier::Cased),
    ("cidr", Modifier::Cidr),
    ("base64", Modifier::Base64),
    ("base64offset", Modifier::Base64Offset),
    ("wide", Modifier::Utf16Le),
    ("utf16le", Modifier::Utf16Le),
    ("utf16be", Modifier::Utf16Be),
    ("utf16", Modifier::Utf16),
    ("windash", Modifier::WinDash),
    ("fieldref", Modifier::FieldRef),
    ("exists", Modifier::Exists),
    ("expand", Modifier::Expand),
    ("gt", Modifier::Compare(Comparison::Gt)),
    ("gte", Modifier::Compare(Comparison::Ge)),
    ("lt", Modifier::Compare(Comparison::Lt)),
    ("lte", Modifier::Compare(Comparison::Le)),
    ("neq", Modifier::NotEqual),
    ("minute", Modifier::Time(TimePart::Minute)),
    ("hour", Modifier::Time(TimePart::Hour)),
    ("day", Modifier::Time(TimePart::Day)),
    ("week", Modifier::Time(TimePart::Week)),
    ("month", Modifier::Time(TimePart::Month)),
    ("year", Modifier::Time(TimePart::Year)),
];

/// What Kusto's `datetime_part` calls the parts.
static PARTS: &[(&str, TimePart)] = &[
    ("minute", TimePart::Minute),
    ("hour", TimePart::Hour),
    ("day", TimePart::Day),
    ("week_of_year", TimePart::Week),
    ("month", TimePart::Month),
    ("year", TimePart::Year),
];

impl TimePart {
    /// Reads the name that Kusto's `datetime_part` has for it.
    pub fn from_kusto(name: &str) -> Option<Self> {
        PARTS.iter().find(|(known, _)| *known == name).map(|(_, part)| *part)
    }

    /// Returns the name that Kusto's `datetime_part` has for it.
    pub fn kusto(self) -> &'static str {
        PARTS.iter().find(|(_, known)| *known == self).map_or("", |(name, _)| name)
    }
}

impl Modifier {
    /// Reads a modifier's name.
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, modifier)| *modifier)
    }

    /// Returns the name that it is printed with.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(_, known)| *known == self).map_or("", |(name, _)| name)
    }

    /// Returns all names, for suggestions.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, _)| *name)
    }

    /// Tells whether it changes the text that is compared, which regular expressions, networks and numbers do not have.
    pub fn is_textual(self) -> bool {
        matches!(
            self,
            Self::Contains
                | Self::StartsWith
                | Self::EndsWith
                | Self::Base64
                | Self::Base64Offset
                | Self::Utf16Le
                | Self::Utf16Be
                | Self::Utf16
                | Self::WinDash
        )
    }
}
