//! Sigma's tree to the IR. Texts compare without case, any value of a field may hold, null is a missing field
//! (<https://sigmahq.io/sigma-specification/specification/sigma-rules-specification.html#detection>).
//!
//! `parse` has checked that modifiers and values go together; what still cannot be said becomes an opaque node with a code.

use super::ast::{Condition, ConditionKind, Detection, Item, Search, SearchKind, Value, ValueKind};
use super::modifier::{Modifier, TimePart};
use super::names;
use super::parse::number;
use super::pcre::from_pcre;
use super::placeholders::placeholder;
use super::value::{self, Dashed, Utf16};
use crate::ir::{self, Case, Expr, ExprKind, FieldRef, Matcher, Pattern, PatternPart, StringTest, Type};
use crate::source::Span;
use std::sync::Arc;

/// Lowers a detection to a predicate on one event; places count bytes of the file.
pub fn lower(detection: &Detection) -> Expr {
    let selections: Vec<(&str, Expr)> =
        detection.selections.iter().map(|selection| (selection.name.value.as_str(), search(&selection.search))).collect();
    Expr::any(detection.conditions.iter().map(|one| condition(one, &selections)), detection.span)
}

fn condition(tree: &Condition, selections: &[(&str, Expr)]) -> Expr {
    match &tree.kind {
        ConditionKind::And(items) => Expr::all(items.iter().map(|item| condition(item, selections)), tree.span),
        ConditionKind::Or(items) => Expr::any(items.iter().map(|item| condition(item, selections)), tree.span),
        ConditionKind::Not(inner) => Expr::negation(condition(inner, selections), tree.span),
        ConditionKind::Selection(name) => match selections.iter().find(|(known, _)| known == name) {
            Some((_, expr)) => expr.clone(),
            None => opaque(name, "unknown-selection", tree.span),
        },
        ConditionKind::Quantified { all, pattern } => {
            let meant = selections.iter().filter(|(name, _)| names::is_meant(name, pattern.as_deref())).map(|(_, expr)| expr.clone());
            if *all { Expr::all(meant, tree.span) } else { Expr::any(meant, tree.span) }
        }
    }
}

fn search(tree: &Search) -> Expr {
    match &tree.kind {
        SearchKind::All(items) => Expr::all(items.iter().map(item), tree.span),
        SearchKind::Any(items) => Expr::any(items.iter().map(search), tree.span),
        SearchKind::Keyword(value) => one_value(&Modifiers::default(), &FieldRef::Any, value),
    }
}

/// The modifiers of an item, sorted by what they do.
#[derive(Default)]
struct Modifiers<'a> {
    /// Those that change the text, in order.
    text: Vec<Modifier>,
    has: Vec<Modifier>,
    field: Option<&'a str>,
}

impl Modifiers<'_> {
    fn has(&self, modifier: Modifier) -> bool {
        self.has.contains(&modifier)
    }

    fn case(&self) -> Case {
        if self.has(Modifier::Cased) { Case::Sensitive } else { Case::Insensitive }
    }
}

fn item(item: &Item) -> Expr {
    let has: Vec<Modifier> = item.modifiers.iter().map(|modifier| modifier.value).collect();
    let text = has.iter().copied().filter(|modifier| modifier.is_textual()).collect();
    let modifiers = Modifiers { text, has, field: item.field.as_deref() };
    let field = modifiers.field.map_or(FieldRef::Any, |field| FieldRef::Field(field.into()));
    let span = item.values.iter().map(|value| value.span).fold(item.key, Span::to);
    let each = item.values.iter().map(|value| one_value(&modifiers, &field, value));
    let joined = if modifiers.has(Modifier::All) { Expr::all(each, span) } else { Expr::any(each, span) };
    if modifiers.has(Modifier::NotEqual) { Expr::negation(joined, span) } else { joined }
}

