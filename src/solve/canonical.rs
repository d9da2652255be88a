//! When two parts of a plan are the same: places in the text, the order of operands and list values, and how a conjunction is spread
//! over neighbouring filters do not count.
//!
//! Equal plans get equal numbers; a part that is used twice is looked at once.

use crate::ir::{Expr, ExprKind, Op, Plan, Schema, TableSource, Value};
use crate::source::Span;
use std::collections::HashMap;
use std::sync::Arc;

/// Numbers plans so that equal ones have the same number, across both versions of a rule.
#[derive(Debug, Default)]
pub struct Canon {
    by_key: HashMap<String, usize>,
    by_address: HashMap<*const Plan, usize>,
}

impl Canon {
    /// Returns the number of a plan.
    pub fn plan(&mut self, plan: &Arc<Plan>) -> usize {
        if let Some(known) = self.by_address.get(&Arc::as_ptr(plan)) {
            return *known;
        }
        let (below, own) = match &plan.op {
            Op::Filter { .. } => {
                let (conditions, input) = filters(plan);
                (Some(self.plan(input)), self.conditions(&conditions))
            }
            op => (op.piped().map(|input| self.plan(input)), self.own(op)),
        };
        let key = format!("{below:?} {own}");
        let next = self.by_key.len();
        let number = *self.by_key.entry(key).or_insert(next);
        self.by_address.insert(Arc::as_ptr(plan), number);
        number
    }

    /// Returns what an operator does, apart from what is piped into it.
    pub fn own(&mut self, op: &Op) -> String {
        let mut bare = op.clone();
        for expr in bare.expressions_mut() {
            *expr = self.bare(expr);
        }
        let first = usize::from(op.piped().is_some());
        let numbers: Vec<Option<usize>> =
            op.inputs().into_iter().enumerate().map(|(at, input)| (at >= first).then(|| self.plan(input))).collect();
        for (input, number) in bare.inputs_mut().into_iter().zip(numbers) {
            *input = stand_in(number);
        }
        forget_places(&mut bare);
        if let Op::Union { inputs, .. } = &mut bare {
            inputs.sort_by(|a, b| a.name.cmp(&b.name));
        }
        format!("{bare:?}")
    }

    /// Returns what a conjunction says.
    pub fn conditions(&mut self, conditions: &[&Expr]) -> String {
        let mut keys: Vec<String> = conditions.iter().map(|condition| self.expr(condition)).collect();
        keys.sort_unstable();
        keys.dedup();
        format!("all {keys:?}")
    }

    /// Returns what an expression says.
    pub fn expr(&mut self, expr: &Expr) -> String {
        format!("{:?}", self.bare(expr))
    }

    /// Returns the expression without what does not count.
    fn bare(&mut self, expr: &Expr) -> Expr {
        let mut bare = expr.map_children(&mut |child| self.bare(child));
        bare.span = Span::default();
        match &mut bare.kind {
            ExprKind::And(operands) | ExprKind::Or(operands) => {
                sort(operands);
                if operands.len() == 1
                    && let Some(only) = operands.pop()
                {
                    return only;
                }
            }
            ExprKind::InList { list, .. } => {
                *list = elements(list);
                sort(list);
            }
            ExprKind::InPlan { plan, .. } | ExprKind::Scalar(plan) => *plan = stand_in(Some(self.plan(plan))),
            _ => {}
        }
        bare
    }
}

/// Takes the texts of constant arrays out, which is what the operators do that take lists (`in-cs-operator`, dynamic arrays).
pub fn elements(list: &[Expr]) -> Vec<Expr> {
    let mut out = Vec::new();
    for element in list {
        match &element.kind {
            ExprKind::Literal(Value::Array(items)) if items.iter().all(|item| item.as_str().is_some()) => {
                let text = |item: &Value| Expr::new(ExprKind::Literal(item.clone()), crate::ir::Type::String, element.span);
                out.extend(items.iter().map(text));
            }
            _ => out.push(element.clone()),
        }
    }
    out
}

/// Returns the conditions of a filter and the filters right below it, in the order of the text, and what they filter.
pub fn filters(plan: &Arc<Plan>) -> (Vec<&Expr>, &Arc<Plan>) {
    let mut predicates = Vec::new();
    let mut at = plan;
    while let Op::Filter { input, predicate } = &at.op {
        predicates.push(predicate);
        at = input;
    }
    let conditions = predicates.into_iter().rev().flat_map(|predicate| match &predicate.kind {
        ExprKind::And(operands) => operands.iter().collect(),
        _ => vec![predicate],
    });
    (conditions.collect(), at)
}

fn sort(operands: &mut Vec<Expr>) {
    operands.sort_by_cached_key(|operand| format!("{operand:?}"));
    operands.dedup();
}

/// A plan that only says which plan it stands for.
fn stand_in(number: Option<usize>) -> Arc<Plan> {
    let name = number.map(|number| Arc::from(format!("{number:09}")));
    Arc::new(Plan { op: Op::Each, schema: Schema::default(), span: Span::default(), name })
}

fn forget_places(op: &mut Op) {
    match op {
        Op::Aggregate { aggregates, .. } | Op::MakeSeries { aggregates, .. } => {
            aggregates.iter_mut().for_each(|aggregate| aggregate.span = Span::default());
        }
        Op::Sequence(sequence) => sequence.steps.iter_mut().chain(&mut sequence.until).for_each(|step| step.span = Span::default()),
        Op::Sample(sample) => sample.steps.iter_mut().for_each(|step| step.span = Span::default()),
        Op::Scan(TableSource::Index(patterns)) => {
            patterns.sort();
            patterns.dedup();
        }
        Op::Scan(TableSource::Function { args, .. }) => args.iter_mut().for_each(forget_all_places),
        _ => {}
    }
}

fn forget_all_places(expr: &mut Expr) {
    fn bare(expr: &Expr) -> Expr {
        let mut out = expr.map_children(&mut bare);
        out.span = Span::default();
        out
    }
    *expr = bare(expr);
}
