//! Conditions: when they are true and when they are false. Where neither holds they are null
//! (<https://www.elastic.co/docs/reference/query-languages/esql/functions-operators/operators>).

use super::{Reader, own_function};
use crate::functions::lucene_regex::from_lucene;
use crate::ir::{Case, Comparison, Expr, ExprKind, Matcher, Pattern, PatternPart, StringTest, Type, Value};
use crate::lang::esql::sign_of;
use crate::schema::{Catalog, FieldKind};
use crate::source::Span;
use std::sync::Arc;

/// A condition taken apart.
pub(super) struct Truth {
    pub(super) yes: Expr,
    no: Expr,
}

impl Truth {
    fn total(yes: Expr) -> Self {
        let no = Expr::negation(yes.clone(), yes.span);
        Self { yes, no }
    }

    /// A test of a field: false only where there is a value.
    fn of_field(name: &str, yes: Expr) -> Self {
        let span = yes.span;
        let no = Expr::all([Expr::field_matches(name, Matcher::Exists, span), Expr::negation(yes.clone(), span)], span);
        Self { yes, no }
    }

    fn negated(self) -> Self {
        Self { yes: self.no, no: self.yes }
    }

    fn negated_if(self, negated: bool) -> Self {
        if negated { self.negated() } else { self }
    }
}

/// A field, as it is or in lower case.
#[derive(Clone)]
pub(super) struct Field {
    name: Arc<str>,
    is_folded: bool,
}

impl Field {
    /// Tells whether it holds addresses and nothing else: `TO_IP` changes none of them.
    pub(super) fn holds_addresses(&self) -> bool {
        Catalog::builtin().field(&self.name).is_some_and(|known| known.kind == FieldKind::Ip)
    }
}

impl Reader {
    /// Takes a condition apart.
    pub(super) fn condition(&mut self, expr: &Expr) -> Truth {
        let span = expr.span;
        match &expr.kind {
            ExprKind::And(items) => {
                let (yes, no) = items.iter().map(|item| self.condition(item)).map(|t| (t.yes, t.no)).unzip::<_, _, Vec<_>, Vec<_>>();
                Truth { yes: Expr::all(yes, span), no: Expr::any(no, span) }
            }
            ExprKind::Or(items) => {
                let (yes, no) = items.iter().map(|item| self.condition(item)).map(|t| (t.yes, t.no)).unzip::<_, _, Vec<_>, Vec<_>>();
                Truth { yes: Expr::any(yes, span), no: Expr::all(no, span) }
            }
            ExprKind::Not(inner) => self.condition(inner).negated(),
            ExprKind::Literal(_) | ExprKind::Match { .. } => Truth::total(expr.clone()),
            ExprKind::Column(name) if !self.computed.contains_key(name) => {
                let is =
                    |value: bool| Expr::field_matches(name, Matcher::Equals { value: Value::Bool(value), case: Case::Sensitive }, span);
                Truth { yes: is(true), no: is(false) }
            }
            _ => match own_function(expr) {
                Some((sign, [left, right])) if sign_of(sign).is_some() => {
                    let op = sign_of(sign).unwrap_or(Comparison::Eq);
                    self.compare(op, left, right, span)
                }
                Some((name, args)) => self.test(name, args, span).unwrap_or_else(|| self.computed_truth(expr)),
                None => self.computed_truth(expr),
            },
        }
    }

    fn computed_truth(&mut self, expr: &Expr) -> Truth {
        let yes = match own_function(expr) {
            Some((name, args)) => self.plain_call(expr, name, args),
            None => self.value(expr),
        };
        Truth { no: Expr::negation(yes.clone(), expr.span), yes }
    }

    pub(super) fn field(&self, expr: &Expr) -> Option<Field> {
        match &expr.kind {
            ExprKind::Column(name) if self.aliases.contains_key(name) => self.aliases.get(name).cloned(),
            ExprKind::Column(name) if !self.computed.contains_key(name) && !name.starts_with('$') => {
                Some(Field { name: name.clone(), is_folded: false })
            }
            _ => match own_function(expr)? {
                ("to_lower", [inner]) => self.field(inner).map(|field| Field { is_folded: true, ..field }),
                ("to_ip", [inner]) => self.field(inner).filter(Field::holds_addresses),
                _ => None,
            },
        }
    }

