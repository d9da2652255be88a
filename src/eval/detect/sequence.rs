//! Sequences: events of the same keys that follow each other (Elastic EQL syntax reference, "Sequences").
//!
//! Events go by time, then by position. For each key a stage holds one open sequence, the newest; an event is shown to the
//! stages from the last to the first, so that it never takes two stages of one sequence. Steps for missing events play no part in
//! that: a sequence of the others is looked through for them when it is complete (`SequenceMatcher.tryComplete` of Elasticsearch).

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::key::Keys;
use super::super::node::{Flow, Node, Row, Sink, operator};
use super::events::{Event, key_columns, match_columns, match_row};
use super::tagged::event_of;
use crate::ir::{Plan, Sequence, Step};
use crate::source::Span;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What an event is to a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// It may take these stages: the first, and how many that are alike follow.
    Stage(usize, u32),
    /// It must not lie between the event before this stage and the one that takes it.
    Forbidden(usize),
    /// It ends every open sequence.
    Until,
}

impl Role {
    /// Tells whether an event of this role matters to a key of which nothing is known.
    fn begins(self) -> bool {
        matches!(self, Self::Stage(0, _) | Self::Forbidden(_))
    }
}

/// A compiled sequence.
struct Matcher {
    /// The events of all steps, as `tagged` makes them, and what those of each step are.
    sources: Vec<Arc<Node>>,
    roles: Vec<Role>,
    stages: usize,
    maxspan: Option<i64>,
    optional_keys: Vec<bool>,
    /// Whether a step is for a missing event.
    forbids: bool,
    span: Span,
}

/// An open sequence: the events so far.
type Open = Vec<Event>;

/// What is known of a key.
#[derive(Default)]
struct Tied {
    /// The open sequence that waits for the stage of its position; the first place stays empty.
    waiting: Vec<Option<Open>>,
    /// Sequences to look through for missing events.
    complete: Vec<Open>,
    /// By stage, time and position of the events that must not come before it, in order.
    forbidden: Vec<Vec<(i64, i64)>>,
}

impl Compiler<'_> {
    pub(in super::super) fn sequence(&mut self, sequence: &Sequence, plan: &Plan) -> Result<Built, Refusal> {
        let mut stage = 0;
        let mut roles = Vec::new();
        for step in &sequence.steps {
            let role = if step.missing { Role::Forbidden(stage) } else { Role::Stage(stage, step.runs.max(1)) };
            if let Role::Stage(_, runs) = role {
                stage += runs as usize;
            }
            roles.push(role);
        }
        roles.extend(sequence.until.as_ref().map(|_| Role::Until));
        let steps: Vec<&Step> = sequence.steps.iter().chain(&sequence.until).collect();
        let shows = self.read.get(&std::ptr::from_ref(plan)).is_none_or(|need| need.has("events"));
        let sources = self.tagged(&steps, &sequence.time, shows)?;
        let columns = match_columns(sequence.steps.first().map_or_else(Vec::new, |step| key_columns(step.by.iter())));
        let matcher = Matcher {
            sources,
            roles,
            stages: stage,
            maxspan: sequence.maxspan,
            optional_keys: sequence.optional_keys.clone(),
            forbids: sequence.steps.iter().any(|step| step.missing),
            span: plan.span,
        };
        Ok((columns, operator(move |context, out| matcher.run(context, out))))
    }
}

impl Matcher {
    fn run(&self, context: &Context, out: &mut Sink<'_>) -> Result<(), Refusal> {
        let mut events: Vec<(Event, Role)> = Vec::new();
        for source in &self.sources {
            source.run(context, &mut |row| {
                if let Some((step, event)) = event_of(row).filter(|(_, event)| self.ties(&event.keys))
                    && let Some(role) = self.roles.get(step)
                {
                    context.hold(row.len(), self.span)?;
                    events.push((event, *role));
                }
                Ok(Flow::More)
            })?;
        }
        // The last stages first: an event moves a sequence on before it begins or ends one.
        events.sort_by_key(|(event, role)| (event.time, event.ordinal, rank(*role)));
        let mut tied: FxHashMap<Keys, Tied> = FxHashMap::default();
        for (event, role) in events {
            context.tick(self.span)?;
            let of_key = match tied.get_mut(&event.keys) {
                Some(known) => known,
                // Nothing but a first step begins anything; what must not come counts whenever it does.
                None if !role.begins() => continue,
                None => tied.entry(event.keys.clone()).or_insert_with(|| self.nothing_yet()),
            };
            let complete = self.advance(of_key, &event, role);
            if self.forbids {
                of_key.complete.extend(complete);
            } else if let Some(complete) = complete
                && out(&row(&complete))? == Flow::Enough
            {
                return Ok(());
            }
        }
        let kept = |tied: Tied| tied.complete.into_iter().filter(|open| !self.is_spoiled(open, &tied.forbidden)).collect::<Vec<Open>>();
        let mut rest: Vec<Open> = tied.into_values().flat_map(kept).collect();
        rest.sort_by_key(|open| open.last().map(|event| (event.time, event.ordinal)));
        for complete in rest {
            if out(&row(&complete))? == Flow::Enough {
                break;
            }
        }
        Ok(())
    }

