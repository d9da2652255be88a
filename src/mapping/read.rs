//! Scans with the predicate on them: the one place where sources, parts and fields are chosen together.
//!
//! A source on one side may be several on the other; a part is left out only where the predicate cannot hold in it.

use super::choice::asked_for;
use super::facts::{Facts, may_hold_elsewhere};
use super::format::{Part, Source};
use super::guards::without_needless;
use super::kusto::to_kusto;
use super::load::{PartRef, holds_only};
use super::logic::{and, constant, either, or, truth_of};
use super::plan::{Mapper, Node};
use super::predicate::{Direction, selection, walk};
use super::scope::Scope;
use super::specific::{Place, enough_left};
use super::transform::Problem;
use crate::diagnostic::{Fidelity, Loss};
use crate::ir::{Case, Dialect, Expr, ExprKind, Matcher, Op, Plan, Schema, TableSource, UnionColumns};
use crate::schema::Catalog;
use crate::source::Span;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Sources at most that an index pattern of many is read as.
const MOST_SOURCES: usize = 3;

/// The field by which Windows and Sysmon tell kinds of events apart, which Sigma's rules name it by.
const EVENT_NUMBER: &str = "EventID";

/// A part with the predicate on it, in the target's words.
pub(super) struct Branch {
    pub(super) at: PartRef,
    pub(super) predicate: Expr,
}

