//! `union`: rows of several inputs under common columns.

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::expr::settle;
use super::super::node::{Flow, Node, Row, Sink, operator};
use crate::ir::{Column, Op, Plan, Schema, TableSource, Type, UnionColumns, Value, convert};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// An input: where each output column stands in it and of which type it is there, and what the source column says.
struct Part {
    node: Arc<Node>,
    slots: Vec<Option<(usize, Type)>>,
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
        let mut shape = Shape::new(&nodes, rule, &plan.schema);
        if !plan.schema.open {
            shape.arrange(&plan.schema.columns, source_column);
        }
        let mut columns: Vec<Column> = source_column.iter().map(|name| Column { name: Arc::clone(name), ty: Type::String }).collect();
        columns.extend(shape.outputs.iter().map(|output| output.column.clone()));
        let part = |(position, (node, name)): (usize, (Arc<Node>, Arc<str>))| Part {
            slots: shape
                .outputs
                .iter()
                .map(|output| output.slots.get(position).copied().flatten())
                .map(|slot| slot.map(|slot| (slot, node.columns.get(slot).map_or(Type::Unknown, |column| column.ty))))
                .collect(),
            node,
            source: source_column.map(|_| Value::String(name)),
        };
        let parts: Vec<Part> = nodes.into_iter().enumerate().map(part).collect();
        let missing = |output: &Output| (output.column.ty, settle(Value::Null, output.column.ty));
        let missing: Vec<(Type, Value)> = shape.outputs.iter().map(missing).collect();
        Ok((columns, operator(move |context, out| run(&parts, &missing, context, out))))
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

/// The name that `as` or a view gives, else that of the table, else of the argument (`union-operator`, withsource; `as-operator`;
/// emu/union-operator-06; `search` fills `$table`, k2s/0309).
fn source_name(plan: &Plan, position: usize, source_column: Option<&Arc<str>>) -> Arc<str> {
    if let Some(name) = plan.name.as_ref().filter(|_| !is_search(source_column)) {
        return Arc::clone(name);
    }
    match &plan.op {
        Op::Scan(TableSource::Table(name) | TableSource::Watchlist(name) | TableSource::Function { name, .. }) => Arc::clone(name),
        Op::Filter { input, .. } if is_search(source_column) => source_name(input, position, source_column),
        _ if is_search(source_column) => plan.name.clone().unwrap_or_else(|| Arc::from(format!("search_arg{position}"))),
        _ => Arc::from(format!("union_arg{position}")),
    }
}

fn is_search(source_column: Option<&Arc<str>>) -> bool {
    source_column.is_some_and(|name| &**name == "$table")
}

/// `missing` is each output column's type, and its value where an input has no such column.
fn run(parts: &[Part], missing: &[(Type, Value)], context: &Context, out: &mut Sink<'_>) -> Result<(), Refusal> {
    let mut stopped = false;
    let mut scratch: Row = Vec::new();
    for part in parts {
        part.node.run(context, &mut |row| {
            scratch.clear();
            scratch.extend(part.source.clone());
            scratch.extend(part.slots.iter().zip(missing).map(|(slot, (ty, missing))| cell(row, *slot, *ty, missing)));
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

fn cell(row: &[Value], slot: Option<(usize, Type)>, ty: Type, missing: &Value) -> Value {
    match slot.and_then(|(slot, from)| Some((row.get(slot)?, from))) {
        Some((Value::Null, _)) | None => missing.clone(),
        Some((value, from)) if is_same_type(from, ty) => value.clone(),
        Some((value, from)) => convert::convert(value, from, ty),
    }
}

/// An output column and its slot in each input.
struct Output {
    column: Column,
    slots: Vec<Option<usize>>,
}

impl Output {
    /// Takes a column of an input in.
    fn take(&mut self, position: usize, slot: usize, ty: Type) {
        if self.column.ty == Type::Unknown {
            self.column.ty = ty;
        }
        self.slots.resize(position + 1, None);
        if let Some(cell) = self.slots.last_mut() {
            *cell = Some(slot);
        }
    }
}

/// The output columns of a union.
struct Shape {
    outputs: Vec<Output>,
}

impl Shape {
    /// Columns by name and type, in order of appearance; a name with several types is split (emu/union-operator-05), unless the reader
    /// says that it is one column.
    fn new(nodes: &[(Arc<Node>, Arc<str>)], rule: UnionColumns, declared: &Schema) -> Self {
        let one: FxHashMap<&str, Type> = declared.columns.iter().map(|column| (&*column.name, column.ty)).collect();
        let mut outputs: Vec<Output> = Vec::new();
        let mut named: FxHashMap<Arc<str>, Vec<usize>> = FxHashMap::default();
        for (position, (node, _)) in nodes.iter().enumerate() {
            for (slot, column) in node.columns.iter().enumerate() {
                let said = one.get(&*column.name).copied().filter(|ty| *ty != Type::Unknown);
                let ty = said.unwrap_or(column.ty);
                let places = named.entry(Arc::clone(&column.name)).or_default();
                let same = |output: &Output| is_same_type(output.column.ty, ty);
                let known = places.iter().copied().find(|at| outputs.get(*at).is_some_and(same));
                if let Some(output) = known.and_then(|at| outputs.get_mut(at)) {
                    output.take(position, slot, ty);
                    continue;
                }
                places.push(outputs.len());
                let mut slots = vec![None; position];
                slots.push(Some(slot));
                outputs.push(Output { column: Column { name: Arc::clone(&column.name), ty }, slots });
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
        let mut times: FxHashMap<Arc<str>, usize> = FxHashMap::default();
        for output in &self.outputs {
            *times.entry(Arc::clone(&output.column.name)).or_default() += 1;
        }
        let mut taken: FxHashSet<Arc<str>> = FxHashSet::default();
        for output in &mut self.outputs {
            let mut name = Arc::clone(&output.column.name);
            if times.get(&name).is_some_and(|times| *times > 1) {
                name = Arc::from(format!("{name}_{}", output.column.ty.name()));
            }
            let numbered = |number: usize| if number == 0 { Arc::clone(&name) } else { Arc::from(format!("{name}{number}")) };
            let free = (0..=taken.len()).map(numbered).find(|candidate| !taken.contains(candidate)).unwrap_or(name);
            taken.insert(Arc::clone(&free));
            output.column.name = free;
        }
    }

    /// Puts the columns into the order that the reader says, where it names the same ones.
    fn arrange(&mut self, declared: &[Column], source_column: Option<&Arc<str>>) {
        let names = declared.iter().map(|column| &column.name).filter(|name| Some(*name) != source_column);
        let places: FxHashMap<&Arc<str>, usize> = names.enumerate().map(|(at, name)| (name, at)).collect();
        let position = |output: &Output| places.get(&output.column.name).copied();
        if self.outputs.len() == places.len() && self.outputs.iter().all(|output| position(output).is_some()) {
            self.outputs.sort_by_key(position);
        }
    }
}

fn is_same_type(a: Type, b: Type) -> bool {
    a == b || a == Type::Unknown || b == Type::Unknown
}
