//! Clauses for the SAT solver, and a bound on its work.

use batsat::{Callbacks, Lit, Solver, SolverInterface as _, Var, lbool};
use std::cell::Cell;

/// How often the solver may report before it gives up. It asks at least once a conflict.
const PATIENCE: u32 = 200_000;

/// Ends a search that takes too long.
#[derive(Default)]
struct Patience(Cell<u32>);

impl Callbacks for Patience {
    fn stop(&self) -> bool {
        self.0.set(self.0.get() + 1);
        self.0.get() > PATIENCE
    }
}

/// What a search gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// An assignment was found.
    Found,
    /// There is none.
    Nothing,
    /// Not decided in time.
    GivenUp,
}

/// A set of clauses.
pub(super) struct Clauses {
    solver: Solver<Patience>,
    always: Lit,
}

impl Clauses {
    /// Starts with no clause but one constant.
    pub(super) fn new() -> Self {
        let mut solver = Solver::new(batsat::SolverOpts::default(), Patience::default());
        let always = Lit::new(solver.new_var_default(), true);
        let mut clauses = Self { solver, always };
        clauses.add([always]);
        clauses
    }

    /// Makes a variable.
    pub(super) fn fresh(&mut self) -> Lit {
        let var: Var = self.solver.new_var_default();
        Lit::new(var, true)
    }

    /// Returns the literal of a constant.
    pub(super) fn constant(&self, truth: bool) -> Lit {
        if truth { self.always } else { !self.always }
    }

    /// Adds a clause: at least one of the literals is true.
    pub(super) fn add(&mut self, literals: impl IntoIterator<Item = Lit>) {
        let mut clause: Vec<Lit> = literals.into_iter().collect();
        self.solver.add_clause_reuse(&mut clause);
    }

    /// Returns a literal that is true exactly where all of these are.
    pub(super) fn all(&mut self, literals: &[Lit]) -> Lit {
        if let [only] = literals {
            return *only;
        }
        let whole = self.fresh();
        for literal in literals {
            self.add([!whole, *literal]);
        }
        self.add(literals.iter().map(|literal| !*literal).chain([whole]));
        whole
    }

    /// Returns a literal that is true exactly where any of these is.
    pub(super) fn any(&mut self, literals: &[Lit]) -> Lit {
        let negated: Vec<Lit> = literals.iter().map(|literal| !*literal).collect();
        !self.all(&negated)
    }

    /// Lets at most one of the literals be true wherever `guard` is: a chain that remembers whether one came before.
    pub(super) fn at_most_one(&mut self, literals: &[Lit], guard: Lit) {
        let mut before: Option<Lit> = None;
        for literal in literals {
            let so_far = self.fresh();
            self.add([!*literal, so_far]);
            if let Some(before) = before {
                self.add([!before, so_far]);
                self.add([!guard, !before, !*literal]);
            }
            before = Some(so_far);
        }
    }

    /// Searches for an assignment in which all of the literals are true.
    pub(super) fn search(&mut self, assumed: &[Lit]) -> Outcome {
        self.solver.cb_mut().0.set(0);
        match self.solver.solve_limited(assumed) {
            found if found == lbool::TRUE => Outcome::Found,
            none if none == lbool::FALSE => Outcome::Nothing,
            _ => Outcome::GivenUp,
        }
    }

    /// Tells whether a literal is true in the assignment found.
    pub(super) fn is_true(&self, literal: Lit) -> bool {
        self.solver.value_lit(literal) == lbool::TRUE
    }
}
