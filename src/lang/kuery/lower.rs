//! kuery's tree to the IR: what a leaf means follows from the type of its field, as Kibana's detection engine builds its
//! Elasticsearch queries (`spec/kuery-semantics.md` §2; kibana `kbn-es-query/src/kuery/functions/{is,range,nested}.ts`).
//!
//! Nothing fails here: what Elasticsearch would reject at run time (a wildcard on a number) is kept as it was asked.

use super::ast::{Ast, AstKind, Literal, LiteralKind, Values, ValuesKind};
use super::date;
use crate::ir::{Case, Comparison, Expr, ExprKind, FieldRef, Matcher, Pattern, PatternPart, Type, Value};
use crate::schema::{FieldKind, FieldType};
use crate::source::Span;
use std::net::IpAddr;

/// Lowers a query; `types` says of what type a field is (an unknown one: [`FieldType::default`], a keyword).
pub fn lower(ast: &Ast, types: &dyn Fn(&str) -> FieldType) -> Expr {
    Lowering { types, path: String::new() }.query(ast)
}

struct Lowering<'a> {
    types: &'a dyn Fn(&str) -> FieldType,
    /// Nested fields around the place, with a dot at the end: inner names are relative.
    path: String,
}

impl Lowering<'_> {
    fn query(&self, ast: &Ast) -> Expr {
        match &ast.kind {
            AstKind::Everything => everything(ast.span),
            AstKind::And(items) => Expr::all(items.iter().map(|item| self.query(item)), ast.span),
            AstKind::Or(items) => Expr::any(items.iter().map(|item| self.query(item)), ast.span),
            AstKind::Not(inner) => Expr::negation(self.query(inner), ast.span),
            AstKind::Is { field, values } => self.values(field, values),
            AstKind::FreeText(value) => self.free_text(value, ast.span),
            AstKind::Range { field, op, value } => self.range(field, *op, value, ast.span),
            AstKind::Nested { path, query } => {
                let name = text(path);
                let inner = Lowering { types: self.types, path: format!("{}{name}.", self.path) };
                let matcher = Matcher::Nested(Box::new(inner.query(query)));
                leaf(FieldRef::Field(name.into()), matcher, ast.span)
            }
        }
    }

    fn values(&self, field: &Literal, values: &Values) -> Expr {
        let span = field.span.to(values.span);
        match &values.kind {
            ValuesKind::One(value) => self.is(field, value, if values.span.start >= field.span.end { span } else { values.span }),
            ValuesKind::And(items) => Expr::all(items.iter().map(|item| self.listed(field, item)), span),
            ValuesKind::Or(items) => Expr::any(items.iter().map(|item| self.listed(field, item)), span),
            ValuesKind::Not(inner) => Expr::negation(self.listed(field, inner), values.span),
        }
    }

    /// Lowers an element of a value list; its place is the element alone.
    fn listed(&self, field: &Literal, values: &Values) -> Expr {
        match &values.kind {
            ValuesKind::One(value) => self.is(field, value, value.span),
            _ => Expr { span: values.span, ..self.values(field, values) },
        }
    }

    fn is(&self, field: &Literal, value: &Literal, span: Span) -> Expr {
        let star = matches!(&value.kind, LiteralKind::Wildcard(pattern) if is_star(pattern));
        let field = match &field.kind {
            // Kibana builds the same node for the word `null` as for no field at all.
            LiteralKind::Null => return self.free_text(value, span),
            LiteralKind::Wildcard(pattern) if star && is_star(pattern) => return everything(span),
            LiteralKind::Wildcard(pattern) => FieldRef::Pattern(pattern.clone()),
            _ => FieldRef::Field(text(field).into()),
        };
        if star {
            return leaf(field, Matcher::Exists, span);
        }
        let kind = self.kind(&field);
        match &value.kind {
            LiteralKind::Wildcard(pattern) => wildcard(&field, kind, pattern, span),
            LiteralKind::Null => leaf(field, Matcher::Equals { value: Value::Null, case: Case::Sensitive }, span),
            _ => literal(field, kind, value, span),
        }
    }

    fn range(&self, field: &Literal, op: Comparison, value: &Literal, span: Span) -> Expr {
        let name = match &field.kind {
            LiteralKind::Wildcard(pattern) => FieldRef::Pattern(pattern.clone()),
            _ => FieldRef::Field(text(field).into()),
        };
        let kind = self.kind(&name);
        let bound = text(value);
        let value = match kind {
            FieldKind::Long | FieldKind::Double => number(&bound).unwrap_or_else(|| Value::string(&bound)),
            FieldKind::Date => match (op, date::read(&bound)) {
                (Comparison::Gt | Comparison::Le, moment) => moment.last,
                (_, moment) => moment.first,
            },
            _ => Value::string(&bound),
        };
        leaf(name, Matcher::Compare { op, value }, span)
    }

    /// A value without a field goes to the index's default fields: all of them, each as its type compares. Of the analysed
    /// ones only `message` is known without the mapping.
    fn free_text(&self, value: &Literal, span: Span) -> Expr {
        let message = || FieldRef::Field("message".into());
        let analysed = self.kind(&message()).is_analysed();
        match &value.kind {
            LiteralKind::Wildcard(pattern) if is_star(pattern) => everything(span),
            LiteralKind::Wildcard(pattern) => {
                let exact = wildcard(&FieldRef::Any, FieldKind::Wildcard, pattern, span);
                if analysed { Expr::any([exact, wildcard(&message(), FieldKind::Text, pattern, span)], span) } else { exact }
            }
            _ => {
                let exact = literal(FieldRef::Any, FieldKind::Keyword, value, span);
                if analysed { Expr::any([exact, literal(message(), FieldKind::Text, value, span)], span) } else { exact }
            }
        }
    }

    fn kind(&self, field: &FieldRef) -> FieldKind {
        match field {
            FieldRef::Field(name) => (self.types)(&format!("{}{name}", self.path)).kind,
            _ => FieldKind::Keyword,
        }
    }
}

