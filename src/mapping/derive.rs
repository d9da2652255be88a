//! Elastic fields that follow from several of Sentinel's, by conditions in the source file: to predicates, and to values of events.

use super::event::values;
use super::facts::satisfies;
use super::format::Derived;
use super::load::PartRef;
use super::logic::{and, constant, not, or};
use super::path::Path;
use super::predicate::Direction;
use super::transform::Problem;
use crate::ir::{Case, Dialect, Expr, ExprKind, FieldRef, Matcher, Value};
use crate::lang::kuery;
use crate::source::Span;
use serde_json::Value as Json;

impl Derived {
    /// Returns the condition of a value, over Sentinel's fields; `None` where it does not read (`validate` says so).
    pub(super) fn condition(&self, text: &str, span: Span) -> Option<Expr> {
        let lower = |text: &String| Some(kuery::lower(&kuery::parse(text).ok()?, &|_| crate::schema::FieldType::default()));
        let read = self.read.get_or_init(|| self.values.values().chain(&self.present).map(|text| (text.clone(), lower(text))).collect());
        Some(placed(read.get(text)?.as_ref()?, span, self.ignore_case))
    }

    /// Returns the condition under which the field satisfies a matcher; `None` where values that are not listed might.
    pub(super) fn when(&self, matcher: &Matcher, span: Span) -> Option<Expr> {
        let present = || self.condition(self.present.as_ref()?, span);
        match matcher {
            Matcher::Exists if self.present.is_some() => return present(),
            Matcher::IsNull if self.present.is_some() => return present().map(not),
            _ => {}
        }
        let mut either = Vec::new();
        if self.open && !matches!(matcher, Matcher::Equals { value, .. } if self.lists(value)) {
            return None;
        }
        for (value, condition) in &self.values {
            if satisfies(matcher, &Value::string(value))? {
                either.push(self.condition(condition, span)?);
            }
        }
        Some(or(either, span))
    }

    /// Tells whether it has a condition for a value.
    pub(super) fn lists(&self, value: &Value) -> bool {
        self.values.keys().any(|known| super::facts::equal(&Value::string(known), value, Case::Insensitive))
    }
}

/// Gives a condition the place of the predicate that it stands for.
fn placed(expr: &Expr, span: Span, ignore_case: bool) -> Expr {
    let mut out = expr.map_children(&mut |child| placed(child, span, ignore_case));
    out.span = span;
    if let ExprKind::Match { matcher: Matcher::Equals { case, .. } | Matcher::Wildcard { case, .. }, .. } = &mut out.kind
        && ignore_case
    {
        *case = Case::Insensitive;
    }
    out
}

impl Direction<'_> {
    /// Maps a match on a derived field: its condition, on the fields that the target has.
    pub(super) fn derived(&self, name: &str, matcher: &Matcher, span: Span) -> Option<Result<Expr, Problem>> {
        if self.from != Dialect::Elastic {
            return None;
        }
        let field = self.at.derived().find(|derived| derived.elastic == name)?;
        let condition = field.when(matcher, span)?;
        let onward = Direction { at: self.at, from: Dialect::Sentinel, to: self.to };
        Some(onward.each(&condition))
    }

    fn each(&self, expr: &Expr) -> Result<Expr, Problem> {
        let all = |operands: &[Expr]| operands.iter().map(|operand| self.each(operand)).collect::<Result<Vec<_>, _>>();
        match &expr.kind {
            ExprKind::And(operands) => Ok(and(all(operands)?, expr.span)),
            ExprKind::Or(operands) => Ok(or(all(operands)?, expr.span)),
            ExprKind::Not(inner) => Ok(not(self.each(inner)?)),
            ExprKind::Literal(_) => Ok(expr.clone()),
            _ => self.matched(expr),
        }
    }
}

/// Puts derived fields where a predicate over Sentinel's columns spells their conditions, as far as these take letters in any case:
/// Kibana's queries say that in no other way.
pub(super) fn recognised(expr: &Expr, at: &PartRef) -> Expr {
    let known = at.derived().filter(|field| field.ignore_case);
    let known = known.flat_map(|field| field.values.iter().map(move |(value, text)| (field, value, text)));
    let inner = match &expr.kind {
        ExprKind::And(_) | ExprKind::Or(_) | ExprKind::Not(_) => expr.map_children(&mut |child| recognised(child, at)),
        _ => expr.clone(),
    };
    known.fold(inner, |whole, (field, value, text)| {
        let Some(condition) = field.condition(text, expr.span) else { return whole };
        let matcher = Matcher::Equals { value: Value::string(value), case: Case::Sensitive };
        replaced(&whole, &condition, &super::logic::matches(&field.elastic, matcher, expr.span))
    })
}

/// Tells whether a condition is one on a derived field.
pub(super) fn is_derived(expr: &Expr, at: &PartRef) -> bool {
    matches!(&expr.kind, ExprKind::Match { field: FieldRef::Field(name), .. } if at.derived().any(|field| field.elastic == **name))
}

