//! What holds for every event of a part, applied to a predicate: constants decide matches, fields that the part has not are missing.
//!
//! A part whose predicate becomes false cannot hold a matching event; only then is it left out (design §5).

use super::format::{Constant, Dataset, Derived, Source, is_kusto};
use super::load::PartRef;
use super::logic::{and, constant, not, or, truth_of};
use super::path::Path;
use crate::ir::{Case, Dialect, Expr, ExprKind, FieldRef, Matcher, Pattern, PatternPart, Value, order, regexes, text};
use std::collections::BTreeMap;

/// What is known of a part's fields in one dialect.
pub(super) struct Facts<'a> {
    at: &'a PartRef,
    dialect: Dialect,
    constants: &'a BTreeMap<String, Constant>,
    /// Parts that are read together with it.
    beside: &'a [PartRef],
}

/// Tells whether a predicate may hold for events that an index has of other sources than these: their data set is another one, and
/// fields under the data set's own name are missing.
pub(super) fn may_hold_elsewhere(predicate: &Expr, sources: &[&Source]) -> bool {
    let datasets: Vec<&Dataset> = sources.iter().filter_map(|source| source.elastic.as_ref()?.dataset.as_ref()).collect();
    !datasets.is_empty() && truth_of(&elsewhere(predicate, &datasets)) != Some(false)
}

fn elsewhere(expr: &Expr, datasets: &[&Dataset]) -> Expr {
    match &expr.kind {
        ExprKind::And(operands) => and(operands.iter().map(|e| elsewhere(e, datasets)).collect(), expr.span),
        ExprKind::Or(operands) => or(operands.iter().map(|e| elsewhere(e, datasets)).collect(), expr.span),
        ExprKind::Not(inner) => not(elsewhere(inner, datasets)),
        ExprKind::Match { field: FieldRef::Field(name), matcher } => {
            let names_dataset = datasets.iter().any(|d| d.field == **name || d.also.iter().any(|also| *also == **name));
            let own = datasets.iter().any(|d| name.strip_prefix(d.value.as_str()).is_some_and(|rest| rest.starts_with('.')));
            let decided = match matcher {
                Matcher::Equals { .. } if names_dataset => Some(false),
                Matcher::IsNull if own => Some(true),
                _ if own => Some(false),
                _ => None,
            };
            decided.map_or_else(|| expr.clone(), |truth| constant(truth, expr.span))
        }
        _ => expr.clone(),
    }
}

/// What is known of one field.
enum Known {
    OneOf(Vec<Value>),
    Missing,
    Nothing,
}

impl<'a> Facts<'a> {
    /// Collects what is known of a part in a dialect.
    pub(super) fn of(at: &'a PartRef, dialect: Dialect) -> Self {
        Self { at, dialect, constants: at.implied(dialect), beside: &[] }
    }

    /// Adds the parts that are read together with it.
    pub(super) fn beside(self, beside: &'a [PartRef]) -> Self {
        Self { beside, ..self }
    }

    /// Rewrites a predicate with what is known.
    pub(super) fn apply(&self, expr: &Expr) -> Expr {
        match &expr.kind {
            ExprKind::And(operands) => and(operands.iter().map(|e| self.apply(e)).collect(), expr.span),
            ExprKind::Or(operands) if self.is_one_of(operands) => constant(true, expr.span),
            ExprKind::Or(operands) => or(operands.iter().map(|e| self.apply(e)).collect(), expr.span),
            ExprKind::Not(inner) => not(self.apply(inner)),
            ExprKind::Match { field: FieldRef::Field(name), matcher } => {
                let decided = match self.known(name) {
                    _ if self.is_elsewhere(name, matcher) => Some(false),
                    Known::OneOf(values) => agreed(matcher, &values),
                    Known::Missing => Some(matches!(matcher, Matcher::IsNull)),
                    Known::Nothing => None,
                };
                decided.map_or_else(|| expr.clone(), |truth| constant(truth, expr.span))
            }
            _ => expr.clone(),
        }
    }

    /// Tells whether alternatives take every value that a field may have.
    fn is_one_of(&self, operands: &[Expr]) -> bool {
        let mut asked: Vec<(&str, Vec<&Matcher>)> = Vec::new();
        for operand in operands {
            let ExprKind::Match { field: FieldRef::Field(name), matcher } = &operand.kind else { continue };
            match asked.iter_mut().find(|(known, _)| *known == &**name) {
                Some((_, matchers)) => matchers.push(matcher),
                None => asked.push((name, vec![matcher])),
            }
        }
        asked.iter().any(|(name, matchers)| {
            let Known::OneOf(values) = self.known(name) else { return false };
            let is_taken = |value: &Value| matchers.iter().any(|matcher| satisfies(matcher, value) == Some(true));
            matchers.len() > 1 && values.iter().all(is_taken)
        })
    }

