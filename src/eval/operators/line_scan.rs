//! The scan of JSON Lines with the filters that stand right behind it: only wanted values are made, and those that no filter reads only
//! for rows that pass.

use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::expr::{Compiled, Frame, settle};
use super::super::lines::{Cells, Key, Keys, LATE, Lines, fault_of, lines, read_record, shown_raw};
use super::super::need::Need;
use super::super::node::{Flow, Operator, Sink};
use super::super::scope::Scope;
use super::super::table_io::widened;
use super::super::{Refusal, Window};
use super::sources::Origin;
use crate::ir::{Column, Expr, ExprKind, Plan, Type, Value, convert};
use crate::source::Span;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A scan of lines.
#[derive(Clone)]
pub(in super::super) struct LineScan {
    /// The lines.
    pub(in super::super) lines: Arc<Lines>,
    span: Span,
    /// How the value of each slot is made. Slots behind those of the columns serve the window.
    slots: Vec<Slot>,
    width: usize,
    window: Option<(usize, Window)>,
    steps: Vec<Arc<Step>>,
}

/// How a value is made.
#[derive(Clone)]
struct Slot {
    name: Option<Arc<str>>,
    from: Type,
    to: Type,
    need: Need,
    /// The type that must cover what lines show.
    inferred: Option<Type>,
}

/// A condition and the slots that it reads.
struct Step {
    predicate: Compiled,
    slots: Vec<usize>,
}

/// A line that is read, and what of it is made.
struct Line<'l> {
    /// The whole line.
    text: &'l [u8],
    /// The raw text of each slot's value.
    cells: Vec<Option<&'l [u8]>>,
    row: Vec<Value>,
    made: Vec<bool>,
}

impl LineScan {
    /// Compiles the scan of a plan whose columns have these origins in the lines.
    pub(super) fn new(lines: Arc<Lines>, window: Option<Window>, columns: &[Column], origins: &[Origin], need: &Need, plan: &Plan) -> Self {
        let slot = |(column, origin): (&Column, &Origin)| {
            let name = origin.slot.and_then(|slot| lines.columns.get(slot)).map(|column| Arc::clone(&column.name));
            let need = need.part(&column.name).cloned();
            let name = name.filter(|_| need.is_some());
            Slot {
                inferred: name.as_ref().and_then(|name| lines.inferred.get(name).copied()),
                name,
                from: origin.from,
                to: origin.to,
                need: need.unwrap_or(Need::All),
            }
        };
        let mut slots: Vec<Slot> = columns.iter().zip(origins).map(slot).collect();
        let width = slots.len();
        let window = window.and_then(|window| {
            if let Some(known) = slots.iter().position(|slot| slot.name.as_ref() == Some(&window.column)) {
                return Some((known, window));
            }
            let ty = lines.columns.iter().find(|column| column.name == window.column)?.ty;
            slots.push(Slot { name: Some(Arc::clone(&window.column)), from: ty, to: ty, need: Need::All, inferred: None });
            Some((slots.len() - 1, window))
        });
        Self { lines, span: plan.span, slots, width, window, steps: Vec::new() }
    }

    /// Returns the names of members: those that are read with their slot.
    fn keys(&self) -> Keys {
        let mut known: FxHashMap<Arc<str>, Key> = self.lines.columns.iter().map(|column| (Arc::clone(&column.name), Key::Unread)).collect();
        for (position, slot) in self.slots.iter().enumerate() {
            if let Some(name) = &slot.name {
                known.insert(Arc::clone(name), Key::Slot(position));
            }
        }
        Keys::new(known)
    }

