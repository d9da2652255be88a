//! Names of single fields across dialects, for what stands outside queries: group keys, entities, fields to show.

use super::{PartRef, path::Path};
use crate::ir::{Dialect, Expr, ExprKind, Member};
use std::sync::Arc;

/// Returns what a field of the given parts is called in another dialect; `None` where it is no field or has no counterpart there.
pub fn field_name(expr: &Expr, parts: &[PartRef], from: Dialect, to: Dialect) -> Option<String> {
    let wanted = text_of(expr, from)?;
    parts.iter().find_map(|at| {
        let fields = at.fields();
        let named = |field: &&super::format::Field| field.path(from, &at.source).is_some_and(|path| path.text(from) == wanted);
        // A part of a value groups and shows something else than the whole.
        let mut known = fields.filter(named).filter(|field| field.part_of.is_none() || field.is_same(from, to));
        known.find_map(|field| field.path(to, &at.source)).filter(|path| !path.is_open()).map(|path| path.text(to))
    })
}

/// Returns a column or a path into a dynamic column as the dialect writes it.
pub(super) fn text_of(expr: &Expr, dialect: Dialect) -> Option<String> {
    match &expr.kind {
        ExprKind::Column(name) => Some(Path::parse(name).text(dialect)),
        ExprKind::Member { base, member: Member::Name(name) } => Some(format!("{}.{name}", text_of(base, dialect)?)),
        ExprKind::Convert(inner) => text_of(inner, dialect),
        ExprKind::Call { function, args } if matches!(&**function, "tostring" | "parse_json" | "todynamic") => {
            text_of(args.first()?, dialect)
        }
        _ => None,
    }
}

/// Returns the Sentinel data connectors that fill the tables of the given parts, each with its tables.
pub fn connectors(parts: &[PartRef]) -> Vec<(String, Vec<String>)> {
    let mut out: Vec<(String, Vec<String>)> = Vec::new();
    for part in parts.iter().map(|at| &at.part) {
        let (Some(connector), Some(table)) = (&part.connector, &part.table) else { continue };
        let table = table.to_string();
        match out.iter_mut().find(|(known, _)| known == connector) {
            Some((_, tables)) if tables.contains(&table) => {}
            Some((_, tables)) => tables.push(table),
            None => out.push((connector.clone(), vec![table])),
        }
    }
    out
}

/// Returns the Elastic integrations that bring the events of the given parts: the `event.module` of their data sets.
pub fn integrations(parts: &[PartRef]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for source in parts.iter().map(|at| Arc::clone(&at.source)) {
        let module = source.elastic.as_ref().and_then(|elastic| elastic.constants.get("event.module")).map(super::format::Constant::value);
        if let Some(crate::ir::Value::String(name)) = module
            && !out.iter().any(|known| **known == *name)
        {
            out.push(name.to_string());
        }
    }
    out
}
