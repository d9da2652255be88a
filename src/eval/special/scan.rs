//! `scan`: a state machine over sorted rows (`scan-operator`).
//!
//! A row is shown to every step, from the last to the first. If the step before is live and the condition holds under its state,
//! that state moves up; else, if the step itself is live or is the first, its own state takes the row.

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::expr::{Compiled, Frame, settle};
use super::super::key::{Key, Keys};
use super::super::node::{Flow, Node, Row, Sink, operator};
use super::super::scope::Scope;
use super::Parts;
use crate::ir::{Column, Named, Type, Value, convert};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Which rows of a step come out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Output {
    All,
    Last,
    None,
}

/// A compiled step.
struct Step {
    condition: Compiled,
    output: Output,
    /// Position among the declared columns, and value.
    sets: Vec<(usize, Compiled)>,
}

/// A compiled `scan`.
struct Scan {
    input: Arc<Node>,
    partition: Vec<Compiled>,
    steps: Vec<Step>,
    defaults: Row,
    with_match_id: bool,
}

/// The state of a live step: the extended row last taken by each step up to it, and the match's number.
#[derive(Clone)]
struct State {
    records: Vec<Row>,
    id: i64,
}

/// The state of a partition.
struct Machine {
    states: Vec<Option<State>>,
    /// For steps with `output=last`: the row that comes out when the match moves on.
    pending: Vec<Option<Row>>,
}

impl Compiler<'_> {
    pub(super) fn scan_steps(&mut self, parts: &Parts<'_>) -> Result<Built, Refusal> {
        let input = self.plan(parts.input()?)?;
        let declared = self.declared_columns(parts)?;
        let match_id = parts.args.iter().find_map(|arg| arg.name.strip_prefix("match_id:"));
        let names: Vec<&str> = parts.args.iter().filter_map(|arg| arg.name.strip_prefix("step:")).collect();
        let mut visible = input.columns.to_vec();
        visible.extend(declared.iter().map(|(column, _)| column.clone()));
        let mut columns = visible.clone();
        columns.extend(match_id.map(|name| Column::new(name, Type::Long)));
        for name in &names {
            let state = input.columns.iter().chain(declared.iter().map(|(column, _)| column));
            visible.extend(state.map(|column| Column::new(format!("{name}.{}", column.name), column.ty)));
        }
        let mut scope = Scope::new(&input.columns);
        let mut partition = Vec::new();
        for arg in parts.args.iter().filter(|arg| &*arg.name == "partition") {
            partition.push(self.expr(&arg.expr, &mut scope)?);
        }
        let steps = self.steps(parts, &visible, &declared)?;
        let defaults = declared.iter().map(|(_, default)| default.clone()).collect();
        let scan = Scan { input, partition, steps, defaults, with_match_id: match_id.is_some() };
        Ok((columns, operator(move |context, out| scan.run(context, out))))
    }

    fn declared_columns(&mut self, parts: &Parts<'_>) -> Result<Vec<(Column, Value)>, Refusal> {
        let mut declared = Vec::new();
        for arg in parts.args {
            if let Some(name) = arg.name.strip_prefix("declare:") {
                let default = self.constant(&arg.expr)?;
                declared.push((Column::new(name, arg.expr.ty), settle(default, arg.expr.ty)));
            }
        }
        Ok(declared)
    }

    fn steps(&mut self, parts: &Parts<'_>, visible: &[Column], declared: &[(Column, Value)]) -> Result<Vec<Step>, Refusal> {
        let mut scope = Scope::new(visible);
        let mut steps: Vec<Step> = Vec::new();
        for Named { name, expr } in parts.args {
            if name.starts_with("step:") {
                let condition = self.expr(expr, &mut scope)?;
                steps.push(Step { condition, output: Output::All, sets: Vec::new() });
                continue;
            }
            let Some(step) = steps.last_mut() else { continue };
            match name.split_once(':') {
                Some(("set", column)) => {
                    let position = declared.iter().position(|(known, _)| *known.name == *column);
                    let position = position.ok_or_else(|| parts.invalid("an assigned column is not declared"))?;
                    let ty = declared.get(position).map_or(Type::Unknown, |(known, _)| known.ty);
                    step.sets.push((position, self.expr(expr, &mut scope)?.converted(self.context, ty)));
                }
                _ if &**name == "optional" && convert::to_bool(&self.constant(expr)?) == Some(true) => {
                    return Err(Refusal::new("unsupported-operator", expr.span, "optional steps of `scan` are not run"));
                }
                _ if &**name == "output" => {
                    step.output = match self.constant(expr)?.as_str() {
                        Some("last") => Output::Last,
                        Some("none") => Output::None,
                        _ => Output::All,
                    };
                }
                _ => {}
            }
        }
        Ok(steps)
    }
}

