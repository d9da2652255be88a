//! `enrich`, `lookup-join`, `completion`: rows that get columns of another table by key.

use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::expr::{Compiled, Frame};
use super::super::key::{Key, Keys};
use super::super::node::{Flow, Node, Row, Sink, operator};
use super::super::operators::{put, set};
use super::super::scope::Scope;
use super::super::{ABSENT, DOCUMENT, ORDINAL, Refusal};
use super::Parts;
use crate::ir::{Column, ExprKind, Type, Value, convert};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A table by key, and where its columns go in a row.
struct LookUp {
    input: Arc<Node>,
    table: Arc<Node>,
    /// Over the rows.
    keys: Vec<Compiled>,
    /// Columns of the table that are compared with the keys.
    key_slots: Vec<usize>,
    /// Column of the table, column of the output.
    taken: Vec<(usize, usize)>,
    width: usize,
    /// Whether rows of the table with one key become several values of one row, or several rows.
    merges: bool,
}

impl Compiler<'_> {
    fn table_of(&mut self, parts: &Parts<'_>) -> Result<(Arc<Node>, Arc<Node>), Refusal> {
        let table = parts.inputs.get(1).ok_or_else(|| parts.invalid("the second table is missing"))?;
        let input = self.plan(parts.input()?)?;
        Ok((input, self.plan(table)?))
    }

    /// The match field is the policy's first column, or the one named as the row's field is (`commands/enrich`).
    pub(super) fn enrich(&mut self, parts: &Parts<'_>) -> Result<Built, Refusal> {
        let (input, table) = self.table_of(parts)?;
        let mut scope = Scope::new(&input.columns);
        let first = table.columns.first().map(|column| Arc::clone(&column.name)).unwrap_or_default();
        let on = parts.arg("on").map(|arg| arg.expr.clone());
        let on = on.unwrap_or_else(|| crate::ir::Expr::column(&first, Type::Unknown, parts.span()));
        let key_slot = match &on.kind {
            ExprKind::Column(name) => table.position(name).unwrap_or(0),
            _ => 0,
        };
        let key = self.expr(&on, &mut scope)?;
        let mut columns = input.columns.to_vec();
        let mut taken = Vec::new();
        for arg in parts.args {
            let (Some(new), ExprKind::Literal(Value::String(old))) = (arg.name.strip_prefix("with:"), &arg.expr.kind) else { continue };
            let slot = table
                .position(old)
                .ok_or_else(|| Refusal::new("unknown-column", arg.expr.span, format!("the policy has no column `{old}`")))?;
            taken.push((slot, put(&mut columns, &Arc::from(new), Type::Unknown)));
        }
        if taken.is_empty() {
            taken = all_but(&table, &[key_slot], &mut columns);
        }
        let width = columns.len();
        let look_up = LookUp { input, table, keys: vec![key], key_slots: vec![key_slot], taken, width, merges: true };
        Ok((columns, operator(move |context, out| look_up.run(context, out))))
    }

    /// The index's columns take the place of those with their names (`commands/lookup-join`).
    pub(super) fn lookup_join(&mut self, parts: &Parts<'_>) -> Result<Built, Refusal> {
        let (input, table) = self.table_of(parts)?;
        let mut scope = Scope::new(&input.columns);
        let (mut keys, mut key_slots) = (Vec::new(), Vec::new());
        for arg in parts.args {
            let Some(name) = arg.name.strip_prefix("on:") else { continue };
            let slot = table
                .position(name)
                .ok_or_else(|| Refusal::new("unknown-column", arg.expr.span, format!("the look-up index has no field `{name}`")))?;
            keys.push(self.expr(&arg.expr, &mut scope)?);
            key_slots.push(slot);
        }
        let mut columns = input.columns.to_vec();
        let taken = all_but(&table, &key_slots, &mut columns);
        let width = columns.len();
        let look_up = LookUp { input, table, keys, key_slots, taken, width, merges: false };
        Ok((columns, operator(move |context, out| look_up.run(context, out))))
    }

    /// The answers of a model are data of the fixture: its first column is the prompt, its last the answer.
    pub(super) fn completion(&mut self, parts: &Parts<'_>) -> Result<Built, Refusal> {
        let (input, table) = self.table_of(parts)?;
        let prompt = parts.arg("prompt").ok_or_else(|| parts.invalid("the prompt is missing"))?;
        let prompt = self.expr(&prompt.expr, &mut Scope::new(&input.columns))?;
        let target = match parts.arg("target").map(|arg| &arg.expr.kind) {
            Some(ExprKind::Literal(Value::String(name))) => Arc::clone(name),
            _ => return Err(parts.invalid("the target is missing")),
        };
        let mut columns = input.columns.to_vec();
        let answer = table.columns.iter().rposition(|column| is_data(&column.name)).unwrap_or(0);
        let taken = vec![(answer, put(&mut columns, &target, Type::Unknown))];
        let width = columns.len();
        let look_up = LookUp { input, table, keys: vec![prompt], key_slots: vec![0], taken, width, merges: true };
        Ok((columns, operator(move |context, out| look_up.run(context, out))))
    }
}

