//! JSON Lines as the events of a plan: documents are made while they are scanned, and of each only the fields that the plan reads.
//!
//! It knows which fields those are; `operators::document_scan` makes the rows.

use super::lines::Lines;
use super::need::Need;
use super::{DOCUMENT, ORDINAL, Window};
use crate::ir::{Column, Expr, ExprKind, FieldRef, Matcher, Op, Plan, Type};
use std::sync::Arc;

/// Parts of a dotted name at most that are looked for in every way of nesting; of longer ones the whole is kept.
const MOST_PARTS: usize = 8;

/// Events that a plan reads.
#[derive(Clone, Debug)]
pub struct Documents {
    pub(super) lines: Arc<Lines>,
    pub(super) need: Need,
    pub(super) window: Option<Window>,
    columns: Vec<Column>,
}

impl Documents {
    /// Lines of which a plan reads some fields. The ordinal of an event is the number of its line, from 0.
    pub fn of(lines: Arc<Lines>, plan: &Arc<Plan>) -> Self {
        let columns = vec![Column::new(DOCUMENT, Type::Dynamic), Column::new(ORDINAL, Type::Long)];
        Self { lines, need: fields_of(plan), window: None, columns }
    }

    /// Returns the columns, which are hidden ones.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Leaves out events whose time does not lie in the window.
    #[must_use]
    pub fn within(mut self, window: Window) -> Self {
        add_field(&mut self.need, &window.column);
        add_field(&mut self.need, "@timestamp");
        self.window = Some(window);
        self
    }
}

/// Returns what a plan reads of each document; an operator that is not listed reads everything.
fn fields_of(plan: &Arc<Plan>) -> Need {
    let mut need = Need::nothing();
    add_field(&mut need, "@timestamp");
    plan.walk(&mut |node| match &node.op {
        Op::Scan(_) | Op::Filter { .. } | Op::Project { .. } | Op::Sort { .. } | Op::Limit { .. } | Op::Sequence(_) | Op::Sample(_) => {
            match &node.op {
                Op::Sequence(sequence) => add_field(&mut need, &sequence.time),
                Op::Sample(sample) => add_field(&mut need, &sample.time),
                _ => {}
            }
            node.op.expressions().into_iter().for_each(|expr| expr.walk(&mut |part| add_part(&mut need, part)));
        }
        _ => need = Need::All,
    });
    need
}

fn add_part(need: &mut Need, part: &Expr) {
    match &part.kind {
        ExprKind::Column(name) => add_field(need, name),
        ExprKind::Match { field, matcher } => {
            match field {
                FieldRef::Field(name) => add_field(need, name),
                FieldRef::Value(_) => {}
                FieldRef::Pattern(_) | FieldRef::Any => *need = Need::All,
            }
            if let Matcher::Field { other, .. } = matcher {
                add_field(need, other);
            }
        }
        ExprKind::Opaque { .. } | ExprKind::InPlan { .. } | ExprKind::Scalar(_) => *need = Need::All,
        _ => {}
    }
}

/// Adds a field in every spelling: `{"a": {"b": …}}`, `{"a.b": …}`.
fn add_field(need: &mut Need, name: &str) {
    let parts: Vec<&str> = name.split('.').collect();
    if parts.len() > MOST_PARTS {
        *need = Need::All;
    } else {
        need.merge(&spelled(&parts));
    }
}

fn spelled(parts: &[&str]) -> Need {
    let mut need = Need::nothing();
    for count in 1..=parts.len() {
        let Some((first, rest)) = parts.split_at_checked(count) else { continue };
        let inner = if rest.is_empty() { Need::All } else { spelled(rest) };
        need.add(&Arc::from(first.join(".")), &inner);
    }
    need
}
