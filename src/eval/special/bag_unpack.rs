//! The plugin `bag_unpack`: members of a bag become columns (`bag-unpack-plugin`).
//!
//! New columns come behind the others in alphabetical order (emu/bag-unpack-plugin-00); one with the bag's own name stands in
//! its place (k2s/0598).

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::expr::settle;
use super::super::node::{Row, emit_all, operator};
use super::Parts;
use super::plugins::column_of;
use crate::ir::{Column, Named, Type, Value, convert};
use std::collections::BTreeMap;
use std::sync::Arc;

impl Compiler<'_> {
    pub(super) fn bag_unpack(&mut self, parts: &Parts<'_>) -> Result<Built, Refusal> {
        let name = parts.args.first().and_then(column_of).cloned().ok_or_else(|| parts.invalid("the bag's column is missing"))?;
        let prefix = self.text_option(parts, 1, "column_prefix")?;
        let conflict = self.text_option(parts, 2, "columnsConflict")?;
        let ignored = self.ignored(parts)?;
        let (columns, rows) = self.piped_rows(parts)?;
        let Some(bag) = columns.iter().position(|column| column.name == name) else {
            return Err(Refusal::new("unknown-column", parts.span(), format!("the rows have no column `{name}`")));
        };
        let mut members: BTreeMap<String, Type> = BTreeMap::new();
        for row in &rows {
            let Some(Value::Object(object)) = row.get(bag) else { continue };
            for (member, value) in object.iter().filter(|(member, _)| !ignored.iter().any(|name| **name == **member)) {
                let ty = members.entry(format!("{prefix}{member}")).or_default();
                *ty = common(*ty, value);
            }
        }
        let taken = |name: &str| columns.iter().enumerate().any(|(slot, column)| slot != bag && *column.name == *name);
        if let Some(clash) = members.keys().find(|name| taken(name)).filter(|_| conflict.is_empty() || conflict == "error") {
            return Err(Refusal::new("column-conflict", parts.span(), format!("`bag_unpack` finds a column `{clash}` there already")));
        }
        let keep_source = conflict == "keep_source";
        let mut result: Vec<(Column, Origin)> = Vec::new();
        for (slot, column) in columns.iter().enumerate() {
            match members.get(&*column.name) {
                Some(ty) if slot == bag || !keep_source => {
                    result.push((Column { name: Arc::clone(&column.name), ty: *ty }, Origin::Member));
                }
                _ if slot == bag => {}
                _ => result.push((column.clone(), Origin::Slot(slot))),
            }
        }
        let fresh = members.iter().filter(|(name, _)| !columns.iter().any(|column| *column.name == ***name));
        result.extend(fresh.map(|(name, ty)| (Column::new(name, *ty), Origin::Member)));
        let result = declared(parts, result);
        let unpack = |row: &Row| -> Row { result.iter().map(|(column, origin)| cell(row, bag, &prefix, column, *origin)).collect() };
        let out: Vec<Row> = rows.iter().map(unpack).collect();
        self.context.release(rows.len(), columns.len());
        let columns = result.into_iter().map(|(column, _)| column).collect();
        Ok((columns, operator(move |_, sink| emit_all(&out, sink))))
    }

    /// Returns an option by its name, or by its place where it has none; null where it is not given.
    pub(super) fn option(&mut self, parts: &Parts<'_>, position: usize, name: &str) -> Result<Value, Refusal> {
        let positional = || parts.args.get(position).filter(|arg: &&Named| arg.name.is_empty());
        parts.arg(name).or_else(positional).map_or(Ok(Value::Null), |arg| self.constant(&arg.expr))
    }

    fn text_option(&mut self, parts: &Parts<'_>, position: usize, name: &str) -> Result<String, Refusal> {
        Ok(self.option(parts, position, name)?.as_str().unwrap_or_default().to_owned())
    }

    fn ignored(&mut self, parts: &Parts<'_>) -> Result<Vec<String>, Refusal> {
        match self.option(parts, 3, "ignoredProperties")? {
            Value::Array(items) => Ok(items.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
            _ => Ok(Vec::new()),
        }
    }
}

/// Where an output column comes from.
#[derive(Clone, Copy)]
enum Origin {
    Slot(usize),
    Member,
}

/// Keeps the columns that the call declares (`: (*, Name:string)`), with their types.
fn declared(parts: &Parts<'_>, found: Vec<(Column, Origin)>) -> Vec<(Column, Origin)> {
    let schema = &parts.plan.schema;
    if schema.open || schema.columns.is_empty() {
        return found;
    }
    let origin = |column: &Column| match found.iter().find(|(known, _)| known.name == column.name) {
        Some((_, origin)) => (column.clone(), *origin),
        None => (column.clone(), Origin::Member),
    };
    schema.columns.iter().map(origin).collect()
}

fn cell(row: &Row, bag: usize, prefix: &str, column: &Column, origin: Origin) -> Value {
    match origin {
        Origin::Slot(slot) => row.get(slot).cloned().unwrap_or_default(),
        Origin::Member => {
            let member = column.name.strip_prefix(prefix).and_then(|name| row.get(bag)?.member(name)).cloned().unwrap_or_default();
            settle(convert::convert(&member, Type::Dynamic, column.ty), column.ty)
        }
    }
}

/// The type of a column that holds all values seen.
fn common(so_far: Type, value: &Value) -> Type {
    let ty = match value.shown_type() {
        Type::Unknown => return so_far,
        Type::Int => Type::Long,
        ty => ty,
    };
    match (so_far, ty) {
        (Type::Unknown, ty) => ty,
        (Type::Long, Type::Real) | (Type::Real, Type::Long) => Type::Real,
        (so_far, ty) if so_far == ty => ty,
        _ => Type::Dynamic,
    }
}
