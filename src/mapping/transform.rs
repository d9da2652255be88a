//! One match on one dialect's field as matches on another's: value transforms as the entries of `targets/sources/` state them.
//!
//! Every result is exact or named: an entry that cannot say a matcher gives the reason, and the next entry is tried.

use super::facts::{equal, plain, satisfies};
use super::format::{Constant, ElasticType, End, Field};
use super::logic::{constant, matches, not, or};
use crate::diagnostic::Fidelity;
use crate::ir::{Case, Dialect, Expr, Matcher, Pattern, PatternPart, Type, Value, convert};
use crate::source::Span;
use std::sync::Arc;

/// Why a predicate cannot be said on the other side.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Problem {
    /// Loss code.
    pub(super) code: &'static str,
    /// What is so, in a sentence.
    pub(super) message: String,
    /// Place in the original query.
    pub(super) span: Span,
    /// Whether leaving the condition out would lose more than a predicate: a second table, or something not understood.
    pub(super) fatal: bool,
    /// What comes close, with how it differs where no negation stands above it.
    pub(super) instead: Option<Box<(Expr, Fidelity)>>,
}

impl Problem {
    /// Builds a problem of a predicate.
    pub(super) fn new(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), span, fatal: false, instead: None }
    }

    /// Builds a problem that refuses the translation wherever it stands.
    pub(super) fn fatal(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { fatal: true, ..Self::new(code, span, message) }
    }
}

/// A match on its way to another field.
pub(super) struct Rewrite<'a> {
    pub(super) field: &'a Field,
    /// The target field's name.
    pub(super) target: &'a str,
    pub(super) span: Span,
}

