//! `STATS` and `INLINE STATS`.
//!
//! A row with several values of a key is in the group of each (`commands/stats-by`, "multivalued fields"): keys are expanded before
//! rows are grouped. Aggregates come first in the output, then the keys.

use super::super::ast::{self, Stats};
use super::columns::{project, put};
use super::{Lowering, expansion};
use crate::ir::{self, Column, ExprKind, JoinKey, JoinKind, Named, Op, Plan, Schema, Type, Value};
use crate::source::Span;
use std::sync::Arc;

/// Functions that give one value or none: such keys need no expansion.
const SINGLE: &[&str] =
    &["esql.date_trunc", "esql.bucket", "esql.concat", "esql.substring", "esql.length", "esql.date_extract", "esql.date_format"];

/// A group key: its column's name and its value.
type Key = Named;

impl Lowering<'_> {
    pub(super) fn stats(&mut self, input: Arc<Plan>, stats: &Stats, span: Span) -> Arc<Plan> {
        let mut keys: Vec<Key> = Vec::new();
        for field in &stats.by {
            let (name, expr) = (self.field_name(field), self.expression(&field.value));
            keys.retain(|key| key.name != name);
            keys.push(Named { name, expr });
        }
        if stats.inline { self.inline(input, &keys, &stats.aggregates, span) } else { self.grouped(input, &keys, &stats.aggregates, span) }
    }

    fn grouped(&mut self, input: Arc<Plan>, keys: &[Key], aggregates: &[ast::Aggregate], span: Span) -> Arc<Plan> {
        let before = self.scope.clone();
        let mut rows = input;
        let mut grouping = Vec::new();
        for Named { name, expr } in keys {
            let is_single = matches!(&expr.kind, ExprKind::Call { function, .. } if SINGLE.contains(&&**function));
            let (ty, place) = (expr.ty, expr.span);
            let mut key = expr.clone();
            if !is_single {
                let hidden = self.temporary();
                let mut schema = rows.schema.clone();
                put(&mut schema, &hidden, ty);
                let columns = vec![expansion(Arc::clone(&hidden), key)];
                rows = Plan::new(Op::Expand { input: rows, columns, index: None, bag_as_array: false, limit: None }, schema, place);
                key = ir::Expr::column(&hidden, ty, place);
            }
            grouping.push(Named { name: Arc::clone(name), expr: key });
        }
        let (found, mut post) = self.aggregates(aggregates, keys);
        let key_names: Vec<Arc<str>> = grouping.iter().map(|key| Arc::clone(&key.name)).collect();
        post.retain(|column| !key_names.contains(&column.name));
        post.extend(
            keys.iter().map(|key| Named { name: Arc::clone(&key.name), expr: ir::Expr::column(&key.name, key.expr.ty, key.expr.span) }),
        );
        let schema = Schema::closed(post.iter().map(|column| Column { name: Arc::clone(&column.name), ty: column.expr.ty }).collect());
        self.scope = before;
        Plan::new(Op::Aggregate { input: rows, keys: grouping, aggregates: found, post }, schema, span)
    }

    /// Lowers aggregates; returns the calls, and the output columns over them.
    fn aggregates(&mut self, aggregates: &[ast::Aggregate], keys: &[Key]) -> (Vec<ir::Aggregate>, Vec<Named>) {
        let mut calls = Vec::new();
        let mut post: Vec<Named> = Vec::new();
        for aggregate in aggregates {
            let name = self.field_name(&aggregate.field);
            let filter = aggregate.filter.as_ref().map(|filter| self.expression(filter));
            // Outside of aggregates, an expression sees the keys.
            let outer = self.scope.clone();
            for key in keys {
                put(&mut self.scope, &key.name, key.expr.ty);
            }
            self.aggregates = Some(Vec::new());
            let expr = self.expression(&aggregate.field.value);
            let mut found = self.aggregates.take().unwrap_or_default();
            self.scope = outer;
            for call in &mut found {
                if let Some(filter) = &filter {
                    restrict(call, filter);
                }
            }
            calls.extend(found);
            post.retain(|known| known.name != name);
            post.push(Named { name, expr });
        }
        (calls, post)
    }

    /// Joins the groups' values back to the rows. The columns of the rows come first, then aggregates, then keys.
    fn inline(&mut self, input: Arc<Plan>, keys: &[Key], aggregates: &[ast::Aggregate], span: Span) -> Arc<Plan> {
        let computed: Vec<Named> = keys.iter().filter(|key| !is_itself(key)).cloned().collect();
        let rows = if computed.is_empty() { input } else { self.extended(input, computed, span) };
        self.scope = rows.schema.clone();
        let own: Vec<Key> = keys
            .iter()
            .map(|key| Named { name: Arc::clone(&key.name), expr: ir::Expr::column(&key.name, key.expr.ty, key.expr.span) })
            .collect();
        let groups = self.grouped(Arc::clone(&rows), &own, aggregates, span);
        let added: Vec<Column> = groups.schema.columns.clone();
        let mut left = rows.schema.clone();
        left.columns.retain(|column| !added.iter().any(|new| new.name == column.name) || own.iter().any(|key| key.name == column.name));
        let away: Vec<Arc<str>> =
            added.iter().filter(|new| !own.iter().any(|key| key.name == new.name)).map(|new| Arc::clone(&new.name)).collect();
        let without =
            Plan::new(Op::Select { input: rows, away, keep: Vec::new(), rename: Vec::new(), first: Vec::new() }, left.clone(), span);
        let join_keys = own.iter().map(|key| JoinKey { left: key.expr.clone(), right: key.expr.clone() }).collect();
        let mut schema = left;
        for column in &added {
            put(&mut schema, &column.name, column.ty);
        }
        let join = Op::Join { left: without, right: groups, kind: JoinKind::LeftOuter, keys: join_keys, lookup: true };
        let joined = Plan::new(join, Schema { open: true, ..schema.clone() }, span);
        if !schema.open {
            return project(joined, schema.columns.into_iter().map(|column| (Arc::clone(&column.name), column)), span);
        }
        let flag = |name: Arc<str>, is_pattern: bool| Named { name, expr: ir::Expr::literal(is_pattern, Type::Bool, span) };
        let args =
            std::iter::once(flag("*".into(), true)).chain(added.iter().map(|column| flag(Arc::clone(&column.name), false))).collect();
        Plan::new(Op::Special { name: "keep".into(), inputs: vec![joined], args }, schema, span)
    }
}

/// A key that is a column of the rows under its own name.
fn is_itself(key: &Key) -> bool {
    matches!(&key.expr.kind, ExprKind::Column(name) if *name == key.name)
}

/// Restricts an aggregate to the rows of its filter: for all others its argument is null, which no aggregate counts.
fn restrict(call: &mut ir::Aggregate, filter: &ir::Expr) {
    let value = if call.args.is_empty() { ir::Expr::literal(true, Type::Bool, call.span) } else { call.args.remove(0) };
    let (ty, span) = (value.ty, filter.span);
    let otherwise = Box::new(ir::Expr::literal(Value::Null, Type::Unknown, span));
    call.args.insert(0, ir::Expr::new(ExprKind::Conditional { arms: vec![(filter.clone(), value)], otherwise }, ty, span));
}
