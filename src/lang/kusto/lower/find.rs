//! `find`: rows of several tables that one predicate picks, under the columns that it names and those that all tables have.
//!
//! Which columns come out follows the official analyser (<https://learn.microsoft.com/kusto/query/find-operator>).

use super::super::ast::{self, ExprKind as Syntax, Operator, OperatorKind};
use super::super::walk::Node;
use super::binder::{Binder, column_expr};
use super::projection::unparenthesised;
use super::statements::convert;
use super::unions::is_pattern;
use crate::ir::{Case, Column, Expr, ExprKind, Named, Op, Plan, Schema, TableSource, Type, UnionColumns, Value};
use crate::source::Span;
use std::sync::Arc;

/// What a `find` puts out of each table.
struct Output {
    /// Name of the column with the table's name.
    source: Arc<str>,
    /// Columns that the predicate names, with the types under which it sees them.
    named: Vec<Column>,
    /// Columns that come out.
    columns: Vec<Column>,
    /// Whether the others come out in `pack_`.
    pack: bool,
}

impl<'a> Binder<'a> {
    /// `find`
    pub(super) fn find(&mut self, input: Option<&Arc<Plan>>, operator: &'a Operator) -> Arc<Plan> {
        let OperatorKind::Find { tables, predicate, project, away, .. } = &operator.kind else {
            return self.opaque_plan(input.cloned(), "unsupported-operator", operator.span);
        };
        let span = operator.span;
        let pattern = tables.iter().any(is_pattern) || tables.is_empty();
        let inputs = self.searched_tables(input, tables, span);
        let everything = by_name(&inputs);
        let op = Op::Union { inputs: inputs.clone(), columns: UnionColumns::Outer, source_column: None, fuzzy: pattern };
        let all = self.plan(op, everything.clone(), span);
        self.search_predicate(predicate, &all, Case::Insensitive);
        let named = mentioned(predicate, &everything);
        let chosen: Vec<Arc<Plan>> =
            inputs.iter().filter(|table| inputs.len() == 1 || is_chosen(table, predicate, &named)).cloned().collect();
        let source = operator.params.iter().find(|p| p.name.eq_ignore_ascii_case("withsource")).map(|p| self.word(&p.value));
        let source: Arc<str> = Arc::from(source.unwrap_or_else(|| "source_".to_owned()));
        let mut output = match project {
            Some(listed) => self.find_listed(source, named, listed, &everything),
            None => smart(source, named, &chosen),
        };
        if let Some(away) = away {
            output.take_away(away, project.is_some());
        }
        let parts: Vec<Arc<Plan>> = chosen.iter().enumerate().map(|(at, table)| self.found(table, at, predicate, &output, span)).collect();
        let open = project.is_none() && (everything.open || pattern && self.env.open);
        let schema = Schema { columns: output.all(), open };
        self.plan(Op::Union { inputs: parts, columns: UnionColumns::Outer, source_column: None, fuzzy: pattern }, schema, span)
    }

    /// `project a, b:type, pack(*)`
    fn find_listed(&mut self, source: Arc<str>, named: Vec<Column>, listed: &'a [ast::Expr], everything: &Schema) -> Output {
        let mut output = Output { source, named, columns: Vec::new(), pack: false };
        for item in listed {
            let (name, ty) = match &item.kind {
                Syntax::Wildcard(_) => {
                    output.pack = true;
                    continue;
                }
                Syntax::Named { names, value, .. } => match (names.first(), &value.kind) {
                    (Some(name), Syntax::TypeOf { ty, .. }) => (name, *ty),
                    _ => continue,
                },
                Syntax::Name(name) => (name, None),
                _ => continue,
            };
            let rows = super::binder::Rows { left: Some(everything), ..super::binder::Rows::none() };
            if let Some(column) = self.column_named(name, rows) {
                output.columns.push(Column { name: column.name, ty: ty.unwrap_or(column.ty) });
            }
        }
        output
    }

    /// The rows of one table that the predicate picks, under the output's columns.
    fn found(&mut self, table: &Arc<Plan>, position: usize, predicate: &'a ast::Expr, output: &Output, span: Span) -> Arc<Plan> {
        let seen = |column: &Column| Named { name: Arc::clone(&column.name), expr: cell(&table.schema, column, span) };
        let columns: Vec<Named> = output.named.iter().filter(|c| !table.schema.columns.contains(c)).map(seen).collect();
        let rows = if columns.is_empty() {
            Arc::clone(table)
        } else {
            let known = table.schema.columns.iter().map(|c| output.named.iter().find(|n| n.name == c.name).unwrap_or(c));
            let missing = output.named.iter().filter(|n| table.schema.column(&n.name).is_none());
            let schema = Schema { columns: known.chain(missing).cloned().collect(), open: table.schema.open };
            self.plan(Op::Extend { input: Arc::clone(table), columns }, schema, span)
        };
        let predicate = self.quietly(|this| this.search_predicate(predicate, &rows, Case::Insensitive));
        let picked = self.plan(Op::Filter { input: Arc::clone(&rows), predicate }, rows.schema.clone(), span);
        let name = Expr::literal(&*name_of(table, position), Type::String, span);
        let mut columns = vec![Named { name: Arc::clone(&output.source), expr: name }];
        columns.extend(output.columns.iter().map(|c| Named { name: Arc::clone(&c.name), expr: cell(&rows.schema, c, span) }));
        if output.pack {
            columns.push(Named { name: Arc::from("pack_"), expr: self.packed(&table.schema, output, span) });
        }
        self.plan(Op::Project { input: picked, columns }, Schema::closed(output.all()), span)
    }

