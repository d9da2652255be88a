//! Going through plans and expressions, and rebuilding an expression with other parts.

use super::{Expr, ExprKind, FieldRef, Matcher, Member, Op, Plan};
use std::sync::Arc;

impl Op {
    /// Returns the input that the author piped into the operator.
    pub fn piped(&self) -> Option<&Arc<Plan>> {
        match self {
            Self::Join { left, .. } => Some(left),
            Self::Special { inputs, .. } => inputs.first(),
            Self::Opaque { input, .. } => input.as_ref(),
            Self::Union { .. } | Self::FirstSeen(_) | Self::Threshold(_) | Self::Sequence(_) | Self::Sample(_) | Self::Correlate(_) => None,
            _ => self.inputs().into_iter().next(),
        }
    }
}

impl Plan {
    /// Calls `visit` for every node, inputs before their consumer, also those inside expressions (`in (T | …)`, `toscalar`).
    /// A node shared by two parents is visited once.
    pub fn walk<'a>(self: &'a Arc<Self>, visit: &mut dyn FnMut(&'a Arc<Self>)) {
        self.walk_once(&mut Vec::new(), visit);
    }

    fn walk_once<'a>(self: &'a Arc<Self>, seen: &mut Vec<*const Self>, visit: &mut dyn FnMut(&'a Arc<Self>)) {
        let address = Arc::as_ptr(self);
        if seen.contains(&address) {
            return;
        }
        seen.push(address);
        for input in self.op.inputs() {
            input.walk_once(seen, visit);
        }
        for expr in self.op.expressions() {
            expr.walk(&mut |inner| {
                if let ExprKind::InPlan { plan, .. } | ExprKind::Scalar(plan) = &inner.kind {
                    plan.walk_once(seen, visit);
                }
            });
        }
        visit(self);
    }
}

impl Expr {
    /// Returns the expressions directly inside, in the order they are written.
    pub fn children(&self) -> Vec<&Self> {
        match &self.kind {
            ExprKind::Literal(_) | ExprKind::Column(_) | ExprKind::SideColumn { .. } | ExprKind::Scalar(_) | ExprKind::Opaque { .. } => {
                Vec::new()
            }
            ExprKind::Member { base, member: Member::Index(index) } => vec![base, index],
            ExprKind::Member { base, member: Member::Name(_) } => vec![base],
            ExprKind::Negate(inner) | ExprKind::Not(inner) | ExprKind::Convert(inner) => vec![inner],
            ExprKind::Arithmetic { left, right, .. } | ExprKind::Compare { left, right, .. } | ExprKind::Test { left, right, .. } => {
                vec![left, right]
            }
            ExprKind::And(operands) | ExprKind::Or(operands) => operands.iter().collect(),
            ExprKind::InList { value, list, .. } => std::iter::once(&**value).chain(list).collect(),
            ExprKind::InPlan { value, .. } => vec![value],
            ExprKind::Between { value, low, high, .. } => vec![value, low, high],
            ExprKind::Match { field, matcher } => {
                let value = if let FieldRef::Value(value) = field { Some(&**value) } else { None };
                let nested = if let Matcher::Nested(inner) = matcher { Some(&**inner) } else { None };
                value.into_iter().chain(nested).collect()
            }
            ExprKind::Call { args, .. } => args.iter().collect(),
            ExprKind::Conditional { arms, otherwise } => {
                arms.iter().flat_map(|(condition, value)| [condition, value]).chain(std::iter::once(&**otherwise)).collect()
            }
        }
    }

    /// Returns what must all hold: the operands of a conjunction, else the expression itself.
    pub fn conjuncts(&self) -> &[Self] {
        if let ExprKind::And(operands) = &self.kind { operands } else { std::slice::from_ref(self) }
    }

    /// Returns the columns that the expression reads, as often as it does.
    pub fn columns(&self) -> Vec<&Arc<str>> {
        let mut found = Vec::new();
        self.walk(&mut |part| {
            if let ExprKind::Column(name) = &part.kind {
                found.push(name);
            }
        });
        found
    }

    /// Calls `visit` for this expression and everything inside it, outside first. Sub-plans are not entered.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        visit(self);
        for child in self.children() {
            child.walk(visit);
        }
    }

    /// Returns the expression with each direct child replaced; type and span stay.
    #[must_use]
    pub fn map_children(&self, map: &mut dyn FnMut(&Self) -> Self) -> Self {
        let kind = match &self.kind {
            leaf @ (ExprKind::Literal(_)
            | ExprKind::Column(_)
            | ExprKind::SideColumn { .. }
            | ExprKind::Scalar(_)
            | ExprKind::Opaque { .. }) => leaf.clone(),
            ExprKind::Member { base, member } => {
                let base = Box::new(map(base));
                let member = match member {
                    Member::Index(index) => Member::Index(Box::new(map(index))),
                    Member::Name(name) => Member::Name(name.clone()),
                };
                ExprKind::Member { base, member }
            }
            ExprKind::Negate(inner) => ExprKind::Negate(Box::new(map(inner))),
            ExprKind::Not(inner) => ExprKind::Not(Box::new(map(inner))),
            ExprKind::Convert(inner) => ExprKind::Convert(Box::new(map(inner))),
            ExprKind::Arithmetic { op, left, right } => {
                ExprKind::Arithmetic { op: *op, left: Box::new(map(left)), right: Box::new(map(right)) }
            }
            ExprKind::Compare { op, case, left, right } => {
                ExprKind::Compare { op: *op, case: *case, left: Box::new(map(left)), right: Box::new(map(right)) }
            }
            ExprKind::Test { test, case, negated, left, right } => {
                ExprKind::Test { test: *test, case: *case, negated: *negated, left: Box::new(map(left)), right: Box::new(map(right)) }
            }
            ExprKind::And(operands) => ExprKind::And(operands.iter().map(map).collect()),
            ExprKind::Or(operands) => ExprKind::Or(operands.iter().map(map).collect()),
            ExprKind::InList { test, all, case, negated, value, list } => ExprKind::InList {
                test: *test,
                all: *all,
                case: *case,
                negated: *negated,
                value: Box::new(map(value)),
                list: list.iter().map(map).collect(),
            },
            ExprKind::InPlan { test, all, case, negated, value, plan } => {
                ExprKind::InPlan { test: *test, all: *all, case: *case, negated: *negated, value: Box::new(map(value)), plan: plan.clone() }
            }
            ExprKind::Between { negated, value, low, high } => {
                ExprKind::Between { negated: *negated, value: Box::new(map(value)), low: Box::new(map(low)), high: Box::new(map(high)) }
            }
            ExprKind::Match { field, matcher } => {
                let field = if let FieldRef::Value(value) = field { FieldRef::Value(Box::new(map(value))) } else { field.clone() };
                let matcher = if let Matcher::Nested(inner) = matcher { Matcher::Nested(Box::new(map(inner))) } else { matcher.clone() };
                ExprKind::Match { field, matcher }
            }
            ExprKind::Call { function, args } => ExprKind::Call { function: function.clone(), args: args.iter().map(map).collect() },
            ExprKind::Conditional { arms, otherwise } => ExprKind::Conditional {
                arms: arms.iter().map(|(condition, value)| (map(condition), map(value))).collect(),
                otherwise: Box::new(map(otherwise)),
            },
        };
        Self::new(kind, self.ty, self.span)
    }
}
