//! From the IR to kuery. Two-valued matches are what kuery says; all else is refused with its place.
//!
//! An approximation (case, white space in wildcards, terms) is written and named as a loss; who must not approximate looks at the losses.

use super::ast::{Ast, AstKind, Literal, LiteralKind, Values, ValuesKind};
use super::literal::is_plain;
use crate::diagnostic::{Fidelity, Loss};
use crate::ir::datetime::print_datetime;
use crate::ir::{Case, Comparison, Expr, ExprKind, FieldRef, Matcher, Pattern, PatternPart, Value, convert};
use crate::lang::regex_pattern::nearest;
use crate::schema::{FieldKind, FieldType};
use crate::source::Span;
use std::net::IpAddr;

/// Raises a predicate over event fields; `types` says of what type a field is, `losses` gets what the query does not keep.
///
/// # Errors
/// Every part that kuery cannot say at all, as a loss of fidelity `refused`.
pub fn raise(expr: &Expr, types: &dyn Fn(&str) -> FieldType, losses: &mut Vec<Loss>) -> Result<Ast, Vec<Loss>> {
    let mut raiser = Raiser { types, path: String::new(), losses: Vec::new() };
    let ast = raiser.query(expr);
    let (refused, kept): (Vec<_>, Vec<_>) = raiser.losses.into_iter().partition(|loss| loss.fidelity == Fidelity::Refused);
    if !refused.is_empty() {
        return Err(refused);
    }
    losses.extend(kept);
    Ok(ast)
}

struct Raiser<'a> {
    types: &'a dyn Fn(&str) -> FieldType,
    /// Nested fields around the place, with a dot at the end.
    path: String,
    losses: Vec<Loss>,
}

