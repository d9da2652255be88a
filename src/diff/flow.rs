//! What a change does to the rows that come out at the end of a pipeline, operator by operator.

use super::Direction;
use crate::diagnostic::Fidelity;
use crate::functions::{self, Kind as FunctionKind};
use crate::idiom::{Flat, flatten, unfolded};
use crate::ir::{Expr, ExprKind, JoinKind, Op, Plan};
use std::sync::Arc;

/// What a change does to the rows of a plan.
#[derive(Clone, Copy)]
pub(super) struct Flow {
    /// Fewer or more.
    pub direction: Direction,
    /// Whether those that stay are the same rows; else only their number is known to fall or rise.
    pub keeps_rows: bool,
}

impl Flow {
    pub(super) const SAME: Self = Self { direction: Direction::Same, keeps_rows: true };
    pub(super) const UNKNOWN: Self = Self { direction: Direction::Unknown, keeps_rows: false };

    pub(super) fn and(self, other: Self) -> Self {
        Self { direction: self.direction.and(other.direction), keeps_rows: self.keeps_rows && other.keeps_rows }
    }

    pub(super) fn of(direction: Direction) -> Self {
        Self { direction, keeps_rows: true }
    }

    fn flip(self) -> Self {
        Self { direction: self.direction.flip(), ..self }
    }
}

/// What an unchanged operator makes of a change before it.
pub(super) fn pass(op: &Op, flow: Flow) -> Flow {
    if flow.direction == Direction::Same {
        return flow;
    }
    let by_number = Flow { keeps_rows: false, ..flow };
    let is_by_row = op.expressions().into_iter().all(|expr| !has_window_function(expr));
    match op {
        Op::Extend { .. } | Op::Project { .. } | Op::Select { .. } | Op::Sort { .. } if is_by_row => flow,
        _ if !flow.keeps_rows || !is_by_row => Flow::UNKNOWN,
        Op::Filter { .. } | Op::Distinct { .. } | Op::Expand { .. } | Op::Parse { .. } | Op::ParseKeyValue { .. } => flow,
        Op::Serialize { columns, .. } if columns.is_empty() => flow,
        Op::Aggregate { keys, aggregates, .. } if !keys.is_empty() => {
            if aggregates.is_empty() {
                flow
            } else {
                by_number
            }
        }
        Op::Threshold(_) => by_number,
        Op::Join { kind, .. } => match kind {
            JoinKind::Inner | JoinKind::LeftOuter | JoinKind::LeftSemi | JoinKind::LeftAnti | JoinKind::RightSemi => flow,
            JoinKind::InnerUnique => by_number,
            JoinKind::RightAnti => flow.flip(),
            JoinKind::RightOuter | JoinKind::FullOuter => Flow::UNKNOWN,
        },
        _ => Flow::UNKNOWN,
    }
}

/// What a join makes of a change on its right side.
pub(super) fn from_the_right(kind: JoinKind, flow: Flow) -> Flow {
    let unknown = flow.direction != Direction::Same && !flow.keeps_rows;
    match kind {
        _ if unknown => Flow::UNKNOWN,
        JoinKind::Inner | JoinKind::InnerUnique | JoinKind::LeftSemi | JoinKind::RightSemi | JoinKind::RightAnti => flow,
        JoinKind::LeftAnti => flow.flip(),
        JoinKind::LeftOuter | JoinKind::RightOuter | JoinKind::FullOuter => Flow::UNKNOWN,
    }
}

fn has_window_function(expr: &Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |part| {
        if let ExprKind::Call { function, .. } = &part.kind {
            found |= functions::by_name(function).is_none_or(|row| row.kind == FunctionKind::Window) || function.starts_with("rand");
        }
    });
    found
}

/// Tells whether a plan judges every event by itself.
pub(super) fn is_by_event(plan: &Arc<Plan>) -> bool {
    let mut by_event = true;
    plan.walk(&mut |node| {
        by_event &= matches!(
            node.op,
            Op::Scan(_)
                | Op::Filter { .. }
                | Op::Extend { .. }
                | Op::Project { .. }
                | Op::Select { .. }
                | Op::Expand { .. }
                | Op::Parse { .. }
                | Op::ParseKeyValue { .. }
                | Op::Sort { .. }
                | Op::Distinct { .. }
        );
    });
    let mut scans = 0;
    plan.walk(&mut |node| scans += usize::from(matches!(node.op, Op::Scan(_))));
    by_event && scans == 1
}

/// Parts at most that conditions may have once computed columns are put in place.
const MOST_PARTS: usize = 20_000;

/// Returns a pipeline over one source as conditions on the source's own columns; `None` where it is more than that.
pub(super) fn conditions_on_source(plan: &Arc<Plan>) -> Option<Flat> {
    let mut by_row = true;
    plan.walk(&mut |node| by_row &= node.op.expressions().into_iter().all(|expr| !has_window_function(expr)));
    if !by_row || unfolded(plan) > MOST_PARTS {
        return None;
    }
    // Without a time column no bound is set apart.
    let flat = flatten(plan, "")?;
    flat.set_aside.iter().all(|loss| !loss.fidelity.is_approximate() && loss.fidelity != Fidelity::Refused).then_some(flat)
}