fn one_value(modifiers: &Modifiers<'_>, field: &FieldRef, value: &Value) -> Expr {
    let leaf = |matcher: Matcher| match_field(field.clone(), matcher, value.span);
    if let (Some(part), Some(name)) =
        (modifiers.has.iter().find_map(|m| if let Modifier::Time(part) = m { Some(*part) } else { None }), modifiers.field)
    {
        return match_field(time_part(part, name, value.span), comparison(modifiers, value), value.span);
    }
    match &value.kind {
        ValueKind::Bool(there) if modifiers.has(Modifier::Exists) => {
            let exists = leaf(Matcher::Exists);
            if *there { exists } else { Expr::negation(exists, value.span) }
        }
        ValueKind::Null => leaf(Matcher::IsNull),
        _ if modifiers.has.iter().any(|m| matches!(m, Modifier::Compare(_))) => leaf(comparison(modifiers, value)),
        ValueKind::Bool(b) => leaf(Matcher::Equals { value: ir::Value::Bool(*b), case: modifiers.case() }),
        ValueKind::Integer(n) if !modifiers.is_text(field) => leaf(Matcher::Equals { value: ir::Value::Long(*n), case: modifiers.case() }),
        ValueKind::Real(n) if !modifiers.is_text(field) => leaf(Matcher::Equals { value: ir::Value::Real(*n), case: modifiers.case() }),
        ValueKind::Integer(n) => text(modifiers, field, &n.to_string(), value.span),
        ValueKind::Real(n) => text(modifiers, field, &n.to_string(), value.span),
        ValueKind::Text(raw) => text(modifiers, field, raw, value.span),
    }
}

impl Modifiers<'_> {
    /// Tells whether numbers are compared as texts too: keywords, and modifiers that work on texts.
    fn is_text(&self, field: &FieldRef) -> bool {
        matches!(field, FieldRef::Any) || !self.text.is_empty() || self.has(Modifier::Regex) || self.has(Modifier::FieldRef)
    }
}

fn text(modifiers: &Modifiers<'_>, field: &FieldRef, raw: &str, span: Span) -> Expr {
    let leaf = |matcher: Matcher| match_field(field.clone(), matcher, span);
    if modifiers.has(Modifier::Regex) {
        return leaf(regex(modifiers, raw));
    }
    if modifiers.has(Modifier::Cidr) {
        return leaf(Matcher::Cidr(raw.into()));
    }
    if modifiers.has(Modifier::FieldRef) {
        return leaf(Matcher::Field { other: raw.into(), test: string_test(modifiers), case: modifiers.case() });
    }
    if modifiers.has(Modifier::Expand) && placeholder(raw).is_some() {
        return opaque(raw, "unresolved-placeholder", span);
    }
    let mut texts = Texts { patterns: vec![value::read(raw)], regexes: Vec::new(), bytes: Vec::new() };
    for modifier in &modifiers.text {
        texts = texts.changed(*modifier);
    }
    if matches!(field, FieldRef::Any) {
        // A keyword may stand anywhere in the event.
        texts = texts.changed(Modifier::Contains);
    }
    let case = modifiers.case();
    let pattern = |pattern: Pattern| match value::literal(&pattern) {
        Some(text) => Matcher::Equals { value: ir::Value::string(text), case },
        None => Matcher::Wildcard { pattern, case },
    };
    let texts = texts.settled();
    let patterns = texts.patterns.into_iter().map(pattern);
    let regexes = texts.regexes.into_iter().map(|regex| Matcher::Regex { regex: regex.into(), anchored: true, case });
    Expr::any(patterns.chain(regexes).map(leaf), span)
}

/// What the textual modifiers have made of a value so far.
struct Texts {
    patterns: Vec<Pattern>,
    /// Over the whole text.
    regexes: Vec<String>,
    /// Encoded texts that wait for Base64.
    bytes: Vec<Vec<u8>>,
}

impl Texts {
    fn changed(self, modifier: Modifier) -> Self {
        match modifier {
            Modifier::Utf16Le => self.encoded(Utf16::Little),
            Modifier::Utf16Be => self.encoded(Utf16::Big),
            Modifier::Utf16 => self.encoded(Utf16::Marked),
            Modifier::Base64 => self.in_base64(|bytes| vec![value::base64(bytes)]),
            Modifier::Base64Offset => self.in_base64(|bytes| value::base64_offsets(bytes).to_vec()),
            Modifier::WinDash => self.settled().dashed(),
            Modifier::Contains => self.settled().wrapped(true, true),
            Modifier::StartsWith => self.settled().wrapped(false, true),
            Modifier::EndsWith => self.settled().wrapped(true, false),
            _ => self,
        }
    }

    fn encoded(mut self, layout: Utf16) -> Self {
        for pattern in std::mem::take(&mut self.patterns) {
            match value::literal(&pattern) {
                Some(text) => self.bytes.push(value::utf16(text.as_bytes(), layout)),
                None => self.patterns.push(Pattern { parts: pattern.parts.iter().map(|part| encoded_part(part, layout)).collect() }),
            }
        }
        self
    }