/// Puts another condition where one stands, possibly among others.
fn replaced(whole: &Expr, condition: &Expr, by: &Expr) -> Expr {
    let joins = |operands: &[Expr], parts: &[Expr]| {
        let is_part = |operand: &Expr| parts.iter().any(|part| part.is_alike(operand));
        let all_there = parts.iter().all(|part| operands.iter().any(|operand| operand.is_alike(part)));
        all_there.then(|| operands.iter().filter(|operand| !is_part(operand)).cloned().chain([by.clone()]).collect::<Vec<Expr>>())
    };
    match (&whole.kind, &condition.kind) {
        _ if whole.is_alike(condition) => by.clone(),
        (ExprKind::And(operands), ExprKind::And(parts)) => joins(operands, parts).map_or_else(|| whole.clone(), |all| and(all, whole.span)),
        (ExprKind::Or(operands), ExprKind::Or(parts)) => joins(operands, parts).map_or_else(|| whole.clone(), |all| or(all, whole.span)),
        _ => whole.clone(),
    }
}

/// Returns the derived fields of an event that is in Sentinel's or Sigma's shape.
pub(super) fn derived(event: &Json, from: Dialect, at: &PartRef) -> Vec<(String, Json)> {
    let direction = Direction { at, from: Dialect::Sentinel, to: from };
    let mut found = Vec::new();
    for field in at.derived() {
        let holds = |text: &String| {
            field
                .condition(text, Span::default())
                .is_some_and(|condition| direction.each(&condition).is_ok_and(|e| holds(&e, event, from, at)))
        };
        let mut values: Vec<Json> = Vec::new();
        values.extend(field.values.iter().filter(|(_, condition)| holds(condition)).map(|(value, _)| Json::from(value.as_str())));
        let value = if values.len() > 1 { Some(Json::Array(values)) } else { values.pop() };
        found.extend(value.map(|value| (field.elastic.clone(), value)));
    }
    found
}

/// Tells whether an event satisfies a condition on its fields. An empty text counts as missing, as in Sentinel's columns.
fn holds(condition: &Expr, event: &Json, dialect: Dialect, at: &PartRef) -> bool {
    match &condition.kind {
        ExprKind::And(operands) => operands.iter().all(|operand| holds(operand, event, dialect, at)),
        ExprKind::Or(operands) => operands.iter().any(|operand| holds(operand, event, dialect, at)),
        ExprKind::Not(inner) => !holds(inner, event, dialect, at),
        ExprKind::Literal(Value::Bool(truth)) => *truth,
        ExprKind::Match { field: FieldRef::Field(name), matcher } => {
            let values = values(event, &Path::parse(name), dialect, at);
            let mut there = values.iter().map(|(_, value)| value).filter(|value| !value.is_null() && value.as_str() != Some(""));
            there.any(|value| satisfies(matcher, &Value::from_json(value)) == Some(true))
        }
        _ => false,
    }
}

/// Uses what a conjunction says of one field in its other parts: `EventName == "X"` decides every other test of `EventName`.
pub(super) fn decided(expr: &Expr) -> Expr {
    let parts = expr.conjuncts();
    let known: Vec<(String, Vec<Value>)> = parts.iter().filter_map(pinned).collect();
    // A part that says what a field may be stays; it would decide itself.
    let decide = |(number, part): (usize, &Expr)| {
        let own = pinned(part);
        if own.as_ref().is_some_and(|own| is_implied(own, number, parts)) {
            return constant(true, part.span);
        }
        let own = own.map(|(name, _)| name);
        let others = known.iter().filter(|(name, _)| own.as_ref() != Some(name));
        others.fold(part.clone(), |e, (name, values)| with_known(&e, name, values))
    };
    and(parts.iter().enumerate().map(decide).collect(), expr.span)
}

/// Tells whether another part of a conjunction allows a field fewer of the values, or the same ones and comes first.
fn is_implied((name, values): &(String, Vec<Value>), number: usize, parts: &[Expr]) -> bool {
    parts.iter().enumerate().filter_map(|(at, part)| Some((at, pinned(part)?))).any(|(at, (other, fewer))| {
        let comes_first = (fewer.len(), at) < (values.len(), number);
        other == *name && comes_first && fewer.iter().all(|value| values.contains(value))
    })
}

/// Reads `f: a` and `f: a or f: b`, exactly compared, as the values that a field may have.
pub(super) fn pinned(expr: &Expr) -> Option<(String, Vec<Value>)> {
    match &expr.kind {
        ExprKind::Match { field: FieldRef::Field(name), matcher: Matcher::Equals { value, case: Case::Sensitive } } => {
            Some((name.to_string(), vec![value.clone()]))
        }
        ExprKind::Or(operands) => {
            let mut all = operands.iter().map(pinned);
            let (name, mut values) = all.next()??;
            for next in all {
                let (other, more) = next?;
                if other != name {
                    return None;
                }
                values.extend(more);
            }
            Some((name, values))
        }
        _ => None,
    }
}

fn with_known(expr: &Expr, name: &str, values: &[Value]) -> Expr {
    match &expr.kind {
        ExprKind::And(operands) => and(operands.iter().map(|e| with_known(e, name, values)).collect(), expr.span),
        ExprKind::Or(operands) => or(operands.iter().map(|e| with_known(e, name, values)).collect(), expr.span),
        ExprKind::Not(inner) => not(with_known(inner, name, values)),
        ExprKind::Match { field: FieldRef::Field(field), matcher } if **field == *name => {
            super::facts::agreed(matcher, values).map_or_else(|| expr.clone(), |truth| constant(truth, expr.span))
        }
        _ => expr.clone(),
    }
}
