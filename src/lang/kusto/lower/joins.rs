//! `join` and `lookup`: conditions, and the names of the columns of both sides.

use super::super::ast::{self, BinaryOp, ExprKind as Syntax, Operator};
use super::binder::{Binder, Rows, column_expr};
use super::projection::unparenthesised;
use super::types;
use crate::diagnostic::Diagnostic;
use crate::ir::{Column, Expr, ExprKind, JoinKey, JoinKind, Op, Plan, Schema, Type};
use crate::source::Span;
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// Spellings of join kinds (join-operator.md).
static KINDS: &[(&str, JoinKind)] = &[
    ("innerunique", JoinKind::InnerUnique),
    ("inner", JoinKind::Inner),
    ("leftouter", JoinKind::LeftOuter),
    ("rightouter", JoinKind::RightOuter),
    ("fullouter", JoinKind::FullOuter),
    ("leftsemi", JoinKind::LeftSemi),
    ("rightsemi", JoinKind::RightSemi),
    ("anti", JoinKind::LeftAnti),
    ("leftanti", JoinKind::LeftAnti),
    ("leftantisemi", JoinKind::LeftAnti),
    ("rightanti", JoinKind::RightAnti),
    ("rightantisemi", JoinKind::RightAnti),
];

/// Columns of a join at most: a table that is joined with itself again and again has twice as many each time.
const COLUMN_LIMIT: usize = 10_000;

impl<'a> Binder<'a> {
    /// `join`
    pub(super) fn join(&mut self, left: &Arc<Plan>, right: &'a ast::Expr, on: &'a [ast::Expr], operator: &'a Operator) -> Arc<Plan> {
        let kind = self.join_kind(operator, JoinKind::InnerUnique);
        if on.is_empty() {
            let problem = Diagnostic::error("missing-join-condition", operator.keyword, "`join` has no `on`");
            self.report(problem.with_help("name the columns that both sides share: `on Key`"));
        }
        let right = self.table(right);
        let keys = self.join_keys(on, left, &right);
        let mut columns = Vec::new();
        let mut open = false;
        if !matches!(kind, JoinKind::RightSemi | JoinKind::RightAnti) {
            columns.extend(left.schema.columns.iter().cloned());
            open |= left.schema.open;
        }
        if !matches!(kind, JoinKind::LeftSemi | JoinKind::LeftAnti) {
            columns.extend(right.schema.columns.iter().cloned());
            open |= right.schema.open;
        }
        let schema = self.joined_schema(columns, open, operator.keyword);
        let op = Op::Join { left: Arc::clone(left), right, kind, keys, lookup: false };
        self.plan(op, schema, operator.span)
    }

    /// `lookup`: the key columns of the right side are not repeated.
    pub(super) fn lookup(&mut self, left: &Arc<Plan>, right: &'a ast::Expr, on: &'a [ast::Expr], operator: &'a Operator) -> Arc<Plan> {
        let kind = self.join_kind(operator, JoinKind::LeftOuter);
        let right = self.table(right);
        let keys = self.join_keys(on, left, &right);
        let is_key = |c: &Column| keys.iter().any(|k| matches!(&k.right.kind, ExprKind::Column(name) if *name == c.name));
        let mut columns = left.schema.columns.clone();
        columns.extend(right.schema.columns.iter().filter(|c| !is_key(c)).cloned());
        let schema = self.joined_schema(columns, left.schema.open || right.schema.open, operator.keyword);
        let op = Op::Join { left: Arc::clone(left), right, kind, keys, lookup: true };
        self.plan(op, schema, operator.span)
    }

    /// The columns of both sides, unless they are too many to be looked at.
    fn joined_schema(&mut self, mut columns: Vec<Column>, open: bool, span: Span) -> Schema {
        if columns.len() > COLUMN_LIMIT {
            self.error("expansion-limit", span, format!("the join has {} columns, more than {COLUMN_LIMIT}", columns.len()));
            columns.clear();
            return Schema { columns, open: true };
        }
        Schema { columns: unique_names(columns), open }
    }

    fn join_kind(&mut self, operator: &'a Operator, default: JoinKind) -> JoinKind {
        let Some(param) = operator.params.iter().find(|p| p.name == "kind") else { return default };
        let word = self.word(&param.value);
        if let Some((_, kind)) = KINDS.iter().find(|(name, _)| *name == word) {
            return *kind;
        }
        let names = KINDS.iter().map(|(name, _)| *name);
        let mut found = Diagnostic::error("unknown-join-kind", param.value.span, format!("`{word}` is not a kind of join"));
        if let Some(near) = crate::schema::suggest(&word, names) {
            found = found.with_help(format!("did you mean `{near}`?"));
        }
        self.report(found);
        default
    }

    /// Returns a bare word or string of an operator parameter.
    pub(super) fn word(&self, value: &ast::Expr) -> String {
        match unparenthesised(value) {
            Syntax::Name(name) => name.text.clone(),
            _ => super::column_names::constant_text(value).unwrap_or_else(|| value.span.text(self.text).trim().to_owned()),
        }
    }

    fn join_keys(&mut self, on: &'a [ast::Expr], left: &Arc<Plan>, right: &Arc<Plan>) -> Vec<JoinKey> {
        let rows = Rows { left: Some(&left.schema), right: Some(&right.schema), input: None };
        let mut keys = Vec::new();
        for condition in on {
            self.join_condition(condition, rows, &mut keys);
        }
        keys
    }

