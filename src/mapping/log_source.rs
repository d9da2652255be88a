//! Which Sigma log source a table with events of several is written as.
//!
//! A Sigma rule reads one log source: the one that holds all of the events (`registry_event`), else the first, and the others are named.

use super::format::{Constant, LogSource, Part};
use super::load::PartRef;
use super::plan::Mapper;
use crate::diagnostic::{Fidelity, Loss};
use crate::ir::{Dialect, Expr, TableSource};
use crate::source::Span;
use std::sync::Arc;

impl Mapper<'_> {
    /// Of a table that is several Sigma log sources the one that they share is taken, or the first, and the others named.
    pub(super) fn one_log_source(&mut self, kept: Vec<(PartRef, Expr)>, span: Span, positive: bool) -> Vec<(PartRef, Expr)> {
        if self.to != Dialect::Sigma {
            return kept;
        }
        let mut places: Vec<(TableSource, Vec<(PartRef, Expr)>)> = Vec::new();
        for entry in kept {
            let read = Self::scan_in(&entry.0, self.from);
            match places.iter_mut().find(|(place, _)| *place == read) {
                Some((_, entries)) => entries.push(entry),
                None => places.push((read, vec![entry])),
            }
        }
        let mut left_out: Vec<String> = Vec::new();
        let mut written = Vec::new();
        for (_, entries) in places {
            let first = entries.first().map(|(at, _)| Self::scan_in(at, Dialect::Sigma));
            let is_first = |at: &PartRef| Some(Self::scan_in(at, Dialect::Sigma)) == first;
            if entries.iter().all(|(at, _)| is_first(at)) {
                written.extend(entries);
            } else if let Some(shared) = shared(&entries) {
                written.extend(entries.into_iter().map(|(at, predicate)| (within(at, &shared), predicate)));
            } else {
                let (here, gone): (Vec<_>, Vec<_>) = entries.into_iter().partition(|(at, _)| is_first(at));
                left_out.extend(gone.iter().map(|(at, _)| format!("{} ({})", at.source.title, at.part.id)));
                written.extend(here);
            }
        }
        if !left_out.is_empty() {
            let fidelity = if positive { Fidelity::Narrower } else { Fidelity::Wider };
            let message = format!("a Sigma rule reads one log source; events of {} are left out", left_out.join(", "));
            self.lose(Loss::query("several-log-sources", fidelity, span, message));
        }
        written
    }
}

/// Finds a log source that holds all of the parts.
fn shared(entries: &[(PartRef, Expr)]) -> Option<LogSource> {
    let ((first, _), others) = entries.split_first()?;
    first.part.sigma.iter().find(|own| others.iter().all(|(at, _)| at.part.sigma.contains(own))).cloned()
}

/// Returns a part as a log source that it shares with others holds it: with what tells it from them.
fn within(at: PartRef, log_source: &LogSource) -> PartRef {
    let mut part = Part { sigma: vec![log_source.clone()], ..(*at.part).clone() };
    part.select.sigma.extend(telling(&at, log_source));
    PartRef { part: Arc::new(part), ..at }
}

/// Finds the field that has other values in every part of a log source.
fn telling(at: &PartRef, log_source: &LogSource) -> Option<(String, Constant)> {
    let beside = || at.source.parts.iter().filter(|part| part.id != at.part.id && part.sigma.contains(log_source));
    let value = |part: &Arc<Part>, name: &str| {
        let other = PartRef { source: at.source.clone(), part: part.clone() };
        other.implied(Dialect::Sigma).get(name).map(Constant::values).unwrap_or_default()
    };
    let is_distinct = |name: &str| {
        let values: Vec<_> = beside().chain([&at.part]).map(|part| value(part, name)).collect();
        let earlier = |at: usize| values.iter().take(at).flatten();
        values.iter().enumerate().all(|(at, own)| !own.is_empty() && !own.iter().any(|one| earlier(at).any(|other| other == one)))
    };
    let own = at.implied(Dialect::Sigma);
    own.iter().find(|(name, _)| is_distinct(name)).map(|(name, constant)| (name.clone(), constant.clone()))
}
