//! Commands that choose, name and add columns: `KEEP`, `DROP`, `RENAME`, `EVAL`, `DISSECT`, `GROK`.

use super::super::ast::{Expr, Field, Name, Renaming};
use super::Lowering;
use crate::functions::esql::{Dissection, Grok};
use crate::ir::{self, Column, ExprKind, Named, Op, Plan, Schema, Type, Value};
use crate::source::Span;
use std::sync::Arc;

/// Puts a column in; one of that name moves to the end.
pub(super) fn put(schema: &mut Schema, name: &Arc<str>, ty: Type) {
    schema.columns.retain(|column| column.name != *name);
    schema.columns.push(Column { name: Arc::clone(name), ty });
}

/// How well an item of `KEEP` matches a name: by its full name, by part of it, by `*` alone, not at all.
fn precedence(item: &Name, name: &str) -> u8 {
    match (item.is_pattern, item.text.as_str()) {
        (false, text) => u8::from(text == name) * 3,
        (true, "*") => 1,
        (true, pattern) => u8::from(is_like(pattern, name)) * 2,
    }
}

/// Matches a name against a pattern with `*`.
pub(super) fn is_like(pattern: &str, name: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut name) = name.strip_prefix(start) else { return false };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let end = pieces.pop().unwrap_or_default();
    for piece in pieces {
        let Some((_, after)) = name.split_once(piece) else { return false };
        name = after;
    }
    name.ends_with(end)
}

