//! Whether the log sources that a rule reads are known.
//!
//! An index pattern that many products share (`filebeat-*`, `endgame-*`) is no log source by itself: where a rule names the data set,
//! that is what must be known.

use super::facts::Facts;
use super::load::{Sources, same_index};
use super::logic::truth_of;
use crate::ir::{Dialect, Expr, ExprKind, FieldRef, Op, Plan, TableSource};
use std::sync::Arc;

/// Fields that say which log an event is of (<https://www.elastic.co/docs/reference/ecs/ecs-event>,
/// <https://www.elastic.co/docs/reference/ecs/ecs-data_stream>). Of its category and type a known log may have more than a file knows.
const NAMES_OF_LOGS: &[&str] = &["event.module", "event.dataset", "data_stream.dataset", "event.kind"];

impl Sources {
    /// Tells whether every table and index that a plan reads has a file. Watchlists, functions and external data are no log sources
    /// and do not count.
    pub fn covers(&self, plan: &Arc<Plan>) -> bool {
        let mut any = false;
        let mut all = true;
        plan.walk(&mut |node| match &node.op {
            Op::Scan(scan @ (TableSource::Table(_) | TableSource::Index(_) | TableSource::LogSource { .. })) => {
                any = true;
                all &= self.covers_scan(scan);
            }
            Op::Filter { input, predicate } => {
                if let Op::Scan(scan @ TableSource::Index(_)) = &input.op {
                    all &= self.has_log(scan, predicate);
                }
            }
            _ => {}
        });
        any && all
    }

    /// Tells whether every table or index of a scan belongs to a known source.
    pub fn covers_scan(&self, scan: &TableSource) -> bool {
        match scan {
            TableSource::Index(patterns) => {
                let known = |p: &Arc<str>| {
                    let mut sides = self.list.iter().filter_map(|source| source.elastic.as_ref());
                    sides.any(|side| side.shared_index.contains(p) || side.index.iter().any(|own| same_index(own, p)))
                };
                !patterns.is_empty() && patterns.iter().all(known)
            }
            other => !self.parts_of(other).is_empty(),
        }
    }

    /// Tells whether a part of the index is of a log that the conditions name; they may name none.
    fn has_log(&self, scan: &TableSource, predicate: &Expr) -> bool {
        let named: Vec<&Expr> = predicate.conjuncts().iter().filter(|condition| names_log(condition)).collect();
        let may_be = |condition: &Expr, facts: &Facts<'_>| truth_of(&facts.apply(condition)) != Some(false);
        named.is_empty()
            || self.parts_of(scan).iter().any(|at| {
                let facts = Facts::of(at, Dialect::Elastic);
                named.iter().all(|condition| may_be(condition, &facts))
            })
    }
}

/// Tells whether a condition asks for nothing but the log.
fn names_log(condition: &Expr) -> bool {
    match &condition.kind {
        ExprKind::And(operands) | ExprKind::Or(operands) => operands.iter().all(names_log),
        ExprKind::Match { field: FieldRef::Field(name), .. } => NAMES_OF_LOGS.contains(&&**name),
        _ => false,
    }
}
