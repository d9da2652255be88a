//! `join` and `lookup`, hashed on the right side. Null keys match each other (k2s/0173, k2s/0710).

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::expr::{Compiled, Frame};
use super::super::key::{Key, Keys};
use super::super::node::{Flow, Node, Row, Sink, operator};
use super::super::scope::Scope;
use super::empty_row;
use crate::ir::{Column, JoinKey, JoinKind, Plan, Value};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// A compiled join.
struct Join {
    left: Arc<Node>,
    right: Arc<Node>,
    left_keys: Vec<Compiled>,
    right_keys: Vec<Compiled>,
    kind: JoinKind,
    /// Which right columns come out.
    right_slots: Vec<usize>,
}

/// The right side, by key.
struct Side {
    rows: Vec<Row>,
    positions: FxHashMap<Keys, Vec<usize>>,
}

impl Compiler<'_> {
    pub(in super::super) fn join(
        &mut self,
        [left, right]: [&Arc<Plan>; 2],
        kind: JoinKind,
        keys: &[JoinKey],
        lookup: bool,
    ) -> Result<Built, Refusal> {
        let (left, right) = (self.plan(left)?, self.plan(right)?);
        let (mut left_keys, mut right_keys) = (Vec::new(), Vec::new());
        for key in keys {
            left_keys.push(self.expr(&key.left, &mut Scope::new(&left.columns))?);
            right_keys.push(self.expr(&key.right, &mut Scope::new(&right.columns))?);
        }
        let repeated = |name: &str| lookup && keys.iter().any(|key| key.right.column_name().is_some_and(|key| **key == *name));
        let right_slots: Vec<usize> =
            right.columns.iter().enumerate().filter(|(_, column)| !repeated(&column.name)).map(|(slot, _)| slot).collect();
        let columns = match kind {
            JoinKind::LeftSemi | JoinKind::LeftAnti => left.columns.to_vec(),
            JoinKind::RightSemi | JoinKind::RightAnti => right.columns.to_vec(),
            _ => both(&left.columns, right_slots.iter().filter_map(|slot| right.columns.get(*slot))),
        };
        let join = Join { left, right, left_keys, right_keys, kind, right_slots };
        Ok((columns, operator(move |context, out| join.run(context, out))))
    }
}

/// Left columns, then right ones; a right name that is taken gets the first free number (dkt/join).
fn both<'c>(left: &[Column], right: impl Iterator<Item = &'c Column>) -> Vec<Column> {
    let mut columns = left.to_vec();
    for column in right {
        let name = free_name(&columns, &column.name);
        columns.push(Column { name, ty: column.ty });
    }
    columns
}

/// Returns the name, or the name with the first number that makes it new.
pub(in super::super) fn free_name(columns: &[Column], name: &Arc<str>) -> Arc<str> {
    let taken = |name: &str| columns.iter().any(|column| &*column.name == name);
    if !taken(name) {
        return Arc::clone(name);
    }
    let numbered = (1..=columns.len()).map(|number| format!("{name}{number}")).find(|name| !taken(name));
    numbered.map_or_else(|| Arc::clone(name), Arc::from)
}

fn keys_of(keys: &[Compiled], row: &[Value], context: &Context) -> Keys {
    keys.iter().map(|key| Key(key.value(&Frame { row, context }))).collect()
}

/// Pushes the rows of one side that have (or have not) a match on the other.
fn filter_side(
    (kept, kept_keys): (&Node, &[Compiled]),
    (other, other_keys): (&Node, &[Compiled]),
    matching: bool,
    context: &Context,
    out: &mut Sink<'_>,
) -> Result<(), Refusal> {
    let mut known: FxHashSet<Keys> = FxHashSet::default();
    other.run(context, &mut |row| {
        if known.insert(keys_of(other_keys, row, context)) {
            context.hold(other_keys.len(), other.span)?;
        }
        Ok(Flow::More)
    })?;
    kept.run(context, &mut |row| {
        if known.contains(&keys_of(kept_keys, row, context)) == matching { out(row) } else { Ok(Flow::More) }
    })?;
    context.release(known.len(), other_keys.len());
    Ok(())
}

impl Join {
    fn run(&self, context: &Context, out: &mut Sink<'_>) -> Result<(), Refusal> {
        let left = (&*self.left, &*self.left_keys);
        let right = (&*self.right, &*self.right_keys);
        match self.kind {
            JoinKind::LeftSemi => filter_side(left, right, true, context, out),
            JoinKind::LeftAnti => filter_side(left, right, false, context, out),
            JoinKind::RightSemi => filter_side(right, left, true, context, out),
            JoinKind::RightAnti => filter_side(right, left, false, context, out),
            _ => self.pairs(context, out),
        }
    }

    fn side(&self, context: &Context) -> Result<Side, Refusal> {
        let rows = self.right.collect(context)?;
        let mut positions: FxHashMap<Keys, Vec<usize>> = FxHashMap::default();
        for (position, row) in rows.iter().enumerate() {
            positions.entry(keys_of(&self.right_keys, row, context)).or_default().push(position);
        }
        Ok(Side { rows, positions })
    }

    fn pairs(&self, context: &Context, out: &mut Sink<'_>) -> Result<(), Refusal> {
        let side = self.side(context)?;
        let mut matched = vec![false; side.rows.len()];
        let mut seen: FxHashSet<Keys> = FxHashSet::default();
        let mut done = false;
        let keep_left = matches!(self.kind, JoinKind::LeftOuter | JoinKind::FullOuter);
        let no_right = empty_row(&self.right.columns);
        let mut scratch: Row = Vec::new();
        self.left.run(context, &mut |row| {
            let keys = keys_of(&self.left_keys, row, context);
            let found = side.positions.get(&keys);
            if self.kind == JoinKind::InnerUnique && !seen.insert(keys) {
                return Ok(Flow::More);
            }
            for position in found.into_iter().flatten() {
                if let Some(flag) = matched.get_mut(*position) {
                    *flag = true;
                }
                let Some(right) = side.rows.get(*position) else { continue };
                if self.pair(&mut scratch, row, right, out)? == Flow::Enough {
                    done = true;
                    return Ok(Flow::Enough);
                }
            }
            if found.is_none() && keep_left && self.pair(&mut scratch, row, &no_right, out)? == Flow::Enough {
                done = true;
                return Ok(Flow::Enough);
            }
            Ok(Flow::More)
        })?;
        if !done && matches!(self.kind, JoinKind::RightOuter | JoinKind::FullOuter) {
            let no_left = empty_row(&self.left.columns);
            for (right, _) in side.rows.iter().zip(&matched).filter(|(_, matched)| !**matched) {
                if self.pair(&mut scratch, &no_left, right, out)? == Flow::Enough {
                    break;
                }
            }
        }
        context.release(side.rows.len(), self.right.columns.len());
        Ok(())
    }

    fn pair(&self, scratch: &mut Row, left: &[Value], right: &[Value], out: &mut Sink<'_>) -> Result<Flow, Refusal> {
        scratch.clear();
        scratch.extend_from_slice(left);
        scratch.extend(self.right_slots.iter().map(|slot| right.get(*slot).cloned().unwrap_or_default()));
        out(scratch)
    }
}
