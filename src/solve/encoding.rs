//! A problem as clauses: a variable for each condition, and one for each value that was tried in a field.
//!
//! It decides nothing; `search` does.

use super::cells::{Cell, Field};
use super::clauses::Clauses;
use super::formula::Formula;
use super::globs::Law;
use super::leaf::{Family, Leaf};
use batsat::Lit;

/// What each predicate is to be: true, or not true.
pub(super) type Goal<'g> = &'g [bool];

/// An event found, by the cells of its fields.
pub(super) type Chosen = Vec<Vec<usize>>;

/// Variables for a problem.
pub(super) struct Encoded {
    pub clauses: Clauses,
    /// For each leaf, that it is true, and that it is false.
    pub leaves: Vec<(Lit, Lit)>,
    /// For each predicate, that it is true.
    pub roots: Vec<Lit>,
    /// For each field and cell, that the field has such a value.
    pub cells: Vec<Vec<Lit>>,
    /// That no field has several values.
    pub single: Lit,
}

impl Encoded {
    /// Returns the literals of a goal.
    pub(super) fn wanted(&self, goal: Goal<'_>) -> Vec<Lit> {
        self.roots.iter().zip(goal).map(|(root, truth)| if *truth { *root } else { !*root }).collect()
    }

    /// A field has one of its cells, or in documents several, but then it is not missing.
    pub(super) fn field(&mut self, field: &Field, leaves: &[Leaf], family: Family) -> Vec<Lit> {
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
                let given = |cell: &Cell| cell.truths.get(at).copied().flatten() == Some(truth);
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

    /// Adds the law between two leaves, where there is one.
    pub(super) fn law(&mut self, a: &Leaf, first: usize, b: &Leaf, second: usize) {
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
    pub(super) fn formula(&mut self, formula: &Formula) -> (Lit, Lit) {
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

    /// Returns the cells of the assignment found.
    pub(super) fn chosen(&self) -> Chosen {
        let of = |cells: &Vec<Lit>| (0..cells.len()).filter(|at| cells.get(*at).is_some_and(|cell| self.clauses.is_true(*cell))).collect();
        self.cells.iter().map(of).collect()
    }

    /// Returns the literals of cells.
    pub(super) fn literals(&self, chosen: &Chosen) -> Vec<Lit> {
        self.cells.iter().zip(chosen).flat_map(|(cells, numbers)| numbers.iter().filter_map(|at| cells.get(*at).copied())).collect()
    }
}
