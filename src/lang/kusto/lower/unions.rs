//! `union`: inputs by name, wildcard or subquery, and the columns of all of them.

use super::super::ast::{self, ExprKind as Syntax, Operator};
use super::binder::Binder;
use super::projection::unparenthesised;
use super::scope::Binding;
use super::wildcard;
use crate::diagnostic::Diagnostic;
use crate::ir::{Column, Op, Plan, Schema, Type, UnionColumns};
use crate::source::Span;
use std::sync::Arc;

impl<'a> Binder<'a> {
    /// `union`
    pub(super) fn union(&mut self, input: Option<&Arc<Plan>>, tables: &'a [ast::Expr], operator: &'a Operator) -> Arc<Plan> {
        let param = |name: &str| operator.params.iter().find(|p| p.name.eq_ignore_ascii_case(name)).map(|p| self.word(&p.value));
        let columns = if param("kind").as_deref() == Some("inner") { UnionColumns::Inner } else { UnionColumns::Outer };
        let source_column: Option<Arc<str>> = param("withsource").or_else(|| param("with_source")).map(Arc::from);
        let fuzzy = param("isfuzzy").is_some_and(|v| v.eq_ignore_ascii_case("true"));
        let mut inputs: Vec<Arc<Plan>> = input.into_iter().cloned().collect();
        for table in tables {
            if fuzzy && let Some(plan) = self.missing_input(table) {
                inputs.push(plan);
                continue;
            }
            inputs.extend(self.tables_of(table));
        }
        if source_column.is_some() {
            inputs = inputs.iter().map(|plan| self.without_let(plan)).collect();
        }
        let schemas: Vec<&Schema> = inputs.iter().map(|p| &p.schema).collect();
        let pattern = tables.iter().any(is_pattern);
        let mut schema = match columns {
            UnionColumns::Outer => unified(&schemas, pattern),
            UnionColumns::Inner => common(&schemas),
        };
        // A pattern takes in those tables that have rows, also ones that nobody here knows.
        schema.open |= self.env.open && pattern;
        let fuzzy = fuzzy || pattern;
        if let Some(name) = &source_column {
            schema.columns.insert(0, Column { name: Arc::clone(name), ty: Type::String });
        }
        self.plan(Op::Union { inputs, columns, source_column, fuzzy }, schema, operator.span)
    }

    /// Takes the name of a `let` off its rows: `withsource` knows tables, views and `as` by name, not variables (k2s/0186).
    fn without_let(&mut self, plan: &Arc<Plan>) -> Arc<Plan> {
        if plan.name.is_none() || self.labelled.iter().any(|named| Arc::ptr_eq(named, plan)) {
            return Arc::clone(plan);
        }
        self.renamed(plan, None)
    }

    /// A table that a fuzzy union names and nobody knows adds no columns; the engine leaves it out.
    fn missing_input(&mut self, table: &'a ast::Expr) -> Option<Arc<Plan>> {
        let Syntax::Name(name) = unparenthesised(table) else { return None };
        if self.scopes.find(self.place, &name.text).is_some() || self.env.has_table(&name.text) || self.env.function(&name.text).is_some() {
            return None;
        }
        if self.unknown.insert(name.text.clone()) {
            let message = format!("table `{}` is not known; the fuzzy union leaves it out", name.text);
            self.report(Diagnostic::warning("unknown-table", name.span, message));
        }
        let source = crate::ir::TableSource::Table(Arc::from(name.text.as_str()));
        Some(self.plan(Op::Scan(source), Schema::default(), table.span))
    }

    /// Returns the table that an item of a list names, or those that match its pattern.
    pub(super) fn tables_of(&mut self, item: &'a ast::Expr) -> Vec<Arc<Plan>> {
        match unparenthesised(item) {
            Syntax::Wildcard(pattern) => self.tables_like(pattern, item.span),
            _ => vec![self.table(item)],
        }
    }

    /// Returns the tables and views whose names match a pattern.
    fn tables_like(&mut self, pattern: &str, span: Span) -> Vec<Arc<Plan>> {
        let mut names: Vec<String> = self.env.tables.keys().map(ToString::to_string).collect();
        let views = self.views(pattern, span);
        if self.env.open || names.is_empty() && views.is_empty() {
            names.extend(self.env.catalog.table_names().map(str::to_owned));
        }
        names.retain(|name| wildcard::matches(pattern, name));
        names.sort();
        names.dedup();
        let mut plans: Vec<Arc<Plan>> = names.iter().map(|name| self.table_named(name, span)).collect();
        plans.extend(views);
        if plans.is_empty() {
            self.report(Diagnostic::warning("unknown-table", span, format!("no table matches `{pattern}`")));
            plans.push(self.opaque_plan(None, "unknown-table", span));
        }
        plans
    }

