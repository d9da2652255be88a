//! The two searches: for an event that shows something, and for a proof that no event does.

use super::cells::Field;
use super::clauses::{Clauses, Outcome};
use super::encoding::{Chosen, Encoded, Goal};
use super::formula::{Formula, Reader};
use super::leaf::{Family, Leaf};
use super::probe::{Probe, event};
use super::values::Breadth;
use super::{cells, relation::Finding};
use crate::ir::Expr;
use batsat::Lit;
use serde_json::Value as Json;

/// Events that the evaluator did not confirm at most, before a search gives up.
const MOST_TRIES: usize = 24;
/// Times at most that values are put together anew.
const MOST_ROUNDS: usize = 6;
/// Conditions at most; more take too long.
const MOST_LEAVES: usize = 4000;
/// Conditions on one subject at most that are compared with each other.
const MOST_COMPARED: usize = 700;
/// Fields at most of an event that is made smaller before it is shown.
const MOST_SHRUNK: usize = 16;

/// Predicates, taken apart once for all questions about them.
pub(super) struct Problem<'e> {
    predicates: Vec<&'e Expr>,
    formulas: Vec<Formula>,
    pub leaves: Vec<Leaf>,
    pub fields: Vec<Field>,
    family: Family,
    pub probe: Probe,
}

/// What a search knows of the conditions.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    /// Which of them are the same.
    Forms,
    /// Also the laws between them, and of fields whose cells are all there are these cells.
    Laws,
    /// The cells of all fields.
    Cells,
}

/// The value of each field of a problem; `None` for a missing one.
pub(super) type Values = Vec<Option<Json>>;