impl Rewrite<'_> {
    /// Rewrites a matcher.
    pub(super) fn run(&self, matcher: &Matcher, from: Dialect, to: Dialect) -> Result<Expr, Problem> {
        let field = self.field;
        let matcher = &super::spelling::respelled(matcher, &field.spellings, from, to);
        if field.dword && (from == Dialect::Sigma) != (to == Dialect::Sigma) {
            return super::rendered::converted(self.target, matcher, from, self.span);
        }
        if let Some((separator, end)) = &field.part_of {
            return match (field.is_whole(from), field.is_whole(to)) {
                (true, false) => Err(self.problem("value-held-otherwise", format!("`{}` holds a part of the value", self.target))),
                (false, true) => self.whole_of(matcher, separator, *end),
                _ => self.kept(matcher, from, to),
            };
        }
        match (field.is_second(from), field.is_second(to)) {
            (false, true) => self.to_second(matcher, from, to),
            (true, false) => self.of_second(matcher, from, to),
            _ => self.kept(matcher, from, to),
        }
    }

    /// The value is the same on both sides; constants get the target field's type.
    fn kept(&self, matcher: &Matcher, from: Dialect, to: Dialect) -> Result<Expr, Problem> {
        if let (Matcher::Text { text, phrase }, true) = (matcher, to != Dialect::Elastic) {
            return Err(self.analysed(text, *phrase));
        }
        // Sigma's values are Sentinel's; the predicates of either know the types of its columns.
        if matches!(matcher, Matcher::Exists | Matcher::IsNull) || (from != Dialect::Elastic && to != Dialect::Elastic) {
            return Ok(self.is(matcher.clone()));
        }
        match (&self.field.elastic, &self.field.sentinel) {
            (Some((_, kind)), _) if to == Dialect::Elastic => self.typed(matcher, kind.kusto(), *kind == ElasticType::Ip),
            (_, Some((_, kind))) => self.typed(matcher, *kind, false),
            _ => Ok(self.is(matcher.clone())),
        }
    }

    fn is(&self, matcher: Matcher) -> Expr {
        matches(self.target, matcher, self.span)
    }

    fn equals(&self, value: Value, case: Case) -> Expr {
        self.is(Matcher::Equals { value, case })
    }

    fn problem(&self, code: &'static str, message: impl Into<String>) -> Problem {
        Problem::new(code, self.span, message)
    }

    /// Elasticsearch compares the words of analysed text; the others look for the text as it stands.
    fn analysed(&self, text: &str, phrase: bool) -> Problem {
        let part = |text: &str| {
            let parts = vec![PatternPart::Many, PatternPart::Text(Arc::from(text)), PatternPart::Many];
            self.is(Matcher::Wildcard { pattern: Pattern { parts }, case: Case::Insensitive })
        };
        let near = if phrase { part(text) } else { or(text.split_whitespace().map(part).collect(), self.span) };
        let mut problem =
            self.problem("analysed-text", format!("`{}` is searched for the text as it stands, not for its words", self.target));
        problem.instead = Some(Box::new((near, Fidelity::Different)));
        problem
    }

    fn to_second(&self, matcher: &Matcher, from: Dialect, to: Dialect) -> Result<Expr, Problem> {
        let field = self.field;
        if !field.values.is_empty() && !matches!(matcher, Matcher::Exists | Matcher::IsNull) {
            return self.enumerated_to_second(matcher);
        }
        if (field.array || field.words || field.printed_map) && !matches!(matcher, Matcher::Exists | Matcher::IsNull) {
            return Err(self.problem("value-held-otherwise", format!("`{}` holds the value in another shape", self.target)));
        }
        if let Some(factor) = field.factor
            && !matches!(matcher, Matcher::Exists | Matcher::IsNull)
        {
            return self.scaled(matcher, |n| n.checked_mul(factor));
        }
        if field.lower && !matches!(matcher, Matcher::Exists | Matcher::IsNull) {
            return self.lowered(matcher);
        }
        self.kept(matcher, from, to)
    }

    fn of_second(&self, matcher: &Matcher, from: Dialect, to: Dialect) -> Result<Expr, Problem> {
        let field = self.field;
        if !field.values.is_empty() {
            return self.enumerated_of_second(matcher);
        }
        if matches!(matcher, Matcher::Exists | Matcher::IsNull) {
            return Ok(self.is(matcher.clone()));
        }
        if field.words {
            return super::words::of_words(self.target, matcher, self.span);
        }
        if field.printed_map {
            return super::printed_map::in_json(self.target, matcher, self.span);
        }
        if field.array && (to == Dialect::Sigma || !matches!(matcher, Matcher::Equals { case: Case::Sensitive, .. })) {
            return Err(self.problem("value-held-otherwise", format!("`{}` holds the list as text", self.target)));
        }
        if let Some(factor) = field.factor {
            return self.scaled(matcher, |n| (n % factor == 0).then(|| n / factor));
        }
        if field.lower {
            return Ok(self.is(insensitive(matcher)));
        }
        self.kept(matcher, from, to)
    }

    /// Gives constants the type of the target field.
    fn typed(&self, matcher: &Matcher, kind: Type, ip: bool) -> Result<Expr, Problem> {
        let textual = kind == Type::String;
        match matcher {
            Matcher::Equals { value, case } => {
                // An address, a number or a date is never "".
                if plain(value).is_empty() && (!textual || ip) {
                    return Ok(constant(false, self.span));
                }
                let value = to_kind(value, kind)
                    .ok_or_else(|| self.problem("value-not-of-type", format!("`{}` holds {kind} values", self.target)))?;
                Ok(self.equals(value, if textual && !ip { *case } else { Case::Sensitive }))
            }
            Matcher::Compare { op, value } if textual => Ok(self.is(Matcher::Compare { op: *op, value: value.clone() })),
            Matcher::Compare { op, value } => {
                let value = to_kind(value, kind)
                    .ok_or_else(|| self.problem("value-not-of-type", format!("`{}` holds {kind} values", self.target)))?;
                Ok(self.is(Matcher::Compare { op: *op, value }))
            }
            Matcher::Wildcard { .. } | Matcher::Regex { .. } | Matcher::Text { .. } | Matcher::Token(_) if !textual || ip => {
                let what = if ip { "ip" } else { kind.name() };
                Err(self.problem("pattern-on-typed-field", format!("`{}` is a field of type {what}, which takes no patterns", self.target)))
            }
            Matcher::Nested(_) => Err(self.problem("nested-not-mapped", "conditions on one element of an array of objects are not mapped")),
            other => Ok(self.is(other.clone())),
        }
    }

    fn enumerated_to_second(&self, matcher: &Matcher) -> Result<Expr, Problem> {
        let closed = self.field.values.iter().all(|(mine, _)| !is_star(mine));
        let holds = |mine: &Constant| match matcher {
            Matcher::Equals { value, case } => Some(equal(&mine.value(), value, *case)),
            // A pattern is decided on every value that there is.
            _ if closed => satisfies(matcher, &mine.value()),
            _ => None,
        };
        let mut found = Vec::new();
        for (mine, theirs) in &self.field.values {
            let held =
                holds(mine).ok_or_else(|| self.problem("value-not-enumerated", format!("`{}` holds a code for the value", self.target)))?;
            if held {
                found.push(self.pair(theirs));
            }
        }
        match matcher {
            Matcher::Equals { value, .. } if found.is_empty() => {
                Err(self.problem("value-not-enumerated", format!("`{}` has no value for `{}`", self.target, plain(value))))
            }
            _ => Ok(or(found, self.span)),
        }
    }

    fn pair(&self, value: &Constant) -> Expr {
        self.equals(value.value(), Case::Sensitive)
    }

    fn enumerated_of_second(&self, matcher: &Matcher) -> Result<Expr, Problem> {
        if matches!(matcher, Matcher::Compare { .. } | Matcher::Token(_) | Matcher::Cidr(_) | Matcher::Field { .. } | Matcher::Nested(_)) {
            return Err(self.problem("value-not-enumerated", format!("`{}` holds other values", self.target)));
        }
        let mut either = Vec::new();
        for (mine, theirs) in &self.field.values {
            if satisfies(matcher, &theirs.value()) != Some(true) {
                continue;
            }
            either.push(if is_star(mine) {
                let others = self.field.values.iter().filter(|(m, _)| !is_star(m)).map(|(m, _)| self.pair(m)).collect();
                not(or(others, self.span))
            } else {
                self.pair(mine)
            });
        }
        Ok(or(either, self.span))
    }

    /// The target holds the whole of which the original holds the part before or after a separator.
    fn whole_of(&self, matcher: &Matcher, separator: &str, end: End) -> Result<Expr, Problem> {
        let whole = match end {
            End::Head | End::Tail | End::Suffix => super::split::whole_of(matcher, separator, end),
            End::First | End::Last => Self::around_first(matcher, separator, end),
        };
        let wholes = whole
            .ok_or_else(|| self.problem("value-held-otherwise", format!("`{}` holds more than this part of the value", self.target)))?;
        Ok(or(wholes.into_iter().map(|matcher| self.is(matcher)).collect(), self.span))
    }

    fn around_first(matcher: &Matcher, separator: &str, end: End) -> Option<Vec<Matcher>> {
        if matches!(matcher, Matcher::Exists | Matcher::IsNull) {
            return Some(vec![matcher.clone()]);
        }
        let (parts, case) = super::split::pattern_of(matcher)?;
        let wildcard = |parts| Matcher::Wildcard { pattern: Pattern { parts: merged(parts) }, case };
        let separator = PatternPart::Text(Arc::from(separator));
        Some(if end == End::First {
            let followed = parts.iter().cloned().chain([separator, PatternPart::Many]).collect();
            vec![wildcard(followed), matcher.clone()]
        } else {
            vec![wildcard([PatternPart::Many, separator].into_iter().chain(parts).collect())]
        })
    }

    fn scaled(&self, matcher: &Matcher, scale: impl Fn(i64) -> Option<i64>) -> Result<Expr, Problem> {
        let scaled = |value: &Value| {
            let number = convert::to_long(value).and_then(&scale).map(Value::Long);
            number.ok_or_else(|| {
                self.problem(
                    "value-not-of-type",
                    format!("`{}` counts in another unit, in which the value is no whole number", self.target),
                )
            })
        };
        Ok(self.is(match matcher {
            Matcher::Equals { value, .. } => Matcher::Equals { value: scaled(value)?, case: Case::Sensitive },
            Matcher::Compare { op, value } => Matcher::Compare { op: *op, value: scaled(value)? },
            _ => return Err(self.problem("pattern-on-typed-field", format!("`{}` is a number, which takes no patterns", self.target))),
        }))
    }

    /// Elastic holds the text in lower case: comparisons that ignore case are exact, others would match too much.
    fn lowered(&self, matcher: &Matcher) -> Result<Expr, Problem> {
        let too_much = || self.problem("case-not-kept", format!("`{}` holds the text in lower case", self.target));
        Ok(self.is(match matcher {
            Matcher::Equals { value, case: Case::Insensitive } => {
                Matcher::Equals { value: Value::string(plain(value).to_lowercase()), case: Case::Sensitive }
            }
            Matcher::Wildcard { pattern, case: Case::Insensitive } => {
                let lower = |part: &PatternPart| match part {
                    PatternPart::Text(text) => PatternPart::Text(Arc::from(text.to_lowercase())),
                    other => other.clone(),
                };
                Matcher::Wildcard { pattern: Pattern { parts: pattern.parts.iter().map(lower).collect() }, case: Case::Sensitive }
            }
            Matcher::Regex { case: Case::Insensitive, .. } => matcher.clone(),
            _ => return Err(too_much()),
        }))
    }
}

