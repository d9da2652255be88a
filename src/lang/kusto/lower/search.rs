//! `search`: terms over every column, and `* op value` in its predicates, which `find` shares.

use super::super::ast::{self, BinaryOp, ExprKind as Syntax, InOp, Operator};
use super::binder::{Binder, Rows, column_expr};
use super::projection::unparenthesised;
use super::statements::convert;
use super::unions::{is_pattern, unified};
use crate::ir::{Case, Column, Expr, ExprKind, Op, Plan, Schema, StringTest, Type, UnionColumns, Value};
use crate::source::Span;
use std::sync::Arc;

impl<'a> Binder<'a> {
    /// `search`
    pub(super) fn search(
        &mut self,
        input: Option<&Arc<Plan>>,
        tables: &'a [ast::Expr],
        predicate: &'a ast::Expr,
        operator: &'a Operator,
    ) -> Arc<Plan> {
        let span = operator.span;
        let kind = operator.params.iter().find(|p| p.name == "kind").map(|p| self.word(&p.value));
        let case = if kind.as_deref() == Some("case_sensitive") { Case::Sensitive } else { Case::Insensitive };
        let pattern = tables.iter().any(is_pattern) || tables.is_empty() && input.is_none();
        let inputs = self.searched_tables(input, tables, span);
        // Rows that no table is named for are called by their position (engine).
        let inputs: Vec<Arc<Plan>> = inputs.iter().enumerate().map(|(at, input)| self.searched(input, at)).collect();
        let schemas: Vec<&Schema> = inputs.iter().map(|p| &p.schema).collect();
        let mut schema = unified(&schemas, pattern);
        schema.columns.insert(0, Column::new("$table", Type::String));
        let open = schema.open || pattern && self.env.open;
        let op = Op::Union { inputs, columns: UnionColumns::Outer, source_column: Some(Arc::from("$table")), fuzzy: pattern };
        let all = self.plan(op, schema, span);
        let predicate = self.search_predicate(predicate, &all, case);
        let schema = Schema { columns: all.schema.columns.clone(), open };
        self.plan(Op::Filter { input: all, predicate }, schema, span)
    }

    /// Returns the tables that `search` or `find` looks in: those named, the piped rows, or all there are.
    pub(super) fn searched_tables(&mut self, input: Option<&Arc<Plan>>, tables: &'a [ast::Expr], span: Span) -> Vec<Arc<Plan>> {
        let named: Vec<Arc<Plan>> = tables.iter().flat_map(|table| self.tables_of(table)).collect();
        match (named.is_empty(), input) {
            (false, _) => named,
            (true, Some(input)) => vec![Arc::clone(input)],
            (true, None) => self.everything(span),
        }
    }

    fn searched(&mut self, input: &Arc<Plan>, position: usize) -> Arc<Plan> {
        let named = input.name.is_some() || matches!(input.op, Op::Scan(_));
        if named { Arc::clone(input) } else { self.renamed(input, Some(&format!("search_arg{position}"))) }
    }

    /// Lowers a predicate in which a bare string is a term and `*` is every column.
    pub(super) fn search_predicate(&mut self, predicate: &'a ast::Expr, all: &Arc<Plan>, case: Case) -> Expr {
        let span = predicate.span;
        match unparenthesised(predicate) {
            Syntax::And(parts) => {
                let parts = parts.iter().map(|p| self.search_predicate(p, all, case)).collect();
                Expr::new(ExprKind::And(parts), Type::Bool, span)
            }
            Syntax::Or(parts) => {
                let parts = parts.iter().map(|p| self.search_predicate(p, all, case)).collect();
                Expr::new(ExprKind::Or(parts), Type::Bool, span)
            }
            Syntax::Wildcard(_) => Expr::literal(true, Type::Bool, span),
            Syntax::Call(call) if call.name.text == "not" => match call.args.as_slice() {
                [inner] => {
                    let inner = self.search_predicate(inner, all, case);
                    Expr::new(ExprKind::Not(Box::new(inner)), Type::Bool, span)
                }
                _ => self.condition(predicate, Rows::of(all)),
            },
            Syntax::Binary { op: BinaryOp::Search, left, right, .. } => {
                let column = self.scalar(left, Rows::of(all));
                match self.scalar(right, Rows::none()) {
                    Expr { kind: ExprKind::Literal(Value::String(text)), .. } => term(column, &text, case, span),
                    other => super::operators::equal(column, other, span),
                }
            }
            _ => {
                let value = self.scalar(predicate, Rows::of(all));
                if let ExprKind::Literal(Value::String(text)) = &value.kind {
                    return self.any_of(&all.schema, span, |column| term(column, text, case, span));
                }
                if !super::types::is_condition(value.ty) {
                    self.error("type-mismatch", span, format!("a condition must be bool, this is {}", value.ty));
                }
                value
            }
        }
    }

