//! The two searches: for an event that shows something, and for a proof that no event does.

use super::cells::Field;
use super::clauses::{Clauses, Outcome};
use super::formula::{Formula, Reader};
use super::globs::Law;
use super::leaf::{Family, Leaf};
use super::probe::{Probe, event};
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

/// What each predicate is to be: true, or not true.
pub(super) type Goal<'g> = &'g [bool];

/// Variables for a problem.
pub(super) struct Encoded {
    clauses: Clauses,
    /// For each leaf, that it is true, and that it is false.
    leaves: Vec<(Lit, Lit)>,
    /// For each predicate, that it is true.
    roots: Vec<Lit>,
    /// For each field and cell, that the field has such a value.
    cells: Vec<Vec<Lit>>,
    /// That no field has several values.
    single: Lit,
}

/// The value of each field of a problem; `None` for a missing one.
pub(super) type Values = Vec<Option<Json>>;

/// An event found, by the cells of its fields.
type Chosen = Vec<Vec<usize>>;

impl<'e> Problem<'e> {
    /// Takes predicates apart; `None` where they are too large.
    pub(super) fn new(predicates: &[&'e Expr], family: Family, now: i64) -> Option<Self> {
        let probe = Probe::new(family, predicates, now);
        let mut reader = Reader::new(family, &probe);
        let formulas = predicates.iter().map(|predicate| reader.read(predicate)).collect();
        let mut leaves = reader.leaves;
        if leaves.len() > MOST_LEAVES {
            return None;
        }
        let fields = cells::fields(&mut leaves, family, &probe);
        Some(Self { predicates: predicates.to_vec(), formulas, leaves, fields, family, probe })
    }

    /// Answers whether there is an event that makes each predicate what the goal says. `single` allows fields one value only.
    pub(super) fn answer(&mut self, goal: Goal<'_>, single: bool) -> Finding {
        for _ in 0..MOST_ROUNDS {
            if let Some(values) = self.find(&mut self.encode(true), goal, None, single) {
                return Finding::Event(self.event(&values));
            }
            match self.refute(goal, single) {
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

    /// Searches for a contradiction by the laws alone.
    fn refute(&self, goal: Goal<'_>, single: bool) -> Refuted {
        let mut encoded = self.encode(false);
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

    /// Makes the clauses: of all fields the cells where events are wanted, else the laws for fields whose cells are not all there are.
    pub(super) fn encode(&self, all_cells: bool) -> Encoded {
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
            let uses_cells = all_cells || field.is_complete;
            let cells = if uses_cells { encoded.field(field, &self.leaves, self.family) } else { Vec::new() };
            encoded.cells.push(cells);
            for number in field.leaves.iter().filter(|_| uses_cells) {
                if let Some(flag) = is_celled.get_mut(*number) {
                    *flag = true;
                }
            }
        }
        if !all_cells {
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

impl Encoded {
    fn wanted(&self, goal: Goal<'_>) -> Vec<Lit> {
        self.roots.iter().zip(goal).map(|(root, truth)| if *truth { *root } else { !*root }).collect()
    }

    /// A field has one of its cells, or in documents several, but then it is not missing.
    fn field(&mut self, field: &Field, leaves: &[Leaf], family: Family) -> Vec<Lit> {
        let cells: Vec<Lit> = field.cells.iter().map(|_| self.clauses.fresh()).collect();
        self.clauses.add(cells.iter().copied());
        let guard = if family == Family::Documents { self.single } else { self.clauses.constant(true) };
        self.clauses.at_most_one(&cells, guard);
        if let Some((missing, present)) = cells.split_first() {
            for cell in present {
                self.clauses.add([!*missing, !*cell]);
            }
        }
        for (at, number) in field.leaves.iter().enumerate() {
            let Some((yes, no)) = self.leaves.get(*number).copied() else { continue };
            let exact = leaves.get(*number).is_some_and(|leaf| leaf.is_exact);
            let of = |truth: bool| -> Vec<Lit> {
                let given = |cell: &super::cells::Cell| cell.truths.get(at).copied().flatten() == Some(truth);
                field.cells.iter().zip(&cells).filter(|(cell, _)| given(cell)).map(|(_, literal)| *literal).collect()
            };
            self.decided(yes, &of(true), exact);
            if no != !yes {
                self.decided(no, &of(false), exact);
            }
        }
        cells
    }

    /// A leaf is so exactly where one of these cells is.
    fn decided(&mut self, literal: Lit, cells: &[Lit], exact: bool) {
        for cell in cells {
            self.clauses.add([!*cell, literal]);
        }
        if exact {
            self.clauses.add(cells.iter().copied().chain([!literal]));
        }
    }

    fn law(&mut self, a: &Leaf, first: usize, b: &Leaf, second: usize) {
        let (Some(atom), Some(other)) = (&a.atom, &b.atom) else { return };
        let (Some((yes, no)), Some((yes_b, no_b))) = (self.leaves.get(first).copied(), self.leaves.get(second).copied()) else { return };
        match atom.law(other) {
            Some(Law::Implies) => {
                self.clauses.add([!yes, yes_b]);
                if b.nullable || !a.nullable {
                    self.clauses.add([!no_b, no]);
                }
            }
            Some(Law::Excludes) if atom.many || other.many => self.clauses.add([!self.single, !yes, !yes_b]),
            Some(Law::Excludes) => {
                self.clauses.add([!yes, no_b]);
                self.clauses.add([!yes_b, no]);
            }
            None => {}
        }
    }

    /// Returns where a formula is true, and where it is false.
    fn formula(&mut self, formula: &Formula) -> (Lit, Lit) {
        match formula {
            Formula::Constant(truth) => (self.clauses.constant(*truth == Some(true)), self.clauses.constant(*truth == Some(false))),
            Formula::Leaf(number) => {
                let never = self.clauses.constant(false);
                self.leaves.get(*number).copied().unwrap_or((never, never))
            }
            Formula::Not(inner) => {
                let (yes, no) = self.formula(inner);
                (no, yes)
            }
            Formula::All(operands) => {
                let (yes, no): (Vec<Lit>, Vec<Lit>) = operands.iter().map(|operand| self.formula(operand)).unzip();
                (self.clauses.all(&yes), self.clauses.any(&no))
            }
            Formula::Any(operands) => {
                let (yes, no): (Vec<Lit>, Vec<Lit>) = operands.iter().map(|operand| self.formula(operand)).unzip();
                (self.clauses.any(&yes), self.clauses.all(&no))
            }
            Formula::Choice(arms, otherwise) => {
                let (mut yes, mut no) = self.formula(otherwise);
                for (condition, value) in arms.iter().rev() {
                    let (taken, _) = self.formula(condition);
                    let (value_yes, value_no) = self.formula(value);
                    yes = self.choice(taken, value_yes, yes);
                    no = self.choice(taken, value_no, no);
                }
                (yes, no)
            }
        }
    }

    fn choice(&mut self, condition: Lit, then: Lit, otherwise: Lit) -> Lit {
        let first = self.clauses.all(&[condition, then]);
        let second = self.clauses.all(&[!condition, otherwise]);
        self.clauses.any(&[first, second])
    }

    fn chosen(&self) -> Chosen {
        let of = |cells: &Vec<Lit>| (0..cells.len()).filter(|at| cells.get(*at).is_some_and(|cell| self.clauses.is_true(*cell))).collect();
        self.cells.iter().map(of).collect()
    }

    fn literals(&self, chosen: &Chosen) -> Vec<Lit> {
        self.cells.iter().zip(chosen).flat_map(|(cells, numbers)| numbers.iter().filter_map(|at| cells.get(*at).copied())).collect()
    }
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
