//! How many rows a plan can give: `count` and `summarize` without keys always give one.

use crate::ir::{Expr, ExprKind, Op, Plan, Value};
use std::sync::Arc;

/// The fewest and the most rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rows {
    /// At least so many.
    pub least: i64,
    /// At most so many; `None` where nothing bounds them.
    pub most: Option<i64>,
}

impl Rows {
    const ANY: Self = Self { least: 0, most: None };

    fn exactly(count: i64) -> Self {
        Self { least: count, most: Some(count) }
    }

    /// Says it in words.
    pub(super) fn words(self) -> String {
        match (self.least, self.most) {
            (0, Some(0)) => "no rows".to_owned(),
            (1, Some(1)) => "one row, always".to_owned(),
            (least, Some(most)) if least == most => format!("{least} rows, always"),
            (0, Some(most)) => format!("{most} rows at most"),
            (least, Some(most)) => format!("{least} to {most} rows"),
            (least, None) => format!("{least} rows at least"),
        }
    }
}

/// Returns how many rows come out of a plan.
pub(super) fn rows(plan: &Arc<Plan>) -> Rows {
    let mut chain = vec![plan];
    while let Some(input) = chain.last().and_then(|plan| plan.op.piped()) {
        chain.push(input);
    }
    chain.iter().rev().fold(Rows::ANY, |input, plan| of(&plan.op, input))
}

fn of(op: &Op, input: Rows) -> Rows {
    match op {
        Op::Count { .. } | Op::Print(_) => Rows::exactly(1),
        Op::Aggregate { keys, .. } if keys.is_empty() => Rows::exactly(1),
        Op::Literal(rows) => Rows::exactly(rows.len() as i64),
        Op::Extend { .. } | Op::Project { .. } | Op::Select { .. } | Op::Sort { .. } | Op::Serialize { .. } => input,
        Op::Parse { filter: false, .. } | Op::ParseKeyValue { .. } => input,
        Op::Filter { .. } | Op::Distinct { .. } | Op::Aggregate { .. } => Rows { least: 0, ..input },
        Op::Limit { count, .. } => constant(count).map_or(Rows { least: 0, ..input }, |count| Rows {
            least: input.least.min(count),
            most: Some(input.most.map_or(count, |most| most.min(count))),
        }),
        _ => Rows::ANY,
    }
}

fn constant(expr: &Expr) -> Option<i64> {
    match &expr.kind {
        ExprKind::Literal(Value::Long(count)) => Some(*count),
        ExprKind::Literal(Value::Int(count)) => Some(i64::from(*count)),
        ExprKind::Convert(inner) => constant(inner),
        _ => None,
    }
}