    /// A bag of the columns that do not come out by themselves.
    fn packed(&self, schema: &Schema, output: &Output, span: Span) -> Expr {
        if schema.open {
            return Expr { ty: Type::Dynamic, ..self.opaque("search-open-columns", span) };
        }
        let rest = schema.columns.iter().filter(|c| !output.columns.iter().any(|o| o.name == c.name));
        let args = rest.flat_map(|c| [Expr::literal(&*c.name, Type::String, span), column_expr(c, span)]).collect();
        Expr::new(ExprKind::Call { function: Arc::from("bag_pack"), args }, Type::Dynamic, span)
    }
}

impl Output {
    fn all(&self) -> Vec<Column> {
        let mut columns = vec![Column { name: Arc::clone(&self.source), ty: Type::String }];
        columns.extend(self.columns.iter().cloned());
        columns.extend(self.pack.then(|| Column::new("pack_", Type::Dynamic)));
        columns
    }

    /// `__projectAway`: `*` leaves only the table's name, and `pack_` where it was asked for.
    fn take_away(&mut self, away: &[ast::Expr], listed: bool) {
        if away.iter().any(|item| matches!(item.kind, Syntax::Wildcard(_))) {
            self.columns.clear();
            self.pack &= listed;
            return;
        }
        let gone = |name: &str| away.iter().any(|item| matches!(&item.kind, Syntax::Name(n) if n.text == name));
        self.columns.retain(|c| !gone(&c.name));
        self.pack &= !gone("pack_");
    }
}

/// Without `project`: the columns that all tables have, those that the predicate names, and the rest in a bag.
fn smart(source: Arc<str>, named: Vec<Column>, chosen: &[Arc<Plan>]) -> Output {
    let unified = by_name(chosen);
    let everywhere = |c: &&Column| chosen.iter().all(|table| table.schema.open || table.schema.column(&c.name).is_some());
    let mut columns: Vec<Column> = unified.columns.iter().filter(everywhere).cloned().collect();
    for column in &named {
        if !columns.iter().any(|c| c.name == column.name) {
            columns.push(column.clone());
        }
    }
    let is_out = |c: &Column| columns.iter().any(|o| o.name == c.name);
    let pack = chosen.iter().any(|table| !table.schema.columns.iter().all(is_out));
    Output { source, named, columns, pack }
}

/// All columns by name; one that has several types is dynamic.
fn by_name(tables: &[Arc<Plan>]) -> Schema {
    let mut schema = Schema { columns: Vec::new(), open: tables.iter().any(|t| t.schema.open) };
    let mut at: rustc_hash::FxHashMap<Arc<str>, usize> = rustc_hash::FxHashMap::default();
    for column in tables.iter().flat_map(|t| &t.schema.columns) {
        let position = *at.entry(Arc::clone(&column.name)).or_insert(schema.columns.len());
        match schema.columns.get_mut(position) {
            Some(known) if known.ty != column.ty => known.ty = Type::Dynamic,
            Some(_) => {}
            None => schema.columns.push(column.clone()),
        }
    }
    schema
}

/// A table is looked in if the predicate looks at all columns or at one that it has.
fn is_chosen(table: &Plan, predicate: &ast::Expr, named: &[Column]) -> bool {
    table.schema.open || named.is_empty() || has_term(predicate) || named.iter().any(|c| table.schema.column(&c.name).is_some())
}

/// Tells whether a predicate looks at all columns: `*`, or a text by itself.
fn has_term(predicate: &ast::Expr) -> bool {
    match unparenthesised(predicate) {
        Syntax::And(parts) | Syntax::Or(parts) => parts.iter().any(has_term),
        Syntax::Call(call) if call.name.text == "not" => call.args.iter().any(has_term),
        Syntax::Literal(literal) => matches!(literal.kind, ast::LiteralKind::String(_)),
        Syntax::Wildcard(_) => true,
        Syntax::Binary { left, .. } => matches!(left.kind, Syntax::Wildcard(_)),
        Syntax::In { value, .. } => matches!(value.kind, Syntax::Wildcard(_)),
        _ => false,
    }
}

/// Returns the columns that the predicate names, in order.
fn mentioned(predicate: &ast::Expr, everything: &Schema) -> Vec<Column> {
    let mut found: Vec<Column> = Vec::new();
    Node::Expr(predicate).walk(&mut |node| {
        if let Node::Expr(ast::Expr { kind: Syntax::Name(name), .. }) = node
            && let Some(column) = everything.column(&name.text)
            && !found.contains(column)
        {
            found.push(column.clone());
        }
    });
    found
}

/// A column of the rows as the type that comes out; one that they lack is null.
fn cell(schema: &Schema, column: &Column, span: Span) -> Expr {
    match schema.column(&column.name) {
        Some(own) => convert(column_expr(own, span), column.ty),
        None if schema.open => column_expr(column, span),
        None => Expr::literal(Value::Null, column.ty, span),
    }
}

/// The name of a table, a view or a `let`; other rows are called by their position.
fn name_of(table: &Plan, position: usize) -> Arc<str> {
    match (&table.op, &table.name) {
        (Op::Scan(TableSource::Table(name) | TableSource::Function { name, .. }), _) => Arc::clone(name),
        (_, Some(name)) => Arc::clone(name),
        _ => Arc::from(format!("find_arg{position}")),
    }
}