    fn in_base64(mut self, encode: impl Fn(&[u8]) -> Vec<String>) -> Self {
        let texts = std::mem::take(&mut self.patterns).into_iter().filter_map(|pattern| value::literal(&pattern)).map(String::into_bytes);
        let bytes = std::mem::take(&mut self.bytes);
        self.patterns = texts.chain(bytes).flat_map(|bytes| encode(&bytes)).map(|text| of_text(&text)).collect();
        self
    }

    /// Bytes that no Base64 followed are text after all.
    fn settled(mut self) -> Self {
        let bytes = std::mem::take(&mut self.bytes);
        self.patterns.extend(bytes.iter().map(|bytes| of_text(&String::from_utf8_lossy(bytes))));
        self
    }

    fn dashed(mut self) -> Self {
        for pattern in std::mem::take(&mut self.patterns) {
            match value::vary_dashes(&pattern) {
                Dashed::Patterns(patterns) => self.patterns.extend(patterns),
                Dashed::Regex(regex) => self.regexes.push(regex),
            }
        }
        self
    }

    fn wrapped(mut self, before: bool, after: bool) -> Self {
        for pattern in &mut self.patterns {
            if before && pattern.parts.first() != Some(&PatternPart::Many) {
                pattern.parts.insert(0, PatternPart::Many);
            }
            if after && pattern.parts.last() != Some(&PatternPart::Many) {
                pattern.parts.push(PatternPart::Many);
            }
        }
        for regex in &mut self.regexes {
            let any = |here: bool| if here { "(?s:.*)" } else { "" };
            *regex = format!("{}{regex}{}", any(before), any(after));
        }
        self
    }
}

fn encoded_part(part: &PatternPart, layout: Utf16) -> PatternPart {
    match part {
        PatternPart::Text(text) => PatternPart::Text(String::from_utf8_lossy(&value::utf16(text.as_bytes(), layout)).into()),
        other => other.clone(),
    }
}

fn of_text(text: &str) -> Pattern {
    Pattern { parts: if text.is_empty() { Vec::new() } else { vec![PatternPart::Text(text.into())] } }
}

fn regex(modifiers: &Modifiers<'_>, raw: &str) -> Matcher {
    let flags: String =
        [(Modifier::MultiLine, 'm'), (Modifier::DotAll, 's')].iter().filter(|(m, _)| modifiers.has(*m)).map(|(_, flag)| *flag).collect();
    let body = from_pcre(raw);
    let regex = if flags.is_empty() { body } else { format!("(?{flags}){body}") };
    let case = if modifiers.has(Modifier::IgnoreCase) { Case::Insensitive } else { Case::Sensitive };
    Matcher::Regex { regex: regex.into(), anchored: false, case }
}

fn comparison(modifiers: &Modifiers<'_>, value: &Value) -> Matcher {
    let number = match value.kind {
        ValueKind::Integer(n) => ir::Value::Long(n),
        _ => number(&value.kind).map_or(ir::Value::Null, whole),
    };
    match modifiers.has.iter().find_map(|m| if let Modifier::Compare(op) = m { Some(*op) } else { None }) {
        Some(op) => Matcher::Compare { op, value: number },
        None => Matcher::Equals { value: number, case: modifiers.case() },
    }
}

fn whole(n: f64) -> ir::Value {
    if n.fract() == 0.0 && n.abs() < 9e15 { ir::Value::Long(n as i64) } else { ir::Value::Real(n) }
}

fn string_test(modifiers: &Modifiers<'_>) -> Option<StringTest> {
    modifiers.has.iter().find_map(|modifier| match modifier {
        Modifier::Contains => Some(StringTest::Contains),
        Modifier::StartsWith => Some(StringTest::StartsWith),
        Modifier::EndsWith => Some(StringTest::EndsWith),
        _ => None,
    })
}

/// A part of a field's time, as Kusto's `datetime_part` takes it out.
fn time_part(part: TimePart, field: &str, span: Span) -> FieldRef {
    let args = vec![Expr::literal(part.kusto(), Type::String, span), Expr::column(field, Type::DateTime, span)];
    FieldRef::Value(Box::new(Expr::new(ExprKind::Call { function: "datetime_part".into(), args }, Type::Long, span)))
}

fn match_field(field: FieldRef, matcher: Matcher, span: Span) -> Expr {
    Expr::new(ExprKind::Match { field, matcher }, Type::Bool, span)
}

fn opaque(text: &str, code: &'static str, span: Span) -> Expr {
    Expr::new(ExprKind::Opaque { text: Arc::from(text), code }, Type::Bool, span)
}
