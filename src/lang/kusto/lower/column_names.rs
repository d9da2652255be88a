//! Automatic names of unnamed columns: `count_`, `set_X`, `Column1`, `a_b` for `a.b`.

use super::super::ast::{self, ExprKind, LiteralKind};
use super::binder::{Binder, Rows};
use super::names::find_column;
use crate::functions::{self, Naming};

impl Binder<'_> {
    /// Returns the name that an expression gives its column, or `None` where it gets a numbered one.
    pub(super) fn result_name(&self, expr: &ast::Expr, rows: Rows<'_>) -> Option<String> {
        match &expr.kind {
            ExprKind::Paren(inner) => self.result_name(inner, rows),
            ExprKind::Name(name) => Some(name.text.clone()),
            ExprKind::Named { names, .. } => names.first().map(|name| name.text.clone()),
            ExprKind::Member { base, selector, bracketed } => {
                let part = if *bracketed { constant_name(selector) } else { self.result_name(selector, rows) };
                self.joined(base, part, rows)
            }
            ExprKind::Index { base, index } => self.joined(base, constant_name(index), rows),
            ExprKind::Call(call) => self.call_name(call, rows),
            _ => None,
        }
    }

    /// Joins the names of a dynamic value and of its part; `$left.x` is called `x`.
    fn joined(&self, base: &ast::Expr, part: Option<String>, rows: Rows<'_>) -> Option<String> {
        if let ExprKind::Name(name) = &base.kind
            && (name.text == "$left" || name.text == "$right")
        {
            return part;
        }
        let part = part.unwrap_or_default();
        match self.result_name(base, rows).filter(|name| !name.trim().is_empty()) {
            Some(left) => Some(format!("{left}_{part}")),
            None => Some(part).filter(|part| !part.is_empty()),
        }
    }

    fn call_name(&self, call: &ast::Call, rows: Rows<'_>) -> Option<String> {
        let name = call.name.text.as_str();
        if self.scopes.find(self.place, name).is_some() {
            return None;
        }
        let function = self.aggregates.as_ref().and_then(|_| functions::kusto_aggregate(name)).or_else(|| functions::kusto(name))?;
        let first = || call.args.first().map(|arg| self.result_name(arg, rows));
        match function.naming {
            Naming::FirstArgument => first().flatten(),
            Naming::OnlyArgument if call.args.len() == 1 => first().flatten(),
            Naming::Prefixed(prefix) => Some(format!("{prefix}_{}", first().flatten().unwrap_or_default())),
            Naming::PrefixedPair(prefix) => {
                let names = call.args.iter().take(2).map(|arg| self.result_name(arg, rows).unwrap_or_default());
                Some(names.fold(prefix.to_owned(), |name, part| format!("{name}_{part}")))
            }
            Naming::Suffixed(suffix) => first().flatten().map(|name| format!("{name}{suffix}")),
            Naming::Fixed(fixed) => Some(fixed.to_owned()),
            Naming::ConstantText => constant_text(call.args.first()?).filter(|text| find_column(rows, text).is_some()),
            _ => None,
        }
    }

    /// Returns the next free `ColumnN`.
    pub(super) fn default_name(&mut self, rows: Option<Rows<'_>>) -> String {
        loop {
            let name = format!("Column{}", self.next_column);
            self.next_column += 1;
            let taken = rows.is_some_and(|rows| find_column(rows, &name).is_some()) || self.scopes.find(self.place, &name).is_some();
            if !taken {
                return name;
            }
        }
    }
}

/// Returns the name that a constant index gives: `a["b"]` → `b`, `a[0]` → `0`.
fn constant_name(index: &ast::Expr) -> Option<String> {
    match &index.kind {
        ExprKind::Literal(literal) => match &literal.kind {
            LiteralKind::String(text) => Some(text.clone()),
            LiteralKind::Long(Some(n)) => Some(n.to_string()),
            LiteralKind::Int(Some(n)) => Some(n.to_string()),
            _ => None,
        },
        _ => None,
    }
}

/// Returns the text of a string literal.
pub(super) fn constant_text(expr: &ast::Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Literal(ast::Literal { kind: LiteralKind::String(text), .. }) => Some(text.clone()),
        ExprKind::Paren(inner) => constant_text(inner),
        _ => None,
    }
}
