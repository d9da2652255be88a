//! `union`: rows of several inputs under common columns.

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::expr::settle;
use super::super::node::{Flow, Node, Row, Sink, operator};
use super::join::free_name;
use crate::ir::{Column, Op, Plan, TableSource, Type, UnionColumns, Value};
use std::sync::Arc;

/// An input: where each output column stands in it, and what the source column says.
struct Part {
    node: Arc<Node>,
    slots: Vec<Option<usize>>,
    source: Option<Value>,
}

impl Compiler<'_> {
    pub(in super::super) fn union(
        &mut self,
        inputs: &[Arc<Plan>],
        rule: UnionColumns,
        source_column: Option<&Arc<str>>,
        fuzzy: bool,
        plan: &Plan,
    ) -> Result<Built, Refusal> {
        let mut nodes = Vec::new();
        for (position, input) in inputs.iter().enumerate() {
            match self.attempt(input) {
                Ok(node) => nodes.push((node, source_name(input, position, source_column))),
                Err(refusal) if fuzzy && matches!(refusal.code, "missing-table" | "unknown-table") => {}
                Err(refusal) => return Err(refusal),
            }
        }
        if nodes.is_empty() && fuzzy {
            let span = plan.span;
            return Err(Refusal::new("missing-table", span, "none of the tables of the union has rows"));
        }
        let mut shape = Shape::new(&nodes, rule);
        if !plan.schema.open {
            shape.arrange(&plan.schema.columns, source_column);
        }
        let mut columns: Vec<Column> = source_column.iter().map(|name| Column { name: Arc::clone(name), ty: Type::String }).collect();
        columns.extend(shape.outputs.iter().map(|output| output.column.clone()));
        let part = |(position, (node, name)): (usize, (Arc<Node>, Arc<str>))| Part {
            slots: shape.outputs.iter().map(|output| output.slots.get(position).copied().flatten()).collect(),
            node,
            source: source_column.map(|_| Value::String(name)),
        };
        let parts: Vec<Part> = nodes.into_iter().enumerate().map(part).collect();
        let types: Vec<Type> = shape.outputs.iter().map(|output| output.column.ty).collect();
        Ok((columns, operator(move |context, out| run(&parts, &types, context, out))))
    }

    /// Compiles an input and leaves no trace if that fails.
    fn attempt(&mut self, input: &Arc<Plan>) -> Result<Arc<Node>, Refusal> {
        let depth = self.depth();
        let node = self.plan(input);
        if node.is_err() {
            self.back_to(depth);
        }
        node
    }
}

/// The name of the table, else of the argument (`union-operator`, withsource; `search` fills `$table`, k2s/0309).
fn source_name(plan: &Plan, position: usize, source_column: Option<&Arc<str>>) -> Arc<str> {
    match &plan.op {
        Op::Scan(TableSource::Table(name) | TableSource::Watchlist(name) | TableSource::Function { name, .. }) => Arc::clone(name),
        Op::Filter { input, .. } if is_search(source_column) => source_name(input, position, source_column),
        _ if is_search(source_column) => Arc::from(format!("search_arg{position}")),
        _ => Arc::from(format!("union_arg{position}")),
    }
}

fn is_search(source_column: Option<&Arc<str>>) -> bool {
    source_column.is_some_and(|name| &**name == "$table")
}

fn run(parts: &[Part], types: &[Type], context: &Context, out: &mut Sink<'_>) -> Result<(), Refusal> {
    let mut stopped = false;
    let mut scratch: Row = Vec::new();
    for part in parts {
        part.node.run(context, &mut |row| {
            scratch.clear();
            scratch.extend(part.source.clone());
            scratch.extend(
                part.slots
                    .iter()
                    .zip(types)
                    .map(|(slot, ty)| settle(slot.and_then(|slot| row.get(slot)).cloned().unwrap_or_default(), *ty)),
            );
            let flow = out(&scratch)?;
            stopped |= flow == Flow::Enough;
            Ok(flow)
        })?;
        if stopped {
            break;
        }
    }
    Ok(())
}

/// An output column and its slot in each input.
struct Output {
    column: Column,
    slots: Vec<Option<usize>>,
}

/// The output columns of a union.
struct Shape {
    outputs: Vec<Output>,
}

impl Shape {
    /// Columns by name and type, in order of appearance; a name with several types is split (emu/union-operator-05).
    fn new(nodes: &[(Arc<Node>, Arc<str>)], rule: UnionColumns) -> Self {
        let mut outputs: Vec<Output> = Vec::new();
        for (position, (node, _)) in nodes.iter().enumerate() {
            for (slot, column) in node.columns.iter().enumerate() {
                let same = |output: &&mut Output| output.column.name == column.name && is_same_type(output.column.ty, column.ty);
                if let Some(output) = outputs.iter_mut().find(same) {
                    if output.column.ty == Type::Unknown {
                        output.column.ty = column.ty;
                    }
                    output.slots.resize(position + 1, None);
                    if let Some(cell) = output.slots.last_mut() {
                        *cell = Some(slot);
                    }
                } else {
                    let mut slots = vec![None; position];
                    slots.push(Some(slot));
                    outputs.push(Output { column: column.clone(), slots });
                }
            }
        }
        if rule == UnionColumns::Inner {
            outputs.retain(|output| output.slots.len() == nodes.len() && output.slots.iter().all(Option::is_some));
        }
        let mut shape = Self { outputs };
        shape.split_names();
        shape
    }

    fn split_names(&mut self) {
        let names: Vec<Arc<str>> = self.outputs.iter().map(|output| Arc::clone(&output.column.name)).collect();
        let is_split = |name: &Arc<str>| names.iter().filter(|other| *other == name).count() > 1;
        let mut taken: Vec<Column> = Vec::new();
        for output in &mut self.outputs {
            if is_split(&output.column.name) {
                output.column.name = Arc::from(format!("{}_{}", output.column.name, output.column.ty.name()));
            }
            output.column.name = free_name(&taken, &output.column.name);
            taken.push(output.column.clone());
        }
    }

    /// Puts the columns into the order that the reader says, where it names the same ones.
    fn arrange(&mut self, declared: &[Column], source_column: Option<&Arc<str>>) {
        let names: Vec<&Arc<str>> = declared.iter().map(|column| &column.name).filter(|name| Some(*name) != source_column).collect();
        let position = |output: &Output| names.iter().position(|name| **name == output.column.name);
        if self.outputs.len() == names.len() && self.outputs.iter().all(|output| position(output).is_some()) {
            self.outputs.sort_by_key(position);
        }
    }
}

fn is_same_type(a: Type, b: Type) -> bool {
    a == b || a == Type::Unknown || b == Type::Unknown
}
