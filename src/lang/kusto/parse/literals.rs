//! Constants: strings decoded, numbers and times computed. `dynamic(…)` is read in `json.rs`.

use super::Rule;
use super::build::{Builder, Built, Part, fault, take};
use crate::ir::datetime::{TICKS_PER_DAY, parse_datetime};
use crate::ir::timespan::parse_timespan;
use crate::lang::kusto::ast::{ColumnDeclaration, ExprKind, Literal, LiteralKind};

impl<'t> Builder<'t> {
    /// Builds a constant from any literal rule.
    pub(super) fn literal(&self, part: &Part<'t>) -> Built<Literal> {
        let raw = match part.as_rule() {
            Rule::string => return Ok(self.string_literal(part)),
            Rule::dynamic => return self.dynamic(part),
            _ => self.joined(part, ""),
        };
        let kind = match part.as_rule() {
            Rule::number => number(&raw),
            Rule::bool => LiteralKind::Bool(Some(raw.eq_ignore_ascii_case("true"))),
            Rule::typed => typed(&raw),
            _ => return Err(fault(self.span(part), "a constant is expected here")),
        };
        Ok(Literal { kind, raw })
    }

    fn string_literal(&self, part: &Part<'t>) -> Literal {
        let place = part.as_span();
        joined_strings(self.places.get(place.start()..place.end()).unwrap_or_default().iter().map(|token| token.text(self.source)))
    }

    /// Returns what a string literal stands for.
    pub(super) fn string_value(&self, part: &Part<'t>) -> String {
        match self.string_literal(part).kind {
            LiteralKind::String(value) => value,
            _ => String::new(),
        }
    }

    /// Builds `typeof(…)`.
    pub(super) fn type_of(&self, part: Part<'t>) -> Built<ExprKind> {
        let (mut ty, mut columns, mut star) = (None, Vec::<ColumnDeclaration>::new(), false);
        for item in part.into_inner() {
            match item.as_rule() {
                Rule::star => star = true,
                Rule::column => columns.push(self.column(item)?),
                _ => ty = Some(self.scalar_type(&item)?),
            }
        }
        Ok(ExprKind::TypeOf { ty, columns, star })
    }

    /// Builds `name: type`.
    pub(super) fn column(&self, part: Part<'t>) -> Built<ColumnDeclaration> {
        let mut parts = part.into_inner().peekable();
        let name = self.next_name(&mut parts, super::build::NamePosition::Declaration)?;
        let _ = take(&mut parts, Rule::type_mark);
        let ty = self.next(&mut parts)?;
        Ok(ColumnDeclaration { name, ty: self.scalar_type(&ty)? })
    }
}

/// Decodes adjacent string literals, which are one; the text kept has one blank between them.
pub(super) fn joined_strings<'t>(tokens: impl Iterator<Item = &'t str>) -> Literal {
    let (mut value, mut raw) = (String::new(), String::new());
    for text in tokens {
        decode(text, &mut value);
        raw.push_str(if raw.is_empty() { "" } else { " " });
        raw.push_str(text);
    }
    Literal { kind: LiteralKind::String(value), raw }
}

/// Reads `5`, `0x1F`, `1.5`, `1e3`, `1.5h`, with or without a sign.
pub(super) fn number(raw: &str) -> LiteralKind {
    let (negative, digits) = raw.strip_prefix('-').map_or((false, raw.trim_start_matches('+')), |rest| (true, rest));
    let digits = digits.trim_start_matches(' ');
    let signed = |n: Option<i64>| if negative { n.map(i64::wrapping_neg) } else { n };
    if let Some(hex) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        return LiteralKind::Long(signed(u64::from_str_radix(hex, 16).ok().map(|n| n as i64)));
    }
    if digits.bytes().all(|b| b.is_ascii_digit()) {
        // A number past 64 bits is an error of the engine, not of the syntax; null here.
        return LiteralKind::Long(signed(digits.parse().ok()));
    }
    if digits.ends_with(|c: char| c.is_ascii_alphabetic()) {
        return LiteralKind::TimeSpan(signed(parse_timespan(digits)));
    }
    LiteralKind::Real(digits.parse().ok().map(|n: f64| if negative { -n } else { n }))
}

