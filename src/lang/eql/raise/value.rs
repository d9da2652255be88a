//! Values: fields, constants, functions of EQL.

use super::super::ast::{Expr, ExprKind, Part};
use super::super::print::is_name;
use super::{Raiser, field, node, text};
use crate::functions::OF_EQL;
use crate::ir::datetime::print_datetime;
use crate::ir::{self, Member, Value};
use crate::source::{Span, Spanned};

/// Takes a dotted name apart; what is no word goes into backticks.
pub(super) fn path(name: &str) -> Vec<Part> {
    name.split('.').map(|part| Part::Name { text: part.to_owned(), quoted: !is_name(part) }).collect()
}

impl Raiser<'_> {
    /// Raises what stands for a value.
    pub(super) fn scalar(&mut self, expr: &ir::Expr) -> Option<Expr> {
        match &expr.kind {
            ir::ExprKind::Literal(value) => self.constant(value, expr.span),
            ir::ExprKind::Column(name) => Some(field(name)),
            ir::ExprKind::Convert(inner) => self.scalar(inner),
            ir::ExprKind::Negate(inner) => Some(node(ExprKind::Negate(Box::new(self.scalar(inner)?)))),
            ir::ExprKind::Arithmetic { op, left, right } => {
                let (left, right) = (Box::new(self.scalar(left)?), Box::new(self.scalar(right)?));
                Some(node(ExprKind::Arithmetic { op: *op, left, right }))
            }
            ir::ExprKind::Member { base, member } => self.member(base, member, expr.span),
            ir::ExprKind::Call { function, args } => self.call(function, args, expr.span),
            _ => self.refuse("expression-not-in-eql", expr.span, "EQL has no such expression"),
        }
    }

    fn member(&mut self, base: &ir::Expr, member: &Member, span: Span) -> Option<Expr> {
        let mut raised = self.scalar(base)?;
        let ExprKind::Field { path: parts, .. } = &mut raised.kind else {
            return self.refuse("expression-not-in-eql", span, "EQL takes elements of fields only");
        };
        match member {
            Member::Name(name) => parts.extend(path(name)),
            Member::Index(index) => match &index.kind {
                ir::ExprKind::Literal(Value::Long(at)) if *at >= 0 => parts.push(Part::Index(at.unsigned_abs())),
                _ => return self.refuse("expression-not-in-eql", span, "EQL takes elements at constant positions from the start only"),
            },
        }
        Some(raised)
    }

    fn call(&mut self, function: &str, args: &[ir::Expr], span: Span) -> Option<Expr> {
        let Some(name) = function.strip_prefix(OF_EQL) else {
            return self.refuse("function-not-in-eql", span, format!("EQL has no `{function}`"));
        };
        let (plain, any_case) = name.strip_suffix('~').map_or((name, false), |plain| (plain, true));
        let args = args.iter().map(|arg| self.scalar(arg)).collect::<Option<Vec<Expr>>>()?;
        Some(call(plain, any_case, args))
    }

    /// Raises a constant.
    pub(super) fn constant(&mut self, value: &Value, span: Span) -> Option<Expr> {
        Some(node(match value {
            Value::Null => ExprKind::Null,
            Value::Bool(value) => ExprKind::Bool(*value),
            Value::Int(n) => ExprKind::Integer(i64::from(*n)),
            Value::Long(n) => ExprKind::Integer(*n),
            Value::Real(n) if n.is_finite() => ExprKind::Real(*n),
            Value::String(value) => return Some(text(&**value)),
            Value::DateTime(ticks) => return Some(text(print_datetime(*ticks))),
            Value::Guid(guid) => return Some(text(guid.to_string())),
            _ => return self.refuse("constant-not-in-eql", span, "EQL has no such constant"),
        }))
    }
}

/// Builds a call.
pub(super) fn call(name: &str, any_case: bool, args: Vec<Expr>) -> Expr {
    node(ExprKind::Call { name: Spanned::new(name.to_owned(), Span::default()), any_case, args })
}