impl Lowering<'_> {
    /// Columns stand where the item with the highest precedence stands, of equal ones the last (`commands/keep`).
    pub(super) fn keep(&mut self, input: Arc<Plan>, names: &[Name], span: Span) -> Arc<Plan> {
        let has_patterns = names.iter().any(|name| name.is_pattern);
        if input.schema.open && has_patterns {
            let flag = |name: &Name| ir::Expr::literal(name.is_pattern, Type::Bool, name.span);
            let args = names.iter().map(|name| Named { name: Arc::from(name.text.as_str()), expr: flag(name) }).collect();
            let mut schema = input.schema.clone();
            schema.columns.retain(|column| names.iter().any(|item| precedence(item, &column.name) > 0));
            for name in names.iter().filter(|name| !name.is_pattern) {
                if schema.column(&name.text).is_none() {
                    schema.columns.push(Column::new(&name.text, self.field_type(&name.text)));
                }
            }
            return Plan::new(Op::Special { name: "keep".into(), inputs: vec![input], args }, schema, span);
        }
        for name in names.iter().filter(|name| !name.is_pattern) {
            self.column(name);
        }
        let mut chosen: Vec<Column> = names
            .iter()
            .filter(|name| !name.is_pattern && input.schema.open)
            .map(|name| Column::new(&name.text, self.field_type(&name.text)))
            .collect();
        chosen.retain(|column| input.schema.column(&column.name).is_none());
        let mut kept: Vec<(usize, Column)> = Vec::new();
        for column in input.schema.columns.iter().cloned().chain(chosen) {
            let best = names.iter().enumerate().map(|(at, item)| (precedence(item, &column.name), at)).max();
            if let Some((1.., at)) = best {
                kept.push((at, column));
            }
        }
        kept.sort_by_key(|(at, _)| *at);
        kept.dedup_by(|(_, a), (_, b)| a.name == b.name);
        project(input, kept.into_iter().map(|(_, column)| (Arc::clone(&column.name), column)), span)
    }

    pub(super) fn drop(&mut self, input: Arc<Plan>, names: &[Name], span: Span) -> Arc<Plan> {
        let mut schema = input.schema.clone();
        schema.columns.retain(|column| !names.iter().any(|name| precedence(name, &column.name) > 0));
        if input.schema.open {
            let away = names.iter().map(|name| Arc::from(name.text.as_str())).collect();
            return Plan::new(Op::Select { input, away, keep: Vec::new(), rename: Vec::new(), first: Vec::new() }, schema, span);
        }
        for name in names.iter().filter(|name| !name.is_pattern) {
            self.column(name);
        }
        project(input, schema.columns.into_iter().map(|column| (Arc::clone(&column.name), column)), span)
    }

    /// A name that is taken replaces the column that had it (`commands/rename`).
    pub(super) fn rename(&mut self, input: Arc<Plan>, renamings: &[Renaming], span: Span) -> Arc<Plan> {
        let mut plan = input;
        for Renaming { old, new } in renamings {
            let (from, to): (Arc<str>, Arc<str>) = (old.text.as_str().into(), new.text.as_str().into());
            let expr = self.column(old);
            if from == to {
                continue;
            }
            let mut columns: Vec<(Arc<str>, Column)> = Vec::new();
            for column in plan.schema.columns.iter().filter(|column| column.name != to) {
                let name = if column.name == from { &to } else { &column.name };
                columns.push((Arc::clone(name), column.clone()));
            }
            plan = if plan.schema.open {
                let mut schema =
                    Schema { columns: columns.into_iter().map(|(name, column)| Column { name, ..column }).collect(), open: true };
                if schema.column(&to).is_none() {
                    schema.columns.push(Column { name: Arc::clone(&to), ty: expr.ty });
                }
                let away = Op::Select {
                    input: Arc::clone(&plan),
                    away: vec![Arc::clone(&to)],
                    keep: Vec::new(),
                    rename: Vec::new(),
                    first: Vec::new(),
                };
                let without = Plan::new(away, plan.schema.clone(), span);
                Plan::new(
                    Op::Select { input: without, away: Vec::new(), keep: Vec::new(), rename: vec![(to, from)], first: Vec::new() },
                    schema,
                    span,
                )
            } else {
                project(plan, columns.into_iter(), span)
            };
            self.scope = plan.schema.clone();
        }
        plan
    }

    /// Each expression sees the columns before it; a name that is taken moves to the end (`commands/eval`).
    pub(super) fn eval(&mut self, input: Arc<Plan>, fields: &[Field], span: Span) -> Arc<Plan> {
        let mut plan = input;
        let mut batch: Vec<Named> = Vec::new();
        for field in fields {
            let name = self.field_name(field);
            let before = self.scope.clone();
            let mut expr = self.expression(&field.value);
            if batch.iter().any(|known| known.name == name || reads(&expr, &known.name)) {
                plan = self.extended(plan, std::mem::take(&mut batch), span);
                self.scope = before;
                expr = self.expression(&field.value);
            }
            put(&mut self.scope, &name, expr.ty);
            batch.push(Named { name, expr });
        }
        self.extended(plan, batch, span)
    }

    /// Adds columns behind the others.
    pub(super) fn extended(&mut self, input: Arc<Plan>, columns: Vec<Named>, span: Span) -> Arc<Plan> {
        let mut schema = input.schema.clone();
        let open = schema.open;
        let is_known = |name: &str| schema.column(name).is_some() || (open && self.catalog.field(name).is_some());
        let moved: Vec<Arc<str>> = columns.iter().filter(|column| is_known(&column.name)).map(|column| Arc::clone(&column.name)).collect();
        let mut in_place = input.schema.clone();
        for Named { name, expr } in &columns {
            put(&mut schema, name, expr.ty);
            match in_place.columns.iter_mut().find(|column| column.name == *name) {
                Some(column) => column.ty = expr.ty,
                None => in_place.columns.push(Column { name: Arc::clone(name), ty: expr.ty }),
            }
        }
        let plan = Plan::new(Op::Extend { input, columns }, in_place, span);
        if moved.is_empty() || plan.schema.columns == schema.columns && !open {
            return plan;
        }
        if !open {
            return project(plan, schema.columns.into_iter().map(|column| (Arc::clone(&column.name), column)), span);
        }
        let flag = |name: Arc<str>, is_pattern: bool| Named { name, expr: ir::Expr::literal(is_pattern, Type::Bool, span) };
        let args = std::iter::once(flag("*".into(), true)).chain(moved.into_iter().map(|name| flag(name, false))).collect();
        Plan::new(Op::Special { name: "keep".into(), inputs: vec![plan], args }, schema, span)
    }

    pub(super) fn dissect(&mut self, input: Arc<Plan>, text: &Expr, pattern: &Expr, options: &[(Name, Expr)], span: Span) -> Arc<Plan> {
        let Some(written) = self.constant_text(pattern) else { return input };
        let mut separator = String::new();
        for (option, value) in options {
            if option.text.eq_ignore_ascii_case("append_separator") {
                separator = self.constant_text(value).unwrap_or_default();
            } else {
                self.error("unknown-option", option.span, format!("`DISSECT` has no option `{}`", option.text));
            }
        }
        let subject = self.expression(text);
        match Dissection::new(&written) {
            Ok(dissection) => {
                let texts = |key: &str| vec![key.to_owned(), separator.clone(), written.clone()];
                let columns = dissection.keys().into_iter().map(|key| taken("esql.dissect", key, &subject, texts(key), span)).collect();
                self.extended(input, columns, span)
            }
            Err(why) => {
                self.error("bad-pattern", pattern.span, format!("the pattern cannot be read: {why}"));
                input
            }
        }
    }

    pub(super) fn grok(&mut self, input: Arc<Plan>, text: &Expr, patterns: &[Expr], span: Span) -> Arc<Plan> {
        let subject = self.expression(text);
        let mut written = Vec::new();
        let mut keys: Vec<String> = Vec::new();
        for pattern in patterns {
            let Some(text) = self.constant_text(pattern) else { continue };
            match Grok::new(&text) {
                Ok(grok) => keys.extend(grok.keys().into_iter().map(ToOwned::to_owned)),
                Err(why) => self.error("bad-pattern", pattern.span, format!("the pattern cannot be read: {why}")),
            }
            written.push(text);
        }
        let mut seen: Vec<String> = Vec::new();
        keys.retain(|key| {
            !seen.contains(key) && {
                seen.push(key.clone());
                true
            }
        });
        let texts = |key: &str| std::iter::once(key.to_owned()).chain(written.iter().cloned()).collect();
        let columns = keys.iter().map(|key| taken("esql.grok", key, &subject, texts(key), span)).collect();
        self.extended(input, columns, span)
    }
}