/// Reads `datetime(…)`, `int(…)` and so on; what cannot be read is null, as the engine has it.
pub(super) fn typed(raw: &str) -> LiteralKind {
    let (name, rest) = raw.split_once('(').unwrap_or((raw, ""));
    let inner = rest.strip_suffix(')').unwrap_or(rest).trim();
    let text = inner.trim_matches(|c| c == '"' || c == '\'');
    let long = || match number(text) {
        LiteralKind::Long(n) => n,
        _ => None,
    };
    match name {
        "datetime" | "date" => LiteralKind::DateTime(parse_datetime(text)),
        "timespan" | "time" => LiteralKind::TimeSpan(parse_timespan(text).or_else(|| days(text))),
        "long" | "int64" => LiteralKind::Long(long()),
        "int" | "int32" => LiteralKind::Int(long().and_then(|n| i32::try_from(n).ok())),
        "real" | "double" => LiteralKind::Real(real(text)),
        "decimal" => LiteralKind::Decimal((text != "null" && !text.is_empty()).then(|| text.to_owned())),
        "bool" => LiteralKind::Bool(boolean(text)),
        _ => LiteralKind::Guid(uuid::Uuid::try_parse(text).ok().map(|id| id.to_string())),
    }
}

/// `timespan(1.5)` is a day and a half (otel/timespan-043), though `totimespan("1.5")` is null (k2s/1307).
fn days(text: &str) -> Option<i64> {
    let is_plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-'));
    let ticks = text.parse::<f64>().ok().filter(|_| is_plain)? * TICKS_PER_DAY as f64;
    (ticks.abs() < 9.2e18).then_some(ticks.round() as i64)
}

fn real(text: &str) -> Option<f64> {
    match text {
        "null" | "" => None,
        "+inf" | "inf" => Some(f64::INFINITY),
        "-inf" => Some(f64::NEG_INFINITY),
        "nan" => Some(f64::NAN),
        _ => text.parse().ok(),
    }
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" => Some(true),
        "0" => Some(false),
        _ => text.to_ascii_lowercase().parse().ok(),
    }
}

/// Decodes one whole string literal (`scalar-data-types/string.md`).
fn decode(raw: &str, value: &mut String) {
    let text = raw.trim_start_matches(['h', 'H']);
    let bare = text.trim_start_matches('@');
    let fence = ["```", "~~~", "\"", "'"].into_iter().find(|fence| bare.starts_with(fence)).unwrap_or("");
    let body = bare.strip_prefix(fence).and_then(|body| body.strip_suffix(fence)).unwrap_or(bare);
    match fence {
        "\"" if text != bare => value.push_str(&body.replace("\"\"", "\"")),
        "'" if text != bare => value.push_str(&body.replace("''", "'")),
        "\"" | "'" => unescape(body, value),
        _ => value.push_str(body),
    }
}

fn unescape(body: &str, value: &mut String) {
    let mut rest = body;
    while let Some((plain, escaped)) = rest.split_once('\\') {
        value.push_str(plain);
        rest = escape(escaped, value);
    }
    value.push_str(rest);
}

/// Decodes what follows a backslash and returns the rest.
fn escape<'t>(text: &'t str, value: &mut String) -> &'t str {
    let mut chars = text.chars();
    let Some(c) = chars.next() else { return "" };
    let digits = |from: &'t str, radix: u32, most: usize| -> (&'t str, Option<char>) {
        let length = from.chars().take(most).take_while(|c| c.is_digit(radix)).count();
        let (digits, rest) = from.split_at_checked(length).unwrap_or((from, ""));
        (rest, u32::from_str_radix(digits, radix).ok().and_then(char::from_u32))
    };
    let (rest, decoded) = match c {
        'x' => digits(chars.as_str(), 16, 2),
        'u' => digits(chars.as_str(), 16, 4),
        'U' => digits(chars.as_str(), 16, 8),
        '0'..='7' => digits(text, 8, 3),
        _ => (chars.as_str(), Some(simple_escape(c))),
    };
    value.push(decoded.unwrap_or(char::REPLACEMENT_CHARACTER));
    rest
}

fn simple_escape(c: char) -> char {
    match c {
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn strings_of_every_kind_are_decoded() {
        let mut value = String::new();
        for piece in [r#""a\tb""#, "@'c''d'", r#"h"e\x41""#, "```f\"g```"] {
            decode(piece, &mut value);
        }
        assert_eq!(value, "a\tbc'deAf\"g");
    }
}
