//! Two versions of a detection: walks both pipelines side by side, names what changed, and follows what a change does to the events
//! that come out at the end.

use super::flow::{Flow, conditions_on_source, from_the_right, is_by_event, pass};
use super::predicate::Joined;
use super::stages::{Aligned, Stage, align, stages};
use super::{Change, Direction, Kind, Side, Verdict, Witnesses, events};
use crate::ir::{Dialect, Expr, Named, Op, Plan, Rule, Trigger, TriggerOperator};
use crate::solve::canonical::Canon;
use crate::source::{OffsetMap, Span};
use std::collections::HashMap;
use std::sync::Arc;

/// The query text of one version, and where it stands in its file.
pub(super) struct Text<'a> {
    text: &'a str,
    map: Option<&'a OffsetMap>,
}

/// Compares, and collects what changed.
pub(super) struct Comparer<'a> {
    pub canon: Canon,
    pub old: Text<'a>,
    pub new: Text<'a>,
    pub changes: Vec<Change>,
    /// Where the walk is.
    pub within: Option<String>,
    /// Pairs of plans that were compared.
    done: HashMap<(usize, usize), Flow>,
}

/// What the comparison of two detections gives.
pub(super) struct Compared {
    pub verdict: Verdict,
    pub witnesses: Witnesses,
    pub changes: Vec<Change>,
}

/// Compares two detections.
pub(super) fn compare(old: &Rule, new: &Rule) -> Compared {
    let mut comparer = Comparer {
        canon: Canon::default(),
        old: Text::of(old),
        new: Text::of(new),
        changes: Vec::new(),
        within: None,
        done: HashMap::new(),
    };
    let (verdict, witnesses) = match (&old.detection, &new.detection) {
        (Some(a), Some(b)) => comparer.detections(&a.plan, &b.plan),
        _ if old.queries.first().map(|query| &query.text) == new.queries.first().map(|query| &query.text) => {
            (Verdict::Equivalent, Witnesses::default())
        }
        _ => {
            let whole = |rule: &Rule| rule.queries.first().map_or_else(Span::default, |query| Span::new(0, query.text.len()));
            comparer.record("query that is not understood", whole(old), whole(new), None);
            (Verdict::Unknown, Witnesses::default())
        }
    };
    let schedule = if old.dialect == new.dialect { Comparer::trigger(old, new, verdict) } else { Direction::Unknown };
    let verdict = verdict.scheduled(schedule);
    let witnesses = if schedule == Direction::Same { witnesses } else { Witnesses::default() };
    Compared { verdict, witnesses, changes: comparer.changes }
}

impl<'a> Text<'a> {
    fn of(rule: &'a Rule) -> Self {
        let query = rule.queries.first();
        Self { text: query.map_or("", |query| &query.text), map: query.map(|query| &query.map) }
    }

    pub(super) fn side(&self, span: Span) -> Side {
        let file = self.map.map_or(span, |map| map.span(span));
        Side { text: span.text(self.text).trim().to_owned(), span: file }
    }
}

