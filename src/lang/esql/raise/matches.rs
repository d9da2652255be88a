//! Two-valued field predicates as conditions of ES|QL itself, where a search (`KQL`) would not say all: letters of any case, regular
//! expressions, other fields.
//!
//! A condition on a missing field is null in ES|QL and false in a match: `COALESCE` says so. A field holds one value, and analysed text is
//! compared as it was written, not by its words (elastic.co, "ES|QL limitations": full-text search alone analyses).

use super::expressions::{call, folded_text, is_null, joined, node, text};
use super::{Raiser, named};
use crate::diagnostic::Fidelity;
use crate::ir::{Case, Comparison, Expr, ExprKind, FieldRef, Matcher, Pattern, PatternPart, Value};
use crate::lang::esql::ast;
use crate::lang::lucene_regex::into_lucene;
use crate::lang::regex_pattern::term_body;
use crate::source::Span;

impl Raiser<'_> {
    /// Raises a predicate on fields; `None` where a part needs a search.
    pub(super) fn matched(&mut self, expr: &Expr) -> Option<ast::Expr> {
        let span = expr.span;
        match &expr.kind {
            ExprKind::And(items) | ExprKind::Or(items) => {
                let kind = if matches!(expr.kind, ExprKind::And(_)) { ast::ExprKind::And } else { ast::ExprKind::Or };
                if let (ExprKind::Or(_), Some(list)) = (&expr.kind, self.list(items, span)) {
                    return Some(list);
                }
                let items = items.iter().map(|item| self.matched(item)).collect::<Option<Vec<_>>>()?;
                Some(joined(items, kind, span))
            }
            ExprKind::Not(inner) => Some(node(ast::ExprKind::Not(Box::new(self.matched(inner)?)), span)),
            ExprKind::Match { field: FieldRef::Field(name), matcher } => self.leaf(name, matcher, span),
            _ => None,
        }
    }

    /// Alternatives for one field: `f IN (…)`.
    fn list(&mut self, items: &[Expr], span: Span) -> Option<ast::Expr> {
        let value_of = |item: &Expr| match &item.kind {
            ExprKind::Match { field: FieldRef::Field(name), matcher: Matcher::Equals { value, case } } => {
                Some((name.clone(), value.clone(), *case))
            }
            _ => None,
        };
        let values: Vec<_> = items.iter().map(value_of).collect::<Option<_>>()?;
        let (name, _, case) = values.first()?.clone();
        let is_text = values.iter().all(|(_, value, _)| value.as_str().is_some());
        let alike = values.iter().all(|(other, _, own)| *other == name && *own == case);
        if !alike || (case == Case::Insensitive && !is_text) {
            return None;
        }
        let mut list = Vec::new();
        for (_, value, _) in &values {
            list.push(match (value.as_str(), case) {
                (Some(value), Case::Insensitive) => text(&folded_text(value), span),
                _ => self.literal(value, span),
            });
        }
        let column = node(ast::ExprKind::Name(named(&name)), span);
        let column = if case == Case::Insensitive { call("TO_LOWER", vec![column], span) } else { column };
        let found = node(ast::ExprKind::In { negated: false, value: Box::new(column), list }, span);
        Some(call("COALESCE", vec![found, node(ast::ExprKind::Bool(false), span)], span))
    }

    fn leaf(&mut self, name: &str, matcher: &Matcher, span: Span) -> Option<ast::Expr> {
        let column = || node(ast::ExprKind::Name(named(name)), span);
        let equal = |left: ast::Expr, right: ast::Expr| {
            node(ast::ExprKind::Compare { op: Comparison::Eq, left: Box::new(left), right: Box::new(right) }, span)
        };
        let cased = |value: ast::Expr, case: Case| if case == Case::Insensitive { call("TO_LOWER", vec![value], span) } else { value };
        let found = match matcher {
            Matcher::Exists => return Some(is_null(column(), true, span)),
            Matcher::IsNull => return Some(is_null(column(), false, span)),
            Matcher::Equals { value: Value::String(value), case: Case::Insensitive } => {
                equal(cased(column(), Case::Insensitive), text(&folded_text(value), span))
            }
            Matcher::Equals { value, .. } => equal(column(), self.literal(value, span)),
            Matcher::Compare { op, value } => {
                let (left, right) = (Box::new(column()), Box::new(self.literal(value, span)));
                node(ast::ExprKind::Compare { op: *op, left, right }, span)
            }
            Matcher::Wildcard { pattern, case } => like(cased(column(), *case), text(&like_text(pattern, *case), span), false, span),
            Matcher::Regex { regex, anchored, case } => {
                let regex = self.lucene_regex(regex, *anchored, *case, span)?;
                like(column(), text(&regex, span), true, span)
            }
            Matcher::Cidr(network) => call("CIDR_MATCH", vec![call("TO_IP", vec![column()], span), text(network, span)], span),
            Matcher::Field { other, test: None, case } => {
                equal(cased(column(), *case), cased(node(ast::ExprKind::Name(named(other)), span), *case))
            }
            _ => return None,
        };
        Some(call("COALESCE", vec![found, node(ast::ExprKind::Bool(false), span)], span))
    }

    /// An expression as `RLIKE` takes it, over the whole text.
    pub(super) fn lucene_regex(&mut self, regex: &str, anchored: bool, case: Case, span: Span) -> Option<String> {
        let folded = |body: &str| if case == Case::Insensitive { format!("(?i:{body})") } else { body.to_owned() };
        let written = match term_body(regex) {
            Some((starts, body, ends)) if !anchored => {
                let body = into_lucene(&folded(body), true, Case::Sensitive)?.text;
                let message = "the boundary of a term is a character that is no letter or digit of ASCII";
                self.lose("class-of-ascii", Fidelity::Wider, span, message);
                let before = if starts { "(.*[^0-9A-Za-z])?" } else { ".*" };
                format!("{before}{body}{}", if ends { "([^0-9A-Za-z].*)?" } else { ".*" })
            }
            _ => {
                let written = into_lucene(&folded(regex), anchored, Case::Sensitive)?;
                if written.ascii {
                    self.lose(
                        "class-of-ascii",
                        Fidelity::Narrower,
                        span,
                        "the classes of the expression hold letters and digits of ASCII only",
                    );
                }
                written.text
            }
        };
        Some(written)
    }
}

/// `LIKE`, `RLIKE`.
pub(super) fn like(value: ast::Expr, pattern: ast::Expr, regex: bool, span: Span) -> ast::Expr {
    let kind = ast::ExprKind::Like { regex, negated: false, value: Box::new(value), patterns: vec![pattern], brackets: false };
    node(kind, span)
}

fn like_text(pattern: &Pattern, case: Case) -> String {
    let mut out = String::new();
    for part in &pattern.parts {
        match part {
            PatternPart::Many => out.push('*'),
            PatternPart::One => out.push('?'),
            PatternPart::Text(text) => {
                let text = if case == Case::Insensitive { folded_text(text) } else { text.to_string() };
                for c in text.chars() {
                    out.extend(matches!(c, '*' | '?' | '\\').then_some('\\'));
                    out.push(c);
                }
            }
        }
    }
    out
}
