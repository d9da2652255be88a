//! Flat chains of operands and operators to a tree: `* / %` bind closer than `+ -`, both from the left.

use crate::ir::Arithmetic;

/// A chain that is being read; `join` makes a node of an operation.
pub(super) struct Chain<E> {
    total: Option<(E, Arithmetic)>,
    product: Option<E>,
    op: Option<Arithmetic>,
    join: fn(Arithmetic, E, E) -> E,
}

impl<E> Chain<E> {
    pub(super) fn new(join: fn(Arithmetic, E, E) -> E) -> Self {
        Self { total: None, product: None, op: None, join }
    }

    /// Takes an operator. Behind another one, or at the start, it is a sign of the operand that follows: then it is not taken.
    pub(super) fn takes(&mut self, op: Arithmetic) -> bool {
        let is_operator = self.product.is_some() && self.op.is_none();
        if is_operator {
            self.op = Some(op);
        }
        is_operator
    }

    pub(super) fn operand(&mut self, operand: E) {
        self.product = Some(match (self.product.take(), self.op.take()) {
            (Some(left), Some(op @ (Arithmetic::Add | Arithmetic::Subtract))) => {
                self.total = Some((self.add(left), op));
                operand
            }
            (Some(left), Some(op)) => (self.join)(op, left, operand),
            _ => operand,
        });
    }

    pub(super) fn finish(mut self) -> Option<E> {
        let last = self.product.take()?;
        Some(self.add(last))
    }

    /// Adds a product to what is before it.
    fn add(&mut self, right: E) -> E {
        match self.total.take() {
            Some((left, op)) => (self.join)(op, left, right),
            None => right,
        }
    }
}