    fn join_condition(&mut self, condition: &'a ast::Expr, rows: Rows<'_>, keys: &mut Vec<JoinKey>) {
        match unparenthesised(condition) {
            Syntax::And(parts) => {
                for part in parts {
                    self.join_condition(part, rows, keys);
                }
            }
            Syntax::Name(name) => self.common_column(name, rows, keys),
            Syntax::Binary { op: BinaryOp::Equal, left, right, .. } => self.join_equality((left, right), rows, keys, condition.span),
            _ => {
                // A malformed condition leaves the join without this key; the diagnostic is an error, so that nothing runs it.
                self.error("invalid-join-condition", condition.span, "a join condition is a column name or `$left.a == $right.b`");
            }
        }
    }

    /// `on a`: the column must be on both sides, with one type.
    fn common_column(&mut self, name: &ast::Name, rows: Rows<'_>, keys: &mut Vec<JoinKey>) {
        let side = |schema: Option<&Schema>| {
            schema.and_then(|s| s.column(&name.text).cloned().or_else(|| s.open.then(|| Column::new(&name.text, Type::Unknown))))
        };
        match (side(rows.left), side(rows.right)) {
            (Some(left), Some(right)) => {
                if left.ty != right.ty && left.ty != Type::Unknown && right.ty != Type::Unknown {
                    let message = format!("`{}` is {} on the left side and {} on the right", name.text, left.ty, right.ty);
                    self.error("join-key-types", name.span, message);
                }
                keys.push(JoinKey { left: column_expr(&left, name.span), right: column_expr(&right, name.span) });
            }
            (None, None) => self.unknown_column(name, rows),
            (left, _) => {
                let missing = if left.is_none() { "left" } else { "right" };
                let message = format!("`{}` is not a column of the {missing} side", name.text);
                let mut found = Diagnostic::error("join-column-missing", name.span, message);
                let other = if left.is_none() { rows.left } else { rows.right };
                let columns = other.map(|s| s.columns.as_slice()).unwrap_or_default();
                if let Some(near) = crate::schema::suggest(&name.text, columns.iter().map(|c| &*c.name)) {
                    found = found.with_help(format!("did you mean `{near}`?"));
                }
                self.report(found);
            }
        }
    }

    fn join_equality(&mut self, (left, right): (&'a ast::Expr, &'a ast::Expr), rows: Rows<'_>, keys: &mut Vec<JoinKey>, span: Span) {
        let (a, b) = (self.scalar(left, rows), self.scalar(right, rows));
        let unresolved = |e: &Expr| matches!(e.kind, ExprKind::Opaque { .. });
        if unresolved(&a) || unresolved(&b) {
            return;
        }
        // The engine takes the sides in any order, the analyser only left first.
        let swapped = is_side(&a, true) && is_side(&b, false);
        if swapped {
            let found = Diagnostic::warning("swapped-join-sides", span, "`$right` stands before `$left`");
            self.report(found.with_help("write `$left.a == $right.b`"));
        }
        let (a, b) = if swapped { (b, a) } else { (a, b) };
        if !is_side(&a, false) || !is_side(&b, true) {
            let (side, place) = if is_side(&a, false) { ("$right", right.span) } else { ("$left", left.span) };
            self.error("invalid-join-condition", place, format!("this side of a join condition is `{side}.column`"));
            return;
        }
        let loose = [a.ty, b.ty].iter().any(|ty| matches!(ty, Type::Unknown | Type::Dynamic));
        if types::promoted(a.ty) != types::promoted(b.ty) && !loose {
            self.error("join-key-types", span, format!("join keys of types {} and {} are not comparable", a.ty, b.ty));
        }
        keys.push(JoinKey { left: plain(a), right: plain(b) });
    }
}

fn is_side(expr: &Expr, right: bool) -> bool {
    matches!(expr.kind, ExprKind::SideColumn { right: side, .. } if side == right)
}

/// A key is an expression over the rows of its own side.
fn plain(expr: Expr) -> Expr {
    match expr.kind {
        ExprKind::SideColumn { name, .. } => Expr::new(ExprKind::Column(name), expr.ty, expr.span),
        _ => expr,
    }
}

/// Gives repeated names the first free number: `[c, c, c1]` becomes `[c, c2, c1]`, because `c1` is taken.
pub(super) fn unique_names(columns: Vec<Column>) -> Vec<Column> {
    let mut taken: FxHashSet<Arc<str>> = columns.iter().map(|c| Arc::clone(&c.name)).collect();
    let mut seen: FxHashSet<Arc<str>> = FxHashSet::default();
    let rename = |column: Column| {
        if seen.insert(Arc::clone(&column.name)) {
            return column;
        }
        let free = (1..u32::MAX).map(|n| Arc::<str>::from(format!("{}{n}", column.name))).find(|name| !taken.contains(name));
        let name = free.unwrap_or_else(|| Arc::clone(&column.name));
        taken.insert(Arc::clone(&name));
        seen.insert(Arc::clone(&name));
        Column { name, ty: column.ty }
    };
    columns.into_iter().map(rename).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_names_get_the_first_free_number() {
        let columns = ["c", "c", "c1", "d"].map(|n| Column::new(n, Type::Long)).to_vec();
        let names: Vec<Arc<str>> = unique_names(columns).into_iter().map(|c| c.name).collect();
        assert_eq!(names, ["c", "c2", "c1", "d"].map(Arc::from));
    }
}
