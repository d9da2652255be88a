//! From the IR to EQL: event queries, sequences, samples.
//!
//! EQL knows null and the IR's matches do not: where a field may be missing, a negation says so (`a == null or a != "x"`). What EQL
//! cannot say is refused with its place; what it says differently is a loss.

mod build;
mod condition;
mod value;

use super::ast::{Event, Expr, ExprKind, Pipe, Query, QueryKind, Sequence, Term};
use crate::diagnostic::{Fidelity, Loss};
use crate::ir::{self, Case, FieldRef, Matcher, Op, Plan, SortKey, Step, Value};
use crate::schema::FieldType;
use crate::source::{Span, Spanned};
use std::sync::Arc;

/// The field that a query's category is compared with.
const CATEGORY: &str = "event.category";

/// Raises a plan over events; `types` says of what type a field is, `losses` gets what the query does not keep.
///
/// # Errors
/// Every part that EQL cannot say at all, as a loss of fidelity `refused`.
pub fn raise(plan: &Plan, types: &dyn Fn(&str) -> FieldType, losses: &mut Vec<Loss>) -> Result<Query, Vec<Loss>> {
    let mut raiser = Raiser { types, losses: Vec::new() };
    let query = raiser.query(plan);
    let (refused, kept): (Vec<_>, Vec<_>) = raiser.losses.into_iter().partition(|loss| loss.fidelity == Fidelity::Refused);
    match query {
        Some(query) if refused.is_empty() => {
            losses.extend(kept);
            Ok(query)
        }
        _ => Err(refused),
    }
}

/// What is gathered on the way.
struct Raiser<'a> {
    types: &'a dyn Fn(&str) -> FieldType,
    losses: Vec<Loss>,
}

