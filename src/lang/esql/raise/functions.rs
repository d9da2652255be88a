//! Functions and tests of text: rows that mean the same in ES|QL, and those that it says in other words.

use super::Raiser;
use super::expressions::{call, is_null, negated_if, node, text};
use super::java::{into_java, into_java_of_whole, replacement};
use super::matches::like;
use crate::functions;
use crate::ir::{Arithmetic, Case, Comparison, Expr, ExprKind, Member, StringTest, Type, Value, regexes};
use crate::lang::esql::ast;
use crate::lang::regex_pattern::escaped_term;
use crate::schema::FieldKind;
use crate::source::Span;

/// Kusto's functions that mean the same, nulls included.
const SAME: &[(&str, &str)] = &[
    ("bin", "DATE_TRUNC"),
    ("ceiling", "CEIL"),
    ("coalesce", "COALESCE"),
    ("now", "NOW"),
    ("strlen", "LENGTH"),
    ("tobool", "TO_BOOLEAN"),
    ("todatetime", "TO_DATETIME"),
    ("todouble", "TO_DOUBLE"),
    ("toint", "TO_INTEGER"),
    ("tolong", "TO_LONG"),
    ("tolower", "TO_LOWER"),
    ("toreal", "TO_DOUBLE"),
    ("tostring", "TO_STRING"),
    ("toupper", "TO_UPPER"),
    ("url_decode", "URL_DECODE"),
];

/// What stands between the elements of a list that is searched as one text, as in the JSON that Kusto searches.
const BETWEEN: &str = "\",\"";

