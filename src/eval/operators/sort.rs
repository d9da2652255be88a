//! `sort` and `take`. Null and NaN stand together at the end that the sort says (dkt/column_order_and_null_sort).

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::expr::{Compiled, Frame};
use super::super::node::{Flow, Row, Sink, emit_all, operator};
use super::super::scope::Scope;
use crate::ir::{Column, Expr, Plan, SortKey, Value, convert, order};
use std::cmp::Ordering;
use std::sync::Arc;

/// A compiled sort term.
#[derive(Debug)]
pub(in super::super) struct SortTerm {
    value: Compiled,
    descending: bool,
    nulls_first: bool,
}

impl Compiler<'_> {
    pub(in super::super) fn sort_terms(&mut self, keys: &[SortKey], columns: &[Column]) -> Result<Vec<SortTerm>, Refusal> {
        let mut scope = Scope::new(columns);
        let mut term = |key: &SortKey| {
            let value = self.expr(&key.expr, &mut scope)?;
            Ok(SortTerm { value, descending: key.descending, nulls_first: key.nulls_first })
        };
        keys.iter().map(&mut term).collect()
    }

    pub(in super::super) fn sort(&mut self, input: &Arc<Plan>, keys: &[SortKey]) -> Result<Built, Refusal> {
        let input = self.plan(input)?;
        let terms = self.sort_terms(keys, &input.columns)?;
        let columns = input.columns.to_vec();
        let run = move |context: &Context, out: &mut Sink<'_>| {
            let rows = order_by(input.collect(context)?, &terms, context);
            emit_all(&rows, out)?;
            context.release(rows.len(), input.columns.len());
            Ok(())
        };
        Ok((columns, operator(run)))
    }

    pub(in super::super) fn limit(&mut self, input: &Arc<Plan>, count: &Expr) -> Result<Built, Refusal> {
        let span = count.span;
        let count = convert::to_long(&self.constant(count)?).and_then(|count| usize::try_from(count).ok());
        let Some(count) = count else { return Err(Refusal::new("invalid-argument", span, "the number of rows is not a number of rows")) };
        let input = self.plan(input)?;
        let columns = input.columns.to_vec();
        let run = move |context: &Context, out: &mut Sink<'_>| {
            let mut left = count;
            if left == 0 {
                return Ok(());
            }
            input.run(context, &mut |row| {
                left -= 1;
                let flow = out(row)?;
                Ok(if left == 0 { Flow::Enough } else { flow })
            })
        };
        Ok((columns, operator(run)))
    }
}

/// Sorts rows; rows that compare equal keep their order.
fn order_by(rows: Vec<Row>, terms: &[SortTerm], context: &Context) -> Vec<Row> {
    let keys = |row: &Row| terms.iter().map(|term| term.value.value(&Frame { row, context })).collect::<Vec<Value>>();
    let mut keyed: Vec<(Vec<Value>, Row)> = rows.into_iter().map(|row| (keys(&row), row)).collect();
    keyed.sort_by(|(a, _), (b, _)| {
        let orders = a.iter().zip(b).zip(terms).map(|((a, b), term)| compare(a, b, term.descending, term.nulls_first));
        orders.fold(Ordering::Equal, Ordering::then)
    });
    keyed.into_iter().map(|(_, row)| row).collect()
}

fn compare(a: &Value, b: &Value, descending: bool, nulls_first: bool) -> Ordering {
    let absent = |value: &Value| value.is_null() || matches!(value, Value::Real(n) if n.is_nan());
    let order = order::sort_order(a, b);
    let order = if descending { order.reverse() } else { order };
    match (absent(a), absent(b)) {
        (true, false) => {
            if nulls_first {
                Ordering::Less
            } else {
                Ordering::Greater
            }
        }
        (false, true) => {
            if nulls_first {
                Ordering::Greater
            } else {
                Ordering::Less
            }
        }
        _ => order,
    }
}