impl Raiser<'_> {
    fn lose(&mut self, code: &'static str, fidelity: Fidelity, span: Span, message: impl Into<String>) {
        self.losses.push(Loss::query(code, fidelity, span, message));
    }

    fn refuse<T>(&mut self, code: &'static str, span: Span, message: impl Into<String>) -> Option<T> {
        self.lose(code, Fidelity::Refused, span, message);
        None
    }

    fn query(&mut self, plan: &Plan) -> Option<Query> {
        let kind = match &plan.op {
            Op::Scan(_) | Op::Filter { .. } => QueryKind::Event(self.event(plan)?),
            Op::Sequence(sequence) => QueryKind::Sequence(self.sequence(sequence, plan.span)?),
            Op::Sample(sample) => QueryKind::Sample(self.sample(sample, plan.span)?),
            Op::Limit { .. } | Op::Sort { .. } => return self.piped(plan),
            _ => {
                return self.refuse(
                    "operator-not-in-eql",
                    plan.span,
                    "EQL finds events and sequences of events, and computes nothing of them",
                );
            }
        };
        Some(Query { kind, pipes: Vec::new() })
    }

    /// `head` and `tail` are a limit over, or under, a sort by time.
    fn piped(&mut self, plan: &Plan) -> Option<Query> {
        let (name, count, inner) = match &plan.op {
            Op::Limit { input, count } => match &input.op {
                Op::Sort { input, keys } if ascending(keys) => ("head", count, input),
                _ => return self.refuse("limit-not-in-eql", plan.span, "EQL limits results by time only"),
            },
            Op::Sort { input, keys } if ascending(keys) => match &input.op {
                Op::Limit { input, count } => match &input.op {
                    Op::Sort { input, .. } => ("tail", count, input),
                    _ => return self.refuse("limit-not-in-eql", plan.span, "EQL limits results by time only"),
                },
                _ => return self.query(input),
            },
            _ => return self.refuse("sort-not-in-eql", plan.span, "EQL gives results in the order of time"),
        };
        let mut query = self.query(inner)?;
        let arg = self.scalar(count)?;
        query.pipes.push(Pipe { name: Spanned::new(name.to_owned(), plan.span), args: vec![arg] });
        Some(query)
    }

    /// A filter over a scan; the equality with a category becomes the query's own.
    fn event(&mut self, plan: &Plan) -> Option<Event> {
        let mut operands: Vec<&ir::Expr> = Vec::new();
        let mut inner = plan;
        while let Op::Filter { input, predicate } = &inner.op {
            match &predicate.kind {
                ir::ExprKind::And(items) => operands.splice(0..0, items).for_each(drop),
                _ => operands.insert(0, predicate),
            }
            inner = input;
        }
        if !matches!(inner.op, Op::Scan(_)) {
            return self.refuse(
                "operator-not-in-eql",
                inner.span,
                "EQL finds events and sequences of events, and computes nothing of them",
            );
        }
        let named = operands.iter().position(|operand| category(operand).is_some());
        let category = named.and_then(|at| category(operands.remove(at)));
        let rest = ir::Expr::all(operands.into_iter().cloned(), plan.span);
        let condition = match &rest.kind {
            ir::ExprKind::And(items) if items.is_empty() => node(ExprKind::Bool(true)),
            _ => self.holds(&rest, &condition::Present::default())?,
        };
        Some(Event { category, condition, span: plan.span })
    }

    fn sequence(&mut self, sequence: &ir::Sequence, span: Span) -> Option<Sequence> {
        let optional = |at: usize| sequence.optional_keys.get(at).copied().unwrap_or(false);
        let (by, terms) = self.terms(&sequence.steps, &optional)?;
        let until = match &sequence.until {
            Some(step) => {
                let keys = if by.is_empty() { self.keys(&step.by, &optional)? } else { Vec::new() };
                Some(Box::new(self.term(step, keys)?))
            }
            None => None,
        };
        Some(Sequence { by, maxspan: sequence.maxspan.map(|ticks| Spanned::new(ticks, span)), terms, until, span })
    }

    fn sample(&mut self, sample: &ir::Sample, span: Span) -> Option<Sequence> {
        if sample.window.is_some() {
            let message = "an EQL sample takes events from the whole look-back; the original asks that they lie within a span";
            self.lose("sample-without-span", Fidelity::Wider, span, message);
        }
        let (by, terms) = self.terms(&sample.steps, &|_| false)?;
        Some(Sequence { by, maxspan: None, terms, until: None, span })
    }

    /// Raises steps; keys that all of them share are those of the whole.
    fn terms(&mut self, steps: &[Step], optional: &dyn Fn(usize) -> bool) -> Option<(Vec<Expr>, Vec<Term>)> {
        let first = steps.first()?;
        let names = |step: &Step| step.by.iter().map(|key| key.kind.clone()).collect::<Vec<_>>();
        let shared = steps.iter().all(|step| names(step) == names(first));
        let by = if shared { self.keys(&first.by, optional)? } else { Vec::new() };
        let mut terms = Vec::new();
        for step in steps {
            let own = if shared { Vec::new() } else { self.keys(&step.by, optional)? };
            terms.push(self.term(step, own)?);
        }
        Some((by, terms))
    }

    fn keys(&mut self, keys: &[ir::Expr], optional: &dyn Fn(usize) -> bool) -> Option<Vec<Expr>> {
        let mut raised = Vec::new();
        for (at, key) in keys.iter().enumerate() {
            let mut key = self.scalar(key)?;
            if let ExprKind::Field { optional: is_optional, .. } = &mut key.kind {
                *is_optional = optional(at);
            }
            raised.push(key);
        }
        Some(raised)
    }

    fn term(&mut self, step: &Step, by: Vec<Expr>) -> Option<Term> {
        let runs = (step.runs > 1).then_some(step.runs);
        Some(Term { missing: step.missing, event: self.event(&step.input)?, by, runs, span: step.span })
    }
}

/// Tells whether rows are sorted from early to late, by the columns that the reader of EQL sorts by.
fn ascending(keys: &[SortKey]) -> bool {
    matches!(keys, [only] if !only.descending && matches!(&only.expr.kind, ir::ExprKind::Column(name) if matches!(&**name, "_ordinal" | "end")))
}

/// Reads `event.category == "x"`.
fn category(operand: &ir::Expr) -> Option<Spanned<String>> {
    let ir::ExprKind::Match { field: FieldRef::Field(name), matcher: Matcher::Equals { value: Value::String(value), case } } =
        &operand.kind
    else {
        return None;
    };
    (&**name == CATEGORY && *case == Case::Sensitive).then(|| Spanned::new(value.to_string(), operand.span))
}

/// Builds a node, which has no place in any text.
fn node(kind: ExprKind) -> Expr {
    Expr { kind, span: Span::default() }
}

/// Builds a text.
fn text(value: impl Into<String>) -> Expr {
    let value = value.into();
    // Backslashes read better without escapes.
    let raw = value.contains('\\') && !value.contains(['\n', '\r', '\t']);
    node(ExprKind::Text { value, raw })
}

/// Names of fields: dotted.
fn field(name: &Arc<str>) -> Expr {
    node(ExprKind::Field { path: value::path(name), optional: false })
}