    /// Tells whether a matcher asks for a value that only other parts have, or that is none of those that there are.
    fn is_elsewhere(&self, name: &str, matcher: &Matcher) -> bool {
        let Matcher::Equals { value, case } = matcher else { return false };
        let mut others = self.at.except(self.dialect).filter(|(field, _)| *field == name);
        others.any(|(_, constant)| constant.values().iter().any(|other| equal(other, value, *case)))
            || self.derived(name).is_some_and(|derived| !derived.open && !derived.lists(value))
    }

    /// The values that an Elastic field has by conditions on others.
    fn derived(&self, name: &str) -> Option<&'a Derived> {
        self.at.derived().find(|derived| self.dialect == Dialect::Elastic && derived.elastic == name)
    }

    /// Tells whether the tables beside have a column that the part's own has not: their union leaves it empty there
    /// (<https://learn.microsoft.com/kusto/query/union-operator>).
    fn is_column_of_others(&self, name: &str) -> bool {
        let is_missing = is_kusto(self.dialect) && self.at.has_column(name) == Some(false);
        is_missing && self.beside.iter().any(|other| other.has_column(name) == Some(true))
    }

    fn known(&self, name: &str) -> Known {
        if let Some(constant) = self.constants.get(name) {
            return Known::OneOf(constant.values());
        }
        let path = Path::parse(name);
        if self.is_column_of_others(path.column()) {
            return Known::Missing;
        }
        let source = &self.at.source;
        let names = |p: &Path| !p.is_everything() && p.captures(&path).is_some();
        let mut named = source.fields.iter().filter(|f| f.path(self.dialect, source).is_some_and(names)).peekable();
        let is_unmapped = self.dialect == Dialect::Elastic && self.at.part.unmapped.iter().any(|own| own.captures(&path).is_some());
        let is_foreign = named.peek().is_some() && !named.any(|field| field.is_in(&self.at.part));
        if is_foreign && !is_unmapped && self.derived(name).is_none() { Known::Missing } else { Known::Nothing }
    }
}

/// Decides a matcher where every possible value gives the same answer.
pub(super) fn agreed(matcher: &Matcher, values: &[Value]) -> Option<bool> {
    let mut answers = values.iter().map(|value| satisfies(matcher, value));
    let first = answers.next()??;
    answers.all(|answer| answer == Some(first)).then_some(first)
}

/// Tells whether a constant satisfies a matcher; `None` where that takes a whole event.
pub(super) fn satisfies(matcher: &Matcher, value: &Value) -> Option<bool> {
    Some(match matcher {
        Matcher::Exists => true,
        Matcher::IsNull => false,
        Matcher::Equals { value: wanted, case } => equal(value, wanted, *case),
        Matcher::Wildcard { pattern, case } => regex_matches(&wildcard_regex(pattern), *case, &plain(value))?,
        Matcher::Regex { regex, anchored, case } => {
            let regex = if *anchored { format!("^(?:{regex})$") } else { regex.to_string() };
            regex_matches(&regex, *case, &plain(value))?
        }
        Matcher::Text { text, phrase } => {
            *phrase && text::equals_folded(text, &plain(value)) || equal(value, &Value::string(text), Case::Insensitive)
        }
        Matcher::Compare { .. } | Matcher::Token(_) | Matcher::Cidr(_) | Matcher::Field { .. } | Matcher::Nested(_) => return None,
    })
}

/// Compares as fields do: a number with its text, a truth with its name.
pub(super) fn equal(a: &Value, b: &Value, case: Case) -> bool {
    if order::equals(a, b) {
        return true;
    }
    let (a, b) = (plain(a), plain(b));
    if case == Case::Insensitive { text::equals_folded(&a, &b) } else { a == b }
}

/// Returns a constant as event fields spell it.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_string(),
        Value::Bool(truth) => truth.to_string(),
        other => crate::ir::convert::to_text(other, crate::ir::Type::Dynamic),
    }
}

/// Returns a wildcard pattern as a regular expression over the whole text.
pub(super) fn wildcard_regex(pattern: &Pattern) -> String {
    let mut out = String::from("^");
    for part in &pattern.parts {
        match part {
            PatternPart::Text(text) => out.push_str(&regex::escape(text)),
            PatternPart::Many => out.push_str("(?s:.*)"),
            PatternPart::One => out.push_str("(?s:.)"),
        }
    }
    out.push('$');
    out
}

fn regex_matches(regex: &str, case: Case, text: &str) -> Option<bool> {
    Some(regexes::compiled(regex, case).ok()?.is_match(text))
}
