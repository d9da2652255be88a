//! The plugin `pivot`: values of a column become columns (`pivot-plugin`).

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::expr::Frame;
use super::super::key::{Key, Keys};
use super::super::node::{Row, emit_all, operator};
use super::super::operators::Calls;
use super::super::scope::Scope;
use super::Parts;
use super::clauses::split_aggregates;
use super::plugins::column_of;
use crate::ir::{Aggregate, Column, Type, Value, convert};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Compiles `pivot`.
pub(super) fn pivot(compiler: &mut Compiler<'_>, parts: &Parts<'_>) -> Result<Built, Refusal> {
    let (columns, rows) = compiler.piped_rows(parts)?;
    let Some((pivot, rest)) = parts.args.split_first() else { return Err(parts.invalid("the pivot column is missing")) };
    let mut aggregates = Vec::new();
    let rest = match rest.split_first() {
        Some((first, rest)) if column_of(first).is_none() => {
            split_aggregates(&first.expr, &mut aggregates);
            rest
        }
        _ => rest,
    };
    if aggregates.is_empty() {
        aggregates.push(count(parts));
    }
    let mut scope = Scope::new(&columns);
    let value = compiler.expr(&pivot.expr, &mut scope)?;
    let calls = compiler.calls(&aggregates, &mut scope, &[])?;
    let named: Vec<Arc<str>> = rest.iter().filter_map(column_of).cloned().collect();
    let used: Vec<&Arc<str>> = parts.args.iter().filter_map(column_of).collect();
    let key_of = |column: &Column| if named.is_empty() { !used.contains(&&column.name) } else { named.contains(&column.name) };
    let keys: Vec<usize> = columns.iter().enumerate().filter(|(_, column)| key_of(column)).map(|(slot, _)| slot).collect();
    let mut names: BTreeSet<String> = BTreeSet::new();
    let mut positions: FxHashMap<Keys, usize> = FxHashMap::default();
    let mut groups: Vec<(Row, BTreeMap<String, Vec<usize>>)> = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        let name = convert::to_text(&value.value(&Frame { row, context: compiler.context }), value.ty);
        let key: Row = keys.iter().filter_map(|slot| row.get(*slot)).cloned().collect();
        let position = *positions.entry(key.iter().cloned().map(Key).collect()).or_insert(groups.len());
        if position == groups.len() {
            groups.push((key, BTreeMap::new()));
        }
        if let Some((_, cells)) = groups.get_mut(position) {
            cells.entry(name.clone()).or_default().push(number);
        }
        names.insert(name);
    }
    let cell = |numbers: Option<&Vec<usize>>| measure(&calls, &rows, numbers.map_or(&[][..], Vec::as_slice), compiler);
    let out: Vec<Row> =
        groups.iter().map(|(key, cells)| key.iter().cloned().chain(names.iter().map(|name| cell(cells.get(name)))).collect()).collect();
    let ty = calls.columns().next().map_or(Type::Long, |column| column.ty);
    let mut result: Vec<Column> = keys.iter().filter_map(|slot| columns.get(*slot)).cloned().collect();
    result.extend(names.iter().map(|name| Column::new(name, ty)));
    Ok((result, operator(move |_, sink| emit_all(&out, sink))))
}

fn count(parts: &Parts<'_>) -> Aggregate {
    let names = vec![Arc::from("count_")];
    Aggregate { names, function: Arc::from("count"), args: Vec::new(), star: false, ty: Type::Long, span: parts.span() }
}

fn measure(calls: &Calls, rows: &[Row], numbers: &[usize], compiler: &Compiler<'_>) -> Value {
    let mut states = calls.start();
    for row in numbers.iter().filter_map(|number| rows.get(*number)) {
        calls.add(&mut states, &Frame { row, context: compiler.context });
    }
    let mut results = Row::new();
    calls.finish(states, &mut results);
    results.into_iter().next().unwrap_or_default()
}