/// `*` stands for every other value.
fn is_star(constant: &Constant) -> bool {
    *constant == Constant::Text("*".to_owned())
}

fn insensitive(matcher: &Matcher) -> Matcher {
    let mut out = matcher.clone();
    if let Matcher::Equals { case, .. } | Matcher::Wildcard { case, .. } | Matcher::Regex { case, .. } = &mut out {
        *case = Case::Insensitive;
    }
    out
}

/// Joins neighbouring texts.
pub(super) fn merged(parts: Vec<PatternPart>) -> Vec<PatternPart> {
    let mut out: Vec<PatternPart> = Vec::new();
    for part in parts {
        match (out.last_mut(), part) {
            (Some(PatternPart::Text(before)), PatternPart::Text(text)) => *before = Arc::from(format!("{before}{text}")),
            (Some(PatternPart::Many), PatternPart::Many) => {}
            (_, part) => out.push(part),
        }
    }
    out
}

/// Gives a constant a type; `None` where it has no value of that type.
pub(super) fn to_kind(value: &Value, kind: Type) -> Option<Value> {
    match kind {
        Type::String => Some(Value::string(plain(value))),
        Type::Bool => match plain(value).to_ascii_lowercase().as_str() {
            "true" | "1" => Some(Value::Bool(true)),
            "false" | "0" => Some(Value::Bool(false)),
            _ => None,
        },
        Type::Int | Type::Long => match value {
            Value::String(text) => text.parse::<i64>().ok().filter(|n| n.to_string() == **text).map(Value::Long),
            Value::Bool(_) => None,
            other => convert::to_long(other).map(Value::Long),
        },
        Type::Real | Type::Decimal => convert::to_real(value).map(Value::Real),
        Type::DateTime => match value {
            // Date math (`now-1d`) is Elasticsearch's own.
            Value::String(text) => crate::ir::datetime::parse_datetime(text).map(Value::DateTime),
            Value::DateTime(_) => Some(value.clone()),
            _ => None,
        },
        Type::TimeSpan | Type::Guid | Type::Dynamic | Type::Unknown => Some(value.clone()),
    }
}