impl Raiser<'_> {
    fn lose(&mut self, code: &'static str, fidelity: Fidelity, span: Span, message: impl Into<String>) {
        self.losses.push(Loss::query(code, fidelity, span, message));
    }

    fn refuse(&mut self, code: &'static str, span: Span, message: impl Into<String>) -> Ast {
        self.lose(code, Fidelity::Refused, span, message);
        node(AstKind::Everything)
    }

    fn query(&mut self, expr: &Expr) -> Ast {
        match &expr.kind {
            ExprKind::Literal(Value::Bool(true)) => node(AstKind::Everything),
            ExprKind::Literal(Value::Bool(false)) => node(AstKind::Not(Box::new(node(AstKind::Everything)))),
            ExprKind::And(items) => joined(items.iter().map(|item| self.query(item)).collect(), AstKind::And),
            ExprKind::Or(items) => joined(grouped(free_texts(items.iter().map(|item| self.query(item)).collect())), AstKind::Or),
            ExprKind::Not(inner) => node(AstKind::Not(Box::new(self.query(inner)))),
            ExprKind::Match { field, matcher } => self.leaf(field, matcher, expr.span),
            _ => self.refuse("expression-not-in-kuery", expr.span, "kuery compares fields with constants and computes nothing"),
        }
    }

    fn leaf(&mut self, field: &FieldRef, matcher: &Matcher, span: Span) -> Ast {
        let name = match field {
            FieldRef::Field(name) => Some(literal(plain_or_quoted(name))),
            FieldRef::Pattern(pattern) => Some(literal(LiteralKind::Wildcard(pattern.clone()))),
            FieldRef::Any => None,
            FieldRef::Value(_) => return self.refuse("computed-value-not-in-kuery", span, "kuery matches fields, not computed values"),
        };
        let kind = match field {
            FieldRef::Field(name) => (self.types)(&format!("{}{name}", self.path)).kind,
            _ => FieldKind::Keyword,
        };
        let star = || LiteralKind::Wildcard(Pattern { parts: vec![PatternPart::Many] });
        match matcher {
            Matcher::Exists => is(name, star()),
            Matcher::IsNull => node(AstKind::Not(Box::new(is(name, star())))),
            Matcher::Equals { value, case } => {
                let value = self.constant(kind, value, *case, span);
                is(name, value)
            }
            Matcher::Wildcard { pattern, case } => self.wildcard(name, kind, pattern, *case, span),
            Matcher::Regex { regex, anchored, case } => self.regex(name, kind, (regex, *anchored, *case), span),
            Matcher::Text { text, phrase } => is(name, if *phrase { LiteralKind::Quoted(text.to_string()) } else { words(text) }),
            Matcher::Token(pattern) => is(name, LiteralKind::Wildcard(pattern.clone())),
            Matcher::Compare { op, value } => self.range(name, kind, *op, value, span),
            Matcher::Cidr(network) => self.network(name, kind, network, span),
            Matcher::Field { other, .. } => {
                self.refuse("field-comparison-not-in-kuery", span, format!("kuery cannot compare a field with the field `{other}`"))
            }
            Matcher::Nested(inner) => self.nested(name, field, inner, span),
        }
    }

    fn constant(&mut self, kind: FieldKind, value: &Value, case: Case, span: Span) -> LiteralKind {
        let Some(text) = value.as_str() else { return scalar(value) };
        if kind.is_analysed() {
            let message = format!("the field is analysed text: it contains `{text}` as a phrase, where the original equals it");
            self.lose("analysed-text", Fidelity::Wider, span, message);
            return LiteralKind::Quoted(text.to_owned());
        }
        if case == Case::Insensitive {
            self.lose_case(text, span);
        }
        plain_or_quoted(text)
    }

    fn lose_case(&mut self, text: &str, span: Span) {
        if text.chars().any(|c| c.is_lowercase() || c.is_uppercase()) {
            let message = format!("`{text}` is compared with case; the original takes it in any case");
            self.lose("case-sensitive", Fidelity::Narrower, span, message);
        }
    }

    fn wildcard(&mut self, field: Option<Literal>, kind: FieldKind, pattern: &Pattern, case: Case, span: Span) -> Ast {
        let shown = pattern_text(pattern);
        if kind.is_analysed() {
            let message = format!("the field is analysed text: `{shown}` is compared with its tokens, not with the whole text");
            self.lose("analysed-text", Fidelity::Different, span, message);
        } else if case == Case::Insensitive {
            self.lose_case(&shown, span);
        }
        let mut pattern = pattern.clone();
        if pattern.parts.contains(&PatternPart::One) {
            self.lose(
                "single-character-wildcard",
                Fidelity::Wider,
                span,
                format!("kuery has no `?`: `{shown}` takes any run in its place"),
            );
            pattern.parts.iter_mut().filter(|part| **part == PatternPart::One).for_each(|part| *part = PatternPart::Many);
        }
        if !matches!(kind, FieldKind::Keyword | FieldKind::Flattened) && shown.contains(char::is_whitespace) {
            let message = format!("on a field that is no plain keyword Kibana takes `{shown}` apart at white space, so `*` stands there");
            self.lose("white-space-in-wildcard", Fidelity::Wider, span, message);
            pattern = without_spaces(&pattern);
        }
        // A literal's outer white space is trimmed when it is read.
        let starts = matches!(pattern.parts.first(), Some(PatternPart::Text(text)) if text.trim_start() != &**text);
        let ends = matches!(pattern.parts.last(), Some(PatternPart::Text(text)) if text.trim_end() != &**text);
        if starts || ends {
            return self.refuse("white-space-in-wildcard", span, format!("kuery trims the white space at the ends of `{shown}`"));
        }
        is(field, LiteralKind::Wildcard(pattern))
    }

    fn regex(&mut self, field: Option<Literal>, kind: FieldKind, (regex, anchored, case): (&str, bool, Case), span: Span) -> Ast {
        let Some(near) = nearest(regex, anchored) else {
            return self.refuse("regex-not-in-kuery", span, format!("kuery has no regular expressions: `{regex}`"));
        };
        if near.wider {
            let message = format!("kuery knows no terms: `{}` is found inside words too", pattern_text(&near.pattern));
            self.lose("term-as-substring", Fidelity::Wider, span, message);
        }
        if near.crosses_lines {
            let message = format!("kuery's `*` goes on over line breaks, which `.` in `{regex}` does not");
            self.lose("wildcard-over-lines", Fidelity::Wider, span, message);
        }
        let case = if regex.starts_with("(?i") { Case::Insensitive } else { case };
        self.wildcard(field, kind, &near.pattern, case, span)
    }

    fn range(&mut self, field: Option<Literal>, kind: FieldKind, op: Comparison, value: &Value, span: Span) -> Ast {
        let Some(field) = field else {
            return self.refuse("range-without-field", span, "kuery compares a field, not the whole event");
        };
        let is_number = matches!(value, Value::Int(_) | Value::Long(_) | Value::Real(_) | Value::Decimal(_));
        if is_number && kind.is_exact_text() {
            self.lose(
                "number-compared-as-text",
                Fidelity::Different,
                span,
                "the field is a keyword, whose ranges compare texts: `10` is less than `9`",
            );
        }
        if matches!(value, Value::String(_)) && kind.is_analysed() {
            self.lose("analysed-text", Fidelity::Different, span, "ranges on analysed text compare tokens");
        }
        node(AstKind::Range { field, op, value: literal(scalar(value)) })
    }

    fn network(&mut self, field: Option<Literal>, kind: FieldKind, network: &str, span: Span) -> Ast {
        if kind != FieldKind::Ip {
            let message = format!("kuery takes `{network}` for a network only on a field of type ip, which this is not known to be");
            return self.refuse("network-on-other-field", span, message);
        }
        let address = network.strip_suffix("/128").filter(|address| address.parse::<IpAddr>().is_ok());
        is(field, LiteralKind::Quoted(address.unwrap_or(network).to_owned()))
    }

    fn nested(&mut self, path: Option<Literal>, field: &FieldRef, inner: &Expr, span: Span) -> Ast {
        let (Some(path), FieldRef::Field(name)) = (path, field) else {
            return self.refuse("nested-without-field", span, "a nested query needs one field");
        };
        let mut within = Raiser { types: self.types, path: format!("{}{name}.", self.path), losses: Vec::new() };
        let query = within.query(inner);
        self.losses.extend(within.losses);
        node(AstKind::Nested { path, query: Box::new(query) })
    }
}

