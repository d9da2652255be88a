//! Predicates as Boolean formulas over leaves, in which forms that mean the same have become the same leaf.

use super::canonical::{Canon, elements};
use super::leaf::{Family, Leaf};
use super::probe::Probe;
use crate::ir::{Case, Comparison, Expr, ExprKind, StringTest, Type, Value};
use crate::source::Span;
use std::collections::HashMap;

/// A formula in three-valued logic.
#[derive(Clone, Debug)]
pub(super) enum Formula {
    /// Always this; `None` is null.
    Constant(Option<bool>),
    /// The leaf of that number.
    Leaf(usize),
    /// Negation.
    Not(Box<Self>),
    /// All hold.
    All(Vec<Self>),
    /// Any holds.
    Any(Vec<Self>),
    /// The value beside the first condition that is true, else the last.
    Choice(Vec<(Self, Self)>, Box<Self>),
}

/// Reads predicates; leaves that say the same are numbered once.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    /// The leaves found.
    pub leaves: Vec<Leaf>,
    numbers: HashMap<String, usize>,
    canon: Canon,
    family: Family,
    probe: &'a Probe,
}

impl<'a> Reader<'a> {
    /// Starts without leaves.
    pub(super) fn new(family: Family, probe: &'a Probe) -> Self {
        Self { leaves: Vec::new(), numbers: HashMap::new(), canon: Canon::default(), family, probe }
    }

    /// Reads a predicate.
    pub(super) fn read(&mut self, expr: &Expr) -> Formula {
        match &expr.kind {
            ExprKind::Literal(Value::Bool(truth)) => Formula::Constant(Some(*truth)),
            ExprKind::Literal(Value::Null) => Formula::Constant(None),
            ExprKind::And(operands) => Formula::All(operands.iter().map(|operand| self.read(operand)).collect()),
            ExprKind::Or(operands) => Formula::Any(operands.iter().map(|operand| self.read(operand)).collect()),
            ExprKind::Not(inner) => Formula::Not(Box::new(self.read(inner))),
            ExprKind::Compare { op, case, left, right } => self.comparison(*op, *case, left, right),
            ExprKind::Test { test, case, negated, left, right } => {
                let plain = self.test(*test, *case, left, right);
                signed(plain, *negated)
            }
            ExprKind::InList { test, all, case, negated, value, list } => {
                let each = elements(list).iter().map(|element| self.element(*test, *case, value, element)).collect();
                signed(if *all { Formula::All(each) } else { Formula::Any(each) }, *negated)
            }
            ExprKind::Between { negated: true, value, low, high } => {
                let plain = ExprKind::Between { negated: false, value: value.clone(), low: low.clone(), high: high.clone() };
                Formula::Not(Box::new(self.leaf(Expr::new(plain, Type::Bool, expr.span))))
            }
            ExprKind::Conditional { arms, otherwise } => {
                let arms = arms.iter().map(|(condition, value)| (self.read(condition), self.read(value))).collect();
                Formula::Choice(arms, Box::new(self.read(otherwise)))
            }
            ExprKind::Call { function, args } => self.call(expr, function, args),
            _ => self.leaf(expr.clone()),
        }
    }

    /// `!=` is the negation of `==` for every pair of values (`eval::expr::compare`); a constant comes last.
    fn comparison(&mut self, op: Comparison, case: Case, left: &Expr, right: &Expr) -> Formula {
        let (op, left, right) = if is_constant(left) && !is_constant(right) { (op.mirrored(), right, left) } else { (op, left, right) };
        let (positive, negated) = if op == Comparison::Ne { (Comparison::Eq, true) } else { (op, false) };
        let kind = ExprKind::Compare { op: positive, case, left: Box::new(left.clone()), right: Box::new(right.clone()) };
        let leaf = self.leaf(Expr::new(kind, Type::Bool, Span::default()));
        signed(leaf, negated)
    }

    fn test(&mut self, test: StringTest, case: Case, left: &Expr, right: &Expr) -> Formula {
        let kind = ExprKind::Test { test, case, negated: false, left: Box::new(left.clone()), right: Box::new(right.clone()) };
        self.leaf(Expr::new(kind, Type::Bool, Span::default()))
    }

    /// One element of a list. Text is compared by `in` as by `==`; numbers stay with the list's own equality.
    fn element(&mut self, test: Option<StringTest>, case: Case, value: &Expr, element: &Expr) -> Formula {
        let is_text =
            matches!(element.kind, ExprKind::Literal(Value::String(_))) && matches!(value.ty, Type::String | Type::Dynamic | Type::Unknown);
        match test {
            Some(test) => self.test(test, case, value, element),
            None if is_text => self.comparison(Comparison::Eq, case, value, element),
            None => {
                let list = vec![element.clone()];
                let kind = ExprKind::InList { test: None, all: false, case, negated: false, value: Box::new(value.clone()), list };
                self.leaf(Expr::new(kind, Type::Bool, Span::default()))
            }
        }
    }

    fn call(&mut self, expr: &Expr, function: &str, args: &[Expr]) -> Formula {
        let (positive, negated) = match function {
            "isnotempty" => ("isempty", true),
            "isnotnull" => ("isnull", true),
            other => (other, false),
        };
        match args {
            [text] if positive == "isempty" && text.ty == Type::String => {
                let empty = Expr::literal("", Type::String, Span::default());
                signed(self.comparison(Comparison::Eq, Case::Sensitive, text, &empty), negated)
            }
            [_] if negated => {
                let kind = ExprKind::Call { function: positive.into(), args: args.to_vec() };
                Formula::Not(Box::new(self.leaf(Expr::new(kind, Type::Bool, expr.span))))
            }
            _ => self.leaf(expr.clone()),
        }
    }

    fn leaf(&mut self, expr: Expr) -> Formula {
        let key = self.canon.expr(&expr);
        if let Some(number) = self.numbers.get(&key) {
            return Formula::Leaf(*number);
        }
        let number = self.leaves.len();
        let leaf = Leaf::new(expr, self.family, self.probe, &mut self.canon);
        self.leaves.push(leaf);
        self.numbers.insert(key, number);
        Formula::Leaf(number)
    }
}

fn signed(plain: Formula, negated: bool) -> Formula {
    if negated { Formula::Not(Box::new(plain)) } else { plain }
}

/// Tells whether an expression looks at no row.
pub(super) fn is_constant(expr: &Expr) -> bool {
    let mut constant = true;
    expr.walk(&mut |inner| {
        constant &= !matches!(
            inner.kind,
            ExprKind::Column(_)
                | ExprKind::SideColumn { .. }
                | ExprKind::Match { .. }
                | ExprKind::InPlan { .. }
                | ExprKind::Scalar(_)
                | ExprKind::Opaque { .. }
        );
    });
    constant
}
