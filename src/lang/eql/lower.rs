//! EQL's tree to a plan over events.
//!
//! EQL knows null: a comparison with a missing field is neither true nor false, and `not` does not change that
//! (<https://www.elastic.co/docs/reference/query-languages/eql/eql-syntax>, eql/118). Each condition is therefore taken apart into when
//! it is true and when it is false, both two-valued.

mod condition;
mod scalar;

pub(super) use scalar::canonical;

use super::ast::{Event, Expr, ExprKind, Pipe, Query, QueryKind, Sequence, Term};
use crate::ir::{self, Case, Matcher, Op, Plan, Sample, Schema, SortKey, Step, TableSource, Type};
use crate::source::Span;
use std::sync::Arc;

/// The field that orders events.
const TIME: &str = "@timestamp";

/// The field that a query's category is compared with, where the search names no other.
const CATEGORY: &str = "event.category";

/// What a search is over.
#[derive(Clone, Copy)]
struct Search<'a> {
    source: &'a TableSource,
    /// `event_category_field` (elastic.co, EQL search API).
    category: &'a str,
}

/// Lowers a query to a plan over the events of a source.
pub fn lower(query: &Query, source: &TableSource) -> Arc<Plan> {
    lower_by(query, source, CATEGORY)
}

/// Lowers a query whose categories are values of another field than `event.category`.
pub fn lower_by(query: &Query, source: &TableSource, category: &str) -> Arc<Plan> {
    let search = Search { source, category };
    let (plan, order) = match &query.kind {
        QueryKind::Event(one) => (event(one, search), "_ordinal"),
        QueryKind::Sequence(terms) => (sequence(terms, search), "end"),
        QueryKind::Sample(terms) => (sample(terms, search), "end"),
        QueryKind::Join(terms) => (opaque(None, "join", "eql-join-not-run", terms.span), "end"),
    };
    query.pipes.iter().fold(plan, |input, one| pipe(input, one, order))
}

/// Lowers the condition of an event query, its category included.
pub fn lower_event(event: &Event) -> ir::Expr {
    condition_of(event, CATEGORY)
}

fn condition_of(event: &Event, field: &str) -> ir::Expr {
    let condition = condition::truth(&event.condition).yes;
    match &event.category {
        Some(category) => {
            let matcher = Matcher::Equals { value: ir::Value::string(&category.value), case: Case::Sensitive };
            let category = ir::Expr::field_matches(field, matcher, category.span);
            ir::Expr::all([category, condition], event.span)
        }
        None => condition,
    }
}

fn event(event: &Event, search: Search<'_>) -> Arc<Plan> {
    let scan = Plan::new(Op::Scan(search.source.clone()), Schema::unknown(), event.span);
    Plan::new(Op::Filter { input: scan, predicate: condition_of(event, search.category) }, Schema::unknown(), event.span)
}

fn sequence(sequence: &Sequence, search: Search<'_>) -> Arc<Plan> {
    let steps: Vec<Step> = sequence.terms.iter().map(|one| step(one, &sequence.by, search)).collect();
    let keys = sequence.terms.first().map_or(&[] as &[Expr], |first| &first.by);
    let is_optional = |key: &Expr| matches!(key.kind, ExprKind::Field { optional: true, .. });
    let lowered = ir::Sequence {
        steps,
        maxspan: sequence.maxspan.as_ref().map(|span| span.value),
        until: sequence.until.as_ref().map(|until| step(until, &sequence.by, search)),
        optional_keys: sequence.by.iter().chain(keys).map(is_optional).collect(),
        time: TIME.into(),
    };
    Plan::new(Op::Sequence(Box::new(lowered)), Schema::unknown(), sequence.span)
}

fn sample(sequence: &Sequence, search: Search<'_>) -> Arc<Plan> {
    let steps = sequence.terms.iter().map(|one| step(one, &sequence.by, search)).collect();
    Plan::new(Op::Sample(Box::new(Sample { steps, window: None, time: TIME.into() })), Schema::unknown(), sequence.span)
}

fn step(term: &Term, by: &[Expr], search: Search<'_>) -> Step {
    Step {
        input: event(&term.event, search),
        by: by.iter().chain(&term.by).map(scalar::scalar).collect(),
        runs: term.runs.unwrap_or(1),
        missing: term.missing,
        span: term.span,
    }
}

/// `head` and `tail` are all that Elasticsearch runs; `order` is the column that later results have more of.
fn pipe(input: Arc<Plan>, pipe: &Pipe, order: &str) -> Arc<Plan> {
    let span = pipe.name.span;
    let count = match pipe.args.first().map(|arg| &arg.kind) {
        Some(ExprKind::Integer(count)) => *count,
        // Both show ten without a number.
        None => 10,
        Some(_) => return opaque(Some(input), &pipe.name.value, "eql-pipe-not-run", span),
    };
    let count = ir::Expr::literal(count, Type::Long, span);
    let limit = |input| Plan::new(Op::Limit { input, count: count.clone() }, Schema::unknown(), span);
    let sort = |input, descending| {
        let keys = vec![SortKey { expr: ir::Expr::column(order, Type::Unknown, span), descending, nulls_first: false }];
        Plan::new(Op::Sort { input, keys }, Schema::unknown(), span)
    };
    match pipe.name.value.as_str() {
        "head" => limit(sort(input, false)),
        "tail" => sort(limit(sort(input, true)), false),
        name => opaque(Some(input), name, "eql-pipe-not-run", span),
    }
}

fn opaque(input: Option<Arc<Plan>>, text: &str, code: &'static str, span: Span) -> Arc<Plan> {
    Plan::new(Op::Opaque { input, text: text.into(), code }, Schema::unknown(), span)
}