    /// Makes the disjunction of a test over every column; what an open table holds is not known.
    fn any_of(&self, schema: &Schema, span: Span, test: impl Fn(Expr) -> Expr) -> Expr {
        if schema.open {
            return Expr { ty: Type::Bool, ..self.opaque("search-open-columns", span) };
        }
        let tests = schema.columns.iter().filter(|c| *c.name != *"$table").map(|c| test(column_expr(c, span))).collect();
        Expr::new(ExprKind::Or(tests), Type::Bool, span)
    }

    /// `* has "x"`, `* == 1`: true if it holds for any column that the operator takes.
    pub(super) fn any_column(&mut self, op: BinaryOp, op_span: Span, right: &'a ast::Expr, row: &Schema, span: Span) -> Expr {
        let right = self.scalar(right, Rows::none());
        if row.open {
            return Expr { ty: Type::Bool, ..self.opaque("search-open-columns", span) };
        }
        let mut tests = Vec::new();
        for column in row.columns.iter().filter(|c| *c.name != *"$table") {
            let fits = column.ty == right.ty || matches!(column.ty, Type::String | Type::Dynamic) && right.ty == Type::String;
            if fits {
                tests.push(self.binary_of(op, op_span, column_expr(column, span), right.clone(), span));
            }
        }
        Expr::new(ExprKind::Or(tests), Type::Bool, span)
    }

    /// `* in (…)`, `* has_any (…)`.
    pub(super) fn any_column_in(&mut self, op: InOp, op_span: Span, list: &'a [ast::Expr], row: &Schema, span: Span) -> Expr {
        let list: Vec<Expr> = list.iter().map(|item| self.scalar(item, Rows::none())).collect();
        if row.open {
            return Expr { ty: Type::Bool, ..self.opaque("search-open-columns", op_span) };
        }
        let test = matches!(op, InOp::HasAny | InOp::HasAll).then_some(StringTest::Has);
        let case = if matches!(op, InOp::In | InOp::NotIn) { Case::Sensitive } else { Case::Insensitive };
        let (all, negated) = (op == InOp::HasAll, matches!(op, InOp::NotIn | InOp::NotInTilde));
        let one = |column: &Column| {
            let value = Box::new(column_expr(column, span));
            Expr::new(ExprKind::InList { test, all, case, negated, value, list: list.clone() }, Type::Bool, span)
        };
        let texts = row.columns.iter().filter(|c| matches!(c.ty, Type::String | Type::Dynamic) && *c.name != *"$table");
        Expr::new(ExprKind::Or(texts.map(one).collect()), Type::Bool, span)
    }
}

/// A term of `search`: whole words, or with `*` at its ends prefixes, suffixes and parts of words.
fn term(column: Expr, text: &str, case: Case, span: Span) -> Expr {
    let (start, end) = (text.starts_with('*'), text.len() > 1 && text.ends_with('*'));
    let test = match (start, end) {
        (false, false) => StringTest::Has,
        (false, true) => StringTest::HasPrefix,
        (true, false) => StringTest::HasSuffix,
        (true, true) => StringTest::Contains,
    };
    let needle = Expr::literal(text.trim_matches('*'), Type::String, span);
    let left = if matches!(column.ty, Type::String | Type::Dynamic | Type::Unknown) { column } else { convert(column, Type::String) };
    let kind = ExprKind::Test { test, case, negated: false, left: Box::new(left), right: Box::new(needle) };
    Expr::new(kind, Type::Bool, span)
}