fn literal(field: FieldRef, kind: FieldKind, value: &Literal, span: Span) -> Expr {
    let words = text(value);
    let equals = |value: Value| Matcher::Equals { value, case: Case::Sensitive };
    let matcher = match kind {
        FieldKind::Text | FieldKind::MatchOnlyText => {
            Matcher::Text { text: words.as_str().into(), phrase: matches!(value.kind, LiteralKind::Quoted(_)) }
        }
        FieldKind::Ip => address(&words).unwrap_or_else(|| equals(Value::string(&words))),
        FieldKind::Date => return moment(&field, &words, span),
        FieldKind::Long | FieldKind::Double => equals(number(&words).unwrap_or_else(|| Value::string(&words))),
        FieldKind::Boolean => equals(match words.as_str() {
            "true" => Value::Bool(true),
            "false" | "" => Value::Bool(false),
            other => Value::string(other),
        }),
        _ => equals(Value::string(&words)),
    };
    leaf(field, matcher, span)
}

/// An `ip` field takes addresses and networks alike; how an IPv6 address is spelled does not matter.
fn address(text: &str) -> Option<Matcher> {
    if text.contains('/') {
        return Some(Matcher::Cidr(text.into()));
    }
    match text.parse::<IpAddr>().ok()? {
        IpAddr::V4(_) => None,
        IpAddr::V6(_) => Some(Matcher::Cidr(format!("{text}/128").into())),
    }
}

/// Equality with a date is a range from its first moment to its last.
fn moment(field: &FieldRef, text: &str, span: Span) -> Expr {
    let moment = date::read(text);
    let bound = |op, value| leaf(field.clone(), Matcher::Compare { op, value }, span);
    Expr::all([bound(Comparison::Ge, moment.first), bound(Comparison::Le, moment.last)], span)
}

/// Only a field mapped as exactly `keyword` gets a wildcard query over the whole value. All others get a `query_string`, which takes
/// white space as `or` and, on analysed fields, compares tokens.
fn wildcard(field: &FieldRef, kind: FieldKind, pattern: &Pattern, span: Span) -> Expr {
    let one = |pattern: Pattern| match kind {
        _ if kind.is_analysed() => leaf(field.clone(), Matcher::Token(pattern), span),
        _ => leaf(field.clone(), Matcher::Wildcard { pattern, case: Case::Sensitive }, span),
    };
    if matches!(kind, FieldKind::Keyword | FieldKind::Flattened) {
        return one(pattern.clone());
    }
    Expr::any(words(pattern).into_iter().map(one), span)
}

/// Takes a pattern apart at white space.
fn words(pattern: &Pattern) -> Vec<Pattern> {
    let mut words = vec![Pattern::default()];
    for part in &pattern.parts {
        let PatternPart::Text(text) = part else {
            if let Some(word) = words.last_mut() {
                word.parts.push(part.clone());
            }
            continue;
        };
        for (at, piece) in text.split(char::is_whitespace).enumerate() {
            if at > 0 {
                words.push(Pattern::default());
            }
            if let Some(word) = words.last_mut().filter(|_| !piece.is_empty()) {
                word.parts.push(PatternPart::Text(piece.into()));
            }
        }
    }
    words.retain(|word| !word.parts.is_empty());
    words
}

fn number(text: &str) -> Option<Value> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    match text.parse::<i64>() {
        Ok(n) => Some(Value::Long(n)),
        Err(_) => text.parse::<f64>().ok().filter(|_| plain).map(Value::Real),
    }
}

fn text(literal: &Literal) -> String {
    match &literal.kind {
        LiteralKind::Quoted(text) | LiteralKind::Text(text) => text.clone(),
        LiteralKind::Null => "null".to_owned(),
        LiteralKind::Bool(value) => value.to_string(),
        LiteralKind::Wildcard(pattern) => {
            pattern.parts.iter().map(|part| if let PatternPart::Text(text) = part { text } else { "*" }).collect()
        }
    }
}

/// `*` alone; `**` is a pattern like any other.
fn is_star(pattern: &Pattern) -> bool {
    matches!(pattern.parts.as_slice(), [PatternPart::Many])
}

fn everything(span: Span) -> Expr {
    Expr::literal(true, Type::Bool, span)
}

fn leaf(field: FieldRef, matcher: Matcher, span: Span) -> Expr {
    Expr::new(ExprKind::Match { field, matcher }, Type::Bool, span)
}
