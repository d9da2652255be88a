//! Rules that match single events: how the events of two versions relate, and events that show it.

use super::flow::conditions_on_source;
use super::{Direction, Verdict};
use crate::eval::world::World;
use crate::eval::{Settings, run};
use crate::idiom::Flat;
use crate::ir::{Expr, Op, Plan, TableSource, Type, Value};
use crate::solve::canonical::Canon;
use crate::solve::{Relation, family, relate};
use crate::source::Span;
use serde_json::Value as Json;
use std::sync::Arc;

/// The instant that relative times are counted from: a fixed one, so that the same versions give the same events, and an odd one, so
/// that no time written in a rule meets it by chance.
const NOW: i64 = 639_034_472_967_891_234;

/// Events on which two versions differ.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Witnesses {
    /// An event that only the old version matches.
    pub only_old: Option<Json>,
    /// An event that only the new version matches.
    pub only_new: Option<Json>,
}

impl Witnesses {
    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.only_old.is_none() && self.only_new.is_none()
    }
}

/// Compares two pipelines over one source by the conditions on its own columns, computed columns put in place; `None` where they are
/// more than that.
pub(super) fn compare(old: &Arc<Plan>, new: &Arc<Plan>, canon: &mut Canon) -> Option<(Verdict, Witnesses)> {
    let (a, b) = (conditions_on_source(old)?, conditions_on_source(new)?);
    if canon.plan(&a.scan) != canon.plan(&b.scan) {
        return None;
    }
    let relation = relate(&predicate(&a), &predicate(&b), family(&a.scan), NOW);
    let confirmed = |event: Option<&Json>, expected: (bool, bool)| match event {
        Some(event) => seen(old, event) == Some(expected.0) && seen(new, event) == Some(expected.1),
        None => true,
    };
    if !confirmed(relation.only_old.event(), (true, false)) || !confirmed(relation.only_new.event(), (false, true)) {
        return None;
    }
    let witnesses = Witnesses { only_old: relation.only_old.event().cloned(), only_new: relation.only_new.event().cloned() };
    Some((verdict(&relation), witnesses))
}

/// Says whether conditions at one place of a pipeline let through fewer or more, whatever the columns hold.
pub(super) fn direction(old: &[&Expr], new: &[&Expr], input: &Plan) -> Direction {
    let all = |conditions: &[&Expr]| Expr::all(conditions.iter().map(|condition| (*condition).clone()), Span::default());
    let relation = relate(&all(old), &all(new), family(input), NOW);
    match (relation.only_old.is_nothing(), relation.only_new.is_nothing()) {
        (true, true) => Direction::Same,
        (false, true) => Direction::Narrower,
        (true, false) => Direction::Broader,
        (false, false) => Direction::Unknown,
    }
}

fn verdict(relation: &Relation) -> Verdict {
    use crate::solve::Finding::{Event, Nothing};
    match (&relation.only_old, &relation.only_new, &relation.both) {
        (Nothing, Nothing, _) => Verdict::Equivalent,
        (Event(_), Nothing, _) => Verdict::Narrower,
        (Nothing, Event(_), _) => Verdict::Broader,
        (Event(_), Event(_), Event(_)) => Verdict::Overlapping,
        (Event(_), Event(_), Nothing) => Verdict::Disjoint,
        _ => Verdict::Unknown,
    }
}

fn predicate(flat: &Flat) -> Expr {
    if flat.predicates.is_empty() {
        return Expr::literal(Value::Bool(true), Type::Bool, Span::default());
    }
    Expr::all(flat.predicates.iter().cloned(), Span::default())
}

/// Tells whether a pipeline puts out something for one event; `None` where it cannot be run.
fn seen(plan: &Arc<Plan>, event: &Json) -> Option<bool> {
    let mut world = World::default();
    let mut source = None;
    plan.walk(&mut |node| {
        if let (Op::Scan(scan), None) = (&node.op, &source) {
            source = name(scan);
        }
    });
    world.add(&source?, event.clone());
    run(plan, &world, &Settings::at(NOW)).ok().map(|table| !table.rows.is_empty())
}

/// A name under which a source finds an event.
fn name(source: &TableSource) -> Option<String> {
    match source {
        TableSource::Table(name) => Some(name.to_string()),
        TableSource::Index(patterns) => patterns.iter().find(|pattern| !pattern.starts_with('-')).map(|pattern| pattern.replace('*', "x")),
        TableSource::LogSource { category, product, service } => {
            Some([product, category, service].into_iter().flatten().map(|part| &**part).collect::<Vec<_>>().join("/"))
        }
        _ => None,
    }
}