impl Mapper<'_> {
    /// Maps scans and the predicate on them. `positive` is false on a side whose rows take results away.
    pub(super) fn read(&mut self, scans: &[&TableSource], predicate: Option<&Expr>, span: Span, positive: bool) -> Result<Node, Loss> {
        let (parts, original) = self.asked_of(self.parts_of(scans, span)?, predicate, span);
        let all = asked_for(parts, &original);
        let from = self.from;
        let possible = |parts: &[PartRef]| -> Vec<(PartRef, Expr)> {
            let specialised = parts.iter().map(|at| (at.clone(), Facts::of(at, from).beside(&all).apply(&original)));
            specialised.filter(|(_, specialised)| truth_of(specialised) != Some(false)).collect()
        };
        let (records, own): (Vec<_>, Vec<_>) = all.iter().cloned().partition(|at| at.part.record_of.is_some());
        let (secondary, first): (Vec<_>, Vec<_>) = own.into_iter().partition(|at| at.part.secondary && !self.reads_kusto());
        let mut kept = possible(&first);
        let records = possible(&records);
        if kept.is_empty() {
            // A second place of the same events may hold fields that the first has not.
            kept = possible(&secondary);
        } else if self.to != Dialect::Elastic {
            kept = self.or_second_place(kept, possible(&secondary), span, positive);
        }
        kept = self.or_other_record(kept, records, span);
        if kept.is_empty() {
            return Err(refused("no-source-left", span, "no table or data set can hold an event that the conditions allow"));
        }
        let ruled_out: Vec<&PartRef> = all.iter().filter(|at| !kept.iter().any(|(own, _)| own.is_same(at))).collect();
        let mut kept = self.one_of_each_activity(scans, kept, positive);
        if Self::only_shared(scans, &all) {
            kept = self.fewest_lost(kept, positive);
            Self::few_sources(&kept, span)?;
        }
        self.other_sources(scans, &kept, &original, span, positive);
        let here = self.available(kept, span, positive)?;
        let here = self.one_log_source(here, span, positive);
        let branches = self.branches(here, positive)?;
        let read: Vec<PartRef> = branches.iter().map(|branch| branch.at.clone()).collect();
        for at in &read {
            self.use_source(at);
        }
        self.inseparable(&read, span, positive);
        self.swept_in(&ruled_out, &branches, span, positive);
        self.confused(&branches, span, positive);
        let scope = Scope::of_parts(read);
        Ok((self.assemble(branches, span)?, scope))
    }

    /// Finds the parts of every scan; a scan without any is a source that nobody mapped.
    fn parts_of(&self, scans: &[&TableSource], span: Span) -> Result<Vec<PartRef>, Loss> {
        let mut parts = Vec::new();
        for scan in scans {
            let found = self.sources.parts_of(scan);
            if found.is_empty() {
                return Err(refused("source-not-mapped", span, format!("{} has no file in `targets/sources/`", described(scan))));
            }
            parts.extend(found.into_iter().filter(|at| self.reads(at) || at.part.when_selected));
        }
        Ok(parts)
    }

    /// `filebeat-*` alone, with no data set in the query, could be any source: a few of them are read, others are named as left out.
    fn few_sources(kept: &[(PartRef, Expr)], span: Span) -> Result<(), Loss> {
        let names: BTreeSet<&str> = kept.iter().map(|(at, _)| &*at.source.name).collect();
        if names.len() > MOST_SOURCES {
            let titles: BTreeSet<&str> = kept.iter().map(|(at, _)| at.source.title.as_str()).collect();
            let titles = titles.into_iter().collect::<Vec<_>>().join(", ");
            let message = format!("the index patterns hold many sources and no condition names the data set: {titles}");
            return Err(refused("index-of-several-sources", span, message));
        }
        Ok(())
    }

    /// An index pattern that holds more than the sources kept (`filebeat-*`, another vendor's) may hold other matching events.
    fn other_sources(&mut self, scans: &[&TableSource], kept: &[(PartRef, Expr)], original: &Expr, span: Span, positive: bool) {
        let sources: Vec<&Source> = kept.iter().map(|(at, _)| &*at.source).collect();
        let patterns = scans.iter().flat_map(|scan| match scan {
            TableSource::Index(patterns) => patterns.as_slice(),
            _ => &[],
        });
        let others: Vec<&str> =
            patterns.filter(|pattern| !sources.iter().any(|source| holds_only(source, pattern))).map(|p| &**p).collect();
        if !others.is_empty() && may_hold_elsewhere(original, &sources) {
            let fidelity = if positive { Fidelity::Narrower } else { Fidelity::Wider };
            let message = format!("events of other sources in `{}` are left out: no condition names the data set", others.join(", "));
            self.lose(Loss::query("index-of-several-sources", fidelity, span, message));
        }
    }

    fn only_shared(scans: &[&TableSource], parts: &[PartRef]) -> bool {
        scans.iter().all(|scan| match scan {
            TableSource::Index(patterns) => {
                parts.iter().filter_map(|at| at.source.elastic.as_ref()).all(|e| !patterns.iter().any(|p| e.index.contains(p)))
            }
            _ => false,
        })
    }

    /// Tells whether a rule of the original's dialect reads a part.
    pub(super) fn reads(&self, at: &PartRef) -> bool {
        at.part.is_read_by(self.from)
    }

    /// Tells whether the target's dialect has a part.
    pub(super) fn has(&self, at: &PartRef) -> bool {
        match self.to {
            Dialect::Sentinel | Dialect::Kql => at.part.table.is_some(),
            Dialect::Elastic => at.source.elastic.is_some() && at.part.elastic,
            Dialect::Sigma => !at.part.sigma.is_empty(),
        }
    }

    /// Maps a specialised predicate of one part.
    pub(super) fn predicate(&mut self, at: &PartRef, predicate: &Expr, positive: bool) -> Result<Expr, Loss> {
        let (from, to, into_kusto) = (self.from, self.to, self.writes_kusto());
        let scope = Scope::of_parts(vec![at.clone()]);
        let derived = (self.reads_kusto() && to == Dialect::Elastic).then(|| super::derive::recognised(predicate, at));
        let predicate = derived.as_ref().unwrap_or(predicate);
        let mut losses = Vec::new();
        let mut leaf = |expr: &Expr, inside_positive: bool| -> Result<Expr, Problem> {
            if !matches!(expr.kind, ExprKind::Match { .. }) {
                return self.scalar(expr, &scope);
            }
            if derived.is_some() && super::derive::is_derived(expr, at) {
                return Ok(expr.clone());
            }
            let mapped = Direction { at, from, to }.matched(expr)?;
            if into_kusto {
                // Whether Kusto can say it is decided leaf by leaf; it is said all at once below, where lists can be gathered.
                to_kusto(&mapped, at, inside_positive)?;
            }
            Ok(mapped)
        };
        let mapped = match walk(predicate, positive, &mut leaf, &mut losses) {
            // What a field stands for that follows from others is decided by what the other conditions say.
            Ok(mapped) if into_kusto || !at.source.derived.is_empty() => super::derive::decided(&mapped),
            Ok(mapped) => mapped,
            Err(problems) => {
                super::predicate::nothing_left(&problems, positive)?;
                // A detection of which no condition is left would fire on every event.
                let Some(first) = problems.first() else { return Ok(predicate.clone()) };
                return Err(refused("no-condition-left", first.span, format!("no condition could be kept: {}", first.message)));
            }
        };
        if positive {
            let place = |dialect| Place { at, dialect };
            enough_left((predicate, place(from)), (&mapped, place(to)), &losses)?;
        }
        for loss in losses {
            self.lose(loss);
        }
        let mapped = without_needless(&mapped);
        let refuse = |problem: Problem| refused(problem.code, problem.span, problem.message);
        if into_kusto { to_kusto(&mapped, at, true).map_err(refuse) } else { Ok(mapped) }
    }

    /// Names the parts that the conditions rule out in the original, where the log source of the translation holds them too and what
    /// its conditions became does not rule them out: Sigma's `process_creation` is Sysmon's and the Security log's.
    fn swept_in(&mut self, ruled_out: &[&PartRef], branches: &[Branch], span: Span, positive: bool) {
        if self.to != Dialect::Sigma {
            return;
        }
        let scanned = |at: &PartRef| at.part.sigma.first().cloned();
        let takes_in = |branch: &Branch, at: &PartRef| {
            let same_place = scanned(&branch.at).is_some_and(|place| at.part.sigma.contains(&place));
            same_place && truth_of(&Facts::of(at, Dialect::Sigma).apply(&branch.predicate)) != Some(false)
        };
        let other = |at: &&PartRef| branches.iter().all(|branch| branch.at.source.name != at.source.name);
        let swept = ruled_out.iter().copied().filter(other).find(|at| branches.iter().any(|branch| takes_in(branch, at)));
        if let Some(at) = swept {
            let fidelity = if positive { Fidelity::Wider } else { Fidelity::Narrower };
            let message = format!(
                "the log source holds the events of {} ({}) too, which the original's conditions leave out",
                at.source.title, at.part.id
            );
            self.lose(Loss::query("part-not-selectable", fidelity, span, message));
        }
    }

    /// Names parts that the target holds in one place with nothing to tell them apart by, where their conditions differ: an event of one
    /// that meets the conditions of another is found too.
    fn confused(&mut self, branches: &[Branch], span: Span, positive: bool) {
        let place = |branch: &Branch| (self.target_scan(&branch.at), selection(&branch.at, self.to, true, span));
        let rival = |(at, one): (usize, &Branch)| {
            let other = branches.iter().skip(at + 1).find(|other| other.predicate != one.predicate && place(other) == place(one))?;
            Some(format!("{} from those of {}", one.at.part.id, other.at.part.id))
        };
        if let Some(pair) = branches.iter().enumerate().find_map(rival) {
            let fidelity = if positive { Fidelity::Wider } else { Fidelity::Narrower };
            let message = format!("{} has no column that tells events of {pair}, for which other conditions hold", self.target_name());
            self.lose(Loss::query("part-not-selectable", fidelity, span, message));
        }
    }

    /// Builds the scan of each branch, one scan where branches share a source.
    fn assemble(&self, branches: Vec<Branch>, span: Span) -> Result<Arc<Plan>, Loss> {
        let mut plans: Vec<Arc<Plan>> = Vec::new();
        let mut rest = branches;
        while let Some(first) = rest.first() {
            let target = self.target_scan(&first.at);
            let (same, others): (Vec<Branch>, Vec<Branch>) = rest.into_iter().partition(|b| self.target_scan(&b.at) == target);
            rest = others;
            plans.push(self.filtered(target, &same, span)?);
        }
        if plans.len() == 1 {
            return Ok(plans.swap_remove(0));
        }
        let op = Op::Union { inputs: plans, columns: UnionColumns::Outer, source_column: None, fuzzy: false };
        Ok(Plan::new(op, Schema::unknown(), span))
    }

    fn filtered(&self, target: TableSource, branches: &[Branch], span: Span) -> Result<Arc<Plan>, Loss> {
        let schema = match &target {
            TableSource::Table(name) => Catalog::builtin().table(name).map_or_else(Schema::unknown, |t| Schema::closed(t.columns.clone())),
            _ => Schema::unknown(),
        };
        let scan = Plan::new(Op::Scan(target), schema.clone(), span);
        let mut predicate = without_needless(&self.select(branches, span));
        if let (true, Some(first)) = (self.writes_kusto(), branches.first()) {
            // What selects the parts is still a match.
            predicate = to_kusto(&predicate, &first.at, true).map_err(|problem| refused(problem.code, problem.span, problem.message))?;
        }
        if let (Some(true), Dialect::Sigma, [only]) = (truth_of(&predicate), self.to, branches) {
            predicate = numbered(&only.at, span);
        }
        if truth_of(&predicate) == Some(true) {
            return Ok(scan);
        }
        let span = predicate.span;
        Ok(Plan::new(Op::Filter { input: scan, predicate }, schema, span))
    }

    /// Selects the parts' events and puts their predicates on them: once where the predicate is the same for all.
    fn select(&self, branches: &[Branch], span: Span) -> Expr {
        let Some(first) = branches.first() else { return constant(false, span) };
        let source = selection(&first.at, self.to, false, span);
        let part = |b: &Branch| selection_of_part(&b.at, self.to, span);
        if branches.iter().all(|b| b.predicate == first.predicate) {
            let parts =
                if self.is_whole(&first.at, branches) { constant(true, span) } else { or(branches.iter().map(part).collect(), span) };
            return and(vec![source, parts, first.predicate.clone()], span);
        }
        let mut alike: Vec<(&Expr, Vec<Expr>)> = Vec::new();
        for branch in branches {
            match alike.iter_mut().find(|(predicate, _)| predicate.kind == branch.predicate.kind) {
                Some((_, parts)) => parts.push(part(branch)),
                None => alike.push((&branch.predicate, vec![part(branch)])),
            }
        }
        let each: Vec<Expr> =
            alike.into_iter().map(|(predicate, parts)| and(vec![either(&parts, span), predicate.clone()], span)).collect();
        and(vec![source, either(&each, span)], span)
    }

    /// Tells whether the branches are all that their place holds. A table may hold parts of several sources; an index tells its sources
    /// apart by their data set, and sources of one Sigma log source report the same events.
    fn is_whole(&self, first: &PartRef, branches: &[Branch]) -> bool {
        let is_there = |source: &Source, part: &Part| match self.to {
            Dialect::Sigma => source.name == first.source.name && part.sigma.iter().any(|own| first.part.sigma.first() == Some(own)),
            Dialect::Elastic => source.name == first.source.name && part.elastic,
            Dialect::Sentinel | Dialect::Kql => part.table == first.part.table,
        };
        // What only Elastic tells apart, the table's other parts hold too.
        let is_own = |part: &Part| !part.alias && !part.elastic_only && part.record_of.is_none() || self.to == Dialect::Sigma;
        let is_read = |source: &Source, part: &Part| branches.iter().any(|b| b.at.source.name == source.name && b.at.part.id == part.id);
        let mut parts = self.sources.list.iter().flat_map(|source| source.parts.iter().map(move |part| (source, part)));
        parts.all(|(source, part)| !is_own(part) || !is_there(source, part) || is_read(source, part))
    }

    fn target_scan(&self, at: &PartRef) -> TableSource {
        Self::scan_in(at, self.to)
    }

    /// Returns what a dialect reads for a part.
    pub(super) fn scan_in(at: &PartRef, dialect: Dialect) -> TableSource {
        match dialect {
            Dialect::Sentinel | Dialect::Kql => TableSource::Table(at.part.table.clone().unwrap_or_default()),
            Dialect::Elastic => TableSource::Index(at.source.elastic.iter().filter_map(|e| e.index.first().cloned()).collect()),
            Dialect::Sigma => {
                let first = at.part.sigma.first();
                TableSource::LogSource {
                    category: first.and_then(|l| l.category.clone()),
                    product: first.and_then(|l| l.product.clone()),
                    service: first.and_then(|l| l.service.clone()),
                }
            }
        }
    }
}

