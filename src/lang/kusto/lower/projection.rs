//! Column lists: which columns an operator puts out, in which order, under which names.
//!
//! The rules are the official analyser's: declared names must be unique, automatic names give way (`x1`), `extend` replaces in place.

use super::super::ast::{self, ExprKind as Syntax};
use super::binder::{Binder, Rows, column_expr};
use super::names::as_column;
use crate::ir::{Column, Expr, Named, Schema, Type};
use crate::source::Span;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// What an operator does with names that are there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// `project`, `summarize`: automatic names give way.
    Default,
    /// `extend`: a name that is there is replaced.
    Extend,
    /// `print`: `print_0`, ….
    Print(usize),
}

/// A column list in the making.
#[derive(Debug, Default)]
pub(super) struct Projection {
    columns: Vec<Projected>,
    positions: FxHashMap<Arc<str>, usize>,
    taken: FxHashSet<Arc<str>>,
    declared: FxHashSet<Arc<str>>,
    /// Input columns that are not added (again).
    skipped: FxHashSet<Arc<str>>,
}

/// A column of the list.
#[derive(Clone, Debug)]
pub(super) struct Projected {
    pub(super) name: Arc<str>,
    pub(super) ty: Type,
    /// `None` for an input column that is passed on as it is.
    pub(super) expr: Option<Expr>,
    /// The input column that it is, unchanged.
    pub(super) origin: Option<Arc<str>>,
}

impl Projected {
    /// A computed column.
    pub(super) fn computed(name: impl AsRef<str>, ty: Type, expr: Expr) -> Self {
        Self { name: Arc::from(name.as_ref()), ty, expr: Some(expr), origin: None }
    }

    /// An input column under its own name.
    pub(super) fn reference(column: &Column, expr: Expr) -> Self {
        Self { name: Arc::clone(&column.name), ty: column.ty, expr: Some(expr), origin: Some(Arc::clone(&column.name)) }
    }
}

impl Projection {
    /// Starts with all columns of the input, passed on.
    pub(super) fn passing(schema: &Schema) -> Self {
        let mut projection = Self::default();
        for column in &schema.columns {
            let origin = Some(Arc::clone(&column.name));
            projection.add(Projected { name: Arc::clone(&column.name), ty: column.ty, expr: None, origin }, None, false);
            projection.skip(&column.name);
        }
        projection
    }

    /// Keeps an input column from being added later.
    pub(super) fn skip(&mut self, name: &Arc<str>) {
        self.skipped.insert(Arc::clone(name));
    }

    /// Keeps the input columns that are in the list from being added again.
    pub(super) fn skip_present(&mut self) {
        let present: Vec<Arc<str>> = self.columns.iter().filter_map(|c| c.origin.clone()).collect();
        self.skipped.extend(present);
    }

    /// Adds a column; a name that is taken gives way to `name1`, or replaces where `replace` is set.
    pub(super) fn add(&mut self, mut column: Projected, base: Option<&str>, replace: bool) {
        if column.name.is_empty() || column.origin.as_ref().is_some_and(|origin| self.skipped.contains(origin)) {
            return;
        }
        if replace && let Some(slot) = self.positions.get(&column.name).and_then(|at| self.columns.get_mut(*at)) {
            *slot = column;
            return;
        }
        column.name = self.unique(&column.name, base);
        self.positions.insert(Arc::clone(&column.name), self.columns.len());
        self.columns.push(column);
    }

    /// Adds a column whose name the author gave; false where the name was given before.
    pub(super) fn declare(&mut self, column: Projected, replace: bool) -> bool {
        if self.declared.contains(&column.name) {
            return false;
        }
        self.declared.insert(Arc::clone(&column.name));
        if replace && let Some(slot) = self.positions.get(&column.name).and_then(|at| self.columns.get_mut(*at)) {
            *slot = column;
        } else {
            self.add(column, None, false);
        }
        true
    }

    fn unique(&mut self, name: &Arc<str>, base: Option<&str>) -> Arc<str> {
        if self.taken.insert(Arc::clone(name)) {
            return Arc::clone(name);
        }
        let base = base.unwrap_or(name);
        let free = (1..u32::MAX).map(|n| Arc::<str>::from(format!("{base}{n}"))).find(|candidate| !self.taken.contains(candidate));
        let free = free.unwrap_or_else(|| Arc::clone(name));
        self.taken.insert(Arc::clone(&free));
        free
    }

    /// Returns the columns.
    pub(super) fn columns(&self) -> &[Projected] {
        &self.columns
    }

    /// Returns the output columns.
    pub(super) fn schema(&self, open: bool) -> Schema {
        Schema { columns: self.columns.iter().map(|c| Column { name: Arc::clone(&c.name), ty: c.ty }).collect(), open }
    }

