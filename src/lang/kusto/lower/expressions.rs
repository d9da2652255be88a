//! Expressions: names, constants, members, logic. Operators and calls have files of their own.

use super::super::ast::{self, ExprKind as Syntax};
use super::binder::{Binder, Rows};
use super::literals;
use super::scope::Bound;
use super::shapes::{self, Shape};
use super::types;
use crate::ir::{Column, Expr, ExprKind, Member, Type};
use crate::source::Span;
use std::sync::Arc;

impl<'a> Binder<'a> {
    /// Lowers an expression that must be a value.
    pub(super) fn scalar(&mut self, expr: &'a ast::Expr, rows: Rows<'_>) -> Expr {
        match self.any(expr, rows) {
            Bound::Scalar(value) => value,
            // An open table may have a column that is called like a table.
            Bound::Table(_) if rows.is_open() && matches!(expr.kind, Syntax::Name(_)) => {
                Expr::column(expr.span.text(self.text), Type::Unknown, expr.span)
            }
            Bound::Table(_) => {
                self.error("scalar-expected", expr.span, "a table stands where a value is expected");
                self.opaque("scalar-expected", expr.span)
            }
            Bound::Nothing => self.opaque("unresolved", expr.span),
        }
    }

    /// Lowers an expression, scalar or tabular.
    pub(super) fn any(&mut self, expr: &'a ast::Expr, rows: Rows<'_>) -> Bound {
        self.deeper(expr.span, |this| this.any_at_depth(expr, rows)).unwrap_or(Bound::Nothing)
    }

    fn any_at_depth(&mut self, expr: &'a ast::Expr, rows: Rows<'_>) -> Bound {
        let span = expr.span;
        let value = match &expr.kind {
            Syntax::Name(name) => return self.name(name, rows),
            Syntax::Paren(inner) => return self.any(inner, rows),
            Syntax::Call(call) => return self.call(call, rows, span),
            Syntax::Member { base, selector, bracketed } => return self.member(base, selector, *bracketed, rows, span),
            Syntax::Pipe { .. } | Syntax::Source(_) | Syntax::Block(_) => return self.tabular(expr, rows),
            Syntax::Named { value, .. } => return self.any(value, rows),
            Syntax::Wildcard(text) => {
                self.error("star-not-allowed", span, format!("`{text}` is not allowed here"));
                return Bound::Nothing;
            }
            Syntax::Literal(literal) => {
                let (value, ty) = literals::literal(literal);
                if literals::is_too_large(literal, span.text(self.text)) {
                    self.error("number-too-large", span, "the number is beyond 64 bits");
                }
                Expr::new(ExprKind::Literal(value), ty, span)
            }
            Syntax::Index { base, index } => self.index(base, index, rows, span),
            Syntax::Unary { minus, operand } => self.unary(*minus, operand, rows, span),
            Syntax::Binary { op, op_span, left, right } => self.binary(*op, *op_span, (left, right), rows, span),
            Syntax::And(operands) => self.logic(operands, true, rows, span),
            Syntax::Or(operands) => self.logic(operands, false, rows, span),
            Syntax::In { op, op_span, value, list } => self.in_list(*op, *op_span, value, list, rows, span),
            Syntax::Between { negated, value, low, high } => self.between(*negated, (value, low, high), rows, span),
            Syntax::TypeOf { ty, .. } => Expr::literal(ty.unwrap_or(Type::Dynamic).name(), Type::String, span),
        };
        Bound::Scalar(value)
    }

    /// `a and b`, `a or b`: flat, as the IR wants it.
    fn logic(&mut self, operands: &'a [ast::Expr], and: bool, rows: Rows<'_>, span: Span) -> Expr {
        let mut flat = Vec::with_capacity(operands.len());
        for operand in operands {
            let value = self.scalar(operand, rows);
            if !types::is_condition(value.ty) {
                let word = if and { "and" } else { "or" };
                self.error("type-mismatch", operand.span, format!("`{word}` is not defined for `{}`, it takes bool", value.ty));
            }
            match value.kind {
                ExprKind::And(inner) if and => flat.extend(inner),
                ExprKind::Or(inner) if !and => flat.extend(inner),
                _ => flat.push(value),
            }
        }
        let kind = if and { ExprKind::And(flat) } else { ExprKind::Or(flat) };
        Expr::new(kind, Type::Bool, span)
    }

