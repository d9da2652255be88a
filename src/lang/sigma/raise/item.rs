//! Single matches as lines of a Sigma mapping: field, modifiers, values.

use super::super::ast::{Item, Search, SearchKind, Value, ValueKind};
use super::super::modifier::{Modifier, TimePart};
use super::super::pcre::is_pcre;
use super::super::value;
use crate::diagnostic::{Fidelity, Loss};
use crate::ir::{self, Case, Expr, ExprKind, FieldRef, Matcher, Pattern, PatternPart, StringTest};
use crate::source::{Span, Spanned};

/// Returns the line that says the whole of an expression: one match, or alternatives (`or`) or requirements (`and`) that differ in
/// their value alone.
pub(super) fn of(expr: &Expr, losses: &mut Vec<Loss>) -> Option<Item> {
    match &expr.kind {
        ExprKind::Match { field, matcher } => line(field, matcher, expr.span, losses),
        ExprKind::Not(inner) => match &inner.kind {
            ExprKind::Match { field: FieldRef::Field(name), matcher: Matcher::Exists } => {
                Some(item(name, &[Modifier::Exists], ValueKind::Bool(false), expr.span))
            }
            _ => None,
        },
        ExprKind::Or(operands) => list(operands, losses, &[]),
        // One value alone needs no `all`, and an `and` of one operand does not occur.
        ExprKind::And(operands) => list(operands, losses, &[Modifier::All]),
        _ => None,
    }
}

/// Returns the keywords that say the whole of an expression: values found anywhere in the event.
pub(super) fn keywords(expr: &Expr, losses: &mut Vec<Loss>) -> Option<SearchKind> {
    match &expr.kind {
        ExprKind::Match { field: FieldRef::Any, matcher } => keyword(matcher, expr.span, losses).map(SearchKind::Keyword),
        ExprKind::Or(operands) => {
            let known = losses.len();
            let each = operands.iter().map(|operand| Some(Search { kind: keywords(operand, losses)?, span: operand.span }));
            let searches: Option<Vec<Search>> = each.collect();
            if searches.is_none() {
                losses.truncate(known);
            }
            searches.map(SearchKind::Any)
        }
        _ => None,
    }
}

fn keyword(matcher: &Matcher, span: Span, losses: &mut Vec<Loss>) -> Option<Value> {
    let (pattern, case) = match matcher {
        Matcher::Wildcard { pattern, case } => (pattern.clone(), *case),
        Matcher::Equals { value: ir::Value::String(text), case } => {
            let message = format!("the keyword `{text}` is found anywhere in the event, where the original asks for a whole value");
            losses.push(Loss::query("keyword-as-substring", Fidelity::Wider, span, message));
            (Pattern { parts: vec![PatternPart::Text(text.clone())] }, *case)
        }
        _ => return None,
    };
    if case == Case::Sensitive {
        losses.push(Loss::query("case-insensitive", Fidelity::Wider, span, "Sigma's keywords are found in any case"));
    }
    let mut parts = pattern.parts;
    let starts_open = parts.first() == Some(&PatternPart::Many);
    let ends_open = parts.last() == Some(&PatternPart::Many);
    if parts.len() > 2 && starts_open && ends_open {
        parts.pop();
        parts.remove(0);
    } else if !starts_open || !ends_open {
        losses.push(Loss::query("keyword-as-substring", Fidelity::Wider, span, "Sigma's keywords are found anywhere in a value"));
    }
    Some(Value { kind: ValueKind::Text(value::write(&Pattern { parts })), span })
}

