//! `parse`, `parse-where`, `parse-kv`.

use super::super::ast::{self, Operator, ParsePart as Part};
use super::binder::{Binder, Rows};
use super::statements::declared_columns;
use crate::diagnostic::Diagnostic;
use crate::ir::{Column, Op, ParseMode, ParsePart, Plan, Schema, Type, Value};
use crate::source::Span;
use std::sync::Arc;

impl<'a> Binder<'a> {
    /// `parse` and `parse-where`
    pub(super) fn parse(
        &mut self,
        input: &Arc<Plan>,
        filter: bool,
        expr: &'a ast::Expr,
        parts: &'a [Part],
        operator: &'a Operator,
    ) -> Arc<Plan> {
        let expr = self.scalar(expr, Rows::of(input));
        let param = |name: &str| operator.params.iter().find(|p| p.name == name).map(|p| self.word(&p.value));
        let mode = match param("kind").as_deref() {
            Some("regex") => ParseMode::Regex,
            Some("relaxed") => ParseMode::Relaxed,
            _ => ParseMode::Simple,
        };
        let flags: Arc<str> = Arc::from(param("flags").unwrap_or_default());
        let mut columns: Vec<Column> = Vec::new();
        let mut pattern = Vec::with_capacity(parts.len());
        self.check_delimiters(parts);
        for part in parts {
            pattern.push(match part {
                Part::Star => ParsePart::Skip,
                Part::Text(literal, _) => match &literal.kind {
                    ast::LiteralKind::String(text) => ParsePart::Text(Arc::from(text.as_str())),
                    _ => ParsePart::Text(Arc::from(literal.raw.as_str())),
                },
                Part::Column(name, ty) => {
                    let column = Column::new(&name.text, ty.unwrap_or(Type::String));
                    if columns.iter().any(|c| c.name == column.name) {
                        self.duplicate(&name.text, name.span);
                    }
                    columns.push(column.clone());
                    ParsePart::Column(column)
                }
            });
        }
        let schema = filled(&input.schema, columns);
        let op = Op::Parse { input: Arc::clone(input), expr, mode, flags, parts: pattern, filter };
        self.plan(op, schema, operator.span)
    }

    /// Two columns, or `*` and a column, need text between them; so does text and the rest after it (Kusto.Language KS101 to KS103).
    fn check_delimiters(&mut self, parts: &[Part]) {
        for (before, part) in parts.iter().zip(parts.iter().skip(1)) {
            if let Part::Column(name, _) = part
                && matches!(before, Part::Star | Part::Column(..))
            {
                let message = format!("nothing says where the text of `{}` begins", name.text);
                self.report(Diagnostic::warning("parse-without-delimiter", name.span, message).with_help("put a text before it"));
            }
            if let (Part::Column(name, None | Some(Type::String)), Part::Star) = (before, part) {
                let message = format!("nothing says where the text of `{}` ends", name.text);
                self.report(Diagnostic::warning("parse-without-delimiter", name.span, message).with_help("put a text after it"));
            }
        }
    }

    /// `parse-kv`
    pub(super) fn parse_key_value(
        &mut self,
        input: &Arc<Plan>,
        expr: &'a ast::Expr,
        columns: &'a [ast::ColumnDeclaration],
        with: &'a [ast::Param],
        span: Span,
    ) -> Arc<Plan> {
        let expr = self.scalar(expr, Rows::of(input));
        let columns = declared_columns(columns);
        let mut options = Vec::new();
        for param in with {
            let value = match self.constant_option(&param.value) {
                Some(value) => value,
                None => Value::string(self.word(&param.value)),
            };
            options.push((Arc::from(param.name.as_str()), value));
        }
        let schema = filled(&input.schema, columns.clone());
        self.plan(Op::ParseKeyValue { input: Arc::clone(input), expr, columns, options }, schema, span)
    }

    /// Reads the value of an option where it is a constant and not a bare word.
    pub(super) fn constant_option(&mut self, expr: &'a ast::Expr) -> Option<Value> {
        match &expr.kind {
            ast::ExprKind::Name(name) if self.scopes.find(self.place, &name.text).is_none() => None,
            _ => self.constant(expr).map(|(value, _)| value),
        }
    }
}

/// Columns that are filled replace input columns of the same name in place, others follow.
fn filled(input: &Schema, columns: Vec<Column>) -> Schema {
    let mut all = input.columns.clone();
    for column in columns {
        match all.iter_mut().find(|c| c.name == column.name) {
            Some(same) => same.ty = column.ty,
            None => all.push(column),
        }
    }
    Schema { columns: all, open: input.open }
}