    /// Every table and view: what `search` and `find` without a table look in.
    pub(super) fn everything(&mut self, span: Span) -> Vec<Arc<Plan>> {
        self.tables_like("*", span)
    }

    /// Returns the views of the query whose names match a pattern.
    fn views(&mut self, pattern: &str, span: Span) -> Vec<Arc<Plan>> {
        let visible = self.scopes.visible(self.place);
        let views = visible.into_iter().filter_map(|(name, binding)| match binding {
            Binding::Function(lambda) if lambda.view && lambda.parameters.is_empty() && wildcard::matches(pattern, name) => {
                Some((name.to_owned(), std::rc::Rc::clone(lambda)))
            }
            _ => None,
        });
        let mut views: Vec<_> = views.collect();
        views.sort_by(|(a, _), (b, _)| a.cmp(b));
        let mut plans = Vec::with_capacity(views.len());
        for (name, view) in views {
            if let super::scope::Bound::Table(plan) = self.call_lambda(&view, Vec::new(), span) {
                plans.push(self.label(&plan, &name));
            }
        }
        plans
    }

    /// A wildcard where one table is expected: all matching tables.
    pub(super) fn wildcard_tables(&mut self, pattern: &str, span: Span) -> Arc<Plan> {
        let inputs = self.tables_like(pattern, span);
        let schemas: Vec<&Schema> = inputs.iter().map(|p| &p.schema).collect();
        let mut schema = unified(&schemas, true);
        schema.open |= self.env.open;
        self.plan(Op::Union { inputs, columns: UnionColumns::Outer, source_column: None, fuzzy: true }, schema, span)
    }
}

/// Tells whether an item of a list of tables is a pattern.
pub(super) fn is_pattern(item: &ast::Expr) -> bool {
    matches!(unparenthesised(item), Syntax::Wildcard(_))
}

/// All columns by name in order of appearance; a name with several types becomes one column for each: `x_long`, `x_string`.
///
/// Of tables that a pattern matches, most have no rows, and a type on which the first two that have the column agree is the column's, as
/// the official analyser has it: one odd table does not take `TimeGenerated` from all others.
pub(super) fn unified(schemas: &[&Schema], pattern: bool) -> Schema {
    let open = schemas.iter().any(|s| s.open);
    let mut order: Vec<(Arc<str>, Vec<Type>)> = Vec::new();
    let mut agreed: rustc_hash::FxHashSet<Arc<str>> = rustc_hash::FxHashSet::default();
    let mut at: rustc_hash::FxHashMap<Arc<str>, usize> = rustc_hash::FxHashMap::default();
    for column in schemas.iter().flat_map(|s| &s.columns) {
        let position = *at.entry(Arc::clone(&column.name)).or_insert_with(|| {
            order.push((Arc::clone(&column.name), Vec::new()));
            order.len() - 1
        });
        let Some((name, types)) = order.get_mut(position) else { continue };
        if let [only] = types.as_slice()
            && *only == column.ty
            && pattern
        {
            agreed.insert(Arc::clone(name));
        }
        if !types.contains(&column.ty) && !agreed.contains(name) {
            types.push(column.ty);
        }
    }
    let mut columns: Vec<Column> = Vec::new();
    let mut taken: rustc_hash::FxHashSet<String> = rustc_hash::FxHashSet::default();
    let mut add = |base: String, ty: Type| {
        let mut name = base.clone();
        let mut number = 0;
        while !taken.insert(name.clone()) {
            number += 1;
            name = format!("{base}{number}");
        }
        columns.push(Column::new(name, ty));
    };
    for (name, types) in order {
        match types.as_slice() {
            [ty] => add(name.to_string(), *ty),
            several => several.iter().for_each(|ty| add(format!("{name}_{ty}"), *ty)),
        }
    }
    Schema { columns, open }
}

/// The columns that every input has, by name and type.
pub(super) fn common(schemas: &[&Schema]) -> Schema {
    let Some((first, rest)) = schemas.split_first() else { return Schema::default() };
    let everywhere = |c: &&Column| rest.iter().all(|s| s.open || s.columns.contains(c));
    Schema { columns: first.columns.iter().filter(everywhere).cloned().collect(), open: schemas.iter().any(|s| s.open) }
}