impl<'e> Problem<'e> {
    /// Takes predicates apart; `None` where they are too large. No value is tried yet.
    pub(super) fn new(predicates: &[&'e Expr], family: Family, now: i64) -> Option<Self> {
        let probe = Probe::new(family, predicates, now);
        let mut reader = Reader::new(family, &probe);
        let formulas = predicates.iter().map(|predicate| reader.read(predicate)).collect();
        let leaves = reader.leaves;
        (leaves.len() <= MOST_LEAVES).then(|| Self { predicates: predicates.to_vec(), formulas, leaves, fields: Vec::new(), family, probe })
    }

    /// Tries values in all fields, or only in those whose cells are then all there are.
    pub(super) fn try_values(&mut self, breadth: Breadth, complete_only: bool) {
        self.fields = cells::fields(&mut self.leaves, self.family, &self.probe, breadth, complete_only);
    }

    /// Tells whether it is proven that no event makes each predicate what the goal says. Values take longest, and are asked last.
    pub(super) fn is_impossible(&mut self, goal: Goal<'_>) -> bool {
        if self.is_refuted(goal) {
            return true;
        }
        self.try_values(Breadth::ALL, true);
        !self.fields.is_empty() && matches!(self.refute(goal, false, Known::Laws), Refuted::Yes)
    }

    /// Tells whether what the conditions say of each other contradicts a goal.
    fn is_refuted(&self, goal: Goal<'_>) -> bool {
        [Known::Forms, Known::Laws].iter().any(|known| matches!(self.refute(goal, false, *known), Refuted::Yes))
    }

    /// Answers whether there is an event that makes each predicate what the goal says. `single` allows fields one value only.
    pub(super) fn answer(&mut self, goal: Goal<'_>, single: bool) -> Finding {
        if self.fields.is_empty() {
            if self.is_refuted(goal) {
                return Finding::Nothing;
            }
            self.try_values(Breadth::ALL, false);
        }
        for _ in 0..MOST_ROUNDS {
            if let Some(values) = self.find(&mut self.encode_cells(), goal, None, single) {
                return Finding::Event(self.event(&values));
            }
            match self.refute(goal, single, Known::Laws) {
                Refuted::Yes => return Finding::Nothing,
                Refuted::Unknown => return Finding::Unknown,
                Refuted::Unless(wanted) => {
                    let mut is_new = false;
                    for (field, wanted) in self.fields.iter_mut().zip(wanted) {
                        let wanted: Vec<&Leaf> = wanted.iter().filter_map(|number| self.leaves.get(*number)).collect();
                        is_new |= !wanted.is_empty() && field.extend(&self.leaves, &wanted, &self.probe);
                    }
                    if !is_new {
                        return Finding::Unknown;
                    }
                }
            }
        }
        Finding::Unknown
    }

    /// Searches for an event among the values that were tried, in which a leaf is also true if asked, and has it confirmed. `encoded`
    /// has all cells.
    pub(super) fn find(&self, encoded: &mut Encoded, goal: Goal<'_>, leaf: Option<usize>, single: bool) -> Option<Values> {
        let mut assumed = encoded.wanted(goal);
        if let Some(number) = leaf {
            assumed.push(encoded.leaves.get(number)?.0);
        }
        let mut modes = vec![encoded.single];
        if self.family == Family::Documents && !single {
            modes.push(encoded.clauses.constant(true));
        }
        for mode in modes {
            let assumed: Vec<Lit> = assumed.iter().copied().chain([mode]).collect();
            for _ in 0..MOST_TRIES {
                if encoded.clauses.search(&assumed) != Outcome::Found {
                    break;
                }
                let chosen = encoded.chosen();
                if let Some(values) = self.confirmed(&chosen, goal, leaf) {
                    return Some(values);
                }
                let again = encoded.literals(&chosen);
                encoded.clauses.add(again.into_iter().map(|literal| !literal));
            }
        }
        None
    }

    /// Builds the event that has these values in the fields.
    pub(super) fn event(&self, values: &[Option<Json>]) -> Json {
        let present = self.fields.iter().zip(values).filter_map(|(field, value)| Some((&field.root, value.clone()?)));
        event(present)
    }

    /// Has the evaluator say that an event does what the goal says; then leaves out what it does not take.
    fn confirmed(&self, chosen: &Chosen, goal: Goal<'_>, leaf: Option<usize>) -> Option<Values> {
        let values: Values = self.fields.iter().zip(chosen).map(|(field, cells)| field.value(cells)).collect();
        let asked = leaf.and_then(|number| self.leaves.get(number)).map(|leaf| &leaf.expr);
        let predicates: Vec<&Expr> = self.predicates.iter().copied().chain(asked).collect();
        let wanted: Vec<bool> = goal.iter().copied().chain(asked.map(|_| true)).collect();
        let reach = |tried: &[Values]| -> Option<Vec<bool>> {
            let events: Vec<Json> = tried.iter().map(|values| self.event(values)).collect();
            let is_wanted = |row: &Vec<Option<bool>>| row.iter().zip(&wanted).all(|(truth, wanted)| (*truth == Some(true)) == *wanted);
            Some(self.probe.truths(&events, &predicates)?.iter().map(is_wanted).collect())
        };
        let present: Vec<usize> = values.iter().enumerate().filter(|(_, value)| value.is_some()).map(|(at, _)| at).collect();
        let shrunk = if present.len() <= MOST_SHRUNK { present } else { Vec::new() };
        // One run answers for the event and for it without each of its fields: preparing a run takes longer than running it.
        let singly: Vec<Values> = shrunk.iter().map(|at| without(&values, &[*at])).collect();
        let reached = reach(&[&[values.clone()][..], &singly].concat())?;
        let (is_found, reached) = reached.split_first()?;
        if !is_found {
            return None;
        }
        let idle: Vec<usize> = shrunk.iter().zip(reached).filter(|(_, reached)| **reached).map(|(at, _)| *at).collect();
        let smallest = without(&values, &idle);
        if idle.len() < 2 || reach(std::slice::from_ref(&smallest))?.first() == Some(&true) {
            return Some(smallest);
        }
        // Fields that stand in for each other: one after the other.
        Some(idle.iter().fold(values, |values, at| {
            let smaller = without(&values, &[*at]);
            let is_enough = reach(std::slice::from_ref(&smaller)).is_some_and(|reached| reached.first() == Some(&true));
            if is_enough { smaller } else { values }
        }))
    }

    /// Searches for a contradiction without an event.
    fn refute(&self, goal: Goal<'_>, single: bool, known: Known) -> Refuted {
        let mut encoded = self.encode(known);
        let mut assumed = encoded.wanted(goal);
        if single {
            assumed.push(encoded.single);
        }
        match encoded.clauses.search(&assumed) {
            Outcome::Nothing => Refuted::Yes,
            Outcome::GivenUp => Refuted::Unknown,
            Outcome::Found => {
                let is_true = |number: &usize| encoded.leaves.get(*number).is_some_and(|(yes, _)| encoded.clauses.is_true(*yes));
                let wanted = |field: &Field| {
                    if field.is_complete { Vec::new() } else { field.leaves.iter().copied().filter(|number| is_true(number)).collect() }
                };
                Refuted::Unless(self.fields.iter().map(wanted).collect())
            }
        }
    }

    /// Makes the clauses with which events are found.
    pub(super) fn encode_cells(&self) -> Encoded {
        self.encode(Known::Cells)
    }

    /// Makes the clauses.
    fn encode(&self, known: Known) -> Encoded {
        let mut clauses = Clauses::new();
        let single = clauses.fresh();
        let mut leaves = Vec::new();
        for leaf in &self.leaves {
            let yes = clauses.fresh();
            let no = if leaf.nullable { clauses.fresh() } else { !yes };
            if leaf.nullable {
                clauses.add([!yes, !no]);
            }
            leaves.push((yes, no));
        }
        let mut encoded = Encoded { clauses, leaves, roots: Vec::new(), cells: Vec::new(), single };
        let mut is_celled = vec![false; self.leaves.len()];
        for field in &self.fields {
            let uses_cells = known == Known::Cells || known == Known::Laws && field.is_complete;
            let cells = if uses_cells { encoded.field(field, &self.leaves, self.family) } else { Vec::new() };
            encoded.cells.push(cells);
            for number in field.leaves.iter().filter(|_| uses_cells) {
                if let Some(flag) = is_celled.get_mut(*number) {
                    *flag = true;
                }
            }
        }
        if known == Known::Laws {
            let free: Vec<usize> = (0..self.leaves.len()).filter(|number| is_celled.get(*number) == Some(&false)).collect();
            self.laws(&free, &mut encoded);
        }
        for formula in &self.formulas {
            let (yes, _) = encoded.formula(formula);
            encoded.roots.push(yes);
        }
        encoded
    }

    fn laws(&self, numbers: &[usize], encoded: &mut Encoded) {
        let mut by_subject: std::collections::HashMap<&str, Vec<usize>> = std::collections::HashMap::new();
        for number in numbers {
            if let Some(atom) = self.leaves.get(*number).and_then(|leaf| leaf.atom.as_ref()) {
                by_subject.entry(&atom.subject).or_default().push(*number);
            }
        }
        for group in by_subject.values().filter(|group| group.len() <= MOST_COMPARED) {
            for first in group {
                for second in group.iter().filter(|second| *second != first) {
                    if let (Some(a), Some(b)) = (self.leaves.get(*first), self.leaves.get(*second)) {
                        encoded.law(a, *first, b, *second);
                    }
                }
            }
        }
    }
}

fn without(values: &Values, gone: &[usize]) -> Values {
    values.iter().enumerate().map(|(at, value)| value.clone().filter(|_| !gone.contains(&at))).collect()
}

/// What the search for a contradiction gave.
enum Refuted {
    /// There is no such event.
    Yes,
    /// The laws allow one in which, field by field, these leaves hold.
    Unless(Vec<Vec<usize>>),
    /// Not decided.
    Unknown,
}

impl Field {
    /// The value that the chosen cells make together.
    fn value(&self, chosen: &[usize]) -> Option<Json> {
        let mut values: Vec<Json> = chosen.iter().filter_map(|at| self.cells.get(*at)?.value.clone()).collect();
        match values.len() {
            0 => None,
            1 => values.pop(),
            _ => Some(Json::Array(values)),
        }
    }
}