    /// Returns every column with its expression.
    pub(super) fn all(&self, span: Span) -> Vec<Named> {
        let own = |c: &Projected| column_expr(&Column { name: c.origin.clone().unwrap_or_else(|| Arc::clone(&c.name)), ty: c.ty }, span);
        let named = |c: &Projected| Named { name: Arc::clone(&c.name), expr: c.expr.clone().unwrap_or_else(|| own(c)) };
        self.columns.iter().map(named).collect()
    }

    /// Returns the columns that are new or replaced.
    pub(super) fn changed(&self) -> Vec<Named> {
        let named = |c: &Projected| c.expr.clone().map(|expr| Named { name: Arc::clone(&c.name), expr });
        self.columns.iter().filter_map(named).collect()
    }
}

impl<'a> Binder<'a> {
    /// Adds the columns of an operator's column list.
    pub(super) fn project_all(&mut self, exprs: &'a [ast::Expr], rows: Rows<'_>, list: &mut Projection, style: Style) {
        for expr in exprs {
            self.project_one(expr, rows, list, style);
        }
    }

    /// Adds the column or columns of one expression.
    pub(super) fn project_one(&mut self, expr: &'a ast::Expr, rows: Rows<'_>, list: &mut Projection, style: Style) {
        match &expr.kind {
            Syntax::Named { names, tuple, value } => self.project_named(names, *tuple, value, rows, list, style),
            Syntax::Wildcard(pattern) if pattern == "*" => {
                for column in rows.left.map(|s| s.columns.as_slice()).unwrap_or_default() {
                    list.add(Projected::reference(column, column_expr(column, expr.span)), None, true);
                }
            }
            _ => {
                if let Some(several) = self.several(expr, rows) {
                    for column in several {
                        list.add(column, None, false);
                    }
                    return;
                }
                let value = self.scalar(expr, rows);
                self.project_value(expr, value, rows, list, style);
            }
        }
    }

    /// Adds a column under its automatic name.
    pub(super) fn project_value(&mut self, syntax: &ast::Expr, value: Expr, rows: Rows<'_>, list: &mut Projection, style: Style) {
        let is_reference = !matches!(unparenthesised(syntax), Syntax::Call(call) if self.is_user_function(&call.name.text));
        if let Some(column) = as_column(&value).filter(|c| is_reference && !c.name.starts_with('$')) {
            let name = Arc::clone(&column.name);
            if !list.declare(Projected::reference(&column, value), false) {
                self.duplicate(&name, syntax.span);
            }
            return;
        }
        let replaces = style == Style::Extend;
        if let Style::Print(number) = style {
            let base = format!("print_{number}");
            list.add(Projected::computed(&base, value.ty, value), Some(&base), false);
            return;
        }
        let name = self.result_name(syntax, rows).filter(|name| !name.is_empty());
        let name = name.unwrap_or_else(|| self.default_name((style == Style::Extend).then_some(rows)));
        list.add(Projected::computed(name, value.ty, value), None, replaces);
    }

    fn project_named(
        &mut self,
        names: &'a [ast::Name],
        tuple: bool,
        value: &'a ast::Expr,
        rows: Rows<'_>,
        list: &mut Projection,
        style: Style,
    ) {
        let replaces = style == Style::Extend;
        if let Some(several) = self.several(value, rows) {
            let given = if tuple { names } else { names.get(..1).unwrap_or_default() };
            for (position, mut column) in several.into_iter().enumerate() {
                let Some(name) = given.get(position) else {
                    // One name for a scalar function takes its first value alone (engine); an aggregate fills the rest too.
                    let scalar = !tuple && self.aggregates.is_none();
                    if !scalar && !matches!(style, Style::Print(_)) {
                        list.add(column, None, replaces && tuple);
                    }
                    continue;
                };
                column.origin = None;
                column.name = Arc::from(name.text.as_str());
                if !list.declare(column, position == 0 && !tuple || replaces) {
                    self.duplicate(&name.text, name.span);
                }
            }
            return;
        }
        let value = self.scalar(value, rows);
        if names.len() > 1 {
            let span = names.first().map(|n| n.span).unwrap_or_default();
            self.error("too-many-names", span, "the expression has one value, more names are given");
        }
        let Some(name) = names.first() else { return };
        let replaces = replaces || as_column(&value).is_some_and(|column| !column.name.starts_with('$'));
        if !list.declare(Projected::computed(&name.text, value.ty, value), replaces) {
            self.duplicate(&name.text, name.span);
        }
    }

    /// Reports a column that is declared twice (Kusto.Language KS171).
    pub(super) fn duplicate(&mut self, name: &str, span: Span) {
        self.error("duplicate-column", span, format!("column `{name}` is declared twice"));
    }

    fn is_user_function(&self, name: &str) -> bool {
        self.scopes.find(self.place, name).is_some()
    }
}

/// Looks through parentheses.
pub(super) fn unparenthesised(expr: &ast::Expr) -> &Syntax {
    match &expr.kind {
        Syntax::Paren(inner) => unparenthesised(inner),
        kind => kind,
    }
}
