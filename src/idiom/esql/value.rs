//! Computed values: ES|QL's functions under the names of those that mean the same of a value that is there.

use super::{Reader, own_function};
use crate::functions::esql::{Dissection, Grok, of_replace};
use crate::ir::{Expr, ExprKind, Member, TICKS_PER_SECOND, Type, Value};
use crate::lang::esql::operator_of;
use crate::source::Span;
use std::sync::Arc;

/// ES|QL's functions and the shared ones, with the type of what they give.
const SAME: &[(&str, &str, Type)] = &[
    ("length", "strlen", Type::Long),
    ("to_lower", "tolower", Type::String),
    ("to_upper", "toupper", Type::String),
    ("concat", "strcat", Type::String),
    ("to_string", "tostring", Type::String),
    ("to_long", "tolong", Type::Long),
    ("to_integer", "tolong", Type::Long),
    ("to_double", "todouble", Type::Real),
    ("to_boolean", "tobool", Type::Bool),
    ("to_datetime", "todatetime", Type::DateTime),
    ("coalesce", "coalesce", Type::Unknown),
    ("round", "round", Type::Real),
    ("floor", "floor", Type::Real),
    ("sqrt", "sqrt", Type::Real),
    ("url_decode", "url_decode", Type::String),
    ("split", "split", Type::Dynamic),
    ("greatest", "max_of", Type::Unknown),
    ("least", "min_of", Type::Unknown),
    ("mv_count", "array_length", Type::Long),
    ("mv_concat", "strcat_array", Type::String),
    ("mv_contains", "set_has_element", Type::Bool),
];

/// The units of `DATE_DIFF` that are of one length.
const UNITS: &[(&str, i64)] = &[("second", 1), ("minute", 60), ("hour", 3_600), ("day", 86_400), ("week", 604_800)];

