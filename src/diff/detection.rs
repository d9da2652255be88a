//! Two versions of a stage that is a source or a detection operator.

use super::flow::Flow;
use super::logic::Comparer;
use super::stages::Stage;
use super::{Direction, Kind};
use crate::ir::{Comparison, Correlation, ExprKind, FirstSeen, Op, TableSource, Threshold, Value};
use std::cmp::Ordering;

impl Comparer<'_> {
    /// Compares stages that stand at the source end of a pipeline, and all that have no comparison of their own.
    pub(super) fn detection(&mut self, old: &Stage<'_>, new: &Stage<'_>) -> Flow {
        match (&old.plan.op, &new.plan.op) {
            (Op::Scan(TableSource::Index(a)), Op::Scan(TableSource::Index(b))) => {
                // A pattern with `-` takes indices away, so that one pattern more may mean fewer events.
                let is_plain = a.iter().chain(b).all(|pattern| !pattern.starts_with('-'));
                let (gone, come) = (a.iter().filter(|p| !b.contains(p)).count(), b.iter().filter(|p| !a.contains(p)).count());
                let direction = match (gone, come) {
                    (0, _) if is_plain && !a.is_empty() => Direction::Broader,
                    (_, 0) if is_plain && !b.is_empty() => Direction::Narrower,
                    _ => Direction::Unknown,
                };
                for pattern in a.iter().filter(|pattern| !b.contains(pattern)) {
                    self.record_text(Kind::Removed, "index pattern", pattern, direction);
                }
                for pattern in b.iter().filter(|pattern| !a.contains(pattern)) {
                    self.record_text(Kind::Added, "index pattern", pattern, direction);
                }
                Flow { direction, keeps_rows: true }
            }
            (Op::Scan(a), Op::Scan(b)) => {
                self.record_texts("source", &source_text(a), &source_text(b));
                Flow::UNKNOWN
            }
            (Op::FirstSeen(a), Op::FirstSeen(b)) => self.first_seen(a, b),
            (Op::Threshold(a), Op::Threshold(b)) => self.threshold(a, b),
            (Op::Correlate(a), Op::Correlate(b)) => self.correlation(a, b).unwrap_or_else(|| self.inputs(old, new)),
            (Op::Indicators { .. }, _) => self.inputs(old, new),
            _ => self.whole(old, new),
        }
    }

    /// New terms: a longer history knows more values, so that fewer are new. The same condition stands on both sides of the test, so
    /// that a change of it has no direction.
    fn first_seen(&mut self, old: &FirstSeen, new: &FirstSeen) -> Flow {
        let first = self.changes.len();
        let recent = self.plans(&old.recent.input, &new.recent.input);
        let history = self.plans(&old.history.input, &new.history.input);
        self.bend(first..self.changes.len(), Direction::Unknown);
        let window = |f: &FirstSeen| (f.recent.from, f.recent.to, f.recent.from_inclusive, f.recent.to_inclusive, f.history.to);
        let mut bare = old.clone();
        bare.history.from = new.history.from;
        // What goes in was compared above.
        (bare.recent.input, bare.history.input) = (new.recent.input.clone(), new.history.input.clone());
        let same_otherwise = self.canon.own(&Op::FirstSeen(Box::new(bare))) == self.canon.own(&Op::FirstSeen(Box::new(new.clone())));
        let is_same = recent.direction == Direction::Same && history.direction == Direction::Same && window(old) == window(new);
        if !is_same || !same_otherwise {
            return Flow::UNKNOWN;
        }
        let direction = match new.history.from.cmp(&old.history.from) {
            Ordering::Greater => Direction::Narrower,
            Ordering::Equal => Direction::Same,
            Ordering::Less => Direction::Broader,
        };
        Flow { direction, keeps_rows: true }
    }

    /// Thresholds: more events or more values needed are fewer alerts, and so are fewer events that go in.
    fn threshold(&mut self, old: &Threshold, new: &Threshold) -> Flow {
        let input = self.plans(&old.input, &new.input);
        let mut bare = old.clone();
        bare.count = new.count;
        bare.input = new.input.clone();
        let same_otherwise = self.canon.own(&Op::Threshold(Box::new(bare))) == self.canon.own(&Op::Threshold(Box::new(new.clone())));
        if !same_otherwise {
            return Flow::UNKNOWN;
        }
        let direction = match new.count.cmp(&old.count) {
            Ordering::Greater => Direction::Narrower,
            Ordering::Equal => Direction::Same,
            Ordering::Less => Direction::Broader,
        };
        Flow { direction: direction.and(input.direction), keeps_rows: false }
    }

    /// Correlations that count: a larger number needed is fewer alerts, and so are a shorter window and fewer events that go in. What is
    /// measured otherwise may fall where more events come in.
    fn correlation(&mut self, old: &Correlation, new: &Correlation) -> Option<Flow> {
        let (least, least_of_new) = (least(old)?, least(new)?);
        let mut bare = old.clone();
        (bare.window, bare.condition, bare.rules) = (new.window, new.condition.clone(), new.rules.clone());
        let same_otherwise = self.canon.own(&Op::Correlate(Box::new(bare))) == self.canon.own(&Op::Correlate(Box::new(new.clone())));
        let names = |correlation: &Correlation| correlation.rules.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        if !same_otherwise || names(old) != names(new) {
            return None;
        }
        let towards = |ordering: Ordering| match ordering {
            Ordering::Greater => Direction::Broader,
            Ordering::Equal => Direction::Same,
            Ordering::Less => Direction::Narrower,
        };
        let own = towards(least.total_cmp(&least_of_new)).and(towards(new.window.cmp(&old.window)));
        let inputs = old.rules.iter().zip(&new.rules).map(|((_, a), (_, b))| self.plans(a, b).direction);
        Some(Flow { direction: inputs.fold(own, Direction::and), keeps_rows: false })
    }

    /// Operators whose own change the rule's fields say: only what goes in is compared here.
    fn inputs(&mut self, old: &Stage<'_>, new: &Stage<'_>) -> Flow {
        let first = self.changes.len();
        for (a, b) in old.plan.op.inputs().into_iter().zip(new.plan.op.inputs()) {
            self.plans(a, b);
        }
        self.bend(first..self.changes.len(), Direction::Unknown);
        Flow::UNKNOWN
    }
}