    fn compare(&mut self, op: Comparison, left: &Expr, right: &Expr, span: Span) -> Truth {
        match (self.field(left), constant(right), self.field(right), constant(left)) {
            (Some(field), Some(value), ..) => field_compare(&field, op, value, span),
            (_, _, Some(field), Some(value)) => field_compare(&field, op.mirrored(), value, span),
            _ => None,
        }
        .unwrap_or_else(|| self.computed_compare(op, left, right, span))
    }

    /// Text that is missing is null in ES|QL and empty elsewhere: it differs from nothing.
    fn computed_compare(&mut self, op: Comparison, left: &Expr, right: &Expr, span: Span) -> Truth {
        let is_text = [left, right].iter().any(|side| matches!(&side.kind, ExprKind::Literal(Value::String(_))));
        let (left, right) = (self.value(left), self.value(right));
        let compared = |op| {
            let kind = ExprKind::Compare { op, case: Case::Sensitive, left: Box::new(left.clone()), right: Box::new(right.clone()) };
            Expr::new(kind, Type::Bool, span)
        };
        let guarded = |op| {
            let there = Expr::new(ExprKind::Call { function: Arc::from("isnotempty"), args: vec![left.clone()] }, Type::Bool, span);
            if is_text && op == Comparison::Ne { Expr::all([there, compared(op)], span) } else { compared(op) }
        };
        Truth { yes: guarded(op), no: guarded(op.opposite()) }
    }

    /// The tests that are functions or words.
    fn test(&mut self, name: &str, args: &[Expr], span: Span) -> Option<Truth> {
        let (subject, rest) = args.split_first()?;
        if name == "is null" {
            if let Some(field) = self.field(subject) {
                return Some(Truth::total(Expr::field_matches(&field.name, Matcher::IsNull, span)));
            }
            let text = matches!(subject.ty, Type::Unknown | Type::String | Type::Dynamic);
            let function = Arc::from(if text { "isempty" } else { "isnull" });
            return Some(Truth::total(Expr::new(ExprKind::Call { function, args: vec![self.value(subject)] }, Type::Bool, span)));
        }
        // `MATCH` with a distance has no counterpart.
        if name == "match" && rest.len() > 1 {
            return None;
        }
        let constants: Vec<Value> = rest.iter().map(constant).collect::<Option<Vec<_>>>()?;
        let constants: Vec<Value> = constants.into_iter().flat_map(flattened).collect();
        let Some(field) = self.field(subject) else { return self.computed_test(name, subject, &constants, span) };
        let case = if field.is_folded { Case::Insensitive } else { Case::Sensitive };
        let each: Option<Vec<Matcher>> = constants.iter().map(|value| matcher(name, value, case)).collect();
        let mut each = each?;
        if field.is_folded && name == "rlike" && constants.iter().any(|value| !is_lower(value)) {
            return None;
        }
        if field.is_folded && constants.iter().any(|value| !is_lower(value)) {
            each.retain(|_| false);
        }
        let matches = each.into_iter().map(|matcher| Expr::field_matches(&field.name, matcher, span)).collect::<Vec<_>>();
        Some(Truth::of_field(&field.name, Expr::any(matches, span)))
    }

    /// The same tests of a computed text.
    fn computed_test(&mut self, name: &str, subject: &Expr, constants: &[Value], span: Span) -> Option<Truth> {
        let value = self.value(subject);
        let mut either = Vec::new();
        for constant in constants {
            let Value::String(text) = constant else { return None };
            let (test, needle) = match matcher(name, constant, Case::Sensitive)? {
                Matcher::Wildcard { pattern, .. } => tested(&pattern),
                Matcher::Regex { regex, .. } => (StringTest::Regex, format!("^(?:{regex})$")),
                Matcher::Equals { .. } => {
                    either.push(self.computed_compare(Comparison::Eq, subject, &Expr::literal(&**text, Type::Unknown, span), span).yes);
                    continue;
                }
                _ => return None,
            };
            let right = Box::new(Expr::literal(needle.as_str(), Type::String, span));
            let kind = ExprKind::Test { test, case: Case::Sensitive, negated: false, left: Box::new(value.clone()), right };
            either.push(Expr::new(kind, Type::Bool, span));
        }
        let yes = Expr::any(either, span);
        let there = Expr::new(ExprKind::Call { function: Arc::from("isnotempty"), args: vec![value] }, Type::Bool, span);
        let no = Expr::all([there, Expr::negation(yes.clone(), span)], span);
        Some(Truth { yes, no })
    }
}