impl Scan {
    fn run(&self, context: &Context, out: &mut Sink<'_>) -> Result<(), Refusal> {
        let mut machines: FxHashMap<Keys, Machine> = FxHashMap::default();
        let mut next_id = 0;
        let mut done = false;
        self.input.run(context, &mut |row| {
            let frame = Frame { row, context };
            let keys: Keys = self.partition.iter().map(|key| Key(key.value(&frame))).collect();
            let machine = machines.entry(keys).or_insert_with(|| self.machine());
            for output in self.take(machine, row, &mut next_id, context) {
                if out(&output)? == Flow::Enough {
                    done = true;
                    return Ok(Flow::Enough);
                }
            }
            Ok(Flow::More)
        })?;
        for row in machines.into_values().flat_map(|machine| machine.pending).flatten() {
            if done || out(&row)? == Flow::Enough {
                break;
            }
        }
        Ok(())
    }

    fn machine(&self) -> Machine {
        Machine { states: vec![None; self.steps.len()], pending: vec![None; self.steps.len()] }
    }

    /// What an expression sees: the row, the declared columns' defaults, and for each step what the state has of it.
    fn seen(&self, row: &[Value], state: Option<&State>) -> Row {
        let mut seen = row.to_vec();
        seen.extend_from_slice(&self.defaults);
        for position in 0..self.steps.len() {
            if let Some(record) = state.and_then(|state| state.records.get(position)) {
                seen.extend_from_slice(record);
            } else {
                seen.extend(self.input.columns.iter().map(|column| settle(Value::Null, column.ty)));
                seen.extend_from_slice(&self.defaults);
            }
        }
        seen
    }

    fn take(&self, machine: &mut Machine, row: &[Value], next_id: &mut i64, context: &Context) -> Vec<Row> {
        let mut out = Vec::new();
        for (position, step) in self.steps.iter().enumerate().rev() {
            let Some(mut state) = self.matched(machine, position, row, next_id, context, &mut out) else { continue };
            let seen = self.seen(row, Some(&state));
            let mut declared = self.defaults.clone();
            for (column, value) in &step.sets {
                super::super::operators::set(&mut declared, *column, value.value(&Frame { row: &seen, context }));
            }
            let mut record = row.to_vec();
            record.append(&mut declared);
            let mut output = record.clone();
            if self.with_match_id {
                output.push(Value::Long(state.id));
            }
            state.records.truncate(position);
            state.records.push(record);
            set_at(&mut machine.states, position, Some(state));
            match step.output {
                Output::All => out.push(output),
                Output::Last => set_at(&mut machine.pending, position, Some(output)),
                Output::None => {}
            }
        }
        out
    }

    /// Returns the state under which a step takes the row, if it does. A state that moves up leaves its step.
    fn matched(
        &self,
        machine: &mut Machine,
        position: usize,
        row: &[Value],
        next_id: &mut i64,
        context: &Context,
        out: &mut Vec<Row>,
    ) -> Option<State> {
        let step = self.steps.get(position)?;
        let holds = |state: Option<&State>| step.condition.holds(&Frame { row: &self.seen(row, state), context });
        let before = position.checked_sub(1);
        let moving = before.and_then(|before| machine.states.get(before)).and_then(Option::as_ref);
        if moving.is_some() && holds(moving) {
            let before = before?;
            for left in [before, position] {
                out.extend(machine.pending.get_mut(left).and_then(Option::take));
            }
            return machine.states.get_mut(before).and_then(Option::take);
        }
        let own = machine.states.get(position).and_then(Option::as_ref);
        if (own.is_none() && position > 0) || !holds(own) {
            return None;
        }
        Some(own.cloned().unwrap_or_else(|| {
            *next_id += 1;
            State { records: Vec::new(), id: *next_id - 1 }
        }))
    }
}

fn set_at<T>(cells: &mut [T], position: usize, value: T) {
    if let Some(cell) = cells.get_mut(position) {
        *cell = value;
    }
}