/// The part's own selection, without the data set.
pub(super) fn selection_of_part(at: &PartRef, to: Dialect, span: Span) -> Expr {
    let with = selection(at, to, true, span);
    let without = selection(at, to, false, span);
    and(with.conjuncts().iter().filter(|e| !without.conjuncts().contains(e)).cloned().collect(), span)
}

/// A loss that ends a translation.
pub(super) fn refused(code: &'static str, span: Span, message: impl Into<String>) -> Loss {
    Loss::query(code, Fidelity::Refused, span, message)
}

/// Names a source of rows.
pub(super) fn described(scan: &TableSource) -> String {
    match scan {
        TableSource::Table(name) => format!("table `{name}`"),
        TableSource::Index(patterns) => format!("index `{}`", patterns.iter().map(|p| &**p).collect::<Vec<_>>().join(", ")),
        TableSource::LogSource { category, product, service } => {
            let pieces = [("category", category), ("product", product), ("service", service)];
            let said = pieces.iter().filter_map(|(key, value)| value.as_ref().map(|v| format!("{key} {v}"))).collect::<Vec<_>>();
            format!("log source `{}`", said.join(", "))
        }
        TableSource::Watchlist(name) => format!("watchlist `{name}`"),
        TableSource::Function { name, .. } => format!("function `{name}`"),
        TableSource::External { .. } => "external data".to_owned(),
    }
}

/// Every event of a part, in words of Sigma, whose detections ask for something: the number that all of them have.
fn numbered(at: &PartRef, span: Span) -> Expr {
    let equals = |value| super::logic::matches(EVENT_NUMBER, Matcher::Equals { value, case: Case::Sensitive }, span);
    let number = at.implied(Dialect::Sigma).get(EVENT_NUMBER);
    number.map_or_else(|| constant(true, span), |number| or(number.values().into_iter().map(equals).collect(), span))
}