    /// `a.b`, `$left.b`, `database("d").T`, a `scan` step's `s.x`.
    fn member(&mut self, base: &'a ast::Expr, selector: &'a ast::Expr, bracketed: bool, rows: Rows<'_>, span: Span) -> Bound {
        if let Some(bound) = self.pattern_member(base, selector, span) {
            return bound;
        }
        if bracketed {
            return Bound::Scalar(self.index(base, selector, rows, span));
        }
        if let Syntax::Name(side) = &base.kind
            && let Syntax::Name(name) = &selector.kind
            && let Some(value) = self.qualified(&side.text, name, rows, span)
        {
            return value;
        }
        if self.is_database(base) {
            return self.in_database(base, selector, rows);
        }
        let base = self.scalar(base, rows);
        let Syntax::Name(name) = &selector.kind else {
            self.error("invalid-member", selector.span, "a member name is expected after `.`");
            return Bound::Nothing;
        };
        if !self.check_dynamic(&base, name.span) {
            return Bound::Nothing;
        }
        let ty = base.ty;
        let member = Member::Name(Arc::from(name.text.as_str()));
        Bound::Scalar(Expr::new(ExprKind::Member { base: Box::new(base), member }, ty, span))
    }

    /// `$left.x`, `$right.x` inside join conditions, `step.x` inside `scan`.
    fn qualified(&mut self, side: &str, name: &ast::Name, rows: Rows<'_>, span: Span) -> Option<Bound> {
        if self.steps.iter().any(|step| **step == *side) {
            let ty = rows.left.and_then(|s| s.column(&name.text)).map_or(Type::Unknown, |c| c.ty);
            return Some(Bound::Scalar(Expr::column(format!("{side}.{}", name.text), ty, span)));
        }
        if let Some(bound) = self.pattern_property(side, name, span) {
            return Some(bound);
        }
        let right = side == "$right";
        if !right && side != "$left" || rows.right.is_none() {
            return None;
        }
        let rows = Rows { left: if right { rows.right } else { rows.left }, ..Rows::none() };
        let Some(Column { name, ty }) = self.column_named(name, rows) else { return Some(Bound::Nothing) };
        Some(Bound::Scalar(Expr::new(ExprKind::SideColumn { right, name }, ty, span)))
    }

    fn index(&mut self, base: &'a ast::Expr, index: &'a ast::Expr, rows: Rows<'_>, span: Span) -> Expr {
        let base = self.scalar(base, rows);
        let index = self.scalar(index, rows);
        if !self.check_dynamic(&base, index.span) {
            return self.opaque("type-mismatch", span);
        }
        if shapes::shape(&base, rows.input) == Some(Shape::Array) && index.ty == Type::String {
            self.error("type-mismatch", index.span, "an element of an array has a number, not a name");
        }
        if !matches!(index.ty, Type::String | Type::Int | Type::Long | Type::Dynamic | Type::Unknown) {
            self.error("type-mismatch", index.span, format!("an index is int, long or string, not {}", index.ty));
        }
        let ty = base.ty;
        let member = match &index.kind {
            ExprKind::Literal(crate::ir::Value::String(name)) => Member::Name(Arc::clone(name)),
            _ => Member::Index(Box::new(index)),
        };
        Expr::new(ExprKind::Member { base: Box::new(base), member }, ty, span)
    }

    /// Only dynamic values have members.
    fn check_dynamic(&mut self, base: &Expr, span: Span) -> bool {
        let fits = matches!(base.ty, Type::Dynamic | Type::Unknown);
        if !fits {
            let found =
                crate::diagnostic::Diagnostic::error("member-of-scalar", span, format!("a value of type {} has no members", base.ty));
            self.report(found.with_help("convert it first: `parse_json(…)`"));
        }
        fits
    }
}

/// Tells whether the expression names a place where tables live.
pub(super) fn is_database(expr: &ast::Expr) -> bool {
    match &expr.kind {
        Syntax::Call(call) => matches!(call.name.text.as_str(), "database" | "cluster" | "workspace" | "app" | "resource" | "adx"),
        Syntax::Member { base, selector, bracketed: false } => {
            is_database(base) && matches!(&selector.kind, Syntax::Call(call) if call.name.text == "database")
        }
        Syntax::Paren(inner) => is_database(inner),
        _ => false,
    }
}