/// A column that a command takes out of a text.
fn taken(function: &str, key: &str, subject: &ir::Expr, texts: Vec<String>, span: Span) -> Named {
    let args =
        std::iter::once(subject.clone()).chain(texts.into_iter().map(|text| ir::Expr::literal(Value::string(text), Type::Unknown, span)));
    let kind = ExprKind::Call { function: function.into(), args: args.collect() };
    Named { name: key.into(), expr: ir::Expr::new(kind, Type::Unknown, span) }
}

/// The items of a `keep`: name, and whether it is a pattern.
pub(in super::super) fn columns_of_keep(args: &[Named]) -> impl Iterator<Item = (&str, bool)> {
    args.iter().map(|arg| (&*arg.name, matches!(arg.expr.kind, ExprKind::Literal(Value::Bool(true)))))
}

/// Tells whether an expression reads a column.
fn reads(expr: &ir::Expr, column: &str) -> bool {
    let mut found = false;
    expr.walk(&mut |part| match &part.kind {
        ExprKind::Column(name) => found |= **name == *column,
        ExprKind::Match { .. } => found = true,
        _ => {}
    });
    found
}

/// Exactly these columns, each under a name.
pub(super) fn project(input: Arc<Plan>, columns: impl Iterator<Item = (Arc<str>, Column)>, span: Span) -> Arc<Plan> {
    let (mut schema, mut named) = (Schema::closed(Vec::new()), Vec::new());
    for (name, column) in columns {
        schema.columns.push(Column { name: Arc::clone(&name), ty: column.ty });
        named.push(Named { name, expr: ir::Expr::column(&column.name, column.ty, span) });
    }
    Plan::new(Op::Project { input, columns: named }, schema, span)
}