fn field_compare(field: &Field, op: Comparison, value: Value, span: Span) -> Option<Truth> {
    let is = |matcher| Expr::field_matches(&field.name, matcher, span);
    match op {
        Comparison::Eq | Comparison::Ne => {
            let case = if field.is_folded { Case::Insensitive } else { Case::Sensitive };
            let same = if field.is_folded && !is_lower(&value) {
                Expr::literal(false, Type::Bool, span)
            } else {
                is(Matcher::Equals { value, case })
            };
            Some(Truth::of_field(&field.name, same).negated_if(op == Comparison::Ne))
        }
        _ if field.is_folded || matches!(value, Value::String(_)) => None,
        _ => {
            let holds = |op| is(Matcher::Compare { op, value: value.clone() });
            Some(Truth { yes: holds(op), no: holds(op.opposite()) })
        }
    }
}

/// What one pattern or value asks of a text.
fn matcher(test: &str, value: &Value, case: Case) -> Option<Matcher> {
    let around = |before: bool, text: &Arc<str>, after: bool| {
        let many = |here: bool| here.then_some(PatternPart::Many);
        let parts = many(before).into_iter().chain([PatternPart::Text(text.clone())]).chain(many(after)).collect();
        Matcher::Wildcard { pattern: Pattern { parts }, case }
    };
    Some(match (test, value) {
        ("in" | "match", _) => Matcher::Equals { value: value.clone(), case },
        ("like", Value::String(text)) => Matcher::Wildcard { pattern: wildcard(text), case },
        ("rlike", Value::String(text)) => Matcher::Regex { regex: from_lucene(text, Case::Sensitive).ok()?.into(), anchored: true, case },
        ("starts_with", Value::String(text)) => around(false, text, true),
        ("ends_with", Value::String(text)) => around(true, text, false),
        ("contains", Value::String(text)) => around(true, text, true),
        ("cidr_match", Value::String(text)) => Matcher::Cidr(text.clone()),
        _ => return None,
    })
}

/// `*` is any text, `?` one character, a backslash takes their meaning away.
fn wildcard(text: &str) -> Pattern {
    let mut parts: Vec<PatternPart> = Vec::new();
    let mut literal = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let special = match c {
            '*' => PatternPart::Many,
            '?' => PatternPart::One,
            '\\' => {
                literal.push(chars.next().unwrap_or('\\'));
                continue;
            }
            c => {
                literal.push(c);
                continue;
            }
        };
        if !literal.is_empty() {
            parts.push(PatternPart::Text(Arc::from(std::mem::take(&mut literal))));
        }
        if !(special == PatternPart::Many && parts.last() == Some(&PatternPart::Many)) {
            parts.push(special);
        }
    }
    if !literal.is_empty() || parts.is_empty() {
        parts.push(PatternPart::Text(Arc::from(literal)));
    }
    Pattern { parts }
}

/// A wildcard pattern as a test of a text.
fn tested(pattern: &Pattern) -> (StringTest, String) {
    use PatternPart::{Many, One, Text};
    match pattern.parts.as_slice() {
        [Text(text), Many] => (StringTest::StartsWith, text.to_string()),
        [Many, Text(text)] => (StringTest::EndsWith, text.to_string()),
        [Many, Text(text), Many] => (StringTest::Contains, text.to_string()),
        parts => {
            let piece = |part: &PatternPart| match part {
                Text(text) => regex::escape(text),
                Many => ".*".to_owned(),
                One => ".".to_owned(),
            };
            (StringTest::Regex, format!("(?s)^{}$", parts.iter().map(piece).collect::<String>()))
        }
    }
}

fn constant(expr: &Expr) -> Option<Value> {
    match &expr.kind {
        ExprKind::Literal(Value::Null) => None,
        ExprKind::Literal(value) => Some(value.clone()),
        _ => None,
    }
}

fn flattened(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items.iter().cloned().collect(),
        one => vec![one],
    }
}

fn is_lower(value: &Value) -> bool {
    !matches!(value, Value::String(text) if text.chars().any(char::is_uppercase))
}
