//! Matchers made ready to run: patterns, networks and expressions are built once, then tried on many values.
//!
//! It looks at one value at a time; which values a field has is `eval::event`'s business.

mod date_math;
mod glob;
mod scalar;

use crate::diagnostic::Diagnostic;
use crate::ir::{Case, Comparison, Matcher, Value, order, regexes, text, tokens};
use crate::source::Span;
use glob::Glob;
use ipnet::IpNet;
use regex::Regex;
use scalar::Bound;
use std::net::IpAddr;

pub(crate) use glob::Glob as WildcardPattern;
pub(crate) use scalar::{number_of, text_of, time_of};

/// A matcher ready to run on single values.
#[derive(Debug)]
pub struct CompiledMatcher(Kind);

#[derive(Debug)]
enum Kind {
    Exists,
    IsNull,
    Never,
    Text { text: String, case: Case },
    Number(Value),
    Bool(bool),
    Same(Value),
    Glob(Glob),
    Regex(Box<Regex>),
    Tokens { tokens: Vec<String>, phrase: bool },
    Token(Glob),
    Compare(Comparison, Bound),
    Network(IpNet),
}

impl CompiledMatcher {
    /// Makes a matcher ready; `now` (ticks) is what date math starts from. `Field` and `Nested` look at more than one value and
    /// are compiled by [`super::event::Predicate`].
    ///
    /// # Errors
    /// A broken regular expression or network, with the span given.
    pub fn new(matcher: &Matcher, now: i64, span: Span) -> Result<Self, Diagnostic> {
        Ok(Self(match matcher {
            Matcher::Exists => Kind::Exists,
            Matcher::IsNull => Kind::IsNull,
            Matcher::Equals { value, case } => equals(value, *case),
            Matcher::Wildcard { pattern, case } => Kind::Glob(Glob::new(pattern, *case)),
            Matcher::Regex { regex, anchored, case } => Kind::Regex(Box::new(compile_regex(regex, *anchored, *case, span)?)),
            Matcher::Text { text, phrase } => Kind::Tokens { tokens: tokens::tokens(text), phrase: *phrase },
            Matcher::Token(pattern) => Kind::Token(Glob::new(pattern, Case::Insensitive)),
            Matcher::Compare { op, value } => Kind::Compare(*op, Bound::new(*op, value, now)),
            Matcher::Cidr(network) => Kind::Network(network_of(network, span)?),
            Matcher::Field { .. } | Matcher::Nested(_) => {
                return Err(Diagnostic::error("not-a-value-matcher", span, "the condition looks at more than one value"));
            }
        }))
    }

    /// Tells whether one value, never an array, satisfies it. Null satisfies `IsNull` alone.
    pub fn matches(&self, value: &Value) -> bool {
        if value.is_null() {
            return matches!(self.0, Kind::IsNull);
        }
        match &self.0 {
            Kind::Exists => scalar::has_value(value),
            Kind::IsNull | Kind::Never => false,
            Kind::Text { text: wanted, case: Case::Sensitive } => text_of(value).is_some_and(|text| *text == **wanted),
            Kind::Text { text: wanted, case: Case::Insensitive } => text_of(value).is_some_and(|found| text::equals_folded(&found, wanted)),
            Kind::Number(wanted) => scalar::number_of(value).is_some_and(|found| order::equals(&found, wanted)),
            Kind::Bool(wanted) => scalar::bool_of(value) == Some(*wanted),
            Kind::Same(wanted) => order::equals(value, wanted),
            Kind::Glob(glob) => text_of(value).is_some_and(|text| glob.matches(&text)),
            Kind::Regex(regex) => text_of(value).is_some_and(|text| regex.is_match(&text)),
            Kind::Tokens { tokens: wanted, phrase } => text_of(value).is_some_and(|text| tokens::found(&text, wanted, *phrase)),
            Kind::Token(glob) => text_of(value).is_some_and(|text| tokens::tokens(&text).iter().any(|token| glob.matches(token))),
            Kind::Compare(op, bound) => bound.compare(value).is_some_and(|order| op.holds(order)),
            Kind::Network(network) => address_of(value).is_some_and(|address| network.contains(&address)),
        }
    }

    /// Tells whether a value or any element of it satisfies it, two-valued.
    pub fn matches_any(&self, value: &Value) -> bool {
        match value {
            Value::Array(items) if items.is_empty() => matches!(self.0, Kind::IsNull),
            Value::Array(items) => items.iter().any(|item| self.matches_any(item)),
            value => self.matches(value),
        }
    }

    /// Tells whether a missing field satisfies it.
    pub fn matches_missing(&self) -> bool {
        matches!(self.0, Kind::IsNull)
    }
}

/// Tells whether a value or any element of it satisfies a matcher; a matcher that cannot run (see [`CompiledMatcher::new`]) is not satisfied.
/// Who tries many values compiles the matcher once instead.
pub fn matches_value(matcher: &Matcher, value: &Value, now: i64) -> bool {
    CompiledMatcher::new(matcher, now, Span::default()).is_ok_and(|compiled| compiled.matches_any(value))
}

fn equals(value: &Value, case: Case) -> Kind {
    match value {
        // Elasticsearch finds nothing for a null term (`spec/kuery-semantics.md` §2).
        Value::Null => Kind::Never,
        Value::String(text) => Kind::Text { text: text.to_string(), case },
        Value::Int(_) | Value::Long(_) | Value::Real(_) | Value::Decimal(_) => Kind::Number(value.clone()),
        Value::Bool(value) => Kind::Bool(*value),
        Value::DateTime(_) => Kind::Compare(Comparison::Eq, Bound::new(Comparison::Eq, value, 0)),
        other => Kind::Same(other.clone()),
    }
}

fn compile_regex(regex: &str, anchored: bool, case: Case, span: Span) -> Result<Regex, Diagnostic> {
    let whole = if anchored { format!(r"\A(?:{regex})\z") } else { regex.to_owned() };
    regexes::compiled(&whole, case).map_err(|error| {
        let reason = error.to_string();
        let reason = reason.lines().last().unwrap_or("").trim_start_matches("error: ").to_owned();
        Diagnostic::error("bad-regex", span, format!("the regular expression `{regex}` cannot run: {reason}"))
            .with_help("look-around and back references are outside the common subset that every target understands")
    })
}

/// Reads a network; an address alone is the network of that address, and bits behind the mask do not count.
fn network_of(text: &str, span: Span) -> Result<IpNet, Diagnostic> {
    let parsed = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
    parsed.ok_or_else(|| Diagnostic::error("bad-network", span, format!("`{text}` is no IP network")))
}

fn address_of(value: &Value) -> Option<IpAddr> {
    value.as_str()?.parse().ok()
}
