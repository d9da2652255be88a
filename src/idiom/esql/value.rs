//! Computed values: ES|QL's functions under the names of those that mean the same of a value that is there.

use super::{Reader, dates, own_function, texts};
use crate::ir::{Expr, ExprKind, Member, Type, Value};
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
    ("abs", "abs", Type::Unknown),
    ("pow", "pow", Type::Real),
    ("exp", "exp", Type::Real),
    ("log10", "log10", Type::Real),
    ("url_decode", "url_decode", Type::String),
    ("url_encode_component", "url_encode_component", Type::String),
    ("to_base64", "base64_encode_tostring", Type::String),
    ("from_base64", "base64_decode_tostring", Type::String),
    ("md5", "hash_md5", Type::String),
    ("sha1", "hash_sha1", Type::String),
    ("sha256", "hash_sha256", Type::String),
    ("reverse", "reverse", Type::String),
    ("repeat", "strrep", Type::String),
    ("split", "split", Type::Dynamic),
    ("greatest", "max_of", Type::Unknown),
    ("least", "min_of", Type::Unknown),
    ("mv_count", "array_length", Type::Long),
    ("mv_concat", "strcat_array", Type::String),
    ("mv_contains", "set_has_element", Type::Bool),
];

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
            ("to_ip", [value]) if args.first().and_then(|arg| self.field(arg)).is_some_and(|field| field.holds_addresses()) => {
                value.clone()
            }
            ("-x", [value]) => Expr::new(ExprKind::Negate(Box::new(value.clone())), expr.ty, span),
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
            _ => return dates::reshaped(name, mapped, span).or_else(|| texts::reshaped(name, mapped, span)),
        })
    }
}

fn with_args(kind: &ExprKind, args: Vec<Expr>) -> ExprKind {
    match kind {
        ExprKind::Call { function, .. } => ExprKind::Call { function: function.clone(), args },
        other => other.clone(),
    }
}

/// Builds an arithmetic expression.
pub(super) fn computed(op: crate::ir::Arithmetic, left: Expr, right: Expr, ty: Type) -> Expr {
    let span = left.span;
    Expr::new(ExprKind::Arithmetic { op, left: Box::new(left), right: Box::new(right) }, ty, span)
}

/// Builds a call of a shared function.
pub(super) fn called(function: &str, args: Vec<Expr>, ty: Type, span: Span) -> Expr {
    Expr::new(ExprKind::Call { function: Arc::from(function), args }, ty, span)
}