impl Raiser<'_> {
    /// Kusto takes a missing text for "".
    pub(super) fn test(&mut self, test: StringTest, case: Case, negated: bool, left: &Expr, right: &Expr, span: Span) -> ast::Expr {
        let function = match test {
            StringTest::Contains => "CONTAINS",
            StringTest::StartsWith => "STARTS_WITH",
            StringTest::EndsWith => "ENDS_WITH",
            StringTest::Has | StringTest::HasPrefix | StringTest::HasSuffix | StringTest::Regex => {
                return self.pattern_test(test, case, negated, (left, right), span);
            }
        };
        let (subject, wanted) = (self.folded(left, case), self.folded(right, case));
        let is_empty = matches!(&right.kind, ExprKind::Literal(Value::String(text)) if text.is_empty());
        let found = call(function, vec![subject, wanted], span);
        negated_if(negated, self.total(found, is_empty, &[left, right], span))
    }

    pub(super) fn function(&mut self, function: &str, args: &[Expr], expr: &Expr, span: Span) -> ast::Expr {
        if let Some(own) = function.strip_prefix("esql.") {
            return self.own(own, args, span);
        }
        let same = SAME.iter().find(|(known, _)| *known == function).map(|(_, esql)| *esql);
        match (function, args) {
            ("isnull", [value]) => is_null(self.value(value), false, span),
            ("isnotnull", [value]) => is_null(self.value(value), true, span),
            // An address is there or not; comparing it with "" is an error.
            ("isempty" | "isnotempty", [value]) if self.is_list(value) || self.field_kind(value) == Some(FieldKind::Ip) => {
                is_null(self.value(value), function == "isnotempty", span)
            }
            ("array_length", [list]) => {
                let count = call("MV_COUNT", vec![self.value(list)], span);
                call("COALESCE", vec![count, node(ast::ExprKind::Integer(0), span)], span)
            }
            ("startofday", [value]) => {
                let day = node(ast::ExprKind::Timespan { amount: 1, unit: "day".to_owned() }, span);
                let args = vec![day, self.value(value)];
                call("DATE_TRUNC", args, span)
            }
            ("hourofday", [value]) => {
                let args = vec![text("hour_of_day", span), self.value(value)];
                call("DATE_EXTRACT", args, span)
            }
            ("substring", [value, start, rest @ ..]) => match (&start.kind, rest) {
                (ExprKind::Literal(Value::Long(start)), [] | [_]) if *start >= 0 => {
                    // Kusto counts from 0, ES|QL from 1.
                    let mut args = vec![self.value(value), node(ast::ExprKind::Integer(start + 1), span)];
                    args.extend(rest.iter().map(|length| self.value(length)));
                    call("SUBSTRING", args, span)
                }
                _ => self.not_said(expr, "a substring from a computed place"),
            },
            ("isempty" | "isnotempty", [value]) => {
                let filled = call("COALESCE", vec![self.value(value), text("", span)], span);
                let op = if function == "isempty" { Comparison::Eq } else { Comparison::Ne };
                node(ast::ExprKind::Compare { op, left: Box::new(filled), right: Box::new(text("", span)) }, span)
            }
            ("ago", [value]) => {
                let (left, right) = (Box::new(call("NOW", Vec::new(), span)), Box::new(self.value(value)));
                node(ast::ExprKind::Arithmetic { op: Arithmetic::Subtract, left, right }, span)
            }
            ("bin", [value, size]) if size.ty == Type::TimeSpan => {
                let args = vec![self.value(size), self.value(value)];
                call("DATE_TRUNC", args, span)
            }
            ("bin", _) => self.not_said(expr, "`bin` of numbers"),
            ("replace_regex" | "extract", _) => self
                .replaced(function, args, span)
                .unwrap_or_else(|| self.not_said(expr, &format!("this regular expression of `{function}`"))),
            ("strcat", _) => {
                let filled = |this: &mut Self, arg: &Expr| {
                    let value = this.value(arg);
                    if this.has_value(arg) {
                        value
                    } else {
                        call("COALESCE", vec![call("TO_STRING", vec![value], span), text("", span)], span)
                    }
                };
                let args = args.iter().map(|arg| filled(self, arg)).collect();
                call("CONCAT", args, span)
            }
            _ if same.is_some() => {
                let args = args.iter().map(|arg| self.value(arg)).collect();
                call(same.unwrap_or_default(), args, span)
            }
            _ => match functions::by_name(function).and_then(|row| row.esql.first()) {
                Some(name) => {
                    let args = args.iter().map(|arg| self.value(arg)).collect();
                    call(&name.to_ascii_uppercase(), args, span)
                }
                None => self.not_said(expr, &format!("the function `{function}`")),
            },
        }
    }

    /// A text in which matches of an expression are replaced, or that one of its groups takes the place of.
    fn replaced(&mut self, function: &str, args: &[Expr], span: Span) -> Option<ast::Expr> {
        let [first, second, third] = args else { return None };
        let (value, java, with) = if function == "extract" {
            let ExprKind::Literal(Value::Long(group @ 0..=9)) = second.kind else { return None };
            (third, into_java_of_whole(constant(first)?)?, format!("${group}"))
        } else {
            (first, into_java(constant(second)?)?, replacement(constant(third)?)?)
        };
        // What is missing is "" in Kusto, where such an expression finds something.
        let finds = function != "extract" && constant(second).is_some_and(regexes::matches_empty);
        let value = self.value(value);
        let value = if finds { call("COALESCE", vec![value, text("", span)], span) } else { value };
        Some(call("REPLACE", vec![value, text(&java, span), text(&with, span)], span))
    }

    /// A term or a regular expression: `RLIKE` over the whole text.
    fn pattern_test(&mut self, test: StringTest, case: Case, negated: bool, (left, right): (&Expr, &Expr), span: Span) -> ast::Expr {
        let ExprKind::Literal(Value::String(needle)) = &right.kind else {
            return self.not_said(right, "a pattern that is computed");
        };
        let regex = if test == StringTest::Regex { needle.to_string() } else { escaped_term(test, needle) };
        let Some(written) = self.lucene_regex(&regex, false, case, span) else {
            return self.not_said(right, &format!("the regular expression `{regex}`"));
        };
        let of_empty = regexes::matches_empty(&regex);
        let subject = self.subject(left);
        let found = like(subject, text(&written, span), true, span);
        negated_if(negated, self.total(found, of_empty, &[left], span))
    }

    /// Tells whether a value is a list of a group's values.
    pub(super) fn is_list(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Column(name) => self.lists.contains(name),
            ExprKind::Convert(inner) => self.is_list(inner),
            ExprKind::Call { function, args } if &**function == "tostring" => args.first().is_some_and(|arg| self.is_list(arg)),
            _ => false,
        }
    }

    /// What is compared or searched: a list as the one text that Kusto makes of it.
    pub(super) fn subject(&mut self, expr: &Expr) -> ast::Expr {
        let value = self.value(expr);
        if self.is_list(expr) { call("MV_CONCAT", vec![value, text(BETWEEN, expr.span)], expr.span) } else { value }
    }

    /// A piece of a text that is split at one character.
    pub(super) fn piece(&mut self, base: &Expr, member: &Member, span: Span) -> Option<ast::Expr> {
        let (ExprKind::Call { function, args }, Member::Index(index)) = (&base.kind, member) else { return None };
        let [value, delimiter] = args.as_slice() else { return None };
        let ExprKind::Literal(Value::String(delimiter)) = &delimiter.kind else { return None };
        if &**function != "split" || delimiter.len() != 1 {
            return None;
        }
        let mut index = &**index;
        while let ExprKind::Convert(inner) = &index.kind {
            index = inner;
        }
        let at = match &index.kind {
            ExprKind::Literal(Value::Long(at)) => *at,
            ExprKind::Literal(Value::Int(at)) => i64::from(*at),
            ExprKind::Negate(inner) => match &inner.kind {
                ExprKind::Literal(Value::Long(at)) => -at,
                _ => return None,
            },
            _ => return None,
        };
        let pieces = call("SPLIT", vec![self.value(value), text(delimiter, span)], span);
        Some(call("MV_SLICE", vec![pieces, node(ast::ExprKind::Integer(at), span)], span))
    }
}

fn constant(expr: &Expr) -> Option<&str> {
    if let ExprKind::Literal(Value::String(text)) = &expr.kind { Some(text) } else { None }
}