    /// Null keys tie nothing unless the key is optional.
    fn ties(&self, keys: &Keys) -> bool {
        let optional = |position: usize| self.optional_keys.get(position).copied().unwrap_or(false);
        keys.iter().enumerate().all(|(position, key)| !key.0.is_null() || optional(position))
    }

    fn nothing_yet(&self) -> Tied {
        let forbidden = if self.forbids { vec![Vec::new(); self.stages + 1] } else { Vec::new() };
        Tied { waiting: vec![None; self.stages], forbidden, ..Tied::default() }
    }

    /// Shows an event to the sequences of its key and returns the one that is complete now.
    fn advance(&self, tied: &mut Tied, event: &Event, role: Role) -> Option<Open> {
        match role {
            Role::Until => {
                let started_here = |open: &Open| open.last().is_some_and(|last| last.is_at(event));
                tied.waiting.iter_mut().for_each(|open| *open = open.take().filter(started_here));
                None
            }
            Role::Forbidden(stage) => {
                tied.forbidden.get_mut(stage).into_iter().for_each(|events| events.push((event.time, event.ordinal)));
                None
            }
            Role::Stage(first, runs) => self.take(tied, event, first, runs as usize),
        }
    }

    fn take(&self, tied: &mut Tied, event: &Event, first: usize, runs: usize) -> Option<Open> {
        let mut complete = None;
        for stage in (first..first + runs).rev() {
            let mut open = if stage == 0 {
                Open::new()
            } else {
                let cell = tied.waiting.get_mut(stage);
                let earlier = cell.and_then(|cell| cell.take_if(|open| open.last().is_none_or(|last| !last.is_at(event))));
                let Some(open) = earlier.filter(|open| self.within(open, event.time)) else { continue };
                open
            };
            open.push(event.clone());
            match tied.waiting.get_mut(stage + 1) {
                Some(cell) => *cell = Some(open),
                None => complete = Some(open),
            }
        }
        complete
    }

    /// Tells whether an event that must not come did. Before the first event the look goes back as far as the span reaches from the
    /// last, and behind the last as far as it reaches from the first.
    fn is_spoiled(&self, open: &Open, forbidden: &[Vec<(i64, i64)>]) -> bool {
        let (Some(first), Some(last)) = (open.first(), open.last()) else { return false };
        let reach = self.maxspan.unwrap_or(i64::MAX);
        let earliest = (last.time.saturating_sub(reach), i64::MIN);
        let latest = (first.time.saturating_add(reach), i64::MAX);
        forbidden.iter().enumerate().any(|(stage, events)| {
            let before = stage.checked_sub(1).and_then(|before| open.get(before)).map_or(earliest, |event| (event.time, event.ordinal));
            let after = open.get(stage).map_or(latest, |event| (event.time, event.ordinal));
            events.get(events.partition_point(|at| *at <= before)).is_some_and(|at| *at < after)
        })
    }

    fn within(&self, open: &Open, time: i64) -> bool {
        match (self.maxspan, open.first()) {
            (Some(maxspan), Some(first)) => time - first.time <= maxspan,
            _ => true,
        }
    }
}

/// The order in which one event is shown to the steps it matches.
fn rank(role: Role) -> i64 {
    match role {
        Role::Forbidden(_) => i64::MIN,
        Role::Stage(stage, _) => -(stage as i64),
        Role::Until => i64::MAX,
    }
}

fn row(open: &Open) -> Row {
    let events: Vec<&Event> = open.iter().collect();
    match open.first() {
        Some(first) => match_row(&first.keys, None, &events),
        None => Row::new(),
    }
}
