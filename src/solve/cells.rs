//! Fields with values that were tried in them, and what each value makes of the conditions on the field.

use super::leaf::{Family, Leaf, Root};
use super::probe::{Probe, event};
use super::values::{Breadth, candidates, composed};
use crate::ir::{ExprKind, Matcher, Type};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// A value and what it makes of each leaf of its field; values that make the same are one cell.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    /// The value; `None` for a missing field.
    pub value: Option<Json>,
    /// The truth of each leaf, in the field's order.
    pub truths: Vec<Option<bool>>,
}

/// A field and its cells.
#[derive(Debug)]
pub(super) struct Field {
    /// Where it is.
    pub root: Root,
    /// Numbers of the leaves that look at nothing else.
    pub leaves: Vec<usize>,
    /// The cells, each with other truths.
    pub cells: Vec<Cell>,
    /// Whether every value there could be is in one of the cells.
    pub is_complete: bool,
}

/// Tries values in every field, or in every one whose cells are all there are. A leaf that cannot be run belongs to no field afterwards.
pub(super) fn fields(leaves: &mut [Leaf], family: Family, probe: &Probe, breadth: Breadth, complete_only: bool) -> Vec<Field> {
    let mut by_root: BTreeMap<Root, Vec<usize>> = BTreeMap::new();
    for (number, leaf) in leaves.iter().enumerate() {
        if let Some(root) = leaf.root() {
            by_root.entry(root.clone()).or_default().push(number);
        }
    }
    let mut fields = Vec::new();
    for (root, mut numbers) in by_root {
        let looks: Vec<&Leaf> = numbers.iter().filter_map(|number| leaves.get(*number)).collect();
        let may_be_complete = complete(&root, looks.iter().copied(), family);
        if complete_only && (!may_be_complete || laws_say_all(&looks, family)) {
            continue;
        }
        let values = candidates(&root, &looks, family, probe, breadth);
        let mut cells = tried(&root, &looks, &values, probe);
        let mut refused = Vec::new();
        if cells.is_none() {
            let runs = |number: &usize| leaves.get(*number).is_some_and(|leaf| tried(&root, &[leaf], &values, probe).is_some());
            let (running, rest): (Vec<usize>, Vec<usize>) = numbers.into_iter().partition(runs);
            (numbers, refused) = (running, rest);
            let looks: Vec<&Leaf> = numbers.iter().filter_map(|number| leaves.get(*number)).collect();
            cells = tried(&root, &looks, &values, probe);
        }
        let is_complete = refused.is_empty() && may_be_complete;
        for number in refused {
            if let Some(leaf) = leaves.get_mut(number) {
                leaf.runs = false;
            }
        }
        if let Some(cells) = cells.filter(|_| !numbers.is_empty()) {
            fields.push(Field { root, leaves: numbers, cells, is_complete });
        }
    }
    fields
}

impl Field {
    /// Adds values in which all of these leaves may hold; tells whether some value was of a new kind.
    pub(super) fn extend(&mut self, all: &[Leaf], wanted: &[&Leaf], probe: &Probe) -> bool {
        let looks: Vec<&Leaf> = self.leaves.iter().filter_map(|number| all.get(*number)).collect();
        let values: Vec<Option<Json>> = composed(wanted, probe).into_iter().map(Some).collect();
        let mut is_new = false;
        for cell in tried(&self.root, &looks, &values, probe).unwrap_or_default() {
            if self.cells.iter().all(|known| known.truths != cell.truths) {
                self.cells.push(cell);
                is_new = true;
            }
        }
        is_new
    }
}

fn tried(root: &Root, leaves: &[&Leaf], values: &[Option<Json>], probe: &Probe) -> Option<Vec<Cell>> {
    let events: Vec<Json> = values.iter().map(|value| event(value.iter().map(|value| (root, value.clone())))).collect();
    let exprs: Vec<_> = leaves.iter().map(|leaf| &leaf.expr).collect();
    let truths = probe.truths(&events, &exprs)?;
    let mut cells: Vec<Cell> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for (value, truths) in values.iter().zip(truths) {
        // A missing field stays apart: it is never one of several values.
        if value.is_none() || seen.insert(truths.clone()) {
            cells.push(Cell { value: value.clone(), truths });
        }
    }
    Some(cells)
}

/// Tells whether what each two conditions on a field of documents say of each other is all that can be said: equalities are free otherwise.
fn laws_say_all(leaves: &[&Leaf], family: Family) -> bool {
    family == Family::Documents && leaves.iter().all(|leaf| leaf.atom.as_ref().is_some_and(super::laws::Atom::is_plain_text))
}

/// Tells whether the values tried stand for all there are: a value for each text asked for, or those at, between and beside the
/// numbers asked for, with a missing one and one that is something else.
fn complete<'l>(root: &Root, mut leaves: impl Iterator<Item = &'l Leaf> + Clone, family: Family) -> bool {
    let emptiness = |leaf: &Leaf| match &leaf.expr.kind {
        ExprKind::Call { function, .. } => &**function == "isnull",
        _ => false,
    };
    let is_plain = |leaf: &Leaf| leaf.atom.as_ref().is_some_and(super::laws::Atom::is_plain_text) || emptiness(leaf);
    let is_order = |leaf: &Leaf| leaf.atom.as_ref().is_some_and(super::laws::Atom::is_order) || emptiness(leaf);
    let is_range = |leaf: &Leaf| matches!(leaf.expr.kind, ExprKind::Between { .. } | ExprKind::Column(_));
    if !leaves.clone().all(|leaf| leaf.is_exact && leaf.is_direct()) {
        return false;
    }
    match (family, root.ty) {
        (Family::Rows, Type::Bool | Type::Int | Type::Long | Type::Real | Type::DateTime | Type::TimeSpan) if root.path.is_empty() => {
            leaves.all(|leaf| is_order(leaf) || is_range(leaf))
        }
        (Family::Rows, _) => leaves.all(is_plain),
        (Family::Documents, _) => {
            let matches =
                |leaf: &Leaf| matches!(&leaf.expr.kind, ExprKind::Match { matcher, .. } if !matches!(matcher, Matcher::Nested(_)));
            leaves.clone().all(matches) && (leaves.clone().all(is_plain) || leaves.all(is_order))
        }
    }
}