fn is(field: Option<Literal>, value: LiteralKind) -> Ast {
    let value = literal(value);
    node(match field {
        Some(field) => AstKind::Is { field, values: Values { kind: ValuesKind::One(value), span: Span::default() } },
        None => AstKind::FreeText(value),
    })
}

fn joined(mut items: Vec<Ast>, kind: fn(Vec<Ast>) -> AstKind) -> Ast {
    match items.pop() {
        Some(only) if items.is_empty() => only,
        last => {
            items.extend(last);
            node(kind(items))
        }
    }
}

/// Free text is lowered to "any field, or `message` as analysed text"; the two become free text again.
fn free_texts(items: Vec<Ast>) -> Vec<Ast> {
    let mut kept: Vec<Ast> = Vec::new();
    for item in items {
        if let (Some(AstKind::FreeText(free)), AstKind::Is { field, values }) = (kept.last_mut().map(|ast| &mut ast.kind), &item.kind)
            && let ValuesKind::One(value) = &values.kind
            && field.kind == LiteralKind::Text("message".to_owned())
            && same_text(free, value)
        {
            *free = value.clone();
        } else {
            kept.push(item);
        }
    }
    kept
}

fn same_text(a: &Literal, b: &Literal) -> bool {
    match (&a.kind, &b.kind) {
        (LiteralKind::Quoted(a) | LiteralKind::Text(a), LiteralKind::Quoted(b) | LiteralKind::Text(b)) => a == b,
        (a, b) => a == b,
    }
}

/// Puts alternatives for one field that follow each other into one list: `f:(a or b)`.
fn grouped(items: Vec<Ast>) -> Vec<Ast> {
    let mut groups: Vec<Ast> = Vec::new();
    for item in items {
        if let AstKind::Is { field, values } = item.kind {
            if let Some(AstKind::Is { field: same, values: list }) = groups.last_mut().map(|ast| &mut ast.kind)
                && *same == field
            {
                list.kind = match std::mem::replace(&mut list.kind, ValuesKind::Or(Vec::new())) {
                    ValuesKind::Or(mut all) => {
                        all.push(values);
                        ValuesKind::Or(all)
                    }
                    one => ValuesKind::Or(vec![Values { kind: one, span: list.span }, values]),
                };
                continue;
            }
            groups.push(Ast { kind: AstKind::Is { field, values }, span: item.span });
        } else {
            groups.push(item);
        }
    }
    groups
}

fn scalar(value: &Value) -> LiteralKind {
    match value {
        Value::Null => LiteralKind::Null,
        Value::Bool(value) => LiteralKind::Bool(*value),
        Value::Int(n) => LiteralKind::Text(n.to_string()),
        Value::Long(n) => LiteralKind::Text(n.to_string()),
        Value::Real(n) => LiteralKind::Text(format!("{n:?}")),
        Value::DateTime(ticks) => LiteralKind::Quoted(print_datetime(*ticks)),
        Value::String(text) => plain_or_quoted(text),
        other => LiteralKind::Quoted(convert::to_text(other, crate::ir::Type::Unknown)),
    }
}

fn plain_or_quoted(text: &str) -> LiteralKind {
    if is_plain(text) { LiteralKind::Text(text.to_owned()) } else { LiteralKind::Quoted(text.to_owned()) }
}

/// Text of which any token may match stands without quotes, unless it would be read as something else.
fn words(text: &str) -> LiteralKind {
    if matches!(text.trim(), "null" | "true" | "false" | "") {
        LiteralKind::Quoted(text.to_owned())
    } else {
        LiteralKind::Text(text.trim().to_owned())
    }
}

fn pattern_text(pattern: &Pattern) -> String {
    let part = |part: &PatternPart| match part {
        PatternPart::Text(text) => text.to_string(),
        PatternPart::Many => "*".to_owned(),
        PatternPart::One => "?".to_owned(),
    };
    pattern.parts.iter().map(part).collect()
}

fn without_spaces(pattern: &Pattern) -> Pattern {
    let mut parts = Vec::new();
    for part in &pattern.parts {
        let PatternPart::Text(text) = part else {
            parts.push(part.clone());
            continue;
        };
        for (at, piece) in text.split(char::is_whitespace).enumerate() {
            parts.extend((at > 0).then_some(PatternPart::Many));
            parts.extend((!piece.is_empty()).then(|| PatternPart::Text(piece.into())));
        }
    }
    parts.dedup_by(|a, b| *a == PatternPart::Many && *b == PatternPart::Many);
    Pattern { parts }
}

fn literal(kind: LiteralKind) -> Literal {
    Literal { kind, span: Span::default() }
}

fn node(kind: AstKind) -> Ast {
    Ast { kind, span: Span::default() }
}