impl Comparer<'_> {
    /// Compares two detections: names what changed, and decides by events where single events decide.
    fn detections(&mut self, old: &Arc<Plan>, new: &Arc<Plan>) -> (Verdict, Witnesses) {
        let direction = self.plans(old, new).direction;
        if direction == Direction::Same {
            return (Verdict::Equivalent, Witnesses::default());
        }
        let by_structure = match direction {
            Direction::Unknown => self.flattened(old, new),
            direction => direction,
        };
        match events::compare(old, new, &mut self.canon) {
            Some((verdict, witnesses)) if verdict != Verdict::Unknown => (verdict, witnesses),
            Some((_, witnesses)) => (by_structure.into(), witnesses),
            None => (by_structure.into(), Witnesses::default()),
        }
    }

    /// Compares two plans.
    pub(super) fn plans(&mut self, old: &Arc<Plan>, new: &Arc<Plan>) -> Flow {
        let numbers = (self.canon.plan(old), self.canon.plan(new));
        if numbers.0 == numbers.1 {
            return Flow::SAME;
        }
        if let Some(flow) = self.done.get(&numbers) {
            // Said already. What it does at its second place need not be what it does at the first.
            return if flow.direction == Direction::Same { *flow } else { Flow::UNKNOWN };
        }
        let (olds, news) = (stages(old, &mut self.canon), stages(new, &mut self.canon));
        let outer = self.within.clone();
        let first = self.changes.len();
        let mut flow = Flow::SAME;
        // What becomes of one change that lets through fewer rows, whatever becomes of all changes together.
        let mut one = Flow::of(Direction::Narrower);
        for aligned in align(&olds, &news) {
            let before = self.changes.len();
            let (stage, own) = match aligned {
                Aligned::Same(stage) => (stage, Flow::SAME),
                Aligned::Pair(a, b) => {
                    self.enter(b, outer.as_ref());
                    (b, self.stage(a, b))
                }
                Aligned::Removed(stage) => {
                    self.enter(stage, outer.as_ref());
                    (stage, self.lone(stage, Kind::Removed))
                }
                Aligned::Added(stage) => {
                    self.enter(stage, outer.as_ref());
                    (stage, self.lone(stage, Kind::Added))
                }
            };
            let after = if stage.plan.op.piped().is_some() { pass(&stage.plan.op, one) } else { one };
            self.bend(first..before, after.direction.and(one.direction));
            one = Flow { direction: Direction::Narrower, ..after };
            flow = pass(&stage.plan.op, flow).and(own);
        }
        self.within = outer;
        self.done.insert(numbers, flow);
        flow
    }

    /// Compares two pipelines over one source by the conditions on its own columns, computed columns put in place. What comes out may
    /// differ in its columns, so that the two are never called the same.
    fn flattened(&mut self, old: &Arc<Plan>, new: &Arc<Plan>) -> Direction {
        let (Some(a), Some(b)) = (conditions_on_source(old), conditions_on_source(new)) else { return Direction::Unknown };
        if self.canon.plan(&a.scan) != self.canon.plan(&b.scan) {
            return Direction::Unknown;
        }
        let said = self.changes.len();
        let olds: Vec<&Expr> = a.predicates.iter().collect();
        let news: Vec<&Expr> = b.predicates.iter().collect();
        let direction = self.operands(&olds, &news, Joined::All, false);
        self.changes.truncate(said);
        if direction == Direction::Same { Direction::Unknown } else { direction }
    }

    fn enter(&mut self, stage: &Stage<'_>, outer: Option<&String>) {
        self.within = stage.within.as_ref().map(|name| format!("`{name}`")).or_else(|| outer.cloned());
    }

    /// A stage that only one version has.
    fn lone(&mut self, stage: &Stage<'_>, kind: Kind) -> Flow {
        if stage.conditions.is_empty() {
            let span = stage.plan.span;
            self.record_kind(kind, stage.word.to_owned(), span, None);
            return Flow::UNKNOWN;
        }
        let (olds, news): (&[&Expr], &[&Expr]) = if kind == Kind::Added { (&[], &stage.conditions) } else { (&stage.conditions, &[]) };
        Flow::of(self.operands(olds, news, Joined::All, false))
    }

    /// Two versions of a stage. What is piped in is followed by who calls.
    fn stage(&mut self, old: &Stage<'_>, new: &Stage<'_>) -> Flow {
        let (a, b) = (&old.plan.op, &new.plan.op);
        match (a, b) {
            (Op::Filter { input, .. }, Op::Filter { .. }) => {
                let by_structure = self.operands(&old.conditions, &new.conditions, Joined::All, false);
                // Structure says "or less"; a condition that changes nothing is less by nothing.
                Flow::of(match events::direction(&old.conditions, &new.conditions, input) {
                    Direction::Unknown => by_structure,
                    decided => decided,
                })
            }
            (Op::Extend { columns: a, .. }, Op::Extend { columns: b, .. })
            | (Op::Project { columns: a, .. }, Op::Project { columns: b, .. })
            | (Op::Distinct { columns: a, .. }, Op::Distinct { columns: b, .. }) => self.columns("column", a, b, old, new),
            (Op::Aggregate { keys: a, .. }, Op::Aggregate { keys: b, .. }) => self.aggregation(a, b, old, new),
            (Op::Join { right: a, kind: ka, keys: la, .. }, Op::Join { right: b, kind: kb, keys: lb, .. }) => {
                if ka != kb || format!("{:?}", self.join_keys(la)) != format!("{:?}", self.join_keys(lb)) {
                    return self.whole(old, new);
                }
                let outer = self.within.replace("the right side of the join".to_owned());
                let first = self.changes.len();
                let flow = self.plans(a, b);
                self.bend(first..self.changes.len(), from_the_right(*kb, Flow::of(Direction::Narrower)).direction);
                self.within = outer;
                from_the_right(*kb, flow)
            }
            (Op::Union { inputs: a, .. }, Op::Union { inputs: b, .. }) => self.union(a, b, old, new),
            _ => self.detection(old, new),
        }
    }

    fn join_keys(&mut self, keys: &[crate::ir::JoinKey]) -> Vec<(String, String)> {
        let mut keys: Vec<_> = keys.iter().map(|key| (self.canon.expr(&key.left), self.canon.expr(&key.right))).collect();
        keys.sort();
        keys
    }

    /// A stage whose change is shown as a whole.
    pub(super) fn whole(&mut self, old: &Stage<'_>, new: &Stage<'_>) -> Flow {
        self.record(old.word, old.plan.span, new.plan.span, None);
        Flow::UNKNOWN
    }

    fn columns(&mut self, what: &str, old: &[Named], new: &[Named], a: &Stage<'_>, b: &Stage<'_>) -> Flow {
        let before = self.changes.len();
        for column in old {
            match new.iter().find(|other| other.name == column.name) {
                Some(other) if self.canon.expr(&column.expr) == self.canon.expr(&other.expr) => {}
                Some(other) => {
                    self.predicate_of_column(what, column, other);
                }
                None => self.record_one(Kind::Removed, format!("{what} `{}`", column.name), column.expr.span, Direction::Unknown),
            }
        }
        for column in new.iter().filter(|column| old.iter().all(|other| other.name != column.name)) {
            self.record_one(Kind::Added, format!("{what} `{}`", column.name), column.expr.span, Direction::Unknown);
        }
        if self.changes.len() == before {
            return self.whole(a, b);
        }
        Flow::UNKNOWN
    }

    /// A computed column: what changed inside is named as in a condition, without saying what it does to the events.
    fn predicate_of_column(&mut self, what: &str, old: &Named, new: &Named) {
        let before = self.changes.len();
        self.predicate(&old.expr, &new.expr, false);
        for change in self.changes.iter_mut().skip(before) {
            change.effect = None;
            if change.what == "condition" {
                change.what = format!("{what} `{}`", new.name);
            } else {
                change.what = format!("{} ({what} `{}`)", change.what, new.name);
            }
        }
    }

    fn aggregation(&mut self, old_keys: &[Named], new_keys: &[Named], old: &Stage<'_>, new: &Stage<'_>) -> Flow {
        let same = |comparer: &mut Self| {
            old_keys.len() == new_keys.len()
                && old_keys
                    .iter()
                    .zip(new_keys)
                    .all(|(a, b)| a.name == b.name && comparer.canon.expr(&a.expr) == comparer.canon.expr(&b.expr))
        };
        if same(self) {
            return self.whole(old, new);
        }
        self.columns("group key", old_keys, new_keys, old, new)
    }

    fn union(&mut self, old: &[Arc<Plan>], new: &[Arc<Plan>], a: &Stage<'_>, b: &Stage<'_>) -> Flow {
        let numbers =
            |comparer: &mut Self, plans: &[Arc<Plan>]| -> Vec<usize> { plans.iter().map(|plan| comparer.canon.plan(plan)).collect() };
        let (olds, news) = (numbers(self, old), numbers(self, new));
        let gone: Vec<&Arc<Plan>> = old.iter().zip(&olds).filter(|(_, number)| !news.contains(number)).map(|(plan, _)| plan).collect();
        let come: Vec<&Arc<Plan>> = new.iter().zip(&news).filter(|(_, number)| !olds.contains(number)).map(|(plan, _)| plan).collect();
        // Another set of columns may rename those of the other inputs.
        let same_columns = a.plan.schema == b.plan.schema;
        let mut flow = if same_columns && (gone.len() + come.len() > 0) { Flow::SAME } else { Flow::UNKNOWN };
        for (old, new) in gone.iter().zip(&come) {
            flow = flow.and(self.plans(old, new));
        }
        for plan in gone.iter().skip(come.len()) {
            self.record_one(Kind::Removed, "input of the union".to_owned(), plan.span, Direction::Narrower);
            flow = flow.and(Flow::of(Direction::Narrower));
        }
        for plan in come.iter().skip(gone.len()) {
            self.record_one(Kind::Added, "input of the union".to_owned(), plan.span, Direction::Broader);
            flow = flow.and(Flow::of(Direction::Broader));
        }
        if gone.len() + come.len() == 0 { self.whole(a, b) } else { flow }
    }

    /// The trigger: what the number of results must be.
    fn trigger(old: &Rule, new: &Rule, verdict: Verdict) -> Direction {
        let of = |rule: &Rule| {
            let default = Trigger { operator: TriggerOperator::GreaterThan, threshold: 0, span: Span::default() };
            rule.schedule.as_ref().and_then(|schedule| schedule.trigger.clone()).unwrap_or(default)
        };
        let (a, b) = (of(old), of(new));
        let is_least = (a.operator, b.operator) == (TriggerOperator::GreaterThan, TriggerOperator::GreaterThan);
        match (is_least, a.threshold.cmp(&b.threshold)) {
            (true, std::cmp::Ordering::Less) => Direction::Narrower,
            (true, std::cmp::Ordering::Equal) => Direction::Same,
            (true, std::cmp::Ordering::Greater) => Direction::Broader,
            (false, _) if (a.operator, a.threshold) == (b.operator, b.threshold) && verdict == Verdict::Equivalent => Direction::Same,
            (false, _) => Direction::Unknown,
        }
        .and(window(old, new))
    }
}

/// The window, which decides what a query sees that puts several events together.
fn window(old: &Rule, new: &Rule) -> Direction {
    let is_by_event = |rule: &Rule| rule.detection.as_ref().is_none_or(|detection| is_by_event(&detection.plan));
    let ends = |rule: &Rule| (rule.period_ticks(), rule.until_ticks());
    let has_same_window = ends(old) == ends(new) || old.dialect == Dialect::Sigma;
    if has_same_window || (is_by_event(old) && is_by_event(new)) { Direction::Same } else { Direction::Unknown }
}