impl Reader {
    /// Rewrites a computed value.
    pub(super) fn value(&mut self, expr: &Expr) -> Expr {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Column(name) => match (self.hidden.get(name), self.computed.get(name)) {
                (Some(value), _) => value.clone(),
                (None, Some(plain)) => Expr::column(plain, expr.ty, span),
                (None, None) => expr.clone(),
            },
            ExprKind::And(_) | ExprKind::Or(_) | ExprKind::Not(_) => self.condition(expr).yes,
            ExprKind::Conditional { arms, otherwise } => self.case(expr, arms, otherwise),
            _ => match own_function(expr) {
                Some((name, args)) => self.call(expr, name, args),
                None => expr.map_children(&mut |child| self.value(child)),
            },
        }
    }

    /// A `CASE` without a value left over is null, which texts cannot be elsewhere.
    fn case(&mut self, expr: &Expr, arms: &[(Expr, Expr)], otherwise: &Expr) -> Expr {
        let arms: Vec<(Expr, Expr)> = arms.iter().map(|(condition, value)| (self.condition(condition).yes, self.value(value))).collect();
        let kind = arms.first().map_or(Type::Unknown, |(_, value)| value.ty);
        let otherwise = match (&otherwise.kind, kind) {
            (ExprKind::Literal(Value::Null), Type::Unknown | Type::String) => Expr::literal("", Type::String, otherwise.span),
            (ExprKind::Literal(Value::Null), kind) => Expr::literal(Value::Null, kind, otherwise.span),
            _ => self.value(otherwise),
        };
        Expr::new(ExprKind::Conditional { arms, otherwise: Box::new(otherwise) }, expr.ty, expr.span)
    }

    fn call(&mut self, expr: &Expr, name: &str, args: &[Expr]) -> Expr {
        let is_test = crate::lang::esql::sign_of(name).is_some()
            || matches!(name, "in" | "like" | "rlike" | "is null" | "starts_with" | "ends_with" | "contains" | "cidr_match" | "match");
        if is_test { self.condition(expr).yes } else { self.plain_call(expr, name, args) }
    }

    /// A call by its own row, or by a shared one.
    pub(super) fn plain_call(&mut self, expr: &Expr, name: &str, args: &[Expr]) -> Expr {
        let span = expr.span;
        let mapped: Vec<Expr> = args.iter().map(|arg| self.value(arg)).collect();
        if let (Some(op), [left, right]) = (operator_of(name), mapped.as_slice()) {
            let kind = ExprKind::Arithmetic { op, left: Box::new(left.clone()), right: Box::new(right.clone()) };
            return Expr::new(kind, expr.ty, span);
        }
        if let Some((_, function, ty)) = SAME.iter().find(|(own, ..)| *own == name) {
            let ty = if *ty == Type::Unknown { expr.ty } else { *ty };
            return Expr::new(ExprKind::Call { function: Arc::from(*function), args: mapped }, ty, span);
        }
        self.reshaped(expr, name, args, &mapped).unwrap_or_else(|| Expr { kind: with_args(&expr.kind, mapped), ..expr.clone() })
    }

    /// Functions whose arguments stand otherwise elsewhere.
    fn reshaped(&mut self, expr: &Expr, name: &str, args: &[Expr], mapped: &[Expr]) -> Option<Expr> {
        let span = expr.span;
        Some(match (name, mapped) {
            ("-x", [value]) => Expr::new(ExprKind::Negate(Box::new(value.clone())), expr.ty, span),
            ("date_trunc", [length, time]) => {
                // Stretches longer than a day begin elsewhere than `bin` has them.
                let ExprKind::Literal(Value::TimeSpan(ticks)) = length.kind else { return None };
                let day = 86_400 * TICKS_PER_SECOND;
                if ticks < 1 || day % ticks != 0 {
                    return None;
                }
                called("bin", vec![time.clone(), length.clone()], Type::DateTime, span)
            }
            ("date_diff", [unit, from, to]) => {
                let ExprKind::Literal(Value::String(unit)) = &unit.kind else { return None };
                let unit = unit.to_ascii_lowercase();
                let (_, seconds) = UNITS.iter().find(|(known, _)| unit.strip_suffix('s').unwrap_or(&unit) == *known)?;
                let length = Expr::literal(Value::TimeSpan(seconds * TICKS_PER_SECOND), Type::TimeSpan, span);
                let span_of = computed(crate::ir::Arithmetic::Subtract, to.clone(), from.clone(), Type::TimeSpan);
                called("tolong", vec![computed(crate::ir::Arithmetic::Divide, span_of, length, Type::Real)], Type::Long, span)
            }
            ("substring", [text, start, rest @ ..]) => {
                let ExprKind::Literal(Value::Long(first)) = start.kind else { return None };
                let first = Expr::literal(first.checked_sub(1).filter(|n| *n >= 0)?, Type::Long, span);
                let args = [text.clone(), first].into_iter().chain(rest.iter().cloned()).collect();
                called("substring", args, Type::String, span)
            }
            ("grok", [text, key, pattern]) => {
                let (regex, group) = Grok::new(text_of(pattern)?).ok()?.extraction(text_of(key)?)?;
                extracted(text, &regex, group, span)
            }
            ("dissect", [text, key, _, pattern]) => {
                let (regex, group) = Dissection::new(text_of(pattern)?).ok()?.extraction(text_of(key)?)?;
                extracted(text, &regex, group, span)
            }
            ("replace", [text, pattern, with]) => {
                let pattern = Expr::literal(Value::string(of_replace(text_of(pattern)?).ok()?), Type::String, span);
                let with = Expr::literal(Value::string(rewrite(text_of(with)?)?), Type::String, span);
                called("replace_regex", vec![text.clone(), pattern, with], Type::String, span)
            }
            ("trim", [text]) => called("trim", vec![Expr::literal("\\s+", Type::String, span), text.clone()], Type::String, span),
            ("mv_first" | "mv_last" | "mv_min" | "mv_max", [value]) => {
                let may_hold_several = |name: &Arc<str>| self.computed.contains_key(name) && !self.keys.contains(name);
                let is_list = matches!(args.first().map(|arg| &arg.kind), Some(ExprKind::Column(name)) if may_hold_several(name));
                let is_first = matches!(name, "mv_first" | "mv_min");
                match (is_list, value.ty) {
                    // The greatest and least of what is one value is that value.
                    (false, _) | (true, Type::Long | Type::Real | Type::DateTime | Type::Bool | Type::TimeSpan) => value.clone(),
                    (true, _) if is_first => {
                        let index = Box::new(Expr::literal(0_i64, Type::Long, span));
                        let kind = ExprKind::Member { base: Box::new(value.clone()), member: Member::Index(index) };
                        called("tostring", vec![Expr::new(kind, Type::Dynamic, span)], Type::String, span)
                    }
                    _ => return None,
                }
            }
            _ => return None,
        })
    }
}

fn text_of(expr: &Expr) -> Option<&str> {
    if let ExprKind::Literal(Value::String(text)) = &expr.kind { Some(text) } else { None }
}

/// What stands in the place of a match: `$1` is a group in Java, `\1` in Kusto.
fn rewrite(replacement: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = replacement.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '$' => {
                out.extend(['\\', chars.next().filter(char::is_ascii_digit)?]);
                // Java reads further digits as part of the number where there are that many groups.
                if chars.peek().is_some_and(char::is_ascii_digit) {
                    return None;
                }
            }
            '\\' => match chars.next()? {
                '\\' => out.push_str(r"\\"),
                escaped => out.push(escaped),
            },
            c => out.push(c),
        }
    }
    Some(out)
}

fn extracted(text: &Expr, regex: &str, group: usize, span: Span) -> Expr {
    let group = Expr::literal(i64::try_from(group).unwrap_or(i64::MAX), Type::Long, span);
    called("extract", vec![Expr::literal(regex, Type::String, span), group, text.clone()], Type::String, span)
}

fn with_args(kind: &ExprKind, args: Vec<Expr>) -> ExprKind {
    match kind {
        ExprKind::Call { function, .. } => ExprKind::Call { function: function.clone(), args },
        other => other.clone(),
    }
}

fn computed(op: crate::ir::Arithmetic, left: Expr, right: Expr, ty: Type) -> Expr {
    let span = left.span;
    Expr::new(ExprKind::Arithmetic { op, left: Box::new(left), right: Box::new(right) }, ty, span)
}

/// Builds a call of a shared function.
pub(super) fn called(function: &str, args: Vec<Expr>, ty: Type, span: Span) -> Expr {
    Expr::new(ExprKind::Call { function: Arc::from(function), args }, ty, span)
}
