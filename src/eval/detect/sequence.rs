//! Sequences: events of the same keys that follow each other (Elastic EQL syntax reference, "Sequences").
//!
//! Events go by time, then by position. For each key a stage holds one open sequence, the newest; an event is shown to the
//! stages from the last to the first, so that it never takes two stages of one sequence.

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::key::Keys;
use super::super::node::{Flow, Node, Row, Sink, operator};
use super::events::{Event, EventKeys, EventTime, collect, key_columns, match_columns, match_row};
use crate::ir::{Plan, Sequence, Step};
use crate::source::Span;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A compiled step.
struct Source {
    node: Arc<Node>,
    keys: EventKeys,
    time: EventTime,
}

/// What an event is to a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// It may take these stages: the first, and how many that are alike follow.
    Stage(usize, u32),
    /// It must not come while a sequence waits for this stage.
    Forbidden(usize),
    /// It ends every open sequence.
    Until,
}

/// A compiled sequence.
struct Matcher {
    sources: Vec<(Source, Role)>,
    stages: usize,
    maxspan: Option<i64>,
    optional_keys: Vec<bool>,
    span: Span,
}

/// An open sequence: the events so far.
type Open = Vec<Event>;

/// What is known of a key.
#[derive(Default)]
struct Tied {
    /// The open sequence that waits for the stage of its position; the first place stays empty.
    waiting: Vec<Option<Open>>,
    /// Sequences that are complete but for a missing event after them.
    finished: Vec<Open>,
    /// The last event that must not stand before the first stage.
    forbidden_before: Option<i64>,
}

impl Compiler<'_> {
    pub(in super::super) fn sequence(&mut self, sequence: &Sequence, plan: &Plan) -> Result<Built, Refusal> {
        let mut sources = Vec::new();
        let mut stage = 0;
        for step in &sequence.steps {
            let role = if step.missing { Role::Forbidden(stage) } else { Role::Stage(stage, step.runs.max(1)) };
            if let Role::Stage(_, runs) = role {
                stage += runs as usize;
            }
            sources.push((self.source(step, &sequence.time)?, role));
        }
        if let Some(until) = &sequence.until {
            sources.push((self.source(until, &sequence.time)?, Role::Until));
        }
        let columns = match_columns(sequence.steps.first().map_or_else(Vec::new, |step| key_columns(step.by.iter())));
        let matcher =
            Matcher { sources, stages: stage, maxspan: sequence.maxspan, optional_keys: sequence.optional_keys.clone(), span: plan.span };
        Ok((columns, operator(move |context, out| matcher.run(context, out))))
    }

    fn source(&mut self, step: &Step, time: &str) -> Result<Source, Refusal> {
        let node = self.plan(&step.input)?;
        let keys = self.event_keys(&node, step.by.iter(), false)?;
        let time = self.event_time(&node, &[time, "@timestamp"], step.span)?;
        Ok(Source { node, keys, time })
    }
}

impl Matcher {
    fn run(&self, context: &Context, out: &mut Sink<'_>) -> Result<(), Refusal> {
        let mut events: Vec<(Event, Role)> = Vec::new();
        for (source, role) in &self.sources {
            let found = collect(&source.node, &source.keys, &source.time, false, context)?;
            events.extend(found.into_iter().filter(|event| self.ties(event)).map(|event| (event, *role)));
        }
        // The last stages first: an event moves a sequence on before it begins or ends one.
        events.sort_by_key(|(event, role)| (event.time, event.ordinal, rank(*role)));
        let mut tied: FxHashMap<Keys, Tied> = FxHashMap::default();
        for (event, role) in events {
            context.tick(self.span)?;
            let keys = event.keys.clone();
            let tied = tied.entry(keys).or_insert_with(|| Tied { waiting: vec![None; self.stages], ..Tied::default() });
            for complete in self.advance(tied, &event, role) {
                if out(&row(&complete))? == Flow::Enough {
                    return Ok(());
                }
            }
        }
        let mut rest: Vec<Open> = tied.into_values().flat_map(|tied| tied.finished).collect();
        rest.sort_by_key(|open| open.first().map(|event| (event.time, event.ordinal)));
        for complete in rest {
            if out(&row(&complete))? == Flow::Enough {
                break;
            }
        }
        Ok(())
    }

    /// Null keys tie nothing unless the key is optional.
    fn ties(&self, event: &Event) -> bool {
        let optional = |position: usize| self.optional_keys.get(position).copied().unwrap_or(false);
        event.keys.iter().enumerate().all(|(position, key)| !key.0.is_null() || optional(position))
    }

    /// Shows an event to the sequences of its key and returns those that are complete now.
    fn advance(&self, tied: &mut Tied, event: &Event, role: Role) -> Vec<Open> {
        match role {
            Role::Until => {
                let started_here = |open: &Open| open.last().is_some_and(|last| last.ordinal == event.ordinal && last.time == event.time);
                tied.waiting.iter_mut().for_each(|open| *open = open.take().filter(started_here));
                Vec::new()
            }
            Role::Forbidden(0) => {
                tied.forbidden_before = Some(event.time);
                Vec::new()
            }
            Role::Forbidden(stage) if stage == self.stages => {
                let spoiled = |open: &Open| self.within(open, event.time);
                tied.finished.retain(|open| !spoiled(open));
                Vec::new()
            }
            Role::Forbidden(stage) => {
                if let Some(open) = tied.waiting.get_mut(stage) {
                    *open = None;
                }
                Vec::new()
            }
            Role::Stage(first, runs) => self.take(tied, event, first, runs as usize).into_iter().collect(),
        }
    }

    fn take(&self, tied: &mut Tied, event: &Event, first: usize, runs: usize) -> Option<Open> {
        let mut complete = None;
        for stage in (first..first + runs).rev() {
            let open = if stage == 0 {
                let spoiled = tied.forbidden_before.is_some_and(|before| self.maxspan.is_none_or(|span| event.time - before <= span));
                if spoiled { None } else { Some(Open::new()) }
            } else {
                let cell = tied.waiting.get_mut(stage);
                cell.and_then(|cell| {
                    cell.take_if(|open| open.last().is_none_or(|last| last.ordinal != event.ordinal || last.time != event.time))
                })
            };
            let Some(mut open) = open else { continue };
            if !self.within(&open, event.time) {
                continue;
            }
            open.push(event.clone());
            match tied.waiting.get_mut(stage + 1) {
                Some(cell) => *cell = Some(open),
                None if self.ends_forbidden() => tied.finished.push(open),
                None => complete = Some(open),
            }
        }
        complete
    }

    fn within(&self, open: &Open, time: i64) -> bool {
        match (self.maxspan, open.first()) {
            (Some(maxspan), Some(first)) => time - first.time <= maxspan,
            _ => true,
        }
    }

    fn ends_forbidden(&self) -> bool {
        self.sources.iter().any(|(_, role)| *role == Role::Forbidden(self.stages))
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
