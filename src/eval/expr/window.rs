//! Window functions (`prev`, `next`, `row_number`, …): values that depend on other rows of a serialized input.
//!
//! A call becomes a hidden column behind the input's columns. Its operator holds the rows and has each call fill its column,
//! inner calls first, so that an argument may itself be a window call.

use super::super::Refusal;
use super::super::compile::Compiler;
use super::super::context::Context;
use super::super::key::Key;
use super::super::node::Row;
use super::super::scope::Scope;
use super::{Compiled, Frame};
use crate::ir::{Arithmetic, Expr, Type, Value, convert, order};
use std::cmp::Ordering;

/// A window call whose result is a hidden column.
#[derive(Debug)]
pub(in super::super) struct WindowCall {
    function: Window,
    args: Vec<Compiled>,
}

/// The window functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Window {
    /// `prev(x, offset, default)`, and `next` with the offset's sign turned.
    Shift(i64),
    /// `row_number(start, restart)`
    Number,
    /// `row_cumsum(x, restart)`
    Sum,
    /// `row_rank_dense(x, restart)`
    RankDense,
    /// `row_rank_min(x, restart)`
    RankMin,
    /// `row_window_session(time, from first, between neighbours, restart)`
    Session,
}

static WINDOWS: &[(&str, Window)] = &[
    ("prev", Window::Shift(-1)),
    ("next", Window::Shift(1)),
    ("row_number", Window::Number),
    ("row_cumsum", Window::Sum),
    ("row_rank_dense", Window::RankDense),
    ("row_rank_min", Window::RankMin),
    ("row_window_session", Window::Session),
];

impl Compiler<'_> {
    pub(super) fn window_call(&mut self, function: &str, args: &[Expr], expr: &Expr, scope: &mut Scope<'_>) -> Result<Compiled, Refusal> {
        let Some((_, window)) = WINDOWS.iter().find(|(name, _)| *name == function) else {
            return Err(super::call::refused(function, "it is known by name only", expr.span));
        };
        let args = self.args(args, scope)?;
        let inner = args.first().map_or(Type::Unknown, |arg| arg.ty);
        let ty = match (expr.ty, window) {
            (Type::Unknown, Window::Number | Window::RankDense | Window::RankMin) => Type::Long,
            (Type::Unknown, _) => inner,
            (ty, _) => ty,
        };
        let Some(slot) = scope.window(WindowCall { function: *window, args }) else {
            let message = format!("`{function}` needs rows in order and cannot stand here");
            return Err(Refusal::new("misplaced-window-function", expr.span, message));
        };
        Ok(Compiled::slot(slot, ty))
    }
}

impl WindowCall {
    /// Appends the call's value to each row.
    pub(in super::super) fn fill(&self, context: &Context, rows: &mut [Row]) {
        let values = match self.function {
            Window::Shift(sign) => self.shifted(context, rows, sign),
            Window::Number => self.numbers(context, rows),
            Window::Sum => self.sums(context, rows),
            Window::RankDense | Window::RankMin => self.ranks(context, rows),
            Window::Session => self.sessions(context, rows),
        };
        for (row, value) in rows.iter_mut().zip(values) {
            row.push(value);
        }
    }

    fn arg(&self, context: &Context, row: &Row, position: usize) -> Value {
        self.args.get(position).map_or(Value::Null, |arg| arg.value(&Frame { row, context }))
    }

    fn restarts(&self, context: &Context, row: &Row, position: usize) -> bool {
        self.args.get(position).is_some_and(|arg| arg.holds(&Frame { row, context }))
    }

    fn shifted(&self, context: &Context, rows: &[Row], sign: i64) -> Vec<Value> {
        let values: Vec<Value> = rows.iter().map(|row| self.arg(context, row, 0)).collect();
        let ty = self.args.first().map_or(Type::Unknown, |arg| arg.ty);
        let shift = |(position, row): (usize, &Row)| {
            let offset = if self.args.len() > 1 { convert::to_long(&self.arg(context, row, 1)).unwrap_or(1) } else { 1 };
            let from = usize::try_from((position as i64).saturating_add(offset.saturating_mul(sign))).ok();
            match from.and_then(|from| values.get(from)) {
                Some(value) => value.clone(),
                None => super::settle(self.arg(context, row, 2), ty),
            }
        };
        rows.iter().enumerate().map(shift).collect()
    }

    fn numbers(&self, context: &Context, rows: &[Row]) -> Vec<Value> {
        let start = |row: &Row| if self.args.is_empty() { 1 } else { convert::to_long(&self.arg(context, row, 0)).unwrap_or(1) };
        let mut next = None;
        let mut number = |row: &Row| {
            let number = if self.restarts(context, row, 1) { start(row) } else { next.unwrap_or_else(|| start(row)) };
            next = Some(number + 1);
            Value::Long(number)
        };
        rows.iter().map(&mut number).collect()
    }

    /// Null terms count as nothing.
    fn sums(&self, context: &Context, rows: &[Row]) -> Vec<Value> {
        let mut sum = Value::Null;
        let mut add = |row: &Row| {
            let term = self.arg(context, row, 0);
            if self.restarts(context, row, 1) {
                sum = Value::Null;
            }
            sum = match (&sum, &term) {
                (_, Value::Null) => sum.clone(),
                (Value::Null, _) => term,
                _ => super::arithmetic::compute(Arithmetic::Add, &sum, &term, Type::Unknown),
            };
            sum.clone()
        };
        rows.iter().map(&mut add).collect()
    }

    fn ranks(&self, context: &Context, rows: &[Row]) -> Vec<Value> {
        let (mut last, mut rank, mut position) = (None::<Value>, 0, 0);
        let mut next = |row: &Row| {
            let term = self.arg(context, row, 0);
            if last.is_none() || self.restarts(context, row, 1) {
                (rank, position, last) = (1, 1, Some(term));
                return Value::Long(rank);
            }
            position += 1;
            if last.as_ref().is_none_or(|last| Key(last.clone()) != Key(term.clone())) {
                rank = if self.function == Window::RankDense { rank + 1 } else { position };
                last = Some(term);
            }
            Value::Long(rank)
        };
        rows.iter().map(&mut next).collect()
    }

    /// The time of the first row of the session that the row belongs to (`row-window-session-function`).
    fn sessions(&self, context: &Context, rows: &[Row]) -> Vec<Value> {
        let (mut first, mut last) = (Value::Null, Value::Null);
        let mut next = |row: &Row| {
            let time = self.arg(context, row, 0);
            let (from_first, between) = (self.arg(context, row, 1), self.arg(context, row, 2));
            let within = |start: &Value, limit: &Value| {
                let gap = super::arithmetic::compute(Arithmetic::Subtract, &time, start, Type::Unknown);
                order::compare(&gap, limit).is_some_and(|order| order != Ordering::Greater)
            };
            if first.is_null() || self.restarts(context, row, 3) || !within(&first, &from_first) || !within(&last, &between) {
                first = time.clone();
            }
            last = time;
            first.clone()
        };
        rows.iter().map(&mut next).collect()
    }
}