/// Returns the number of events, or of values, from which on a correlation fires; nothing where it does not count up to one.
fn least(correlation: &Correlation) -> Option<f64> {
    let Some(ExprKind::Compare { op, left, right, .. }) = correlation.condition.as_ref().map(|condition| &condition.kind) else {
        return None;
    };
    let is_count = matches!(&*correlation.kind, "event_count" | "value_count") && matches!(&left.kind, ExprKind::Column(_));
    match (op, &right.kind) {
        (Comparison::Ge, ExprKind::Literal(Value::Real(number))) if is_count => Some(number.ceil()),
        (Comparison::Gt, ExprKind::Literal(Value::Real(number))) if is_count => Some(number.floor() + 1.0),
        _ => None,
    }
}

fn source_text(source: &TableSource) -> String {
    match source {
        TableSource::Table(name) => name.to_string(),
        TableSource::Index(patterns) => patterns.join(", "),
        TableSource::LogSource { category, product, service } => {
            let named = [("category", category), ("product", product), ("service", service)];
            let parts: Vec<String> = named.iter().filter_map(|(key, part)| part.as_ref().map(|part| format!("{key} {part}"))).collect();
            parts.join(", ")
        }
        TableSource::Watchlist(alias) => format!("watchlist {alias}"),
        TableSource::Function { name, .. } => format!("{name}()"),
        TableSource::External { urls, .. } => urls.join(", "),
    }
}
