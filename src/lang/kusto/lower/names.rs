//! What a name means: column, `let`, parameter, table, saved function, in the official analyser's order.

use super::super::ast;
use super::binder::{Binder, Rows, column_expr};
use super::scope::{Binding, Bound};
use crate::diagnostic::{Diagnostic, Fix};
use crate::ir::{Column, Expr, ExprKind, Op, Plan, Schema, TableSource, Type};
use crate::schema::suggest;
use crate::source::Span;
use std::sync::Arc;

impl Binder<'_> {
    /// Resolves a name in scalar or open position.
    pub(super) fn name(&mut self, name: &ast::Name, rows: Rows<'_>) -> Bound {
        if let Some(column) = find_column(rows, &name.text) {
            return Bound::Scalar(column_expr(column, name.span));
        }
        if let Some(bound) = self.bound_name(&name.text, name.span) {
            return bound;
        }
        if rows.is_open() {
            // A name that an open table may have; the analyser infers a column too.
            return Bound::Scalar(Expr::column(&name.text, Type::Unknown, name.span));
        }
        if self.is_table_name(&name.text) {
            return Bound::Table(self.table_named(&name.text, name.span));
        }
        if crate::functions::kusto(&name.text).is_some() {
            self.error("missing-argument-list", name.span, format!("function `{}` requires an argument list", name.text));
            return Bound::Nothing;
        }
        self.unknown_column(name, rows);
        Bound::Nothing
    }

    /// Resolves a name where a table is expected.
    pub(super) fn table_name(&mut self, name: &ast::Name) -> Bound {
        if let Some(bound) = self.bound_name(&name.text, name.span) {
            return bound;
        }
        Bound::Table(self.table_named(&name.text, name.span))
    }

    /// Resolves a name that the query itself binds.
    fn bound_name(&mut self, name: &str, span: Span) -> Option<Bound> {
        match self.scopes.find(self.place, name)?.clone() {
            Binding::Scalar(inline) => Some(Bound::Scalar(self.inline(&inline, span))),
            Binding::Table(plan) => Some(Bound::Table(plan)),
            Binding::Function(lambda) => {
                if lambda.parameters.iter().any(|p| p.default.is_none()) {
                    self.error("missing-argument-list", span, format!("function `{name}` requires an argument list"));
                    return Some(Bound::Nothing);
                }
                let args = lambda.parameters.iter().filter_map(|p| Some(self.argument(p, p.default.as_ref()?, Rows::none()))).collect();
                match self.call_lambda(&lambda, args, span) {
                    // `withsource` calls a view by its name.
                    Bound::Table(plan) if lambda.view => Some(Bound::Table(self.label(&plan, name))),
                    bound => Some(bound),
                }
            }
            Binding::Pattern(_) => {
                self.error("missing-argument-list", span, format!("pattern `{name}` requires an argument list"));
                Some(Bound::Nothing)
            }
            Binding::Entities(_) | Binding::Database => {
                self.error("table-expected", span, format!("`{name}` stands for databases; a table is reached with `{name}.Table`"));
                Some(Bound::Nothing)
            }
            Binding::Broken => Some(Bound::Nothing),
        }
    }

    /// Tells whether a name is a table or saved function of the environment and not bound by the query.
    pub(super) fn is_table_name(&self, name: &str) -> bool {
        self.scopes.find(self.place, name).is_none() && (self.env.has_table(name) || self.env.function(name).is_some())
    }

    /// Makes the scan of a table or saved function of the environment; an unknown name gives open columns and a finding.
    pub(super) fn table_named(&mut self, name: &str, span: Span) -> Arc<Plan> {
        let source: Arc<str> = Arc::from(name);
        if let Some(schema) = self.env.tables.get(name).cloned() {
            return self.plan(Op::Scan(TableSource::Table(source)), schema, span);
        }
        // A saved function hides a table of the same name, as in the workspace.
        if self.env.function(name).is_none()
            && let Some(schema) = self.env.table(name)
        {
            return self.plan(Op::Scan(TableSource::Table(source)), schema, span);
        }
        if let Some(schema) = self.env.function(name) {
            return self.plan(Op::Scan(TableSource::Function { name: source, args: Vec::new() }), schema, span);
        }
        self.unknown_table(name, span);
        self.plan(Op::Scan(TableSource::Table(source)), Schema::unknown(), span)
    }

    fn unknown_table(&mut self, name: &str, span: Span) {
        if !self.unknown.insert(name.to_owned()) {
            return;
        }
        let message = format!("table `{name}` is not known");
        let mut found = if self.env.open {
            Diagnostic::warning("unknown-table", span, message)
        } else {
            Diagnostic::error("unknown-table", span, message)
        };
        let bound = self.scopes.visible(self.place);
        let own = self.env.tables.keys().map(|n| &**n).chain(bound.iter().map(|(n, _)| *n));
        if let Some(near) = suggest(name, own).or_else(|| suggest(name, self.env.catalog.table_names())) {
            found = found.with_help(format!("did you mean `{near}`?"));
        }
        self.report(found);
    }

    /// Reports a name that is no column, and the one it may stand for.
    pub(super) fn unknown_column(&mut self, name: &ast::Name, rows: Rows<'_>) {
        if name.text.is_empty() {
            return;
        }
        let mut found = Diagnostic::error("unknown-column", name.span, format!("`{}` is not a column, variable or table", name.text));
        let bound = self.scopes.visible(self.place);
        let columns = [rows.left, rows.right].into_iter().flatten().flat_map(|s| &s.columns).map(|c| &*c.name);
        if let Some(near) = suggest(&name.text, columns.chain(bound.iter().map(|(n, _)| *n))) {
            let same = near.eq_ignore_ascii_case(&name.text);
            let edits = vec![crate::diagnostic::Edit { span: name.span, text: quoted(near) }];
            found = found.with_help(format!("did you mean `{near}`?{}", if same { " names are case-sensitive" } else { "" }));
            found = found.with_fix(Fix { title: format!("replace with `{near}`"), edits, safe: same });
        }
        self.report(found);
    }

    /// Lowers a name that must be a column.
    pub(super) fn column_named(&mut self, name: &ast::Name, rows: Rows<'_>) -> Option<Column> {
        if let Some(column) = find_column(rows, &name.text) {
            return Some(column.clone());
        }
        if rows.is_open() {
            return Some(Column::new(&name.text, Type::Unknown));
        }
        self.unknown_column(name, rows);
        None
    }

    /// Reports an expression where only a column name may stand.
    pub(super) fn column_expected(&mut self, span: Span) {
        self.error("column-expected", span, "a column name is expected here");
    }
}

/// Returns the column of that name: of the left rows first, as the engine does.
pub(super) fn find_column<'r>(rows: Rows<'r>, name: &str) -> Option<&'r Column> {
    let left = rows.left.and_then(|s| s.column(name));
    left.or_else(|| rows.right.and_then(|s| s.column(name)))
}

/// Returns the column that an expression is, looking through nothing.
pub(super) fn as_column(expr: &Expr) -> Option<Column> {
    match &expr.kind {
        ExprKind::Column(name) => Some(Column { name: Arc::clone(name), ty: expr.ty }),
        _ => None,
    }
}

/// Writes a name as Kusto needs it.
fn quoted(name: &str) -> String {
    let plain = !name.starts_with(|c: char| c.is_ascii_digit()) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain { name.to_owned() } else { format!("['{name}']") }
}
