//! Which of several sources a rule is translated to, and what a scan of the target takes in besides.
//!
//! Sources of one activity (Windows processes as seen by Defender, by Sysmon, by Elastic's agent) report the same: a rule over
//! several of them becomes one over the source that says most of its conditions. Tables of different activities become a union.

use super::computed::recognised;
use super::facts::may_hold_elsewhere;
use super::load::PartRef;
use super::logic::constant;
use super::matches::to_matches;
use super::plan::Mapper;
use super::predicate::selection;
use super::read::{Branch, refused};
use crate::diagnostic::{Fidelity, Loss};
use crate::ir::{Dialect, Expr, TableSource};
use crate::source::Span;
use std::sync::Arc;

impl Mapper<'_> {
    /// Returns the parts that a predicate is for and what it asks of their fields: those that it selects alone, where it does.
    pub(super) fn asked_of(&self, parts: Vec<PartRef>, predicate: Option<&Expr>, span: Span) -> (Vec<PartRef>, Expr) {
        let matches = |parts: &[PartRef]| match predicate {
            Some(predicate) if self.reads_kusto() => to_matches(&recognised(predicate, parts, &|_| true)),
            other => other.cloned().unwrap_or_else(|| constant(true, span)),
        };
        let (own, selectable): (Vec<_>, Vec<_>) = parts.into_iter().partition(|at| self.reads(at));
        if !selectable.is_empty() {
            let original = matches(&selectable);
            let selected: Vec<PartRef> = selectable.into_iter().filter(|at| selects(&original, at, self.from)).collect();
            if !selected.is_empty() {
                return (selected, original);
            }
        }
        let original = matches(&own);
        (own, original)
    }

    /// Keeps one source of each activity, the first of those with the fewest conditions lost. Tables that a query names all stay: each
    /// is its author's choice. An index list names every place where the fields might be, and events that have not these fields do not
    /// match: of its activities those with the fewest conditions lost stay.
    pub(super) fn one_of_each_activity(
        &mut self,
        scans: &[&TableSource],
        kept: Vec<(PartRef, Expr)>,
        positive: bool,
    ) -> Vec<(PartRef, Expr)> {
        if scans.iter().all(|scan| matches!(scan, TableSource::Table(_))) {
            return kept;
        }
        let is_index = scans.iter().any(|scan| matches!(scan, TableSource::Index(_)));
        let mut tried: Vec<(Arc<str>, Option<String>, usize)> = Vec::new();
        for (at, _) in &kept {
            let (source, activity) = (at.source.name.clone(), at.activity().map(str::to_owned));
            if !tried.iter().any(|(name, known, _)| *name == source && *known == activity) {
                tried.push((source, activity, 0));
            }
        }
        if tried.len() < 2 || tried.iter().all(|(_, activity, _)| activity.is_none()) {
            return kept;
        }
        for at in 0..tried.len() {
            let Some((source, activity, _)) = tried.get(at).cloned() else { continue };
            // Of an activity the first source is taken that loses least: behind one that loses nothing none is.
            let is_settled = activity.is_some() && tried.iter().take(at).any(|(_, known, lost)| *known == activity && *lost == 0);
            let lost = if is_settled { usize::MAX } else { self.conditions_lost(&kept, &source, activity.as_deref(), positive) };
            if let Some(entry) = tried.get_mut(at) {
                entry.2 = lost;
            }
        }
        let fewest = |activity: &Option<String>| {
            let rivals = tried.iter().filter(|(_, own, _)| is_index || own == activity);
            rivals.map(|(.., lost)| *lost).min().unwrap_or_default()
        };
        let best: Vec<_> = tried.iter().filter(|(_, activity, lost)| *lost == fewest(activity)).cloned().collect();
        let mut chosen: Vec<(Arc<str>, Option<String>)> = Vec::new();
        for (source, activity, _) in best {
            if activity.is_none() || !chosen.iter().any(|(_, known)| *known == activity) {
                chosen.push((source, activity));
            }
        }
        let stays = |at: &PartRef| chosen.iter().any(|(source, known)| *source == at.source.name && known.as_deref() == at.activity());
        kept.into_iter().filter(|(at, _)| stays(at)).collect()
    }

    /// Where the first place of the events says too little of the conditions, a second place that says enough is read instead, which is
    /// named: it may hold fewer of them.
    pub(super) fn or_second_place(
        &mut self,
        first: Vec<(PartRef, Expr)>,
        second: Vec<(PartRef, Expr)>,
        span: Span,
        positive: bool,
    ) -> Vec<(PartRef, Expr)> {
        let before = self.losses().to_vec();
        let mut says = |(at, predicate): &(PartRef, Expr)| {
            let said = self.has(at) && self.predicate(at, predicate, positive).is_ok();
            self.restore(before.clone());
            said
        };
        if second.is_empty() || first.iter().any(&mut says) {
            return first;
        }
        if !second.iter().any(&mut says) {
            // Where there is no first place at all, the reason is what the second lacks.
            return if first.iter().any(|(at, _)| self.has(at)) { first } else { second };
        }
        let place = |(at, _): &(PartRef, Expr)| Self::scan_in(at, self.to);
        if first.iter().map(place).all(|at| second.iter().any(|other| place(other) == at)) {
            return second;
        }
        let tables: Vec<&str> = second.iter().filter_map(|(at, _)| at.part.table.as_deref()).collect();
        let message = format!("only `{}` has columns for the conditions; events that are not there are left out", tables.join("`, `"));
        let fidelity = if positive { Fidelity::Narrower } else { Fidelity::Wider };
        self.lose(Loss::query("second-place", fidelity, span, message));
        second
    }

    /// What the target has no place for may be there as another product's records of the same events: those that say enough of the
    /// conditions are read instead, and named.
    pub(super) fn or_other_record(
        &mut self,
        kept: Vec<(PartRef, Expr)>,
        records: Vec<(PartRef, Expr)>,
        span: Span,
    ) -> Vec<(PartRef, Expr)> {
        let is_complete = !kept.is_empty() && kept.iter().all(|(at, _)| self.has(at));
        if !self.writes_kusto() || is_complete {
            return kept;
        }
        let (mut here, gone): (Vec<_>, Vec<_>) = kept.into_iter().partition(|(at, _)| self.has(at));
        let stands_for = |record: &PartRef, at: &PartRef| record.source.name == at.source.name;
        let is_wanted = |record: &PartRef| (here.is_empty() && gone.is_empty()) || gone.iter().any(|(at, _)| stands_for(record, at));
        let records: Vec<_> = records.into_iter().filter(|(record, _)| is_wanted(record)).collect();
        let (saying, silent): (Vec<_>, Vec<_>) = records.into_iter().partition(|(at, predicate)| {
            let before = self.losses().to_vec();
            let says = self.predicate(at, predicate, true).is_ok();
            self.restore(before);
            says
        });
        // Where nothing says enough, the reason is what the records lack.
        let (read, left) = if saying.is_empty() && here.is_empty() { (silent, Vec::new()) } else { (saying, silent) };
        let is_held =
            |at: &PartRef| read.iter().any(|(record, _)| stands_for(record, at)) && !left.iter().any(|(record, _)| stands_for(record, at));
        here.extend(gone.iter().filter(|(at, _)| !is_held(at)).cloned());
        for (at, predicate) in read {
            let (table, whose) = (at.part.table.as_deref().unwrap_or_default(), at.part.record_of.as_deref().unwrap_or_default());
            let message = format!("Sentinel has no {} of these events: `{table}` holds {whose}'s own records of them", at.source.title);
            self.lose(Loss::query("record-of-another-product", Fidelity::Different, span, message));
            here.push((at, predicate));
        }
        here
    }

    /// Leaves out parts that the target's dialect does not have: named where others remain, else a refusal.
    pub(super) fn available(&mut self, kept: Vec<(PartRef, Expr)>, span: Span, positive: bool) -> Result<Vec<(PartRef, Expr)>, Loss> {
        let (here, gone): (Vec<_>, Vec<_>) = kept.into_iter().partition(|(at, _)| self.has(at));
        let described = gone.iter().map(|(at, _)| format!("{} ({})", at.source.title, at.part.id)).collect::<Vec<_>>().join(", ");
        if here.is_empty() {
            return Err(refused("source-not-in-target", span, format!("{} has no source for {described}", self.target_name())));
        }
        if !gone.is_empty() {
            let fidelity = if positive { Fidelity::Narrower } else { Fidelity::Wider };
            let message = format!("{} has no source for {described}; these events are left out", self.target_name());
            self.lose(Loss::query("source-not-in-target", fidelity, span, message));
        }
        Ok(here)
    }

    /// Keeps the sources with the fewest conditions lost: events that have not the fields of a condition do not match.
    pub(super) fn fewest_lost(&mut self, kept: Vec<(PartRef, Expr)>, positive: bool) -> Vec<(PartRef, Expr)> {
        let mut tried: Vec<(Arc<str>, usize)> = Vec::new();
        for (at, _) in &kept {
            if !tried.iter().any(|(name, _)| *name == at.source.name) {
                let lost = self.conditions_lost(&kept, &at.source.name, at.activity(), positive);
                tried.push((at.source.name.clone(), lost));
            }
        }
        let fewest = tried.iter().map(|(_, lost)| *lost).min().unwrap_or_default();
        kept.into_iter().filter(|(at, _)| tried.iter().any(|(name, lost)| *name == at.source.name && *lost == fewest)).collect()
    }

    /// Maps the predicate of every part. A source that can say too little of it is left out beside others, which is named; a part of
    /// one is not: what is left would be another detection.
    pub(super) fn branches(&mut self, here: Vec<(PartRef, Expr)>, positive: bool) -> Result<Vec<Branch>, Loss> {
        let (mut branches, mut left_out) = (Vec::new(), Vec::new());
        for (at, specialised) in here {
            match self.predicate(&at, &specialised, positive) {
                Ok(predicate) => branches.push(Branch { at, predicate }),
                Err(loss) if matches!(loss.code, "no-condition-left" | "most-conditions-lost") => left_out.push((at, loss)),
                Err(loss) => return Err(loss),
            }
        }
        let is_kept = |at: &PartRef| branches.iter().any(|branch: &Branch| branch.at.source.name == at.source.name);
        if let Some((_, loss)) = left_out.iter().find(|(at, _)| branches.is_empty() || is_kept(at)) {
            return Err(loss.clone());
        }
        for (at, loss) in left_out {
            let fidelity = if positive { Fidelity::Narrower } else { Fidelity::Wider };
            let message = format!("the events of {} ({}) are left out: {}", at.source.title, at.part.id, loss.message);
            self.lose(Loss::query("part-left-out", fidelity, loss.span, message));
        }
        Ok(branches)
    }

    /// Counts what a source cannot say of the predicates on its parts of an activity.
    fn conditions_lost(&mut self, kept: &[(PartRef, Expr)], source: &Arc<str>, wanted: Option<&str>, positive: bool) -> usize {
        let own = || kept.iter().filter(|(at, _)| at.source.name == *source && at.activity() == wanted);
        if !own().any(|(at, _)| self.has(at)) {
            return usize::MAX;
        }
        let before = self.losses().to_vec();
        let mut most = 0;
        for (at, predicate) in own() {
            let lost = match self.predicate(at, predicate, positive) {
                Ok(_) => self.losses().len() - before.len(),
                Err(_) => usize::MAX / 2,
            };
            most = most.max(lost);
            self.restore(before.clone());
        }
        most
    }

    /// Names the parts that the target holds in the same place as those read, with nothing to tell them apart by.
    pub(super) fn inseparable(&mut self, read: &[PartRef], span: Span, positive: bool) {
        let mut others: Vec<String> = Vec::new();
        for at in read {
            let (scan, selected) = (Self::scan_in(at, self.to), selection(at, self.to, true, span));
            // A second place of the same events is no other place, and neither is a second name.
            for part in at.source.parts.iter().filter(|part| !part.alias && !part.secondary) {
                let other = PartRef { source: at.source.clone(), part: part.clone() };
                let is_read = read.iter().any(|own| own.is_same(&other));
                let same_place =
                    self.has(&other) && Self::scan_in(&other, self.to) == scan && selection(&other, self.to, true, span) == selected;
                if !is_read && same_place && !others.contains(&part.id) {
                    others.push(part.id.clone());
                }
            }
        }
        if !others.is_empty() {
            let fidelity = if positive { Fidelity::Wider } else { Fidelity::Narrower };
            let message = format!("{} has no column that tells these events from those of {}", self.target_name(), others.join(", "));
            self.lose(Loss::query("part-not-selectable", fidelity, span, message));
        }
    }
}

/// Tells whether a predicate asks for all that selects a part.
fn selects(predicate: &Expr, at: &PartRef, from: Dialect) -> bool {
    let pinned: Vec<_> = predicate.conjuncts().iter().filter_map(super::derive::pinned).collect();
    let mut wanted = at.part.select.of(from).iter();
    wanted.all(|(name, constant)| {
        let known = constant.values();
        pinned.iter().any(|(own, values)| own == name && values.iter().all(|value| known.contains(value)))
    })
}

/// Leaves out the data sets that a query must name to be read through them, unless they are all that there is.
pub(super) fn asked_for(parts: Vec<PartRef>, predicate: &Expr) -> Vec<PartRef> {
    let is_by_name = |at: &PartRef| at.source.elastic.as_ref().and_then(|elastic| elastic.dataset.as_ref()).is_some_and(|d| d.by_name);
    let is_asked_for = |at: &PartRef| !is_by_name(at) || !may_hold_elsewhere(predicate, &[&at.source]);
    let (asked, others): (Vec<_>, Vec<_>) = parts.into_iter().partition(is_asked_for);
    if asked.is_empty() { others } else { asked }
}