/// Merges lines that differ in their value alone; `more` is the modifier that joins the values.
fn list(operands: &[Expr], losses: &mut Vec<Loss>, more: &[Modifier]) -> Option<Item> {
    let known = losses.len();
    let mut merged: Option<Item> = None;
    for operand in operands {
        let single = match &operand.kind {
            ExprKind::Match { field, matcher } => line(field, matcher, operand.span, losses),
            _ => None,
        };
        match (&mut merged, single) {
            (None, Some(first)) => merged = Some(first),
            (Some(all), Some(next)) if all.field == next.field && all.modifiers == next.modifiers => all.values.extend(next.values),
            _ => {
                losses.truncate(known);
                return None;
            }
        }
    }
    let mut merged = merged?;
    // `exists` and comparisons take one value.
    if merged.modifiers.iter().any(|m| m.value == Modifier::Exists) {
        return None;
    }
    merged.is_list = true;
    merged.modifiers.extend(more.iter().map(|modifier| Spanned::new(*modifier, Span::default())));
    Some(merged)
}

fn line(field: &FieldRef, matcher: &Matcher, span: Span, losses: &mut Vec<Loss>) -> Option<Item> {
    let refused = |losses: &mut Vec<Loss>, code, message: String| {
        losses.push(Loss::query(code, Fidelity::Refused, span, message));
        None
    };
    let (name, part) = match field {
        FieldRef::Field(name) => (name, None),
        FieldRef::Value(value) => match time_part(value) {
            Some((name, part)) => (name, Some(part)),
            None => return refused(losses, "computed-value-not-in-sigma", "Sigma matches fields, not computed values".to_owned()),
        },
        FieldRef::Pattern(_) => return refused(losses, "field-pattern-not-in-sigma", "Sigma names each field".to_owned()),
        FieldRef::Any => return None,
    };
    let (mut modifiers, kind) = match matcher {
        Matcher::Exists => (vec![Modifier::Exists], ValueKind::Bool(true)),
        Matcher::IsNull => (Vec::new(), ValueKind::Null),
        Matcher::Equals { value, case } => match equal(value, *case) {
            Some(line) => line,
            None => return refused(losses, "value-not-in-sigma", "Sigma has no such value".to_owned()),
        },
        Matcher::Wildcard { pattern, case } => wildcard(pattern, *case),
        Matcher::Regex { regex, .. } if !is_pcre(regex) => {
            return refused(losses, "regex-not-in-sigma", format!("PCRE, which Sigma takes, reads `{regex}` in another way"));
        }
        Matcher::Regex { regex, anchored, case } => expression(regex, *anchored, *case),
        Matcher::Text { text, phrase } => {
            let message = format!("`{text}` is searched as a substring, where the original compares the words of analysed text");
            losses.push(Loss::query("analysed-text", if *phrase { Fidelity::Wider } else { Fidelity::Narrower }, span, message));
            (vec![Modifier::Contains], ValueKind::Text(escaped(text)))
        }
        Matcher::Token(pattern) => {
            losses.push(Loss::query("analysed-text", Fidelity::Wider, span, "a pattern for one word is searched in the whole text"));
            (vec![Modifier::Contains], ValueKind::Text(value::write(pattern)))
        }
        Matcher::Compare { op, value } => match number(value) {
            Some(kind) => (vec![Modifier::Compare(*op)], kind),
            None => return refused(losses, "comparison-not-in-sigma", "Sigma's `lt` and `gt` compare numbers only".to_owned()),
        },
        Matcher::Cidr(network) => (vec![Modifier::Cidr], ValueKind::Text(network.to_string())),
        Matcher::Field { other, test, case } => (reference(*test, *case), ValueKind::Text(other.to_string())),
        Matcher::Nested(_) => {
            return refused(losses, "nested-not-in-sigma", "Sigma has no conditions on one element of an array of objects".to_owned());
        }
    };
    if let Some(part) = part {
        modifiers.insert(0, Modifier::Time(part));
    }
    Some(item(name, &modifiers, kind, span))
}

fn equal(value: &ir::Value, case: Case) -> Option<(Vec<Modifier>, ValueKind)> {
    match value {
        ir::Value::String(text) => Some((cased(case, text), ValueKind::Text(escaped(text)))),
        ir::Value::Bool(value) => Some((Vec::new(), ValueKind::Bool(*value))),
        other => number(other).map(|number| (Vec::new(), number)),
    }
}