    /// Makes the values of slots that are not made yet.
    fn make(&self, slots: impl Iterator<Item = usize>, line: &mut Line<'_>, cells: &mut Cells) -> Result<(), Refusal> {
        for position in slots {
            let (Some(slot), Some(made), Some(place)) = (self.slots.get(position), line.made.get_mut(position), line.row.get_mut(position))
            else {
                continue;
            };
            if std::mem::replace(made, true) {
                continue;
            }
            let value = match line.cells.get(position) {
                Some(Some(raw)) => {
                    let value = cells.value(raw, slot.from, &slot.need);
                    value.ok_or_else(|| Refusal::new("broken-data", self.span, fault_of(line.text)))?
                }
                _ => Value::Null,
            };
            *place = if slot.from == slot.to { settle(value, slot.to) } else { convert::convert(&value, slot.from, slot.to) };
        }
        Ok(())
    }

    /// Tells whether a line passes the window and the filters; makes what they read.
    fn passes(&self, line: &mut Line<'_>, cells: &mut Cells, context: &Context) -> Result<bool, Refusal> {
        if let Some((slot, window)) = &self.window {
            self.make(std::iter::once(*slot), line, cells)?;
            if !window.holds(line.row.get(*slot).and_then(convert::to_datetime)) {
                return Ok(false);
            }
        }
        for step in &self.steps {
            self.make(step.slots.iter().copied(), line, cells)?;
            if !step.predicate.holds(&Frame { row: &line.row, context }) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Refuses a line that shows more than the lines that the columns were inferred from.
    fn check(&self, unknown: Option<String>, line: &Line<'_>) -> Result<(), Refusal> {
        let differs = |(slot, cell): (&Slot, Option<&[u8]>)| {
            let (inferred, raw) = (slot.inferred?, cell?);
            (widened(inferred, shown_raw(raw)) != inferred).then(|| slot.name.as_deref().unwrap_or_default().to_owned())
        };
        match unknown.or_else(|| self.slots.iter().zip(line.cells.iter().copied()).find_map(differs)) {
            None => Ok(()),
            Some(name) => {
                let message = format!("`{name}` of {} is not in later lines what it is in the first ones", self.lines.name());
                Err(Refusal::new(LATE, self.span, message))
            }
        }
    }
}

impl Operator for LineScan {
    fn run(&self, context: &Context, out: &mut Sink<'_>) -> Result<(), Refusal> {
        let piece = context.piece();
        let (mut keys, mut cells) = (self.keys(), Cells::new());
        let count = self.slots.len();
        let mut line = Line { text: &[], cells: vec![None; count], row: vec![Value::Null; count], made: vec![false; count] };
        for text in lines(&piece) {
            context.next_line();
            if text.is_empty() {
                continue;
            }
            context.tick(self.span)?;
            let unknown = read_record(text, &mut keys, &mut line.cells).map_err(|fault| Refusal::new("broken-data", self.span, fault))?;
            line.text = text;
            self.check(unknown, &line)?;
            line.made.fill(false);
            if !self.passes(&mut line, &mut cells, context)? {
                continue;
            }
            self.make(0..self.width, &mut line, &mut cells)?;
            if out(line.row.get(..self.width).unwrap_or(&line.row))? == Flow::Enough {
                break;
            }
        }
        Ok(())
    }

    fn lines(&self) -> Option<&Arc<Lines>> {
        Some(&self.lines)
    }

    fn as_scan(&self) -> Option<&LineScan> {
        Some(self)
    }
}

impl Compiler<'_> {
    /// Makes a filter part of the scan before it.
    pub(super) fn filtered_scan(&mut self, scan: &LineScan, columns: &[Column], predicate: &Expr) -> Result<Built, Refusal> {
        let mut scan = scan.clone();
        let operands = match &predicate.kind {
            ExprKind::And(operands) => operands.as_slice(),
            _ => std::slice::from_ref(predicate),
        };
        for operand in operands {
            let mut need = Need::nothing();
            need.add_expr(operand);
            let slots = columns.iter().enumerate().filter(|(_, column)| need.has(&column.name)).map(|(slot, _)| slot).collect();
            scan.steps.push(Arc::new(Step { predicate: self.expr(operand, &mut Scope::new(columns))?, slots }));
        }
        Ok((columns.to_vec(), Box::new(scan)))
    }
}