fn is_data(name: &str) -> bool {
    !matches!(name, DOCUMENT | ORDINAL) && !name.starts_with(ABSENT)
}

/// All columns of a table but its keys.
fn all_but(table: &Node, keys: &[usize], columns: &mut Vec<Column>) -> Vec<(usize, usize)> {
    let others = table.columns.iter().enumerate().filter(|(slot, column)| !keys.contains(slot) && is_data(&column.name));
    others.map(|(slot, column)| (slot, put(columns, &column.name, Type::Unknown))).collect()
}

/// Keys of tables from files are text: so are those of rows.
fn text_key(value: &Value) -> Option<Key> {
    match value {
        Value::Null | Value::Array(_) => None,
        other => Some(Key(Value::string(convert::to_text(other, Type::Dynamic)))),
    }
}

impl LookUp {
    fn run(&self, context: &Context, out: &mut Sink<'_>) -> Result<(), Refusal> {
        let rows = self.table.collect(context)?;
        let mut by_key: FxHashMap<Keys, Vec<&Row>> = FxHashMap::default();
        for row in &rows {
            let keys: Option<Keys> = self.key_slots.iter().map(|slot| text_key(row.get(*slot)?)).collect();
            if let Some(keys) = keys {
                by_key.entry(keys).or_default().push(row);
            }
        }
        let mut scratch = Row::new();
        self.input.run(context, &mut |row| {
            let frame = Frame { row, context };
            let found = match self.keys.as_slice() {
                // An array is looked up value by value.
                [only] if self.merges => of_any(&only.get(&frame), &by_key),
                keys => {
                    let keys: Option<Keys> = keys.iter().map(|key| text_key(&key.get(&frame))).collect();
                    keys.and_then(|keys| by_key.get(&keys)).cloned().unwrap_or_default()
                }
            };
            let mut emit = |found: &[&Row]| {
                scratch.clear();
                scratch.extend_from_slice(row);
                scratch.resize(self.width, Value::Null);
                for (from, to) in &self.taken {
                    set(&mut scratch, *to, merged(found, *from));
                }
                out(&scratch)
            };
            if self.merges || found.is_empty() {
                return emit(&found);
            }
            for one in found {
                if emit(&[one])? == Flow::Enough {
                    return Ok(Flow::Enough);
                }
            }
            Ok(Flow::More)
        })?;
        context.release(rows.len(), self.table.columns.len());
        Ok(())
    }
}

/// The rows of any of a field's values.
fn of_any<'r>(value: &Value, by_key: &FxHashMap<Keys, Vec<&'r Row>>) -> Vec<&'r Row> {
    let values = if let Value::Array(items) = value { items.as_slice() } else { std::slice::from_ref(value) };
    let keys = values.iter().filter_map(text_key);
    keys.filter_map(|key| by_key.get(&vec![key])).flatten().copied().collect()
}

/// The values of a column over rows: none is null, several are a list.
fn merged(rows: &[&Row], slot: usize) -> Value {
    Value::of_field(rows.iter().filter_map(|row| row.get(slot)).filter(|value| !value.is_null()).cloned().collect())
}