/// `cased` where case counts and there are letters.
fn cased(case: Case, text: &str) -> Vec<Modifier> {
    let counts = case == Case::Sensitive && text.chars().any(|c| c.is_lowercase() || c.is_uppercase());
    if counts { vec![Modifier::Cased] } else { Vec::new() }
}

fn escaped(text: &str) -> String {
    value::write(&Pattern { parts: vec![PatternPart::Text(text.into())] })
}

fn wildcard(pattern: &Pattern, case: Case) -> (Vec<Modifier>, ValueKind) {
    let text: String =
        pattern.parts.iter().filter_map(|part| if let PatternPart::Text(text) = part { Some(&**text) } else { None }).collect();
    let parts = pattern.parts.as_slice();
    let (place, inner) = match parts {
        [PatternPart::Many, inner @ .., PatternPart::Many] if !inner.is_empty() => (Some(Modifier::Contains), inner),
        [PatternPart::Many, inner @ ..] if !inner.is_empty() => (Some(Modifier::EndsWith), inner),
        [inner @ .., PatternPart::Many] if !inner.is_empty() => (Some(Modifier::StartsWith), inner),
        whole => (None, whole),
    };
    let modifiers = place.into_iter().chain(cased(case, &text)).collect();
    (modifiers, ValueKind::Text(value::write(&Pattern { parts: inner.to_vec() })))
}

fn expression(regex: &str, anchored: bool, case: Case) -> (Vec<Modifier>, ValueKind) {
    let mut modifiers = vec![Modifier::Regex];
    let mut body = regex;
    // `parse` turns the flags `m` and `s` into a group at the start.
    for (group, flags) in [("(?ms)", [true, true]), ("(?m)", [true, false]), ("(?s)", [false, true])] {
        if let Some(rest) = body.strip_prefix(group) {
            body = rest;
            modifiers.extend(flags.iter().zip([Modifier::MultiLine, Modifier::DotAll]).filter(|(on, _)| **on).map(|(_, flag)| flag));
        }
    }
    if case == Case::Insensitive {
        modifiers.insert(1, Modifier::IgnoreCase);
    }
    let whole = if anchored { format!("^(?:{body})$") } else { body.to_owned() };
    (modifiers, ValueKind::Text(whole))
}

/// The modifiers of a comparison with another field. `cased` is said of the value before it becomes a field: pySigma takes them in order.
fn reference(test: Option<StringTest>, case: Case) -> Vec<Modifier> {
    let place = match test {
        Some(StringTest::Contains) => Some(Modifier::Contains),
        Some(StringTest::StartsWith) => Some(Modifier::StartsWith),
        Some(StringTest::EndsWith) => Some(Modifier::EndsWith),
        _ => None,
    };
    let cased = (case == Case::Sensitive).then_some(Modifier::Cased);
    cased.into_iter().chain([Modifier::FieldRef]).chain(place).collect()
}

fn number(value: &ir::Value) -> Option<ValueKind> {
    match value {
        ir::Value::Int(n) => Some(ValueKind::Integer(i64::from(*n))),
        ir::Value::Long(n) => Some(ValueKind::Integer(*n)),
        ir::Value::Real(n) => Some(ValueKind::Real(*n)),
        _ => None,
    }
}

fn time_part(expr: &Expr) -> Option<(&std::sync::Arc<str>, TimePart)> {
    let ExprKind::Call { function, args } = &expr.kind else { return None };
    let [Expr { kind: ExprKind::Literal(part), .. }, Expr { kind: ExprKind::Column(field), .. }] = args.as_slice() else { return None };
    let part = TimePart::from_kusto(part.as_str()?).filter(|_| &**function == "datetime_part")?;
    Some((field, part))
}

fn item(field: &str, modifiers: &[Modifier], kind: ValueKind, span: Span) -> Item {
    Item {
        field: Some(field.to_owned()),
        modifiers: modifiers.iter().map(|modifier| Spanned::new(*modifier, Span::default())).collect(),
        values: vec![Value { kind, span: Span::default() }],
        is_list: false,
        key: span,
    }
}
