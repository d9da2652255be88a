//! Plans from one dialect to another: sources, fields, values and predicate families, with every loss named.
//!
//! It neither recognises idioms nor chooses a target form: that is before (`idiom`) and after (`emit`).

use super::kusto::PLACE;
use super::load::{PartRef, Sources};
use super::scope::{Cell, Scope};
use super::specific::Tally;
use crate::diagnostic::{Fidelity, Loss};
use crate::ir::{Dialect, ExprKind, Op, Plan, TableSource};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// A plan in another dialect.
#[derive(Clone, Debug, Default)]
pub struct Mapped {
    /// The plan; `None` where a loss refuses the translation.
    pub plan: Option<Arc<Plan>>,
    /// What is not kept, each thing once.
    pub losses: Vec<Loss>,
    /// Names of the log sources read, for output.
    pub sources: Vec<Arc<str>>,
    /// The parts read.
    pub parts: Vec<PartRef>,
    /// Whether every table and index that the plan reads has a file in `targets/sources/`.
    pub covered: bool,
}

/// A mapped node and its names.
pub(super) type Node = (Arc<Plan>, Scope);

/// The state of one mapping.
pub(super) struct Mapper<'a> {
    pub(super) sources: &'a Sources,
    pub(super) from: Dialect,
    pub(super) to: Dialect,
    losses: Vec<Loss>,
    parts: Vec<PartRef>,
    /// The conditions behind other operators.
    pub(super) tally: Tally,
    /// Shared parts of a plan are mapped once for each polarity.
    done: HashMap<(*const Plan, bool), Result<Node, Loss>>,
}

/// Maps a plan from one dialect's sources, fields and predicates to another's.
pub fn map_plan(plan: &Arc<Plan>, from: Dialect, to: Dialect, sources: &Sources) -> Mapped {
    let mut mapper = Mapper { sources, from, to, losses: Vec::new(), parts: Vec::new(), tally: Tally::default(), done: HashMap::new() };
    let mapped = mapper.node(plan, true).and_then(|node| mapper.tally.enough(&mapper.losses).map(|()| node));
    if let Ok((written, _)) = &mapped {
        mapper.places(if mapper.reads_kusto() { plan } else { written });
    }
    let mut out = Mapped { losses: mapper.losses, parts: mapper.parts, covered: sources.covers(plan), ..Mapped::default() };
    match mapped {
        Ok((plan, _)) => out.plan = Some(plan),
        Err(refusal) => out.losses.insert(0, refusal),
    }
    let names: BTreeSet<Arc<str>> = sources_of(plan, sources);
    out.sources = names.into_iter().collect();
    out
}

/// Returns the names of the log sources that a plan may read.
fn sources_of(plan: &Arc<Plan>, sources: &Sources) -> BTreeSet<Arc<str>> {
    let mut names = BTreeSet::new();
    plan.walk(&mut |node| {
        if let Op::Scan(scan) = &node.op {
            names.extend(sources.parts_of(scan).into_iter().map(|at| at.source.name.clone()));
        }
    });
    names
}

impl Sources {
    /// Returns what a field or column of these parts is called in another dialect, by its preferred entry.
    pub(super) fn field_name(parts: &[PartRef], from: Dialect, to: Dialect, name: &str) -> Option<String> {
        parts.iter().find_map(|at| super::predicate::Direction { at, from, to }.output_name(name))
    }
}

impl Mapper<'_> {
    /// Tells whether the original is in Kusto.
    pub(super) fn reads_kusto(&self) -> bool {
        matches!(self.from, Dialect::Sentinel | Dialect::Kql)
    }

    /// Tells whether the target is Kusto.
    pub(super) fn writes_kusto(&self) -> bool {
        matches!(self.to, Dialect::Sentinel | Dialect::Kql)
    }

    /// Returns the target's name.
    pub(super) fn target_name(&self) -> &'static str {
        match self.to {
            Dialect::Sentinel | Dialect::Kql => "Sentinel",
            Dialect::Elastic => "Elastic",
            Dialect::Sigma => "Sigma",
        }
    }

    /// Notes a loss. The same thing lost twice (on both sides of a baseline) is one loss, and where it pulls both ways, `different`.
    pub(super) fn lose(&mut self, loss: Loss) {
        match self.losses.iter_mut().find(|old| old.code == loss.code && old.span == loss.span && old.message == loss.message) {
            Some(old) if old.fidelity != loss.fidelity => old.fidelity = Fidelity::Different,
            Some(_) => {}
            None => self.losses.push(loss),
        }
    }

    /// Names that one side looks places of addresses up which the other has in its events.
    fn places(&mut self, plan: &Arc<Plan>) {
        let mut found = None;
        plan.walk(&mut |node| {
            for expr in node.op.expressions() {
                expr.walk(&mut |e| {
                    if matches!(&e.kind, ExprKind::Call { function, .. } if **function == *PLACE) {
                        found.get_or_insert(e.span);
                    }
                });
            }
        });
        if let Some(span) = found.filter(|_| self.reads_kusto() != self.writes_kusto()) {
            let message = format!("`{PLACE}` may know other places of addresses than those that Elastic looked up for its events");
            self.lose(Loss::query("places-looked-up", Fidelity::Different, span, message));
        }
    }

    /// Returns the losses so far.
    pub(super) fn losses(&self) -> &[Loss] {
        &self.losses
    }

    /// Forgets the losses of an attempt.
    pub(super) fn restore(&mut self, losses: Vec<Loss>) {
        self.losses = losses;
    }

    /// Notes that a part is read.
    pub(super) fn use_source(&mut self, at: &PartRef) {
        if !self.parts.iter().any(|old| old.is_same(at)) {
            self.parts.push(at.clone());
        }
    }

    /// Maps a node once.
    pub(super) fn node(&mut self, plan: &Arc<Plan>, positive: bool) -> Result<Node, Loss> {
        let key = (Arc::as_ptr(plan), positive);
        if let Some(done) = self.done.get(&key) {
            return done.clone();
        }
        let mapped = self.operator(plan, positive);
        self.done.insert(key, mapped.clone());
        mapped
    }

    /// Returns the scans of a plan that is one scan or a union of scans.
    pub(super) fn scans(plan: &Plan) -> Option<Vec<&TableSource>> {
        match &plan.op {
            Op::Scan(scan @ (TableSource::Table(_) | TableSource::Index(_) | TableSource::LogSource { .. })) => Some(vec![scan]),
            Op::Union { inputs, source_column: None, .. } => {
                let scans: Option<Vec<Vec<&TableSource>>> = inputs.iter().map(|input| Self::scans(input)).collect();
                Some(scans?.into_iter().flatten().collect())
            }
            _ => None,
        }
    }

    /// Returns what a column that holds the time of events is called in the target. Of another clock (`event.ingested`) the target
    /// has the time of the event; that difference is one of the schedule, which emitters name.
    pub(super) fn time_name(&self, time: &Arc<str>, scope: &Scope) -> Arc<str> {
        let Some(Cell::Field(parts)) = scope.cell(time) else { return time.clone() };
        let named = Sources::field_name(&parts, self.from, self.to, time);
        let named = named.or_else(|| Sources::field_name(&parts, self.from, self.to, self.from.time_column()));
        named.map_or_else(|| time.clone(), Arc::from)
    }
}
